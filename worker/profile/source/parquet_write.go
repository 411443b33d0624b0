package source

import (
	"encoding/binary"
	"math"
	"strconv"
)

// writeValue appends the text of a value, which comes as Parquet stores it, and
// says what it is. Fixed widths have been checked.
type writeValue func(dst, raw []byte) ([]byte, Kind)

// writerOf chooses how a leaf's values are written. An annotation that does
// not fit the type is ignored: the type rules, as the specification has it.
func writerOf(n *schemaNode) writeValue {
	switch n.typ {
	case physBoolean:
		return func(dst, raw []byte) ([]byte, Kind) {
			return strconv.AppendBool(dst, raw[0] != 0), Bool
		}
	case physInt32:
		return writerOfInt(n.logical, int32At, 32)
	case physInt64:
		return writerOfInt(n.logical, int64At, 64)
	case physInt96:
		return func(dst, raw []byte) ([]byte, Kind) {
			// Nanoseconds of a Julian day, which began at noon of the day
			// before; Impala and Spark count from midnight.
			nanos, days := int64At(raw), int32At(raw[8:])-2_440_588
			days += floorDiv(nanos, dayNanos)
			nanos -= floorDiv(nanos, dayNanos) * dayNanos
			return appendClock(append(appendDate(dst, days), 'T'), nanos), String
		}
	case physFloat:
		return func(dst, raw []byte) ([]byte, Kind) {
			return appendFloat(dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw))), 32), Number
		}
	case physDouble:
		return func(dst, raw []byte) ([]byte, Kind) {
			return appendFloat(dst, math.Float64frombits(binary.LittleEndian.Uint64(raw)), 64), Number
		}
	}
	return writerOfBytes(n)
}

// isText tells of leaves that appendText writes.
func (n *schemaNode) isText() bool {
	return n.typ == physByteArray && (n.logical.kind == logicalString || n.logical.kind == logicalEnum)
}

func writerOfInt(l logicalType, at func([]byte) int64, size int) writeValue {
	switch {
	case l.kind == logicalDate && size == 32:
		return func(dst, raw []byte) ([]byte, Kind) { return appendDate(dst, at(raw)), String }
	case l.kind == logicalTime && l.unit > 0:
		return func(dst, raw []byte) ([]byte, Kind) {
			dst, ok := appendTime(dst, at(raw), l.unit)
			if !ok {
				return dst, Number
			}
			return dst, String
		}
	case l.kind == logicalTimestamp && l.unit > 0 && size == 64:
		return writerOfTimestamp(at, l.unit, l.utc)
	case l.kind == logicalDecimal:
		return func(dst, raw []byte) ([]byte, Kind) { return appendScaled(dst, at(raw), int(l.scale)), Number }
	case l.kind == logicalInteger && !l.signed && l.bits == 64:
		return func(dst, raw []byte) ([]byte, Kind) { return strconv.AppendUint(dst, uint64(at(raw)), 10), Number }
	case l.kind == logicalInteger && !l.signed && l.bits == 32:
		return func(dst, raw []byte) ([]byte, Kind) {
			return strconv.AppendUint(dst, uint64(uint32(at(raw))), 10), Number
		}
	}
	return func(dst, raw []byte) ([]byte, Kind) { return strconv.AppendInt(dst, at(raw), 10), Number }
}

// writerOfTimestamp writes a day once for all values in a row that are of it, as
// those of most tables are.
func writerOfTimestamp(at func([]byte) int64, unit int64, utc bool) writeValue {
	var (
		day    = int64(math.MinInt64)
		text   []byte
		perDay = dayNanos / unit
	)
	return func(dst, raw []byte) ([]byte, Kind) {
		n := at(raw)
		if d := floorDiv(n, perDay); d != day {
			day, text = d, append(appendDate(text[:0], d), 'T')
		}
		dst = appendClock(append(dst, text...), (n-day*perDay)*unit)
		if utc {
			dst = append(dst, 'Z')
		}
		return dst, String
	}
}

func writerOfBytes(n *schemaNode) writeValue {
	fixed := 0
	if n.typ == physFixed {
		fixed = int(n.length)
	}
	switch k := n.logical.kind; {
	case k == logicalString || k == logicalEnum:
		return appendText
	case k == logicalJSON:
		return appendJSON
	case k == logicalBSON:
		return appendBSON
	case k == logicalGeometry:
		return appendGeometry
	case k == logicalBytes:
		return func(dst, raw []byte) ([]byte, Kind) { return append(dst, raw...), String }
	case k == logicalDecimal:
		scale := int(n.logical.scale)
		return func(dst, raw []byte) ([]byte, Kind) {
			if len(raw) == 0 || len(raw) > 256 {
				return appendBinary(dst, raw)
			}
			return appendDecimal(dst, raw, scale), Number
		}
	case k == logicalUUID && fixed == 16:
		return func(dst, raw []byte) ([]byte, Kind) { return appendUUID(dst, raw), String }
	case k == logicalFloat16 && fixed == 2:
		return func(dst, raw []byte) ([]byte, Kind) {
			return appendFloat16(dst, binary.LittleEndian.Uint16(raw)), Number
		}
	case k == logicalInterval && fixed == 12:
		return func(dst, raw []byte) ([]byte, Kind) {
			u := func(i int) int64 { return int64(binary.LittleEndian.Uint32(raw[4*i:])) }
			return appendInterval(dst, u(0), u(1), u(2)*1e6), String
		}
	}
	return appendBinary
}
