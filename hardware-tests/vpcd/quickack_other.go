//go:build !linux

package vpcd

import "net"

// quickACK is for Linux; elsewhere an exchange takes as long as the other side's acknowledgements do.
func quickACK(net.Conn) error { return nil }
