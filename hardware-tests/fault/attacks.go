package fault

import (
	"maps"
	"slices"
)

// Attack is a fault that has a name of its own.
type Attack struct {
	// About says what it is, Script which statements it stands for.
	About, Script string
}

// Attacks are the named attacks: what forgers are known to try, or could.
var Attacks = map[string]Attack{
	"clone": {
		"a copy of all files, on a chip without the private keys",
		"chip clone",
	},
	"clone-bare-9000": {
		"a clone that answers chip authentication with a bare 9000 and goes on with the old keys",
		"chip clone; chip keep-keys; on ca: bare 9000; on mse-kat: bare 9000",
	},
	"clone-keep-keys": {
		"a clone that answers chip authentication properly and goes on with the old keys",
		"chip clone; chip keep-keys",
	},
	"substitute-dg14": {
		"a clone with a DG14 of its own, for which it holds the private key",
		"edit forged EF.DG14 . from 1009; chip keys 1009",
	},
	"substitute-dg15": {
		"a clone with a DG15 of its own, for which it holds the private key",
		"edit forged EF.DG15 . from 1009; chip keys 1009",
	},
	"strip-pace": {
		"PACE taken away from EF.CardAccess, so that the terminal falls back to BAC",
		"edit forged EF.CardAccess . remove; chip no-pace",
	},
	"strip-dg14": {
		"a clone that says it has no DG14, so that chip authentication is left out",
		"on select EF.DG14 every: sw 6A82; on read EF.DG14 every: sw 6A82; chip clone",
	},
	"swap-face": {
		"the face of another document in DG2",
		"edit forged EF.DG2 . from 1009",
	},
	"swap-files": {
		"DG1 and DG2 hold each other's content",
		"edit forged EF.DG1 . as EF.DG2; edit forged EF.DG2 . as EF.DG1",
	},
	"own-pki": {
		"the same document, signed by a PKI of the forger's own with the same names",
		"with pki.seed = 99",
	},
	"off-curve": {
		"a point that is not on the curve, as the chip's key of PACE",
		"on pace-3 every: plain 7C/84 flip -1",
	},
	"mirror": {
		"the terminal's own key of PACE sent back to it",
		"on pace-3 every: plain 7C/84 mirror",
	},
	"bare-9000": {
		"a bare 9000 instead of every protected response to a read of DG2",
		"on read EF.DG2 every: bare 9000",
	},
	"naked": {
		"every read of DG2 answered without secure messaging",
		"on read EF.DG2 every: naked",
	},
}

// AttackNames lists the attacks in alphabetical order.
func AttackNames() []string { return slices.Sorted(maps.Keys(Attacks)) }
