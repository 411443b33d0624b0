package column

import (
	"cmp"
	"slices"

	"assay/worker/profile/report"
)

// decision is what the values of a column are, all of them known.
type decision struct {
	typ      string
	kinds    [classes]string // the kind of each class; "" is a null
	values   int64           // that are no nulls
	evidence []evidence
	codes    bool    // digits with leading zeros: integers count as text beside them
	comma    bool    // the decimal mark of the numbers
	open     bool    // nothing in the column says what the marks in its numbers mean
	unit     string  // the currency of all amounts, or %
	compact  compact // what integers are, if they are dates
	yes      string  // the word for it, where the truths are words of the column's own
	months   bool    // numbers are months, see monthsBehindPoints
}

type evidence struct {
	kind string
	tally
}

// decide gives every class its kind. Tokens are nulls, or text where the other
// values do not speak for that. typed is true for formats that store types. d
// is the dictionary of the column, nil if it has none.
func decide(c *common, name string, typed bool, dict *dictionary) *decision {
	d := &decision{kinds: [classes]string{classText: "text", classInteger: "integer", classBig: "integer", classDecimal: "decimal",
		classPadded: "text", classDialled: "text", classTruth: "text", classLetter: "text", classDate: "date", classTime: "time",
		classDatetime: "datetime", classDuration: "duration", classJSON: "json"}}
	count := func(all ...class) (n int64) {
		for _, k := range all {
			n += c.seen(k).count
		}
		return n
	}
	var numbers int64
	for k := classInteger; k.number(); k++ {
		numbers += c.seen(k).count
	}
	nonfinite, padded := count(classNonfinite), count(classPadded)
	truths, letters := count(classTruth), count(classLetter)
	text := count(classText, classPadded, classDialled, classJSON)
	temporal := count(classDate, classTime, classDatetime, classDuration)
	others := numbers + nonfinite + truths + letters + text + temporal

	d.decideNumbers(c, numbers)
	d.codes = padded > 0 && padded*100 >= numbers
	if d.codes {
		d.kinds[classInteger], d.kinds[classBig] = "text", "text"
	}
	d.kinds[classNonfinite], d.kinds[classNullNaN] = "text", ""
	if numbers > 0 && numbers+nonfinite > others/2 && !d.codes || nonfinite == others && nonfinite > 0 || typed {
		d.kinds[classNonfinite], d.kinds[classNullNaN] = "decimal", "decimal"
	}
	if !typed && numbers > 0 && nonfinite == 0 && d.onlyIntegers(c) { // which have no NaN: it says that there is none
		d.kinds[classNullNaN] = ""
	}
	switch {
	case typed, truths+letters == others && (truths > 0 || 0 < c.trues && c.trues < letters) && !lettersOfTwoPairs(dict):
		d.kinds[classTruth], d.kinds[classLetter] = "boolean", "boolean"
	case truths*2 >= others:
		d.kinds[classTruth] = "boolean"
	}
	d.decideTimes(c)
	if !typed {
		d.decideCompact(c, name, numbers, others)
	}
	d.decideTokens(c, others, text, dict)
	if dict != nil && !typed && temporal+numbers+nonfinite == 0 {
		d.decideTruths(dict)
	}
	d.gather(c)
	d.months = c.pointed
	return d
}

// onlyIntegers tells whether no number of the column is a decimal, as it reads them.
func (d *decision) onlyIntegers(c *common) bool {
	for k := classInteger; k.number(); k++ {
		if c.seen(k).count > 0 && d.kinds[k] != "integer" {
			return false
		}
	}
	return true
}

// gather puts the tallies of all classes of a kind together.
func (d *decision) gather(c *common) {
	byKind := map[string]*tally{}
	for k := range c.classes {
		t := c.classes[k]
		if t == nil || d.kinds[k] == "" {
			continue
		}
		kind := d.kinds[k]
		if byKind[kind] == nil {
			byKind[kind] = &tally{}
		}
		byKind[kind].join(t)
		d.values += t.count
	}
	for kind, t := range byKind {
		d.evidence = append(d.evidence, evidence{kind, *t})
	}
	slices.SortFunc(d.evidence, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.kind, b.kind))
	})
	d.typ = typeOf(d.evidence)
}

// decideNumbers picks the decimal mark that more numbers demand, the point
// where none does: then groups of three behind a comma are thousands. Numbers
// that demand the other mark are text.
func (d *decision) decideNumbers(c *common, numbers int64) {
	n := func(k class) int64 { return c.seen(k).count }
	point := n(classPointInt) + n(classPointDec) + n(classDecimal)
	comma := n(classCommaInt) + n(classCommaDec)
	d.comma = comma > point
	d.open = comma == 0 && point == 0 && n(classTripleMark) > 0
	d.kinds[classMarkedInt], d.kinds[classTriple], d.kinds[classTripleMark] = "integer", "decimal", "integer"
	d.kinds[classPointInt], d.kinds[classPointDec] = "integer", "decimal"
	d.kinds[classCommaInt], d.kinds[classCommaDec] = "text", "text"
	if d.comma {
		d.kinds[classTriple], d.kinds[classTripleMark] = "integer", "decimal"
		d.kinds[classPointInt], d.kinds[classPointDec], d.kinds[classDecimal] = "text", "text", "text"
		d.kinds[classCommaInt], d.kinds[classCommaDec] = "integer", "decimal"
	}
	if c.marks != nil && !d.decideSigns(c.marks, numbers) {
		for k := classTripleMark; k.marked(); k++ {
			d.kinds[k] = "text"
		}
		d.comma, d.open = false, false
	}
}

// decideSigns finds the one currency or the percent sign that the numbers are
// of. Without one, or with several, numbers with signs are text. So are groups
// of digits that all have the same length: codes, telephone numbers.
func (d *decision) decideSigns(m *marks, numbers int64) bool {
	const digitsOfCodes = 7
	codes := m.groups[groupSpace] + m.groups[groupPoint]
	if codes == numbers && m.least == m.most && m.least >= digitsOfCodes && len(m.units) == 0 && numbers > 1 {
		return false
	}
	names := map[string]bool{}
	var signed int64
	for unit, n := range m.units {
		names[currencies[unit-1].name] = true
		d.unit = currencies[unit-1].name
		signed += n
	}
	if m.percent > 0 {
		names["%"] = true
		d.unit = "%"
		signed += m.percent
	}
	switch {
	case signed == 0:
		return true
	case len(names) > 1, signed*2 < numbers, m.percent > 0 && signed*10 < numbers*8:
		d.unit = ""
		return false
	}
	return true
}

// decideTokens decides which of the ways to say "no value" say so here.
func (d *decision) decideTokens(c *common, others, text int64, dict *dictionary) {
	d.kinds[classNullWord] = "" // in any column
	d.kinds[classNullNA] = ""
	d.kinds[classNullMark] = ""
	d.kinds[classNullWeak] = "text"
	if texts := c.shapes.share(meaningUpper2); texts > 0.5 && text*2 > others && !tooMany(c.seen(classNullNA).count, others, dict) {
		d.kinds[classNullNA] = "text" // one of many such codes
	}
	if text*2 > others && c.shapes.wordless() > 0.5 {
		d.kinds[classNullMark] = "text" // one of many such marks
	}
	// In a column without any value nothing says that they are values.
	if text*10 <= others {
		d.kinds[classNullWeak] = ""
	}
}

// tooMany tells of an NA that is no code like the others: it comes more often
// than all of them, or than several such codes do.
func tooMany(n, others int64, dict *dictionary) bool {
	if n > others {
		return true
	}
	const several, few = 5, 10
	return dict != nil && len(dict.entries) >= few && n*int64(len(dict.entries)) > several*others
}

// typeOf is the type that holds values of all these kinds.
func typeOf(kinds []evidence) string {
	switch {
	case len(kinds) == 0:
		return "null"
	case len(kinds) == 1:
		return kinds[0].kind
	}
	only := func(a, b string) bool {
		return len(kinds) == 2 && (kinds[0].kind == a && kinds[1].kind == b || kinds[0].kind == b && kinds[1].kind == a)
	}
	switch {
	case only("integer", "decimal"):
		return "decimal"
	case only("date", "datetime"):
		return "datetime"
	case kinds[0].kind == "json":
		return "json"
	}
	return "text"
}

func numericType(t string) bool { return t == "integer" || t == "decimal" }

func temporalType(t string) bool {
	return t == "date" || t == "time" || t == "datetime" || t == "duration"
}

func (d *decision) report() []report.Evidence {
	list := []report.Evidence{}
	for _, e := range d.evidence {
		list = append(list, report.Evidence{Type: e.kind, Count: e.count, FirstRow: e.rows[0] + 1, Example: e.example, Truncated: e.cut})
	}
	return list
}

// decideTimes finds times that are durations, and months that are spans of
// years.
func (d *decision) decideTimes(c *common) {
	t := c.times
	if t == nil {
		return
	}
	if c.seen(classDuration).count > 0 && t.clocks() {
		d.kinds[classTime] = "duration"
	}
	if t.spans > 0 && t.spans == t.monthsOnly() && t.monthFirst.min.i != t.monthFirst.max.i {
		d.kinds[classDate] = "text"
	}
}

// decideCompact finds integers that are dates. Formats with types say
// themselves what is a number.
func (d *decision) decideCompact(c *common, name string, numbers, others int64) {
	dates := c.seen(classDate).count + c.seen(classDatetime).count
	for k := compactDay; k <= compactSecond; k++ {
		if n := c.numbers.compact[k]; n > 0 && n == numbers && n+dates == others && datesByName(nameWords(name), n, &c.numbers) {
			d.compact = k
			d.kinds[classInteger] = k.typ()
		}
	}
}

// datesByName tells whether a column of integers that all may be dates holds
// dates: because its name says so, or because there are so many of them that
// chance, which lets one in thirty of such integers be a date, is out.
func datesByName(words []string, n int64, s *numbers) bool {
	if named(words, "id", "key", "code", "number", "no", "nr", "num", "zip", "phone", "sku", "amount", "price", "count") {
		return false
	}
	if namedDate(words) {
		return true
	}
	return n >= 10 && s.max.f-s.min.f >= 10
}

func namedDate(words []string) bool {
	return named(words, "date", "dates", "day", "dt", "datum", "fecha", "data", "ymd", "yyyymmdd", "dob", "born", "birth", "birthday", "created", "updated", "modified", "time", "timestamp", "when", "since", "until", "from", "to", "start", "end", "stamp", "ts")
}
