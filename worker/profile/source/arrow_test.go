package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/endian"
	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// arrowKind is one of Arrow's types, some values in the JSON that the library
// builds arrays from, and the values as they should be read.
type arrowKind struct {
	typ      arrow.DataType
	in, want string // JSON arrays
}

func arrowKinds() []arrowKind {
	i32 := arrow.PrimitiveTypes.Int32
	return []arrowKind{
		{arrow.PrimitiveTypes.Int8, `[-128, null, 127]`, ``},
		{arrow.PrimitiveTypes.Int16, `[-32768, null, 32767]`, ``},
		{i32, `[-2147483648, null, 2147483647]`, ``},
		{arrow.PrimitiveTypes.Int64, `[-9223372036854775808, null, 9223372036854775807]`, ``},
		{arrow.PrimitiveTypes.Uint8, `[0, null, 255]`, ``},
		{arrow.PrimitiveTypes.Uint16, `[0, null, 65535]`, ``},
		{arrow.PrimitiveTypes.Uint32, `[0, null, 4294967295]`, ``},
		{arrow.PrimitiveTypes.Uint64, `[0, null, 18446744073709551615]`, ``},
		{arrow.PrimitiveTypes.Float32, `[0.1, null, 16777216]`, `[0.1,null,16777216.0]`},
		{arrow.PrimitiveTypes.Float64, `[0.1, null, 1e300]`, `[0.1,null,1e+300]`},
		{arrow.FixedWidthTypes.Boolean, `[true, null, false]`, ``},
		{arrow.Null, `[null, null, null]`, ``},
		{&arrow.Decimal32Type{Precision: 5, Scale: 2}, `["1.50", null, "-0.01"]`, `[1.50,null,-0.01]`},
		{&arrow.Decimal64Type{Precision: 15, Scale: 3}, `["1.500", null, "-999999999999.999"]`, `[1.500,null,-999999999999.999]`},
		{&arrow.Decimal128Type{Precision: 38, Scale: 10}, `["1.5", null, "-1234567890123456789012345678.0123456789"]`, `[1.5000000000,null,-1234567890123456789012345678.0123456789]`},
		{&arrow.Decimal256Type{Precision: 76, Scale: 2}, `["1.5", null, "-12345678901234567890123456789012345678901234567890.12"]`, `[1.50,null,-12345678901234567890123456789012345678901234567890.12]`},
		{arrow.BinaryTypes.String, `["é", null, ""]`, ``},
		{arrow.BinaryTypes.LargeString, `["é", null, ""]`, ``},
		{arrow.BinaryTypes.StringView, `["é", null, "longer than twelve bytes"]`, ``},
		{arrow.BinaryTypes.Binary, `["aGk=", null, "/wA="]`, `["hi",null,"0xff00"]`},
		{arrow.BinaryTypes.LargeBinary, `["aGk=", null, "/wA="]`, `["hi",null,"0xff00"]`},
		{arrow.BinaryTypes.BinaryView, `["aGk=", null, "/wA="]`, `["hi",null,"0xff00"]`},
		{&arrow.FixedSizeBinaryType{ByteWidth: 2}, `["aGk=", null, "/wA="]`, `["hi",null,"0xff00"]`},
		{arrow.FixedWidthTypes.Date32, `["1969-12-31", null, "2024-02-29"]`, ``},
		{arrow.FixedWidthTypes.Date64, `["1969-12-31", null, "2024-02-29"]`, ``},
		{arrow.FixedWidthTypes.Time32s, `["23:59:59", null, "00:00:00"]`, ``},
		{arrow.FixedWidthTypes.Time32ms, `["23:59:59.120", null, "00:00:00"]`, `["23:59:59.12",null,"00:00:00"]`},
		{arrow.FixedWidthTypes.Time64us, `["23:59:59.000001", null, "00:00:00"]`, ``},
		{arrow.FixedWidthTypes.Time64ns, `["23:59:59.000000001", null, "00:00:00"]`, ``},
		{&arrow.TimestampType{Unit: arrow.Second}, `["1969-12-31 23:59:59", null, "2024-02-29 12:00:00"]`, `["1969-12-31T23:59:59",null,"2024-02-29T12:00:00"]`},
		{&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, `["1969-12-31 23:59:59.999Z", null, "2024-02-29 12:00:00Z"]`, `["1969-12-31T23:59:59.999Z",null,"2024-02-29T12:00:00Z"]`},
		{&arrow.TimestampType{Unit: arrow.Microsecond}, `["1969-12-31 23:59:59.000001", null, "2024-02-29 12:00:00"]`, `["1969-12-31T23:59:59.000001",null,"2024-02-29T12:00:00"]`},
		{&arrow.TimestampType{Unit: arrow.Nanosecond}, `["1969-12-31 23:59:59.000000001", null, "2024-02-29 12:00:00"]`, `["1969-12-31T23:59:59.000000001",null,"2024-02-29T12:00:00"]`},
		{arrow.FixedWidthTypes.Duration_s, `["90s", null, "-3600s"]`, `["PT1M30S",null,"-PT1H"]`},
		{arrow.FixedWidthTypes.Duration_us, `["1us", null, "0us"]`, `["PT0.000001S",null,"PT0S"]`},
		{arrow.FixedWidthTypes.MonthInterval, `[{"months": 14}, null, {"months": -1}]`, `["P1Y2M",null,"-P1M"]`},
		{arrow.FixedWidthTypes.DayTimeInterval, `[{"days": 1, "milliseconds": 1500}, null, {"days": 0, "milliseconds": 0}]`, `["P1DT1.5S",null,"PT0S"]`},
		{arrow.FixedWidthTypes.MonthDayNanoInterval, `[{"months": 1, "days": 2, "nanoseconds": 3000000000}, null, {"months": 0, "days": -1, "nanoseconds": 0}]`, `["P1M2DT3S",null,"-P1D"]`},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}, `["a", null, "a"]`, ``},
		{arrow.ListOf(i32), `[[1, null], null, []]`, ``},
		{arrow.LargeListOf(i32), `[[1, null], null, []]`, ``},
		{arrow.ListViewOf(i32), `[[1, null], null, []]`, ``},
		{arrow.LargeListViewOf(i32), `[[1, null], null, []]`, ``},
		{arrow.FixedSizeListOf(2, i32), `[[1, null], null, [3, 4]]`, ``},
		{arrow.MapOf(arrow.BinaryTypes.String, i32), `[[{"key": "k", "value": 1}], null, []]`, `[{"k":1},null,{}]`},
		{arrow.MapOf(i32, arrow.BinaryTypes.String), `[[{"key": 7, "value": null}], null, []]`, `[{"7":null},null,{}]`},
		{arrow.ListOf(arrow.StructOf(arrow.Field{Name: "p", Type: i32, Nullable: true}, arrow.Field{Name: "q", Type: arrow.FixedWidthTypes.Date32, Nullable: true})),
			`[[{"p": 1, "q": "2024-01-02"}, null], null, []]`, ``},
	}
}

// compact drops the white space of a JSON array.
func compact(s string) string { return string(compactJSON(nil, []byte(s))) }

func arrowRecord(t testing.TB, schema *arrow.Schema, kinds []arrowKind) arrow.RecordBatch {
	t.Helper()
	cols := make([]arrow.Array, len(kinds))
	for i, k := range kinds {
		arr, _, err := array.FromJSON(memory.DefaultAllocator, k.typ, strings.NewReader(k.in))
		if err != nil {
			t.Fatalf("%s: %v", k.typ, err)
		}
		cols[i] = arr
	}
	return array.NewRecordBatch(schema, cols, int64(cols[0].Len()))
}

// arrowBytes writes record batches as a file or a stream.
func arrowBytes(t testing.TB, file bool, schema *arrow.Schema, recs []arrow.RecordBatch, options ...ipc.Option) []byte {
	t.Helper()
	var out bytes.Buffer
	options = append(options, ipc.WithSchema(schema))
	var w interface {
		Write(arrow.RecordBatch) error
		Close() error
	}
	if file {
		f, err := ipc.NewFileWriter(&out, options...)
		if err != nil {
			t.Fatal(err)
		}
		w = f
	} else {
		w = ipc.NewWriter(&out, options...)
	}
	for _, r := range recs {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// row takes row i of a table in which all columns are arrays of cells.
func arrowRows(kinds []arrowKind) []string {
	rows := make([]string, 3)
	for r := range rows {
		var b strings.Builder
		b.WriteByte('{')
		for i, k := range kinds {
			want := k.want
			if want == "" {
				want = compact(k.in)
			}
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `"c%d":%s`, i, elements(want)[r])
		}
		b.WriteByte('}')
		rows[r] = b.String()
	}
	return rows
}

// elements are those of a compact JSON array.
func elements(s string) (all []string) {
	depth, from, quoted := 0, 1, false
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case depth > 0 && (c == ']' || c == '}'):
			depth--
		case depth == 0 && (c == ',' || c == ']'):
			all = append(all, s[from:i])
			from = i + 1
		}
	}
	return all
}

func TestEveryArrowTypeReadsAsItsValues(t *testing.T) {
	kinds := arrowKinds()
	fields := make([]arrow.Field, len(kinds))
	for i, k := range kinds {
		fields[i] = arrow.Field{Name: fmt.Sprintf("c%d", i), Type: k.typ, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	rec := arrowRecord(t, schema, kinds)
	want := arrowRows(kinds)
	for name, c := range map[string]struct {
		file    bool
		options []ipc.Option
	}{
		"file": {true, nil}, "stream": {false, nil}, "file lz4": {true, []ipc.Option{ipc.WithLZ4()}}, "stream zstd": {false, []ipc.Option{ipc.WithZstd()}},
	} {
		t.Run(name, func(t *testing.T) {
			data := arrowBytes(t, c.file, schema, []arrow.RecordBatch{rec, rec}, c.options...)
			got := readTable(t, "x", data, 2)
			if got.err != nil {
				t.Fatal(got.err)
			}
			if len(got.rows) != 6 {
				t.Fatalf("%d rows", len(got.rows))
			}
			for i, r := range got.rows {
				if r != want[i%3] {
					t.Errorf("row %d is\n%s, want\n%s", i+1, r, want[i%3])
				}
			}
			if len(got.problems) != 1 || got.problems[0].Code != "binary_values" || got.problems[0].Row != 3 {
				t.Errorf("problems %+v", got.problems)
			}
		})
	}
}

func TestArrowValuesThatOnlySayWhereTheyAre(t *testing.T) {
	mem := memory.DefaultAllocator
	ints, _, _ := array.FromJSON(mem, arrow.PrimitiveTypes.Int64, strings.NewReader(`[5, null]`))
	texts, _, _ := array.FromJSON(mem, arrow.BinaryTypes.String, strings.NewReader(`["x", "y"]`))
	ends, _, _ := array.FromJSON(mem, arrow.PrimitiveTypes.Int32, strings.NewReader(`[2, 3]`))
	runs := array.NewRunEndEncodedArray(ends, ints, 3, 0)

	codes := []arrow.UnionTypeCode{0, 1}
	names := []string{"n", "s"}
	ids := array.NewInt8Builder(mem)
	ids.AppendValues([]int8{1, 0, 0}, nil)
	offs := array.NewInt32Builder(mem)
	offs.AppendValues([]int32{1, 0, 1}, nil)
	dense, err := array.NewDenseUnionFromArraysWithFieldCodes(ids.NewInt8Array(), offs.NewInt32Array(), []arrow.Array{ints, texts}, names, codes)
	if err != nil {
		t.Fatal(err)
	}
	halves := array.NewFloat16Builder(mem)
	halves.AppendValues([]float16.Num{float16.New(0.1), float16.New(65504), float16.New(float32(math.Inf(-1)))}, nil)
	inner, _, _ := array.FromJSON(mem, arrow.StructOf(arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		arrow.Field{Name: "b", Type: arrow.StructOf(arrow.Field{Name: "c", Type: arrow.BinaryTypes.String, Nullable: true}), Nullable: true}),
		strings.NewReader(`[{"a": 1, "b": {"c": "z"}}, null, {"a": null, "b": null}]`))

	uuid, _, _ := array.FromJSON(mem, &arrow.FixedSizeBinaryType{ByteWidth: 16}, strings.NewReader(`["AAECAwQFBgcICQoLDA0ODw==", null, null]`))
	docs, _, _ := array.FromJSON(mem, arrow.BinaryTypes.String, strings.NewReader(`["{ \"a\" : 1 }", "7", null]`))
	flags, _, _ := array.FromJSON(mem, arrow.PrimitiveTypes.Int8, strings.NewReader(`[0, 2, null]`))
	places, _, _ := array.FromJSON(mem, arrow.BinaryTypes.Binary, strings.NewReader(`["AQEAAAAAAAAAAADwPwAAAAAAAABA", "AQI=", null]`))
	ext := func(name string) arrow.Metadata {
		return arrow.NewMetadata([]string{"ARROW:extension:name", "ARROW:extension:metadata"}, []string{name, ""})
	}
	fields := []arrow.Field{{Name: "runs", Type: runs.DataType(), Nullable: true}, {Name: "either", Type: dense.DataType(), Nullable: true},
		{Name: "half", Type: arrow.FixedWidthTypes.Float16}, {Name: "s", Type: inner.DataType(), Nullable: true},
		{Name: "id", Type: uuid.DataType(), Nullable: true, Metadata: ext("arrow.uuid")}, {Name: "doc", Type: docs.DataType(), Nullable: true, Metadata: ext("arrow.json")},
		{Name: "flag", Type: flags.DataType(), Nullable: true, Metadata: ext("arrow.bool8")}, {Name: "place", Type: places.DataType(), Nullable: true, Metadata: ext("geoarrow.wkb")}}
	schema := arrow.NewSchema(fields, nil)
	rec := array.NewRecordBatch(schema, []arrow.Array{runs, dense, halves.NewArray(), inner, uuid, docs, flags, places}, 3)
	got := readTable(t, "x", arrowBytes(t, true, schema, []arrow.RecordBatch{rec}), 1)
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := []string{
		`{"runs":5,"either":"y","half":0.099975586,"s.a":1,"s.b.c":"z","id":"00010203-0405-0607-0809-0a0b0c0d0e0f","doc":{"a":1},"flag":false,"place":"POINT (1 2)"}`,
		`{"runs":5,"either":5,"half":65504.0,"s.a":null,"s.b.c":null,"id":null,"doc":7,"flag":true,"place":"0x0102"}`,
		`{"runs":null,"either":null,"half":null,"s.a":null,"s.b.c":null,"id":null,"doc":null,"flag":null,"place":null}`,
	}
	for i := range want {
		if got.rows[i] != want[i] {
			t.Errorf("row %d is\n%s, want\n%s", i+1, got.rows[i], want[i])
		}
	}
}

// dictionaries that grow and are replaced within a stream
func TestArrowDictionariesMayGrowAndBeReplaced(t *testing.T) {
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{{Name: "d", Type: typ, Nullable: true}}, nil)
	batch := func(dict, indexes string) arrow.RecordBatch {
		d, _, err := array.FromJSON(memory.DefaultAllocator, typ.ValueType, strings.NewReader(dict))
		if err != nil {
			t.Fatal(err)
		}
		x, _, err := array.FromJSON(memory.DefaultAllocator, typ.IndexType, strings.NewReader(indexes))
		if err != nil {
			t.Fatal(err)
		}
		return array.NewRecordBatch(schema, []arrow.Array{array.NewDictionaryArray(typ, x, d)}, int64(x.Len()))
	}
	recs := []arrow.RecordBatch{batch(`["a","b"]`, `[0,1,null]`), batch(`["a","b","c"]`, `[2,0]`), batch(`["z"]`, `[0]`)}
	for _, deltas := range []bool{false, true} {
		got := readTable(t, "x", arrowBytes(t, false, schema, recs, ipc.WithDictionaryDeltas(deltas)), 4)
		if got.err != nil {
			t.Fatal(got.err)
		}
		if s := strings.Join(got.rows, ""); s != `{"d":"a"}{"d":"b"}{"d":null}{"d":"c"}{"d":"a"}{"d":"z"}` {
			t.Errorf("deltas %v: %s", deltas, s)
		}
	}
}

// Arrow for JavaScript writes files whose schema stands in the footer alone.
func TestArrowOfAnotherWriterReadsAsItsValues(t *testing.T) {
	for _, name := range []string{"arrow_js.arrow", "arrow_js.arrows"} {
		data, err := os.ReadFile(filepath.Join("testdata", "arrow", name))
		if err != nil {
			t.Fatal(err)
		}
		got := readTable(t, name, data, 2)
		want := `{"n":1,"word":"a","day":"1970-01-01","list":[1,2],"s.x":1.5}` + `{"n":null,"word":null,"day":null,"list":null,"s.x":null}` +
			`{"n":3,"word":"a","day":"1971-01-01","list":[],"s.x":null}`
		if s := strings.Join(got.rows, ""); s != want || got.err != nil {
			t.Errorf("%s: %s, %v", name, s, got.err)
		}
	}
}

// longArrow is a table of many batches of odd sizes.
func longArrow(t testing.TB, file bool, rows int) []byte {
	schema := arrow.NewSchema([]arrow.Field{{Name: "i", Type: arrow.PrimitiveTypes.Int64, Nullable: true}, {Name: "s", Type: arrow.BinaryTypes.String}}, nil)
	r := rand.New(rand.NewPCG(1, 2))
	var recs []arrow.RecordBatch
	for done := 0; done < rows; {
		n := min(rows-done, []int{0, 1, 1000, 65536, 300_000}[r.IntN(5)])
		is, ss := array.NewInt64Builder(memory.DefaultAllocator), array.NewStringBuilder(memory.DefaultAllocator)
		for k := range n {
			if v := done + k; v%7 == 0 {
				is.AppendNull()
			} else {
				is.Append(int64(v))
			}
			ss.Append(strings.Repeat("x", (done+k)%13))
		}
		recs = append(recs, array.NewRecordBatch(schema, []arrow.Array{is.NewArray(), ss.NewArray()}, int64(n)))
		done += n
	}
	return arrowBytes(t, file, schema, recs)
}

func TestArrowSegmentsDoNotDependOnTheWorkers(t *testing.T) {
	for _, file := range []bool{true, false} {
		data := longArrow(t, file, 600_000)
		first := readTable(t, "x", data, 1)
		if first.err != nil || len(first.rows) != 600_000 || first.segments < 3 {
			t.Fatalf("%d rows in %d segments: %v", len(first.rows), first.segments, first.err)
		}
		for _, workers := range []int{2, 5} {
			again := readTable(t, "x", data, workers)
			if again.sum() != first.sum() || again.segments != first.segments || again.err != nil {
				t.Errorf("%d workers read %d rows in %d segments: %v", workers, len(again.rows), again.segments, again.err)
			}
		}
	}
}

// Streams of versions before 0.15 have no marks before their messages.
func TestOldArrowStreamsAreRead(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int32}, {Name: "s", Type: arrow.BinaryTypes.String}}, nil)
	n, _, err := array.FromJSON(memory.DefaultAllocator, arrow.PrimitiveTypes.Int32, strings.NewReader(`[1, 2]`))
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := array.FromJSON(memory.DefaultAllocator, arrow.BinaryTypes.String, strings.NewReader(`["a", "b"]`))
	if err != nil {
		t.Fatal(err)
	}
	rec := array.NewRecordBatch(schema, []arrow.Array{n, s}, 2)
	data := arrowBytes(t, false, schema, []arrow.RecordBatch{rec, rec})
	mark := []byte{0xff, 0xff, 0xff, 0xff}
	old := bytes.ReplaceAll(data, mark, nil)
	w := readTable(t, "x", old, 2)
	if want := `{"n":1,"s":"a"} {"n":2,"s":"b"} {"n":1,"s":"a"} {"n":2,"s":"b"}`; w.err != nil || strings.Join(w.rows, " ") != want {
		t.Errorf("%v, %v", w.rows, w.err)
	}
}

func TestArrowOfBigEndianMachinesIsRead(t *testing.T) {
	swapped := func(numbers ...uint32) *memory.Buffer {
		var b []byte
		for _, n := range numbers {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		return memory.NewBufferBytes(b)
	}
	fields := []arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int32, Nullable: true}, {Name: "s", Type: arrow.BinaryTypes.String}}
	schema := arrow.NewSchemaWithEndian(fields, nil, endian.BigEndian)
	n := array.NewInt32Data(array.NewData(fields[0].Type, 3, []*memory.Buffer{memory.NewBufferBytes([]byte{0b101}), swapped(1, 0, 300)}, nil, 1, 0))
	// The writer looks at the offsets of texts, and so does what makes the array: all texts are empty.
	s := array.NewStringData(array.NewData(fields[1].Type, 3, []*memory.Buffer{nil, swapped(0, 0, 0, 0), memory.NewBufferBytes(nil)}, nil, 0, 0))
	for _, file := range []bool{false, true} {
		data := arrowBytes(t, file, schema, []arrow.RecordBatch{array.NewRecordBatch(schema, []arrow.Array{n, s}, 3)})
		w := readTable(t, "x", data, 1)
		if want := `{"n":1,"s":""} {"n":null,"s":""} {"n":300,"s":""}`; w.err != nil || strings.Join(w.rows, " ") != want {
			t.Errorf("file %v: %v, %v", file, w.rows, w.err)
		}
	}
}
