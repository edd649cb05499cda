//go:build !unix

package main

// noCore has nothing to do where no core is written.
func noCore() {}
