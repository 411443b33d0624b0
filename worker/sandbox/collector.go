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

// wideLive is what lives in a child only where a table has a thousand columns
// or more. It then gets wideRoom at least: a quarter of what lives would have the
// collector run without pause while the columns are being made, and that is when
// somebody waits for the first report.
const (
	wideLive = 88 << 20
	wideRoom = 64 << 20
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
// lives (wideRoom at least, of more than wideLive); most is where the system refuses. What lives is mostly sketches without
// pointers, which cost the collector little.
func steerCollector(most int64) {
	debug.SetGCPercent(200)
	limit := min(easyMemory, most)
	debug.SetMemoryLimit(limit)
	go func() {
		for range time.Tick(20 * time.Millisecond) {
			if next := min(max(easyMemory, neededMemory()), most); next != limit {
				limit = next
				debug.SetMemoryLimit(limit)
			}
		}
	}()
}

// neededMemory is what the last collection left, room to work in, and what the
// runtime holds outside the heap. It changes with every collection only,
// by steps of 4 MiB.
func neededMemory() int64 {
	const step = 4 << 20
	s := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/released:bytes"}, {Name: "/memory/classes/heap/unused:bytes"},
	}
	metrics.Read(s)
	live := s[0].Value.Uint64()
	other := s[1].Value.Uint64() - s[2].Value.Uint64() - s[3].Value.Uint64() - s[4].Value.Uint64() - s[5].Value.Uint64()
	room := live / 4
	if live > wideLive {
		room = max(room, wideRoom)
	}
	return int64(live+room+other+step-1) / step * step
}
