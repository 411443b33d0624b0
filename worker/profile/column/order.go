package column

// order tells whether all values are integers, each larger than the one
// before: then they are known to be different, at any number of rows.
type order struct {
	broken      bool
	some        bool
	first, last int64
}

func (o *order) add(i int64) {
	if !o.some {
		o.some, o.first = true, i
	} else if i <= o.last {
		o.broken = true
	}
	o.last = i
}

func (o *order) merge(later *order) {
	switch {
	case later.broken:
		o.broken = true
	case !later.some:
	case !o.some:
		broken := o.broken
		*o = *later
		o.broken = o.broken || broken
	default:
		o.broken = o.broken || later.first <= o.last
		o.last = later.last
	}
}
