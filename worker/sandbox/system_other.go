//go:build !linux

package sandbox

import (
	"os"
	"runtime/metrics"
	"syscall"
	"time"
)

func executable() (string, error) { return os.Executable() }

func dieWithParent() *syscall.SysProcAttr { return nil }

// limitMemory ends the child once it measures more than bytes. It is a watch,
// not a wall: a single huge allocation can come between two looks.
func limitMemory(bytes int64) {
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			if residentMemory() > bytes {
				os.Exit(exitMemory)
			}
		}
	}()
}

// residentMemory is what the runtime took from the system and did not give back.
func residentMemory() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64()) - int64(s[1].Value.Uint64())
}

// openPeakMemory answers with the present memory: these systems' peaks are not
// to be had without cgo in the same terms.
func openPeakMemory() (peak func() int64) { return residentMemory }

// confine has nothing to apply here.
func confine(string) {}
