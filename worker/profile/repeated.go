package profile

import (
	"math/bits"

	"assay/worker/profile/sketch"
)

// firstRepeats finds the first rows that repeat an earlier one, for a reader to
// look at. It looks no farther than rowsLooked.
type firstRepeats struct {
	rows  []int64  // from 1
	seen  []uint64 // open addressing by hash, half of it at most is used; 0 is free
	known int      // … of its places
	done  bool
}

const (
	repeatsShown = 5
	rowsLooked   = 100_000
)

// look sees the hashes of the rows of a segment, the first of them behind row
// from. Behind the first rowsLooked of them some may be left out.
func (f *firstRepeats) look(hashes []uint64, from int64) {
	if f.done {
		return
	}
	f.room(min(len(hashes), rowsLooked))
	for i, h := range hashes {
		row := from + int64(i)
		if row >= rowsLooked || len(f.rows) >= repeatsShown {
			f.done, f.seen = true, nil
			return
		}
		if !f.add(h) {
			f.rows = append(f.rows, row+1)
		}
	}
}

// room makes the table large enough for n more hashes.
func (f *firstRepeats) room(n int) {
	size := 1 << bits.Len(uint(2*(f.known+n)))
	if size <= len(f.seen) {
		return
	}
	old := f.seen
	f.seen, f.known = sketch.Zeros[uint64](size), 0
	for _, h := range old {
		if h != 0 {
			f.add(h)
		}
	}
}

// add tells whether a hash is new.
func (f *firstRepeats) add(h uint64) bool {
	h = max(h, 1)
	mask := uint64(len(f.seen) - 1)
	at := h & mask
	for ; f.seen[at] != 0; at = (at + 1) & mask {
		if f.seen[at] == h {
			return false
		}
	}
	f.seen[at] = h
	f.known++
	return true
}
