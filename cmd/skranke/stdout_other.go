//go:build !cgo || windows

package main

// stdoutClosed tells whether the program was started with its standard output closed; a write then fails by itself.
func stdoutClosed() bool { return false }
