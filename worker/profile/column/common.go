package column

import (
	"slices"

	"assay/worker/profile/sketch"
)

// common are the figures that are exact whether the column has a dictionary or
// not.
type common struct {
	classes [classes]*tally // nil for none; most columns have one or two
	spaced  tally           // white space at an end
	doubled tally           // … inside of a text; past the dictionary, of the texts looked at
	garbled tally
	mails   tally  // texts with e-mail addresses; of a stream, its first ones are counted
	banks   tally  // … with numbers of bank accounts
	cards   *cards // … like those of payment cards; nil without any
	blank   tally
	tokens  map[string]*tally // values of the token classes; they are in no other figure
	numbers numbers
	sum     sketch.IntSum        // of the integers
	either  [eitherGroups]*group // numbers that mean two things; they are not in numbers
	marks   *marks               // nil without marked numbers
	times   *times               // nil without dates and times
	lengths lengths
	shapes  shapes // of the texts
	trues   int64
	pointed bool // the decimals of the dictionary are months, see monthsBehindPoints
}

// class is the tally of a class, to be written to.
func (c *common) class(k class) *tally {
	if c.classes[k] == nil {
		c.classes[k] = &tally{}
	}
	return c.classes[k]
}

// seen is the tally of a class, to be read.
func (c *common) seen(k class) *tally {
	if t := c.classes[k]; t != nil {
		return t
	}
	return &tally{}
}

func (c *common) someTimes() *times {
	if c.times == nil {
		c.times = &times{}
	}
	return c.times
}

// Blank texts are of endless variety, so there are bounds to what is kept.
const (
	tokenBytes = 64
	tokensKept = 64
)

// token counts a value that may mean that there is none.
func (c *common) token(b []byte) *tally {
	if len(b) > tokenBytes {
		b = b[:tokenBytes]
	}
	t := c.tokens[string(b)]
	if t != nil {
		return t
	}
	if c.tokens == nil {
		c.tokens = map[string]*tally{}
	}
	if len(c.tokens) >= tokensKept {
		b = []byte(" ")
		if t = c.tokens[" "]; t != nil {
			return t
		}
	}
	t = &tally{}
	c.tokens[string(b)] = t
	return t
}

// weigh sees the values of a dictionary, in its order, and hands on those that
// are no tokens. Shapes are those of all values, or, every being a power of two,
// of one of so many of the rare ones, which then stands for as many. It answers
// with the classes of all entries.
func (c *common) weigh(d *dictionary, every int64, see func(e *entry, v *value, b []byte)) []class {
	all := make([]class, len(d.entries))
	var v value
	for i := range d.entries {
		e := &d.entries[i]
		b := d.text(e)
		classifyKind(b, e.kind, &v)
		if c.pointed {
			v.month(b)
		}
		e.long.amend(&v)
		all[i] = v.class
		c.class(v.class).put(e.first, e.count, b)
		if v.class.token() {
			c.token(b).put(e.first, e.count, b)
			continue
		}
		if v.flags&flagSpaced != 0 {
			c.spaced.put(e.first, e.count, b)
		}
		if v.flags&flagBlank != 0 {
			c.blank.put(e.first, e.count, b)
		}
		c.lengths.add(int(e.chars), e.count)
		switch {
		case shaped(v.class):
			if every == 1 || e.count > every {
				c.shapes.add(b, e.first, e.count)
			} else if e.hash>>32&uint64(every-1) == 0 {
				c.shapes.add(b, e.first, e.count*every)
			}
			if gapped(b) {
				c.doubled.put(e.first, e.count, b)
			}
			if e.chars != e.length && isGarbled(b) {
				c.garbled.put(e.first, e.count, b)
			}
			if mayReveal(b) {
				c.reveal(b, e.first, e.count)
			}
		case v.class == classJSON:
			c.reveal(b, e.first, e.count)
		case v.class.number():
			c.weighNumber(&v, b, e)
		case v.class.temporal():
			c.someTimes().add(&v, b, e.first, e.count)
		case v.flags&flagTrue != 0:
			c.trues += e.count
		}
		see(e, &v, b)
	}
	return all
}

func (c *common) weighNumber(v *value, b []byte, e *entry) {
	if v.class.marked() {
		c.mark(v, b, e.count)
	}
	if v.class.either() {
		c.group(v.class).add(v, b, e.first, e.count)
		return
	}
	c.numbers.add(v, b, e.first, e.count)
	switch {
	case v.class.whole():
		c.sum.AddWeighted(v.i, e.count)
	case v.class == classBig:
		c.sum.AddBig(bigInt(b), e.count)
	}
}

func (c *common) merge(o *common, offset int64) {
	for k, t := range o.classes {
		if t != nil {
			c.class(class(k)).merge(t, offset)
		}
	}
	c.spaced.merge(&o.spaced, offset)
	c.blank.merge(&o.blank, offset)
	c.doubled.merge(&o.doubled, offset)
	c.garbled.merge(&o.garbled, offset)
	c.mails.merge(&o.mails, offset)
	c.banks.merge(&o.banks, offset)
	c.cards = c.cards.with(o.cards, offset)
	for _, s := range o.tokenList() {
		c.token([]byte(s)).merge(o.tokens[s], offset)
	}
	c.numbers.merge(&o.numbers, offset)
	c.sum.Merge(&o.sum)
	c.mergeGroups(o, offset)
	c.mergeMarks(o)
	if o.times != nil {
		c.someTimes().merge(o.times, offset)
	}
	c.lengths.merge(&o.lengths)
	c.shapes.merge(&o.shapes, offset)
	c.trues += o.trues
}

// tokenList lists the token texts in a fixed order.
func (c *common) tokenList() []string {
	var all []string
	for s := range c.tokens {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}
