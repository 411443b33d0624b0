package column

// mostNested is how deep objects and arrays of a cell may stand in each other.
const mostNested = 64

// isObject tells whether a cell is a JSON object (RFC 8259) with members. Of one
// longer than what dictionaries keep, the beginning must be of one.
func isObject(b []byte) bool {
	cut := len(b) >= keptBytes
	if cut {
		b = b[:keptBytes]
	}
	r := jsonReader{b: trim(b), cut: cut}
	if r.peek() != '{' {
		return false
	}
	r.value(0)
	r.space()
	return !r.bad && r.i >= len(r.b) && (r.members > 0 || cut)
}

// jsonReader walks over a text. Past the end of one that is cut everything fits.
type jsonReader struct {
	b        []byte
	i        int
	members  int
	cut, bad bool
}

// peek is the next byte, 0 at the end.
func (r *jsonReader) peek() byte {
	if r.i < len(r.b) {
		return r.b[r.i]
	}
	r.bad = r.bad || !r.cut
	return 0
}

func (r *jsonReader) over() bool { return r.bad || r.i >= len(r.b) }

func (r *jsonReader) space() {
	for r.i < len(r.b) && (r.b[r.i] == ' ' || r.b[r.i]-'\t' < 2 || r.b[r.i] == '\r') {
		r.i++
	}
}

// expect takes one byte.
func (r *jsonReader) expect(c byte) {
	if r.peek() != c && !r.over() {
		r.bad = true
	}
	r.i++
}

func (r *jsonReader) value(depth int) {
	r.space()
	switch c := r.peek(); {
	case r.over():
	case depth == mostNested:
		r.bad = true
	case c == '{':
		r.list('}', depth, true)
	case c == '[':
		r.list(']', depth, false)
	case c == '"':
		r.text()
	case c == '-' || c-'0' < 10:
		r.number()
	case c == 't':
		r.word("true")
	case c == 'f':
		r.word("false")
	case c == 'n':
		r.word("null")
	default:
		r.bad = true
	}
}

// list walks over the members of an object or the elements of an array.
func (r *jsonReader) list(end byte, depth int, object bool) {
	r.i++
	r.space()
	if r.peek() == end {
		r.i++
		return
	}
	for !r.over() {
		if object {
			r.space()
			if r.peek() != '"' && !r.over() {
				r.bad = true
				return
			}
			r.text()
			r.space()
			r.expect(':')
			r.members++
		}
		r.value(depth + 1)
		r.space()
		c := r.peek()
		r.i++
		if c == end {
			return
		}
		r.bad = r.bad || c != ',' && !(c == 0 && r.cut)
	}
}

func (r *jsonReader) text() {
	r.i++
	for r.i < len(r.b) {
		switch c := r.b[r.i]; {
		case c == '"':
			r.i++
			return
		case c == '\\':
			r.i++
		case c < ' ':
			r.bad = true
			return
		}
		r.i++
	}
	r.bad = r.bad || !r.cut
}

func (r *jsonReader) number() {
	from := r.i
	for r.i < len(r.b) && (r.b[r.i]-'0' < 10 || r.b[r.i] == '.' || r.b[r.i] == '-' || r.b[r.i] == '+' || r.b[r.i]|0x20 == 'e') {
		r.i++
	}
	var v value
	if r.bad = r.bad || !parseNumber(r.b[from:r.i], &v) && r.i < len(r.b); v.class == classPadded {
		r.bad = true
	}
}

func (r *jsonReader) word(w string) {
	for i := range len(w) {
		r.expect(w[i])
	}
}
