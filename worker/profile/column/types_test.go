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
