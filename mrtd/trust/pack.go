package trust

import (
	hash "crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"sync"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// pack is a file of signers' certificates, one after the other in DER. An export of the PKD has tens of thousands, of which
// a document that does not carry its own asks for one: they are parsed when the first such document comes.
type pack struct {
	path, name   string
	count        int
	once         sync.Once
	certificates []*Certificate
}

func (p *pack) load() []*Certificate {
	p.once.Do(func() {
		b, err := os.ReadFile(p.path)
		if err != nil {
			return
		}
		if sum := hash.Sum256(b); hex.EncodeToString(sum[:]) != p.name {
			return
		}
		p.certificates, _ = newStore().parsePack(b)
	})
	return p.certificates
}

// parsePack reads certificates one after the other; those that the store holds are not read again.
func (s *Store) parsePack(b []byte) ([]*Certificate, error) {
	var out []*Certificate
	for r := der.NewReader(b); !r.Empty(); {
		e, err := r.Next()
		if err != nil {
			return nil, err
		}
		if known := s.byPrint[hash.Sum256(e.Raw)]; known != nil {
			out = append(out, known.cert)
			continue
		}
		c, err := ParseCertificate(e.Raw)
		if err != nil {
			return nil, fmt.Errorf("certificate %d: %w", len(out)+1, err)
		}
		out = append(out, c)
	}
	return out, nil
}

// allSigners lists the candidates for signers, with those that were imported.
func (s *Store) allSigners() []*Certificate {
	all := s.signers
	for _, p := range s.packs {
		all = append(all[:len(all):len(all)], p.load()...)
	}
	return all
}

func (s *Store) signerCount() int {
	n := len(s.signers)
	for _, p := range s.packs {
		n += p.count
	}
	return n
}
