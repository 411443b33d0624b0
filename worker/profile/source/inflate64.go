package source

import (
	"bufio"
	"errors"
	"io"
	"math/bits"
	"slices"
)

// inflate64 unpacks Deflate64 (APPNOTE 4.4.5, method 9), in which the Explorer of
// Windows packs files of more than 2 GB: RFC 1951 with matches of up to 64 KiB
// from up to 64 KiB back.
type inflate64 struct {
	in    *bufio.Reader
	hold  uint64 // bits read ahead
	held  uint   // how many
	block uint8  // kind of the block under way, or one of the others
	last  bool
	left  int // bytes of a stored block
	// what is left of a match
	length, distance int
	literals, places prefixCode
	window           [1 << 16]byte
	at               int // of the next byte in window
	filled           int // bytes of window that were written
	err              error
}

const (
	storedBlock  = 0
	fixedBlock   = 1
	dynamicBlock = 2
	noBlock      = 3
	endOfBlock   = 256
	longestCode  = 15
)

var errInflate64 = errors.New("not Deflate64")

func newInflate64(r io.Reader) io.ReadCloser {
	return io.NopCloser(&inflate64{in: bufio.NewReaderSize(r, 64<<10), block: noBlock})
}

// Read implements io.Reader.
func (f *inflate64) Read(p []byte) (n int, _ error) {
	for n < len(p) && f.err == nil {
		switch {
		case f.length > 0:
			b := f.window[(f.at-f.distance)&(len(f.window)-1)]
			f.length--
			f.put(b)
			p[n] = b
			n++
		case f.block == noBlock && f.last:
			f.err = io.EOF
		case f.block == noBlock:
			f.begin()
		case f.block == storedBlock:
			if f.left == 0 {
				f.block = noBlock
				continue
			}
			b := byte(f.take(8))
			if f.err != nil {
				break
			}
			f.left--
			f.put(b)
			p[n] = b
			n++
		default:
			symbol := f.symbol(&f.literals)
			switch {
			case f.err != nil:
			case symbol < endOfBlock:
				f.put(byte(symbol))
				p[n] = byte(symbol)
				n++
			case symbol == endOfBlock:
				f.block = noBlock
			default:
				f.match(symbol - endOfBlock - 1)
			}
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, f.err
}

func (f *inflate64) put(b byte) {
	f.window[f.at] = b
	f.at = (f.at + 1) & (len(f.window) - 1)
	f.filled = min(f.filled+1, len(f.window))
}

// need has n bits held, if there are so many.
func (f *inflate64) need(n uint) {
	for f.held < n {
		b, err := f.in.ReadByte()
		if err != nil {
			return
		}
		f.hold |= uint64(b) << f.held
		f.held += 8
	}
}

// take reads n bits, at most 16.
func (f *inflate64) take(n uint) int {
	f.need(n)
	if f.held < n {
		f.short()
		return 0
	}
	v := int(f.hold & (1<<n - 1))
	f.hold >>= n
	f.held -= n
	return v
}

func (f *inflate64) short() {
	if f.err == nil {
		f.err = io.ErrUnexpectedEOF
		if _, err := f.in.ReadByte(); err != nil && err != io.EOF {
			f.err = err
		}
	}
}

func (f *inflate64) symbol(c *prefixCode) int {
	f.need(c.longest)
	e := c.table[f.hold&(1<<c.longest-1)]
	n := uint(e & 15)
	switch {
	case n == 0 && f.held >= c.longest:
		f.err = errInflate64
	case n == 0 || n > f.held:
		f.short()
	}
	if f.err != nil {
		return 0
	}
	f.hold >>= n
	f.held -= n
	return int(e >> 4)
}

// match reads the rest of a match, whose length has a code.
func (f *inflate64) match(code int) {
	switch {
	case code < 8:
		f.length = code + 3
	case code < 28:
		extra := uint(code/4 - 1)
		f.length = (4+code%4)<<extra + 3 + f.take(extra)
	case code == 28:
		f.length = f.take(16) + 3
	default:
		f.err = errInflate64
		return
	}
	code = f.symbol(&f.places)
	if f.distance = code + 1; code >= 4 {
		extra := uint(code/2 - 1)
		f.distance = (2+code%2)<<extra + 1 + f.take(extra)
	}
	if f.err == nil && f.distance > f.filled {
		f.err = errInflate64
	}
	if f.err != nil {
		f.length = 0
	}
}

// begin reads the head of a block.
func (f *inflate64) begin() {
	f.last = f.take(1) == 1
	f.block = uint8(f.take(2))
	if f.err != nil {
		return
	}
	switch f.block {
	case storedBlock:
		f.take(f.held % 8)
		n := f.take(16)
		if f.left = n; f.take(16) != n^0xffff && f.err == nil {
			f.err = errInflate64
		}
	case fixedBlock:
		var lengths [288 + 32]uint8
		for i := range lengths {
			switch {
			case i < 144, i >= 280 && i < 288:
				lengths[i] = 8
			case i < 256:
				lengths[i] = 9
			case i < 280:
				lengths[i] = 7
			default:
				lengths[i] = 5
			}
		}
		f.codes(lengths[:288], lengths[288:])
	case dynamicBlock:
		f.dynamic()
	default:
		f.err = errInflate64
	}
}

func (f *inflate64) codes(literals, places []uint8) {
	if !f.literals.build(literals) || !f.places.build(places) {
		f.err = errInflate64
	}
}

// dynamic reads the codes of a block.
func (f *inflate64) dynamic() {
	literals, places, n := f.take(5)+257, f.take(5)+1, f.take(4)+4
	var lengths [288 + 32]uint8
	for _, i := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}[:n] {
		lengths[i] = uint8(f.take(3))
	}
	if f.err != nil {
		return
	}
	if literals > 286 || !f.literals.build(lengths[:19]) {
		f.err = errInflate64
		return
	}
	clear(lengths[:19])
	for i := 0; i < literals+places; {
		s := f.symbol(&f.literals)
		if f.err != nil {
			return
		}
		again, value := 1, uint8(s)
		switch s {
		case 16:
			if i == 0 {
				f.err = errInflate64
				return
			}
			again, value = 3+f.take(2), lengths[i-1]
		case 17:
			again, value = 3+f.take(3), 0
		case 18:
			again, value = 11+f.take(7), 0
		}
		if again > literals+places-i {
			f.err = errInflate64
			return
		}
		for range again {
			lengths[i] = value
			i++
		}
	}
	if f.err == nil {
		f.codes(lengths[:literals], lengths[literals:literals+places])
	}
}

// prefixCode answers the next bits with a symbol, and behind it, in four bits,
// with how many of them are its code; 0 is none. Only the first part of the table,
// for as many bits as the longest code has, is in use: blocks may be so short that
// filling all of it for each one would take minutes a megabyte.
type prefixCode struct {
	table   [1 << longestCode]uint16
	longest uint
}

// build makes the code of which the symbols have these lengths. A code that has
// room left is read as long as nobody uses that: of distances there may be one.
func (c *prefixCode) build(lengths []uint8) bool {
	c.longest = max(1, uint(slices.Max(lengths)))
	table := c.table[:1<<c.longest]
	clear(table)
	code := 0
	for n := 1; n <= int(c.longest); n++ {
		for symbol, l := range lengths {
			if int(l) != n {
				continue
			}
			if code >= 1<<n {
				return false
			}
			for at := int(bits.Reverse16(uint16(code)) >> (16 - n)); at < len(table); at += 1 << n {
				table[at] = uint16(symbol)<<4 | uint16(n)
			}
			code++
		}
		code <<= 1
	}
	return true
}
