//go:build !linux

package sandbox

import (
	"os"
	"syscall"
)

func executable() (string, error) { return os.Executable() }

func dieWithParent() *syscall.SysProcAttr { return nil }

// limitMemory: these systems have no limit that a Go program could live with.
func limitMemory(bytes int64) { watchMemory(bytes) }

// takeLargePages has nothing to ask for here.
func takeLargePages(int64) {}

// openPeakMemory answers with the present memory: these systems' peaks are not
// to be had without cgo in the same terms.
func openPeakMemory() (peak func() int64) { return residentMemory }

// confine has nothing to apply here.
func confine(string) {}
