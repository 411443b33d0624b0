package column

import (
	"cmp"
	"fmt"
	"math"
	"slices"
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
		f.numberAlerts(a, c)
	}
	if t := c.Temporal; t != nil {
		f.timeAlerts(a, t)
		f.calendarAlerts(a)
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
		a.add("missing", "error", f.missing, "%s missing.", percent(share))
	case share >= 0.2:
		a.add("missing", "warning", f.missing, "%s missing.", percent(share))
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
	if odd := f.otherMark(); len(kinds) == 0 || f.answers(others.count) || others.count == odd.count { // said by mixed_decimal_marks
		return
	}
	severity := "info"
	if others.count*10 <= f.values && (main.kind != "text" || !f.mostlyDifferent()) { // in titles and names, numbers are words
		severity = "warning"
	}
	verb := "are"
	if others.count == 1 {
		verb = "is"
	}
	a.add("mixed_types", severity, others.firstRows(), "%s of %s values %s %s; the others are %s.",
		Grouped(others.count), Grouped(f.values), verb, either(kinds, "and"), kindNoun(main.kind, 2))
}

// answers tells of yes and no beside other words that come often: they are a
// choice of answers, and yes is one of them. others counts those of fewer values.
func (f *figures) answers(others int64) bool {
	if len(f.evidence) != 2 || f.evidence[0].kind != "boolean" && f.evidence[1].kind != "boolean" ||
		f.evidence[0].kind != "text" && f.evidence[1].kind != "text" || !f.category() {
		return false
	}
	const often = 20 // of each that is neither yes nor no
	return others*10 > f.values || others*50 > f.values && others >= often*(f.distinct-2)
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

func (f *figures) writingAlerts(a *alertList, c *report.Column) {
	f.spaceAlert(a, c)
	f.garbledAlert(a)
	if p := f.seen(classPadded); p.count > 0 && f.digitCodes() {
		a.add("leading_zeros", "info", p.firstRows(), "%s with a leading zero: kept as text.", values(p.count, "begins", "begin"))
	}
	f.personalAlerts(a, c)
	if f.same != nil {
		if alert, found := f.same.Alert(a.name, ""); found {
			a.list = append(a.list, alert)
		}
	}
}

func (f *figures) numberAlerts(a *alertList, c *report.Column) {
	n := c.Numeric
	if n.Nonfinite > 0 {
		a.add("nonfinite", "warning", f.nonfinite().firstRows(), "%s not finite (NaN or infinite).", values(n.Nonfinite, "is", "are"))
	}
	if n.MinText != "" || n.MaxText != "" {
		a.add("beyond_double", "info", f.longestRows(n), "Some numbers have more digits than a 64-bit float holds.")
	}
	if numbersNothing(c.Semantic) || named(nameWords(c.Name), "code", "codes") || f.nearlyConstant(c) {
		return
	}
	s := f.numberSeries()
	ends := f.sentinelAlerts(a, s)
	said := s.outlierAlerts(a, ends) || ends != 0
	zeros := f.zeroAlert(a, n)
	if !said && !zeros && n.Skewness != nil && math.Abs(*n.Skewness) > 3 && f.distinct > 10 {
		far := &f.numbers.max
		if *n.Skewness < 0 {
			far = &f.numbers.min
		}
		a.add("skewed", "info", []int64{far.row + 1}, "Strongly skewed (%.1f): the %s values lie far from the others.", *n.Skewness, map[bool]string{true: "smallest", false: "largest"}[*n.Skewness < 0])
	}
}

// numbersNothing tells that the numbers of a column with that meaning are
// names: their distribution says nothing.
func numbersNothing(semantic string) bool {
	return semantic == "id" || semantic == "postal_code" || semantic == "phone" || semantic == "constant"
}

func (f *figures) longestRows(n *report.Numeric) (rows []int64) {
	if n.MinText != "" {
		rows = append(rows, f.numbers.min.row+1)
	}
	if n.MaxText != "" && f.numbers.max.row != f.numbers.min.row {
		rows = append(rows, f.numbers.max.row+1)
	}
	slices.Sort(rows)
	return rows
}

// zeroAlert tells of zeros that are more than the shape of the other values
// would let expect: a tenth of them at least, and three times as many as of
// any other value.
func (f *figures) zeroAlert(a *alertList, n *report.Numeric) bool {
	share := float64(n.Zeros) / float64(f.values)
	if share < 0.1 || share >= nearly || f.distinct <= 10 {
		return false
	}
	for _, t := range f.top {
		var v value
		classify([]byte(t.text), &v)
		if v.class.number() && v.read(f.comma) != 0 {
			if n.Zeros < 3*t.count {
				return false
			}
			break
		}
	}
	a.add("zero_inflated", "info", f.zeroRows(), "%s of the values are 0, far more than any other.", percent(share))
	return true
}

// zeroRows are the first rows with a zero, where they are known.
func (f *figures) zeroRows() (rows []int64) {
	for _, p := range f.numberPoints {
		if p.v == 0 {
			rows = append(rows, p.row+1)
		}
	}
	for _, t := range slices.Concat(f.numbers.tails.ascending(false), f.numbers.tails.ascending(true)) {
		if t.v == 0 && len(rows) == 0 {
			rows = append(rows, t.row+1)
		}
	}
	slices.Sort(rows)
	return rows[:min(len(rows), rowsKept)]
}

func (f *figures) timeAlerts(a *alertList, t *report.Temporal) {
	s := f.times
	if t.Ambiguous {
		dates := *f.seen(classDate)
		dates.join(f.seen(classDatetime))
		a.add("ambiguous_dates", "warning", dates.firstRows(), "Day and month cannot be told apart in any of the values: month first was assumed.")
	}
	if s.onlyDay.count > 0 && s.onlyMonth.count > 0 {
		few := &s.onlyDay
		if s.onlyMonth.count < few.count {
			few = &s.onlyMonth
		}
		a.add("mixed_date_formats", "warning", few.firstRows(), "Some dates put the day first, others the month.")
	}
	if len(s.zones) > 1 {
		a.add("mixed_time_zones", "info", s.otherZones(), "The times have different offsets from UTC, or some have none.")
	}
}

// nearly is the share from which one value makes up a column.
const nearly = 0.95

func (f *figures) nearlyConstant(c *report.Column) bool {
	return f.values >= 20 && len(c.Top) > 0 && float64(f.top[0].count-f.top[0].error) >= nearly*float64(f.values)
}

func (f *figures) varietyAlerts(a *alertList, c *report.Column) {
	switch {
	case f.certain && f.distinct == 1 && f.values > 1:
		a.add("constant", "info", nil, "All values are the same.")
	case f.key() && f.values >= 20 && f.onPurpose(c):
		a.add("unique", "info", nil, "Every value is different, and none is missing: the column can serve as a key.")
	case f.typ == "text" && f.evidence[0].kind == "text" && f.values >= 100 && f.mostlyDifferent() && !variedByNature(c.Semantic):
		a.add("high_cardinality", "info", nil, "Nearly every value is different.")
	case f.nearlyConstant(c):
		share := float64(f.top[0].count-f.top[0].error) / float64(f.values)
		a.add("near_constant", "info", f.odd, "%s of the values are %s.", percent(share), quoted(c.Top[0].Value))
	}
}

// key tells whether every row is known to have a value of its own.
func (f *figures) key() bool { return f.certain && f.distinct == f.rows && f.rows > 1 }

// onPurpose tells whether that all values are different is no accident: of
// numbers it may be, if there are few for the range that they are from.
func (f *figures) onPurpose(c *report.Column) bool {
	if c.Type != "integer" {
		return c.Type != "decimal"
	}
	n, wide := float64(f.values), f.numbers.max.f-f.numbers.min.f+1
	return c.Semantic == "id" || c.Semantic == "postal_code" || n*n/(2*wide) >= 3 // by chance, one in e^3 would be
}

func variedByNature(semantic string) bool {
	switch semantic {
	case "id", "uuid", "email", "url", "phone", "sentence":
		return true
	}
	return false
}
