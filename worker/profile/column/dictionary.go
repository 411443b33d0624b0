package column

import (
	"bytes"
	"math"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

const (
	keptBytes = 1024 // of a value: enough for 256 characters of any script
	nullID    = math.MaxUint16
)

// entry is one different value. Up to 16 bytes are compared as two words,
// longer ones by their bytes, those beyond keptBytes by length and hash.
type entry struct {
	hash   uint64
	w0, w1 uint64
	count  int64
	first  int64  // row of the first one, from 0
	length uint32 // bytes of the whole value
	chars  uint32
	off    uint32
	kept   uint16 // bytes in the arena
	kind   source.Kind
}

// dictionary is an open addressing table of values. Entries stay in the order
// of their first appearance.
type dictionary struct {
	slots   []uint64 // upper 48 bits of the hash, and the number of the entry + 1
	entries []entry
	texts   []byte
}

func (d *dictionary) reset() {
	clear(d.slots)
	d.entries, d.texts = d.entries[:0], d.texts[:0]
}

func (d *dictionary) text(e *entry) []byte { return d.texts[e.off : e.off+uint32(e.kept)] }

// find answers with the number of a value's entry, or -1 and the slot where it
// should go. b is only looked at where the words do not say it all.
func (d *dictionary) find(hash, w0, w1 uint64, b []byte, kind source.Kind) (id, slot int) {
	mask := uint64(len(d.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		x := d.slots[i]
		if x == 0 {
			return -1, int(i)
		}
		if (x^hash)>>16 != 0 {
			continue
		}
		id := int(x&0xffff) - 1
		e := &d.entries[id]
		if e.w0 == w0 && e.w1 == w1 && int(e.length) == len(b) && e.kind == kind &&
			(len(b) <= 16 || e.hash == hash && bytes.Equal(d.text(e), b[:min(len(b), keptBytes)])) {
			return id, int(i)
		}
	}
}

// insert adds a value that find did not find.
func (d *dictionary) insert(e entry, b []byte, slot int) int {
	e.off, e.kept = uint32(len(d.texts)), uint16(min(len(b), keptBytes))
	d.texts = append(d.texts, b[:e.kept]...)
	d.entries = append(d.entries, e)
	id := len(d.entries) - 1
	d.slots[slot] = e.hash&^0xffff | uint64(id+1)
	if len(d.entries) > len(d.slots)/2 {
		d.grow()
	}
	return id
}

func (d *dictionary) grow() {
	d.slots = make([]uint64, 2*len(d.slots))
	mask := uint64(len(d.slots) - 1)
	for id := range d.entries {
		h := d.entries[id].hash
		i := h & mask
		for d.slots[i] != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = h&^0xffff | uint64(id+1)
	}
}

// add counts a value of another dictionary here.
func (d *dictionary) add(o *dictionary, e *entry, offset int64) {
	if len(d.slots) == 0 {
		d.slots = make([]uint64, 64)
	}
	b := o.text(e)
	id, slot := d.findEntry(e, b)
	if id >= 0 {
		d.entries[id].count += e.count
		return
	}
	mine := *e
	mine.first += offset
	d.insert(mine, b, slot)
}

// findEntry is find for an entry of another dictionary with the text kept there.
func (d *dictionary) findEntry(e *entry, b []byte) (id, slot int) {
	mask := uint64(len(d.slots) - 1)
	for i := e.hash & mask; ; i = (i + 1) & mask {
		x := d.slots[i]
		if x == 0 {
			return -1, int(i)
		}
		if (x^e.hash)>>16 != 0 {
			continue
		}
		id := int(x&0xffff) - 1
		f := &d.entries[id]
		if f.hash == e.hash && f.length == e.length && f.kind == e.kind && bytes.Equal(d.text(f), b) {
			return id, int(i)
		}
	}
}

// words are the two words and the hash of a value of any length. Values of
// formats with types are told apart by their kind too.
func words(b []byte, kind source.Kind) (hash, w0, w1 uint64) {
	if n := len(b); n <= 16 {
		w0, w1 = sketch.Words(b)
		hash = sketch.HashWords(w0, w1, n)
	} else {
		w0, _ = sketch.Words(b[:8])
		w1, _ = sketch.Words(b[n-8:])
		hash = sketch.Hash(b)
	}
	if kind != source.Raw {
		hash = sketch.Mix(hash, uint64(kind))
	}
	return hash, w0, w1
}
