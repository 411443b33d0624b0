package column

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"assay/worker/profile/report"
	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

func TestNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		cells     string // between bars
		typ       string
		min, max  float64
		semantic  string
		unit      string
		decimal   string
		thousands string
	}{
		{"1,234|12,345,678|999", "integer", 999, 12345678, "", "", "", ","},
		{"1,234.5|1,234,567.25|12", "decimal", 12, 1234567.25, "", "", "", ","},
		{"12,34,567|1,23,456.50", "decimal", 123456.5, 1234567, "", "", "", ","},
		{"1.234,56|12,5|1.234", "decimal", 12.5, 1234.56, "", "", ",", "."},
		{"1.234.567|1.234|12", "integer", 12, 1234567, "", "", ",", "."},
		{"3,14|2,5|10", "decimal", 2.5, 10, "", "", ",", ""},
		{"0,123|1,234", "decimal", 0.123, 1.234, "", "", ",", ""},
		{"3,14E+02|1,5", "decimal", 1.5, 314, "", "", ",", ""},
		{"1 234|12 345,5", "decimal", 1234, 12345.5, "", "", ",", " "},
		{"1\u202f234|12\u00a0345", "integer", 1234, 12345, "", "", "", " "},
		{"1'234.50|12’345", "decimal", 1234.5, 12345, "", "", "", "'"},
		{"-1,234.5|−2,000.5", "decimal", -2000.5, -1234.5, "", "", "", ","},
		{"$5|$1,200.50|$-3|-$4|($7)", "decimal", -7, 1200.5, "currency", "$", "", ","},
		{"€ 5,50|€ 1.200,00", "decimal", 5.5, 1200, "currency", "EUR", ",", "."},
		{"5 €|7,25 €|EUR 3", "decimal", 3, 7.25, "currency", "EUR", ",", ""},
		{"R$ 10,00|R$ 1.234,00", "decimal", 10, 1234, "currency", "BRL", ",", "."},
		{"12 kr|149,-|kr 5", "integer", 5, 149, "currency", "kr", "", ""},
		{"₹1,200/-|Rs. 5", "text", 0, 0, "", "", "", ""},
		{"₹1,200/-|₹5", "integer", 5, 1200, "currency", "INR", "", ","},
		{"12,50 zł|3 zł", "decimal", 3, 12.5, "currency", "PLN", ",", ""},
		{"CHF 1'200.50|CHF 3.00", "decimal", 3, 1200.5, "currency", "CHF", "", "'"},
		{"12.50 USD|3 USD|12.50- USD", "decimal", -12.5, 12.5, "currency", "USD", "", ""},
		{"₹1,23,456|₹5", "integer", 5, 123456, "currency", "INR", "", ","},
		{"1,234.50-|7.25", "decimal", -1234.5, 7.25, "", "", "", ","},
		{"12.5%|3 %|100%", "decimal", 3, 100, "percent", "%", "", ""},
		{"12,5 %|-3 %", "decimal", -3, 12.5, "percent", "%", ",", ""},
		{"(1,234)|5", "integer", -1234, 5, "", "", "", ","},
		{".5|5.|+7|1e3", "decimal", 0.5, 1000, "", "", "", ""},
		// What only looks like numbers.
		{"$5|€5", "text", 0, 0, "currency", "", "", ""},
		{"12%|5", "text", 0, 0, "", "", "", ""},
		{"12.5|3,14", "text", 0, 0, "", "", "", ""},
		{"1.2.3|1,2,3", "text", 0, 0, "", "", "", ""},
		{"10.123.234.111|192.168.100.200", "text", 0, 0, "ip", "", "", ""},
		{"612 345 678|655 111 222", "text", 0, 0, "", "", "", ""},
		{"1K|2.5M", "text", 0, 0, "", "", "", ""},
		{"5 kg|12 cm", "text", 0, 0, "", "", "", ""},
		{"0x1F|007,5|1,23,4", "text", 0, 0, "", "", "", ""},
		{"1-|2-", "text", 0, 0, "", "", "", ""},
	} {
		got := profile("x", strings.Split(c.cells, "|")...)
		if got.Type != c.typ || got.Semantic != c.semantic && c.typ != "text" {
			t.Errorf("%q is %s %s %+v, want %s %s", c.cells, got.Type, got.Semantic, got.Evidence, c.typ, c.semantic)
			continue
		}
		if n := got.Numeric; n != nil && (*n.Min != c.min || *n.Max != c.max || n.Unit != c.unit || n.DecimalSeparator != c.decimal || n.ThousandsSeparator != c.thousands) {
			t.Errorf("%q: %v to %v, unit %q, decimals %q, thousands %q", c.cells, *n.Min, *n.Max, n.Unit, n.DecimalSeparator, n.ThousandsSeparator)
		}
	}
}

func TestCommasThatMayMeanTwoThingsAreSaidToBeSo(t *testing.T) {
	has := func(c report.Column, code string) bool {
		return slices.ContainsFunc(c.Alerts, func(a report.Alert) bool { return a.Code == code })
	}
	if c := profile("x", "1,234", "5,678"); c.Type != "integer" || *c.Numeric.Max != 5678 || !has(c, "ambiguous_numbers") {
		t.Errorf("%s %+v", c.Type, c.Alerts)
	}
	if c := profile("x", "1,234", "5,678.0"); has(c, "ambiguous_numbers") {
		t.Errorf("%+v", c.Alerts)
	}
	if c := profile("x", "12.5", "13.25", "3,14"); c.Type != "text" || !has(c, "mixed_decimal_marks") || c.Evidence[1].Example != "3,14" {
		t.Errorf("%s %+v %+v", c.Type, c.Evidence, c.Alerts)
	}
}

// streamed is profile for a column whose dictionary holds nothing, in segments.
func streamed(name string, cells []string, segments int) report.Column {
	b := BudgetFor(1)
	b.Distinct = 1
	return merged(name, b, cells, segments)
}

func merged(name string, b Budget, cells []string, segments int) report.Column {
	c := New(0, b, &sketch.Pool{Free: 1 << 20})
	rows := 0
	for part := range slices.Chunk(cells, max(1, (len(cells)+segments-1)/segments)) {
		p := c.NewPartial(0)
		var v source.Vector
		for _, cell := range part {
			v.Start = append(v.Start, uint32(len(v.Data)))
			v.Data = append(v.Data, cell...)
			v.End = append(v.End, uint32(len(v.Data)))
		}
		var w Work
		w.Begin(len(part))
		p.Add(&v, len(part), &w)
		c.Merge(p, int64(rows))
		c.Remember()
		rows += len(part)
	}
	return c.Report(Frame{Name: name, Rows: int64(rows), Top: 100}).Report
}

func TestDictionaryAndStreamSayTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	number := func(decimal, thousands string, digits int) func() string {
		return func() string { return written(r.Int64N(10_000_000), digits, decimal, thousands) }
	}
	for name, make := range map[string]func() string{
		"plain":          number(".", "", 2),
		"three decimals": number(".", "", 3),
		"commas":         number(".", ",", 0),
		"european":       number(",", ".", 2),
		"european whole": number(",", ".", 0),
		"european three": number(",", ".", 3),
		"swiss":          number(".", "'", 2),
		"dollars":        func() string { return "$" + written(r.Int64N(1e6), 2, ".", ",") },
		"percent":        func() string { return written(r.Int64N(1e4), 1, ",", "") + " %" },
		"basic date":     func() string { return fmt.Sprintf("2%03d%02d%02d", r.IntN(200), r.IntN(12)+1, r.IntN(28)+1) },
		"day":            func() string { return fmt.Sprintf("%02d/%02d/2024", r.IntN(28)+1, r.IntN(12)+1) },
		"dots":           func() string { return fmt.Sprintf("%d.%d.2024", r.IntN(12)+1, r.IntN(12)+1) },
		"durations":      func() string { return fmt.Sprintf("%d:%02d:%02d", r.IntN(50), r.IntN(60), r.IntN(60)) },
		"NaN":            func() string { return []string{"NaN", "1.5", "2", "-"}[r.IntN(4)] },
	} {
		var cells []string
		for range 300 {
			cells = append(cells, make())
		}
		exact := profile(name, cells...)
		for _, segments := range []int{1, 3} {
			got := streamed(name, cells, segments)
			if got.Type != exact.Type || !reflect.DeepEqual(got.Evidence, exact.Evidence) || got.Nulls != exact.Nulls || got.Semantic != exact.Semantic {
				t.Fatalf("%s: %s %s %+v, from the dictionary %s %s %+v", name, got.Type, got.Semantic, got.Evidence, exact.Type, exact.Semantic, exact.Evidence)
			}
			if a, b := got.Numeric, exact.Numeric; (a == nil) != (b == nil) || a != nil && !sameNumbers(a, b) {
				t.Errorf("%s in %d segments: %s, from the dictionary %s", name, segments, figuresOf(a), figuresOf(b))
			}
			if a, b := got.Temporal, exact.Temporal; !reflect.DeepEqual(a, b) {
				t.Errorf("%s in %d segments: %+v, from the dictionary %+v", name, segments, a, b)
			}
		}
	}
}

func sameNumbers(a, b *report.Numeric) bool {
	near := func(x, y *float64) bool {
		return (x == nil) == (y == nil) && (x == nil || math.Abs(*x-*y) <= 1e-9*max(1, math.Abs(*y)))
	}
	for q, v := range a.Quantiles {
		if !near(v, b.Quantiles[q]) {
			return false
		}
	}
	return *a.Min == *b.Min && *a.Max == *b.Max && near(a.Sum, b.Sum) && near(a.Mean, b.Mean) && near(a.Std, b.Std) && near(a.Kurtosis, b.Kurtosis) &&
		a.Zeros == b.Zeros && a.Nonfinite == b.Nonfinite && a.Unit == b.Unit && a.DecimalSeparator == b.DecimalSeparator && a.ThousandsSeparator == b.ThousandsSeparator
}

func figuresOf(n *report.Numeric) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n.Min, *n.Max, *n.Sum, *n.Mean, *n.Std, *n.Kurtosis, n.Quantiles["0.5"], n.Unit, n.DecimalSeparator, n.ThousandsSeparator)
}

// written writes an integer of 10^-digits.
func written(i int64, digits int, decimal, thousands string) string {
	s := fmt.Sprintf("%0*d", digits+1, i)
	whole, fraction := s[:len(s)-digits], s[len(s)-digits:]
	for at := len(whole) - 3; at > 0 && thousands != ""; at -= 3 {
		whole = whole[:at] + thousands + whole[at:]
	}
	if digits > 0 {
		whole += decimal + fraction
	}
	return whole
}

func TestANumberWrittenInAnyWayIsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		digits := r.IntN(5)
		i := r.Int64N([]int64{100, 10_000, 10_000_000, 1e15}[r.IntN(4)])
		marks := [][2]string{{".", ","}, {",", "."}, {".", "'"}, {",", " "}, {",", "\u202f"}, {".", ""}, {",", ""}}[r.IntN(7)]
		sign := [][2]string{{"", ""}, {"$", ""}, {"-", ""}, {"€ ", ""}, {"", " €"}, {"", "%"}, {"(", ")"}, {"-R$ ", ""}, {"", "-"}}[r.IntN(9)]
		text := sign[0] + written(i, digits, marks[0], marks[1]) + sign[1]
		want := float64(i) / math.Pow10(digits)
		if strings.ContainsAny(text, "-(") {
			want = -want
		}
		var v value
		classify([]byte(text), &v)
		if sign[1] == "-" && !v.class.marked() {
			continue // 5- is none
		}
		if comma := marks[0] == ","; !v.class.number() || v.read(comma) != want && (v.class != classTripleMark && v.class != classTriple || digits != 0 && digits != 3) {
			t.Fatalf("%q is %d, %v, want %v", text, v.class, v.read(comma), want)
		}
	}
}

func TestAnyMixtureOfValuesIsDecidedAlikeFromDictionaryAndStream(t *testing.T) {
	pool := strings.Split("1|2|1000|1.5|1.234|-12.345|1,234|12,345|1,234,567|1.234.567|3,14|1.234,5|1,234.5|$5|€5|$1,200.50|12%|7.5 %|(12)|1 234|612 345 678|007|NaN|inf|-|?|NA|NULL|none|unknown|true|no|t|"+
		"2024-01-02|1/2/2024|13/2/2024|2/13/2024|1.2.2024|2010-11|2011-12|20240131|20231301|12:30:00|25:00:00|1h 30m|2024-01-02T03:04:05Z|5 Mar 2024|abc| x |  |99999999999999999999|1e400|+4915112345678|4111111111111111", "|")
	r := rand.New(rand.NewPCG(9, 10))
	for range 1500 {
		var cells []string
		some := make([]string, 1+r.IntN(4))
		for i := range some {
			some[i] = pool[r.IntN(len(pool))]
		}
		for range 1 + r.IntN(40) {
			cells = append(cells, some[r.IntN(len(some))])
		}
		exact, got := profile("x", cells...), streamed("x", cells, 1+r.IntN(3))
		if got.Type != exact.Type || !reflect.DeepEqual(got.Evidence, exact.Evidence) || got.Nulls != exact.Nulls || !reflect.DeepEqual(got.NullTokens, exact.NullTokens) {
			t.Fatalf("%q: %s %+v %d nulls, from the dictionary %s %+v %d nulls", cells, got.Type, got.Evidence, got.Nulls, exact.Type, exact.Evidence, exact.Nulls)
		}
		if a, b := got.Numeric, exact.Numeric; (a == nil) != (b == nil) || a != nil && a.Min != nil && (!sameNumbers(a, b) || a.MinText != b.MinText || a.SumText != b.SumText) {
			t.Fatalf("%q: %s, from the dictionary %s", cells, figuresOf(a), figuresOf(b))
		}
		if a, b := got.Temporal, exact.Temporal; (a == nil) != (b == nil) || a != nil && (a.Min != b.Min || a.Max != b.Max || a.TimeZone != b.TimeZone || a.Ambiguous != b.Ambiguous || !slices.Equal(a.Formats, b.Formats)) {
			t.Fatalf("%q: %+v, from the dictionary %+v", cells, a, b)
		}
	}
}
