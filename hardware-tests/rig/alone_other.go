//go:build !linux

package rig

import "testing"

// alone has nothing to wait for where with-pcscd does not run.
func alone(testing.TB) {}
