//go:build !unix

package bench_test

import (
	"testing"
	"time"
)

var begun = time.Now()

// processTime stands in for the processor time with the clock's.
func processTime(testing.TB) time.Duration { return time.Since(begun) }
