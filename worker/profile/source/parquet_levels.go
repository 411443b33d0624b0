package source

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

var (
	errValues  = errors.New("a page holds fewer values than its header says")
	errRuns    = errors.New("the runs of a page are not written as Parquet demands")
	errEntry   = errors.New("a value refers to an entry that the dictionary does not have")
	errDelta   = errors.New("the differences of a page are not written as Parquet demands")
	errLevels  = errors.New("the levels of a page are not those of the schema")
	errTooMany = errors.New("a page is said to hold more values than Assay reads in one page")
)

// hybrid reads small numbers that are written as runs of one value and as
// groups of eight packed values, by turns
// (https://github.com/apache/parquet-format/blob/master/Encodings.md#RLE).
// It reads on demand: a run of two billion costs nothing until it is asked for.
type hybrid struct {
	b      []byte
	width  uint
	run    uint64 // values left of a run …
	value  uint32 // … of this one
	packed uint64 // packed values left …
	at     uint64 // … from this bit of bits on
	bits   []byte
	msb    bool // the old way of packing levels: one group, highest bit first
}

func newHybrid(b []byte, width int) hybrid { return hybrid{b: b, width: uint(width)} }

// next begins a run or group where none is under way.
func (h *hybrid) next() error {
	for h.run == 0 && h.packed == 0 {
		if h.width == 0 {
			h.run, h.value = 1<<62, 0
			return nil
		}
		u, n := binary.Uvarint(h.b)
		if n <= 0 {
			return errValues
		}
		h.b = h.b[n:]
		count := u >> 1
		if u&1 == 0 {
			k := int(h.width+7) / 8
			if k > len(h.b) {
				return errValues
			}
			h.value = 0
			for i := range k {
				h.value |= uint32(h.b[i]) << (8 * i)
			}
			h.run, h.b = count, h.b[k:]
			continue
		}
		if count > 1<<40 {
			return errRuns
		}
		// The last group of a page may lack the bytes that nobody needs.
		size := min(count*uint64(h.width), uint64(len(h.b)))
		h.bits, h.b, h.at = h.b[:size], h.b[size:], 0
		h.packed = min(count*8, size*8/uint64(h.width))
	}
	return nil
}

// read fills dst.
func readHybrid[T uint8 | uint32](h *hybrid, dst []T) error {
	for len(dst) > 0 {
		if err := h.next(); err != nil {
			return err
		}
		if h.run > 0 {
			n := min(uint64(len(dst)), h.run)
			for i := range dst[:n] {
				dst[i] = T(h.value)
			}
			h.run -= n
			dst = dst[n:]
			continue
		}
		n := min(uint64(len(dst)), h.packed)
		if h.msb {
			unpackMSB(dst[:n], h.bits, h.at, h.width)
		} else {
			unpackLSB(dst[:n], h.bits, h.at, h.width)
		}
		h.at += n * uint64(h.width)
		h.packed -= n
		dst = dst[n:]
	}
	return nil
}

func (h *hybrid) skip(n int) error {
	for n > 0 {
		if err := h.next(); err != nil {
			return err
		}
		if h.run > 0 {
			k := min(uint64(n), h.run)
			h.run -= k
			n -= int(k)
			continue
		}
		k := min(uint64(n), h.packed)
		h.at += k * uint64(h.width)
		h.packed -= k
		n -= int(k)
	}
	return nil
}

func unpackLSB[T uint8 | uint32](dst []T, b []byte, at uint64, width uint) {
	mask := uint64(1)<<width - 1
	for i := range dst {
		off := at >> 3
		var w uint64
		if off+8 <= uint64(len(b)) {
			w = binary.LittleEndian.Uint64(b[off:])
		} else {
			for k, c := range b[off:] {
				w |= uint64(c) << (8 * k)
			}
		}
		dst[i] = T(w >> (at & 7) & mask)
		at += uint64(width)
	}
}

func unpackMSB[T uint8 | uint32](dst []T, b []byte, at uint64, width uint) {
	for i := range dst {
		var v T
		for range width {
			v = v<<1 | T(b[at>>3]>>(7-at&7)&1)
			at++
		}
		dst[i] = v
	}
}

// levelReader is the levels at the head of a page of the first version; rest
// is what stands behind.
func levelReader(b []byte, encoding int32, most, values int) (h hybrid, rest []byte, err error) {
	width := bits.Len(uint(most))
	if encoding == encBitPacked {
		size := (values*width + 7) / 8
		if size > len(b) {
			return h, nil, errValues
		}
		return hybrid{width: uint(width), packed: uint64(values), bits: b[:size], msb: true}, b[size:], nil
	}
	if len(b) < 4 {
		return h, nil, errValues
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return h, nil, errValues
	}
	return newHybrid(b[4:4+n], width), b[4+n:], nil
}
