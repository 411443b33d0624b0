package column

import "assay/worker/profile/source"

// Of a value beyond keptBytes only those are looked at, as a dictionary keeps no more
// and whether the value went through one must not show. What they do not tell
// is known of the whole value by longValue, zero for shorter ones.
type longValue uint8

const (
	longKnown longValue = 1 << iota
	longSpaced
	longBlank
	longJSON
)

// lookAtLong looks at a whole value of more than keptBytes.
func lookAtLong(b []byte, kind source.Kind) longValue {
	var v value
	classifyKind(b, kind, &v)
	long := longKnown
	if v.flags&flagSpaced != 0 {
		long |= longSpaced
	}
	if v.flags&flagBlank != 0 {
		long |= longBlank
	}
	if v.class == classJSON {
		long |= longJSON
	}
	return long
}

// amend makes what the first bytes look like what the whole value is.
func (l longValue) amend(v *value) {
	if l == 0 {
		return
	}
	v.flags &^= flagSpaced
	if l&longSpaced != 0 {
		v.flags |= flagSpaced
	}
	if v.flags&flagBlank != 0 && l&longBlank == 0 {
		v.class = classText
		v.flags &^= flagBlank
	}
	switch {
	case l&longJSON != 0:
		v.class = classJSON
	case v.class == classJSON:
		v.class = classText
	}
}
