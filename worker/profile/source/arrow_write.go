package source

import (
	"fmt"
	"strconv"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// arrowWriter appends the text of value i of an array and says what it is;
// Null where there is none.
type arrowWriter func(dst []byte, i int) ([]byte, Kind)

// newArrowWriter chooses how the values of an array are written. Where the
// array is broken it panics, as the library does: the caller recovers.
func newArrowWriter(arr arrow.Array, field arrow.Field, maxCell int) arrowWriter {
	if _, ok := arr.(*array.Null); ok {
		return func(dst []byte, _ int) ([]byte, Kind) { return dst, Null }
	}
	w := arrowValues(arr, field, maxCell)
	switch arr.(type) {
	case *array.SparseUnion, *array.DenseUnion, *array.RunEndEncoded:
		return w // whose nulls are those of their values
	}
	return func(dst []byte, i int) ([]byte, Kind) {
		if arr.IsNull(i) {
			return dst, Null
		}
		return w(dst, i)
	}
}

func arrowValues(arr arrow.Array, field arrow.Field, maxCell int) arrowWriter {
	extension, _ := field.Metadata.GetValue("ARROW:extension:name")
	if a, ok := arr.(*array.Int8); ok && extension == "arrow.bool8" {
		return func(dst []byte, i int) ([]byte, Kind) { return strconv.AppendBool(dst, a.Value(i) != 0), Bool }
	}
	if w := arrowNumbers(arr); w != nil {
		return w
	}
	if w := arrowTimes(arr); w != nil {
		return w
	}
	if w := arrowTexts(arr, extension); w != nil {
		return w
	}
	return arrowNested(arr, maxCell)
}

func integers[T int8 | int16 | int32 | int64](values []T) arrowWriter {
	return func(dst []byte, i int) ([]byte, Kind) { return strconv.AppendInt(dst, int64(values[i]), 10), Number }
}

func unsigned[T uint8 | uint16 | uint32 | uint64](values []T) arrowWriter {
	return func(dst []byte, i int) ([]byte, Kind) { return strconv.AppendUint(dst, uint64(values[i]), 10), Number }
}

func arrowNumbers(arr arrow.Array) arrowWriter {
	switch a := arr.(type) {
	case *array.Int8:
		return integers(a.Int8Values())
	case *array.Int16:
		return integers(a.Int16Values())
	case *array.Int32:
		return integers(a.Int32Values())
	case *array.Int64:
		return integers(a.Int64Values())
	case *array.Uint8:
		return unsigned(a.Uint8Values())
	case *array.Uint16:
		return unsigned(a.Uint16Values())
	case *array.Uint32:
		return unsigned(a.Uint32Values())
	case *array.Uint64:
		return unsigned(a.Uint64Values())
	case *array.Float16:
		return func(dst []byte, i int) ([]byte, Kind) { return appendFloat16(dst, a.Value(i).Uint16()), Number }
	case *array.Float32:
		return func(dst []byte, i int) ([]byte, Kind) { return appendFloat(dst, float64(a.Value(i)), 32), Number }
	case *array.Float64:
		return func(dst []byte, i int) ([]byte, Kind) { return appendFloat(dst, a.Value(i), 64), Number }
	case *array.Boolean:
		return func(dst []byte, i int) ([]byte, Kind) { return strconv.AppendBool(dst, a.Value(i)), Bool }
	}
	return arrowDecimals(arr)
}

func arrowDecimals(arr arrow.Array) arrowWriter {
	d, ok := arr.DataType().(arrow.DecimalType)
	if !ok {
		return nil
	}
	scale := int(d.GetScale())
	if scale < -1000 || scale > 1000 {
		panic(fmt.Errorf("a decimal with %d digits behind the point", scale))
	}
	digits := max(scale, 0)
	var write func(dst []byte, i int) []byte
	switch a := arr.(type) {
	case *array.Decimal32:
		write = func(dst []byte, i int) []byte { return appendScaled(dst, int64(a.Value(i)), digits) }
	case *array.Decimal64:
		write = func(dst []byte, i int) []byte { return appendScaled(dst, int64(a.Value(i)), digits) }
	case *array.Decimal128:
		write = func(dst []byte, i int) []byte {
			v := a.Value(i)
			return appendDecimal128(dst, uint64(v.HighBits()), v.LowBits(), digits)
		}
	case *array.Decimal256:
		write = func(dst []byte, i int) []byte {
			n := a.Value(i).BigInt()
			if n.Sign() < 0 {
				dst = append(dst, '-')
				n.Neg(n)
			}
			return appendPoint(dst, n.Append(nil, 10), digits)
		}
	default:
		return nil
	}
	return func(dst []byte, i int) ([]byte, Kind) {
		from := len(dst)
		dst = write(dst, i)
		if zero := len(dst)-from == 1 && dst[from] == '0'; !zero {
			for range -min(scale, 0) {
				dst = append(dst, '0')
			}
		}
		return dst, Number
	}
}

func arrowTimes(arr arrow.Array) arrowWriter {
	clock := func(dst []byte, n, unit int64) ([]byte, Kind) {
		dst, ok := appendTime(dst, n, unit)
		if !ok {
			return dst, Number
		}
		return dst, String
	}
	switch a := arr.(type) {
	case *array.Date32:
		return func(dst []byte, i int) ([]byte, Kind) { return appendDate(dst, int64(a.Value(i))), String }
	case *array.Date64:
		return func(dst []byte, i int) ([]byte, Kind) {
			return appendDate(dst, floorDiv(int64(a.Value(i)), 86_400_000)), String
		}
	case *array.Time32:
		unit := int64(a.DataType().(*arrow.Time32Type).Unit.Multiplier())
		return func(dst []byte, i int) ([]byte, Kind) { return clock(dst, int64(a.Value(i)), unit) }
	case *array.Time64:
		unit := int64(a.DataType().(*arrow.Time64Type).Unit.Multiplier())
		return func(dst []byte, i int) ([]byte, Kind) { return clock(dst, int64(a.Value(i)), unit) }
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		unit, utc := int64(t.Unit.Multiplier()), t.TimeZone != ""
		return func(dst []byte, i int) ([]byte, Kind) {
			return appendTimestamp(dst, int64(a.Value(i)), unit, utc), String
		}
	case *array.Duration:
		unit := int64(a.DataType().(*arrow.DurationType).Unit.Multiplier())
		return func(dst []byte, i int) ([]byte, Kind) { return appendElapsed(dst, int64(a.Value(i)), unit), String }
	case *array.MonthInterval:
		return func(dst []byte, i int) ([]byte, Kind) { return appendInterval(dst, int64(a.Value(i)), 0, 0), String }
	case *array.DayTimeInterval:
		return func(dst []byte, i int) ([]byte, Kind) {
			v := a.Value(i)
			return appendInterval(dst, 0, int64(v.Days), int64(v.Milliseconds)*1e6), String
		}
	case *array.MonthDayNanoInterval:
		return func(dst []byte, i int) ([]byte, Kind) {
			v := a.Value(i)
			return appendInterval(dst, int64(v.Months), int64(v.Days), v.Nanoseconds), String
		}
	}
	return nil
}

func arrowTexts(arr arrow.Array, extension string) arrowWriter {
	text := func(value func(int) string) arrowWriter {
		write := appendText
		if extension == "arrow.json" {
			write = appendJSON
		}
		return func(dst []byte, i int) ([]byte, Kind) { return write(dst, bytesOf(value(i))) }
	}
	binary := func(value func(int) []byte) arrowWriter {
		write := appendBinary
		if extension == "geoarrow.wkb" || extension == "ogc.wkb" { // the name before
			write = appendGeometry
		}
		return func(dst []byte, i int) ([]byte, Kind) { return write(dst, value(i)) }
	}
	switch a := arr.(type) {
	case *array.String:
		return text(a.Value)
	case *array.LargeString:
		return text(a.Value)
	case *array.StringView:
		return text(a.Value)
	case *array.Binary:
		return binary(a.Value)
	case *array.LargeBinary:
		return binary(a.Value)
	case *array.BinaryView:
		return binary(a.Value)
	case *array.FixedSizeBinary:
		if extension == "arrow.uuid" && a.DataType().(*arrow.FixedSizeBinaryType).ByteWidth == 16 {
			return func(dst []byte, i int) ([]byte, Kind) { return appendUUID(dst, a.Value(i)), String }
		}
		return binary(a.Value)
	}
	return nil
}

// bytesOf looks at a string as bytes, which must not be written to.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// arrowNested writes lists, maps and structs as JSON, and finds the values of
// arrays that only say where they are.
func arrowNested(arr arrow.Array, maxCell int) arrowWriter {
	switch a := arr.(type) {
	case *array.Map:
		return arrowMap(a, maxCell)
	case array.ListLike:
		item := within(a.ListValues(), listField(a.DataType()), maxCell)
		return func(dst []byte, i int) ([]byte, Kind) {
			from, to := a.ValueOffsets(i)
			begin := len(dst)
			dst = append(dst, '[')
			for k := from; k < to; k++ {
				if k > from {
					dst = append(dst, ',')
				}
				if dst = item(dst, int(k)); len(dst)-begin > maxCell {
					panic(cellTooLarge(int64(maxCell)))
				}
			}
			return append(dst, ']'), JSON
		}
	case *array.Struct:
		return arrowStruct(a, maxCell)
	case *array.SparseUnion:
		children := unionWriters(a, maxCell)
		return func(dst []byte, i int) ([]byte, Kind) { return children[a.ChildID(i)](dst, i) }
	case *array.DenseUnion:
		children := unionWriters(a, maxCell)
		return func(dst []byte, i int) ([]byte, Kind) {
			return children[a.ChildID(i)](dst, int(a.ValueOffset(i)))
		}
	case *array.RunEndEncoded:
		values := newArrowWriter(a.Values(), arrow.Field{}, maxCell)
		return func(dst []byte, i int) ([]byte, Kind) { return values(dst, a.GetPhysicalIndex(i)) }
	case *array.Dictionary:
		values := newArrowWriter(a.Dictionary(), arrow.Field{}, maxCell)
		return func(dst []byte, i int) ([]byte, Kind) { return values(dst, a.GetValueIndex(i)) }
	case array.ExtensionArray:
		name := arrow.NewMetadata([]string{"ARROW:extension:name"}, []string{a.ExtensionType().ExtensionName()})
		return newArrowWriter(a.Storage(), arrow.Field{Metadata: name}, maxCell)
	}
	panic(fmt.Errorf("an array of type %s", arr.DataType()))
}

// within writes values as they stand inside JSON.
func within(arr arrow.Array, field arrow.Field, maxCell int) func(dst []byte, i int) []byte {
	write := newArrowWriter(arr, field, maxCell)
	var text []byte
	return func(dst []byte, i int) []byte {
		var kind Kind
		text, kind = write(text[:0], i)
		return AppendJSONCell(dst, text, kind)
	}
}

func listField(t arrow.DataType) arrow.Field {
	if l, ok := t.(arrow.ListLikeType); ok {
		return l.ElemField()
	}
	return arrow.Field{}
}

func arrowStruct(a *array.Struct, maxCell int) arrowWriter {
	fields := a.DataType().(*arrow.StructType).Fields()
	keys := make([][]byte, len(fields))
	values := make([]func([]byte, int) []byte, len(fields))
	for k, f := range fields {
		keys[k] = append(appendJSONString(nil, []byte(validName(f.Name))), ':')
		values[k] = within(a.Field(k), f, maxCell)
	}
	return func(dst []byte, i int) ([]byte, Kind) {
		dst = append(dst, '{')
		for k := range values {
			if k > 0 {
				dst = append(dst, ',')
			}
			dst = values[k](append(dst, keys[k]...), i)
		}
		return append(dst, '}'), JSON
	}
}

func arrowMap(a *array.Map, maxCell int) arrowWriter {
	t := a.DataType().(*arrow.MapType)
	key := newArrowWriter(a.Keys(), t.KeyField(), maxCell)
	value := within(a.Items(), t.ItemField(), maxCell)
	var text []byte
	return func(dst []byte, i int) ([]byte, Kind) {
		from, to := a.ValueOffsets(i)
		begin := len(dst)
		dst = append(dst, '{')
		for k := from; k < to; k++ {
			if k > from {
				dst = append(dst, ',')
			}
			text, _ = key(text[:0], int(k))
			dst = append(appendJSONString(dst, text), ':')
			if dst = value(dst, int(k)); len(dst)-begin > maxCell {
				panic(cellTooLarge(int64(maxCell)))
			}
		}
		return append(dst, '}'), JSON
	}
}

func unionWriters(u array.Union, maxCell int) []arrowWriter {
	all := make([]arrowWriter, u.NumFields())
	for k := range all {
		all[k] = newArrowWriter(u.Field(k), u.UnionType().Fields()[k], maxCell)
	}
	return all
}
