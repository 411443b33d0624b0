package source

import (
	"encoding/binary"
	"fmt"
	"math"
)

// pageValues are the values of a page that have not been read yet, whatever
// their encoding. They are decoded on demand, so that no count in a header is
// believed before its values were seen.
type pageValues struct {
	form  valueForm
	width int    // bytes of a value of fixed width
	b     []byte // plain: what is left
	at, n int    // bits and split: the next value, and how many there are
	runs  hybrid // entries of the dictionary, or truths
	delta deltas
	alp   alp
	// deltaLength and deltaBytes
	lengths, prefixes []uint32
	last              []byte // deltaBytes: the value before
	scratch           []byte
}

type valueForm byte

const (
	formFixed       valueForm = iota // plain
	formBytes                        // plain, a length before each
	formBits                         // plain truths
	formRuns                         // truths in runs
	formDictionary                   // numbers of entries
	formDelta                        // integers
	formDeltaLength                  // texts, all their lengths before them
	formDeltaBytes                   // texts, without what they begin with like the one before
	formSplit                        // fixed width, all first bytes first
	formALP                          // floats as integers with an exponent
)

// mostValues bounds the values of a page whose lengths must all be read first.
const mostValues = 1 << 24

func physicalWidth(typ, length int32) int {
	switch typ {
	case physBoolean:
		return 1
	case physInt32, physFloat:
		return 4
	case physInt64, physDouble:
		return 8
	case physInt96:
		return 12
	}
	return int(length)
}

// begin takes n values of a page, written in b.
func (v *pageValues) begin(leaf *schemaNode, encoding int32, b []byte, n int) error {
	v.width = physicalWidth(leaf.typ, leaf.length)
	v.b, v.at, v.n = b, 0, n
	integer := leaf.typ == physInt32 || leaf.typ == physInt64
	fixed := leaf.typ != physByteArray && leaf.typ != physBoolean
	switch {
	case encoding == encPlainDictionary || encoding == encRLEDictionary:
		return v.beginDictionary(b, n)
	case encoding == encPlain && leaf.typ == physByteArray:
		v.form = formBytes
		return nil
	case encoding == encPlain && leaf.typ == physBoolean:
		v.form = formBits
		return v.enough((n + 7) / 8)
	case encoding == encPlain:
		v.form = formFixed
		return v.enough(n * v.width)
	case encoding == encRLE && leaf.typ == physBoolean:
		v.form = formRuns
		if n == 0 {
			return nil
		}
		var err error
		v.runs, _, err = levelReader(b, encRLE, 1, n)
		return err
	case encoding == encDelta && integer:
		v.form = formDelta
		if n == 0 {
			return nil
		}
		var err error
		v.delta, err = newDeltas(b)
		return err
	case encoding == encDeltaLength && leaf.typ == physByteArray:
		v.form = formDeltaLength
		return v.beginLengths(b, n)
	case encoding == encDeltaBytes && (leaf.typ == physByteArray || leaf.typ == physFixed):
		v.form = formDeltaBytes
		return v.beginPrefixes(b, n)
	case encoding == encByteStreamSplit && fixed:
		v.form = formSplit
		return v.enough(n * v.width)
	case encoding == encALP && (leaf.typ == physFloat || leaf.typ == physDouble):
		v.form = formALP
		return v.alp.begin(b, n, v.width)
	case encoding < 0 || encoding > encALP || encoding == 1:
		return &Error{Code: "unsupported_format", Row: -1, Offset: -1,
			Message: fmt.Sprintf("The column %s of the Parquet file has an encoding (number %d) that Assay does not read.", quoteShort(leaf.name), encoding),
			Hint:    "Write it again with an older or simpler encoding, such as PLAIN or RLE_DICTIONARY."}
	}
	return invalidParquet(-1, "its column %s has a page of encoding %d, which does not fit its type", quoteShort(leaf.name), encoding)
}

func (v *pageValues) enough(bytes int) error {
	if bytes > len(v.b) {
		return errValues
	}
	return nil
}

func (v *pageValues) beginDictionary(b []byte, n int) error {
	v.form = formDictionary
	v.runs = hybrid{}
	if n == 0 {
		return nil
	}
	if len(b) == 0 {
		return errValues
	}
	if b[0] > 32 {
		return errRuns
	}
	v.runs = newHybrid(b[1:], int(b[0]))
	return nil
}

func (v *pageValues) beginLengths(b []byte, n int) (err error) {
	if n > mostValues {
		return errTooMany
	}
	if n == 0 {
		v.lengths = v.lengths[:0]
		return nil
	}
	if v.delta, err = newDeltas(b); err != nil {
		return err
	}
	v.lengths, err = v.delta.lengths(n, v.lengths)
	v.b = v.delta.rest()
	return err
}

func (v *pageValues) beginPrefixes(b []byte, n int) (err error) {
	v.last = v.last[:0]
	if n > mostValues {
		return errTooMany
	}
	if n > 0 {
		if v.delta, err = newDeltas(b); err != nil {
			return err
		}
		if v.prefixes, err = v.delta.lengths(n, v.prefixes); err != nil {
			return err
		}
		b = v.delta.rest()
	}
	return v.beginLengths(b, n)
}

// next is the next value's bytes, valid until the one after it. It serves all forms but formDictionary.
func (v *pageValues) next() ([]byte, error) {
	switch v.form {
	case formFixed:
		if v.width > len(v.b) {
			return nil, errValues
		}
		raw := v.b[:v.width]
		v.b = v.b[v.width:]
		return raw, nil
	case formBytes:
		if len(v.b) < 4 {
			return nil, errValues
		}
		n := binary.LittleEndian.Uint32(v.b)
		if uint64(n) > uint64(len(v.b)-4) {
			return nil, errValues
		}
		raw := v.b[4 : 4+n]
		v.b = v.b[4+n:]
		return raw, nil
	case formBits, formRuns:
		return v.truth()
	case formDelta:
		d, err := v.delta.next()
		v.scratch = binary.LittleEndian.AppendUint64(v.scratch[:0], uint64(d))
		return v.scratch[:v.width], err
	case formSplit:
		if v.at >= v.n {
			return nil, errValues
		}
		v.scratch = v.scratch[:0]
		for k := range v.width {
			v.scratch = append(v.scratch, v.b[k*v.n+v.at])
		}
		v.at++
		return v.scratch, nil
	case formALP:
		return v.alp.next()
	}
	return v.text()
}

func (v *pageValues) truth() ([]byte, error) {
	v.scratch = append(v.scratch[:0], 0)
	if v.form == formRuns {
		return v.scratch, readHybrid(&v.runs, v.scratch)
	}
	if v.at >= v.n {
		return nil, errValues
	}
	v.scratch[0] = v.b[v.at>>3] >> (v.at & 7) & 1
	v.at++
	return v.scratch, nil
}

// text is the next one of formDeltaLength and formDeltaBytes.
func (v *pageValues) text() ([]byte, error) {
	if v.at >= len(v.lengths) || uint64(v.lengths[v.at]) > uint64(len(v.b)) {
		return nil, errValues
	}
	n := v.lengths[v.at]
	raw := v.b[:n]
	v.b = v.b[n:]
	if v.form == formDeltaBytes {
		p := v.prefixes[v.at]
		if uint64(p) > uint64(len(v.last)) || uint64(p)+uint64(n) > maxPage {
			return nil, errDelta
		}
		v.last = append(v.last[:p], raw...)
		raw = v.last
	}
	v.at++
	return raw, nil
}

// skip goes past n values.
func (v *pageValues) skip(n int) error {
	switch v.form {
	case formDictionary, formRuns:
		return v.runs.skip(n)
	case formFixed:
		if n*v.width > len(v.b) {
			return errValues
		}
		v.b = v.b[n*v.width:]
		return nil
	case formBits, formSplit:
		v.at += n
		return nil
	}
	for range n {
		if _, err := v.next(); err != nil {
			return err
		}
	}
	return nil
}

// entries are the values of a dictionary page, written out.
type entries struct {
	text       []byte
	start, end []uint32
	kinds      []Kind
	flagged    bool // some kinds have flags
	longest    int
}

func (d *entries) reset() {
	d.flagged, d.longest = false, 0
	d.text, d.start, d.end, d.kinds = d.text[:0], d.start[:0], d.end[:0], d.kinds[:0]
}

func (d *entries) add(from int, kind Kind) error {
	if len(d.text) > math.MaxInt32 {
		return errTooMany
	}
	d.flagged, d.longest = d.flagged || kind&kindFlags != 0, max(d.longest, len(d.text)-from)
	d.start, d.end, d.kinds = append(d.start, uint32(from)), append(d.end, uint32(len(d.text))), append(d.kinds, kind)
	return nil
}
