package column

import (
	"math/big"
	"sync/atomic"

	"assay/worker/profile/sketch"
)

// Column gathers the partials of one column, in the order of their segments.
type Column struct {
	Index int

	budget Budget
	exact  bool // the dictionary holds the whole column so far
	holds  bool // the partials so far, which are:
	held   []held
	read   int // those of them that are in the dictionary and the gaps
	dict   dictionary
	stream *stream
	set    *sketch.HashSet // of all different values, while there is memory for it
	unseen [][]uint64      // hashes for Remember
	gaps   [gapKinds]struct {
		blocks
		count int64
		first []int64 // rows, at most rowsKept
	}
	overflowed, lost atomic.Bool
	keeps            atomic.Bool // a dictionary, as far as is known: a journal has been in vain
}

// New is a column before its first row.
func New(index int, b Budget, pool *sketch.Pool) *Column {
	c := &Column{Index: index, budget: b, exact: true, holds: b.Distinct >= holdFrom, set: sketch.NewHashSet(pool)}
	c.lost.Store(!b.Hashes)
	for i := range c.gaps {
		c.gaps[i].most = b.Blocks
	}
	return c
}

// hints tell a partial, from any goroutine, what it need not do: the column as
// merged so far has no dictionary any more, or does not need hashes.
func (c *Column) hints() (overflowed, lost bool) { return c.overflowed.Load(), c.lost.Load() }

// Absent sees rows of segments that do not have the column.
func (c *Column) Absent(from, to int64) {
	c.room(to)
	c.readHeld() // whose rows come before
	c.gaps[gapEmpty].addRange(from, to)
	g := &c.gaps[gapEmpty]
	g.count += to - from
	for ; from < to && len(g.first) < rowsKept; from++ {
		g.first = append(g.first, from)
	}
}

// Merge sees a partial whose first row is row offset of the file. p is not
// valid after it until it is Reset, which Remember must come before. Different
// columns may be merged side by side.
func (c *Column) Merge(p *Partial, offset int64) {
	c.room(offset + int64(p.rows))
	if c.holds && p.exact {
		c.hold(p, offset)
		return
	}
	if c.exact && p.journal != nil {
		p.closeJournal()
	}
	switch {
	case c.exact && p.exact:
		p.markTokens()
		p.dict.settle()
		c.dict.merge(&p.dict, offset)
		if c.full() {
			c.overflow()
		}
	default:
		if p.exact {
			p.overflow(p.rows)
		}
		if c.holds {
			c.playHeld()
		} else if c.exact {
			c.overflow()
		}
		c.mergeStream(p, offset)
	}
	c.addGaps(p, offset)
}

// full tells whether the dictionary has more than it may.
func (c *Column) full() bool {
	return len(c.dict.entries) > c.budget.Distinct || len(c.dict.texts) > c.budget.Text
}

func (c *Column) mergeStream(p *Partial, offset int64) {
	c.stream.merge(p.stream, offset)
	c.unseen = append(c.unseen, p.stream.hashes)
}

func (c *Column) addGaps(p *Partial, offset int64) {
	for i := range c.gaps {
		c.gaps[i].add(p.gaps[i], offset)
		c.gaps[i].count += p.gaps[i].count()
		c.gaps[i].first = p.gaps[i].first(c.gaps[i].first, offset)
	}
}

// room gives all kinds of gaps blocks of the same size.
func (c *Column) room(rows int64) {
	for i := range c.gaps {
		c.gaps[i].room(rows)
	}
}

// overflow gives the dictionary up for a stream.
func (c *Column) overflow() {
	c.stream = newStream(c.budget)
	c.stream.weigh(&c.dict)
	c.unseen = append(c.unseen, c.stream.hashes)
	c.stream.hashes = nil
	c.exact, c.dict = false, dictionary{}
	c.overflowed.Store(true)
}

// Release gives up all memory but what the bands of nulls need.
func (c *Column) Release() { c.dict, c.held, c.stream, c.set = dictionary{}, nil, nil, nil }

// Remember sees the hashes of what was merged. The columns share memory for them,
// of which the first to ask get theirs: so it must be called in one order.
func (c *Column) Remember() {
	for i, hashes := range c.unseen {
		c.remember(hashes)
		c.unseen[i] = nil
	}
	c.unseen = c.unseen[:0]
}

// remember sees the hashes of values. When there is no more memory for a set
// of them all, they go on to the estimate: which is the same as if they had
// been counted by it from the beginning.
func (c *Column) remember(hashes []uint64) {
	if c.lost.Load() {
		c.stream.estimate().AddAll(hashes)
		return
	}
	if !c.set.Add(hashes) {
		c.set.Each(c.stream.estimate().AddAll)
		c.set.Drop()
		c.lost.Store(true)
	}
}

// bigInt reads an integer of any size.
func bigInt(b []byte) *big.Int {
	b = trim(b)
	if b[0] == '+' {
		b = b[1:]
	}
	i, _ := new(big.Int).SetString(string(b), 10) // classBig says that it is one
	return i
}
