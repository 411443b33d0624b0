package column

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/worker/profile/report"
)

func alertsOf(c report.Column, code string) (found []report.Alert) {
	for _, a := range c.Alerts {
		if a.Code == code {
			found = append(found, a)
		}
	}
	return found
}

func TestAColumnSaysEachThingOnce(t *testing.T) {
	c := profile("x", "a", "b", "c", "d", "e", "f", "g", "7", "2020-01-01", "2.5")
	mixed := alertsOf(c, "mixed_types")
	if len(mixed) != 1 || !slices.Equal(mixed[0].Rows, []int64{8, 9, 10}) ||
		mixed[0].Message != "3 of 10 values are a date such as “2020-01-01”, a decimal number such as “2.5” and an integer such as “7”; the others are text." {
		t.Errorf("%+v", mixed)
	}
	c = profile("x", "1", "NULL", "2", "NA", "3", "-", "-")
	tokens := alertsOf(c, "null_tokens")
	if len(tokens) != 1 || tokens[0].Message != "4 cells hold “-”, “NA” or “NULL”, taken as missing." || !slices.Equal(tokens[0].Rows, []int64{2, 4, 6}) {
		t.Errorf("%+v", tokens)
	}
}

func TestNearlyAllIsNotAll(t *testing.T) {
	cells := append(repeat(1995, "same"), "a", "b", "c")
	a := alertsOf(profile("x", cells...), "near_constant")
	if len(a) != 1 || a[0].Message != "99.8% of the values are “same”." {
		t.Errorf("%+v", a)
	}
}

func TestTextsThatAreAlikeDifferInMoreThanBlanks(t *testing.T) {
	if a := alertsOf(profile("x", "  ", " ", "x", "y"), "case_only_difference"); a != nil {
		t.Errorf("%+v", a)
	}
	if a := alertsOf(profile("x", "Rome", "ROME ", "Oslo"), "case_only_difference"); len(a) != 1 || !strings.Contains(a[0].Message, "“ROME ”") {
		t.Errorf("%+v", a)
	}
}

func TestPaymentCardsAreKnownByTheirLastDigit(t *testing.T) {
	cards := []string{"4111111111111111", "5500005555555559", "4012888888881881", "6011111111111117", "5105105105105100"}
	spaced := []string{"4111 1111 1111 1111", "5500-0055-5555-5559", "4012 8888 8888 1881", "3782 822463 10005", "5105105105105100 "}
	others := []string{"4111111111111112", "5500005555555551", "4012888888881882", "6011111111111118", "5105105105105101"}
	for what, c := range map[string]struct {
		cells []string
		want  int
	}{"digits": {cards, 1}, "groups": {spaced, 1}, "wrong": {others, 0}, "one": {cards[:1], 0}} {
		if got := alertsOf(profile("x", c.cells...), "personal_data"); len(got) != c.want {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

func TestAlertsNameTheRowsToLookAt(t *testing.T) {
	for code, c := range map[string]struct {
		cells []string
		rows  []int64
	}{
		"missing":          {[]string{"1", "", "NA", "4", "-", "", "", "", "", "", "1", "", "2", "", ""}, []int64{2, 3, 5, 6, 7, 8, 9, 10, 12, 14}},
		"ambiguous_dates":  {[]string{"", "1/2/2020", "3/4/2020", "5/6/2020", "7/8/2020", "9/10/2020", "1/3/2020", "1/4/2020", "1/5/2020", "1/6/2020", "1/7/2020", "1/8/2020"}, []int64{2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		"mixed_time_zones": {[]string{"2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z", "2020-01-01T00:00:00+01:00", "2020-01-01T02:00:00Z", "2020-01-01T00:00:00"}, []int64{3, 5}},
	} {
		for _, cells := range [][]string{c.cells, append(slices.Clone(c.cells), manyMore(code)...)} {
			if a := alertsOf(profile("x", cells...), code); len(a) != 1 || !slices.Equal(a[0].Rows, c.rows) {
				t.Errorf("%s of %d rows: %+v, want rows %v", code, len(cells), a, c.rows)
			}
		}
	}
}

// manyMore makes a column outgrow its dictionary.
func manyMore(code string) (cells []string) {
	for i := range 20_000 {
		switch code {
		case "missing":
			cells = append(cells, "", fmt.Sprint(i))
		case "ambiguous_dates":
			cells = append(cells, fmt.Sprintf("%d/%d/%d 0%d:%02d", 1+i%12, 1+i%11, 1900+i%120, i%10, i%60))
		default:
			cells = append(cells, time.Unix(int64(i)*977, 0).UTC().Format(time.RFC3339))
		}
	}
	return cells
}

func TestFarDatesAreFoundInLargeColumnsThatPutTheDayFirst(t *testing.T) {
	cells := []string{"25/12/2019 10:00:00", "1/2/1820 09:00:00", "3/4/2999 11:00:00"}
	for i := range 20_000 {
		cells = append(cells, time.Unix(1.5e9+int64(i)*977, 0).UTC().Format("2/1/2006 15:04:05"))
	}
	c := profile("x", cells...)
	for code, want := range map[string]string{"outliers": "1820-02-01T09:00:00", "future_dates": "2999-04-03T11:00:00"} {
		if a := alertsOf(c, code); len(a) != 1 || !strings.Contains(a[0].Message, want) || len(a[0].Rows) != 1 {
			t.Errorf("%s: %+v", code, a)
		}
	}
}
