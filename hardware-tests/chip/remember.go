package chip

import (
	"math/big"
	"sync"

	"github.com/skranke/skranke/hardware-tests/chip/domain"
)

// product names one scalar and one element.
type product struct {
	curve        *domain.Curve
	group        *domain.Group
	k, y, px, py string
}

// products are those that were computed last. Suites that play one session tens of thousands of times, with the same randomness on both sides, spend
// most of their time on them otherwise.
var (
	products      = map[product]element{}
	productsMutex sync.Mutex
)

// mostProducts bounds how many are kept; when there are more, all are forgotten.
const mostProducts = 4096

// remembered gives a product as it came out before, or computes it. Nobody alters an element.
func remembered(of product, compute func() element) element {
	productsMutex.Lock()
	e, ok := products[of]
	productsMutex.Unlock()
	if ok {
		return e
	}
	e = compute()
	productsMutex.Lock()
	defer productsMutex.Unlock()
	if len(products) >= mostProducts {
		clear(products)
	}
	products[of] = e
	return e
}

func number(n *big.Int) string {
	if n == nil {
		return ""
	}
	return string(n.Bytes())
}
