package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"assay/worker/profile/internal/ref"
)

// jsonSink collects what a scan hands on, as the slow reference has it.
type jsonSink struct{ rows [][]ref.JSONCell }

func (s *jsonSink) Batch(b *Batch) error {
	for i := range b.Rows {
		row := make([]ref.JSONCell, len(b.Cols))
		for c, v := range b.Cols {
			kind := map[Kind]string{Null: "null", Bool: "bool", Number: "number", String: "string", JSON: "json"}[v.Kinds[i]]
			row[c] = ref.JSONCell{Kind: kind, Text: string(v.Data[v.Start[i]:v.End[i]])}
		}
		s.rows = append(s.rows, row)
	}
	return nil
}

// scanShape is how a scan is cut: none of it may show in the result.
type scanShape struct {
	workers int
	unit    int64
	block   int
	stream  bool
	blind   bool // without the preview's knowledge of columns
}

func scanJSON(t testing.TB, format, doc string, l Limits, shape scanShape) (*ref.JSONTable, map[string]int64, error) {
	t.Helper()
	in := Input{Name: "x." + format, Size: int64(len(doc)), ReaderAt: strings.NewReader(doc)}
	if shape.stream {
		in.Size = -1
	}
	opened, err := Open(t.Context(), in, Options{Format: format, Encoding: "utf-8"}, l)
	if err != nil {
		return nil, nil, err
	}
	s := opened.(*jsonScanner)
	defer s.Close()
	if shape.unit > 0 {
		s.unit = shape.unit
	}
	if shape.block > 0 {
		s.block = shape.block
	}
	if shape.blind {
		s.names = newJSONNames(s.limits.MaxColumns)
		s.names.start = s.start
	}
	table := &ref.JSONTable{}
	problems := map[string]int64{}
	next := 0
	err = s.Scan(t.Context(), max(shape.workers, 1), func() Sink { return &jsonSink{} }, func(seg Segment, sink Sink) error {
		if seg.Index != next {
			t.Errorf("segment %d is handed on as number %d", seg.Index, next)
		}
		next++
		rows := sink.(*jsonSink).rows
		if int64(len(rows)) != seg.Rows {
			t.Errorf("segment %d says %d rows and has %d", seg.Index, seg.Rows, len(rows))
		}
		table.Rows = append(table.Rows, rows...)
		for _, p := range seg.Problems {
			if p.Message == "" {
				t.Errorf("problem %s has no message", p.Code)
			}
			problems[p.Code] += p.Count
		}
		return nil
	})
	table.Columns = s.Columns()
	for i, row := range table.Rows {
		for len(row) < len(table.Columns) {
			row = append(row, ref.JSONCell{Kind: "null"})
		}
		table.Rows[i] = row
	}
	return table, problems, err
}

func show(t *ref.JSONTable) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", t.Columns)
	for _, row := range t.Rows {
		b.WriteByte('\n')
		for _, c := range row {
			fmt.Fprintf(&b, "%s:%s|", c.Kind, c.Text)
		}
	}
	return b.String()
}

// TestJSONDocumentsBecomeTables has the shapes of DESIGN section 8.
func TestJSONDocumentsBecomeTables(t *testing.T) {
	for _, c := range []struct{ name, doc, want string }{
		{"objects", `[{"a":1,"b":"x"},{"b":null,"a":2.50}]`, `["a" "b"]
number:1|string:x|
number:2.50|null:|`},
		{"late and missing keys", `[{"a":1},{"b":true}]`, `["a" "b"]
number:1|null:|
null:|bool:true|`},
		{"nested objects", `[{"a":{"b":1,"c":{"d":"x"}}},{"a":{"c":{"d":"y"},"b":2}}]`, `["a.b" "a.c.d"]
number:1|string:x|
number:2|string:y|`},
		{"arrays in cells", "[{\"a\":[ 1 , {\"b\" : [ ] , \"c\":\"\\u00e9 \\n\"} ,\t\"x y\" ]},{\"a\":{ }}]", `["a"]
json:[1,{"b":[],"c":"\u00e9 \n"},"x y"]|
json:{}|`},
		{"scalars", `[1,"two",true,null,3e400]`, `["value"]
number:1|
string:two|
bool:true|
null:|
number:3e400|`},
		{"arrays", `[[1,"a"],[2],[]]`, `["column_1" "column_2"]
number:1|string:a|
number:2|null:|
null:|null:|`},
		{"objects in arrays", `[[1,{"a":2}],[3,4]]`, `["column_1" "column_2.a" "column_2"]
number:1|number:2|null:|
number:3|null:|number:4|`},
		{"nothing", ` [ ] `, `[]`},
		{"empty objects", `[{},{}]`, "[]\n\n"},
		{"nulls", `[null,null]`, "[\"value\"]\nnull:|\nnull:|"},
		{"nulls among objects", `[null,{"a":1}]`, "[\"a\"]\nnull:|\nnumber:1|"},
		{"an object", `{"a":1,"b":{"c":[1]}}`, "[\"a\" \"b.c\"]\nnumber:1|json:[1]|"},
		{"an empty object", `{}`, "[]\n"},
		{"an object around a table", ` { "meta" : {"n":2}, "data" : [ {"a":1} , {"a":2} ], "ok":true } `, "[\"a\"]\nnumber:1|\nnumber:2|"},
		{"an object around two tables", `{"x":[{"a":1}],"y":[{"a":2}]}`, "[\"x\" \"y\"]\njson:[{\"a\":1}]|json:[{\"a\":2}]|"},
		{"an object around scalars", `{"x":[1,2],"y":[]}`, "[\"x\" \"y\"]\njson:[1,2]|json:[]|"},
		{"mixed", `[{"a":1},2,[3,4],{"a":5}]`, `["a" "value" "column_1" "column_2"]
number:1|null:|null:|null:|
null:|number:2|null:|null:|
null:|null:|number:3|number:4|
number:5|null:|null:|null:|`},
		{"repeated keys", `[{"a":1,"a":2},{"a":{"x":1},"a":{"y":2}},{"a":{"x":1},"a":3}]`, `["a" "a.x" "a.y"]
number:2|null:|null:|
null:|null:|number:2|
number:3|null:|null:|`},
		{"a key again with dots in it", `[{"a.b":1,"a":{"b":2}},{"a":1,"a.b":2,"a":3}]`, `["a.b" "a"]
number:2|null:|
number:2|number:3|`},
		{"escapes", `["\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00\u0000|"]`, "[\"value\"]\nstring:\"\\/\b\f\n\r\tAé😀\x00||"},
		{"lone surrogates", `["a\ud800b","\udc00","\ud800\ud800x","\ud800\n"]`, "[\"value\"]\nstring:a\ufffdb|\nstring:\ufffd|\nstring:\ufffd\ufffdx|\nstring:\ufffd\n|"},
		{"numbers keep their text", `[-0,1E+2,123456789012345678901234567890,0.10]`, "[\"value\"]\nnumber:-0|\nnumber:1E+2|\nnumber:123456789012345678901234567890|\nnumber:0.10|"},
		{"byte order mark", "\xef\xbb\xbf[1]", "[\"value\"]\nnumber:1|"},
		{"empty keys", `[{"":1,"a":{"":2}}]`, "[\"\" \"a.\"]\nnumber:1|number:2|"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := scanJSON(t, "json", c.doc, Limits{}, scanShape{})
			if err != nil {
				t.Fatal(err)
			}
			if show(got) != c.want {
				t.Errorf("got\n%s\nwant\n%s", show(got), c.want)
			}
			want, err := ref.JSON([]byte(c.doc), 64)
			if err != nil || show(&want) != c.want {
				t.Errorf("the reference has (%v)\n%s", err, show(&want))
			}
		})
	}
}

// refusedDocuments are no JSON, one reason each; many follow Nicolas Seriot's
// "Parsing JSON is a Minefield". The number is the offset of the fault.
func refusedDocuments() map[string]int64 {
	return map[string]int64{
		`[1 true]`: 3, `[a` + "\xe5" + `]`: 1, `["": 1]`: 3, `[""],`: 4, `[,1]`: 1, `[1,,2]`: 3, `["x",,]`: 5, `["x"]]`: 5,
		`["",]`: 4, `["x"`: 4, `[x`: 1, `[3[4]]`: 2, "[\xff]": 1, `[,]`: 1, `[-]`: 2, "[\"a\",\n4\n,1,": 11,
		`[1,]`: 3, "[\"\va\"\\f]": 2, `[*]`: 1, `[""`: 3, `[1,`: 3, `[{}`: 3, `[fals]`: 5, `[nul]`: 4, `[tru]`: 4,
		"[123\x00]": 4, `[++1234]`: 1, `[+1]`: 1, `[+Inf]`: 1, `[-01]`: 3, `[-1.0.]`: 5, `[-2.]`: 4, `[-NaN]`: 2, `[.-1]`: 1,
		`[.2e-3]`: 1, `[0.1.2]`: 4, `[0.3e+]`: 6, `[0.3e]`: 5, `[0.e1]`: 3, `[0E]`: 3, `[0e+]`: 4, `[1.0e+]`: 6,
		`[1 000.0]`: 3, `[1eE2]`: 3, `[2.e3]`: 3, `[9.e+]`: 3, `[Inf]`: 1, `[NaN]`: 1, "[\uff11]": 1, `[1+2]`: 2, `[0x1]`: 2,
		`[0x42]`: 2, `[-Infinity]`: 2, `[0e+-1]`: 4, `[-123.123foo]`: 9, `[-foo]`: 2, `[- 1]`: 2, `[-012]`: 3, `[-.123]`: 2, `[-1x]`: 3,
		`[1ea]`: 3, `[1e` + "\xe5" + `]`: 3, `[1a]`: 2, `[.123]`: 1, `[1.2a-3]`: 4, `[012]`: 2,
		`["x", truth]`: 9, `{[: "x"}`: 1, `{"x", null}`: 4, `{"x"::"b"}`: 5, `{"a" b}`: 5, `{"a":b}`: 5, `{:"b"}`: 1,
		`{"a" "b"}`: 5, `{"a":`: 5, `{"a"`: 4, `{1:1}`: 1, `{9999E9999:1}`: 1, `{null:null,null:null}`: 1, `{"id":0,,,,,}`: 8,
		`{'a':0}`: 1, `{"id":0,}`: 8, `{"a":"b"}/**/`: 9, `{"a":"b"}//`: 9, `{"a":"b",,"c":"d"}`: 9, `{a: "b"}`: 1,
		`{"a":"a`: 7, `{ "foo" : "bar", "a" }`: 21, `{"a":"b"}#`: 9, ` `: -1,
		`["\uD800\"]`: 11, `["\uD800\u"]`: 10, `["\uD800\u1"]`: 11, `["\uD800\u1x"]`: 11, `[é]`: 1, `["\x00"]`: 3,
		`["\\\"]`: 7, "[\"\\\t\"]": 3, `["\🌀"]`: 3, `["\"]`: 5, `["\u00A"]`: 7, `["\uD834\uDd"]`: 12, `["\uqqqq"]`: 4,
		`["\a"]`: 3, "[\"a\x00a\"]": 3, "[\"new\nline\"]": 5, "[\"\t\"]": 2, `[\n]`: 1, `"x"`: 0, `1`: 0, `null`: 0, `\u0020"asd"`: 0,
		"[\xe2\x81\xa0]": 1, `<null>`: 0, `[1]x`: 3, `[1]]`: 3, `["asd]`: 6, `[True]`: 1, `1]`: 1, `{"x": true,`: 11, `[][]`: 2, `]`: 0,
		"\xef\xbb{}": 0, "\xe5": 1, `[`: 1, "2\x00": 1, `{}}`: 2, `{"":`: 4, `[1,2,3,4,5,6,7,8,9,10,{"a":"b"}`: 31, `*`: 0, `{"a":"b"}#{}`: 9,
		`[\u000A""]`: 1, `[1`: 2, `[ false, nul`: 12, `{"asd":"asd"`: 12, "[\f]": 1, `{"a":[{"b":1}}`: 13, `{"a":[{"b":1}],}`: 15,
		`{"a":[{"b":1}] "c":1}`: 15, `{"a":[{"b":1}],"c":[1,]}`: 22, `{"a":[{"b":1}]}}`: 15, `{"a":[{"b":1},]}`: 14, "[\"\xc3\x28\"]": 2, "[\"é\xed\xa0\x80\"]": 4,
		"[\"\\n\xff\"]": 4, "[[\"\xff\"]]": 3, `[1e5,1.]`: 7,
	}
}

func TestWhatIsNoJSONIsRefusedWithItsPlace(t *testing.T) {
	for doc, offset := range refusedDocuments() {
		_, _, err := scanJSON(t, "json", doc, Limits{}, scanShape{})
		var fault *Error
		if !errors.As(err, &fault) {
			t.Errorf("%q: answered %v", doc, err)
			continue
		}
		if fault.Offset != offset {
			t.Errorf("%q: fault at %d (%v), want %d", doc, fault.Offset, fault, offset)
		}
		if !sentence(fault.Message) || !sentence(fault.Hint) {
			t.Errorf("%q: no sentences: %+v", doc, fault)
		}
		if _, err := ref.JSON([]byte(doc), 64); err == nil {
			t.Errorf("%q: the reference accepts it", doc)
		}
	}
}

func TestARowBeforeTheFaultIsDelivered(t *testing.T) {
	for _, c := range []struct {
		format, doc, code string
		row               int64
		rows              int
	}{
		{"json", `[{"a":1},{"a":2},{"a":x}]`, "invalid_json", 3, 2},
		{"json", `[{"a":1},{"a":2},{"a":3`, "truncated_file", 3, 2},
		{"json", `[{"a":1},{"a":2}`, "truncated_file", 3, 2},
		{"json", `[1,2,`, "truncated_file", 3, 2},
		{"json", `{"data":[{"a":1},{"a":2},{"a"`, "truncated_file", 3, 2},
		{"json", `{"data":[{"a":1},{"a":2}],"x":?}`, "invalid_json", -1, 2},
		{"ndjson", "{\"a\":1}\n{\"a\":2}\n{\"a\":\n{\"a\":4}\n", "invalid_json", 3, 2},
		{"ndjson", "{\"a\":1}\n{\"a\":2}\n{\"a\":3", "truncated_file", 3, 2},
		{"ndjson", "{\"a\":1}\n\n{\"a\":2} {\"a\":3}\n", "invalid_json", 2, 1},
	} {
		table, _, err := scanJSON(t, c.format, c.doc, Limits{}, scanShape{})
		var fault *Error
		if !errors.As(err, &fault) || fault.Code != c.code || fault.Row != c.row {
			t.Errorf("%s: %v, want %s at row %d", c.doc, err, c.code, c.row)
		}
		if table == nil || len(table.Rows) != c.rows || len(table.Columns) != 1 {
			t.Errorf("%s: table %v, want %d rows", c.doc, table, c.rows)
		}
	}
}

// TestJSONIsUnicodeUnlessTheUserSaysOtherwise holds to RFC 8259, section 8.1.
func TestJSONIsUnicodeUnlessTheUserSaysOtherwise(t *testing.T) {
	late := `[{"a":"x"},` + strings.Repeat("{\"a\":\"yyyyyyyyyyyyyyyy\"},\n", 30_000)
	for _, c := range []struct {
		name, doc, encoding string
		row, offset         int64 // row 0: accepted
	}{
		{"x.json", "[\"\xff\"]", "", 1, 2},
		{"x.json", "[1,\n\"caf\xe9\"]", "", 2, 8},
		{"x.json", "\xef\xbb\xbf[1,\"\x80\"]", "", 2, 7},
		{"x.json.gz", "\xef\xbb\xbf[1,\"\x80\"]", "", 2, 7},
		{"x.json", late + "{\"a\":\"\xe9\"}]", "", 30_002, int64(len(late)) + 6},
		{"x.ndjson", "{\"a\":1}\n{\"a\":\"\xe9\"}\n", "", 2, 14},
		{"x", "[{\"a\":\"\xe9\"}]", "", 1, 7},
		{"x.json", "[\"\xe9\"]", "iso-8859-1", 0, 0},
		{"x.json", "\xff\xfe[\x001\x00]\x00", "", 0, 0},
		{"x.json", "[\x00\x00\x001\x00\x00\x00]\x00\x00\x00", "", 0, 0},
	} {
		data := []byte(c.doc)
		if strings.HasSuffix(c.name, ".gz") {
			data = gzipped(t, data)
		}
		e, _ := openError(t, bytesInput(c.name, data), Options{Encoding: c.encoding}, Limits{})
		switch {
		case c.row == 0 && e != nil:
			t.Errorf("%s %.20q: %v", c.name, c.doc, e)
		case c.row > 0 && (e == nil || e.Code != "invalid_json" || e.Row != c.row || e.Offset != c.offset):
			t.Errorf("%s %.20q: %+v, want invalid_json at row %d, offset %d", c.name, c.doc, e, c.row, c.offset)
		}
	}
}

// TestAFirstRowLongerThanThePreviewSetsTheShape has nothing that differs from
// its first row.
func TestAFirstRowLongerThanThePreviewSetsTheShape(t *testing.T) {
	long := strings.Repeat("x", 2*headSize)
	for _, c := range []struct{ format, doc string }{
		{"json", `[{"a":"` + long + `"},{"a":1}]`},
		{"json", ` [ null, {"a":"` + long + `"},{"a":1}]`},
		{"json", `[["` + long + `"],[1]]`},
		{"json", `["` + long + `",1]`},
		{"json", `{"a":"` + long + `"}`},
		{"json", `{"n":1,"t":[{"a":"` + long + `"},{"a":1}]}`},
		{"ndjson", "\n" + `{"a":"` + long + "\"}\n{\"a\":1}\n"},
		{"ndjson", `["` + long + "\"]\n[1]\n"},
	} {
		table, problems, err := scanJSON(t, c.format, c.doc, Limits{}, scanShape{workers: 2})
		if err != nil || problems["mixed_rows"] > 0 || len(table.Columns) != 1 {
			t.Errorf("%.30s: %v, problems %v", c.doc, err, problems)
		}
	}
}

func TestPlacesCountTheByteOrderMark(t *testing.T) {
	e, _ := openError(t, bytesInput("x.json", []byte("\ufeff[1,x]")), Options{}, Limits{})
	if e == nil || e.Offset != 6 || e.Row != 2 {
		t.Errorf("%+v", e)
	}
	if e, _ = openError(t, bytesInput("x.json", []byte("\ufeffx")), Options{}, Limits{}); e == nil || e.Offset != 3 {
		t.Errorf("%+v", e)
	}
	got := readCSV(t, "\ufeffa,b\n1,2\n3,4\n5,x\"y\n", Options{})
	if len(got.problems) != 1 || got.problems[0].Row != 3 || got.problems[0].Offset != 18 {
		t.Errorf("%+v", got.problems)
	}
}

func TestMessagesNameCharactersThatCannotBeSeen(t *testing.T) {
	for doc, says := range map[string]string{
		"[\"a\tb\"]": "a tab", "[\"a\nb\"]": "a line break", "['a']": "a single quote", "[\"\x01\"]": "the character U+0001", "[é]": "'é'",
	} {
		e, _ := openError(t, bytesInput("x.json", []byte(doc)), Options{}, Limits{})
		if e == nil || !strings.Contains(e.Message, ": "+says+" stands") {
			t.Errorf("%q: %v", doc, e)
		}
	}
}

func TestJSONLimits(t *testing.T) {
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	wide := `[{"a":1,"b":2},{"c":3,"d":4,"e":5}]`
	long := `[{"a":"x"},{"a":"` + strings.Repeat("y", 101) + `"}]`
	for _, c := range []struct {
		doc, code   string
		row, offset int64
		limits      Limits
	}{
		{deep, "nesting_too_deep", 1, 64, Limits{}},
		{`{"a":` + deep[2:len(deep)-2] + `}`, "", 0, 0, Limits{}},
		{`{"a":` + deep[1:len(deep)-1] + `}`, "nesting_too_deep", 1, 68, Limits{}},
		{wide, "too_many_columns", 2, 32, Limits{MaxColumns: 4}},
		{wide, "", 0, 0, Limits{MaxColumns: 5}},
		{long, "cell_too_large", 2, 17, Limits{MaxCellBytes: 100}},
		{long, "", 0, 0, Limits{MaxCellBytes: 101}},
		{`["` + strings.Repeat("y", 2<<20) + `"]`, "cell_too_large", 1, 1, Limits{MaxCellBytes: 100}},
	} {
		_, _, err := scanJSON(t, "json", c.doc, c.limits, scanShape{})
		var fault *Error
		if c.code == "" {
			if err != nil {
				t.Errorf("%.30s: %v", c.doc, err)
			}
		} else if !errors.As(err, &fault) || fault.Code != c.code || fault.Row != c.row || fault.Offset != c.offset {
			t.Errorf("%.30s: %+v, want %s at row %d, offset %d", c.doc, fault, c.code, c.row, c.offset)
		}
	}
}

func TestFaultsThatDoNotStopTheReadingAreCounted(t *testing.T) {
	_, problems, err := scanJSON(t, "json", `[{"a":1,"a":2},3,[4],{"a":"\ud800\ud800"},null]`, Limits{}, scanShape{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"mixed_rows": 2, "duplicate_keys": 1, "lone_surrogates": 2}
	if fmt.Sprint(problems) != fmt.Sprint(want) {
		t.Errorf("problems %v, want %v", problems, want)
	}
	_, problems, err = scanJSON(t, "ndjson", "\n{\"a\":1}\r\n  \r\n{\"a\":2}\n\n", Limits{}, scanShape{})
	if err != nil || problems["blank_lines"] != 3 {
		t.Errorf("problems %v, %v, want three blank lines", problems, err)
	}
}

// TestCutsDoNotShow reads the same documents in segments and blocks of many
// sizes, by several workers, from a file and as a stream.
func TestCutsDoNotShow(t *testing.T) {
	var b, lines bytes.Buffer
	for i := range 300 {
		row := fmt.Sprintf(`{"id":%d,"t":"a,{\"id\":1},{\"id\"\n","n":{"ïd😀":%d,"l":[{"id":1},{"id":2}]}`, i, i)
		if i%50 == 49 {
			row += fmt.Sprintf(`,"late_%d":true`, i)
		}
		row += "}"
		fmt.Fprintf(&b, "%c %s\n", ",["[btoi(i == 0)], row)
		lines.WriteString(row + "\n")
	}
	array := b.String() + "]"
	for _, c := range []struct{ format, doc string }{
		{"json", array},
		{"json", `{"meta":[1,{"id":2}],"rows":` + array + `,"id":1}`},
		{"json", strings.ReplaceAll(strings.ReplaceAll(array, `{"id":1}`, "1"), "late", "x")},
		{"json", "[" + strings.Repeat("[[1,2],[3]],\n", 300) + "[]]"},
		{"json", "[" + strings.Repeat(`"a,b","","\",\"",`, 300) + `"x"]`},
		{"json", "[" + strings.Repeat("1,22,-3.5e7,null,true,", 300) + "1]"},
		{"json", array[:len(array)-40]},
		{"json", strings.Replace(array, `"id":250`, `"id":x250`, 1)},
		{"ndjson", lines.String()},
		{"ndjson", strings.Replace(lines.String(), `"id":250`, `"id":x250`, 1)},
	} {
		want, wantProblems, wantErr := scanJSON(t, c.format, c.doc, Limits{}, scanShape{workers: 1})
		for _, shape := range []scanShape{
			{workers: 1, unit: 1000}, {workers: 3, unit: 777, block: 100}, {workers: 2, unit: 4096, block: 300, stream: true},
			{workers: 4, unit: 64, block: 64}, {workers: 3, unit: 500, blind: true}, {workers: 5, unit: 1 << 14, blind: true, stream: true},
		} {
			got, problems, err := scanJSON(t, c.format, c.doc, Limits{}, shape)
			if show(got) != show(want) || fmt.Sprint(err) != fmt.Sprint(wantErr) || fmt.Sprint(problems) != fmt.Sprint(wantProblems) {
				t.Errorf("%.40s %+v: other than in one piece (%v, %v)\n%.300s", c.doc, shape, err, problems, show(got))
			}
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestATableLargerThanACellIsFoundAtOnce has an object whose one array of
// objects is too large to be a cell, so that nothing behind it needs looking at.
func TestATableLargerThanACellIsFoundAtOnce(t *testing.T) {
	rows := strings.Repeat(`{"a":1},`, 100_000) + `{"a":2}`
	l := Limits{MaxCellBytes: 1000}
	table, _, err := scanJSON(t, "json", `{"x":1,"rows":[`+rows+`],"y":2}`, l, scanShape{workers: 2, stream: true})
	if err != nil || len(table.Rows) != 100_001 {
		t.Fatalf("%v", err)
	}
	_, _, err = scanJSON(t, "json", `{"x":1,"rows":[`+rows+`],"y":[{"a":1}]}`, l, scanShape{workers: 2})
	var fault *Error
	if !errors.As(err, &fault) || fault.Code != "cell_too_large" {
		t.Errorf("a second table: %v", err)
	}
}

func TestReadingFaultsAreNoFaultsOfTheFile(t *testing.T) {
	broken := errors.New("connection lost")
	in := Input{Name: "x.json", Size: 1 << 20, ReaderAt: readerAtFunc(func(p []byte, off int64) (int, error) {
		if off > 0 {
			return 0, broken
		}
		n := copy(p, "["+strings.Repeat("[1],", len(p)/4))
		return n, nil
	})}
	s, err := Open(t.Context(), in, Options{}, Limits{})
	if err == nil {
		err = s.Scan(t.Context(), 1, func() Sink { return discard{} }, func(Segment, Sink) error { return nil })
	}
	var fault *Error
	if !errors.Is(err, broken) || errors.As(err, &fault) {
		t.Errorf("answered %v", err)
	}
}

type readerAtFunc func([]byte, int64) (int, error)

func (f readerAtFunc) ReadAt(p []byte, off int64) (int, error) { return f(p, off) }

func FuzzJSON(f *testing.F) {
	for doc := range refusedDocuments() {
		f.Add([]byte(doc))
	}
	for _, doc := range []string{
		`[{"a":1,"b":{"c":[1,2,{}]}},{"b":{"c":null}}]`, `{"x":[{"a":1},{"a":"\ud83d\ude00"}],"y":1}`,
		`[[1,2],[3]]`, `[null,1]`, `[{"a":{"x":1},"a":{"y":2}}]`, "\xef\xbb\xbf[]", `[1e400,-0]`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) { againstReference(t, "json", doc, ref.JSON) })
}

func FuzzNDJSON(f *testing.F) {
	for _, text := range []string{
		"{\"a\":1}\n{\"b\":2}\n", "[1,2]\n\n[3]", "1\r\n\"x\"\r\n", "{\"a\":\n1}", "{}\n \n", "{\"a\":1}{\"a\":2}\n", "null\n{\"a\":\"\xff\"}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { againstReference(t, "ndjson", text, ref.NDJSON) })
}

func againstReference(t *testing.T, format string, doc []byte, reference func([]byte, int) (ref.JSONTable, error)) {
	l := Limits{MaxDepth: 16, MaxColumns: 1000}
	want, refErr := reference(doc, l.MaxDepth)
	got, _, err := scanJSON(t, format, string(doc), l, scanShape{workers: 1})
	if refErr != nil {
		var fault *Error
		if !errors.As(err, &fault) {
			t.Fatalf("reference: %v; answered %v", refErr, err)
		}
	} else if err != nil {
		var fault *Error
		// Open refuses what is no text before it looks for JSON.
		if errors.As(err, &fault) && (fault.Code == "empty_file" || fault.Code == "unsupported_format") {
			return
		}
		t.Fatalf("refused: %v", err)
	} else if show(got) != show(&want) {
		t.Fatalf("got\n%s\nreference\n%s", show(got), show(&want))
	}
	if len(doc) > 4<<10 {
		return // thousands of tiny pieces tell nothing new
	}
	cut, _, cutErr := scanJSON(t, format, string(doc), l, scanShape{workers: 2, unit: 7, block: 5, blind: true})
	if fmt.Sprint(err) != fmt.Sprint(cutErr) || got != nil && show(got) != show(cut) {
		t.Fatalf("in pieces: %v\n%s\nin one: %v\n%s", cutErr, show(cut), err, show(got))
	}
}

// BenchmarkJSON reads a table of ten columns. With ASSAY_BENCH_JSON it reads
// that file instead.
func BenchmarkJSON(b *testing.B) {
	var doc bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&doc, `{"id":%d,"name":"name %d","price":%d.25,"ok":true,"tags":["a","b"],"at":"2024-01-02T03:04:05Z","geo":{"lat":1.5,"lon":-2.5},"none":null,"city":"Zürich"}`+"\n", i, i, i)
	}
	text := doc.Bytes()
	if name := os.Getenv("ASSAY_BENCH_JSON"); name != "" {
		var err error
		if text, err = os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	for _, format := range []string{"ndjson", "json"} {
		data := text
		if format == "json" {
			data = append([]byte{'['}, bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\n"), []byte(",\n"))...)
			data = append(data, ']')
		}
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/%d", format, workers), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					s, err := Open(context.Background(), Input{Name: "x." + format, Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}, Options{Format: format}, Limits{})
					if err != nil {
						b.Fatal(err)
					}
					if err := s.Scan(context.Background(), workers, func() Sink { return discard{} }, func(Segment, Sink) error { return nil }); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// TestEveryMachineFindsTheSameEndOfAText holds the portable way against the
// one that this machine goes.
func TestEveryMachineFindsTheSameEndOfAText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for i := range 3000 {
		buf := make([]byte, i%131, i%131+jsonPadding)
		for k := range buf {
			if buf[k] = 'x'; r.IntN(30) == 0 {
				buf[k] = byte(r.IntN(256))
			}
		}
		want, high := 0, false
		for ; want < len(buf) && buf[want] >= ' ' && buf[want] != '"' && buf[want] != '\\'; want++ {
			high = high || buf[want] >= 0x80
		}
		buf = buf[:cap(buf)]
		for name, find := range map[string]func([]byte, int) (int, bool){"here": longRun, "anywhere": longRunAnywhere, "any length": plainRun} {
			end, h := find(buf, 0)
			if end != want || high && !h { // there may be some behind it, too
				t.Fatalf("%s: %q ends at %d (%v), want %d (%v)", name, buf, end, h, want, high)
			}
		}
	}
}

// TestEveryMachineUndoesTheSameEscapes holds the portable way against the one
// that this machine goes, and both against the reader of encoding/json.
func TestEveryMachineUndoesTheSameEscapes(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	pieces := []string{`\n`, `\"`, `\\`, `\/`, `\t\t`, "é", "a", " word", "some text that is longer than one look at it"}
	for range 3000 {
		var b strings.Builder
		for range r.IntN(12) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		text := b.String()
		var want string
		if err := json.Unmarshal([]byte(`"`+text+`"`), &want); err != nil {
			t.Fatal(err)
		}
		for _, end := range []string{`"`, "\x1f", `\u0041`, `\x`} {
			buf := append([]byte(text+end+`n\n"`), make([]byte, jsonPadding)...)
			for name, undo := range map[string]func(to, buf []byte) (int, int, bool){"here": undo, "anywhere": undoAnywhere} {
				to := make([]byte, len(text)+2*undoneRoom)
				read, wrote, high := undo(to, buf)
				if read != len(text) || string(to[:wrote]) != want || high != strings.Contains(text, "é") {
					t.Fatalf("%s: %q read %d bytes of %d, wrote %q, more than ASCII: %v", name, text, read, len(text), to[:wrote], high)
				}
			}
		}
	}
}
