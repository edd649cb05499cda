//go:build !linux && !windows

package face

import (
	"os"
	"runtime/metrics"
	"time"
)

// limitProcess watches the process from within, where the system offers nothing that Go can use: every few milliseconds
// the memory that the runtime has from the system is looked at, and the process ends where it is too much.
func limitProcess() error {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	go func() {
		for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
			metrics.Read(sample)
			if sample[0].Value.Uint64() > MaxMemory || time.Since(start) > MaxTime {
				os.Exit(exitLimit)
			}
		}
	}()
	return nil
}
