package column

import (
	"encoding/binary"

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
	rows    int
	exact   bool
	collect bool // the stream keeps all hashes
	dict    dictionary
	ids     []uint16
	gaps    [gapKinds]bitmap
	stream  *stream
}

// gapKind tells apart what may be a null.
type gapKind int

const (
	gapEmpty gapKind = iota // empty cells, and the nulls of formats that have some
	gapWord
	gapNA
	gapNaN
	gapMark
	gapWeak
	gapKinds
)

func gapOf(c class) gapKind { return gapKind(c-classNullWord) + gapWord }

// NewPartial is an empty partial of c.
func (c *Column) NewPartial() *Partial {
	p := &Partial{budget: c.budget, mul: sketch.Mix(uint64(c.Index)+1, 0) | 1}
	p.begin(c)
	return p
}

// Reset makes p an empty partial of c again, and keeps its memory.
func (p *Partial) Reset(c *Column) {
	p.rows, p.ids = 0, p.ids[:0]
	for i := range p.gaps {
		p.gaps[i] = p.gaps[i][:0]
	}
	p.dict.reset()
	p.begin(c)
}

func (p *Partial) begin(c *Column) {
	overflowed, lost := c.hints()
	p.exact = !overflowed
	if overflowed {
		p.dict, p.ids = dictionary{}, nil // never again
	} else if p.dict.slots == nil {
		p.dict.slots = make([]uint64, 64)
	}
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
		p.stream = newStream(p.budget)
	}
	p.stream.collect = p.collect
}

// Rows is the number of rows seen.
func (p *Partial) Rows() int { return p.rows }

// Skip sees rows that the column does not have: nulls.
func (p *Partial) Skip(rows int) {
	p.gaps[gapEmpty].setRange(p.rows, p.rows+rows)
	if p.exact {
		for range rows {
			p.ids = append(p.ids, nullID)
		}
	}
	p.rows += rows
}

// Add sees the cells of a batch, and adds its part to the hash of each row.
func (p *Partial) Add(v *source.Vector, rows int, rowHash []uint64) {
	from := 0
	if p.exact {
		if v.Kinds == nil {
			from = p.count(v, rows, rowHash)
		} else {
			from = p.countKinds(v, rows, rowHash)
		}
		if from < rows {
			p.overflow(p.rows + from)
		}
	}
	for i := from; i < rows; i++ {
		kind := source.Raw
		if v.Kinds != nil {
			kind = v.Kinds[i]
		}
		s, e := v.Start[i], v.End[i]
		if kind == source.Null || kind == source.Raw && s == e {
			p.gaps[gapEmpty].set(p.rows + i)
			continue
		}
		b := v.Data[s:e]
		hash, _, _ := words(b, kind)
		rowHash[i] += hash * p.mul
		p.stream.add(b, kind, hash, int64(p.rows+i))
		if c := p.stream.scratch.class; c.token() {
			p.gaps[gapOf(c)].set(p.rows + i)
		}
	}
	p.rows += rows
}

var lowBytes = [9]uint64{0, 1<<8 - 1, 1<<16 - 1, 1<<24 - 1, 1<<32 - 1, 1<<40 - 1, 1<<48 - 1, 1<<56 - 1, 1<<64 - 1}

// count brings raw cells into the dictionary. It answers with the number of
// rows done: fewer than there are if the dictionary is full.
func (p *Partial) count(v *source.Vector, rows int, rowHash []uint64) int {
	data, start, end := v.Data, v.Start[:rows], v.End[:rows]
	rowHash = rowHash[:rows]
	d, mul, ids := &p.dict, p.mul, p.ids
	for i := range start {
		s, e := start[i], end[i]
		n := e - s
		var h, w0, w1 uint64
		switch {
		case n == 0:
			ids = append(ids, nullID)
			p.gaps[gapEmpty].set(p.rows + i)
			continue
		case n <= 8 && int(s)+8 <= len(data):
			w0 = binary.LittleEndian.Uint64(data[s:]) & lowBytes[n&15]
			h = sketch.HashWords(w0, 0, int(n))
		default:
			h, w0, w1 = words(data[s:e], source.Raw)
		}
		id, slot := d.find(h, w0, w1, data[s:e], source.Raw)
		if id < 0 {
			if id = p.insert(data[s:e], source.Raw, h, w0, w1, slot, p.rows+i); id < 0 {
				p.ids = ids
				return i
			}
		} else {
			d.entries[id].count++
		}
		rowHash[i] += h * mul
		ids = append(ids, uint16(id))
	}
	p.ids = ids
	return rows
}

// countKinds is count for formats with types.
func (p *Partial) countKinds(v *source.Vector, rows int, rowHash []uint64) int {
	d := &p.dict
	for i := range rows {
		kind := v.Kinds[i]
		b := v.Data[v.Start[i]:v.End[i]]
		if kind == source.Null || kind == source.Raw && len(b) == 0 {
			p.ids = append(p.ids, nullID)
			p.gaps[gapEmpty].set(p.rows + i)
			continue
		}
		h, w0, w1 := words(b, kind)
		id, slot := d.find(h, w0, w1, b, kind)
		if id < 0 {
			if id = p.insert(b, kind, h, w0, w1, slot, p.rows+i); id < 0 {
				return i
			}
		} else {
			d.entries[id].count++
		}
		rowHash[i] += h * p.mul
		p.ids = append(p.ids, uint16(id))
	}
	return rows
}

// insert adds a new value, or answers -1 if the dictionary is full.
func (p *Partial) insert(b []byte, kind source.Kind, h, w0, w1 uint64, slot, row int) int {
	d := &p.dict
	if len(d.entries) >= p.budget.Distinct || len(d.texts) >= p.budget.Text && len(b) > 0 {
		return -1
	}
	e := entry{hash: h, w0: w0, w1: w1, count: 1, first: int64(row), length: uint32(len(b)), chars: uint32(chars(b)), kind: kind}
	return d.insert(e, b, slot)
}

// overflow gives the dictionary up: its rows become a stream.
func (p *Partial) overflow(rows int) {
	p.ensureStream()
	p.exact = false
	p.replay(rows)
	p.dict, p.ids = dictionary{}, nil
}

// replay plays the rows so far into the stream.
func (p *Partial) replay(rows int) {
	d, s := &p.dict, p.stream
	looked := make([]value, len(d.entries))
	for i := range d.entries {
		e := &d.entries[i]
		classifyKind(d.text(e), e.kind, &looked[i])
	}
	for row, id := range p.ids[:rows] {
		if id == nullID {
			continue
		}
		e, v := &d.entries[id], &looked[id]
		s.see(v, d.text(e), int(e.chars), e.hash, int64(row))
		if v.class.token() {
			p.gaps[gapOf(v.class)].set(row)
		}
	}
}

// markTokens marks the rows with values that may be nulls; the stream does so
// as it goes.
func (p *Partial) markTokens() {
	var kinds []gapKind // by entry; gapKinds where it is none
	for i := range p.dict.entries {
		e := &p.dict.entries[i]
		b := p.dict.text(e)
		if e.kind != source.Raw || len(b) > 16 && !space(b[0]) && b[0] != 0xc2 {
			continue
		}
		var v value
		classify(b, &v)
		if !v.class.token() {
			continue
		}
		if kinds == nil {
			kinds = make([]gapKind, len(p.dict.entries))
		}
		kinds[i] = gapOf(v.class)
	}
	if kinds == nil {
		return
	}
	for row, id := range p.ids {
		if id != nullID && kinds[id] != gapEmpty {
			p.gaps[kinds[id]].set(row)
		}
	}
}
