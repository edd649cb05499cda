package inspect

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/trust"
)

// read brings one file into the evidence: kept from an earlier session where that is sound, else from the chip. A refusal is noted and is no
// error; what ends the session is.
func (g *gatherer) read(ctx context.Context, f File) error {
	if _, ok := g.evidence.Files[f]; ok {
		return nil
	}
	g.reading, g.midway = f, false
	data, err := g.readFile(ctx, f)
	if err == nil {
		g.evidence.Files[f] = data
		return nil
	}
	if code, ok := refusal(err); ok {
		if g.surprising(f) {
			return errRefused
		}
		g.session.Refused[f] = code
		return nil
	}
	return err
}

// errRefused says that the chip refused what no travel document refuses; it never leaves this package.
var errRefused = errors.New("the chip refused what it must give")

// surprising tells whether a refusal deserves the quiet retry before it is believed: of EF.SOD, whose absence accuses, and in the middle of a
// file that the chip had begun to give.
func (g *gatherer) surprising(f File) bool {
	return !g.again[errRefused] && (f == SOD || g.midway)
}

// inherit takes over what an earlier session read of this document, EF.SOD having come again, identical to the byte: the data groups whose hash it
// holds, EF.COM where it came protected, for nothing vouches for it, and the start of DG2. None of it says anything of the chip, which must prove itself anew.
func (g *gatherer) inherit() {
	if !g.sameDocument() {
		return
	}
	for f, data := range g.kept.Files {
		if g.vouched(f, data) || f == COM && g.session.Access.Protocol != "plain" {
			g.evidence.Files[f] = slices.Clone(data) // whoever owns the earlier evidence may wipe it
			g.progress(f, len(data), len(data))
		}
	}
	g.evidence.begun = slices.Clone(g.kept.begun)
}

// sameDocument tells whether the EF.SOD of this session is that of the kept evidence.
func (g *gatherer) sameDocument() bool {
	now := g.evidence.Files[SOD]
	return g.kept != nil && len(now) > 0 && bytes.Equal(now, g.kept.Files[SOD])
}

// vouched tells whether EF.SOD of this session holds the hash of these contents of a data group.
func (g *gatherer) vouched(f File, data []byte) bool {
	n := groupNumber(f)
	sod, err := lds.ParseSOD(g.evidence.Files[SOD])
	if err != nil || n == 0 || data == nil {
		return false
	}
	digest := trust.FindDigest(sod.Digest)
	hash := sod.Hash(n)
	return digest != nil && hash != nil && bytes.Equal(hash, digest.Sum(data))
}

// groupNumber is the number of a data group's file, or 0.
func groupNumber(f File) int {
	for n := 1; n <= 16; n++ {
		if f == DG(n) {
			return n
		}
	}
	return 0
}

// clone copies a session, so that one goroutine can judge it while another goes on with it.
func (s *Session) clone() *Session {
	c := *s
	c.Proofs = slices.Clone(s.Proofs)
	c.Refused = make(map[File]string, len(s.Refused))
	for f, code := range s.Refused {
		c.Refused[f] = code
	}
	c.Timing.Phases = slices.Clone(s.Timing.Phases)
	return &c
}
