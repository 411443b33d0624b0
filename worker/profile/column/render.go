package column

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"assay/worker/profile/report"
)

// Frame is what a column's report needs to know of the table.
type Frame struct {
	Name  string
	Rows  int64
	Typed bool // the format stores types and nulls
	Top   int  // values listed, at most 100
	// AsOf is the last day that is not the future, as YYYY-MM-DD; "" leaves that open.
	AsOf string
}

// Result is a column's report and what the table goes on to need of it.
type Result struct {
	Report   report.Column
	DayFirst bool // dates like 1/2/2003 are read day first
	Codes    bool // digits count as text
	Nulls    [gapKinds]bool
	Store    Store
	decision *decision
	column   *Column
}

// IsNull tells whether a cell holds no value, as the column has decided.
func (r *Result) IsNull(b []byte) bool {
	var v value
	classify(b, &v)
	return v.class.token() && r.Nulls[gapOf(v.class)]
}

// Number is the number or time that a cell means, as the column has decided.
func (r *Result) Number(b []byte) (float64, bool) {
	var v value
	classify(b, &v)
	if r.decision.months {
		v.month(b)
	}
	switch {
	case numericType(r.Report.Type):
		return v.read(r.decision.comma), v.class.number()
	case r.decision.compact != notCompact && v.class == classInteger:
		return micros(r.decision.compact.seconds(v.i), 0), true
	case temporalType(r.Report.Type) && v.class.temporal():
		if r.DayFirst {
			return micros(v.day, v.nanos), true
		}
		return micros(v.i, v.nanos), true
	}
	return 0, false
}

// Bands counts the nulls in n about equal bands of rows, and the rows of each
// band. In files of many rows bands begin with a block of rows.
func (r *Result) Bands(n int) (nulls, rows []int64) {
	nulls, rows = make([]int64, n), make([]int64, n)
	starts := make([]int64, n)
	for i := range starts {
		starts[i] = int64(i) * r.Report.Count / int64(n)
	}
	for k := range r.column.gaps {
		if r.Nulls[k] {
			r.column.gaps[k].spread(nulls, starts)
		}
	}
	for i := range rows {
		end := r.Report.Count
		if i+1 < n {
			end = min(end, r.column.gaps[gapEmpty].blockStart(starts[i+1]))
		}
		rows[i] = end - r.column.gaps[gapEmpty].blockStart(starts[i])
	}
	return nulls, rows
}

// Report says what the column is, knowing the rows merged so far.
func (c *Column) Report(fr Frame) *Result {
	f := c.figures(fr)
	if day, err := time.Parse(time.DateOnly, fr.AsOf); err == nil {
		f.asOf = float64(day.AddDate(0, 0, 1).UnixMicro())
	}
	r := &Result{DayFirst: f.dayFirst, Codes: f.codes, decision: f.decision, column: c}
	r.Store = f.storage(fr.Typed)
	r.Nulls[gapEmpty] = true
	for k := classNullWord; k < classes; k++ {
		r.Nulls[gapOf(k)] = f.kinds[k] == ""
	}
	col := report.Column{
		Name: fr.Name, Index: c.Index, Type: f.typ, Count: fr.Rows, Nulls: f.nulls,
		NullTokens: f.nullTokens(c, fr.Typed), Evidence: f.decision.report(),
		Distinct: report.Distinct{Value: f.distinct, Exact: f.certain, Error: f.relative, Of: map[bool]string{true: "spellings"}[f.spelled]},
		Top:      []report.Top{}, TopExact: f.topExact,
	}
	for _, t := range f.top[:min(fr.Top, len(f.top))] {
		text, cut := Shown([]byte(t.text))
		col.Top = append(col.Top, report.Top{Value: text, Count: t.count, Error: t.error, Truncated: cut || t.cut})
		col.TopError = max(col.TopError, t.error)
	}
	if col.TopRest = f.topRest; !f.topExact && len(col.Top) < len(f.top) {
		col.TopRest = max(col.TopRest, f.top[len(col.Top)].count)
	}
	switch {
	case numericType(f.typ):
		col.Numeric = f.numericBlock()
		col.Histogram = histogram(&f.numeric, int(f.numbers.scale), "value")
	case temporalType(f.typ):
		col.Temporal = f.temporalBlock()
		col.Histogram = timeHistogram(&f.temporal, f.typ, f.zone())
	case f.typ == "boolean":
		col.Boolean = &report.Boolean{True: f.trues, False: f.values - f.trues}
	case f.typ == "text", f.typ == "json":
		lengths := f.textLengths()
		col.Text = f.textBlock(lengths)
		ranked := lengths.ranked()
		col.Histogram = histogram(&ranked, 0, "characters")
	}
	if h := col.Histogram; h != nil && !validEdges(h.Edges) {
		col.Histogram = nil
	}
	col.Semantic = f.semantic(fr.Name)
	col.Alerts = f.alerts(&col)
	r.Report = col
	return r
}

// nullTokens lists what the nulls of a format without types look like.
func (f *figures) nullTokens(c *Column, typed bool) []report.NullToken {
	list := []report.NullToken{}
	if typed {
		return list
	}
	add := func(text string, n int64) {
		if n == 0 {
			return
		}
		at := len(list)
		for at > 0 && (list[at-1].Count < n || list[at-1].Count == n && list[at-1].Value > text) {
			at--
		}
		list = append(list, report.NullToken{})
		copy(list[at+1:], list[at:])
		list[at] = report.NullToken{Value: text, Count: n}
	}
	add("", c.gaps[gapEmpty].count)
	for _, t := range f.tokenList() {
		var v value
		classify([]byte(t), &v)
		if f.kinds[v.class] == "" {
			add(t, f.tokens[t].count)
		}
	}
	return list
}

// textLengths are those of all values, with the tokens that are values.
func (f *figures) textLengths() *lengths {
	all := lengths{}
	all.merge(&f.lengths)
	for _, t := range f.tokenList() {
		var v value
		classify([]byte(t), &v)
		if f.kinds[v.class] != "" {
			all.add(chars([]byte(t)), f.tokens[t].count)
		}
	}
	return &all
}

var quantiles = [...]struct {
	q   int64 // hundredths
	key string
}{{1, "0.01"}, {5, "0.05"}, {10, "0.1"}, {25, "0.25"}, {50, "0.5"}, {75, "0.75"}, {90, "0.9"}, {95, "0.95"}, {99, "0.99"}}

// finite is v for JSON, which has neither NaN nor infinities.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	if v == 0 {
		v = 0 // not -0
	}
	return &v
}

func (f *figures) numericBlock() *report.Numeric {
	s := &f.numbers
	n := &report.Numeric{Zeros: s.zeros, Negatives: s.negatives, Nonfinite: f.nonfinite().count, Exact: f.numeric.exact, RankError: f.numeric.rankError}
	if s.n == 0 {
		return n
	}
	n.Min, n.Max, n.MinText, n.MaxText = finite(s.min.f), finite(s.max.f), exactText(&s.min), exactText(&s.max)
	if f.typ == "integer" {
		sum := f.sum.Sum()
		d, _ := new(big.Float).SetInt(sum).Float64()
		n.Sum = finite(d)
		if strconv.FormatFloat(d, 'f', -1, 64) != sum.String() {
			n.SumText = sum.String()
		}
		mean, _ := new(big.Rat).SetFrac(sum, big.NewInt(s.n)).Float64()
		n.Mean = finite(mean)
	} else {
		n.Sum, n.Mean = finite(f.moments.Sum()), finite(f.moments.Sum()/float64(s.n))
		if n.Sum == nil { // beyond a double, which the mean is not
			n.SumText = f.moments.WideSum().Text('g', 16)
			n.Mean = finite(f.moments.Mean)
		}
	}
	n.DecimalSeparator, n.ThousandsSeparator, n.Unit = f.separators()
	n.Std, n.Skewness, n.Kurtosis = finite(f.moments.Std()), finite(f.moments.Skewness()), finite(f.moments.Kurtosis())
	n.MAD = finite(f.numeric.mad())
	n.Quantiles = map[string]*float64{}
	for _, q := range quantiles {
		n.Quantiles[q.key] = finite(f.numeric.quantile(q.q))
	}
	return n
}

// exactText is a number as written, where its double says something else.
func exactText(e *extreme) string {
	if e.text == "" {
		return ""
	}
	if d := new(big.Rat); d.SetFloat64(e.f) != nil && d.Cmp(e.exact()) == 0 {
		// 2^63 is a double, but its shortest text in JSON is another integer.
		if text := strings.TrimPrefix(e.text, "+"); !strings.ContainsAny(text, ".eE") && strconv.FormatFloat(e.f, 'f', -1, 64) != text {
			return text
		}
		return ""
	}
	if strconv.FormatFloat(e.f, 'f', -1, 64) == strings.TrimPrefix(e.text, "+") && strings.Contains(e.text, ".") {
		return "" // the shortest text of the double
	}
	return strings.TrimPrefix(e.text, "+")
}

func (f *figures) temporalBlock() *report.Temporal {
	s := f.times
	ends := s.monthFirst
	if f.dayFirst {
		ends = s.dayFirst
	}
	zone, name := f.zone(), ""
	if f.typ == "datetime" {
		_, name = s.commonZone()
	}
	t := &report.Temporal{Exact: f.temporal.exact, RankError: f.temporal.rankError, TimeZone: name,
		Min: timeText(ends.min.i, ends.min.nanos, zone, f.typ), Max: timeText(ends.max.i, ends.max.nanos, zone, f.typ),
		Ambiguous: s.either > 0 && s.onlyDay.count == 0 && s.onlyMonth.count == 0 && s.dots() <= 0,
		Formats:   s.formatNames(f.dayFirst), Quantiles: map[string]string{}}
	if len(t.Formats) > 0 {
		t.Format = t.Formats[0].Format
	}
	for _, q := range quantiles {
		v := f.temporal.quantile(q.q)
		seconds := math.Floor(v / 1e6)
		nanos := int32(0)
		if s.fraction {
			nanos = int32(math.Round(v-seconds*1e6)) * 1000
		}
		t.Quantiles[q.key] = timeText(int64(seconds), nanos, zone, f.typ)
	}
	return t
}

// formatNames are the ways of writing, the most frequent one first.
func (s *times) formatNames(dayFirst bool) []report.Format {
	counts := map[string]int64{}
	for f, n := range s.formats {
		counts[formatName(f, dayFirst)] += n
	}
	list := []report.Format{}
	for name, n := range counts {
		list = append(list, report.Format{Format: name, Count: n})
	}
	slices.SortFunc(list, func(a, b report.Format) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Format, b.Format))
	})
	return list[:min(len(list), formatsShown)]
}

const formatsShown = 20

// zone is the offset that times are written with.
func (f *figures) zone() int16 {
	if f.typ != "datetime" {
		return naive
	}
	minutes, _ := f.times.commonZone()
	return minutes
}

// commonZone is the offset of all values, UTC where they differ, or naive.
func (s *times) commonZone() (minutes int16, name string) {
	if len(s.zones) > 1 {
		return 0, "mixed"
	}
	for z := range s.zones {
		switch z {
		case naive:
			return naive, ""
		case unknownZone:
			return naive, "IST"
		}
		return z, zoneName(z)
	}
	return naive, ""
}

func zoneName(minutes int16) string {
	if minutes == 0 {
		return "Z"
	}
	return time.Unix(0, 0).In(time.FixedZone("", int(minutes)*60)).Format("-07:00")
}

// timeText writes seconds of a type: RFC 3339, or ISO 8601 for durations.
func timeText(seconds int64, nanos int32, zone int16, typ string) string {
	t := time.Unix(seconds, int64(nanos)).UTC()
	switch typ {
	case "date":
		return t.Format("2006-01-02")
	case "time":
		if seconds == daySeconds && nanos == 0 {
			return "24:00:00"
		}
		return t.Format("15:04:05.999999999")
	case "duration":
		return durationText(seconds, nanos)
	}
	if zone == naive {
		return t.Format("2006-01-02T15:04:05.999999999")
	}
	return t.In(time.FixedZone("", int(zone)*60)).Format("2006-01-02T15:04:05.999999999Z07:00")
}

func durationText(seconds int64, nanos int32) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
		if nanos > 0 {
			seconds, nanos = seconds-1, 1e9-nanos
		}
	}
	var b strings.Builder
	b.WriteString(sign + "P")
	if d := seconds / daySeconds; d > 0 {
		b.WriteString(strconv.FormatInt(d, 10) + "D")
	}
	h, m, s := seconds%daySeconds/3600, seconds%3600/60, seconds%60
	if h+m+s > 0 || nanos > 0 || seconds == 0 {
		b.WriteByte('T')
	}
	if h > 0 {
		b.WriteString(strconv.FormatInt(h, 10) + "H")
	}
	if m > 0 {
		b.WriteString(strconv.FormatInt(m, 10) + "M")
	}
	if s > 0 || nanos > 0 || seconds == 0 {
		b.WriteString(strings.TrimRight(strings.TrimRight(strconv.FormatFloat(float64(s)+float64(nanos)/1e9, 'f', 9, 64), "0"), ".") + "S")
	}
	return b.String()
}

const patternsShown = 10

func (f *figures) textBlock(l *lengths) *report.Text {
	r := l.ranked()
	t := &report.Text{MinLength: l.min, MaxLength: l.max, Blank: f.blankValues(), Exact: r.exact, RankError: r.rankError, Patterns: []report.Pattern{},
		PatternsExact: f.exact && !f.shapes.full}
	if l.n == 0 {
		return t
	}
	t.MeanLength = float64(l.sum) / float64(l.n)
	t.Quantiles = map[string]float64{}
	for _, q := range quantiles {
		t.Quantiles[q.key] = r.quantile(q.q)
	}
	for i, m := range f.shapes.sorted() {
		if i == patternsShown {
			break
		}
		t.Patterns = append(t.Patterns, report.Pattern{Mask: m.mask, Count: m.count})
	}
	return t
}

// blankValues are the texts of white space that count as values.
func (f *figures) blankValues() int64 {
	n := f.blank.count
	if f.kinds[classNullWeak] != "" {
		for _, t := range f.tokenList() {
			if len(trim([]byte(t))) == 0 {
				n += f.tokens[t].count
			}
		}
	}
	return n
}
