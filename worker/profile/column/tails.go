package column

import (
	"cmp"
	"slices"
)

// tailKept is how many different values a tail has.
const tailKept = 8

// tails are the smallest and the largest different values of a column, with
// their exact counts and first rows (from 0), at any length: a value that
// belongs to them in the end did so whenever it came. Merging is commutative
// and associative.
type tails struct {
	low, high []tailValue // from the end inwards
	full      bool        // both; then values between the two are of no interest
	least     float64     // of high
	most      float64     // of low
}

type tailValue struct {
	v      float64
	n, row int64
}

// add sees a value n times, of which row is the first.
func (t *tails) add(v float64, row, n int64) {
	if t.full && v > t.most && v < t.least {
		return
	}
	x := tailValue{v, n, row}
	if !t.full || v <= t.most {
		t.low = keepTail(t.low, x, 1)
	}
	if !t.full || v >= t.least {
		t.high = keepTail(t.high, x, -1)
	}
	if t.full = len(t.low) == tailKept && len(t.high) == tailKept; t.full {
		t.most, t.least = t.low[tailKept-1].v, t.high[tailKept-1].v
	}
}

// keepTail brings x into a list that ascends (sign 1) or descends (-1).
func keepTail(list []tailValue, x tailValue, sign int) []tailValue {
	if len(list) > 0 && x.v == list[0].v {
		list[0].n += x.n
		list[0].row = min(list[0].row, x.row)
		return list
	}
	if len(list) == tailKept && sign*cmp.Compare(x.v, list[0].v) < 0 { // of a column in order each value is the new end
		copy(list[1:], list)
		list[0] = x
		return list
	}
	at, found := slices.BinarySearchFunc(list, x.v, func(have tailValue, v float64) int { return sign * cmp.Compare(have.v, v) })
	if found {
		list[at].n += x.n
		list[at].row = min(list[at].row, x.row)
		return list
	}
	if at == tailKept {
		return list
	}
	if len(list) == tailKept {
		list = list[:tailKept-1]
	}
	return slices.Insert(list, at, x)
}

// merge sees what the tails of later rows, which begin at offset, have seen.
func (t *tails) merge(o *tails, offset int64) {
	joined := tails{low: joinTails(t.low, o.low, offset, 1), high: joinTails(t.high, o.high, offset, -1)}
	if joined.full = len(joined.low) == tailKept && len(joined.high) == tailKept; joined.full {
		joined.most, joined.least = joined.low[tailKept-1].v, joined.high[tailKept-1].v
	}
	*t = joined
}

func joinTails(a, b []tailValue, offset int64, sign int) []tailValue {
	a = slices.Clone(a)
	for _, x := range b {
		x.row += offset
		a = keepTail(a, x, sign)
	}
	return a
}

// mapped are the tails of all values put through a function that keeps their
// order.
func (t *tails) mapped(f func(v float64) float64) tails {
	m := tails{low: slices.Clone(t.low), high: slices.Clone(t.high), full: t.full, least: f(t.least), most: f(t.most)}
	for _, list := range [2][]tailValue{m.low, m.high} {
		for i := range list {
			list[i].v = f(list[i].v)
		}
	}
	return m
}

// ascending lists what is known of one end.
func (t *tails) ascending(high bool) []tailValue {
	if !high {
		return t.low
	}
	list := slices.Clone(t.high)
	slices.Reverse(list)
	return list
}
