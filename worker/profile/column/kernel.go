package column

import (
	"encoding/binary"
	"math/bits"

	"assay/worker/profile/source"
)

// A kernel takes the cells of one kind that a stream mostly consists of, in a
// tight loop, as long as they are of that kind and in the commonest forms.
// It only takes values that classify would class the same way, and leaves the
// stream as see would (kernel_test.go holds it to both). It needs the tallies
// of its classes to have their first rows, as it only counts.
type kernel uint8

const (
	noKernel kernel = iota
	textKernel
	numberKernel
	timeKernel
)

func kernelOf(k class) kernel {
	switch {
	case k == classText:
		return textKernel
	case k == classInteger || k == classDecimal || k == classTriple || k == classPadded:
		return numberKernel
	case k == classDate || k == classDatetime:
		return timeKernel
	}
	return noKernel
}

// settled tells whether a class's tally needs no more rows.
func (s *stream) settled(k class) bool {
	t := s.classes[k]
	return t != nil && t.known == rowsKept
}

// run lets the kernel that the latest value asks for take as many of the first
// cells as it can.
func (s *stream) run(c *selection, hashes []uint64) int {
	switch s.guess {
	case textKernel:
		if s.settled(classText) {
			return s.texts(c, c.upTo(source.Raw, source.String))
		}
	case numberKernel:
		if s.settled(classInteger) || s.settled(classDecimal) || s.settled(classTriple) || s.settled(classPadded) {
			switch kind := c.kind(0); kind {
			case source.Raw, source.Number:
				return s.manyNumbers(c, c.upTo(kind, kind), kind == source.Number)
			}
		}
	case timeKernel:
		if s.settled(classDate) || s.settled(classDatetime) {
			return s.manyTimes(c, hashes[:c.upTo(source.Raw, source.String)])
		}
	}
	return 0
}

// selection is some cells of a vector: those in these rows of its batch, whose first one
// is row base of the segment. None is empty.
type selection struct {
	*source.Vector
	rows []uint32
	base int64
}

func (c *selection) text(i int) []byte {
	r := c.rows[i]
	return c.Data[c.Start[r]:c.End[r]]
}

func (c *selection) kind(i int) source.Kind {
	if c.Kinds == nil {
		return source.Raw
	}
	return c.Kinds[c.rows[i]]
}

func (c *selection) from(i int) selection { return selection{c.Vector, c.rows[i:], c.base} }

func (c *selection) row(i int) int64 { return c.base + int64(c.rows[i]) }

// upTo is the number of cells in front that are of one of two kinds. It looks at
// a few only, because a kernel may refuse the first of them, and the next.
func (c *selection) upTo(a, b source.Kind) int {
	if c.Kinds == nil {
		return len(c.rows)
	}
	few := c.rows[:min(len(c.rows), 64)]
	for i, r := range few {
		if k := c.Kinds[r]; k != a && k != b {
			return i
		}
	}
	return len(few)
}

// texts takes plain text, without white space around it.
func (s *stream) texts(c *selection, n int) int {
	taken, mails := n, s.mails.known < rowsKept
	for i, r := range c.rows[:n] {
		b := c.Data[c.Start[r]:c.End[r]]
		if len(b) > keptBytes {
			taken = i
			break
		}
		plain := plainText(b)
		if !plain && !isCode(b) {
			classifyKind(b, c.kind(i), &s.scratch)
			if s.scratch.class != classText || s.scratch.flags != 0 {
				taken = i
				break
			}
		}
		if at := c.base + int64(r); at&(s.looked(at)-1) == 0 {
			s.look(b, at, s.looked(at))
		}
		if !c.ASCII && isGarbled(b) {
			s.garbled.add(c.base+int64(r), b)
		}
		if plain && (b[0]-'0' < 10 || shapedAsUUID(b)) {
			continue // or an address of IPv4
		}
		if mails && mayHoldMail(b) || mayBeAccount(b) || mayHoldCard(b) {
			s.reveal(b, c.base+int64(r), 1)
			mails = s.mails.known < rowsKept
		}
	}
	s.classes[classText].count += int64(taken)
	s.order.broken = s.order.broken || taken > 0
	return taken
}

// plainText tells whether a text surely is nothing else, and has no white space
// around it. It need not find all of those.
func plainText(b []byte) bool {
	n := len(b)
	if n < 2 {
		return false
	}
	first, last := b[0], b[n-1]
	if last <= ' ' || last == 0xa0 {
		return false
	}
	switch {
	case shapedAsUUID(b):
		return first > ' ' && first < 0x80
	case !lead[first] && (last-'0' >= 10 || n > longestEnding):
		return true
	case letter(first):
		return !special.may(b)
	}
	return first-'0' < 10 && isAddress(b)
}

// isAddress knows the addresses of IPv4, but not all of them: those with groups
// of three digits behind each point may be numbers of millions.
func isAddress(b []byte) bool {
	n := len(b)
	if n < len("1.1.1.1") || n > len("255.255.255.255") || cap(b) < 16 {
		return false
	}
	w := b[:16]
	low, high := binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[8:])
	all := uint64(1)<<n - 1
	dots := (bitsOf(zeroBytes(low^eachDot)) | bitsOf(zeroBytes(high^eachDot))<<8) & all
	if bits.OnesCount64(dots) != 3 || (bitsOf(notDigits(low^eachZero))|bitsOf(notDigits(high^eachZero))<<8)&all != dots {
		return false
	}
	a := bits.TrailingZeros64(dots)
	dots &= dots - 1
	c := bits.TrailingZeros64(dots)
	d := bits.TrailingZeros64(dots & (dots - 1))
	g0, g1, g2, g3 := uint(a-1), uint(c-a-2), uint(d-c-2), uint(n-d-2) // digits less one
	return g0 < 3 && g1 < 3 && g2 < 3 && g3 < 3 && g1+g2+g3 < 6
}

// zeroBytes sets the top bit of each byte that is 0, exactly.
func zeroBytes(w uint64) uint64 { return ^((w&^eachHigh + ^uint64(eachHigh)) | w) & eachHigh }

// notDigits sets the top bit of each byte above 9.
func notDigits(t uint64) uint64 { return ((t&^eachHigh + 0x76*eachByte) | t) & eachHigh }

// bitsOf gathers the top bits of the bytes.
func bitsOf(high uint64) uint64 { return (high >> 7) * 0x0102040810204080 >> 56 }

const uuidLength = 36
