package profile

import (
	"context"
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"assay/worker/profile/column"
	"assay/worker/profile/source"
)

// A table becomes Parquet by the types that its columns turn out to have, so
// the first reading is a profile of it: INT64, DOUBLE, BOOLEAN, DATE, TIME and
// TIMESTAMP in microseconds (in UTC only where every value has a zone), JSON
// and STRING. Every column is optional; nulls are those of the report.
//
// Decimals are doubles, as everybody expects of a CSV, unless a double would
// lose digits of one of them, or the file says that they are decimals: then, and
// where integers go beyond 64 bits, they are DECIMAL with all their digits. Times
// are in nanoseconds where some need it and all have room. A column with a value
// that its type cannot hold keeps its text: more than 38 digits of an integer,
// times of which only some have a zone, durations, and columns of mixed types.

const (
	groupRows  = 50_000
	groupBytes = 32 << 20 // of values in memory, about: wide tables have fewer rows in a group
	// Tables of more columns get no dictionaries: the library's take 50 KB each.
	// Nor do columns whose values mostly come once in a group: there they cost
	// a sixth of all time, and are given up in the end.
	dictionaryColumns = 256
	valueChunk        = 4096 // values written at a time
	// Most digits of decimals in 32 and in 64 bits.
	intPrecision, longPrecision = 9, 18
)

func toParquet(ctx context.Context, req Request, w io.Writer, progress *conversion) error {
	names, columns, err := decideTypes(ctx, req, progress)
	if err != nil {
		return err
	}
	scanner, err := progress.again(ctx, req)
	if err != nil {
		return err
	}
	defer scanner.Close()
	out := newParquetOutput(w, names, columns)
	err = scanner.Scan(ctx, max(req.Workers, 1), func() source.Sink { return newTypedSink(columns) }, func(s source.Segment, sink source.Sink) error {
		progress.advance(s)
		return out.write(sink.(*typedSink))
	})
	if err == nil {
		err = out.close()
	}
	if err == nil {
		progress.end()
	}
	return err
}

// decideTypes reads the whole file once.
func decideTypes(ctx context.Context, req Request, progress *conversion) ([]string, []stored, error) {
	s, err := source.Open(ctx, req.Source, req.Options, req.Limits)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	counted := &digitsScanner{Scanner: s}
	r := &run{req: req, scanner: counted, dialect: s.Dialect(), table: newTable(s)}
	r.hooks.Progress = func(p Progress) { progress.advance(source.Segment{BytesDone: p.BytesDone}) }
	if err := r.scan(ctx); err != nil {
		return nil, nil, err
	}
	names, scales := s.Columns(), source.ScalesOf(s)
	columns := make([]stored, 0, len(names))
	for i, result := range r.table.results(names, req, true) {
		var d digits
		if i < len(counted.columns) {
			d = counted.columns[i]
		}
		columns = append(columns, storedAs(result, d, i < len(scales) && scales[i] >= 0))
	}
	return names, columns, nil
}

// typedColumn is a column of a segment in the type that it is stored in: ints
// or floats, or texts one behind the other (decimals of more than 18 digits take
// 16 bytes each).
type typedColumn struct {
	null   []bool
	ints   []int64
	floats []float64
	text   []byte
	ends   []int
}

// typedSink reads the cells of a segment as their columns store them.
type typedSink struct {
	stored  []stored
	columns []typedColumn
	rows    int
}

func newTypedSink(stored []stored) *typedSink {
	return &typedSink{stored: stored, columns: make([]typedColumn, len(stored))}
}

// Batch implements source.Sink.
func (s *typedSink) Batch(b *source.Batch) error {
	for i := range s.columns {
		c, r := &s.columns[i], &s.stored[i]
		for row := range b.Rows {
			var cell []byte
			kind := source.Null
			if i < len(b.Cols) {
				v := &b.Cols[i]
				cell, kind = v.Data[v.Start[row]:v.End[row]], source.Raw
				if v.Kinds != nil {
					kind = v.Kinds[row]
				}
			}
			c.add(r, cell, kind)
		}
	}
	s.rows += b.Rows
	return nil
}

func (c *typedColumn) add(r *stored, b []byte, kind source.Kind) {
	v := r.Cell(b, kind)
	c.null = append(c.null, v.Null)
	if r.precision > 0 {
		if v.Null {
			b = nil
		}
		c.addDecimal(r, b)
		return
	}
	switch r.Store {
	case column.StoreText, column.StoreJSON:
		if v.Null {
			break
		}
		if r.Store == column.StoreJSON {
			c.text = source.AppendJSONCell(c.text, b, kind)
		} else {
			c.text = append(c.text, b...)
		}
	case column.StoreDecimal:
		c.floats = append(c.floats, v.Float)
		return
	default:
		if r.nanos {
			v.Int = v.Int*1000 + v.Nanos
		}
		c.ints = append(c.ints, v.Int)
		return
	}
	c.ends = append(c.ends, len(c.text))
}

func (c *typedColumn) addDecimal(r *stored, b []byte) {
	text, low := unscaled(c.text, b, r.scale)
	if r.precision > longPrecision {
		c.text = text
	} else {
		c.ints = append(c.ints, low)
	}
}

// value is that of a row; it may share memory with c.
func (c *typedColumn) value(r *stored, row int) parquet.Value {
	switch {
	case r.precision > longPrecision:
		return parquet.FixedLenByteArrayValue(c.text[16*row : 16*row+16])
	case r.precision > intPrecision:
		return parquet.Int64Value(c.ints[row])
	case r.precision > 0:
		return parquet.Int32Value(int32(c.ints[row]))
	}
	switch r.Store {
	case column.StoreText, column.StoreJSON:
		from := 0
		if row > 0 {
			from = c.ends[row-1]
		}
		return parquet.ByteArrayValue(c.text[from:c.ends[row]])
	case column.StoreDecimal:
		return parquet.DoubleValue(c.floats[row])
	case column.StoreBoolean:
		return parquet.BooleanValue(c.ints[row] != 0)
	case column.StoreDate:
		return parquet.Int32Value(int32(c.ints[row]))
	}
	return parquet.Int64Value(c.ints[row])
}

// size is about what the rows of a segment take in memory.
func (s *typedSink) size() (n int) {
	for i := range s.columns {
		c := &s.columns[i]
		n += len(c.text) + 8*len(c.ints) + 8*len(c.floats) + 4*len(c.ends) + len(c.null)
	}
	return n
}

// parquetOutput writes segments as row groups.
type parquetOutput struct {
	w       *parquet.GenericWriter[any]
	columns []*parquet.ColumnWriter
	stored  []stored
	rows    int // of the group under way
	bytes   int // … in memory
	buf     []parquet.Value
}

func newParquetOutput(w io.Writer, names []string, stored []stored) *parquetOutput {
	fields := make([]parquet.Field, len(names))
	for i, name := range names {
		node := stored[i].node()
		if few := stored[i].Report.Distinct.Value <= groupRows/2; few && len(names) <= dictionaryColumns && stored[i].Store != column.StoreBoolean {
			node = parquet.Encoded(node, &parquet.RLEDictionary)
		}
		fields[i] = parquetField{parquet.Optional(node), name}
	}
	page := min(max(groupBytes/2/max(len(names), 1), 4<<10), 1<<20)
	writer := parquet.NewGenericWriter[any](w, parquet.NewSchema("table", parquetRoot{fields: fields}),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest, Concurrency: 1}), parquet.DataPageVersion(1), parquet.PageBufferSize(page),
		parquet.DictionaryMaxBytes(1<<20), parquet.CreatedBy("assay", "", ""))
	return &parquetOutput{w: writer, columns: writer.ColumnWriters(), stored: stored, buf: make([]parquet.Value, 0, valueChunk)}
}

// node is the column's type in the schema.
func (s *stored) node() parquet.Node {
	switch {
	case s.precision > longPrecision:
		return parquet.Decimal(s.scale, s.precision, parquet.FixedLenByteArrayType(16))
	case s.precision > intPrecision:
		return parquet.Decimal(s.scale, s.precision, parquet.Int64Type)
	case s.precision > 0:
		return parquet.Decimal(s.scale, s.precision, parquet.Int32Type)
	}
	unit := parquet.Microsecond
	if s.nanos {
		unit = parquet.Nanosecond
	}
	switch s.Store {
	case column.StoreInteger:
		return parquet.Int(64)
	case column.StoreDecimal:
		return parquet.Leaf(parquet.DoubleType)
	case column.StoreBoolean:
		return parquet.Leaf(parquet.BooleanType)
	case column.StoreDate:
		return parquet.Date()
	case column.StoreTime:
		return parquet.TimeAdjusted(unit, false)
	case column.StoreDatetime:
		return parquet.TimestampAdjusted(unit, false)
	case column.StoreMoment:
		return parquet.TimestampAdjusted(unit, true)
	case column.StoreJSON:
		return parquet.JSON()
	}
	return parquet.String()
}

// write adds the rows of a segment, and ends groups that are full.
func (o *parquetOutput) write(s *typedSink) error {
	if s.rows == 0 || len(o.columns) == 0 {
		return nil
	}
	perRow := max(s.size()/s.rows, 1)
	for row := 0; row < s.rows; {
		n := min(s.rows-row, groupRows-o.rows, max((groupBytes-o.bytes)/perRow, 1))
		for i := range o.columns {
			if err := o.writeColumn(i, &s.columns[i], row, row+n); err != nil {
				return err
			}
		}
		row += n
		o.rows += n
		if o.bytes += n * perRow; o.rows >= groupRows || o.bytes+perRow > groupBytes {
			if err := o.w.Flush(); err != nil {
				return err
			}
			o.rows, o.bytes = 0, 0
		}
	}
	return nil
}

func (o *parquetOutput) writeColumn(i int, c *typedColumn, from, to int) error {
	for from < to {
		o.buf = o.buf[:0]
		for ; from < to && len(o.buf) < valueChunk; from++ {
			if c.null[from] {
				o.buf = append(o.buf, parquet.NullValue().Level(0, 0, i))
			} else {
				o.buf = append(o.buf, c.value(&o.stored[i], from).Level(0, 1, i))
			}
		}
		if _, err := o.columns[i].WriteRowValues(o.buf); err != nil {
			return err
		}
	}
	return nil
}

func (o *parquetOutput) close() error { return o.w.Close() }

// parquetRoot is a schema whose columns keep their order; the library's own
// groups sort them by name.
type parquetRoot struct {
	parquet.Group
	fields []parquet.Field
}

func (r parquetRoot) Fields() []parquet.Field { return r.fields }
func (r parquetRoot) GoType() reflect.Type    { return reflect.TypeFor[map[string]any]() }

type parquetField struct {
	parquet.Node
	name string
}

func (f parquetField) Name() string { return f.name }
func (f parquetField) Value(base reflect.Value) reflect.Value {
	return base.MapIndex(reflect.ValueOf(f.name))
}
