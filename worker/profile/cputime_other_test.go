//go:build !unix

package profile

import "time"

var began = time.Now()

// cpuTime is the time of day here.
func cpuTime() time.Duration { return time.Since(began) }
