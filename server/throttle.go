package server

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// throttle slows guessing at passwords down. It delays and never locks out:
// a lock would let anybody shut anybody out. Guesses are counted per user name
// and address together, so a guesser elsewhere slows only himself; and, more
// patiently, per address alone, so that trying many names is no way round.
// Each attempt takes its place in a line, which makes guessing in parallel as
// slow as guessing in sequence; an attempt is counted before it is tried.
type throttle struct {
	mu        sync.Mutex
	names     lines // of a user name from an address
	addresses lines
}

// lines are the lines of one kind.
type lines struct {
	free           int           // attempts without delay
	first, longest time.Duration // delays: the first, and what doubling it ends at
	of             map[lineKey]*line
}

// lineKey is a hash: names come from strangers, and are as long as they like.
type lineKey [sha256.Size]byte

// line is what is known of one guesser.
type line struct {
	attempts int       // that were not right
	next     time.Time // when the last attempt in line is let through
}

const (
	// longestLine is how far ahead places are given; who comes later is sent
	// away with Retry-After, so that waiting requests cannot pile up.
	longestLine = 12 * time.Second
	forgetAfter = 15 * time.Minute
	manyLines   = 10_000 // of a kind: a megabyte
)

func newThrottle() *throttle {
	return &throttle{
		names: lines{free: 3, first: 250 * time.Millisecond, longest: 4 * time.Second, of: map[lineKey]*line{}},
		// Behind one address there may be a whole office.
		addresses: lines{free: 20, first: 100 * time.Millisecond, longest: 400 * time.Millisecond, of: map[lineKey]*line{}},
	}
}

// guess is an attempt's two lines.
type guess struct{ name, address lineKey }

// newGuess names the lines. An IPv6 network counts as one address, because who
// has one address there has 2^64.
func newGuess(username, ip string) guess {
	if a, err := netip.ParseAddr(ip); err == nil && a.Is6() && !a.Is4In6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			ip = p.String()
		}
	}
	return guess{
		name:    sha256.Sum256([]byte(strings.ToLower(username) + "\x00" + ip)),
		address: sha256.Sum256([]byte(ip)),
	}
}

// wait returns when the guess may be tried.
func (t *throttle) wait(ctx context.Context, g guess) error {
	delay, problem := t.place(g, time.Now())
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

// place gives the next place in both lines, or in none.
func (t *throttle) place(g guess, now time.Time) (time.Duration, *problem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	name, at := t.names.next(g.name, now)
	address, earliest := t.addresses.next(g.address, now)
	if earliest.After(at) {
		at = earliest
	}
	if ahead := at.Sub(now); ahead > longestLine {
		return 0, tooMany("too_many_attempts", "Too many attempts to sign in are waiting.", int((ahead-longestLine)/time.Second)+1)
	}
	name.attempts, name.next = name.attempts+1, at
	address.attempts, address.next = address.attempts+1, at
	return at.Sub(now), nil
}

// right is told of a right password. It ends the name's line. The address's
// goes on as if the attempt had not been: who has an account may not buy
// guesses at others with it.
func (t *throttle) right(g guess) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.names.of, g.name)
	if l := t.addresses.of[g.address]; l != nil && l.attempts > 0 {
		l.attempts--
	}
}

// next answers a line, and when its next attempt may be let through.
func (ls *lines) next(key lineKey, now time.Time) (*line, time.Time) {
	l := ls.of[key]
	if l == nil {
		ls.forget(now)
		l = &line{}
		ls.of[key] = l
	}
	if now.Sub(l.next) > forgetAfter {
		l.attempts = 0
	}
	if at := l.next.Add(ls.delay(l.attempts)); at.After(now) {
		return l, at
	}
	return l, now
}

func (ls *lines) delay(attempts int) time.Duration {
	if attempts < ls.free {
		return 0
	}
	// Bounded before shifting.
	return min(ls.first<<min(attempts-ls.free, 16), ls.longest)
}

// forget makes room when there are many lines: first those that are over by
// themselves, and if every one is recent, whichever come first.
func (ls *lines) forget(now time.Time) {
	if len(ls.of) < manyLines {
		return
	}
	for key, l := range ls.of {
		if now.Sub(l.next) > forgetAfter {
			delete(ls.of, key)
		}
	}
	for key := range ls.of {
		if len(ls.of) < manyLines {
			return
		}
		delete(ls.of, key)
	}
}
