package column

import "assay/worker/profile/source"

// journal keeps the cells of a column that began with a new value in nearly
// every row, instead of a dictionary that would be played back as soon as it is
// full: to write a cell down costs a tenth of an entry. When there surely are more
// values than a dictionary holds, the cells go to the stream all at once;
// should the segment end before, or the journal grow too long, they go into
// the dictionary after all. Either way nobody can tell afterwards.
type journal struct {
	from   int           // row of the first cell
	cells  source.Vector // of all rows since; Data has room behind what is used
	ends   []uint32      // a zero, then where each cell ends: Start and End in one
	hashes []uint64      // of those that are not empty
	rows   []uint32      // … and their rows since from
	// From so many values or bytes on it is worth to look how many are different.
	values, size int
}

const (
	// journalLength is how many times what a dictionary may hold a journal may.
	journalLength = 2
	// overread is how many bytes behind a cell are written with it.
	overread = 32
)

// unique tells whether the rows so far are enough to see that nearly all values
// are new.
func (p *Partial) unique() bool {
	n := len(p.dict.seen)
	return n >= 64 && (n >= p.budget.Distinct/16 || p.dict.size >= p.budget.Text/16) && !p.column.keeps.Load() &&
		10*n >= 9*(p.rows-int(p.gaps[gapEmpty].count()))
}

// openJournal begins with the next row.
func (p *Partial) openJournal() {
	d, room := &p.dict, p.budget.Distinct+p.budget.Distinct/8
	j := &journal{from: p.rows, ends: make([]uint32, 1, room), hashes: make([]uint64, 0, room), rows: make([]uint32, 0, room)}
	j.cells.ASCII = true
	j.cells.Data = make([]byte, min(p.budget.Text, d.size/len(d.seen)*room)+overread)
	j.values, j.size = p.budget.Distinct-len(d.seen), p.budget.Text-d.size
	p.journal = j
}

func (j *journal) bytes() int { return int(j.ends[len(j.ends)-1]) }

// text is what a dictionary would keep of all cells, if they are different.
func (j *journal) text() (bytes int) {
	for i := range j.rows {
		bytes += j.kept(i)
	}
	return bytes
}

// kept is how much a dictionary would keep of the i-th cell that is not empty.
func (j *journal) kept(i int) int {
	r := j.rows[i]
	return min(int(j.ends[r+1]-j.ends[r]), keptBytes)
}

// skip writes down rows without a value.
func (j *journal) skip(rows int) {
	at := j.ends[len(j.ends)-1]
	for range rows {
		j.ends = append(j.ends, at)
	}
	if j.cells.Kinds != nil {
		for range rows {
			j.cells.Kinds = append(j.cells.Kinds, source.Null)
		}
	}
}

// write takes the cells of a batch, of which some in w are not empty.
func (j *journal) write(v *source.Vector, rows int, w *Work, filled int) {
	j.kinds(v.Kinds, rows)
	j.cells.ASCII = j.cells.ASCII && v.ASCII
	first := uint32(len(j.ends) - 1)
	had := len(j.rows)
	j.hashes = append(roomFor(j.hashes, filled), w.hashes[:filled]...)
	j.rows = append(roomFor(j.rows, filled), w.rows[:filled]...)
	for i := range j.rows[had:] {
		j.rows[had+i] += first
	}
	j.ends = roomFor(j.ends, rows)[:len(j.ends)+rows]
	start, end, ends := v.Start[:rows], v.End[:rows], j.ends[first+1:][:rows]
	data, to, at := v.Data, j.cells.Data, j.ends[first]
	for i := range start {
		s, e := start[i], end[i]
		next := at + (e - s)
		if int(next)+overread > len(to) {
			to = append(make([]byte, 0, 2*int(next)+overread), to[:at]...)
			to = to[:cap(to)]
		}
		if e-s <= overread && int(s)+overread <= len(data) {
			*(*[overread]byte)(to[at:]) = *(*[overread]byte)(data[s:])
		} else {
			copy(to[at:], data[s:e])
		}
		ends[i], at = next, next
	}
	j.cells.Data = to
}

// kinds writes down the kinds of cells, from the first one on that has one.
func (j *journal) kinds(kinds []source.Kind, rows int) {
	had := len(j.ends) - 1
	switch {
	case kinds != nil:
		if j.cells.Kinds == nil {
			j.cells.Kinds = make([]source.Kind, had, cap(j.ends)) // Raw
		}
		j.cells.Kinds = append(j.cells.Kinds, kinds[:rows]...)
	case j.cells.Kinds != nil:
		for range rows {
			j.cells.Kinds = append(j.cells.Kinds, source.Raw)
		}
	}
}

// journalBits are bits for each value that a dictionary may hold, to tell hashes
// apart by: one of 64 shares its bit with another one.
const journalBits = 32

// fresh marks a hash in a set of a power of two of words, and answers with 1 if it
// surely was not there before.
func fresh(set []uint64, h uint64) int {
	word := &set[h>>6&uint64(len(set)-1)]
	one := ^*word >> (h & 63) & 1
	*word |= 1 << (h & 63)
	return int(one)
}

// beyond tells whether there surely are more values than a dictionary would
// have taken. It looks for it as seldom as it can.
func (p *Partial) beyond(w *Work) bool {
	j, b := p.journal, p.budget
	if len(j.hashes) <= j.values && j.bytes() < j.size+keptBytes {
		return false
	}
	if len(w.seen) < b.Distinct*journalBits/64 {
		w.seen = make([]uint64, b.Distinct*journalBits/64)
	}
	clear(w.seen)
	for _, i := range p.dict.seen {
		fresh(w.seen, p.dict.entries[i].hash)
	}
	distinct, text := len(p.dict.seen), p.dict.size
	for i, h := range j.hashes {
		one := fresh(w.seen, h)
		distinct, text = distinct+one, text+j.kept(i)&-one
	}
	few := b.Distinct / 16
	j.values, j.size = len(j.hashes)+max(few, b.Distinct-distinct), j.bytes()+max(few, b.Text-text)
	return distinct > b.Distinct || text >= b.Text+keptBytes
}

// long tells whether a journal is too long to be worth its memory.
func (j *journal) long(b Budget) bool {
	return len(j.hashes) > journalLength*b.Distinct || len(j.ends) > 4*journalLength*b.Distinct || j.bytes() > journalLength*b.Text
}

// vector has the cells as those of one batch.
func (j *journal) vector() *source.Vector {
	n := len(j.ends) - 1
	j.cells.Start, j.cells.End = j.ends[:n], j.ends[1:]
	return &j.cells
}

// stream hands the cells from a row of the journal on to s.
func (j *journal) stream(s *stream, from int, gaps *gapMaps) {
	k := 0
	for k < len(j.rows) && int(j.rows[k]) < from {
		k++
	}
	s.addAll(selection{j.vector(), j.rows[k:], int64(j.from)}, j.hashes[k:], gaps)
}

// closeJournal brings the cells into the dictionary, if they fit it.
func (p *Partial) closeJournal() {
	j, rows := p.journal, p.rows
	n := len(j.ends) - 1
	v := j.vector()
	p.journal, p.rows = nil, j.from
	done, sums := 0, make([]uint64, n) // which nobody needs: they were added before
	if v.Kinds == nil {
		done = p.count(v, n, sums)
	} else {
		done = p.countKinds(v, n, sums)
	}
	if p.rows = rows; done < n {
		p.overflow(j.from + done)
		j.stream(p.stream, done, &p.gaps)
		return
	}
	p.column.keeps.Store(true)
}
