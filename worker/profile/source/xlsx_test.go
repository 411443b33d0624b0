package source

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbookParts are a workbook of one sheet by its parts.
func workbookParts(rows string) map[string]string {
	return map[string]string{
		"[Content_Types].xml":        `<Types/>`,
		"_rels/.rels":                `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook><workbookPr/><sheets><sheet name="S" r:id="r1"/><sheet name="Hidden" r:id="r1" state="hidden"/><sheet name="Chart" r:id="r9"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r9" Type="x/chartsheet" Target="c.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>`,
		"xl/sharedStrings.xml": `<sst><si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch &amp; </t></r><rPh><t>no</t></rPh></si>` +
			`<si><t>a_x000D_b</t></si><si><t>007</t></si></sst>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd;@"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/><numFmt numFmtId="166" formatCode="#,##0.00\ [$€-407]"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="165"/><xf numFmtId="10"/><xf numFmtId="166"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": `<?xml version="1.0"?><x:worksheet><!-- <row> --><x:sheetData>` + strings.NewReplacer("</", "</x:", "<!", "<!", "<", "<x:").Replace(rows) + `</x:sheetData></x:worksheet>`,
	}
}

func packParts(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var files []packed
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"} {
		if text, ok := parts[name]; ok {
			files = append(files, packed{name: name, data: []byte(text)})
		}
	}
	return zipped(t, files...)
}

func workbookOf(t testing.TB, rows string) []byte { return packParts(t, workbookParts(rows)) }

func readSheet(t testing.TB, data []byte, o Options) (csvScan, Dialect) {
	t.Helper()
	s, err := Open(t.Context(), bytesInput("book.xlsx", data), o, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got := scanAll(t, s, 2)
	if got.err != nil {
		t.Fatal(got.err)
	}
	return got, s.Dialect()
}

func TestCellsAreWhatIsStoredInThem(t *testing.T) {
	for _, c := range []struct{ cell, want string }{
		{`<c><v>1</v></c>`, "1"},
		{`<c t="n"><v> 5 </v></c>`, "5"},
		{`<c><v>0.10000000000000001</v></c>`, "0.1"},
		{`<c><v>1.0000000000000001E-5</v></c>`, "0.00001"},
		{`<c><v>2.5000000000000001E-7</v></c>`, "2.5e-07"},
		{`<c><v>1.2345678901234567E+19</v></c>`, "12345678901234567000"},
		{`<c><v>1E+300</v></c>`, "1e+300"},
		{`<c><v>9007199254740993</v></c>`, "9007199254740993"},
		{`<c><v>5.0</v></c>`, "5"},
		{`<c><v>-0.5</v></c>`, "-0.5"},
		{`<c><v>-0</v></c>`, "0"},
		{`<c s="5"><v>0.125</v></c>`, "0.125"},
		{`<c s="6"><v>19.99</v></c>`, "19.99"},
		{`<c t="b"><v>1</v></c>`, "true"},
		{`<c t="b"><v>0</v></c>`, "false"},
		{`<c t="e"><v>#DIV/0!</v></c>`, "#DIV/0!"},
		{`<c t="s"><v>0</v></c>`, "plain"},
		{`<c t="s"><v>1</v></c>`, "rich & "},
		{`<c t="s"><v>2</v></c>`, "a\rb"},
		{`<c t="s"><v>3</v></c>`, "007"},
		{`<c t="inlineStr"><is><t>in&#x20AC;line &lt;</t></is></c>`, "in€line <"},
		{`<c t="str"><f>A1&amp;"x"</f><v>cached</v></c>`, "cached"},
		{`<c><f>1+1</f><v>2</v></c>`, "2"},
		{`<c t="str"><v><![CDATA[a&b]]></v></c>`, "a&b"},
		{`<c t="d"><v>2024-02-29T12:00:00</v></c>`, "2024-02-29T12:00:00"},
		{`<c t="d" s="2"><v>2024-02-29T12:00:00.500Z</v></c>`, "2024-02-29T12:00:00.5"},
		{`<c t="d" s="2"><v>2024-02-29T00:00:00.000Z</v></c>`, "2024-02-29T00:00:00"},
		{`<c t="d" s="1"><v>2024-02-29T00:00:00.000Z</v></c>`, "2024-02-29"},
		{`<c t="d" s="1"><v>2024-02-29T10:00:00Z</v></c>`, "2024-02-29T10:00:00"},
		{`<c t="d" s="3"><v>1899-12-31T08:30:00</v></c>`, "08:30:00"},
		{`<c t="d"><v>2024-02-29</v></c>`, "2024-02-29"},
		{`<c s="1"><v>1</v></c>`, "1900-01-01"},
		{`<c s="1"><v>59</v></c>`, "1900-02-28"},
		{`<c s="1"><v>61</v></c>`, "1900-03-01"},
		{`<c s="1"><v>45351</v></c>`, "2024-02-29"},
		{`<c s="7"><v>45351</v></c>`, "2024-02-29"},
		{`<c s="1"><v>45351.5</v></c>`, "2024-02-29T12:00:00"},
		{`<c s="2"><v>45351</v></c>`, "2024-02-29T00:00:00"},
		{`<c s="2"><v>45351.999999999</v></c>`, "2024-03-01T00:00:00"},
		{`<c s="2"><v>45351.123456780003</v></c>`, "2024-02-29T02:57:46.666"},
		{`<c s="1"><v>-1</v></c>`, "1899-12-29"},
		{`<c s="1"><v>2958465</v></c>`, "9999-12-31"},
		{`<c s="1"><v>2958467</v></c>`, "2958467"},
		{`<c s="3"><v>0.75</v></c>`, "18:00:00"},
		{`<c s="4"><v>1.0625</v></c>`, "PT25H30M"},
		{`<c s="4"><v>-0.5</v></c>`, "-PT12H"},
		{`<c s="4"><v>0</v></c>`, "PT0S"},
		{`<c s="99"><v>7</v></c>`, "7"},
	} {
		got, _ := readSheet(t, workbookOf(t, `<row>`+c.cell+`<c r="C1"><v>1</v></c></row>`), Options{Header: "no"})
		if len(got.rows) != 1 || len(got.rows[0]) != 3 || got.rows[0][0] != c.want {
			t.Errorf("%s is %q, want %q", c.cell, got.rows, c.want)
		}
	}
}

func TestDatesFrom1904(t *testing.T) {
	parts := workbookParts(`<row><c s="1"><v>0</v></c><c s="1"><v>43889</v></c></row>`)
	parts["xl/workbook.xml"] = strings.Replace(parts["xl/workbook.xml"], "<workbookPr/>", `<workbookPr date1904="1"/>`, 1)
	if got, _ := readSheet(t, packParts(t, parts), Options{Header: "no"}); fmt.Sprint(got.rows) != "[[1904-01-01 2024-02-29]]" {
		t.Error(got.rows)
	}
}

func TestKindsOfCells(t *testing.T) {
	var kinds [][]Kind
	s, err := Open(t.Context(), bytesInput("b.xlsx", workbookOf(t,
		`<row><c><v>1</v></c><c t="str"><v>1</v></c><c t="str"><v>1,234.50 €</v></c><c t="b"><v>1</v></c><c s="1"><v>9</v></c><c t="e"><v>#N/A</v></c><c t="str"><v>NA</v></c><c t="str"><v>x</v></c></row>`)),
		Options{Header: "no"}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sink := batchFunc(func(b *Batch) error {
		var row []Kind
		for _, v := range b.Cols {
			if v.Kinds == nil {
				row = append(row, Raw)
			} else {
				row = append(row, v.Kinds[0])
			}
		}
		kinds = append(kinds, row)
		return nil
	})
	if err := s.Scan(t.Context(), 1, func() Sink { return sink }, func(Segment, Sink) error { return nil }); err != nil {
		t.Fatal(err)
	}
	// Text that looks like a number stays text; null tokens stay what they may be.
	if want := []Kind{Number, String, String, Bool, Raw, Raw, Raw, Raw}; fmt.Sprint(kinds) != fmt.Sprint([][]Kind{want}) {
		t.Errorf("%v, want %v", kinds, want)
	}
}

type batchFunc func(*Batch) error

func (f batchFunc) Batch(b *Batch) error { return f(b) }

func TestNumberFormats(t *testing.T) {
	for code, want := range map[string]cellStyle{
		"General": styleNumber, "Standard": styleNumber, "0.00": styleNumber, "#,##0;[Red]-#,##0": styleNumber, `0" days"`: styleNumber, "0.00E+00": styleNumber, "# ?/?": styleNumber, "@": styleNumber, `\d0`: styleNumber,
		`General" units"`: styleNumber, "General_)": styleNumber, "[Red]general": styleNumber, "[>1000]General;[<0]0.0;0": styleNumber, "[DBNum1][$-804]General": styleNumber,
		"0%": stylePercent, "0.0%;-0.0%": stylePercent,
		"$#,##0.00": styleCurrency, `"€"#,##0`: styleCurrency, "[$₹-4009] #,##0": styleCurrency, `#,##0\ [$kr-414]`: styleCurrency, "[$-409]0.00": styleNumber,
		"yyyy-mm-dd": styleDate, "m/d/yy": styleDate, "mmm-yy": styleDate, "[$-407]dd.mm.yyyy": styleDate, `yyyy"年"m"月"d"日"`: styleDate, "ggge年m月d日": styleDate, "mmmm": styleDate, "DD/MM/YYYY": styleDate, "aaaa": styleDate, "WW": styleDate,
		"h:mm": styleTime, "hh:mm:ss AM/PM": styleTime, "mm:ss.0": styleTime, "h:mm a/p": styleTime,
		"yyyy-mm-dd hh:mm:ss": styleDatetime, "d.m.yy h:mm": styleDatetime, `yyyy-mm-dd"T"hh:mm:ss`: styleDatetime,
		"[h]:mm": styleDuration, "[mm]:ss": styleDuration, "[hh]:mm:ss.000": styleDuration, "[s]": styleDuration,
	} {
		if got := styleOf(code); got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}

func TestTablesAreFoundInSheets(t *testing.T) {
	text := func(cells ...string) string {
		b := "<row>"
		for _, c := range cells {
			switch {
			case c == "":
				b += "<c/>"
			case c[0] == '=':
				b += "<c><v>" + c[1:] + "</v></c>"
			default:
				b += `<c t="str"><v>` + c + "</v></c>"
			}
		}
		return b + "</row>"
	}
	body := text("x", "=1", "=2") + text("y", "=3", "=4") + text("z", "=5", "=6")
	for _, c := range []struct {
		name, rows, columns string
		count               int
		skip                int64
	}{
		{"a header", text("name", "m", "n") + body, "name/m/n", 3, 0},
		{"titles above", text("Report of things") + text("made", "=2024") + "<row/>" + text("name", "m", "n") + body, "name/m/n", 3, 3},
		{"a title beside", `<row><c r="A1" t="str"><v>t</v></c></row><row r="3"><c r="C3" t="str"><v>a</v></c><c r="D3" t="str"><v>b</v></c><c r="E3" t="str"><v>c</v></c></row><row><c r="C4"><v>1</v></c><c r="D4"><v>1</v></c><c r="E4"><v>1</v></c></row>`, "a/b/c", 1, 2},
		{"leading blanks", `<row r="4"><c r="B4" t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c r="B5"><v>1</v></c><c><v>2</v></c></row>`, "a/b", 1, 3},
		{"no header", body, "column_1/column_2/column_3", 3, 0},
		{"notes below", text("name", "m", "n") + body + "<row/>" + text("Source: us") + text("All numbers", "are"), "name/m/n", 3, 0},
		{"empty formatted rows below", text("name", "m", "n") + body + strings.Repeat(`<row s="1" customFormat="1"><c s="1"/></row>`, 5000), "name/m/n", 3, 0},
		{"empty rows within", text("name", "m", "n") + body + "<row/><row/>" + body, "name/m/n", 8, 0},
		{"wider rows later", text("name", "m") + strings.Repeat(text("x", "=1"), 1500) + text("x", "=1", "", "=7"), "name/m/column_3/column_4", 1501, 0},
		{"cells in front later", `<row><c r="B1" t="str"><v>a</v></c><c t="str"><v>b</v></c></row>` + strings.Repeat(`<row><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c></row>`, 1500) + `<row><c r="A2"><v>1</v></c></row>`, "a/b/column_3", 1501, 0},
		{"repeated and missing names", text("a", "a", "") + text("=1", "=2", "=3") + text("=1", "=2", "=3"), "a/a_2/column_3", 2, 0},
	} {
		got, d := readSheet(t, workbookOf(t, c.rows), Options{})
		if strings.Join(got.columns, "/") != c.columns || len(got.rows) != c.count || d.SkipRows != c.skip {
			t.Errorf("%s: %q, %d rows, %d skipped", c.name, got.columns, len(got.rows), d.SkipRows)
		}
	}
	skip := int64(2)
	if got, d := readSheet(t, workbookOf(t, text("t")+text("u", "v")+text("a", "b")+text("=1", "=2")), Options{SkipRows: &skip, Header: "yes"}); fmt.Sprint(got.columns) != "[a b]" || d.SkipRows != 2 {
		t.Error(got.columns, d)
	}
}

// TestWhatExcelizeWritesReadsBack compares a workbook of a known library with
// what was written, streams and any number of workers included.
func TestWhatExcelizeWritesReadsBack(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	format := "yyyy-mm-dd hh:mm"
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	const rows = 60_000 // several segments
	var want []string
	if err := w.SetRow("A1", []any{"id", "name", "when", "ratio", "flag"}); err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		when, ratio := begin.Add(time.Duration(i)*time.Minute), float64(i)/8
		cell, _ := excelize.CoordinatesToCellName(1, i+2) // both are in range
		if err := w.SetRow(cell, []any{i, fmt.Sprintf("näme <%d>", i%100), excelize.Cell{StyleID: style, Value: when}, ratio, i%2 == 0}); err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprint([]string{strconv.Itoa(i), fmt.Sprintf("näme <%d>", i%100), when.Format("2006-01-02T15:04:05"),
			strconv.FormatFloat(ratio, 'f', -1, 64), strconv.FormatBool(i%2 == 0)}))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	var first csvScan
	for workers, in := range []Input{bytesInput("b.xlsx", b.Bytes()), bytesInput("b.xlsx", b.Bytes()), {Name: "-", Size: -1, ReaderAt: &pipe{t: t, data: b.Bytes(), step: 5000}}} {
		s, err := Open(t.Context(), in, Options{}, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := scanAll(t, s, workers+1)
		s.Close()
		if workers > 0 {
			sameScan(t, first, got)
			continue
		}
		first = got
		if got.err != nil || len(got.rows) != rows || len(got.segments) < 2 {
			t.Fatal(len(got.rows), len(got.segments), got.err)
		}
		for i, row := range got.rows {
			if fmt.Sprint(row) != want[i] {
				t.Fatalf("row %d is %v, want %s", i, row, want[i])
			}
		}
	}
}

func TestHostileWorkbooksEndWithOneError(t *testing.T) {
	small := `<row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row>`
	with := func(part, text string) []byte {
		parts := workbookParts(small)
		parts[part] = text
		return packParts(t, parts)
	}
	without := func(part string) []byte {
		parts := workbookParts(small)
		delete(parts, part)
		return packParts(t, parts)
	}
	const sheet = "xl/worksheets/sheet1.xml"
	for _, c := range []struct {
		name string
		data []byte
		code string
	}{
		{"entities", with(sheet, `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>`), "bad_workbook"},
		{"XML that ends early", with(sheet, `<worksheet><sheetData><row><c><v>1</v>`), "bad_workbook"},
		{"a tag without end", with(sheet, `<worksheet><sheetData><row r="1`), "bad_workbook"},
		{"ends without beginnings", with(sheet, `</a></b>`), "bad_workbook"},
		{"a deep tree", with(sheet, `<worksheet><sheetData><row>`+strings.Repeat("<c>", 1000)), "bad_workbook"},
		{"a column past the last", workbookOf(t, `<row><c r="AAAA1"><v>1</v></c></row>`), "bad_workbook"},
		{"a row past the last", workbookOf(t, `<row r="1048577"><c><v>1</v></c></row>`), "bad_workbook"},
		{"a text that is not there", workbookOf(t, `<row><c t="s"><v>9</v></c></row>`), "bad_workbook"},
		{"a negative text", workbookOf(t, `<row><c t="s"><v>-1</v></c></row>`), "bad_workbook"},
		{"too many columns", workbookOf(t, `<row><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>`), "too_many_columns"},
		{"far corners", workbookOf(t, `<row><c><v>1</v></c></row><row r="1048576"><c r="ALL1048576"><v>1</v></c></row>`), "sheet_too_sparse"},
		{"a huge text", with(sheet, `<worksheet><sheetData><row><c t="str"><v>`+strings.Repeat("a", 17<<20)), "cell_too_large"},
		{"a huge tag", with(sheet, `<worksheet><sheetData><row r="`+strings.Repeat("1", 3<<20)+`"/>`), "cell_too_large"},
		{"a bomb of strings", with("xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si><t>x</t></si>", 2<<20)+"</sst>"), "decompressed_too_large"},
		{"no sheet", without(sheet), "bad_workbook"},
		{"no sheets named", with("xl/workbook.xml", "<workbook/>"), "no_tables"},
		{"a broken row behind good ones", workbookOf(t, small+`<row><c r="?"/></row>`), "bad_workbook"},
		{"no cells", workbookOf(t, ``), "empty_file"},
	} {
		e, _ := openError(t, bytesInput("x.xlsx", c.data), Options{}, Limits{MaxDecompressed: 20 << 20})
		if e == nil || e.Code != c.code {
			t.Errorf("%s: %+v, want %s", c.name, e, c.code)
		}
	}
	e, got := openError(t, bytesInput("x.xlsx", workbookOf(t, small+strings.Repeat(`<row><c><v>2</v></c></row>`, 3000)+`<row r="0"/>`)), Options{}, Limits{})
	if e == nil || e.Row != 3002 || len(got.rows) != 3001 {
		t.Errorf("the rows before a fault: %d, %+v", len(got.rows), e)
	}
}

func TestSharedStringsBeyondMemory(t *testing.T) {
	var sst strings.Builder
	sst.WriteString("<sst>")
	const n, long = 3000, 20_000
	for i := range n {
		fmt.Fprintf(&sst, "<si><t>%d%s</t></si>", i, strings.Repeat("x", long))
	}
	sst.WriteString("</sst>")
	var rows strings.Builder
	for i := range n {
		fmt.Fprintf(&rows, `<row><c t="s"><v>%d</v></c><c><v>%d</v></c></row>`, (i*1789)%n, i)
	}
	parts := workbookParts(rows.String())
	parts["xl/sharedStrings.xml"] = sst.String()
	got, _ := readSheet(t, packParts(t, parts), Options{Header: "no"})
	for i, row := range got.rows {
		if want := strconv.Itoa((i * 1789) % n); len(row[0]) != len(want)+long || !strings.HasPrefix(row[0], want+"x") {
			t.Fatalf("row %d: %.20s", i, row[0])
		}
	}
	if len(got.rows) != n {
		t.Error(len(got.rows))
	}
}

func FuzzXLSX(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c t="inlineStr"><is><r><t>a&#10;</t></r></is></c></row></sheetData></worksheet>`),
		[]byte(`<sst><si><t>x_x0041_</t></si></sst>`), []byte(`<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`))
	f.Add([]byte(`<x:worksheet><x:sheetData><!-- c --><x:row><x:c s="0"><x:v><![CDATA[45000.5]]></x:v></x:c></x:row><x:row r="9"/></x:sheetData></x:worksheet>`), []byte(`<sst/>`), []byte(``))
	f.Fuzz(func(t *testing.T, sheet, shared, styles []byte) {
		parts := workbookParts("")
		parts["xl/worksheets/sheet1.xml"], parts["xl/sharedStrings.xml"], parts["xl/styles.xml"] = string(sheet), string(shared), string(styles)
		readsOrRefuses(t, bytesInput("x.xlsx", packParts(t, parts)))
	})
}

func TestATimeNeverRoundsToADate(t *testing.T) {
	var c calendar
	for number, want := range map[string]string{"0.999999999": "23:59:59.999", "0.75": "18:00:00", "1.999999999": "1900-01-02T00:00:00"} {
		if got, _ := c.appendTime(nil, []byte(number), styleTime); string(got) != want {
			t.Errorf("%s is %s, want %s", number, got, want)
		}
	}
}
