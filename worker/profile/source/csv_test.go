package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"assay/worker/profile/internal/ref"
)

// csvScan is everything a scan hands over, in order.
type csvScan struct {
	columns  []string
	rows     [][]string
	batches  []string // each batch spelt out, with its segment
	problems []Problem
	faults   map[string]int
	segments []Segment
	err      error
}

// rowSink keeps the batches of one segment.
type rowSink struct {
	batches []string
	rows    [][]string
}

func (g *rowSink) Batch(b *Batch) error {
	var s strings.Builder
	for r := range b.Rows {
		row := make([]string, len(b.Cols))
		for c, v := range b.Cols {
			row[c] = string(v.Data[v.Start[r]:v.End[r]])
			fmt.Fprintf(&s, "%q ", row[c])
		}
		s.WriteByte('\n')
		g.rows = append(g.rows, row)
	}
	g.batches = append(g.batches, s.String())
	return nil
}

func scanAll(t testing.TB, s Scanner, workers int) csvScan {
	t.Helper()
	c := csvScan{faults: map[string]int{}}
	row := int64(0)
	c.err = s.Scan(t.Context(), workers, func() Sink { return &rowSink{} }, func(seg Segment, sink Sink) error {
		g := sink.(*rowSink)
		if int64(len(g.rows)) != seg.Rows {
			t.Errorf("segment %d says %d rows and handed over %d", seg.Index, seg.Rows, len(g.rows))
		}
		for _, b := range g.batches {
			c.batches = append(c.batches, fmt.Sprintf("segment %d\n%s", seg.Index, b))
		}
		c.rows = append(c.rows, g.rows...)
		for _, p := range seg.Problems {
			c.faults[p.Code] += int(p.Count)
			p.Row += row
			c.problems = append(c.problems, p)
		}
		row += seg.Rows
		c.segments = append(c.segments, seg)
		return nil
	})
	c.columns = s.Columns()
	return c
}

func bytesInput(name string, text []byte) Input {
	return Input{Name: name, Size: int64(len(text)), ReaderAt: bytes.NewReader(text)}
}

// pipe is a stream that may only be read forward, some bytes at a time.
type pipe struct {
	t    testing.TB
	data []byte
	at   int64
	step int
}

func (p *pipe) ReadAt(b []byte, off int64) (int, error) {
	if off != p.at {
		p.t.Errorf("a stream was read at %d, it stands at %d", off, p.at)
	}
	if off >= int64(len(p.data)) {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.step)], p.data[off:])
	p.at += int64(n)
	return n, nil
}

func open(t testing.TB, in Input, o Options) *csvScanner {
	t.Helper()
	s, err := Open(t.Context(), in, o, Limits{})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*csvScanner)
}

func readCSV(t testing.TB, text string, o Options) csvScan {
	t.Helper()
	o.Format = "csv"
	return scanAll(t, open(t, bytesInput("table.csv", []byte(text)), o), 2)
}

// malformed is the table of texts that tell good readers from others; it also
// seeds FuzzCSV.
var malformed = []struct {
	name, text string
	want       [][]string // rows without a header
	faults     map[string]int
}{
	{"plain rows", "a,b\nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}, nil},
	{"no line end at the end", "a,b\nc,d", [][]string{{"a", "b"}, {"c", "d"}}, nil},
	{"empty cells", "a,,\n,,\n", [][]string{{"a", "", ""}, {"", "", ""}}, nil},
	{"an empty last cell at the end", "a,b\nc,", [][]string{{"a", "b"}, {"c", ""}}, nil},
	{"CRLF", "a,b\r\nc,d\r\n", [][]string{{"a", "b"}, {"c", "d"}}, nil},
	{"lone CR", "a,b\rc,d\r", [][]string{{"a", "b"}, {"c", "d"}}, nil},
	{"all three line ends", "a,b\nc,d\r\ne,f\rg,h\n", [][]string{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", "h"}}, map[string]int{"mixed_line_ends": 2}},
	{"CR CR LF makes a blank line", "a,b\r\r\nc,d\r\r\n", [][]string{{"a", "b"}, {"c", "d"}}, map[string]int{"mixed_line_ends": 2, "blank_lines": 2}},
	{"quoted cells", `"a","b"` + "\n" + `"c","d"` + "\n", [][]string{{"a", "b"}, {"c", "d"}}, nil},
	{"delimiter and line end inside quotes", "\"a,1\",\"b\nc\"\nd,e\n", [][]string{{"a,1", "b\nc"}, {"d", "e"}}, nil},
	{"CRLF inside quotes", "\"a\r\nb\",c\r\nd,e\r\n", [][]string{{"a\r\nb", "c"}, {"d", "e"}}, nil},
	{"doubled quotes", `"a ""b""",""""` + "\n" + `"",""""""` + "\n", [][]string{{`a "b"`, `"`}, {"", `""`}}, nil},
	{"spaces are kept", " a , b \n\tc,d\t\n", [][]string{{" a ", " b "}, {"\tc", "d\t"}}, nil},
	{"quote in an unquoted cell", "5\" pipe,b\nc,d\"\n", [][]string{{`5" pipe`, "b"}, {"c", `d"`}}, map[string]int{"quote_in_unquoted": 2}},
	{"text after a quote", "\"a\"b,c\n\"d\" ,e\n", [][]string{{"ab", "c"}, {"d ", "e"}}, map[string]int{"text_after_quote": 2}},
	{"quotes that were not doubled", "\"He said \"hi\" to me\",x\n\"a\",b\n", [][]string{{`He said "hi" to me`, "x"}, {"a", "b"}}, map[string]int{"text_after_quote": 1}},
	{"text after a quote before a quoted cell", "\"a\"b,\"c\"\nd,e\n", [][]string{{"ab", "c"}, {"d", "e"}}, map[string]int{"text_after_quote": 1}},
	{"a quote never closed", "a,b\nc,\"d\ne,f\ng,h\n", [][]string{{"a", "b"}, {"c", "\"d"}, {"e", "f"}, {"g", "h"}}, map[string]int{"unclosed_quote": 1}},
	{"a quote never closed before quoted cells", "a,\"b\nc,d\ne,\"f\"\n", [][]string{{"a", "\"b"}, {"c", "d"}, {"e", "f"}}, map[string]int{"unclosed_quote": 1}},
	{"a quote alone at the end", "a,b\nc,\"", [][]string{{"a", "b"}, {"c", `"`}}, map[string]int{"unclosed_quote": 1}},
	{"short and long rows", "a,b,c\nd\ne,f,g,h\ni,j,k\n", [][]string{{"a", "b", "c", ""}, {"d", "", "", ""}, {"e", "f", "g", "h"}, {"i", "j", "k", ""}}, map[string]int{"ragged_rows": 2}},
	{"blank lines", "\na,b\n\n  \nc,d\n\n", [][]string{{"a", "b"}, {"c", "d"}}, map[string]int{"blank_lines": 3}},
	{"rows of empty cells are no blank lines", "a,b\n,\n\"\",\n", [][]string{{"a", "b"}, {"", ""}, {"", ""}}, nil},
	{"NULs are kept", "a\x00,b\nc,\x00\n", [][]string{{"a\x00", "b"}, {"c", "\x00"}}, map[string]int{"nul_bytes": 2}},
	{"one column", "1\n\n3\n", [][]string{{"1"}, {""}, {"3"}}, nil},
	{"wide characters", "größe,日本\né,😀\n", [][]string{{"größe", "日本"}, {"é", "😀"}}, nil},
}

func TestFaultyTextIsReadAsWellAsItCanBe(t *testing.T) {
	for _, c := range malformed {
		t.Run(c.name, func(t *testing.T) {
			o := Options{Header: "no", Delimiter: ",", Quote: `"`, Escape: "none"}
			got := readCSV(t, c.text, o)
			if got.err != nil {
				t.Fatal(got.err)
			}
			width := len(got.columns)
			for i, r := range got.rows { // earlier batches may be narrower
				for len(r) < width {
					r = append(r, "")
				}
				got.rows[i] = r
			}
			if fmt.Sprintf("%q", got.rows) != fmt.Sprintf("%q", c.want) {
				t.Errorf("rows\n%q, want\n%q", got.rows, c.want)
			}
			if !maps.Equal(got.faults, c.faults) && len(got.faults)+len(c.faults) > 0 {
				t.Errorf("problems %v, want %v", got.faults, c.faults)
			}
		})
	}
}

// shape is how the text is presented to the scanner; it must not matter.
type shape struct {
	unit, block int64
	workers     int
	stream      int // bytes a read, 0 for a file
}

func scanCSV(t testing.TB, text []byte, o Options, l Limits, sh shape) (csvScan, *csvScanner) {
	t.Helper()
	in := bytesInput("x.csv", text)
	if sh.stream > 0 {
		in = Input{Name: "x.csv", Size: -1, ReaderAt: &pipe{t: t, data: text, step: sh.stream}}
	}
	s, err := Open(t.Context(), in, o, l)
	if err != nil {
		return csvScan{err: err}, nil
	}
	defer s.Close()
	cs := s.(*csvScanner)
	cs.plan.unit, cs.block = sh.unit, sh.block
	return scanAll(t, s, sh.workers), cs
}

// compareWithRef holds a scan against the slow parser.
func compareWithRef(t testing.TB, text []byte, o Options, got csvScan, s *csvScanner, maxCell int) {
	t.Helper()
	r := s.rules
	d := ref.CSVDialect{Delimiter: string(r.delim), LineEnd: r.lineEnd, Cells: r.expected, Single: r.single, MaxCell: maxCell,
		Spaced: r.spaced, Runs: r.runs, Comment: string(r.comment), Repeat: string(r.repeat)}
	if r.undivided {
		d.Delimiter = ""
	}
	if r.quoted {
		d.Quote = string(rune(r.quote))
	}
	if r.escape != noByte {
		d.Escape = string(rune(r.escape))
	}
	base := 0
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		base = 3
	}
	want := ref.CSV(string(text[base+int(s.start):min(len(text), base+int(s.footer))]), d)
	if len(got.rows) != len(want.Rows) {
		t.Fatalf("%d rows, want %d\n%q\n%q", len(got.rows), len(want.Rows), got.rows, want.Rows)
	}
	for i, row := range got.rows {
		w := want.Rows[i]
		for c, cell := range row {
			if c < len(w) && cell != w[c] || c >= len(w) && cell != "" || len(row) < len(w) {
				t.Fatalf("row %d is %q, want %q", i, row, w)
			}
		}
	}
	for _, p := range s.faults.list {
		delete(got.faults, p.Code)
		delete(want.Faults, p.Code)
	}
	delete(got.faults, "footer_rows")
	if !maps.Equal(got.faults, want.Faults) {
		t.Fatalf("problems %v, want %v", got.faults, want.Faults)
	}
}

func sameScan(t testing.TB, a, b csvScan) {
	t.Helper()
	if len(a.batches) != len(b.batches) {
		t.Fatalf("%d batches here, %d there", len(a.batches), len(b.batches))
	}
	for i := range a.batches {
		if a.batches[i] != b.batches[i] {
			t.Fatalf("batch %d is\n%sand\n%s", i, a.batches[i], b.batches[i])
		}
	}
	if fmt.Sprint(a.problems) != fmt.Sprint(b.problems) || fmt.Sprint(a.columns) != fmt.Sprint(b.columns) {
		t.Fatalf("%v %v\n%v %v", a.problems, a.columns, b.problems, b.columns)
	}
	if fmt.Sprint(a.err) != fmt.Sprint(b.err) {
		t.Fatalf("errors %v and %v", a.err, b.err)
	}
}

func FuzzCSV(f *testing.F) {
	for i, c := range malformed {
		f.Add([]byte(c.text), uint8(i), uint8(i*7))
		f.Add([]byte(strings.Repeat(c.text, 9)), uint8(i), uint8(i*5))
	}
	f.Add([]byte("a\xff,b\xe2\x82\nc,d\xf0\x9f\x98\n"), uint8(0), uint8(3))
	f.Add([]byte(`a\,b,"c\"d",\n`+"\n\"x\\\\\",y\\"), uint8(7), uint8(9))
	f.Add([]byte(",0\r0\n0\r"), uint8(0x9f), uint8('0'))
	f.Add([]byte(",\n,0\n\n\x00"), uint8(30), uint8(3))
	f.Add([]byte("a,b\n# x, \"y\n1,2\n#,\n3,4\n\nnote"), uint8(30), uint8(3))
	f.Add([]byte("a;\"b\"\n/\n// x\r\n1;2\r//"), uint8(61), uint8(40))
	f.Add([]byte("x  y\n 1  2\n3 4 \n"), uint8(4), uint8(9))
	f.Add([]byte("0\r"+strings.Repeat("0", 42)+"\r\n000\r"), uint8(7), uint8('g'))
	f.Add([]byte("a~|~\"b~|~\"\"c\"~|~~\n~|~~|\n\"x,~|~\"y\"~|~z\n~"), uint8(250), uint8(3))
	f.Add([]byte("\"a,b,\"c, \"\"d\",e\n\"a,\"b\" c\",d\n\"a,\"b\nc\",d\n"), uint8(0), uint8(3))
	f.Fuzz(func(t *testing.T, text []byte, dialect, sizes uint8) {
		if len(text) > 1<<14 {
			return
		}
		o := Options{Format: "csv", Encoding: "utf-8", Header: "no",
			Delimiter: []string{",", ";", "\t", "§", ""}[dialect%5],
			Quote:     []string{`"`, "'", "none"}[dialect/5%3],
			Escape:    []string{"none", `\`}[dialect/15%2],
			Comment:   []string{"none", "#", "//", ""}[dialect/30%4]}
		if dialect >= 240 {
			o.Delimiter = "~|~"
		}
		compareShapes(t, text, o, sizes)
	})
}

// compareShapes reads a text in several ways, which must agree with each other
// and with the slow parser.
func compareShapes(t testing.TB, text []byte, o Options, sizes uint8) {
	t.Helper()
	const maxCell = 200
	l := Limits{MaxCellBytes: maxCell, MaxColumns: 1000}
	unit, block := int64(sizes%61)+8, int64(sizes/5)+1
	first, s := scanCSV(t, text, o, l, shape{unit, block, 1, 0})
	if s == nil {
		var e *Error
		if !errors.As(first.err, &e) {
			t.Fatalf("Open: %v", first.err)
		}
		return
	}
	for _, sh := range []shape{{unit, block, 3, 0}, {unit, block, 1, 1 + int(sizes)}, {unit, block, 4, 7}} {
		again, _ := scanCSV(t, text, o, l, sh)
		sameScan(t, first, again)
	}
	whole, _ := scanCSV(t, text, o, l, shape{1 << 30, 1 << 20, 1, 0})
	if fmt.Sprint(first.err) != fmt.Sprint(whole.err) {
		t.Fatalf("in one piece %v, in many %v", whole.err, first.err)
	}
	if first.err != nil {
		return
	}
	compareWithRef(t, text, o, whole, s, maxCell)
	compareWithRef(t, text, o, first, s, maxCell)
}

// messyCSV makes a text of cells, quotes, line ends and faults.
func messyCSV(r *rand.Rand, rows int, faults float64) []byte {
	var b bytes.Buffer
	end := []string{"\n", "\n", "\r\n", "\r"}[r.IntN(4)]
	for range rows {
		for c := range 4 {
			if c > 0 {
				b.WriteByte(',')
			}
			switch r.IntN(6) {
			case 0:
				fmt.Fprintf(&b, "%d", r.IntN(1000))
			case 1:
				fmt.Fprintf(&b, `"%d, %d"`, r.IntN(10), r.IntN(10))
			case 2:
				b.WriteString(`"line` + "\n" + `two, ""x"""`)
			case 3:
				b.WriteString("größer")
			case 4:
				b.WriteString(strings.Repeat("x", r.IntN(40)))
			}
			if r.Float64() < faults {
				b.WriteString([]string{`"`, "\r", "\n", ",", `x"y`, "\xff", "\x00", "\r\n"}[r.IntN(8)])
			}
		}
		b.WriteString(end)
	}
	return b.Bytes()
}

func TestBatchesDoNotDependOnWorkersOrReads(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for i := range 300 {
		text := messyCSV(r, r.IntN(60), []float64{0, 0.002, 0.05}[i%3])
		compareShapes(t, text, Options{Format: "csv", Encoding: "utf-8", Header: "no", Delimiter: ",", Quote: `"`}, uint8(r.UintN(256)))
	}
}

func TestAwkwardSizesAroundWordsAndBlocks(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 31, 32, 33, 63, 64, 65, 126, 127, 128, 129, 199} {
		for _, end := range []string{"\n", "\r\n", "\r", ""} {
			for _, cell := range []string{strings.Repeat("x", n), `"` + strings.Repeat("y", n) + `"`, `"` + strings.Repeat(`""`, n/2) + `"`} {
				text := strings.Repeat(cell+",1"+end, 3)
				if end == "" {
					text = cell + ",1"
				}
				compareShapes(t, []byte(text), Options{Format: "csv", Header: "no", Delimiter: ",", Encoding: "utf-8", Quote: `"`}, uint8(n))
			}
		}
	}
}
