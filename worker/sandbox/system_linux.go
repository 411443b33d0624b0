package sandbox

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// executable is the running one even after an upgrade replaced its file.
func executable() (string, error) { return "/proc/self/exe", nil }

func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// rlimitData is RLIMIT_DATA, which package syscall names only on some
// architectures. RLIMIT_AS is of no use: the runtime reserves far more
// addresses than it takes memory.
const rlimitData = 2

// limitMemory makes the limit hard. A kernel that refuses leaves the soft one.
func limitMemory(bytes int64) {
	if raceDetector {
		watchMemory(bytes)
		return
	}
	limit := syscall.Rlimit{Cur: uint64(bytes), Max: uint64(bytes)}
	_ = syscall.Setrlimit(rlimitData, &limit)
}

// openPeakMemory opens the child's own status while the file system is in
// reach. getrusage will not do: its peak counts the parent's memory before
// exec.
func openPeakMemory() (peak func() int64) {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return func() int64 { return 0 }
	}
	return func() int64 {
		b := make([]byte, 4<<10)
		n, _ := status.ReadAt(b, 0) // io.EOF is usual
		for line := range strings.Lines(string(b[:n])) {
			if value, found := strings.CutPrefix(line, "VmHWM:"); found {
				kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
				return kib << 10
			}
		}
		return 0
	}
}
