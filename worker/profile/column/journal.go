package column

import (
	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

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

	// seen has a bit for each hash, which some share: there are at least
	// `distinct` different values of `text` bytes, those of the dictionary among them.
	seen           []uint64
	distinct, text int
}

const (
	// journalBits are bits of seen for each value that a dictionary may hold: with
	// these, one of 64 shares its bit.
	journalBits = 32
	// journalLength is how many times what a dictionary may hold a journal may.
	journalLength = 2
	// overread is how many bytes behind a short cell are read with it.
	overread = 32
)

// unique tells whether the rows so far are enough to see that nearly all values
// are new.
func (p *Partial) unique() bool {
	n := len(p.dict.entries)
	return n >= max(64, p.budget.Distinct/16) && !p.column.keeps.Load() &&
		10*n >= 9*(p.rows-int(p.gaps[gapEmpty].count()))
}

// openJournal begins with the next row.
func (p *Partial) openJournal() {
	d, room := &p.dict, p.budget.Distinct+p.budget.Distinct/4
	j := &journal{from: p.rows, distinct: len(d.entries), text: len(d.texts), ends: make([]uint32, 1, room),
		hashes: make([]uint64, 0, room), rows: make([]uint32, 0, room), seen: make([]uint64, p.budget.Distinct*journalBits/64)}
	j.cells.ASCII = true
	j.cells.Data = make([]byte, min(p.budget.Text, len(d.texts)/len(d.entries)*room)+overread)
	for i := range d.entries {
		j.see(d.entries[i].hash)
	}
	p.journal = j
}

// see answers with 1 for a hash that surely was not seen before.
func (j *journal) see(h uint64) uint64 {
	w := &j.seen[h>>6&uint64(len(j.seen)-1)]
	fresh := ^*w >> (h & 63) & 1
	*w |= 1 << (h & 63)
	return fresh
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

// write takes the cells of a batch and adds their part to the hashes of rows.
func (p *Partial) write(v *source.Vector, rows int, sums []uint64) {
	j := p.journal
	j.kinds(v.Kinds, rows)
	j.cells.ASCII = j.cells.ASCII && v.ASCII
	j.ends = roomFor(j.ends, rows)
	j.hashes, j.rows = roomFor(j.hashes, rows), roomFor(j.rows, rows)
	var (
		first      = len(j.ends) - 1
		at         = int(j.ends[first])
		ends       = j.ends[first+1:][:rows]
		hashes     = j.hashes[len(j.hashes):][:rows]
		places     = j.rows[len(j.rows):][:rows]
		start, end = v.Start[:rows], v.End[:rows]
		data, to   = v.Data, j.cells.Data
		mul, n     = p.mul, 0
		text       int
		distinct   uint64
	)
	sums = sums[:rows]
	for i := range start {
		s, e := int(start[i]), int(end[i])
		length := e - s
		if length == 0 && (v.Kinds == nil || v.Kinds[i] == source.Raw) || v.Kinds != nil && v.Kinds[i] == source.Null {
			p.gaps[gapEmpty].set(p.rows + i)
			ends[i] = uint32(at)
			continue
		}
		if at+length+overread > len(to) {
			to = append(make([]byte, 0, 2*len(to)+length+overread), to[:at]...)
			to = to[:cap(to)]
		}
		var h uint64
		if length <= 16 && s+16 <= len(data) {
			b := (*[16]byte)(data[s:])
			h = sketch.HashFront(b, length)
			*(*[16]byte)(to[at:]) = *b
		} else {
			h = sketch.Hash(data[s:e])
			copy(to[at:], data[s:e])
		}
		if v.Kinds != nil && v.Kinds[i] != source.Raw {
			h = sketch.Mix(h, uint64(v.Kinds[i]))
		}
		at += length
		ends[i] = uint32(at)
		sums[i] += h * mul
		hashes[n], places[n] = h, uint32(first+i)
		n++
		fresh := j.see(h)
		distinct += fresh
		text += min(length, keptBytes) & -int(fresh)
	}
	j.cells.Data = to
	j.ends = j.ends[:first+1+rows]
	j.hashes, j.rows = j.hashes[:len(j.hashes)+n], j.rows[:len(j.rows)+n]
	j.distinct += int(distinct)
	j.text += text
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

// beyond tells whether there surely are more values than a dictionary of this
// budget would have taken.
func (j *journal) beyond(b Budget) bool {
	return j.distinct > b.Distinct || j.text >= b.Text+keptBytes
}

// long tells whether a journal is too long to be worth its memory.
func (j *journal) long(b Budget) bool {
	return len(j.ends) > journalLength*b.Distinct || int(j.ends[len(j.ends)-1]) > journalLength*b.Text
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
