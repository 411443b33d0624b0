package column

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"assay/worker/profile/report"
	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// profile is the report of a column of raw cells.
func profile(name string, cells ...string) report.Column {
	return profileKinds(name, cells, nil)
}

func profileKinds(name string, cells []string, kinds []source.Kind) report.Column {
	return resultOf(name, cells, kinds).Report
}

func profileResult(name string, cells ...string) *Result { return resultOf(name, cells, nil) }

func resultOf(name string, cells []string, kinds []source.Kind) *Result {
	return columnOf(cells, kinds).Report(Frame{Name: name, Rows: int64(len(cells)), Typed: kinds != nil, Top: 100})
}

func columnOf(cells []string, kinds []source.Kind) *Column {
	c := New(0, BudgetFor(1), &sketch.Pool{Free: 1 << 20})
	p := c.NewPartial(0)
	v := source.Vector{Kinds: kinds}
	for _, cell := range cells {
		v.Start = append(v.Start, uint32(len(v.Data)))
		v.Data = append(v.Data, cell...)
		v.End = append(v.End, uint32(len(v.Data)))
	}
	var w Work
	w.Begin(len(cells))
	p.Add(&v, len(cells), &w)
	c.Merge(p, 0)
	c.Remember()
	return c
}

func repeat(n int, cells ...string) []string { return slices.Repeat(cells, n) }

func TestTypesAreDecidedByAllValues(t *testing.T) {
	for _, c := range []struct {
		what, want string
		cells      []string
	}{
		{"integers", "integer", []string{"1", "-2", "+3", "0", " 4 "}},
		{"beyond 64 bits", "integer", []string{"1", "123456789012345678901234567890"}},
		{"zero and one are numbers", "integer", []string{"0", "1"}},
		{"decimals", "decimal", []string{"1.0", "2.50", ".5", "5.", "1e3", "-1E-7"}},
		{"integers and decimals", "decimal", []string{"1", "2.5"}},
		{"not finite", "decimal", []string{"1", "NaN", "-Inf", "Infinity"}},
		{"leading zeros", "text", []string{"007", "008"}},
		{"leading zeros among others", "text", []string{"00501", "10001", "90210"}},
		{"negative with leading zero", "text", []string{"-05"}},
		{"truths", "boolean", []string{"true", "FALSE", "Yes", "no"}},
		{"letters", "boolean", []string{"t", "f", "Y", "n"}},
		{"genders are no truths", "text", []string{"m", "f", "f"}},
		{"all the same letter", "text", []string{"f", "f"}},
		{"ISO dates", "date", []string{"2024-02-29", "1999/12/31"}},
		{"no such day", "text", []string{"2023-02-29"}},
		{"day first", "date", []string{"31/12/2020", "01/02/2020"}},
		{"German dates", "date", []string{"1.2.2020", "31.12.99"}},
		{"months with names", "date", []string{"Jan 2, 2006", "02-Jan-2006", "2 January 2006", "20 Dec  2012", " 3  Jan  2013", "Mon, 02 Jan 2006"}},
		{"times", "time", []string{"12:30", "23:59:59.123", "1:05 PM"}},
		{"datetimes", "datetime", []string{"2024-01-01T00:00:00Z", "2024-01-01 10:00", "20240101T101010+0200"}},
		{"dates and datetimes", "datetime", []string{"2024-01-01", "2024-01-01T10:00:00.5"}},
		{"durations", "duration", []string{"P1D", "PT2H30M", "-PT0.5S", "P1Y2M"}},
		{"one odd value", "text", append(repeat(99, "7"), "K")},
		{"null tokens among numbers", "integer", []string{"1", "NA", "-", "?", "nan", "none", "NULL", " "}},
		{"nothing but nulls", "null", []string{"", "NULL", "N/A"}},
		{"text", "text", []string{"a", "b c"}},
		{"telephone", "text", []string{"+4915112345678"}},
		{"versions", "text", []string{"1.2.3"}},
		{"not quite", "text", []string{"e5", "1e", "--1", "1-", "12:60", "P", "PT", "2024-13-01"}},
		{"hexadecimal", "text", []string{"0x1F"}},
		{"clock and number", "text", []string{"12:30", "5"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			if got := profile("x", c.cells...); got.Type != c.want {
				t.Errorf("%q is %s %+v, want %s", c.cells, got.Type, got.Evidence, c.want)
			}
		})
	}
}

func TestEveryWayToWriteATimeMeansTheSame(t *testing.T) {
	for cell, want := range map[string]string{
		"2024-03-05T06:07:08Z":          "2024-03-05T06:07:08Z",
		"2024-03-05 06:07:08":           "2024-03-05T06:07:08",
		"2024/03/05 06:07":              "2024-03-05T06:07:00",
		"2024-03-05T06:07:08+02:00":     "2024-03-05T06:07:08+02:00",
		"2024-03-05 06:07:08-0330":      "2024-03-05T06:07:08-03:30",
		"2024-03-05 06:07:08 UTC":       "2024-03-05T06:07:08Z",
		"20240305T060708Z":              "2024-03-05T06:07:08Z",
		"2024-03-05T06:07:08.123456789": "2024-03-05T06:07:08.123456789",
		"5.3.2024 06:07":                "2024-03-05T06:07:00",
		"Mar 5 2024 6:07 PM":            "2024-03-05T18:07:00",
		"Tue, 05 Mar 2024 06:07:08 GMT": "2024-03-05T06:07:08Z",
		"3/13/2024 12:00 AM":            "2024-03-13T00:00:00",
		"Tuesday, March 5, 2024":        "2024-03-05",
		"Tuesday, 05 March 2024":        "2024-03-05",
		"05/Mar/2024:06:07:08 -0330":    "2024-03-05T06:07:08-03:30",
		"2024-03-05T24:00:00":           "2024-03-06T00:00:00",
		"24:00":                         "24:00:00",
		"2024-03-05":                    "2024-03-05",
		"12:01 AM":                      "00:01:00",
		"12:01 pm":                      "12:01:00",
		"PT90M":                         "PT1H30M",
		"-P1DT1S":                       "-P1DT1S",
		"P2W":                           "P14D",
		"PT0S":                          "PT0S",
		"PT1.5S":                        "PT1.5S",
	} {
		c := profile("x", cell)
		if c.Temporal == nil || c.Temporal.Min != want || c.Temporal.Max != want || c.Temporal.Quantiles["0.5"] == "" {
			t.Errorf("%q is %s %+v, want %s", cell, c.Type, c.Temporal, want)
		}
	}
}

func TestDayAndMonthAreToldApartByTheColumn(t *testing.T) {
	day := profile("x", "03/04/2021", "25/12/2021")
	if day.Temporal.Min != "2021-04-03" || day.Temporal.Ambiguous || day.Temporal.Format != "DD/MM/YYYY" {
		t.Errorf("%+v", day.Temporal)
	}
	month := profile("x", "03/04/2021", "12/25/2021")
	if month.Temporal.Min != "2021-03-04" || month.Temporal.Ambiguous || month.Temporal.Format != "MM/DD/YYYY" {
		t.Errorf("%+v", month.Temporal)
	}
	either := profile("x", "03/04/2021", "05/06/2021")
	if !either.Temporal.Ambiguous || !slices.ContainsFunc(either.Alerts, func(a report.Alert) bool { return a.Code == "ambiguous_dates" }) {
		t.Errorf("%+v %+v", either.Temporal, either.Alerts)
	}
	same := profile("x", "03/03/2021", "04/04/2021")
	if same.Temporal.Ambiguous {
		t.Error("days that are the same either way are not ambiguous")
	}
	both := profile("x", "13/04/2021", "14/04/2021", "04/15/2021")
	if both.Type != "date" || both.Temporal.Max != "2021-04-15" || !slices.ContainsFunc(both.Alerts, func(a report.Alert) bool { return a.Code == "mixed_date_formats" && slices.Equal(a.Rows, []int64{3}) }) {
		t.Errorf("%+v %+v", both.Temporal, both.Alerts)
	}
}

func TestTheOddValueIsNamedByItsRow(t *testing.T) {
	cells := repeat(40_000, "7", "8", "9", "10", "11")
	for i := range cells {
		cells[i] += fmt.Sprint(i) // too many different ones for a dictionary
	}
	cells[199_997] = "K"
	for _, n := range []int{200_000, 0} {
		column := cells
		if n == 0 {
			column = repeat(66_666, "7", "8", "9")
			column[199_997] = "K"
		}
		c := profile("x", column...)
		if c.Type != "text" || len(c.Evidence) != 2 || c.Evidence[1].Type != "text" || c.Evidence[1].FirstRow != 199_998 || c.Evidence[1].Example != "K" || c.Evidence[1].Count != 1 {
			t.Errorf("%s %+v", c.Type, c.Evidence)
		}
		if a := c.Alerts[0]; a.Code != "mixed_types" || a.Severity != "warning" || !slices.Equal(a.Rows, []int64{199_998}) {
			t.Errorf("alert %+v", a)
		}
	}
}

func TestNullTokensCountOnlyWhereTheOthersSaySo(t *testing.T) {
	tokens := func(c report.Column) string {
		var all []string
		for _, k := range c.NullTokens {
			all = append(all, fmt.Sprintf("%s:%d", k.Value, k.Count))
		}
		return strings.Join(all, " ")
	}
	if c := profile("x", "1", "-", "NA", "", "2", "-"); tokens(c) != "-:2 :1 NA:1" || c.Nulls != 4 {
		t.Errorf("numbers: %s, %d", tokens(c), c.Nulls)
	}
	if c := profile("x", "a", "-", "NULL", "none"); tokens(c) != "-:1 NULL:1" || c.Distinct.Value != 2 || c.Text.MinLength != 1 {
		t.Errorf("text: %s %+v", tokens(c), c)
	}
	if c := profile("country", "DE", "NA", "FR", "IT"); tokens(c) != "" || c.Distinct.Value != 4 {
		t.Errorf("codes of countries: %s", tokens(c))
	}
	if c := profileKinds("x", []string{"", "NA", ""}, []source.Kind{source.String, source.String, source.Null}); c.Nulls != 1 || len(c.NullTokens) != 0 || c.Type != "text" {
		t.Errorf("JSON: %d nulls, %s", c.Nulls, tokens(c))
	}
}

func TestIntegersStayExact(t *testing.T) {
	c := profile("x", "9007199254740993", "9007199254740993", "-123456789012345678901234567890")
	n := c.Numeric
	if n.MaxText != "9007199254740993" || n.MinText != "-123456789012345678901234567890" || n.SumText != "-123456789012327664502725085904" {
		t.Errorf("%+v", n)
	}
	if c := profile("x", "1", "2"); c.Numeric.MinText != "" || c.Numeric.SumText != "" || *c.Numeric.Sum != 3 {
		t.Errorf("%+v", c.Numeric)
	}
	if c := profile("x", "9223372036854775807", "-9223372036854775808", "9223372036854775808"); c.Type != "integer" || c.Numeric.SumText != "9223372036854775807" {
		t.Errorf("%+v", c.Numeric)
	}
}

func TestJSONKindsAreKept(t *testing.T) {
	c := profileKinds("x", []string{"1", "1", "true", "[1]"}, []source.Kind{source.Number, source.String, source.Bool, source.JSON})
	kinds := map[string]int64{}
	for _, e := range c.Evidence {
		kinds[e.Type] = e.Count
	}
	if len(kinds) != 4 || kinds["integer"] != 1 || kinds["text"] != 1 || kinds["boolean"] != 1 || kinds["json"] != 1 || c.Distinct.Value != 4 {
		t.Errorf("%+v, %d different", c.Evidence, c.Distinct.Value)
	}
}

func TestMeaningsAreClaimedByShareAndName(t *testing.T) {
	many := func(format string) []string {
		var cells []string
		for i := range 60 {
			cells = append(cells, fmt.Sprintf(format, i))
		}
		return cells
	}
	for _, c := range []struct {
		name, want string
		cells      []string
	}{
		{"contact", "email", many("user%d@example.org")},
		{"x", "url", many("https://example.org/%d")},
		{"x", "uuid", many("0b3f4e62-9e0d-4c4e-8d8a-0000000000%02d")},
		{"x", "ip", many("10.0.0.%d")},
		{"x", "phone", many("+49151123456%02d")},
		{"phone", "phone", many("(030) 1234-56%02d")},
		{"x", "percent", many("%d %%")},
		{"x", "currency", many("$%d.50")},
		{"x", "", many("1,%03d.5")},
		{"code", "numeric_in_text", many("%05d")},
		{"customer_id", "id", many("%05d")},
		{"zip", "postal_code", many("%05d")},
		{"row", "id", many("%d")},
		{"orderId", "id", many("7%d3")},
		{"lat", "latitude", many("%d.5")},
		{"Longitude", "longitude", many("1%d.25")},
		{"country", "country", repeat(20, "DE", "FR", "IT")},
		{"where", "country", repeat(20, "Germany", "France", "Italy")},
		{"status", "category", repeat(20, "open", "closed", "in work")},
		{"x", "constant", repeat(20, "same")},
		{"note", "sentence", many("the quick brown fox jumps over %d dogs")},
		{"tags", "list", many("a%d; b; c")},
		{"director", "name", []string{"Ana Greco", "Bela Novak", "Carl Ito", "Dora Costa", "Elif Demir", "Finn Jansen"}},
		{"price", "", many("%d.99")},
		{"x", "", many("x%d!")},
	} {
		if got := profile(c.name, c.cells...); got.Semantic != c.want {
			t.Errorf("%s: %q… is %q, want %q", c.name, c.cells[0], got.Semantic, c.want)
		}
	}
}

func TestLengthsAreInCharacters(t *testing.T) {
	c := profile("x", "é", "東京タワー", "plain text that is longer")
	if c.Text.MinLength != 1 || c.Text.MaxLength != 25 || c.Text.MeanLength != 31.0/3 || !c.Text.Exact {
		t.Errorf("%+v", c.Text)
	}
	long := profile("x", strings.Repeat("ä", 300))
	if e := long.Evidence[0]; !e.Truncated || e.Example != strings.Repeat("ä", 256) || !long.Top[0].Truncated || long.Text.MaxLength != 300 {
		t.Errorf("%+v", long.Text)
	}
}

func TestHistogramEdgesAreRound(t *testing.T) {
	numbers := func(from, to, step float64) (cells []string) {
		for v := from; v <= to; v += step {
			cells = append(cells, fmt.Sprintf("%.10g", v))
		}
		return cells
	}
	for _, c := range []struct {
		what        string
		cells       []string
		first, last float64
		bins        int
		scale       string
	}{
		{"one bin a value", []string{"1", "2", "3", "5"}, 1, 6, 5, "linear"},
		{"constant", repeat(9, "4"), 4, 5, 1, "linear"},
		{"hundreds", numbers(0, 1000, 1), 0, 1020, 51, "linear"},
		{"tenths", numbers(1.4, 9.2, 0.1), 1.4, 9.3, 40, "linear"},
		{"below zero", []string{"-3", "2"}, -3, 3, 6, "linear"},
		{"growing", []string{"1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "1024", "2048", "4096", "9000", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, 1, 10000, 0, "log"},
	} {
		h := profile("x", c.cells...).Histogram
		if h.Scale != c.scale || h.Edges[0] != c.first || c.bins > 0 && len(h.Counts) > 52 {
			t.Errorf("%s: %s %v", c.what, h.Scale, h.Edges)
		}
		if c.what != "hundreds" && c.what != "tenths" && h.Edges[len(h.Edges)-1] != c.last {
			t.Errorf("%s: ends at %v", c.what, h.Edges[len(h.Edges)-1])
		}
		for _, e := range h.Edges {
			if s := fmt.Sprint(e); len(s) > 7 {
				t.Errorf("%s: edge %s", c.what, s)
			}
		}
	}
}

func TestAFarValueDoesNotFlattenTheOthers(t *testing.T) {
	var ages, income, spread, tail []string
	for i := range 400 {
		ages = append(ages, fmt.Sprint(20+i%60))
		income = append(income, fmt.Sprintf("%.0f", math.Exp(float64(i)/40)))
		spread = append(spread, fmt.Sprint((i*i)%997-500))
		tail = append(tail, fmt.Sprintf("%.4f", math.Pow(400/float64(i+1), 2)))
	}
	for _, c := range []struct {
		what, scale, outer string
		cells              []string
		first, last        float64
	}{
		{"one too large", "linear", "high", slices.Concat(ages, []string{"999999999"}), 20, 999999999},
		{"one too small", "linear", "low", slices.Concat(ages, []string{"-99999"}), -99999, 80},
		{"both", "linear", "both", append(spread, "-1000000", "1000000"), -1e6, 1e6},
		{"none", "linear", "", ages, 20, 80},
		{"growing", "log", "", income, 1, 25000},
		{"growing, one too large", "log", "high", append(slices.Clone(income), "1e15"), 1, 1e15},
		{"growing, one too large, zeros", "log", "high", append(slices.Clone(income), "0", "0", "1e15"), 0, 1e15},
		{"growing, one too small", "log", "low", append(slices.Clone(income), "1e-12"), 1e-12, 25000},
		{"a long tail", "log", "", tail, 1, 250000},
	} {
		h := profile("x", c.cells...).Histogram
		if h.Scale != c.scale || h.Outer != c.outer || h.Edges[0] != c.first || h.Edges[len(h.Edges)-1] != c.last {
			t.Errorf("%s: %s %q %v", c.what, h.Scale, h.Outer, h.Edges)
		}
		filled, all := 0, int64(0)
		for _, n := range h.Counts {
			all += n
			if n > 0 {
				filled++
			}
		}
		if filled < 20 || all != int64(len(c.cells)) {
			t.Errorf("%s: %d bins have values, %d in all: %v", c.what, filled, all, h.Counts)
		}
	}
	dates := profile("x", append(repeat(30, "2021-01-05", "2021-02-05", "2021-04-05"), "9999-12-31")...).Histogram
	if e := dates.EdgesText; dates.Outer != "high" || e[0] != "2021-01-04" || e[1] != "2021-01-11" || e[len(e)-1] != "9999-12-31" {
		t.Errorf("%q %q", dates.Outer, e)
	}
}

func TestHistogramsOfHundredsOfDecadesHaveFewBins(t *testing.T) {
	for _, decades := range []int{40, 60, 600} {
		var cells []string
		for i := range 1000 {
			cells = append(cells, fmt.Sprintf("%d.5e%d", i%9+1, i%decades-decades/2))
		}
		h := profile("x", cells...).Histogram
		var n int64
		for _, count := range h.Counts {
			n += count
		}
		if h.Scale != "log" || len(h.Counts) > mostBins+4 || len(h.Counts) < 20 || n != 1000 || !validEdges(h.Edges) {
			t.Errorf("%d decades: %d bins on a scale that is %s hold %d values", decades, len(h.Counts), h.Scale, n)
		}
	}
}

func TestHistogramsOfLargeOffsetsTellTheValuesApart(t *testing.T) {
	h := profile("x", "1000000000000000", "1000000000000001", "1000000000000002", "1000000000000001").Histogram
	if !slices.Equal(h.Counts, []int64{1, 2, 1}) {
		t.Errorf("%v %v", h.Edges, h.Counts)
	}
}

func TestTimeHistogramsKeepTheOffset(t *testing.T) {
	h := profile("x", "2021-01-01T00:30:00+05:30", "2021-03-31T23:00:00+05:30").Histogram
	if e := h.EdgesText; e[0] != "2020-12-28T00:00:00+05:30" || e[1] != "2021-01-04T00:00:00+05:30" {
		t.Errorf("%q", e)
	}
}

func TestTimeHistogramsFollowTheCalendar(t *testing.T) {
	months := profile("x", "2020-01-15", "2021-03-02", "2022-12-31")
	if e := months.Histogram.EdgesText; e[0] != "2020-01-01" || e[1] != "2020-02-01" || e[len(e)-1] != "2023-01-01" {
		t.Errorf("%v", e)
	}
	hours := profile("x", "00:30", "23:15")
	if e := hours.Histogram.EdgesText; e[0] != "00:30:00" || e[1] != "01:00:00" || e[len(e)-1] != "23:30:00" {
		t.Errorf("%v", e)
	}
	century := profile("x", "0001-01-01", "9999-12-31")
	if n := len(century.Histogram.Counts); n > mostUnits+1 {
		t.Errorf("%d bins", n)
	}
}

func TestExtremeNumbersMakeNoNonsense(t *testing.T) {
	for _, cells := range [][]string{
		{"1e308", "-1e308"}, {"1e-300", "5e-324", "0"}, {"1e400", "1"}, {"-1e400"}, {"123456789012345678901234567890"},
		{"0.1", "0.10000000000000001"}, {"1e22", "1e22", "1"}, {"-0", "0"}, {"9007199254740993", "9007199254740994"}, {"NaN"}, {"inf", "-inf"},
	} {
		c := profile("x", cells...)
		if h := c.Histogram; h != nil && (!validEdges(h.Edges) || len(h.Counts) > 2*mostBins) {
			t.Errorf("%q: edges %v", cells, h.Edges)
		}
	}
}

func FuzzClassify(f *testing.F) {
	for _, s := range []string{"1", "-1.5e3", "+49", "2024-01-01T00:00:00Z", "1/2/03", "P1DT2H", "Jan 5, 2020", "N/A", "true", " x ", "12:30 pm", "\u00a01", "00:", "1:2", "-", "+", ".", "e", "9999999999999999999", "-P", "PT1.", "20240101T", "1,234.5", "$1.234,50", "(12)", "12 %", "1 234 567", "R$ 5-", "149,-", "3,5E+2", "2024-W05-3", "2024-060", "5 de mayo de 2024", "Tue Mar  5 06:07:08 2024", "[05/Mar/2024:06:07:08 -0700]", "100:00:00", "2 days 03:04:05", "1h 30m", "1:23.5", "5. März 2024", "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111", "52°31'N", "<5 kg", "3-5", "2024-03-05 06:07 GMT+1", "Mon", "\u202f1", "1\u202f234", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var v value
		classify([]byte(s), &v)
		if v.class.number() && (v.f != v.f || v.f-v.f != 0) {
			t.Errorf("%q is %v", s, v.f)
		}
		for _, k := range []source.Kind{source.Number, source.String, source.JSON} {
			if s != "" {
				classifyKind([]byte(s), k, &v)
			}
		}
		meaningsOf([]byte(s))
		if c := profile("x", s, s); c.Count != 2 {
			t.Errorf("%q: %+v", s, c)
		}
	})
}
