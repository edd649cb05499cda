package inspect_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/mrtd/inspect"
)

// meaningless are the parts of EF.SOD that nothing signs and nothing rests on, by their path: tag 77, ContentInfo, its
// elements, and so on inwards. A change there alone may leave a document genuine.
var meaningless = map[string]string{
	"0/1/0/0":       "the version of SignedData",
	"0/1/0/1":       "the list of hash algorithms, which each SignerInfo repeats",
	"0/1/0/4/0/0":   "the version of the SignerInfo",
	"0/1/0/4/0/1/0": "the issuer's name in the signer's identifier: the serial number and the signature find the signer",
}

// TestEveryFlippedBit flips each bit of a sound EF.SOD, certificates and all. None may leave the document genuine, but in the
// parts that are meaningless.
func TestEveryFlippedBit(t *testing.T) {
	s := scene{with: [][2]string{
		{"pki.csca.key", "secp256r1"},
		{"pki.csca.signature", "ecdsa-sha256"},
		{"pki.signer.key", "secp256r1"},
		{"pki.signer.signature", "ecdsa-sha256"},
	}}
	d := s.make(t)
	ev := liveEvidence(t, d)
	in := inspect.JudgeInput{Source: inspect.Live, At: today, Store: storeOf(t, d.CSCA.Certificate), Face: anyFace}
	if r := inspect.Judge(ev, in); r.Authenticity != inspect.Genuine {
		t.Fatalf("the document is not genuine to begin with: %v", r.Obstacles())
	}
	sound := ev.Files[inspect.SOD]
	survived := map[string]int{}
	for i := range sound {
		for bit := range 8 {
			b := bytes.Clone(sound)
			b[i] ^= 1 << bit
			ev.Files[inspect.SOD] = b
			if inspect.Judge(ev, in).Authenticity != inspect.Genuine {
				continue
			}
			part := partAt(sound, i)
			if meaningless[part] == "" {
				t.Errorf("octet %d (%s), bit %d: still genuine", i, part, bit)
			}
			survived[part]++
		}
	}
	var where []string
	sum := 0
	for _, part := range slices.Sorted(maps.Keys(survived)) {
		where = append(where, fmt.Sprintf("%d of %s (%s)", survived[part], meaningless[part], part))
		sum += survived[part]
	}
	counts.Print(t, "EF.SOD: %d bits flipped, %d of them without meaning: %s", 8*len(sound), sum, strings.Join(where, "; "))
}

// partAt gives the path to the meaningless part that an octet lies in, or else to the innermost element.
func partAt(b []byte, at int) string {
	path := ""
	for len(b) > 0 {
		outer, _, err := tlv.Next(b)
		if err != nil || b[0]&0x20 == 0 {
			return path
		}
		start := len(outer.Raw) - len(outer.Value)
		if at < start {
			return path
		}
		list, err := tlv.List(outer.Value)
		if err != nil {
			return path
		}
		for n, e := range list {
			if at < start+len(e.Raw) {
				if path != "" {
					path += "/"
				}
				path += fmt.Sprint(n)
				b, at = e.Raw, at-start
				break
			}
			start += len(e.Raw)
		}
		if meaningless[path] != "" {
			return path
		}
	}
	return path
}
