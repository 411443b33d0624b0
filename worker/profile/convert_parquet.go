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
// Decimals are doubles, as everybody expects of a CSV. A column with a value
// that its type cannot hold keeps its text: integers beyond 64 bits, times of
// which only some have a zone, durations, and columns of mixed types anyway.

const (
	groupRows  = 50_000
	groupBytes = 32 << 20 // of values in memory, about: wide tables have fewer rows in a group
	// Tables of more columns get no dictionaries: the library's take 50 KB each.
	dictionaryColumns = 256
	valueChunk        = 4096 // values written at a time
)

func toParquet(ctx context.Context, req Request, w io.Writer, progress *conversion) error {
	names, results, err := decideTypes(ctx, req, progress)
	if err != nil {
		return err
	}
	scanner, err := source.Open(ctx, req.Source, req.Options, req.Limits)
	if err != nil {
		return err
	}
	defer scanner.Close()
	progress.before, progress.rows = req.Source.Size, 0
	out := newParquetOutput(w, names, results)
	err = scanner.Scan(ctx, max(req.Workers, 1), func() source.Sink { return newTypedSink(results) }, func(s source.Segment, sink source.Sink) error {
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
func decideTypes(ctx context.Context, req Request, progress *conversion) ([]string, []*column.Result, error) {
	s, err := source.Open(ctx, req.Source, req.Options, req.Limits)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	r := &run{req: req, scanner: s, dialect: s.Dialect(), table: newTable(s)}
	r.hooks.Progress = func(p Progress) { progress.advance(source.Segment{BytesDone: p.BytesDone}) }
	if err := r.scan(ctx); err != nil {
		return nil, nil, err
	}
	names := s.Columns()
	return names, r.table.results(names, req, true), nil
}

// typedColumn is a column of a segment in the type that it is stored in: ints
// or floats, or texts one behind the other.
type typedColumn struct {
	null   []bool
	ints   []int64
	floats []float64
	text   []byte
	ends   []int
}

// typedSink reads the cells of a segment as their columns store them.
type typedSink struct {
	results []*column.Result
	columns []typedColumn
	rows    int
}

func newTypedSink(results []*column.Result) *typedSink {
	return &typedSink{results: results, columns: make([]typedColumn, len(results))}
}

// Batch implements source.Sink.
func (s *typedSink) Batch(b *source.Batch) error {
	for i := range s.columns {
		c, r := &s.columns[i], s.results[i]
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

func (c *typedColumn) add(r *column.Result, b []byte, kind source.Kind) {
	v := r.Cell(b, kind)
	c.null = append(c.null, v.Null)
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
		c.ints = append(c.ints, v.Int)
		return
	}
	c.ends = append(c.ends, len(c.text))
}

// value is that of a row; it may share memory with c.
func (c *typedColumn) value(store column.Store, row int) parquet.Value {
	switch store {
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
	results []*column.Result
	rows    int // of the group under way
	bytes   int // … in memory
	buf     []parquet.Value
}

func newParquetOutput(w io.Writer, names []string, results []*column.Result) *parquetOutput {
	fields := make([]parquet.Field, len(names))
	for i, name := range names {
		node := parquetNode(results[i].Store)
		if len(names) <= dictionaryColumns && results[i].Store != column.StoreBoolean {
			node = parquet.Encoded(node, &parquet.RLEDictionary)
		}
		fields[i] = parquetField{parquet.Optional(node), name}
	}
	page := min(max(groupBytes/2/max(len(names), 1), 4<<10), 1<<20)
	writer := parquet.NewGenericWriter[any](w, parquet.NewSchema("table", parquetRoot{fields: fields}),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest, Concurrency: 1}), parquet.DataPageVersion(1), parquet.PageBufferSize(page),
		parquet.DictionaryMaxBytes(1<<20), parquet.CreatedBy("assay", "", ""))
	return &parquetOutput{w: writer, columns: writer.ColumnWriters(), results: results, buf: make([]parquet.Value, 0, valueChunk)}
}

func parquetNode(store column.Store) parquet.Node {
	switch store {
	case column.StoreInteger:
		return parquet.Int(64)
	case column.StoreDecimal:
		return parquet.Leaf(parquet.DoubleType)
	case column.StoreBoolean:
		return parquet.Leaf(parquet.BooleanType)
	case column.StoreDate:
		return parquet.Date()
	case column.StoreTime:
		return parquet.TimeAdjusted(parquet.Microsecond, false)
	case column.StoreDatetime:
		return parquet.TimestampAdjusted(parquet.Microsecond, false)
	case column.StoreMoment:
		return parquet.TimestampAdjusted(parquet.Microsecond, true)
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
	store := o.results[i].Store
	for from < to {
		o.buf = o.buf[:0]
		for ; from < to && len(o.buf) < valueChunk; from++ {
			if c.null[from] {
				o.buf = append(o.buf, parquet.NullValue().Level(0, 0, i))
			} else {
				o.buf = append(o.buf, c.value(store, from).Level(0, 1, i))
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
