package reader

import "github.com/ebfe/scard"

// pnpState is the state of the pseudo-reader that the first wait starts from: Windows wants the number of known readers in
// its upper half, and returns at once otherwise.
func pnpState(readers int) scard.StateFlag { return scard.StateFlag(readers) << 16 }
