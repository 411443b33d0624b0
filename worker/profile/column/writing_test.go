package column

import (
	"fmt"
	"testing"
)

func TestDistinctIsOfSpellingsOnlyWhereAValueMayHaveSeveral(t *testing.T) {
	const rows = 20_000
	for what, c := range map[string]struct {
		cell func(i int) string
		of   string
	}{
		"integers":              {func(i int) string { return fmt.Sprint(i * 7 % 100_003) }, ""},
		"prices":                {func(i int) string { return fmt.Sprintf("%d.%02d", i*7%100_003, i%100) }, ""},
		"shortest":              {func(i int) string { return fmt.Sprint(float64(i)/64 + 0.015625) }, ""},
		"tenths of floats":      {func(i int) string { return fmt.Sprintf("%.1f", float64(i)) }, ""},
		"three decimals":        {func(i int) string { return fmt.Sprintf("%d.%03d", i/100, i%1000) }, ""},
		"days and times":        {func(i int) string { return fmt.Sprintf("2024-01-%02d 0%d:%02d:%02d", 1+i%28, i%10, i/28%60, i/1680) }, ""},
		"days of the US":        {func(i int) string { return fmt.Sprintf("%02d/%02d/%d 10:%02d", 1+i%12, 1+i/12%28, 1900+i/336, i%60) }, ""},
		"integers and 1.0":      {func(i int) string { return fmt.Sprint(i, []string{"", ".0"}[i%2]) }, "spellings"},
		"zeros at the end":      {func(i int) string { return fmt.Sprint(i, []string{".5", ".50"}[i%2]) }, "spellings"},
		"a plus sign":           {func(i int) string { return fmt.Sprint([]string{"", "", "+"}[i%3], i+1) }, "spellings"},
		"an exponent":           {func(i int) string { return fmt.Sprint(i+1, []string{"", "e1"}[i%2]) }, "spellings"},
		"no digit in front":     {func(i int) string { return fmt.Sprintf("%s.%05d", []string{"0", ""}[i%2], i) }, "spellings"},
		"separators":            {func(i int) string { return Grouped(int64(i)) }, "spellings"},
		"white space":           {func(i int) string { return fmt.Sprint(i, []string{"", " "}[i%2]) }, "spellings"},
		"days without zeros":    {func(i int) string { return fmt.Sprintf("%d/%d/%d", 1+i%12, 1+i/12%28, 1900+i/336) }, "spellings"},
		"texts like 1.0 and 1":  {func(i int) string { return fmt.Sprint("v", i, []string{"", ".0"}[i%2]) }, ""},
		"fractions of a second": {func(i int) string { return fmt.Sprintf("2024-01-01T00:00:00.%d", i+1) }, "spellings"},
	} {
		cells := make([]string, rows)
		for i := range cells {
			cells[i] = c.cell(i)
		}
		if d := profile("x", cells...).Distinct; d.Of != c.of || d.Exact != (c.of == "") {
			t.Errorf("%s: %+v, want of %q", what, d, c.of)
		}
	}
}
