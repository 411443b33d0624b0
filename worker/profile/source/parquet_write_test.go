package source

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// sampleRow has a column of each physical type and encoding, with nulls and
// lists among them.
type sampleRow struct {
	Plain  int64    `parquet:"plain,plain"`
	Dict   string   `parquet:"dict,dict"`
	Delta  int64    `parquet:"delta,delta"`
	Delta3 int32    `parquet:"delta32,delta"`
	Length string   `parquet:"length,delta"`
	Split  float64  `parquet:"split,split"`
	Float  float32  `parquet:"float,plain"`
	Flag   bool     `parquet:"flag"`
	Null   *int32   `parquet:"null,optional"`
	Word   *string  `parquet:"word,optional,dict"`
	Many   []int64  `parquet:"many,list"`
	Bare   []string `parquet:"bare"`
	Inner  *inner   `parquet:"inner,optional"`
	Items  []inner  `parquet:"items,list"`
}

type inner struct {
	A int64   `parquet:"a"`
	B *string `parquet:"b,optional"`
}

func sampleRows(n int) []sampleRow {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	text := func() *string {
		s := "w" + strconv.Itoa(r.IntN(50))
		if r.IntN(3) == 0 {
			return nil
		}
		return &s
	}
	rows := make([]sampleRow, n)
	for i := range rows {
		w := &rows[i]
		*w = sampleRow{Plain: int64(r.Uint64()), Dict: "d" + strconv.Itoa(r.IntN(1+n/3)), Delta: int64(i) * 1000, Delta3: int32(r.Uint32()),
			Length: strings.Repeat("x", r.IntN(9)), Split: r.NormFloat64(), Float: float32(r.IntN(1000)) / 8, Flag: r.IntN(2) == 0, Word: text()}
		if r.IntN(4) > 0 && i%1000 < 700 { // runs of nulls, too
			v := int32(i)
			w.Null = &v
		}
		for range r.IntN(4) {
			w.Many = append(w.Many, int64(r.IntN(100)))
			w.Items = append(w.Items, inner{A: int64(i), B: text()})
		}
		for range r.IntN(2) * r.IntN(40) {
			w.Bare = append(w.Bare, "b")
		}
		if r.IntN(2) == 0 {
			w.Inner = &inner{A: -1, B: text()}
		}
	}
	return rows
}

func quoted(s *string) string {
	if s == nil {
		return "null"
	}
	return strconv.Quote(*s)
}

// line is the row as it should be read. Columns stand in the order of their names.
func (w *sampleRow) line() string {
	bare := make([]string, len(w.Bare))
	for i, s := range w.Bare {
		bare[i] = strconv.Quote(s)
	}
	innerA, innerB := "null", "null"
	if w.Inner != nil {
		innerA, innerB = strconv.FormatInt(w.Inner.A, 10), quoted(w.Inner.B)
	}
	items := make([]string, len(w.Items))
	for i, it := range w.Items {
		items[i] = fmt.Sprintf(`{"a":%d,"b":%s}`, it.A, quoted(it.B))
	}
	null := "null"
	if w.Null != nil {
		null = strconv.Itoa(int(*w.Null))
	}
	split := string(appendFloat(nil, w.Split, 64))
	if back, err := strconv.ParseFloat(split, 64); err != nil || math.Float64bits(back) != math.Float64bits(w.Split) {
		split = "does not round-trip"
	}
	return fmt.Sprintf(`{"plain":%d,"dict":%q,"delta":%d,"delta32":%d,"length":%q,"split":%s,"float":%s,"flag":%v,"null":%s,"word":%s,"many":%s,"bare":[%s],"inner.a":%s,"inner.b":%s,"items":[%s]}`,
		w.Plain, w.Dict, w.Delta, w.Delta3, w.Length, split, appendFloat(nil, float64(w.Float), 32), w.Flag, null, quoted(w.Word),
		strings.ReplaceAll(fmt.Sprint(w.Many), " ", ","), strings.Join(bare, ","), innerA, innerB, strings.Join(items, ","))
}

func sampleParquet(t testing.TB, rows []sampleRow, options ...parquet.WriterOption) []byte {
	t.Helper()
	var out bytes.Buffer
	w := parquet.NewGenericWriter[sampleRow](&out, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestParquetPagesGroupsAndSegmentsDoNotShow(t *testing.T) {
	codecs := []parquet.WriterOption{parquet.Compression(&parquet.Uncompressed), parquet.Compression(&parquet.Snappy), parquet.Compression(&parquet.Gzip),
		parquet.Compression(&parquet.Brotli), parquet.Compression(&parquet.Zstd), parquet.Compression(&parquet.Lz4Raw)}
	for i, n := range []int{0, 1, 7, 8, 9, 99, 255, 256, 257, 1023, 1024, 1025, 3000} {
		rows := sampleRows(n)
		want := make([]string, n)
		for k := range rows {
			want[k] = rows[k].line()
		}
		data := sampleParquet(t, rows, codecs[i%len(codecs)], parquet.DataPageVersion(1+i%2), parquet.PageBufferSize(256<<(i%5)), parquet.MaxRowsPerRowGroup(int64(100+400*(i%3))))
		for _, segment := range []int64{1 << 18, 37, 250} {
			s, err := Open(t.Context(), Input{Name: "x", Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}, Options{}, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			p := s.(*unpacked).Scanner.(*parquetScanner)
			p.rows, p.batch = segment, int(segment%100)+3
			got := scanTable(t, s, 3)
			if got.err != nil {
				t.Fatalf("%d rows in segments of %d: %v", n, segment, got.err)
			}
			if len(got.rows) != n {
				t.Fatalf("%d rows, want %d", len(got.rows), n)
			}
			for k := range want {
				if got.rows[k] != want[k] {
					t.Fatalf("%d rows in segments of %d: row %d is\n%s, want\n%s", n, segment, k+1, got.rows[k], want[k])
				}
			}
		}
	}
}

func TestADamagedPageIsNamedByItsChecksum(t *testing.T) {
	rows := sampleRows(500)
	data := sampleParquet(t, rows, parquet.Compression(&parquet.Uncompressed))
	at := bytes.Index(data, []byte(rows[400].Dict)) // within the dictionary of its column
	if at < 0 {
		t.Fatal("the value is not in the file")
	}
	data[at] ^= 1
	got := readTable(t, "x", data, 1)
	e, ok := got.err.(*Error)
	if !ok || e.Code != "checksum_mismatch" || !strings.Contains(e.Message, "dict") {
		t.Errorf("the error is %v", got.err)
	}
}

func TestFloatsAreWrittenTheShortestWayThatReadsBack(t *testing.T) {
	third := 0.1
	third += 0.2
	for want, f := range map[string]float64{"0.0": 0, "-0.0": math.Copysign(0, -1), "1.0": 1, "-1.5": -1.5, "0.1": 0.1, "123.456": 123.456, "0.30000000000000004": third,
		"1e+21": 1e21, "100000000000000000000.0": 1e20, "5e-324": 5e-324, "0.000001": 1e-6, "1e-7": 1e-7, "NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)} {
		if got := string(appendFloat(nil, f, 64)); got != want && !(want == "1e-7" && got == "1e-07") {
			t.Errorf("%v is written %s, want %s", f, got, want)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		f := math.Float64frombits(r.Uint64())
		if r.IntN(2) == 0 {
			f = math.Round(r.NormFloat64()*1e5) / math.Pow10(r.IntN(7))
		}
		got := string(appendFloat(nil, f, 64))
		short := strconv.FormatFloat(f, 'g', -1, 64)
		back, err := strconv.ParseFloat(got, 64)
		if f == f && (err != nil || back != f || len(strings.Trim(strings.ReplaceAll(got, ".", ""), "0-")) > len(strings.ReplaceAll(short, ".", ""))) {
			t.Fatalf("%s is written %s", short, got)
		}
		h := math.Float32frombits(r.Uint32())
		if back, err := strconv.ParseFloat(string(appendFloat(nil, float64(h), 32)), 32); h == h && (err != nil || float32(back) != h) {
			t.Fatalf("float %v is written %s", h, appendFloat(nil, float64(h), 32))
		}
	}
}

func TestDecimalsKeepAllTheirDigits(t *testing.T) {
	for _, c := range []struct {
		raw   string
		scale int
		want  string
	}{
		{"\x00", 0, "0"}, {"\x00", 2, "0.00"}, {"\xff", 2, "-0.01"}, {"\x7b", 1, "12.3"}, {"\x00\x00\x00\x7b", 5, "0.00123"}, {"\x80", 0, "-128"},
		{"\x4b\x3b\x4c\xa8\x5a\x86\xc4\x7a\x09\x8a\x22\x3f\xff\xff\xff\xff", 10, "9999999999999999999999999999.9999999999"},
		{"\xb4\xc4\xb3\x57\xa5\x79\x3b\x85\xf6\x75\xdd\xc0\x00\x00\x00\x01", 0, "-99999999999999999999999999999999999999"},
		{"\x01\x00\x00\x00\x00\x00\x00\x00\x00", 0, "18446744073709551616"},
		{"\x01" + strings.Repeat("\x00", 16), 1, "34028236692093846346337460743176821145.6"},
	} {
		if got := string(appendDecimal(nil, []byte(c.raw), c.scale)); got != c.want {
			t.Errorf("%x with scale %d is written %s, want %s", c.raw, c.scale, got, c.want)
		}
	}
}
