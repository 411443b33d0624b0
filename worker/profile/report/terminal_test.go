package report

import (
	"strings"
	"testing"
)

func render(t *testing.T, r *Report, o TerminalOptions) string {
	t.Helper()
	var b strings.Builder
	if err := Terminal(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func number(v float64) *float64 { return &v }

func small() *Report {
	return &Report{
		Complete: true, Rows: 4,
		Source: Source{Name: "prices.csv", Format: "csv", Encoding: "utf-8", Delimiter: ";", Header: true, SizeBytes: 1_400_000},
		Columns: []Column{
			{Name: "price", Type: "decimal", Count: 4, Nulls: 1, Distinct: Distinct{Value: 3, Exact: true},
				Numeric:   &Numeric{Min: number(1.5), Max: number(22e6), Quantiles: map[string]*float64{"0.5": number(6.4)}, Exact: true},
				Histogram: &Histogram{Edges: []float64{0, 1, 2, 3}, Counts: []int64{1, 0, 2}},
				Alerts:    []Alert{{Code: "missing", Severity: "warning", Message: "25% missing", Rows: []int64{3}}}},
			{Name: "名前", Type: "text", Count: 4, Distinct: Distinct{Value: 12_345, Error: 0.01},
				Top: []Top{{Value: "x\x1b[2Jy", Count: 2}}},
		},
		Alerts:     []Alert{{Code: "missing", Severity: "warning", Column: "price", Message: "25% missing", Rows: []int64{3}}},
		Duplicates: Duplicates{Rows: 0, Exact: true},
	}
}

func TestTerminalSaysTheFacts(t *testing.T) {
	out := render(t, small(), TerminalOptions{Unicode: true})
	for _, want := range []string{"prices.csv", "CSV, UTF-8, separated by semicolons, 1.4 MB", "4 rows", "2 columns", "12.5% of cells missing",
		"0 duplicate rows", "1.5 … 22M, median 6.4", "~12,345", "▲ warning  price: 25% missing (row 3)", "75%"} {
		if !strings.Contains(out, want) {
			t.Errorf("the page does not say %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "Incomplete") {
		t.Error("a complete report is called incomplete")
	}
	estimated := small()
	estimated.Columns[0].Numeric.Exact, estimated.Columns[0].Numeric.RankError = false, 0.02
	if out := render(t, estimated, TerminalOptions{}); !strings.Contains(out, "median ~6.4") || !strings.Contains(out, "medians to 2% of the rows") {
		t.Errorf("an estimate is not marked, or its error is not said:\n%s", out)
	}
	stored := small()
	stored.Source = Source{Name: "prices.parquet", Format: "parquet", Encoding: "utf-8", Header: true, SizeBytes: 1_400_000}
	if out := render(t, stored, TerminalOptions{}); !strings.Contains(out, "Parquet, 1.4 MB") {
		t.Errorf("a format without encodings has one:\n%s", out)
	}
	broken := small()
	broken.Complete = false
	if !strings.Contains(render(t, broken, TerminalOptions{}), "Incomplete") {
		t.Error("an incomplete report does not say so")
	}
}

func TestTerminalNeverObeysTheFile(t *testing.T) {
	r := small()
	evil := "a\x1b]0;owned\a\u202eb\nc\u0085\u009b31m"
	r.Source.Name, r.Columns[0].Name = evil, evil
	r.Alerts = []Alert{{Severity: "error", Message: evil, Column: evil}}
	r.Problems = []Problem{{Code: "x", Message: evil}}
	r.Relationships = []Relationship{{A: evil, B: evil, Method: "pearson"}}
	for _, bad := range []string{"\x1b", "\a", "\u202e", "\u0085", "\u009b"} {
		if out := render(t, r, TerminalOptions{Unicode: true}); strings.Contains(out, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	if out := render(t, r, TerminalOptions{Color: true}); !strings.Contains(out, "\x1b[1m") || strings.Contains(out, "\x1b]") {
		t.Error("with colours, the only escapes are the page's own")
	}
}

func TestTerminalLinesFitAndAlign(t *testing.T) {
	r := small()
	r.Columns[0].Name = strings.Repeat("long ", 40)
	r.Columns[1].Top = []Top{{Value: strings.Repeat("語", 200), Count: 3}}
	r.Alerts = append(r.Alerts, Alert{Severity: "warning", Column: strings.Repeat("long", 40), Message: strings.Repeat("odd values ", 20), Rows: []int64{59_997}})
	r.Problems = []Problem{{Code: strings.Repeat("x", 200), Message: "Odd."}}
	for _, width := range []int{narrowest, 80, 120} {
		lines := strings.Split(render(t, r, TerminalOptions{Width: width, Unicode: true}), "\n")
		for _, l := range lines {
			if cells(l) > width {
				t.Errorf("at %d cells a line has %d: %s", width, cells(l), l)
			}
		}
		if out := strings.Join(lines, "\n"); !strings.Contains(out, "59,997)") {
			t.Errorf("at %d cells the row of an alert is cut off: %s", width, out)
		}
	}
}

func TestCells(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "名前": 4, "e\u0301": 1, "a\u200db": 2} {
		if got := cells(s); got != want {
			t.Errorf("cells(%q) = %d, want %d", s, got, want)
		}
	}
	if got := fit("名前名前", 5); got != "名前…" {
		t.Errorf("fit cut to %q", got)
	}
}

func TestShareNeverRoundsToAllOrNothing(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        string
	}{{1, 1, "100%"}, {0, 5, "0%"}, {999_999_999, 1_000_000_000, ">99.99%"}, {1, 1_000_000_000, "<0.01%"},
		{9997, 10_000, "99.97%"}, {3, 4, "75%"}, {1, 3, "33.3%"}, {0, 0, "–"}} {
		if got := share(c.part, c.whole); got != c.want {
			t.Errorf("share(%d, %d) = %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func TestShort(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 6.4: "6.4", 22e6: "22M", 1234: "1,234", -1234567: "-1.2M", 0.00001: "1e-05", 1e20: "1e+20", 0.25: "0.25", 0.9999994: "0.999999"} {
		if got := short(v); got != want {
			t.Errorf("short(%v) = %s, want %s", v, got, want)
		}
	}
}
