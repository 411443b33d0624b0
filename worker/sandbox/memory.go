package sandbox

import (
	"os"
	"runtime/metrics"
	"time"
)

// watchMemory ends the child once it measures more than bytes. It is a watch,
// not a wall: a single huge allocation can come between two looks.
func watchMemory(bytes int64) {
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
