//go:build unix

package profile

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used so far: what others do on the machine
// shows much less in it than in the time of day.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
