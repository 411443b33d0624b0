package sandbox

import (
	"os"
	"runtime/debug"
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

// limitMemory makes the limit hard. The kernel counts what may be written to,
// of which the runtime maps a good deal that it never touches: that comes on
// top, and a goroutine watches over what is really taken. A kernel that
// refuses leaves that and the soft limit.
func limitMemory(bytes int64) {
	watchMemory(bytes)
	if raceDetector {
		return
	}
	wall := uint64(bytes + untouchedMemory())
	_ = syscall.Setrlimit(rlimitData, &syscall.Rlimit{Cur: wall, Max: wall})
}

// untouchedMemory is what the process has mapped and not used so far.
func untouchedMemory() int64 {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer status.Close()
	return max(0, statusOf(status, "VmData:")-statusOf(status, "RssAnon:"))
}

// statusOf reads a line of a process's status that is a size. The answer is in
// bytes, 0 where the kernel does not have the line.
func statusOf(status *os.File, name string) int64 {
	b := make([]byte, 4<<10)
	n, _ := status.ReadAt(b, 0) // io.EOF is usual
	for line := range strings.Lines(string(b[:n])) {
		if value, found := strings.CutPrefix(line, name); found {
			kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kib << 10
		}
	}
	return 0
}

// takeLargePages asks the kernel to back the heap's first bytes by pages of
// 2 MiB: taking them one by one in pages of 4 KiB is a fifth of the time of a
// small file. The runtime lays its heap out from low addresses to high ones and
// fills gaps first, so a block that is given back at once makes it map that
// much, without touching any of it; large pages are only taken where something
// is written.
func takeLargePages(bytes int64) {
	const hugePage = 14 // MADV_HUGEPAGE, which package syscall names only on some architectures
	if bytes < 4<<20 {
		return
	}
	percent := debug.SetGCPercent(-1)
	_ = syscall.Madvise(make([]byte, bytes), hugePage) // a kernel without them refuses
	debug.FreeOSMemory()
	debug.SetGCPercent(percent)
}

// openPeakMemory opens the child's own status while the file system is in
// reach. getrusage will not do: its peak counts the parent's memory before
// exec.
func openPeakMemory() (peak func() int64) {
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return func() int64 { return 0 }
	}
	return func() int64 { return statusOf(status, "VmHWM:") }
}
