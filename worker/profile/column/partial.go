package column

import (
	"math"
	"math/bits"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// Partial is what is known of one column after one segment.
//
// While the dictionary lasts, ids has the entry of each row. Should the
// dictionary overflow, here or over the file, the rows are played back into
// the stream: so a stream is the same however long there was a dictionary, and
// a hint that there is no need for one (Column.hints) only saves time.
type Partial struct {
	budget  Budget
	mul     uint64 // this column's part in hashes of whole rows
	segment int
	rows    int
	exact   bool
	collect bool // the stream keeps all hashes
	dict    dictionary
	ids     []uint16
	journal *journal // of the rows behind those of the dictionary; nil without one
	typed   bool     // cells have kinds
	gaps    gapMaps
	stream  *stream
	column  *Column
}

// gapKind tells apart what may be a null.
type gapKind uint8

const (
	gapEmpty gapKind = iota // empty cells, and the nulls of formats that have some
	gapWord
	gapNA
	gapNaN
	gapMark
	gapWeak
	gapKinds
)

type gapMaps [gapKinds]bitmap

func gapOf(c class) gapKind { return gapKind(c-classNullWord) + gapWord }

// NewPartial is an empty partial of c for a segment, of which only its place in
// the file is needed.
func (c *Column) NewPartial(segment int) *Partial {
	p := &Partial{budget: c.budget, segment: segment, mul: sketch.Mix(uint64(c.Index)+1, 0) | 1, column: c}
	p.begin(c)
	return p
}

// Reset makes p an empty partial of c again, and keeps its memory.
func (p *Partial) Reset(c *Column, segment int) {
	p.segment = segment
	p.rows, p.ids, p.journal = 0, p.ids[:0], nil
	for i := range p.gaps {
		p.gaps[i] = p.gaps[i][:0]
	}
	p.dict.again(p.budget)
	p.begin(c)
}

func (p *Partial) begin(c *Column) {
	overflowed, lost := c.hints()
	p.exact = !overflowed
	if overflowed {
		p.dict, p.ids = dictionary{}, nil // never again
	} else {
		p.dict.begin()
	}
	p.typed = false
	if p.stream != nil {
		p.stream.reset()
	}
	p.collect = !lost
	if overflowed {
		p.ensureStream()
	}
}

func (p *Partial) ensureStream() {
	if p.stream == nil {
		p.stream = newSifted(p.budget)
	}
	p.stream.collect = p.collect
	p.stream.at(p.segment)
}

// Rows is the number of rows seen.
func (p *Partial) Rows() int { return p.rows }

// Skip sees rows that the column does not have: nulls.
func (p *Partial) Skip(rows int) {
	p.gaps[gapEmpty].setRange(p.rows, p.rows+rows)
	switch {
	case p.journal != nil:
		p.journal.skip(rows)
	case p.exact:
		for range rows {
			p.ids = append(p.ids, nullID)
		}
	}
	p.rows += rows
}

// Work is what the columns of one batch of rows share: their part in the hash
// of each row, and memory.
type Work struct {
	Sums   []uint64 // one a row, the caller clears them
	hashes []uint64 // of one column's values that are not empty
	rows   []uint32 // … and their rows in the batch
	seen   []uint64 // to tell the hashes of a journal apart
}

// Begin makes room for a batch of rows.
func (w *Work) Begin(rows int) {
	if cap(w.Sums) < rows {
		w.Sums = make([]uint64, rows)
		w.hashes, w.rows = make([]uint64, rows), make([]uint32, rows)
	}
	w.Sums = w.Sums[:rows]
	clear(w.Sums)
}

// Add sees the cells of a batch, and adds its part to the hash of each row.
func (p *Partial) Add(v *source.Vector, rows int, w *Work) {
	from := 0
	if p.exact && p.column.overflowed.Load() {
		p.overflow(p.rows) // what the dictionary has is going to be played back anyway
	}
	if p.journal != nil && p.journal.long(p.budget) {
		p.closeJournal()
	}
	switch {
	case p.journal != nil:
		p.typed = p.typed || v.Kinds != nil
		p.journal.write(v, rows, w, p.hash(v, 0, rows, w))
		p.rows += rows
		if p.beyond(w) {
			p.overflow(p.rows)
		}
		return
	case p.exact && v.Kinds == nil:
		from = p.count(v, rows, w.Sums)
	case p.exact:
		p.typed = true
		from = p.countKinds(v, rows, w.Sums)
	}
	if from < rows {
		if p.exact {
			p.overflow(p.rows + from)
		}
		p.pass(v, from, rows, w)
	}
	p.rows += rows
	if p.exact && p.unique() {
		p.openJournal()
	}
}

// pass hands the cells from a row on to the stream.
func (p *Partial) pass(v *source.Vector, from, rows int, w *Work) {
	n := p.hash(v, from, rows, w)
	p.stream.addAll(selection{Vector: v, rows: w.rows[:n], base: int64(p.rows)}, w.hashes[:n], &p.gaps)
}

// hash brings the hashes of the cells from a row on into w, and answers with
// the number of those that are not empty.
func (p *Partial) hash(v *source.Vector, from, rows int, w *Work) (n int) {
	if v.Kinds != nil {
		return p.hashKinds(v, from, rows, w)
	}
	start, end := v.Start[:rows], v.End[:rows]
	sums, hashes, at := w.Sums[:rows], w.hashes[:rows], w.rows[:rows]
	mul := p.mul
	for i := from; i < rows; i++ {
		s, e := start[i], end[i]
		var h uint64
		switch {
		case s == e:
			p.gaps[gapEmpty].set(p.rows + i)
			continue
		case e-s <= 16 && int(s)+16 <= len(v.Data):
			h = sketch.HashFront((*[16]byte)(v.Data[s:]), int(e-s))
		default:
			h = sketch.Hash(v.Data[s:e])
		}
		sums[i] += h * mul
		hashes[n], at[n] = h, uint32(i)
		n++
	}
	return n
}

// hashKinds is hash for formats with types.
func (p *Partial) hashKinds(v *source.Vector, from, rows int, w *Work) (n int) {
	start, end, kinds := v.Start[:rows], v.End[:rows], v.Kinds[:rows]
	sums, hashes, at := w.Sums[:rows], w.hashes[:rows], w.rows[:rows]
	mul := p.mul
	for ; from < rows; from += 64 {
		here := filled(kinds[from:min(from+64, rows)])
		p.gaps[gapEmpty].setWord(p.rows+from, math.MaxUint64>>max(0, 64-(rows-from))&^here)
		for ; here != 0; here &= here - 1 {
			i := from + bits.TrailingZeros64(here)
			s, e, kind := start[i], end[i], kinds[i]
			if kind == source.Raw && s == e {
				p.gaps[gapEmpty].set(p.rows + i)
				continue
			}
			var h uint64
			if e-s > 16 || int(s)+16 > len(v.Data) {
				h = hashOf(v.Data[s:e], kind)
			} else if h = sketch.HashFront((*[16]byte)(v.Data[s:]), int(e-s)); kind != source.Raw {
				h = sketch.Mix(h, uint64(kind))
			}
			sums[i] += h * mul
			hashes[n], at[n] = h, uint32(i)
			n++
		}
	}
	return n
}

// filled has a bit for each of up to 64 cells that is not Null.
func filled(kinds []source.Kind) (here uint64) {
	if len(kinds) < 64 {
		for i, k := range kinds {
			if k != source.Null {
				here |= 1 << i
			}
		}
		return here
	}
	for i := range 8 {
		k := (*[8]source.Kind)(kinds[8*i:])
		w := uint64(k[0]) | uint64(k[1])<<8 | uint64(k[2])<<16 | uint64(k[3])<<24 | uint64(k[4])<<32 | uint64(k[5])<<40 | uint64(k[6])<<48 | uint64(k[7])<<56
		here |= bitsOf(zeroBytes(w^uint64(source.Null)*eachByte)^eachHigh) << (8 * i)
	}
	return here
}

// Foretell lets other partials know that the column has no dictionary, if that
// is so, before p is merged. p must be sure to be merged: of a segment that was
// begun at a wrong place nothing may be known.
func (p *Partial) Foretell() {
	if !p.exact {
		p.column.overflowed.Store(true)
	}
}

// overflow gives the dictionary up: its rows become a stream, and those of the
// journal after them.
func (p *Partial) overflow(rows int) {
	p.ensureStream()
	p.exact = false
	if j := p.journal; j != nil {
		p.replay(j.from)
		j.stream(p.stream, 0, &p.gaps)
	} else {
		p.replay(rows)
	}
	p.dict, p.ids, p.journal = dictionary{}, nil, nil
}

// replay plays the rows so far into the stream.
func (p *Partial) replay(rows int) {
	const most = 1024
	d := &p.dict
	d.settle()
	var (
		v      = source.Vector{Data: d.texts, ASCII: d.ascii(), Start: make([]uint32, most), End: make([]uint32, most)}
		hashes [most]uint64
		at     [most]uint32
	)
	if p.typed {
		v.Kinds = make([]source.Kind, most)
	}
	for from := 0; from < rows; from += most {
		n := 0
		for i, id := range p.ids[from:min(from+most, rows)] {
			if id == nullID {
				continue
			}
			e := &d.entries[id]
			if e.length > uint32(e.kept) {
				p.stream.addAll(selection{Vector: &v, rows: at[:n], base: int64(from)}, hashes[:n], &p.gaps)
				n = 0
				p.stream.add(d.text(e), e.kind, e.long, int(e.chars), e.hash, int64(from+i), &p.gaps)
				continue
			}
			v.Start[i], v.End[i] = e.off, e.off+uint32(e.kept)
			if p.typed {
				v.Kinds[i] = e.kind
			}
			hashes[n], at[n] = e.hash, uint32(i)
			n++
		}
		p.stream.addAll(selection{Vector: &v, rows: at[:n], base: int64(from)}, hashes[:n], &p.gaps)
	}
}

// markTokens marks the rows with values that may be nulls; the stream does so
// as it goes.
func (p *Partial) markTokens() {
	d := &p.dict
	for i := len(d.marks); i < len(d.entries); i++ {
		d.marks = append(roomFor(d.marks, 1), d.mark(&d.entries[i]))
	}
	some := false
	for _, i := range d.seen {
		some = some || d.marks[i] != gapEmpty
	}
	if !some {
		return
	}
	for row, id := range p.ids {
		if id != nullID && d.marks[id] != gapEmpty {
			p.gaps[d.marks[id]].set(row)
		}
	}
}

// mark is what the rows of a value are marked with; gapEmpty is nothing.
func (d *dictionary) mark(e *entry) gapKind {
	b := d.text(e)
	if e.kind != source.Raw || len(b) > 16 && !space(b[0]) && b[0] != 0xc2 {
		return gapEmpty
	}
	var v value
	if classify(b, &v); !v.class.token() {
		return gapEmpty
	}
	return gapOf(v.class)
}
