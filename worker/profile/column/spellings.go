package column

import "cmp"

// A number or a time may be written in several ways: 1 and 1.0, 1e3 and 1,000,
// 12:00Z and 13:00+01:00. They are one value, counted once; the way that is
// the commonest stands for it among the top values.

// meant is what a number or time says, however it is written.
type meant struct {
	number, low float64
	seconds     int64
	nanos       int32
	of          meantKind
}

type meantKind uint8

const (
	meantNumber meantKind = iota + 1
	meantNaN
	meantInfinity
	meantLess // -Infinity
	meantInstant
	meantNaive
)

// mean answers false for values that are only the same where they are written
// the same: texts, and numbers of more digits than can be compared here.
func (f *figures) mean(v *value, b []byte) (m meant, ok bool) {
	switch {
	case v.class.number() && (v.class != classDecimal || v.flags&flagLong == 0):
		return meant{of: meantNumber, number: v.read(f.comma), low: lowPart(v, b)}, true
	case v.class == classNonfinite || v.class == classNullNaN:
		switch s := trim(b); {
		case len(s) > 1 && s[1]|0x20 == 'a':
			return meant{of: meantNaN}, true
		case s[0] == '-':
			return meant{of: meantLess}, true
		}
		return meant{of: meantInfinity}, true
	case v.class.temporal():
		m = meant{of: meantNaive, seconds: v.i, nanos: v.nanos}
		if f.dayFirst {
			m.seconds = v.day
		}
		if v.zone != naive {
			m.of = meantInstant
		}
		return m, true
	}
	return m, false
}

// joinSpellings counts values of a dictionary again, by what they mean.
func (f *figures) joinSpellings(d *dictionary) {
	f.distinct, f.top, f.sorted = 0, nil, false
	groups := map[meant]*spellings{}
	var order []*spellings // of their first appearance
	for i := range d.entries {
		e := &d.entries[i]
		b := d.text(e)
		var v value
		classifyKind(b, e.kind, &v)
		if f.pointed {
			v.month(b)
		}
		if f.kinds[v.class] == "" {
			continue
		}
		m, ok := f.mean(&v, b)
		if !ok {
			f.distinct++
			f.addTop(b, e.count, 0, int(e.length) > len(b))
			continue
		}
		g := groups[m]
		if g == nil {
			g = &spellings{}
			groups[m] = g
			order = append(order, g)
		}
		g.add(b, e.count)
	}
	for _, g := range order {
		f.distinct++
		f.addTop(g.text, g.all, 0, false)
	}
}

// spellings are the ways in which a value is written: how often in all, and
// the commonest one.
type spellings struct {
	text      []byte
	most, all int64
}

func (g *spellings) add(b []byte, n int64) {
	g.all += n
	if cmp.Or(cmp.Compare(n, g.most), cmp.Compare(string(g.text), string(b))) > 0 {
		g.text, g.most = b, n
	}
}
