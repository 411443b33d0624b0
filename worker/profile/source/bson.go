package source

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"strconv"
)

// bsonDepth bounds documents within documents.
const bsonDepth = 64

var errBSON = errors.New("not BSON")

// appendBSON writes a BSON document (https://bsonspec.org/spec.html) as the JSON
// that it stands for; bytes that are none as appendBinary does. What JSON has
// no type for becomes text: times by RFC 3339, object IDs and bytes in hexadecimal.
func appendBSON(dst, raw []byte) ([]byte, Kind) {
	from := len(dst)
	dst, rest, err := bsonDocument(dst, raw, false, bsonDepth)
	if err != nil || len(rest) > 0 {
		return appendBinary(dst[:from], raw)
	}
	return dst, JSON
}

// bsonDocument appends the document or array at the head of b.
func bsonDocument(dst, b []byte, array bool, depth int) (_, rest []byte, err error) {
	if len(b) < 5 || depth == 0 {
		return dst, nil, errBSON
	}
	size := binary.LittleEndian.Uint32(b)
	if size < 5 || uint64(size) > uint64(len(b)) || b[size-1] != 0 {
		return dst, nil, errBSON
	}
	b, rest = b[4:size-1], b[size:]
	open, shut := byte('{'), byte('}')
	if array {
		open, shut = '[', ']'
	}
	dst = append(dst, open)
	for first := true; len(b) > 0; first = false {
		if !first {
			dst = append(dst, ',')
		}
		typ := b[0]
		var name []byte
		if name, b, err = bsonName(b[1:]); err != nil {
			return dst, nil, err
		}
		if !array {
			dst = append(appendVariantText(dst, name), ':')
		}
		if dst, b, err = bsonValue(dst, b, typ, depth); err != nil {
			return dst, nil, err
		}
	}
	return append(dst, shut), rest, nil
}

// bsonName takes a text that ends with a zero off the head of b.
func bsonName(b []byte) (name, rest []byte, err error) {
	i := bytes.IndexByte(b, 0)
	if i < 0 {
		return nil, nil, errBSON
	}
	return b[:i], b[i+1:], nil
}

// bsonSizes are the bytes of values of fixed size, by type.
var bsonSizes = map[byte]int{0x01: 8, 0x06: 0, 0x07: 12, 0x08: 1, 0x09: 8, 0x0a: 0, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16, 0x7f: 0, 0xff: 0}

func bsonValue(dst, b []byte, typ byte, depth int) (_, rest []byte, err error) {
	if size, fixed := bsonSizes[typ]; fixed {
		if size > len(b) {
			return dst, nil, errBSON
		}
		return bsonFixed(dst, b[:size], typ), b[size:], nil
	}
	switch typ {
	case 0x03, 0x04:
		return bsonDocument(dst, b, typ == 0x04, depth-1)
	case 0x0b: // a regular expression and its options
		pattern, b, err := bsonName(b)
		if err != nil {
			return dst, nil, err
		}
		options, b, err := bsonName(b)
		if err != nil {
			return dst, nil, err
		}
		return appendVariantText(dst, append(append(append([]byte{'/'}, pattern...), '/'), options...)), b, nil
	}
	// Text, bytes, code and symbols begin with their length.
	if len(b) < 5 {
		return dst, nil, errBSON
	}
	n := uint64(binary.LittleEndian.Uint32(b))
	switch typ {
	case 0x02, 0x0d, 0x0e:
		if n == 0 || n > uint64(len(b)-4) || b[3+n] != 0 {
			return dst, nil, errBSON
		}
		return appendVariantText(dst, b[4:3+n]), b[4+n:], nil
	case 0x05:
		if n > uint64(len(b)-5) {
			return dst, nil, errBSON
		}
		kind, body := b[4], b[5:5+n]
		dst = append(dst, '"')
		if kind == 4 && n == 16 {
			dst = appendUUID(dst, body)
		} else {
			dst = hex.AppendEncode(append(dst, "0x"...), body)
		}
		return append(dst, '"'), b[5+n:], nil
	}
	return dst, nil, errBSON
}

func bsonFixed(dst, b []byte, typ byte) []byte {
	quoted := func(write func([]byte) []byte) []byte { return append(write(append(dst, '"')), '"') }
	switch typ {
	case 0x01:
		return AppendJSONCell(dst, appendFloat(nil, math.Float64frombits(binary.LittleEndian.Uint64(b)), 64), Number)
	case 0x07:
		return quoted(func(dst []byte) []byte { return hex.AppendEncode(dst, b) })
	case 0x08:
		return strconv.AppendBool(dst, b[0] != 0)
	case 0x09:
		return quoted(func(dst []byte) []byte { return appendTimestamp(dst, int64At(b), 1e6, true) })
	case 0x10:
		return strconv.AppendInt(dst, int32At(b), 10)
	case 0x11:
		return strconv.AppendUint(dst, uint64(int64At(b)), 10)
	case 0x12:
		return strconv.AppendInt(dst, int64At(b), 10)
	case 0x13: // decimal128, whose lowest byte stands first
		return quoted(func(dst []byte) []byte {
			dst = append(dst, "0x"...)
			for i := range b {
				dst = hex.AppendEncode(dst, b[len(b)-1-i:][:1])
			}
			return dst
		})
	case 0x7f:
		return append(dst, `"MaxKey"`...)
	case 0xff:
		return append(dst, `"MinKey"`...)
	}
	return append(dst, "null"...)
}
