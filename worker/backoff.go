package worker

import "time"

// backoff remembers what failed, so that a sweep which takes the oldest first
// comes to the others as well: a hundred objects that cannot be deleted must
// not keep all others. It is this process's memory; another one, or the next
// one, just tries again.
type backoff struct {
	first, longest time.Duration // until the next try: doubled with each
	failed         map[string]failure
}

type failure struct {
	err  error
	wait time.Duration
	next time.Time
}

// mostFailures bounds the memory, and how many rows a pass reads.
const mostFailures = 10_000

func newBackoff(first, longest time.Duration) *backoff {
	return &backoff{first: first, longest: longest, failed: map[string]failure{}}
}

// limit is how many of the oldest to read so that n are due, if there are so many.
func (b *backoff) limit(n int) int { return n + len(b.failed) }

func (b *backoff) due(id string, now time.Time) bool { return !b.failed[id].next.After(now) }

// note tells how a try at id went.
func (b *backoff) note(id string, err error, now time.Time) {
	if err == nil {
		delete(b.failed, id)
		return
	}
	f, known := b.failed[id]
	if !known && len(b.failed) >= mostFailures {
		return
	}
	f.err, f.wait = err, min(max(2*f.wait, b.first), b.longest)
	f.next = now.Add(f.wait)
	b.failed[id] = f
}

// keep forgets what is no longer listed: another process has dealt with it.
func (b *backoff) keep(listed map[string]bool) {
	for id := range b.failed {
		if !listed[id] {
			delete(b.failed, id)
		}
	}
}

// each does what is due of list, at most perPass. It returns the error of the
// first of list that fails, in this pass or since an earlier one: as long as the
// trouble lasts the error stays the same, and is logged once.
func each[T any](b *backoff, list []T, id func(T) string, now time.Time, do func(T) error) error {
	listed := make(map[string]bool, len(list))
	tried := 0
	for _, item := range list {
		key := id(item)
		listed[key] = true
		if tried < perPass && b.due(key, now) {
			tried++
			b.note(key, do(item), now)
		}
	}
	b.keep(listed)
	for _, item := range list {
		if f, ok := b.failed[id(item)]; ok {
			return f.err
		}
	}
	return nil
}
