package column

import (
	"bytes"
	"math"

	"assay/worker/profile/source"
)

// Store is how the values of a column can be stored by a format with types.
type Store byte

const (
	StoreText     Store = iota // any type: the text of the cell
	StoreInteger               // 64 bits
	StoreDecimal               // a double
	StoreBoolean               //
	StoreDate                  // days since 1970-01-01
	StoreTime                  // microseconds since midnight
	StoreDatetime              // microseconds since 1970, of a clock without a zone …
	StoreMoment                // … or in UTC
	StoreJSON                  // text
)

// Cell is a cell in the type of its column: Int holds what is no double, and
// Nanos what a time has below its microseconds.
type Cell struct {
	Null  bool
	Int   int64
	Nanos int64
	Float float64
}

// storage decides by all values of a column. What some of them would not
// survive stays text: integers beyond 64 bits, times with a zone among some
// without.
func (f *figures) storage(typed bool) Store {
	switch f.typ {
	case "integer":
		if f.seen(classBig).count == 0 {
			return StoreInteger
		}
	case "decimal":
		return StoreDecimal
	case "boolean":
		return StoreBoolean
	case "date":
		return StoreDate
	case "time":
		return StoreTime
	case "datetime":
		_, name := f.times.commonZone()
		if name == "" {
			return StoreDatetime
		}
		for _, z := range [2]int16{naive, unknownZone} {
			if f.times.zones[z] > 0 {
				return StoreText
			}
		}
		return StoreMoment
	case "json":
		if typed {
			return StoreJSON
		}
	}
	return StoreText
}

// Cell reads a cell as the column stores it. For text and JSON only Null is told.
func (r *Result) Cell(b []byte, kind source.Kind) (c Cell) {
	if kind == source.Null || kind == source.Raw && len(b) == 0 {
		return Cell{Null: true}
	}
	var v value
	classifyKind(b, kind, &v)
	if r.decision.months {
		v.month(b)
	}
	if v.class.token() && kind == source.Raw && r.Nulls[gapOf(v.class)] {
		return Cell{Null: true}
	}
	switch r.Store {
	case StoreInteger:
		c.Int = v.i
	case StoreDecimal:
		c.Float = v.read(r.decision.comma)
		if v.class == classNonfinite || v.class == classNullNaN {
			c.Float = nonfinite(b)
		}
	case StoreBoolean:
		if v.flags&flagTrue != 0 && r.decision.yes == "" || r.decision.yes != "" && string(bytes.ToLower(trim(b))) == r.decision.yes {
			c.Int = 1
		}
	case StoreDate, StoreTime, StoreDatetime, StoreMoment:
		seconds := v.i
		switch {
		case r.decision.compact != notCompact && v.class == classInteger:
			seconds = r.decision.compact.seconds(v.i)
		case r.DayFirst:
			seconds = v.day
		}
		c.Int, c.Nanos = seconds*1e6+int64(v.nanos)/1000, int64(v.nanos)%1000
		if r.Store == StoreDate {
			c.Int = floorDiv(seconds, daySeconds)
		}
	}
	return c
}

// nonfinite is NaN or an infinity, however it is written.
func nonfinite(b []byte) float64 {
	b = trim(b)
	switch {
	case bytes.ContainsAny(b, "aA"): // NaN; infinities have no a
		return math.NaN()
	case b[0] == '-':
		return math.Inf(-1)
	}
	return math.Inf(1)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
