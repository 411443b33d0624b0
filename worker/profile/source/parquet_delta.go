package source

import (
	"encoding/binary"
)

// deltas reads DELTA_BINARY_PACKED
// (https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5):
// a first value, then blocks of differences, packed in miniblocks of their own
// width each.
type deltas struct {
	b     []byte // behind what was read
	total uint64 // values left, the first one included
	value int64  // the next one
	mini  uint64 // values of a miniblock
	minis int    // miniblocks of a block

	smallest int64
	widths   []byte // of the miniblocks that are left of the block
	left     uint64 // values left of the miniblock
	bits     []byte // of the miniblock
	at       uint64
	width    uint
	begun    bool
}

func newDeltas(b []byte) (d deltas, err error) {
	d.b = b
	block, minis := d.uvarint(&err), d.uvarint(&err)
	d.total = d.uvarint(&err)
	d.value = d.varint(&err)
	if err != nil {
		return d, err
	}
	if block == 0 || block > 1<<24 || minis == 0 || minis > block || block%minis != 0 || block/minis%8 != 0 {
		return d, errDelta
	}
	d.mini, d.minis = block/minis, int(minis)
	return d, nil
}

func (d *deltas) uvarint(err *error) uint64 {
	u, n := binary.Uvarint(d.b)
	if n <= 0 {
		*err = errDelta
		return 0
	}
	d.b = d.b[n:]
	return u
}

func (d *deltas) varint(err *error) int64 {
	u := d.uvarint(err)
	return int64(u>>1) ^ -int64(u&1)
}

// next is the next value.
func (d *deltas) next() (int64, error) {
	if d.total == 0 {
		return 0, errValues
	}
	d.total--
	if !d.begun {
		d.begun = true
		return d.value, nil
	}
	if d.left == 0 {
		if err := d.begin(); err != nil {
			return 0, err
		}
	}
	d.value += d.smallest + int64(unpack64(d.bits, d.at, d.width))
	d.at += uint64(d.width)
	d.left--
	return d.value, nil
}

// begin goes on to the next miniblock.
func (d *deltas) begin() error {
	var err error
	if len(d.widths) == 0 {
		d.smallest = d.varint(&err)
		if err != nil || d.minis > len(d.b) {
			return errDelta
		}
		d.widths, d.b = d.b[:d.minis], d.b[d.minis:]
	}
	d.width = uint(d.widths[0])
	d.widths = d.widths[1:]
	size := uint64(d.width) * d.mini / 8
	if d.width > 64 || size > uint64(len(d.b)) {
		return errDelta
	}
	d.bits, d.b = d.b[:size], d.b[size:]
	d.left, d.at = d.mini, 0
	return nil
}

// unpack64 is the number of width bits at bit at.
func unpack64(b []byte, at uint64, width uint) uint64 {
	if width == 0 {
		return 0
	}
	off, shift := at>>3, uint(at&7)
	var lo, hi uint64
	if off+8 <= uint64(len(b)) {
		lo = binary.LittleEndian.Uint64(b[off:])
		if off+8 < uint64(len(b)) {
			hi = uint64(b[off+8])
		}
	} else {
		for k, c := range b[off:] {
			lo |= uint64(c) << (8 * k)
		}
	}
	v := lo >> shift
	if shift > 0 {
		v |= hi << (64 - shift)
	}
	if width < 64 {
		v &= 1<<width - 1
	}
	return v
}

// lengths reads all of n lengths; their sum is bounded by what they are lengths of, later.
func (d *deltas) lengths(n int, into []uint32) ([]uint32, error) {
	if uint64(n) > d.total {
		return nil, errValues
	}
	into = into[:0]
	for range n {
		v, err := d.next()
		if err != nil {
			return nil, err
		}
		if v < 0 || v > maxPage {
			return nil, errDelta
		}
		into = append(into, uint32(v))
	}
	return into, nil
}

// rest is what stands behind all the values, which have been read.
func (d *deltas) rest() []byte { return d.b }
