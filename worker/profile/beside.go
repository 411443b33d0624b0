package profile

import (
	"sync"
	"sync/atomic"
)

// beside does n pieces of work on so many goroutines, and hands each that is
// done on: in their order and one at a time, whoever is at it.
func beside(workers, n int, work, next func(i int)) {
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			work(i)
			next(i)
		}
		return
	}
	var (
		begun atomic.Int64
		line  = line{ready: make([]bool, n), next: next}
		wg    sync.WaitGroup
	)
	run := func() {
		for i := int(begun.Add(1)) - 1; i < n; i = int(begun.Add(1)) - 1 {
			work(i)
			line.put(i)
		}
	}
	for range workers - 1 {
		wg.Go(run)
	}
	run()
	wg.Wait()
}

// line puts in order what becomes ready in any.
type line struct {
	mu    sync.Mutex
	ready []bool
	done  int
	busy  bool // somebody is in next
	next  func(i int)
}

// put hands i on, and those behind it that are ready, if it is their turn and
// nobody is at it already.
func (l *line) put(i int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ready[i] = true
	if l.busy {
		return
	}
	l.busy = true
	for l.done < len(l.ready) && l.ready[l.done] {
		at := l.done
		l.mu.Unlock()
		l.next(at)
		l.mu.Lock()
		l.done++
	}
	l.busy = false
}
