package column

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/worker/profile/report"
)

// faulty columns are made of n usual cells, with some others put in at rows.
type faulty struct {
	what, name string
	usual      func(i int) string
	odd        []string
	code       string
	rows       []int64 // where the odd ones are; nil where any will do
	says       string
}

var faults = []faulty{
	{"a number far above", "x", func(i int) string { return fmt.Sprint(20_000 + i*7919%40_000) }, []string{"99000000", "99000001"}, "outliers", []int64{1009, 2017}, "2 values lie far above the others: 99,000,000 and 99,000,001."},
	{"a number far below", "x", func(i int) string { return fmt.Sprintf("%.3f", 37+float64(i*7919%20_011)/10_000) }, []string{"-40.5"}, "outliers", []int64{1009}, "1 value lies far below the others: -40.5."},
	{"a date far ahead", "day", func(i int) string { return day(i * 7919 % 30_011) }, []string{"2931-01-02"}, "future_dates", []int64{1009}, "1 date is of 2100 or later, such as 2931-01-02."},
	{"-999 for missing", "depth", func(i int) string { return fmt.Sprint(i * 7919 % 30_011) }, []string{"-99999", "-99999", "-99999"}, "sentinel", []int64{1009}, "3 values are -99,999, which stands apart"},
	{"1900 for missing", "since", func(i int) string { return day(i * 7919 % 20_011) }, []string{"1900-01-01", "1900-01-01"}, "sentinel", []int64{1009}, "2 values are 1900-01-01, which stands apart"},
	{"white space", "city", func(i int) string { return fmt.Sprintf("Town%d", i) }, []string{" Rome", "Oslo "}, "whitespace", []int64{1009, 2017}, "2 values have white space at an end."},
	{"white space inside", "city", func(i int) string { return fmt.Sprintf("Town%d", i) }, []string{"New  York"}, "whitespace", []int64{1009}, "1 value has white space doubled inside."},
	{"a wrong encoding", "city", func(i int) string { return fmt.Sprintf("Zürich %d", i) }, []string{"CafÃ© 7", "itâ€™s 8"}, "mojibake", []int64{1009, 2017}, "2 values have characters that a wrong encoding has garbled, as “CafÃ© 7” (probably “Café 7”)."},
	{"a lost character", "city", func(i int) string { return fmt.Sprintf("Town%d", i) }, []string{"Z\ufffdrich"}, "mojibake", []int64{1009}, "“Z\ufffdrich”."},
	{"only case differs", "city", func(i int) string { return fmt.Sprintf("Town%d", i) }, []string{"berlin", "Berlin"}, "case_only_difference", []int64{1009, 2017}, "“berlin” and “Berlin” differ only in case"},
	{"another kind", "x", func(i int) string { return fmt.Sprint(i * 31 % 60_013) }, []string{"K", "L"}, "mixed_types", []int64{1009, 2017}, "2 of "},
	{"zeros", "x", func(i int) string { return fmt.Sprint(max(0, i*7919%60_013-20_000)) }, nil, "zero_inflated", nil, "of the values are 0"},
	{"a long tail", "x", func(i int) string { return fmt.Sprint(400_000_000 / (1 + i*7919%60_013)) }, nil, "skewed", nil, "Strongly skewed"},
	{"nearly all different", "word", func(i int) string { return fmt.Sprintf("w%d!", i-i%50/49) }, nil, "high_cardinality", nil, "Nearly every value is different."},
	{"all different", "code", func(i int) string { return fmt.Sprintf("c-%d", i) }, nil, "unique", nil, "can serve as a key"},
	{"nearly all the same", "x", func(i int) string { return "ok" }, []string{"a", "b"}, "near_constant", []int64{1009, 2017}, "of the values are “ok”"},
}

func day(i int) string {
	return fmt.Sprintf("%d-%02d-%02d", 1985+i/360%40, 1+i/30%12, 1+i%28)
}

func (c *faulty) cells(n int) []string {
	cells := make([]string, n)
	for i := range cells {
		cells[i] = c.usual(i)
	}
	for i, odd := range c.odd {
		cells[1008*(i+1)] = odd
	}
	return cells
}

// Every fault is told once, with its rows, whether the dictionary holds the
// column or not, and nothing is said about the column without the fault.
func TestFaultsAreToldWithTheirRows(t *testing.T) {
	for _, n := range []int{4000, 40_000} {
		for _, c := range faults {
			if n > 16_384 && c.code == "case_only_difference" {
				continue // found in the sample of rows: worker/profile holds that
			}
			r := profile(c.name, c.cells(n)...)
			found := alertsOf(r, c.code)
			if len(found) != 1 || !strings.Contains(found[0].Message, c.says) && !(n > 16_384 && strings.Contains(found[0].Message, "At least")) {
				t.Errorf("%s in %d rows: %+v", c.what, n, r.Alerts)
				continue
			}
			if c.rows != nil && !slices.Equal(found[0].Rows, c.rows) && !(c.code == "whitespace" && n > 16_384 && len(found[0].Rows) > 0) {
				t.Errorf("%s in %d rows: rows %v, want %v", c.what, n, found[0].Rows, c.rows)
			}
			if len(r.Alerts) > 1 && !slices.ContainsFunc(r.Alerts, func(a report.Alert) bool { return a.Code == "unique" || a.Code == "high_cardinality" }) {
				t.Errorf("%s in %d rows: several alerts for one cause: %+v", c.what, n, r.Alerts)
			}
			if c.odd == nil || c.code == "near_constant" {
				continue
			}
			c.odd = nil
			for _, a := range profile(c.name, c.cells(n)...).Alerts {
				if a.Code != "unique" && a.Code != "high_cardinality" {
					t.Errorf("%s in %d rows: without it, %+v", c.what, n, a)
				}
			}
		}
	}
}

func TestOrdinaryColumnsRaiseNoAlarm(t *testing.T) {
	for what, cell := range map[string]func(i int) string{
		"ages":         func(i int) string { return fmt.Sprint(i * 37 % 97) },
		"counts":       func(i int) string { return fmt.Sprint(i * i % 23) },
		"ratings to 9": func(i int) string { return fmt.Sprint(1 + i%9) },
		"differences":  func(i int) string { return fmt.Sprint(i*31%9 - 4) },
		"prices":       func(i int) string { return fmt.Sprintf("%d.99", 3+i*i%97) },
		"years":        func(i int) string { return fmt.Sprint(1950 + i%75) },
		"forecasts":    func(i int) string { return fmt.Sprintf("%d-01-01", 2100+i%200) },
		"since 1970":   func(i int) string { return fmt.Sprintf("%d-01-01", 1970+i%50) },
		"French":       func(i int) string { return []string{"« CAFÉ »", "À LA CARTE", "ÎLE", "ñandú", "straße"}[i%5] },
		"Portuguese":   func(i int) string { return []string{"IRMÃO", "MAÇÃ", "AVÓ", "São João", "CORAÇÃO"}[i%5] },
		"Vietnamese":   func(i int) string { return []string{"Hà Nội", "Đà Nẵng", "Cần Thơ", "Huế", "ÂU CƠ"}[i%5] },
		"Russian": func(i int) string {
			return []string{"Москва", "Пермь", "Тверь", "Омск", "Уфа"}[i%5]
		},
		"Chinese":            func(i int) string { return []string{"北京", "上海", "广州", "深圳", "天津"}[i%5] },
		"two kinds of cases": func(i int) string { return []string{"low", "HIGH", "Mid"}[i%3] },
	} {
		cells := make([]string, 600)
		for i := range cells {
			cells[i] = cell(i)
		}
		if a := profile("x", cells...).Alerts; len(a) > 0 {
			t.Errorf("%s: %+v", what, a)
		}
	}
}

// A report does not know the day; who tells it gets other alerts.
func TestTheFutureBeginsWhereOneSays(t *testing.T) {
	cells := append(repeat(10, "2024-01-05", "2024-02-05", "2024-03-05"), "2024-12-31", "2025-01-01", "2026-07-01")
	if a := alertsOf(profile("x", cells...), "future_dates"); a != nil {
		t.Errorf("%+v", a)
	}
	if c := columnOf(cells, nil).Report(Frame{Name: "validUntil", Rows: int64(len(cells)), AsOf: "2024-12-31"}); alertsOf(c.Report, "future_dates") != nil {
		t.Errorf("what is named for it may lie in the future: %+v", c.Report.Alerts)
	}
	c := columnOf(cells, nil)
	a := alertsOf(c.Report(Frame{Name: "x", Rows: int64(len(cells)), AsOf: "2024-12-31"}).Report, "future_dates")
	if len(a) != 1 || a[0].Message != "2 dates are later than 2024-12-31, such as 2026-07-01." || !slices.Equal(a[0].Rows, []int64{32, 33}) {
		t.Errorf("%+v", a)
	}
}

func TestGarbledTextIsReadAgain(t *testing.T) {
	for was, want := range map[string]string{
		"CafÃ©": "Café", "MÃ¼ller": "Müller", "itâ€™s": "it’s", "â€œyesâ€\u009d": "“yes”", "Â£5": "£5", "10Â°C": "10°C", "ðŸ˜€": "😀",
		"ÐŸÑ€Ð¸Ð²ÐµÑ‚": "Привет", "ï»¿id": "\ufeffid", "naÃ¯ve cafÃ©": "naïve café",
		"Café": "", "Ã": "", "Â": "", "São": "", "ÃO": "", "Ñandú": "", "â": "", "10 €": "", "Ðað": "", "": "",
	} {
		got, yes := garbled([]byte(was))
		if yes != (want != "") || yes && got != want {
			t.Errorf("%q is read as %q, %v; want %q", was, got, yes, want)
		}
	}
}
