package source

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func rowsOf(n int, row string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("#", fmt.Sprint(i*7%1000), "@", fmt.Sprint(i%12+1)).Replace(row))
	}
	return b.String()
}

// dialects is the table of files whose dialect is known; it also seeds FuzzSniff.
var dialects = []struct {
	name, text           string
	delim, quote, escape string
	header               bool
	skip                 int64
	columns              string // names, joined by /
	rows                 int
}{
	{"commas", "id,name\n" + rowsOf(9, "#,x#\n"), ",", `"`, "", true, 0, "id/name", 9},
	{"decimal commas on both sides", rowsOf(9, "#,5;@,25\n"), ";", `"`, "", false, 0, "column_1/column_2", 9},
	{"decimal commas alone under a name", "price\n" + rowsOf(9, "#,@\n"), "", `"`, "", true, 0, "price", 9},
	{"semicolons with decimal commas", "a;b\n" + rowsOf(9, "#,5;@,25\n"), ";", `"`, "", true, 0, "a/b", 9},
	{"tabs with commas in text", "id\ttext\n" + rowsOf(9, "#\tone, two, three\n"), "\t", `"`, "", true, 0, "id/text", 9},
	{"pipes", "a|b|c\n" + rowsOf(9, "#|x|@\n"), "|", `"`, "", true, 0, "a/b/c", 9},
	{"carets", "a^b^c\n" + rowsOf(9, "#^x^@\n"), "^", `"`, "", true, 0, "a/b/c", 9},
	{"tildes", "a~b~c\n" + rowsOf(9, "#~x~@\n"), "~", `"`, "", true, 0, "a/b/c", 9},
	{"spaces", "a b c\n" + rowsOf(9, "# 1.5 @\n"), " ", `"`, "", true, 0, "a/b/c", 9},
	{"colons, no header", "root:x:0:0:root:/root:/bin/bash\n" + rowsOf(9, "user#:x:#:#:name:/home/u#:/bin/sh\n"), ":", `"`, "", false, 0,
		"column_1/column_2/column_3/column_4/column_5/column_6/column_7", 10},
	{"unit separators", "a\x1fb\n" + rowsOf(9, "#\x1fx\n"), "\x1f", `"`, "", true, 0, "a/b", 9},
	{"broken bars", "a¦b¦c\n" + rowsOf(9, "#¦x¦@\n"), "¦", `"`, "", true, 0, "a/b/c", 9},
	{"delimiters inside quotes", "a,b\n" + rowsOf(9, "\"x; y; #, z\",@\n"), ",", `"`, "", true, 0, "a/b", 9},
	{"single quotes", "a,b\n" + rowsOf(9, "'x, #',@\n"), ",", "'", "", true, 0, "a/b", 9},
	{"apostrophes are no quotes", "a,b\n" + rowsOf(9, "it's #,don't\n"), ",", `"`, "", true, 0, "a/b", 9},
	{"backslash escapes", "a,b\n" + rowsOf(9, `"he said \"#\", twice",@`+"\n"), ",", `"`, `\`, true, 0, "a/b", 9},
	{"backslashes in paths are text", "path,n\n" + rowsOf(9, `C:\dir\file#.txt,@`+"\n"), ",", `"`, "", true, 0, "path/n", 9},
	{"line breaks inside quotes", "a,b,c\n" + rowsOf(9, "#,\"one\ntwo\n\nthree\",@\n"), ",", `"`, "", true, 0, "a/b/c", 9},
	{"timestamps alone", "when\n" + rowsOf(9, "2024-01-@ 10:20:30\n"), ",", `"`, "", true, 0, "when", 9},
	{"timestamps beside numbers", "time,count\n" + rowsOf(20, "2015-01-01 0@:00:00,#\n"), ",", `"`, "", true, 0, "time/count", 20},
	{"trailing cells left out", "v,name,a,b,c,d,e\n" + rowsOf(5, "#,x,2001-01-02,2001-01-02,y\n#,x,2001-01-02,2001-01-02,y,2002-03-04\n#,x,2001-01-02,2001-01-02,y,,z\n"),
		",", `"`, "", true, 0, "v/name/a/b/c/d/e", 15},
	{"hardware addresses alone", "mac\n" + rowsOf(9, "aa:0@:cc:dd:ee:ff\n"), ",", `"`, "", true, 0, "mac", 9},
	{"words and numbers between spaces", "from to n\n" + rowsOf(9, "ABE ATL #\n"), " ", `"`, "", true, 0, "from/to/n", 9},
	{"numbers alone", rowsOf(9, "#\n"), ",", `"`, "", false, 0, "column_1", 9},
	{"names alone", "name\n" + rowsOf(4, "Ada Lovelace\nAlan Turing\nGrace Hopper\n"), ",", `"`, "", true, 0, "name", 12},
	{"addresses alone", "mail\n" + rowsOf(9, "a#@x.org\n"), ",", `"`, "", true, 0, "mail", 9},
	{"sentences alone", "note\n" + rowsOf(3, "Well, this is a text.\nSo it is, and, truly, it has commas.\nNone here.\nWho knows?\n"), "", `"`, "", true, 0, "note", 12},
	{"no header, numbers", rowsOf(9, "#,@,1.5\n"), ",", `"`, "", false, 0, "column_1/column_2/column_3", 9},
	{"no header, mixed", rowsOf(9, "#,abc,2024-01-02\n"), ",", `"`, "", false, 0, "column_1/column_2/column_3", 9},
	{"header over text", "city,country\nParis,France\nBerlin,Germany\nRome,Italy\n", ",", `"`, "", true, 0, "city/country", 3},
	{"header only", "a,b,c\n", ",", `"`, "", true, 0, "a/b/c", 0},
	{"one row of numbers", "1,2,3\n", ",", `"`, "", false, 0, "column_1/column_2/column_3", 1},
	{"one name", "name", ",", `"`, "", true, 0, "name", 0},
	{"one number", "42\n", ",", `"`, "", false, 0, "column_1", 1},
	{"two lines", "a,b\n1,2\n", ",", `"`, "", true, 0, "a/b", 1},
	{"title lines", "Report of sales\nmade 2024-01-01\n\nid,name,sum\n" + rowsOf(9, "#,x,@\n"), ",", `"`, "", true, 3, "id/name/sum", 9},
	{"title lines of a spreadsheet", "Report,,,\n,,,\nid,name,sum,n\n" + rowsOf(9, "#,x,@,1\n"), ",", `"`, "", true, 2, "id/name/sum/n", 9},
	{"title lines, the last one with a comma", "Report of sales\nmade 2024-01-01\nBy: accounting, dept 3\nid,name,sum\n" + rowsOf(9, "#,x,@\n"), ",", `"`, "", true, 3, "id/name/sum", 9},
	{"comments", "# made by a tool\n# version 2\nid,name,sum\n" + rowsOf(9, "#,x,@\n"), ",", `"`, "", true, 2, "id/name/sum", 9},
	{"blank lines first", "\n\nid,name\n" + rowsOf(9, "#,x\n"), ",", `"`, "", true, 2, "id/name", 9},
	{"header longer than the rows", "a,b,c,d\n" + rowsOf(9, "#,x,@\n"), ",", `"`, "", true, 0, "a/b/c/d", 9},
	{"header shorter than the rows", "a,b\n" + rowsOf(9, "#,x,@\n"), ",", `"`, "", true, 0, "a/b/column_3", 9},
	{"names that repeat or are missing", "a,,a,a_2,\n" + rowsOf(9, "#,2,3,4,5\n"), ",", `"`, "", true, 0, "a/column_2/a_2/a_2_2/column_5", 9},
	{"years as names", "country,2000,2001,2002\n" + rowsOf(9, "c#,1.5,2.5,@\n"), ",", `"`, "", true, 0, "country/2000/2001/2002", 9},
	{"CRLF", "a,b\r\n" + rowsOf(9, "#,x\r\n"), ",", `"`, "", true, 0, "a/b", 9},
	{"CRLF, and more line feeds inside quotes", "a,b\r\n" + rowsOf(9, "#,\"x\ny\nz\"\r\n"), ",", `"`, "", true, 0, "a/b", 9},
	{"lone CR", "a,b\r" + rowsOf(9, "#,x\r"), ",", `"`, "", true, 0, "a/b", 9},
	{"mostly empty", "a,b,c\n" + rowsOf(9, ",,@\n"), ",", `"`, "", true, 0, "a/b/c", 9},
	{"ragged rows under a header", "a,b,c\n1\n1,2\n1,2,3\n1,2,3,4\n1,2,3,4,5,6\n", ",", `"`, "", true, 0, "a/b/c/column_4/column_5/column_6", 5},
	{"rows shorter than their header", "a;b;c\n1\n2\n3\n4\n", ";", `"`, "", true, 0, "a/b/c", 4},
	{"ragged rows, no header", "x,x\nx,x,x,x,x\nx,x,x\nx,x,x,x\nx,x,x,x,x,x\n", ",", `"`, "", false, 0, "column_1/column_2/column_3/column_4/column_5/column_6", 5},
	{"a few sentences", "This is just text.\nIt has, some commas, here.\nAnd, none\n\nOr, one.\n", "", `"`, "", true, 0, "This is just text.", 4},
	{"words with commas now and then", "remark\n" + rowsOf(4, "fine\nslow, but good\nlate, broken, sent back\nok\n"), "", `"`, "", true, 0, "remark", 16},
	{"a quote never closed in a small file", "a,b\n1,\"x\n2,y\n3,z\n", ",", `"`, "", true, 0, "a/b", 3},
	{"quotes in the middle", "a,b\n1,x\"y\"z\n2,\"a\"b\n", ",", `"`, "", true, 0, "a/b", 2},
	{"inches", "size,n\n" + rowsOf(30, "\"#\" wide,@\n"), ",", "", "", true, 0, "size/n", 30},
	{"quotes that are text", "n\ttext\n" + rowsOf(30, "#\t\"so he said\n@\tand\" she left\n#\t\"@\" x \"y\n"), "\t", "", "", true, 0, "n/text", 90},
	{"a quoted cell longer than the sample", "a,b\n1,\"" + strings.Repeat("x\n", 400_000) + "\"\n2,y\n", ",", `"`, "", true, 0, "a/b", 2},
	{"a name longer than the sample", strings.Repeat("h", 800_000) + ",b\n1,2\n", ",", `"`, "", true, 0, strings.Repeat("h", 800_000) + "/b", 1},
	{"few rows between spaces", "a b c\n1 2 3\n4 5 6\n", " ", `"`, "", true, 0, "a/b/c", 2},
	{"few rows between colons", "a:b:c\n1:2:3\n4:5:6\n", ":", `"`, "", true, 0, "a/b/c", 2},
	{"few rows between carets", "a^b\n1^2\n", "^", `"`, "", true, 0, "a/b", 1},
	{"few rows between tildes", "a~b~c\nx~2~y\n", "~", `"`, "", true, 0, "a/b/c", 1},
	{"two columns of numbers between spaces", "x y\n" + rowsOf(9, "# 0.@\n"), " ", `"`, "", true, 0, "x/y", 9},
	{"two columns of numbers between colons", "x:y\n" + rowsOf(9, "#:@\n"), ":", `"`, "", true, 0, "x/y", 9},
	{"times of day alone", "at\n" + rowsOf(3, "12:30\n09:15\n23:59\n"), ",", `"`, "", true, 0, "at", 9},
	{"times of day alone, no header", rowsOf(3, "12:30\n09:15\n23:59\n"), ",", `"`, "", false, 0, "column_1", 9},
	{"times with seconds alone", rowsOf(3, "12:30:10\n09:15:20\n23:59:59\n"), ",", `"`, "", false, 0, "column_1", 9},
	{"times in front of words", rowsOf(3, "12:30:45 GET a b\n12:30:46 POST c\n12:30:47 GET d e f\n"), ",", `"`, "", false, 0, "column_1", 9},
	{"quoted decimal commas alone", "\"price\"\n" + rowsOf(30, "\"#,@\"\n"), "", `"`, "", true, 0, "price", 30},
	{"names of three words alone", "who\n" + rowsOf(3, "Johann Sebastian Bach\nGeorg Friedrich Händel\nWolfgang Amadeus Mozart\n"), ",", `"`, "", true, 0, "who", 9},
	{"keys and values in lines of text", "host: example\nport: eighty\nuser: me and you\n", ",", `"`, "", true, 0, "host: example", 2},
	{"codes with leading zeros", "zip,n\n" + rowsOf(9, "00#,@\n"), ",", `"`, "", true, 0, "zip/n", 9},
}

func TestDialectsAreFound(t *testing.T) {
	for _, c := range dialects {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, bytesInput("x.csv", []byte(c.text)), Options{})
			got := scanAll(t, s, 2)
			d := s.Dialect()
			if d.Delimiter != c.delim || d.Quote != c.quote || d.Escape != c.escape || d.Header != c.header || d.SkipRows != c.skip {
				t.Errorf("found %+v", d)
			}
			if strings.Join(got.columns, "/") != c.columns || len(got.rows) != c.rows {
				t.Errorf("columns %q, %d rows", got.columns, len(got.rows))
			}
			if got.faults["mixed_line_ends"] > 0 {
				t.Errorf("problems %v", got.faults)
			}
			if d.Confidence < 0 || d.Confidence > 1 {
				t.Errorf("confidence %v", d.Confidence)
			}
		})
	}
}

func TestOptionsOverrideWhatWouldBeFound(t *testing.T) {
	two, none := int64(2), int64(0)
	for _, c := range []struct {
		text    string
		o       Options
		columns string
		rows    int
	}{
		{"a,b\n1,2\n", Options{Delimiter: ";"}, "a,b", 1},
		{"a\tb\n1\t2\n", Options{Delimiter: "tab"}, "a/b", 1},
		{"a,\x1fb\n1,\x1f2\n", Options{Delimiter: "U+001F"}, "a,/b", 1},
		{"a,b\n1,2\n", Options{Header: "no"}, "column_1/column_2", 2},
		{"1,2\n3,4\n", Options{Header: "yes"}, "1/2", 1},
		{"x\ny\na,b\n1,2\n", Options{SkipRows: &two}, "a/b", 1},
		{"title\na,b\n1,2\n3,4\n", Options{SkipRows: &none, Delimiter: ","}, "title/column_2", 3},
		{"\"a\",b\n1,2\n", Options{Quote: "none", Delimiter: ","}, `"a"/b`, 1},
		{"a,b\n1\\,1,2\n3,4\n", Options{Escape: `\`, Delimiter: ","}, "a/b", 2},
		{"a,b\n1,2\n", Options{SkipRows: &two, Header: "yes"}, "", 0},
	} {
		c.o.Format = "csv"
		e, got := openError(t, bytesInput("x", []byte(c.text)), c.o, Limits{})
		if c.columns == "" {
			if e == nil || e.Code != "empty_file" {
				t.Errorf("%+v: %v", c.o, e)
			}
			continue
		}
		if e != nil || strings.Join(got.columns, "/") != c.columns || len(got.rows) != c.rows {
			t.Errorf("%q %+v: %q, %d rows, %v", c.text, c.o, got.columns, len(got.rows), e)
		}
	}
}

func TestSkippedLinesAreToldAsTheyWereGiven(t *testing.T) {
	none := int64(0)
	text := "# note here\n# a,b\n1,2\n3,4\n5,6\n"
	for given, want := range map[*int64]int64{nil: 1, &none: 0} {
		s := open(t, bytesInput("x.csv", []byte(text)), Options{SkipRows: given})
		if got := scanAll(t, s, 1); strings.Join(got.columns, "/") != "# a/b" || len(got.rows) != 3 || s.Dialect().SkipRows != want {
			t.Errorf("%q, %d rows, %d lines skipped, want %d", got.columns, len(got.rows), s.Dialect().SkipRows, want)
		}
	}
}

func TestProblemsNameTheirFirstRowAndOffset(t *testing.T) {
	text := "a,b,a\n" + strings.Repeat("1,2,3\n", 5) + "1,2\n" + "1,2,3\n" + "1,x\"y,3\n1,2\n"
	s := open(t, bytesInput("x.csv", []byte(text)), Options{})
	s.plan.unit, s.block = 16, 8
	got := scanAll(t, s, 3)
	first := map[string]Problem{}
	for _, p := range got.problems {
		if _, ok := first[p.Code]; !ok {
			first[p.Code] = p
		}
		if p.Message == "" {
			t.Errorf("%s has no message", p.Code)
		}
	}
	if p := first["ragged_rows"]; p.Row != 6 || p.Offset != 36 || got.faults["ragged_rows"] != 2 {
		t.Errorf("%+v, %d in all", p, got.faults["ragged_rows"])
	}
	if p := first["quote_in_unquoted"]; p.Row != 8 || p.Offset != 49 {
		t.Errorf("%+v", p)
	}
	if first["duplicate_column_names"].Count != 1 {
		t.Errorf("%+v", first)
	}
}

// TestQuotingFaultsAreProblemsOfTheirOwn lets the dialect be found out: a
// reading without quotes would have no faults at all.
func TestQuotingFaultsAreProblemsOfTheirOwn(t *testing.T) {
	for _, c := range []struct {
		name, text, code string
		row, offset      int64
		count            int
	}{
		{"never closed", "a,b\n1,\"x\n2,y\n3,z\n", "unclosed_quote", 1, 6, 1},
		{"never closed, long", "a,b\n1,\"x\n" + strings.Repeat("2,y\n", 300_000), "unclosed_quote", 1, 6, 1},
		{"in the middle", "a,b\n1,x\"y\"z\n2,\"a\"b\n", "quote_in_unquoted", 1, 7, 1},
		{"text behind", "a,b\n1,x\"y\"z\n2,\"a\"b\n", "text_after_quote", 2, 16, 1},
		{"nothing but quotes", strings.Repeat(`"`, 100_001), "unclosed_quote", 1, 0, 1},
		{"in the header", "a,\"b\"x\n1,2\n", "text_after_quote", 0, 4, 1},
		{"quotes found to be text", "n\ttext\n" + rowsOf(30, "#\tx\n#\t\"so he said\n@\tand\" she left\n#\t\"@\" x \"y\n"), "quote_in_unquoted", 2, 13, 90},
	} {
		got := readCSV(t, c.text, Options{})
		i := slices.IndexFunc(got.problems, func(p Problem) bool { return p.Code == c.code })
		if i < 0 || got.problems[i].Row != c.row || got.problems[i].Offset != c.offset || got.faults[c.code] != c.count {
			t.Errorf("%s: %+v", c.name, got.problems)
		}
	}
}

func TestFaultsOfTheHeaderAreReported(t *testing.T) {
	got := readCSV(t, "\ufeffa,b\xff\x00\n1,2\n", Options{Encoding: "utf-8"})
	if fmt.Sprint(got.faults) != "map[invalid_utf8:1 nul_bytes:1]" || got.problems[0].Row+got.problems[1].Row != 0 || got.problems[0].Offset != 7 || got.problems[1].Offset != 6 {
		t.Errorf("%+v", got.problems)
	}
}

func TestLimitsOfCSV(t *testing.T) {
	wide := strings.Repeat("x,", 10_000) + "x\n"
	rows := strings.Repeat("1,2\n", 5)
	for _, c := range []struct {
		name, text, code string
		row, offset      int64
	}{
		{"columns of the header", wide, "too_many_columns", -1, 0},
		{"columns of a row", rows + wide + rows, "too_many_columns", 6, 20},
		{"a header, delimiter to be found", strings.ReplaceAll(wide, "x", "name") + strings.Repeat("1,", 10_000) + "1\n", "too_many_columns", -1, 0},
		{"nothing but delimiters", strings.Repeat(",", 200_000), "too_many_columns", -1, 0},
		{"a line longer than the head", strings.Repeat(";", 900_000), "too_many_columns", -1, 0},
		{"a cell", rows + "1," + strings.Repeat("x", 2<<20) + "\n", "cell_too_large", 6, 22},
	} {
		o := Options{Delimiter: ",", Header: "no"}
		if c.row < 0 {
			o = Options{}
		}
		e, got := openError(t, bytesInput("x.csv", []byte(c.text)), o, Limits{MaxCellBytes: 1 << 20})
		if e == nil || e.Code != c.code || e.Row != c.row || e.Offset != c.offset {
			t.Errorf("%s: %+v", c.name, e)
		}
		if len(got.rows) != max(int(c.row)-1, 0) {
			t.Errorf("%s: %d rows before", c.name, len(got.rows))
		}
	}
}

func TestLargeCellsAndManyColumnsFit(t *testing.T) {
	big := strings.Repeat("lorem ipsum, \"\"dolor\"\"\n", 8<<20/23)
	text := "a,b\n1,\"" + big + "\"\n2,x\n"
	got := readCSV(t, text, Options{})
	want := strings.ReplaceAll(big, `""`, `"`)
	if len(got.rows) != 2 || got.rows[0][1] != want || got.rows[1][0] != "2" || len(got.faults) > 0 {
		t.Errorf("%d rows, %v", len(got.rows), got.faults)
	}
	row := strings.Repeat("12345,", 9_999) + "1\n"
	wide := readCSV(t, strings.Repeat(row, 20), Options{Header: "no"})
	if len(wide.columns) != 10_000 || len(wide.rows) != 20 || wide.err != nil {
		t.Errorf("%d columns, %d rows, %v", len(wide.columns), len(wide.rows), wide.err)
	}
}

// TestAQuoteNeverClosedCostsItsLineOnly has a stray quote at the beginning of
// a file without other quotes: it must not swallow the rest, nor memory.
func TestAQuoteNeverClosedCostsItsLineOnly(t *testing.T) {
	text := []byte("a,b\n\"oops,1\n" + strings.Repeat("12345,67890\n", 3<<20))
	s := open(t, bytesInput("x.csv", text), Options{Quote: `"`})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cells, problems := 0, map[string]int64{}
	err := s.Scan(t.Context(), 2, func() Sink { return &countSink{} }, func(seg Segment, sink Sink) error {
		cells += sink.(*countSink).cells
		for _, p := range seg.Problems {
			problems[p.Code] += p.Count
		}
		return nil
	})
	runtime.ReadMemStats(&after)
	if err != nil || cells != 2*(3<<20+1) || problems["unclosed_quote"] != 1 {
		t.Errorf("%d cells, %v, %v", cells, problems, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
		t.Errorf("%d MiB allocated", used>>20)
	}
}

func FuzzSniff(f *testing.F) {
	for i, c := range dialects {
		f.Add([]byte(c.text), uint8(i))
	}
	f.Fuzz(func(t *testing.T, text []byte, pick uint8) {
		o := Options{Format: "csv", Delimiter: []string{"", ",", "tab", "§"}[pick%4], Quote: []string{"", "none", "'"}[pick/4%3],
			Escape: []string{"", "none", `\`}[pick/12%3], Header: []string{"", "yes", "no"}[pick/36%3]}
		s, err := Open(t.Context(), bytesInput("x", text), o, Limits{})
		if err != nil {
			return
		}
		defer s.Close()
		d := s.Dialect()
		if o.Delimiter != "" && d.Delimiter != o.delimiter() || o.Header != "" && d.Header != (o.Header == "yes") ||
			o.Quote == "none" && d.Quote != "" || o.Quote == "'" && d.Quote != "'" ||
			o.Escape == "none" && d.Escape != "" || o.Escape == `\` && d.Escape != `\` {
			t.Fatalf("asked for %+v, got %+v", o, d)
		}
		names := map[string]bool{}
		for _, n := range s.Columns() {
			if n == "" || names[n] {
				t.Fatalf("columns %q", s.Columns())
			}
			names[n] = true
		}
	})
}
