//go:build !windows

package reader

import "github.com/ebfe/scard"

// pnpState is the state of the pseudo-reader that the first wait starts from: pcsc-lite counts the readers itself.
func pnpState(int) scard.StateFlag { return scard.StateUnaware }
