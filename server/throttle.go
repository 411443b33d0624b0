package server

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// throttle slows guessing at passwords down. It delays and never locks out:
// a lock would let anybody shut anybody out. Guesses are counted per user name
// and address together, so a guesser elsewhere slows only himself. Each attempt
// takes its place in a line of its own key, which makes guessing in parallel as
// slow as guessing in sequence; an attempt is counted before it is tried.
type throttle struct {
	mu    sync.Mutex
	lines map[string]*line
}

// line is what is known of one user name from one address.
type line struct {
	attempts int       // since the last right one
	next     time.Time // when the last attempt in line is let through
}

const (
	freeGuesses = 3
	firstDelay  = 250 * time.Millisecond
	longestWait = 4 * time.Second
	// longestLine is how far ahead places are given; who comes later is sent
	// away with Retry-After, so that waiting requests cannot pile up.
	longestLine = 12 * time.Second
	forgetAfter = 15 * time.Minute
	manyLines   = 10_000
)

func newThrottle() *throttle { return &throttle{lines: map[string]*line{}} }

// guessKey names a line. An IPv6 network counts as one address, because who has
// one address there has 2^64.
func guessKey(username, ip string) string {
	if a, err := netip.ParseAddr(ip); err == nil && a.Is6() && !a.Is4In6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			ip = p.String()
		}
	}
	return strings.ToLower(username) + "\x00" + ip
}

// wait returns when the next guess may be tried.
func (t *throttle) wait(ctx context.Context, key string) error {
	delay, problem := t.place(key, time.Now())
	if problem != nil {
		return problem
	}
	if delay <= 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// place gives the next place in the line of key.
func (t *throttle) place(key string, now time.Time) (time.Duration, *problem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lines[key]
	if l == nil {
		t.forget(now)
		l = &line{}
		t.lines[key] = l
	}
	if now.Sub(l.next) > forgetAfter {
		l.attempts = 0
	}
	at := now
	if earliest := l.next.Add(delayAfter(l.attempts)); earliest.After(at) {
		at = earliest
	}
	if ahead := at.Sub(now); ahead > longestLine {
		return 0, tooMany("too_many_attempts", "Too many attempts to sign in are waiting.", int(ahead/time.Second)+1)
	}
	l.attempts++
	l.next = at
	return at.Sub(now), nil
}

// right ends a line: the password was right.
func (t *throttle) right(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.lines, key)
}

// forget makes room when there are many lines: first those that are over by
// themselves, and if every one is recent, whichever come first.
func (t *throttle) forget(now time.Time) {
	if len(t.lines) < manyLines {
		return
	}
	for key, l := range t.lines {
		if now.Sub(l.next) > forgetAfter {
			delete(t.lines, key)
		}
	}
	for key := range t.lines {
		if len(t.lines) < manyLines {
			return
		}
		delete(t.lines, key)
	}
}

func delayAfter(attempts int) time.Duration {
	if attempts < freeGuesses {
		return 0
	}
	// Bounded before shifting: 250 ms, 500 ms, 1 s, 2 s, then 4 s for ever.
	return min(firstDelay<<min(attempts-freeGuesses, 4), longestWait)
}
