package column

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

const (
	keptBytes = 1024 // of a value: enough for 256 characters of any script
	nullID    = math.MaxUint16
)

// entry is one different value.
type entry struct {
	hash   uint64
	count  int64
	first  int64  // row of the first one, from 0
	length uint32 // bytes of the whole value
	chars  uint32
	off    uint32
	kept   uint16 // bytes in the arena
	kind   source.Kind
	long   longValue
}

// hot is what counting touches of an entry: nothing else of a value of up to
// eight bytes.
type hot struct {
	key   uint64
	part  uint64 // in the hash of a row
	count int64  // not yet in the entry's
}

// dictionary is an open addressing table of values; a quarter of its slots at
// most is used, so that nearly all are found at first sight. A column's entries
// are in the order of their first appearance.
//
// A partial's dictionary may begin a segment with the values of one before, as
// most columns have the same ones everywhere: seen has those of this segment, in
// that order, and nothing else depends on the others.
type dictionary struct {
	slots   []uint16 // the number of the entry + 1
	hot     []hot
	entries []entry
	texts   []byte
	seen    []uint16  // of a partial: entries of this segment
	size    int       // … the bytes of their texts
	marks   []gapKind // … what they would mark, see markTokens; of as many as were looked at
	into    []uint16  // … their places in the column's dictionary + 1, as far as known
}

func (d *dictionary) reset() {
	clear(d.slots)
	d.hot, d.entries, d.texts = d.hot[:0], d.entries[:0], d.texts[:0]
	d.marks, d.into = d.marks[:0], d.into[:0]
}

// again begins a new segment, with the values known so far if most of them were
// seen in the last one, and there is room for as many more.
func (d *dictionary) again(b Budget) {
	n := len(d.entries)
	if n > b.Distinct/2 || len(d.texts) > b.Text/2 || n > 2*len(d.seen) {
		d.reset()
	}
	for i := range d.entries {
		d.entries[i].count, d.hot[i].count = 0, 0
	}
	d.seen, d.size = d.seen[:0], 0
}

// appear notes the first row of a value in a segment, from 0. It answers false if
// the dictionary is full.
func (p *Partial) appear(id, row int) bool {
	d := &p.dict
	e := &d.entries[id]
	if !d.mayTake(p.budget, int(e.length)) {
		return false
	}
	e.first = int64(row)
	d.seen = append(roomFor(d.seen, 1), uint16(id))
	d.size += int(e.kept)
	return true
}

// mayTake tells whether there is room for one more value of this segment.
func (d *dictionary) mayTake(b Budget, length int) bool {
	return len(d.seen) < b.Distinct && (d.size < b.Text || length == 0)
}

func (d *dictionary) begin() {
	if len(d.slots) == 0 {
		d.slots = sketch.Zeros[uint16](256)
	}
}

func (d *dictionary) text(e *entry) []byte { return d.texts[e.off : e.off+uint32(e.kept)] }

// ascii tells whether all values are of ASCII characters.
func (d *dictionary) ascii() bool {
	for i := range d.entries {
		if e := &d.entries[i]; e.chars != e.length {
			return false
		}
	}
	return true
}

// A key tells short values apart by itself: up to seven bytes stand in it as
// they are, with kind and length above them; eight raw bytes fill it. Valid
// UTF-8 does not end in a byte from 0xc0 on, so that these cannot be taken for others.
// The key of a longer value is its hash, and its text has to be compared.
const (
	keyTag  = 0xc0 << 56
	keyLong = 0xff << 56
)

var lowBytes = [16]uint64{0, 1<<8 - 1, 1<<16 - 1, 1<<24 - 1, 1<<32 - 1, 1<<40 - 1, 1<<48 - 1, 1<<56 - 1, 1<<64 - 1}

// keyTags are by length.
var keyTags = [16]uint64{keyTag, keyTag | 1<<56, keyTag | 2<<56, keyTag | 3<<56, keyTag | 4<<56, keyTag | 5<<56, keyTag | 6<<56, keyTag | 7<<56}

// shortKey answers false for values that need a long one.
func shortKey(b []byte, kind source.Kind) (uint64, bool) {
	n := len(b)
	if n > 8 {
		return 0, false
	}
	w, _ := sketch.Words(b)
	if n == 8 {
		return w, kind == source.Raw && w < keyTag
	}
	return w | keyTags[n] | uint64(kind)<<59, kind < 7
}

// place is where the search for a key begins.
func place(key uint64) uint64 {
	hi, lo := bits.Mul64(key, 0x9e3779b97f4a7c15)
	return hi ^ lo
}

// find answers with the number of a value's entry, or -1 and the slot where it
// should go.
func (d *dictionary) find(key uint64, b []byte, kind source.Kind) (id int, slot uint64) {
	mask := uint64(len(d.slots) - 1)
	for i := place(key) & mask; ; i = (i + 1) & mask {
		x := int(d.slots[i])
		if x == 0 {
			return -1, i
		}
		if d.hot[x-1].key == key && (key < keyLong || d.same(x-1, b, kind)) {
			return x - 1, i
		}
	}
}

// same compares a long value with an entry. Of those beyond keptBytes the
// rest is told apart by the key alone.
func (d *dictionary) same(id int, b []byte, kind source.Kind) bool {
	e := &d.entries[id]
	return int(e.length) == len(b) && e.kind == kind && bytes.Equal(d.text(e), b[:e.kept])
}

// insert adds a value that find did not find.
func (d *dictionary) insert(e entry, key, part uint64, b []byte, slot uint64) int {
	e.off, e.kept = uint32(len(d.texts)), uint16(min(len(b), keptBytes))
	d.texts = append(roomFor(d.texts, int(e.kept)), b[:e.kept]...)
	d.entries = append(roomFor(d.entries, 1), e)
	d.hot = append(roomFor(d.hot, 1), hot{key: key, part: part})
	id := len(d.entries) - 1
	d.slots[slot] = uint16(id + 1)
	if len(d.entries) > len(d.slots)/4 {
		d.grow()
	}
	return id
}

// roomFor has room for n more. append alone would grow by a quarter only, and a
// dictionary that is going to overflow be copied again and again; it also clears
// what it adds, and so touches memory that the system need not have given yet.
func roomFor[T any](s []T, n int) []T {
	const large = 8192
	if len(s)+n <= cap(s) {
		return s
	}
	most := 4 * cap(s)
	if cap(s) >= large {
		most = 2 * cap(s)
	}
	grown := make([]T, len(s), max(len(s)+n, most, 16))
	copy(grown, s)
	return grown
}

func (d *dictionary) grow() {
	d.slots = sketch.Zeros[uint16](2 * len(d.slots))
	mask := uint64(len(d.slots) - 1)
	for id := range d.hot {
		i := place(d.hot[id].key) & mask
		for d.slots[i] != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = uint16(id + 1)
	}
}

// settle brings the counts into the entries of a segment.
func (d *dictionary) settle() {
	for _, i := range d.seen {
		d.entries[i].count += d.hot[i].count
		d.hot[i].count = 0
	}
}

// merge counts the values of a partial's dictionary, whose rows begin at offset.
func (d *dictionary) merge(o *dictionary, offset int64) {
	if d.slots == nil && offset == 0 && len(o.seen) == len(o.entries) {
		*d, *o = *o, dictionary{}
		return
	}
	d.begin()
	for len(o.into) < len(o.entries) {
		o.into = append(roomFor(o.into, 1), 0)
	}
	for _, i := range o.seen {
		e := &o.entries[i]
		if id := o.into[i]; id > 0 {
			d.entries[id-1].count += e.count
			continue
		}
		key := o.hot[i].key
		b := o.text(e)
		id, slot := d.findEntry(key, e, b)
		if id >= 0 {
			d.entries[id].count += e.count
		} else {
			mine := *e
			mine.first += offset
			id = d.insert(mine, key, 0, b, slot)
		}
		o.into[i] = uint16(id + 1)
	}
}

// findEntry is find for an entry of another dictionary with the text kept there.
func (d *dictionary) findEntry(key uint64, e *entry, b []byte) (id int, slot uint64) {
	mask := uint64(len(d.slots) - 1)
	for i := place(key) & mask; ; i = (i + 1) & mask {
		x := int(d.slots[i])
		if x == 0 {
			return -1, i
		}
		if d.hot[x-1].key != key {
			continue
		}
		if f := &d.entries[x-1]; key < keyLong || f.hash == e.hash && f.length == e.length && f.kind == e.kind && bytes.Equal(d.text(f), b) {
			return x - 1, i
		}
	}
}

// hashOf is the hash of a value. Values of formats with types are told apart
// by their kind too.
func hashOf(b []byte, kind source.Kind) uint64 {
	h := sketch.Hash(b)
	if kind != source.Raw {
		h = sketch.Mix(h, uint64(kind))
	}
	return h
}

// count brings raw cells into the dictionary. It answers with the number of
// rows done: fewer than there are if the dictionary is full.
func (p *Partial) count(v *source.Vector, rows int, sums []uint64) int {
	data, start, end := v.Data, v.Start[:rows], v.End[:rows]
	sums = sums[:rows]
	had := len(p.ids)
	p.ids = roomFor(p.ids, rows)[:had+rows]
	d, ids := &p.dict, p.ids[had:][:rows]
	table, slots := d.hot, d.slots
	mask := uint64(len(slots) - 1)
next:
	for i := range start {
		s, e := start[i], end[i]
		n := e - s
		if n == 0 {
			ids[i] = nullID
			p.gaps[gapEmpty].set(p.rows + i)
			continue
		}
		if n <= 8 && int(s)+8 <= len(data) {
			key := binary.LittleEndian.Uint64(data[s:])&lowBytes[n&15] | keyTags[n&15]
			if n < 8 || key < keyTag {
				at := place(key) & mask
				for x := int(slots[at]); x != 0; x = int(slots[at]) {
					if h := &table[x-1]; h.key == key {
						if h.count == 0 && !p.appear(x-1, p.rows+i) {
							p.ids = p.ids[:had+i]
							return i
						}
						h.count++
						sums[i] += h.part
						ids[i] = uint16(x - 1)
						continue next
					}
					at = (at + 1) & mask
				}
			}
		} else if n <= 16 && int(s)+16 <= len(data) {
			key := sketch.HashFront((*[16]byte)(data[s:]), int(n)) | keyLong
			at := place(key) & mask
			for x := int(slots[at]); x != 0; x = int(slots[at]) {
				if h := &table[x-1]; h.key == key && d.same(x-1, data[s:e], source.Raw) {
					if h.count == 0 && !p.appear(x-1, p.rows+i) {
						p.ids = p.ids[:had+i]
						return i
					}
					h.count++
					sums[i] += h.part
					ids[i] = uint16(x - 1)
					continue next
				}
				at = (at + 1) & mask
			}
		}
		id := p.countOne(data[s:e], source.Raw, p.rows+i)
		if id < 0 {
			p.ids = p.ids[:had+i]
			return i
		}
		table, slots = d.hot, d.slots
		mask = uint64(len(slots) - 1)
		table[id].count++
		sums[i] += table[id].part
		ids[i] = uint16(id)
	}
	return rows
}

// countKinds is count for formats with types.
func (p *Partial) countKinds(v *source.Vector, rows int, sums []uint64) int {
	data, start, end, kinds := v.Data, v.Start[:rows], v.End[:rows], v.Kinds[:rows]
	sums = sums[:rows]
	had := len(p.ids)
	p.ids = roomFor(p.ids, rows)[:had+rows]
	d, ids := &p.dict, p.ids[had:][:rows]
	table, slots := d.hot, d.slots
	mask := uint64(len(slots) - 1)
	for from := 0; from < rows; from += 64 {
		here := filled(kinds[from:min(from+64, rows)])
		if all := uint64(math.MaxUint64) >> max(0, 64-(rows-from)); here != all {
			p.gaps[gapEmpty].setWord(p.rows+from, all&^here)
			for i := range ids[from:min(from+64, rows)] {
				ids[from+i] = nullID
			}
		}
	next:
		for ; here != 0; here &= here - 1 {
			i := from + bits.TrailingZeros64(here)
			s, e, kind := start[i], end[i], kinds[i]
			n := e - s
			if kind == source.Raw && n == 0 {
				ids[i] = nullID
				p.gaps[gapEmpty].set(p.rows + i)
				continue
			}
			if n < 8 && kind < 7 && int(s)+8 <= len(data) {
				key := binary.LittleEndian.Uint64(data[s:])&lowBytes[n&15] | keyTags[n&15] | uint64(kind)<<59
				at := place(key) & mask
				for x := int(slots[at]); x != 0; x = int(slots[at]) {
					if h := &table[x-1]; h.key == key {
						if h.count == 0 && !p.appear(x-1, p.rows+i) {
							p.ids = p.ids[:had+i]
							return i
						}
						h.count++
						sums[i] += h.part
						ids[i] = uint16(x - 1)
						continue next
					}
					at = (at + 1) & mask
				}
			} else if n >= 8 && n <= 16 && kind != source.Raw && int(s)+16 <= len(data) {
				key := sketch.Mix(sketch.HashFront((*[16]byte)(data[s:]), int(n)), uint64(kind)) | keyLong
				at := place(key) & mask
				for x := int(slots[at]); x != 0; x = int(slots[at]) {
					if h := &table[x-1]; h.key == key && d.same(x-1, data[s:e], kind) {
						if h.count == 0 && !p.appear(x-1, p.rows+i) {
							p.ids = p.ids[:had+i]
							return i
						}
						h.count++
						sums[i] += h.part
						ids[i] = uint16(x - 1)
						continue next
					}
					at = (at + 1) & mask
				}
			}
			id := p.countOne(data[s:e], kind, p.rows+i)
			if id < 0 {
				p.ids = p.ids[:had+i]
				return i
			}
			table, slots = d.hot, d.slots
			mask = uint64(len(slots) - 1)
			table[id].count++
			sums[i] += table[id].part
			ids[i] = uint16(id)
		}
	}
	return rows
}

// countOne finds the entry of a value, or makes it. It answers -1 if the
// dictionary is full.
func (p *Partial) countOne(b []byte, kind source.Kind, row int) int {
	d := &p.dict
	key, short := shortKey(b, kind)
	var hash uint64
	if !short {
		hash = hashOf(b, kind)
		key = hash | keyLong
	}
	id, slot := d.find(key, b, kind)
	if id >= 0 {
		if d.hot[id].count == 0 && !p.appear(id, row) {
			return -1
		}
		return id
	}
	if !d.mayTake(p.budget, len(b)) {
		return -1
	}
	if short {
		hash = hashOf(b, kind)
	}
	e := entry{hash: hash, length: uint32(len(b)), chars: uint32(chars(b)), kind: kind}
	if len(b) > keptBytes {
		e.long = lookAtLong(b, kind)
	}
	id = d.insert(e, key, hash*p.mul, b, slot)
	p.appear(id, row)
	return id
}
