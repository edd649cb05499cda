package trust

import (
	"fmt"
	"sync"

	lists "github.com/skranke/skranke/assets/trust"
)

// Embedded returns the store of the lists that the program is shipped with. They are parsed and their signatures
// verified, up to the CSCA certificates pinned beside them, once per process. An error means that the program is
// damaged.
func Embedded() (*Store, error) { return embedded() }

var embedded = sync.OnceValues(makeEmbedded)

func makeEmbedded() (*Store, error) {
	pinned := newStore()
	for _, raw := range [][]byte{lists.GermanCSCA, lists.DutchCSCA} {
		c, err := ParseCertificate(raw)
		if err != nil {
			return nil, fmt.Errorf("the pinned CSCA certificates: %w", err)
		}
		pinned.add(c, "pinned", true)
	}
	s := newStore()
	s.proven = append(s.proven, provenSet(lists.Proven))
	for _, embedded := range []struct {
		name string
		raw  []byte
	}{{"German master list", lists.German}, {"Dutch master list", lists.Dutch}} {
		l, err := parseMasterListKnowing(embedded.name, embedded.raw, s.byPrint)
		if err != nil {
			return nil, fmt.Errorf("the embedded %s: %w", embedded.name, err)
		}
		s.take(l, pinned)
		if last := s.lists[len(s.lists)-1]; !last.Verified {
			return nil, fmt.Errorf("the embedded %s: %s", embedded.name, last.Problem)
		}
	}
	// Indonesia publishes this series without a signature and no list holds it: it is at hand, and does not count as
	// trusted.
	series := List{Name: "Indonesia, series of 2010", Problem: "the list bears no signature"}
	for _, raw := range [][]byte{lists.Indonesian2010, lists.Indonesian2016, lists.Indonesian2020} {
		c, err := ParseCertificate(raw)
		if err != nil {
			return nil, fmt.Errorf("the embedded Indonesian certificates: %w", err)
		}
		s.add(c, series.Name, false)
		series.Certificates++
	}
	s.lists = append(s.lists, series)
	for _, l := range s.lists {
		if l.Verified {
			s.newest = later(s.newest, l.Date)
		}
	}
	return s, nil
}
