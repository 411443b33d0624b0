package column

import (
	"bytes"

	"assay/worker/profile/report"
)

// gapped tells whether white space stands doubled inside of a text.
func gapped(b []byte) bool {
	i := bytes.Index(b, []byte("  "))
	return i >= 0 && bytes.Contains(trim(b), []byte("  "))
}

// spaceAlert tells of white space that nobody sees. In prose it is doubled
// behind full stops, and means nothing.
func (f *figures) spaceAlert(a *alertList, c *report.Column) {
	ends, inside := f.spaced.count, f.doubled.count
	if c.Semantic == "sentence" {
		inside = 0
	}
	least := ""
	if !f.exact { // only some of the rows were looked at
		least = "at least "
	}
	switch {
	case ends > 0 && inside > 0:
		a.add("whitespace", "warning", f.spaced.firstRows(), "%s white space at an end, and %s%s white space doubled inside.", values(ends, "has", "have"), least, values(inside, "has", "have"))
	case ends > 0:
		a.add("whitespace", "warning", f.spaced.firstRows(), "%s white space at an end.", values(ends, "has", "have"))
	case inside > 0 && !f.exact:
		a.add("whitespace", "info", f.doubled.firstRows(), "At least %s white space doubled inside.", values(inside, "has", "have"))
	case inside > 0:
		a.add("whitespace", "info", f.doubled.firstRows(), "%s white space doubled inside.", values(inside, "has", "have"))
	}
}

// Twins finds values that differ in nothing but case and white space.
type Twins struct {
	known map[string]twin
	first [2]twin // that were found
	pairs int
}

type twin struct {
	text string
	row  int64 // from 0
}

// Add sees a value and the first row where it stands, from 0. Callers see to it
// that values come in a fixed order.
func (t *Twins) Add(b []byte, row int64) {
	if len(b) > 128 {
		return
	}
	key := string(bytes.ToLower(trim(b)))
	if key == "" {
		return // blanks of different lengths
	}
	if t.known == nil {
		t.known = map[string]twin{}
	}
	o, known := t.known[key]
	if !known {
		t.known[key] = twin{string(b), row}
		return
	}
	if o.text == string(b) {
		return // the same again, or of two kinds: "1" and 1
	}
	if t.pairs == 0 {
		t.first = [2]twin{o, {string(b), row}}
	}
	t.pairs++
}

// Alert says what was found; where names the rows that were looked at, or is "".
func (t *Twins) Alert(column, where string) (alert report.Alert, found bool) {
	if t.pairs == 0 {
		return report.Alert{}, false
	}
	a, b := t.first[0], t.first[1]
	list := alertList{name: column}
	list.add("case_only_difference", "info", []int64{min(a.row, b.row) + 1, max(a.row, b.row) + 1},
		"%s and %s differ only in case or white space%s%s.", quoted(a.text), quoted(b.text), andOthers(t.pairs-1), where)
	return list.list[0], true
}

func andOthers(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return ", and so does one other pair"
	}
	return ", and so do " + Grouped(int64(n)) + " other pairs"
}

// findTwins looks for them in a dictionary of text, in its order.
func findTwins(d *dictionary) *Twins {
	t := &Twins{}
	for i := range d.entries {
		t.Add(d.text(&d.entries[i]), d.entries[i].first)
	}
	t.known = nil
	return t
}
