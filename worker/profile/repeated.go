package profile

// firstRepeats finds the first rows that repeat an earlier one, for a reader to
// look at. It looks no farther than rowsLooked.
type firstRepeats struct {
	rows []int64 // from 1
	seen map[uint64]struct{}
	done bool
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
	if f.seen == nil {
		f.seen = map[uint64]struct{}{}
	}
	for i, h := range hashes {
		row := from + int64(i)
		if row >= rowsLooked || len(f.rows) >= repeatsShown {
			f.done, f.seen = true, nil
			return
		}
		if _, repeats := f.seen[h]; repeats {
			f.rows = append(f.rows, row+1)
		} else {
			f.seen[h] = struct{}{}
		}
	}
}
