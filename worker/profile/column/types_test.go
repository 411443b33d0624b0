package column

import (
	"strings"
	"testing"
)

func TestAColumnOfTokensHasNoValues(t *testing.T) {
	for _, cells := range [][]string{{"-", "-"}, {"none", "NULL", "?"}, {"NA", "NA"}, {" ", "  "}} {
		if c := profile("x", cells...); c.Type != "null" || c.Nulls != int64(len(cells)) || c.Distinct.Value != 0 {
			t.Errorf("%q: %s, %d nulls", cells, c.Type, c.Nulls)
		}
	}
}

func TestBlanksOfAnyKindAndLengthAreInTheBands(t *testing.T) {
	for _, blank := range []string{strings.Repeat(" ", 30), strings.Repeat("\u00a0", 30)} {
		r := profileResult("x", blank, "1", blank, "2")
		bands, _ := r.Bands(4)
		if r.Report.Nulls != 2 || bands[0] != 1 || bands[2] != 1 {
			t.Errorf("%q: %d nulls in %v", blank, r.Report.Nulls, bands)
		}
	}
}

func TestTruthsAreTwoHoweverWritten(t *testing.T) {
	c := profile("x", "true", "TRUE", "True", "false", "FALSE")
	if c.Type != "boolean" || c.Distinct.Value != 2 || !c.Distinct.Exact || len(c.Top) != 5 {
		t.Errorf("%s, %+v, %v", c.Type, c.Distinct, c.Top)
	}
	if c := profile("x", "on", "off", "ON"); c.Type != "boolean" || c.Boolean.True != 2 {
		t.Errorf("%s", c.Type)
	}
}

func TestHugeNumbersKeepTheirMeanAndQuantiles(t *testing.T) {
	c := profile("x", "1e308", "1e308", "1e308", "-1e308")
	n := c.Numeric
	if n.Sum != nil || n.Mean == nil || *n.Mean < 4.99e307 || *n.Mean > 5.01e307 {
		t.Errorf("sum %v, mean %v", n.Sum, n.Mean)
	}
	for q, v := range n.Quantiles {
		if v == nil {
			t.Errorf("no quantile %s", q)
		}
	}
}

func TestWordsForYesAndNoOfOtherLanguagesAreTruthsOnlyAsAPair(t *testing.T) {
	for _, c := range []struct {
		cells, want string
		yes         int64
	}{
		{"ja|nein|JA|Nein|ja", "boolean", 3},
		{"oui|non", "boolean", 1},
		{"sí|no|no", "boolean", 1},
		{"да|нет|Да", "boolean", 2},
		{"はい|いいえ", "boolean", 1},
		{"j|n|-", "boolean", 1},
		{"✓|✗|✓|", "boolean", 2},
		{"ja|nein|vielleicht", "text", 0},
		{"ja|ja", "text", 0},
		{"si|non", "text", 0},
		{"enabled|disabled", "text", 0},
		{"1|0|1", "integer", 0},
		{"yes|no|Y|n", "boolean", 2},
		{"T|F|", "boolean", 1},
		{"T|F|N", "text", 0},
		{"true|false|1", "text", 0},
	} {
		got := profile("x", strings.Split(c.cells, "|")...)
		if got.Type != c.want || got.Boolean != nil && (got.Boolean.True != c.yes || got.Distinct.Value != 2) {
			t.Errorf("%q is %s %+v", c.cells, got.Type, got.Boolean)
		}
	}
}

func TestMarksForNoValueAreNullsUnlessTheOthersAreMarks(t *testing.T) {
	for _, c := range []struct {
		cells string
		nulls int64
		typ   string
	}{
		{"red|?|green", 1, "text"},
		{"2024-01-01|NaN|–", 2, "date"},
		{"true|nan|false|...", 2, "boolean"},
		{"+|-|+|-", 0, "text"},
		{"a|NaN|b", 1, "text"},
		{"1.5|NaN|2", 0, "decimal"}, {"1|NaN|2", 1, "integer"}, {"1|NaN|inf", 0, "decimal"}, {"1,234|NaN|2", 1, "integer"},
		{"02.1995|10.1995|n/a", 1, "date"}, {"10.1995|11.1995|2", 0, "decimal"}, {"02.1995|13.1995", 0, "text"}, {"1.1700|1.1701|1.1702", 0, "decimal"},
		{"wahr|falsch|unknown", 1, "boolean"}, {"wahr|unknown", 0, "text"},
		{"red|None|green", 0, "text"},
		{"red|unknown|green", 0, "text"},
		{"1|2|3|unknown|Not available", 2, "integer"},
		{"1|2|x", 0, "text"},
		{"$5|$ -|$7", 1, "integer"},
		{"-999|5|9999", 0, "integer"},
		{"AF|NA|EU", 0, "text"},
		{"Namibia|NA|Chad", 1, "text"},
		{"5.361,33 TL|789,73 TL", 0, "decimal"},
	} {
		if got := profile("x", strings.Split(c.cells, "|")...); got.Nulls != c.nulls || got.Type != c.typ {
			t.Errorf("%q: %d nulls, %s %+v", c.cells, got.Nulls, got.Type, got.NullTokens)
		}
	}
}

func TestMonthsBehindPointsAreToldByTheNameOfTheColumn(t *testing.T) {
	for _, c := range []struct{ name, cells, want string }{
		{"Monat", "10.1995|11.1995|10.1996", "date"}, {"month", "1.1995|2.1995|12.1995", "date"}, {"date", "10.1995|11.1995|12.1995", "date"},
		{"Monat", "10.1995|10.1996|10.1997", "decimal"}, {"date", "10.1995|11.1995", "decimal"}, {"rate", "10.1995|11.1995|12.1995", "decimal"}, {"month", "10.1995|13.1995|11.1995", "decimal"},
	} {
		if got := profile(c.name, strings.Split(c.cells, "|")...); got.Type != c.want {
			t.Errorf("%s: %s is %s, want %s", c.name, c.cells, got.Type, c.want)
		}
	}
}
