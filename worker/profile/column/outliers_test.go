package column

import (
	"fmt"
	"strings"
	"testing"
)

func TestOutliersAreAsManyAsTheirDistanceAllows(t *testing.T) {
	column := func(n int, far map[int]float64) []string {
		cells := make([]string, n)
		for i := range cells {
			cells[i] = fmt.Sprintf("%.4f", 50+float64(i*7919%20_011)/2_000)
			if v, is := far[i]; is {
				cells[i] = fmt.Sprint(v)
			}
		}
		return cells
	}
	every := func(n, step int) map[int]float64 {
		far := map[int]float64{}
		for i := step - 1; i < n; i += step {
			far[i] = 900 + float64(i%997)/8
		}
		return far
	}
	for what, c := range map[string]struct {
		cells []string
		want  string
	}{
		"three in a hundred":                 {column(100, map[int]float64{9: 700, 49: 800, 89: 900}), "3 values lie far above the others: 700, 800 and 900."},
		"three in a hundred, not far":        {column(100, map[int]float64{9: 75, 49: 76, 89: 77}), ""},
		"a tenth is another kind":            {column(100, every(100, 10)), ""},
		"one in a hundred of many":           {column(60_000, every(60_000, 100)), "About 534 values lie far above the others: as far as 1,024.38. All others are at most 59.99"},
		"three in a hundred, close together": {column(100, map[int]float64{9: 140, 49: 141, 89: 142}), "3 values lie far above the others: 140, 141 and 142."},
		"one in twelve of many":              {column(60_000, every(60_000, 12)), ""},
		"a difference that rounding hides":   {append(repeat(30, "0.61401"), "0.61402", "0.61403", "0.61404", "0.61405", "0.61406", "0.61407", "0.61408", "0.61409", "0.6141", "0.61411", "0.6131"), "1 value lies far below the others: 0.6131. All others are at least 0.614;"},
	} {
		a := alertsOf(profile("x", c.cells...), "outliers")
		if (c.want == "") != (len(a) == 0) || c.want != "" && !strings.HasPrefix(a[0].Message, c.want) {
			t.Errorf("%s: %+v", what, a)
			continue
		}
		for _, alert := range a {
			for _, row := range alert.Rows {
				var v float64
				if fmt.Sscan(c.cells[row-1], &v); v < 100 && v > 1 {
					t.Errorf("%s: row %d holds %v, which is none", what, row, v)
				}
			}
		}
	}
}

func TestLessSameAndMoreAreNoMissingValues(t *testing.T) {
	cells := append(append(repeat(60, "-1"), repeat(30, "0")...), repeat(40, "1")...)
	if a := alertsOf(profile("trend", cells...), "sentinel"); a != nil {
		t.Errorf("%+v", a)
	}
	cells = append(append(repeat(6, "-1"), repeat(30, "3")...), repeat(40, "4")...)
	if a := alertsOf(profile("answer", cells...), "sentinel"); len(a) != 1 {
		t.Errorf("%+v", a)
	}
}

func TestYesAndNoAmongAnswersAreNoOtherType(t *testing.T) {
	answers := append(append(repeat(500, "Yes"), repeat(400, "No")...), repeat(90, "No internet service")...)
	if a := alertsOf(profile("x", answers...), "mixed_types"); a != nil {
		t.Errorf("%+v", a)
	}
	stray := append(append(repeat(500, "Yes"), repeat(400, "No")...), "see note", "see file")
	if a := alertsOf(profile("x", stray...), "mixed_types"); len(a) != 1 || a[0].Rows[0] != 901 {
		t.Errorf("%+v", a)
	}
}

func TestNAIsACodeIfItComesLikeTheOthers(t *testing.T) {
	codes := strings.Fields("AM MM MA LP GR DE FR IT ES PT")
	var cells []string
	for i := range 100 {
		cells = append(cells, codes[i%len(codes)])
	}
	if c := profile("x", append(cells, repeat(11, "NA")...)...); c.Nulls != 0 {
		t.Errorf("%d nulls among codes", c.Nulls)
	}
	if c := profile("x", append(cells, repeat(120, "NA")...)...); c.Nulls != 120 {
		t.Errorf("%d nulls where most are NA", c.Nulls)
	}
	if c := profile("x", append(cells, repeat(80, "NA")...)...); c.Nulls != 80 {
		t.Errorf("%d nulls where NA is eight times a code", c.Nulls)
	}
}

func TestNumbersWithTheOtherMarkAreToldOfOnce(t *testing.T) {
	c := profile("x", append(repeat(30, "1.25", "7.5"), "2,75")...)
	if len(alertsOf(c, "mixed_decimal_marks")) != 1 || alertsOf(c, "mixed_types") != nil {
		t.Errorf("%+v", c.Alerts)
	}
	c = profile("x", append(repeat(30, "1.25", "7.5"), "2,75", "none at all")...)
	if len(alertsOf(c, "mixed_decimal_marks")) != 1 || len(alertsOf(c, "mixed_types")) != 1 {
		t.Errorf("%+v", c.Alerts)
	}
}

func TestAccountsAreFoundAmongWords(t *testing.T) {
	for text, want := range map[string]string{
		"acct DE89370400440532013000":             "DE89370400440532013000",
		"pay to GB29 NWBK 6016 1331 9268 19, now": "GB29 NWBK 6016 1331 9268 19",
		"FR1420041010050500013M02606":             "FR1420041010050500013M02606",
		"acct DE89370400440532013001":             "",
		"xDE89370400440532013000":                 "",
		"DE893704004405320130001234 of parts":     "",
		"order AB12 345678901234567":              "",
	} {
		if got := string(findIBAN([]byte(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if a := alertsOf(profile("note", append(repeat(50, "nothing to see"), "acct DE89370400440532013000")...), "personal_data"); len(a) != 1 || a[0].Rows[0] != 51 {
		t.Errorf("%+v", a)
	}
}
