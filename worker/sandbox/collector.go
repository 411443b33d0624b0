package sandbox

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// easyMemory is what a child may take without the collector working harder
// than it does by itself: with it a file of any length and a usual number of
// columns stays below 256 MiB resident, the program's own pages included.
const easyMemory = 144 << 20

// In a child's first moments, when somebody waits for the first report, what
// lives gets youngRoom at least: a quarter of it would have the collector run
// without pause while the columns of a very wide table are being made. A table of
// a usual number of columns has no use for it so early.
const (
	young     = time.Second
	youngRoom = 64 << 20
)

// largePages is how much of the heap is asked for in large pages: more, and
// what is given back piecemeal in a long run no longer fits easyMemory's purpose.
const largePages = 80 << 20

// smallFile is the size from which a file is likely to need more memory than
// preparing it costs.
const smallFile = 1 << 20

// steerCollector keeps the child's memory near what it needs. Left alone the
// collector lets the heap grow to twice what lives in it. Here it may grow to
// three times that up to easyMemory, and beyond it to a quarter more than what
// lives, at first youngRoom more; most is where the system refuses. What lives is mostly sketches without
// pointers, which cost the collector little.
func steerCollector(most int64) {
	debug.SetGCPercent(200)
	limit := min(easyMemory, most)
	debug.SetMemoryLimit(limit)
	go func() {
		begun := time.Now()
		for now := range time.Tick(20 * time.Millisecond) {
			room := int64(0)
			if now.Sub(begun) < young {
				room = youngRoom
			}
			if next := min(max(easyMemory, neededMemory(room)), most); next != limit {
				limit = next
				debug.SetMemoryLimit(limit)
			}
		}
	}()
}

// neededMemory is what the last collection left and a quarter more, or room more
// where that is greater, and what the runtime holds outside the heap. It changes
// with every collection only, by steps of 4 MiB.
func neededMemory(room int64) int64 {
	const step = 4 << 20
	s := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/released:bytes"}, {Name: "/memory/classes/heap/unused:bytes"},
	}
	metrics.Read(s)
	live := s[0].Value.Uint64()
	other := s[1].Value.Uint64() - s[2].Value.Uint64() - s[3].Value.Uint64() - s[4].Value.Uint64() - s[5].Value.Uint64()
	return (int64(live) + max(int64(live)/4, room) + int64(other) + step - 1) / step * step
}
