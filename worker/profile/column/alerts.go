package column

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"assay/worker/profile/report"
)

// alerts says what a reader should look at in a column.
func (f *figures) alerts(c *report.Column) []report.Alert {
	a := &alertList{list: []report.Alert{}, name: c.Name}
	if f.rows == 0 {
		return a.list
	}
	f.missingAlerts(a, c)
	if f.values == 0 {
		return a.list
	}
	f.kindAlerts(a)
	f.readingAlerts(a)
	f.writingAlerts(a, c)
	if c.Numeric != nil {
		f.numberAlerts(a, c.Numeric)
	}
	if t := c.Temporal; t != nil {
		f.timeAlerts(a, t)
	}
	f.varietyAlerts(a, c)
	return a.list
}

type alertList struct {
	list []report.Alert
	name string
}

func (a *alertList) add(code, severity string, rows []int64, format string, args ...any) {
	a.list = append(a.list, report.Alert{Code: code, Severity: severity, Message: fmt.Sprintf(format, args...), Column: a.name, Rows: rows})
}

func (f *figures) missingAlerts(a *alertList, c *report.Column) {
	share := float64(f.nulls) / float64(f.rows)
	switch {
	case f.values == 0:
		a.add("all_missing", "error", nil, "The column has no values.")
	case share >= 0.5:
		a.add("missing", "error", nil, "%s missing.", percent(share))
	case share >= 0.2:
		a.add("missing", "warning", nil, "%s missing.", percent(share))
	}
	var all tally
	var words []string
	for _, t := range c.NullTokens {
		if tally := f.tokens[t.Value]; tally != nil && strings.TrimSpace(t.Value) != "" {
			all.join(tally)
			words = append(words, quoted(t.Value))
		}
	}
	if len(words) > 0 {
		a.add("null_tokens", "info", all.firstRows(), "%s %s, taken as missing.", cells(all.count), either(words, "or"))
	}
}

// kindAlerts names the few values that are not like the others.
func (f *figures) kindAlerts(a *alertList) {
	if len(f.evidence) < 2 || f.typ == "decimal" || f.typ == "datetime" && f.evidence[0].kind != "text" {
		return
	}
	main := f.evidence[0]
	var others tally
	var kinds []string
	for _, e := range f.evidence[1:] {
		if numericType(e.kind) && numericType(main.kind) {
			continue
		}
		others.join(&e.tally)
		kinds = append(kinds, kindNoun(e.kind, e.count)+" such as "+quoted(e.example))
	}
	if len(kinds) == 0 {
		return
	}
	severity := "info"
	if others.count*10 <= f.values {
		severity = "warning"
	}
	verb := "are"
	if others.count == 1 {
		verb = "is"
	}
	a.add("mixed_types", severity, others.firstRows(), "%s of %s values %s %s; the others are %s.",
		grouped(others.count), grouped(f.values), verb, either(kinds, "and"), kindNoun(main.kind, 2))
}

// kindNoun is what values of a kind are called.
func kindNoun(kind string, n int64) string {
	if kind == "text" {
		return kind
	}
	noun := map[string]string{"decimal": "decimal number", "boolean": "truth value", "datetime": "date with time", "json": "JSON value"}[kind]
	noun = cmp.Or(noun, kind)
	switch {
	case n == 1 && kind == "integer":
		return "an integer"
	case n == 1:
		return "a " + noun
	case kind == "datetime":
		return "dates with time"
	}
	return noun + "s"
}

// either lists words, the first few of them.
func either(words []string, last string) string {
	const most = 5
	if more := len(words) - most; more > 0 {
		words = append(slices.Clone(words[:most-1]), strconv.Itoa(more+1)+" others")
	}
	n := len(words) - 1
	if n == 0 {
		return words[0]
	}
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}

func (f *figures) writingAlerts(a *alertList, c *report.Column) {
	if n := f.spaced.count; n > 0 {
		a.add("whitespace", "warning", f.spaced.firstRows(), "%s white space at an end.", values(n, "has", "have"))
	}
	if p := f.seen(classPadded); p.count > 0 && f.digitCodes() {
		a.add("leading_zeros", "info", p.firstRows(), "%s with a leading zero: kept as text.", values(p.count, "begins", "begin"))
	}
	if c.Semantic == "email" || c.Semantic == "phone" {
		a.add("personal_data", "info", nil, "The values look like personal data (%s).", c.Semantic)
	}
	if f.cards() {
		a.add("personal_data", "warning", nil, "The values look like numbers of payment cards.")
	}
	f.caseAlert(a)
}

// cards tells whether the values are numbers of payment cards. One in ten
// numbers is right by chance, so it takes several that all are.
func (f *figures) cards() bool {
	if numericType(f.typ) {
		return f.distinct >= 5 && float64(f.numbers.cards) >= enough*float64(f.values)
	}
	return f.typ == "text" && f.distinct >= 5 && f.shapes.share(meaningCard) >= enough
}

// caseAlert finds values that differ in nothing but case and white space.
func (f *figures) caseAlert(a *alertList) {
	if len(f.same) == 0 {
		return
	}
	s := f.same[0]
	a.add("case_differences", "info", s.rows, "%s and %s differ only in case or white space%s.", quoted(s.a), quoted(s.b), andOthers(len(f.same)-1))
}

func andOthers(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", and so does one other pair"
	}
	return ", and so do " + strconv.Itoa(n) + " other pairs"
}

// twins are two values that differ in nothing but case and white space.
type twins struct {
	a, b string
	rows []int64
}

// findTwins looks for them in a dictionary of text, in its order.
func findTwins(d *dictionary) []twins {
	known := map[string]int{}
	var all []twins
	for i := range d.entries {
		e := &d.entries[i]
		b := d.text(e)
		if len(b) > 128 {
			continue
		}
		key := string(bytes.ToLower(trim(b)))
		if key == "" {
			continue // blanks of different lengths
		}
		j, twin := known[key]
		if !twin {
			known[key] = i
			continue
		}
		o := &d.entries[j]
		if bytes.Equal(d.text(o), b) {
			continue // of two kinds: "1" and 1
		}
		rows := []int64{o.first + 1, e.first + 1}
		all = append(all, twins{string(d.text(o)), string(b), rows})
	}
	return all
}

func (f *figures) numberAlerts(a *alertList, n *report.Numeric) {
	if n.Nonfinite > 0 {
		a.add("nonfinite", "warning", f.nonfinite().firstRows(), "%s not finite (NaN or infinite).", values(n.Nonfinite, "is", "are"))
	}
	if n.MinText != "" || n.MaxText != "" {
		a.add("beyond_double", "info", nil, "Some numbers have more digits than a 64-bit float holds.")
	}
	if share := float64(n.Zeros) / float64(f.values); share >= 0.05 && n.Zeros < f.values && f.distinct > 10 {
		a.add("zeros", "info", nil, "%s of the values are 0.", percent(share))
	}
	if n.Skewness != nil && math.Abs(*n.Skewness) > 3 && f.distinct > 10 {
		a.add("skewed", "info", nil, "Strongly skewed (%.1f).", *n.Skewness)
	}
	f.outlierAlert(a)
}

// outlierAlert names extremes that lie far outside of where the values are:
// ten times the range of the middle half beyond it, if that is not the shape
// of the whole tail.
func (f *figures) outlierAlert(a *alertList) {
	if f.numeric.n() < 20 {
		return
	}
	q1, q3 := f.numeric.quantile(25), f.numeric.quantile(75)
	reach := 10 * (q3 - q1)
	if reach <= 0 {
		return
	}
	low, high := f.numeric.quantile(1), f.numeric.quantile(99)
	if m := f.numbers.max; m.f > q3+reach && high < q3+reach/2 {
		a.add("outliers", "warning", []int64{m.row + 1}, "The largest value, %s, is far above the others (99%% are at most %s).", number(m.f), number(high))
	}
	if m := f.numbers.min; m.f < q1-reach && low > q1-reach/2 {
		a.add("outliers", "warning", []int64{m.row + 1}, "The smallest value, %s, is far below the others (99%% are at least %s).", number(m.f), number(low))
	}
}

func (f *figures) timeAlerts(a *alertList, t *report.Temporal) {
	s := f.times
	if t.Ambiguous {
		a.add("ambiguous_dates", "warning", nil, "Day and month cannot be told apart in any of the values: month first was assumed.")
	}
	if s.onlyDay.count > 0 && s.onlyMonth.count > 0 {
		few := &s.onlyDay
		if s.onlyMonth.count < few.count {
			few = &s.onlyMonth
		}
		a.add("mixed_date_formats", "warning", few.firstRows(), "Some dates put the day first, others the month.")
	}
	if len(s.zones) > 1 {
		a.add("mixed_time_zones", "info", nil, "The times have different offsets from UTC, or some have none.")
	}
}

func (f *figures) varietyAlerts(a *alertList, c *report.Column) {
	switch {
	case f.certain && f.distinct == 1 && f.values > 1:
		a.add("constant", "info", nil, "All values are the same.")
		return
	case f.certain && f.distinct == f.values && f.values >= 20:
		a.add("unique", "info", nil, "Every value is different.")
		return
	case f.typ == "text" && f.values >= 100 && f.mostlyDifferent():
		a.add("high_cardinality", "info", nil, "Nearly every value is different.")
	}
	if len(c.Top) > 0 && f.values >= 20 {
		if share := float64(c.Top[0].Count-f.topError) / float64(f.values); share >= 0.95 {
			a.add("mostly_one_value", "info", nil, "%s of the values are %s.", percent(share), quoted(c.Top[0].Value))
		}
	}
}

// quoted is a value in a message, cut short.
func quoted(s string) string {
	r := []rune(s)
	if len(r) > 40 {
		s = string(r[:39]) + "…"
	}
	return "“" + s + "”"
}

func percent(share float64) string {
	p := 100 * share
	switch {
	case p > 99.9 && share < 1:
		return "Over 99.9%"
	case p > 99 && share < 1: // not 100
		return strconv.FormatFloat(math.Floor(p*10)/10, 'f', 1, 64) + "%"
	case p >= 10 || p == math.Trunc(p):
		return strconv.FormatFloat(p, 'f', 0, 64) + "%"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + "%"
}

func number(v float64) string {
	if math.Abs(v) >= 1e15 || v != 0 && math.Abs(v) < 1e-4 {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	whole, rest, _ := strings.Cut(s, ".")
	if n, err := strconv.ParseInt(whole, 10, 64); err == nil && n != 0 {
		whole = grouped(n)
	}
	if rest != "" {
		return whole + "." + rest
	}
	return whole
}

// grouped writes an integer with commas.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var parts []string
	for len(s) > 3 {
		parts = append(parts, s[len(s)-3:])
		s = s[:len(s)-3]
	}
	parts = append(parts, s)
	slices.Reverse(parts)
	return sign + strings.Join(parts, ",")
}

func cells(n int64) string {
	if n == 1 {
		return "1 cell holds"
	}
	return grouped(n) + " cells hold"
}

func values(n int64, one, many string) string {
	if n == 1 {
		return "1 value " + one
	}
	return grouped(n) + " values " + many
}
