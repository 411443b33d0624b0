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
	codes    bool // digits with leading zeros: integers count as text beside them
}

type evidence struct {
	kind string
	tally
}

// decide gives every class its kind. Tokens are nulls, or text where the other
// values do not speak for that. typed is true for formats that store types.
func decide(c *common, typed bool) *decision {
	d := &decision{kinds: [classes]string{classText: "text", classInteger: "integer", classBig: "integer",
		classDecimal: "decimal", classPadded: "text", classDialled: "text", classDate: "date", classTime: "time",
		classDatetime: "datetime", classDuration: "duration", classJSON: "json"}}
	count := func(all ...class) (n int64) {
		for _, k := range all {
			n += c.seen(k).count
		}
		return n
	}
	numbers := count(classInteger, classBig, classDecimal)
	nonfinite, padded := count(classNonfinite), count(classPadded)
	truths, letters := count(classTruth), count(classLetter)
	text := count(classText, classPadded, classDialled, classJSON)
	temporal := count(classDate, classTime, classDatetime, classDuration)
	others := numbers + nonfinite + truths + letters + text + temporal

	d.codes = padded > 0 && padded*100 >= numbers
	if d.codes {
		d.kinds[classInteger], d.kinds[classBig] = "text", "text"
	}
	d.kinds[classNonfinite] = "text"
	if numbers > 0 && numbers+nonfinite > others/2 && !d.codes || nonfinite == others {
		d.kinds[classNonfinite] = "decimal"
	}
	d.kinds[classTruth], d.kinds[classLetter] = "text", "text"
	switch {
	case typed, truths+letters == others && (truths > 0 || 0 < c.trues && c.trues < letters):
		d.kinds[classTruth], d.kinds[classLetter] = "boolean", "boolean"
	case truths*2 >= others:
		d.kinds[classTruth] = "boolean"
	}
	d.decideTokens(c, others, text)

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
	return d
}

// tokens decides which of the ways to say "no value" say so here.
func (d *decision) decideTokens(c *common, others, text int64) {
	d.kinds[classNullWord] = "" // in any column
	d.kinds[classNullNA] = ""
	d.kinds[classNullWeak] = "text"
	if texts := c.shapes.share(meaningUpper2); texts > 0.5 && text*2 > others {
		d.kinds[classNullNA] = "text" // one of many such codes
	}
	// In a column without any value nothing says that they are values.
	if text*10 <= others {
		d.kinds[classNullWeak] = ""
	}
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
