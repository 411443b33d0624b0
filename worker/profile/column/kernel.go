package column

import "assay/worker/profile/source"

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

// zeroBytes sets the top bit of each byte that is 0, exactly.
func zeroBytes(w uint64) uint64 { return ^((w&^eachHigh + ^uint64(eachHigh)) | w) & eachHigh }

// notDigits sets the top bit of each byte above 9.
func notDigits(t uint64) uint64 { return ((t&^eachHigh + 0x76*eachByte) | t) & eachHigh }

// bitsOf gathers the top bits of the bytes.
func bitsOf(high uint64) uint64 { return (high >> 7) * 0x0102040810204080 >> 56 }
