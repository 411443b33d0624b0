package column

// first is the only partial that a column has seen so far. Its rows are kept
// until the next one comes: should the two overflow together, which is what
// columns of new values in nearly every row do, both are played back into
// streams. To weigh the values of a full dictionary costs ten times as much, and
// so does making one of a journal; that is only done for a report.
type first struct {
	*Partial
	offset int64 // its first row
	read   bool  // the column's dictionary and gaps have it
}

// holdFrom is the least budget, in values of a dictionary, with which rows are
// kept: there are as many of them as columns.
const holdFrom = 1024

// hold takes a partial over as the first one. p is empty then.
func (c *Column) hold(p *Partial, offset int64) {
	whole := *p
	c.first = &first{Partial: &whole, offset: offset}
	*p = Partial{budget: p.budget, mul: p.mul, column: c}
}

// readFirst brings the first partial into the figures, if it is not yet there.
func (c *Column) readFirst() {
	f := c.first
	if f == nil || f.read {
		return
	}
	if f.journal != nil {
		f.closeJournal()
	}
	if !f.exact {
		c.playFirst()
		return
	}
	f.markTokens()
	f.dict.settle()
	if f.offset == 0 && len(f.dict.seen) == len(f.dict.entries) {
		c.dict = f.dict // what is added to it there does not concern the rows here
	} else {
		c.dict.merge(&f.dict, f.offset)
	}
	c.addGaps(f.Partial, f.offset)
	f.read = true
}

// playFirst makes the column a stream, of the first partial.
func (c *Column) playFirst() {
	f := c.first
	if f.exact {
		f.overflow(f.rows)
	}
	c.stream = newStream(c.budget)
	c.exact, c.dict, c.first = false, dictionary{}, nil
	c.mergeStream(f.Partial, f.offset)
	if !f.read {
		c.addGaps(f.Partial, f.offset)
	}
	c.overflowed.Store(true)
}

// join merges the second partial with the first one.
func (c *Column) join(p *Partial) (exact bool) {
	f := c.first
	if !p.exact || f.beyondWith(p) {
		return false
	}
	c.readFirst()
	if p.journal != nil {
		p.closeJournal()
	}
	return c.exact && p.exact
}

// beyondWith tells whether two partials surely have more different values than a
// dictionary may. It only looks where that saves the making of one.
func (f *first) beyondWith(p *Partial) bool {
	if f.journal == nil && p.journal == nil {
		return false
	}
	seen, distinct := make([]uint64, f.budget.Distinct*journalBits/64), 0
	for _, part := range [2]*Partial{f.Partial, p} {
		for _, i := range part.dict.seen {
			distinct += fresh(seen, part.dict.entries[i].hash)
		}
		if part.journal != nil {
			for _, h := range part.journal.hashes {
				distinct += fresh(seen, h)
			}
		}
	}
	return distinct > f.budget.Distinct
}
