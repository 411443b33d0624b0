package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

const template = `<html><title>{{title}}</title>
<style data-letters="U+0000-00FF,U+0131">latin</style>
<style data-letters="U+0301,U+0400-045F">cyrillic</style>
<noscript>{{still}}</noscript>
<div id="app"></div>
{{reports}}
<script>draw()</script>`

func pageOf(t *testing.T, about About, reports ...*Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := Page(&out, []byte(template), about, reports...); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var element = regexp.MustCompile(`(?s)<script type="([^"]+)" id="([a-z0-9-]+)">(.*?)</script>`)

// readBack takes a page apart as a browser would: by the first end of each
// element.
func readBack(t *testing.T, page string) (facts map[string]any, reports []Report) {
	t.Helper()
	for _, found := range element.FindAllStringSubmatch(page, -1) {
		kind, id, text := found[1], found[2], []byte(found[3])
		if kind == "application/gzip" {
			packed, err := base64.StdEncoding.DecodeString(string(text))
			if err != nil {
				t.Fatal(err)
			}
			zip, err := gzip.NewReader(bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			if text, err = io.ReadAll(zip); err != nil {
				t.Fatal(err)
			}
		}
		if id == "about" {
			if err := json.Unmarshal(text, &facts); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			continue
		}
		var r Report
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		reports = append(reports, r)
	}
	return facts, reports
}

func TestPageShowsItsNumbersWithoutScripts(t *testing.T) {
	r := &Report{Rows: 1200, Complete: true, Source: Source{Name: "a & b.csv"}, Duplicates: Duplicates{Exact: true}}
	for i := range stillColumns + 20 {
		r.Columns = append(r.Columns, Column{Name: fmt.Sprintf("c%d", i), Type: "text", Count: 1200, Nulls: 300, Distinct: Distinct{Value: 2, Exact: i > 0}, Top: []Top{{Value: "</noscript><b>", Count: 600}}})
	}
	page := pageOf(t, About{}, r)
	_, rest, _ := strings.Cut(page, "<noscript>")
	shown, _, _ := strings.Cut(rest, "</noscript>")
	for _, want := range []string{"<h1>a &amp; b.csv</h1>", "1,200 rows, 120 columns, 25% of cells missing", "<th>c0<td>text<td>75%<td>about 2<td>&lt;/noscript&gt;", "<th>c99<", "… and 20 columns more."} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not in %.600s", want, shown)
		}
	}
	if strings.Contains(shown, "<th>c100<") {
		t.Error("columns past the hundredth are listed")
	}
}

func TestPageHoldsHostileTextAsText(t *testing.T) {
	const hostile = "</script><script>alert(1)</script><!-- \u2028\u2029 {{reports}} {{title}} ]]> '\"&"
	r := &Report{Source: Source{Name: hostile, Table: hostile}, Columns: []Column{{Name: hostile, Top: []Top{{Value: hostile}}}}}
	page := pageOf(t, About{Made: time.Unix(0, 0), Error: &PageError{Message: hostile}}, r)
	if n := strings.Count(page, "<script"); n != 3 {
		t.Errorf("the page has %d script elements, want its facts, its report and its own", n)
	}
	_, body, _ := strings.Cut(page, "</title>")
	if strings.Contains(page, "alert(1)</") || strings.Contains(page, "<!--") || strings.ContainsAny(body, "\u2028\u2029") {
		t.Error("hostile text stands in the page as it is")
	}
	facts, reports := readBack(t, page)
	if got := facts["error"].(map[string]any)["message"]; got != hostile {
		t.Errorf("the message reads %q", got)
	}
	if len(reports) != 1 || reports[0].Columns[0].Name != hostile || reports[0].Columns[0].Top[0].Value != hostile {
		t.Errorf("the report comes back as %+v", reports)
	}
}

func TestPageHasTheFacesItsLettersNeed(t *testing.T) {
	for text, want := range map[string]bool{"plain": false, "Ж": true, "é": false} {
		page := pageOf(t, About{}, &Report{Columns: []Column{{Name: text}}})
		if !strings.Contains(page, "latin</style>") {
			t.Errorf("%q: the page has no letters for its own words", text)
		}
		if got := strings.Contains(page, "cyrillic</style>"); got != want {
			t.Errorf("%q: with Cyrillic letters %v, want %v", text, got, want)
		}
	}
}

func TestPageStaysUnderItsLimitAndSaysWhatItLacks(t *testing.T) {
	for _, test := range []struct {
		columns, cell int
		cut           bool
	}{{3, 10, false}, {1_000, 10, false}, {2_500, 40, false}, {8_000, 100, true}} {
		r := noisy(test.columns, test.cell)
		page := pageOf(t, About{}, r)
		if len(page) >= PageLimit {
			t.Errorf("%d columns: %d bytes", test.columns, len(page))
		}
		facts, reports := readBack(t, page)
		cut := facts["reports"].([]any)[0].(map[string]any)["cut"].([]any)
		if (len(cut) > 0) != test.cut {
			t.Errorf("%d columns of %d letters, %d bytes: it says it lacks %v", test.columns, test.cell, len(page), cut)
		}
		if !test.cut && len(reports[0].Columns) != test.columns {
			t.Errorf("%d of %d columns are left, and nothing is said", len(reports[0].Columns), test.columns)
		}
		if len(r.Columns) != test.columns || len(r.Columns[0].Top) != 9 {
			t.Error("the report itself was shortened")
		}
	}
}

func TestPageHoldsAsManyTablesAsFit(t *testing.T) {
	small, wide := noisy(3, 5), noisy(4_000, 100)
	small.Source.Table, wide.Source.Table = "first", "second"
	_, reports := readBack(t, pageOf(t, About{}, small, wide))
	if len(reports) != 2 || reports[0].Source.Table != "first" || len(reports[0].Columns) != 3 {
		t.Errorf("the page holds %d tables", len(reports))
	}
}

// noisy is a report that hardly can be packed: every value is another.
func noisy(columns, cell int) *Report {
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		b := make([]byte, cell)
		for i := range b {
			b[i] = byte('a' + random.IntN(26))
		}
		return string(b)
	}
	r := &Report{Source: Source{Name: "noisy"}, Rows: 1000}
	for i := range columns {
		c := Column{Name: fmt.Sprint(i, " ", text()), Index: i, Type: "text", Count: 1000, Histogram: &Histogram{Edges: make([]float64, 3), Counts: make([]int64, 2)}}
		for range 9 {
			c.Top = append(c.Top, Top{Value: "v" + text(), Count: random.Int64N(1000)})
		}
		r.Columns = append(r.Columns, c)
		r.Missing.Bands = append(r.Missing.Bands, []float64{random.Float64(), 0})
		if i < 100 {
			r.Alerts = append(r.Alerts, Alert{Code: "x", Message: text()})
		}
	}
	for i := range 5 {
		row := make([]*string, columns)
		for j := range row {
			s := text()
			row[j] = &s
		}
		r.Sample.Rows, r.Sample.RowNumbers = append(r.Sample.Rows, row), append(r.Sample.RowNumbers, int64(i+1))
	}
	return r
}
