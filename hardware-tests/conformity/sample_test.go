package conformity_test

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/conformity"
)

var seed = flag.Uint64("conformity.seed", 0, "the seed that runs are drawn by under the race detector; 0 draws it by the clock")

// sample gives the rows to be played: all, or under the race detector one in share of them, in the table's order.
func sample(t *testing.T, rows []conformity.Row) []conformity.Row {
	t.Helper()
	if share == 1 {
		return rows
	}
	by := *seed
	if by == 0 {
		by = uint64(time.Now().UnixNano())
	}
	t.Logf("one run in %d, seed %d; again by: go test -race ./hardware-tests/conformity -conformity.seed %d", share, by, by)
	r := rand.New(rand.NewPCG(by, 0))
	var drawn []conformity.Row
	for _, row := range rows {
		if r.IntN(share) == 0 {
			drawn = append(drawn, row)
		}
	}
	return drawn
}
