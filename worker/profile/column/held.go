package column

// held is a partial of the file's first rows. Its rows are kept for a while:
// should the column overflow meanwhile, which is what columns of new values in
// nearly every row do, they are played back into streams. To weigh the values of
// a full dictionary costs ten times as much, and so does making one of a journal.
type held struct {
	*Partial
	offset int64 // its first row
}

const (
	// holdFrom is the least budget, in values of a dictionary, with which rows are
	// kept: there are as many of them as columns.
	holdFrom = 1024
	// holdRows is up to how many times as many rows they are kept.
	holdRows = 4
	// mostHeld is how many partials are kept at most: where rows are long, memory
	// must not grow with the file.
	mostHeld = 16
)

// hold takes a partial over; p is empty then. Whether the column overflows, and
// how long rows are kept, depends on the rows and segments alone: not on what has
// been read or written down so far.
func (c *Column) hold(p *Partial, offset int64) {
	if p.rows == 0 {
		return
	}
	whole := *p
	*p = Partial{budget: p.budget, mul: p.mul, column: c}
	c.held = append(c.held, held{&whole, offset})
	if c.surelyBeyond() {
		c.playHeld()
		return
	}
	rows, values, text := 0, 0, 0 // at most so many
	for _, h := range c.held {
		rows, values, text = rows+h.rows, values+len(h.dict.seen), text+h.dict.size
		if j := h.journal; j != nil {
			values, text = values+len(j.hashes), text+j.text()
		}
	}
	long := rows > holdRows*c.budget.Distinct || len(c.held) >= mostHeld
	if long || values > c.budget.Distinct || text > c.budget.Text {
		c.readHeld()
	}
	if long && c.exact {
		c.held, c.holds = nil, false
	}
}

// readHeld brings the partials that are held into the dictionary and the gaps,
// for a report or because they may be too much for it.
func (c *Column) readHeld() {
	for c.exact && c.read < len(c.held) {
		h := c.held[c.read]
		if h.journal != nil {
			h.closeJournal()
		}
		if !h.exact {
			c.playHeld()
			return
		}
		h.markTokens()
		h.dict.settle()
		if c.dict.slots == nil && h.offset == 0 && len(h.dict.seen) == len(h.dict.entries) {
			c.dict = h.dict // what is added to it there does not concern the rows here
		} else {
			c.dict.merge(&h.dict, h.offset)
		}
		c.addGaps(h.Partial, h.offset)
		c.read++
		if c.full() {
			c.playHeld()
		}
	}
}

// playHeld makes the column a stream of all that is held.
func (c *Column) playHeld() {
	c.stream = newStream(c.budget)
	var last *stream
	for i, h := range c.held {
		if h.exact {
			if last != nil {
				last.reset()
			}
			h.stream = last
			h.overflow(h.rows)
		}
		last = h.stream
		c.mergeStream(h.Partial, h.offset)
		h.stream.hashes = nil // they wait for Remember
		if i >= c.read {
			c.addGaps(h.Partial, h.offset)
		}
		c.held[i] = held{}
	}
	c.exact, c.holds, c.dict, c.held = false, false, dictionary{}, nil
	c.overflowed.Store(true)
}

// surelyBeyond tells whether the partials that are held surely have more
// different values, or more text of such, than a dictionary may. It only looks
// where that saves the making of one.
func (c *Column) surelyBeyond() bool {
	values, size, journals := 0, 0, false // at most
	for _, h := range c.held {
		values, size = values+len(h.dict.seen), size+h.dict.size
		if j := h.journal; j != nil {
			values, size, journals = values+len(j.hashes), size+j.text(), true
		}
	}
	if !journals || values <= c.budget.Distinct && size <= c.budget.Text {
		return false
	}
	seen, distinct, text := make([]uint64, c.budget.Distinct*journalBits/64), 0, 0
	for _, h := range c.held {
		for _, i := range h.dict.seen {
			e := &h.dict.entries[i]
			one := fresh(seen, e.hash)
			distinct, text = distinct+one, text+int(e.kept)&-one
		}
		if j := h.journal; j != nil {
			for i, hash := range j.hashes {
				one := fresh(seen, hash)
				distinct, text = distinct+one, text+j.kept(i)&-one
			}
		}
	}
	return distinct > c.budget.Distinct || text > c.budget.Text
}
