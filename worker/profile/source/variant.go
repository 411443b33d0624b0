package source

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// Variants are values that say of each part what it is, as Spark and Iceberg
// write them (https://github.com/apache/parquet-format/blob/master/VariantEncoding.md):
// a dictionary of the names of fields, and a value that refers to it. They become
// the JSON that they stand for; what JSON has no type for is written as in other
// columns of the same type.

var errVariant = errors.New("a variant is not written as Parquet demands")

// variantNames are the names of fields; offsets and texts stay in the file's bytes.
type variantNames struct {
	count, width int
	offsets      []byte // count + 1 of them
	text         []byte
}

func newVariantNames(b []byte) (n variantNames, err error) {
	if len(b) == 0 || b[0]&15 != 1 {
		return n, errVariant
	}
	n.width = int(b[0]>>6) + 1
	count, ok := uintAt(b[1:], n.width)
	if !ok || count+1 > uint64(len(b)/n.width) {
		return n, errVariant
	}
	n.count = int(count)
	from := 1 + n.width
	to := from + (n.count+1)*n.width
	if to > len(b) {
		return n, errVariant
	}
	n.offsets, n.text = b[from:to], b[to:]
	return n, nil
}

func (n *variantNames) name(id uint64) ([]byte, error) {
	if id >= uint64(n.count) {
		return nil, errVariant
	}
	at := int(id) * n.width
	from, _ := uintAt(n.offsets[at:], n.width)
	to, _ := uintAt(n.offsets[at+n.width:], n.width)
	if from > to || to > uint64(len(n.text)) {
		return nil, errVariant
	}
	return n.text[from:to], nil
}

// uintAt is a number of up to four bytes, lowest first.
func uintAt(b []byte, width int) (u uint64, ok bool) {
	if width > len(b) {
		return 0, false
	}
	for i := range width {
		u |= uint64(b[i]) << (8 * i)
	}
	return u, true
}

// variantWriter writes values as JSON. Parts of a value may overlap, so that a
// few bytes can stand for any number of values: most bounds what they become.
type variantWriter struct {
	names variantNames
	most  int // bytes of dst
	depth int // of nesting that is left
}

func errVariantDeep() error {
	return &Error{Code: "nesting_too_deep", Row: -1, Offset: -1,
		Message: "A variant nests deeper than the limit.", Hint: "Write the values with fewer objects and arrays inside each other, or raise the limit of the depth."}
}

const (
	variantPrimitive = iota
	variantShort
	variantObject
	variantArray
)

// value appends the value at the head of b.
func (w *variantWriter) value(dst, b []byte) ([]byte, error) {
	if len(b) == 0 {
		return dst, errVariant
	}
	if len(dst) > w.most {
		return dst, cellTooLarge(int64(w.most))
	}
	head, body := b[0]>>2, b[1:]
	switch b[0] & 3 {
	case variantPrimitive:
		return w.primitive(dst, int(head), body)
	case variantShort:
		if int(head) > len(body) {
			return dst, errVariant
		}
		return appendVariantText(dst, body[:head]), nil
	}
	if w.depth--; w.depth < 0 {
		return dst, errVariantDeep()
	}
	defer func() { w.depth++ }()
	if b[0]&3 == variantArray {
		dst = append(dst, '[')
		first := true
		err := variantItems(b, func(_ uint64, item []byte) (err error) {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst, err = w.value(dst, item)
			return err
		})
		return append(dst, ']'), err
	}
	dst, _, err := w.fields(append(dst, '{'), b, true, nil)
	return append(dst, '}'), err
}

// fields appends the fields of the object b, but those of which except holds, and
// answers whether the next one would still be the first.
func (w *variantWriter) fields(dst, b []byte, first bool, except func(name []byte) bool) ([]byte, bool, error) {
	err := variantItems(b, func(id uint64, item []byte) error {
		name, err := w.names.name(id)
		if err != nil || except != nil && except(name) {
			return err
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst, err = w.value(append(appendVariantText(dst, name), ':'), item)
		return err
	})
	return dst, first, err
}

// variantItems visits the items of an array, or the fields of an object with
// the numbers of their names.
func variantItems(b []byte, visit func(id uint64, item []byte) error) error {
	head, body := int(b[0]>>2), b[1:]
	wide, size, ids := head>>2&1, head&3+1, 0
	if b[0]&3 == variantObject {
		wide, ids = head>>4&1, head>>2&3+1
	}
	countWidth := 1 + 3*wide
	count, ok := uintAt(body, countWidth)
	if !ok || count > uint64(len(body)) {
		return errVariant
	}
	n := int(count)
	offsets := countWidth + n*ids
	items := offsets + (n+1)*size
	if items > len(body) {
		return errVariant
	}
	for i := range n {
		id, _ := uintAt(body[countWidth+i*ids:], ids)
		at, _ := uintAt(body[offsets+i*size:], size)
		if at >= uint64(len(body)-items) {
			return errVariant
		}
		if err := visit(id, body[items+int(at):]); err != nil {
			return err
		}
	}
	return nil
}

// appendVariantText writes a string of JSON, valid UTF-8 whatever stands there.
func appendVariantText(dst, text []byte) []byte {
	if valid, kind := appendText(nil, text); kind&kindReplaced != 0 {
		text = valid
	}
	return appendJSONString(dst, text)
}

// variantSizes are the bytes of primitives whose size their number tells.
var variantSizes = [...]int{3: 1, 4: 2, 5: 4, 6: 8, 7: 8, 8: 5, 9: 9, 10: 17, 11: 4, 12: 8, 13: 8, 14: 4, 17: 8, 18: 8, 19: 8, 20: 16}

func (w *variantWriter) primitive(dst []byte, typ int, b []byte) ([]byte, error) {
	if typ >= len(variantSizes) {
		return dst, fmt.Errorf("a variant is of type %d, which Assay does not know", typ)
	}
	if len(b) < variantSizes[typ] {
		return dst, errVariant
	}
	quoted := func(write func([]byte) []byte) []byte { return append(write(append(dst, '"')), '"') }
	switch typ {
	case 0:
		return append(dst, "null"...), nil
	case 1, 2:
		return strconv.AppendBool(dst, typ == 1), nil
	case 3:
		return strconv.AppendInt(dst, int64(int8(b[0])), 10), nil
	case 4:
		return strconv.AppendInt(dst, int64(int16(binary.LittleEndian.Uint16(b))), 10), nil
	case 5:
		return strconv.AppendInt(dst, int32At(b), 10), nil
	case 6:
		return strconv.AppendInt(dst, int64At(b), 10), nil
	case 7:
		return AppendJSONCell(dst, appendFloat(nil, math.Float64frombits(binary.LittleEndian.Uint64(b)), 64), Number), nil
	case 14:
		return AppendJSONCell(dst, appendFloat(nil, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 32), Number), nil
	case 8, 9, 10:
		if b[0] > 38 {
			return dst, errVariant
		}
		return appendVariantDecimal(dst, b[1:variantSizes[typ]], int(b[0])), nil
	case 11:
		return quoted(func(dst []byte) []byte { return appendDate(dst, int32At(b)) }), nil
	case 12, 13, 18, 19:
		unit := int64(1000)
		if typ >= 18 {
			unit = 1
		}
		return quoted(func(dst []byte) []byte { return appendTimestamp(dst, int64At(b), unit, typ == 12 || typ == 18) }), nil
	case 17:
		return quoted(func(dst []byte) []byte { dst, _ = appendTime(dst, int64At(b), 1000); return dst }), nil
	case 20:
		return quoted(func(dst []byte) []byte { return appendUUID(dst, b[:16]) }), nil
	}
	if len(b) < 4 { // 15 and 16: bytes and text
		return dst, errVariant
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return dst, errVariant
	}
	if b = b[4 : 4+n]; typ == 16 {
		return appendVariantText(dst, b), nil
	}
	return quoted(func(dst []byte) []byte { return hex.AppendEncode(append(dst, "0x"...), b) }), nil
}

// appendVariantDecimal writes a decimal whose unscaled value has its lowest byte first.
func appendVariantDecimal(dst, b []byte, scale int) []byte {
	var raw [16]byte
	for i, c := range b {
		raw[len(b)-1-i] = c
	}
	return appendDecimal(dst, raw[:len(b)], scale)
}
