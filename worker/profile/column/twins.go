package column

import (
	"bytes"
	"unicode/utf8"

	"assay/worker/profile/report"
	"assay/worker/profile/sketch"
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
	known []twin  // of each written alike, the first
	slots []int32 // places in known + 1, by hash; a quarter is used at most
	first [2]shownTwin
	pairs int
}

type twin struct {
	hash uint64 // of the text in lower case, without white space around it
	text []byte
	row  int64 // from 0
}

type shownTwin struct {
	text string
	row  int64
}

const twinBytes = 128 // longer texts are not compared

// Add sees a value and the first row where it stands, from 0, and keeps b.
// Callers see to it that values come in a fixed order.
func (t *Twins) Add(b []byte, row int64) {
	if len(b) > twinBytes {
		return
	}
	var room [twinBytes]byte
	key := lower(trim(b), &room)
	if len(key) == 0 {
		return // blanks of different lengths
	}
	if len(t.known) >= len(t.slots)/4 {
		t.grow()
	}
	hash := sketch.Hash(key)
	at := t.place(hash)
	if t.slots[at] == 0 {
		t.known = append(t.known, twin{hash, b, row})
		t.slots[at] = int32(len(t.known))
		return
	}
	o := &t.known[t.slots[at]-1]
	if bytes.Equal(o.text, b) {
		return // the same again, or of two kinds: "1" and 1
	}
	if t.pairs == 0 {
		t.first = [2]shownTwin{{string(o.text), o.row}, {string(b), row}}
	}
	t.pairs++
}

// lower is b in lower case, in room if it fits.
func lower(b []byte, room *[twinBytes]byte) []byte {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return bytes.ToLower(b)
		}
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		room[i] = c
	}
	return room[:len(b)]
}

// place is where a hash stands, or should.
func (t *Twins) place(hash uint64) uint64 {
	mask := uint64(len(t.slots) - 1)
	at := hash & mask
	for t.slots[at] != 0 && t.known[t.slots[at]-1].hash != hash {
		at = (at + 1) & mask
	}
	return at
}

func (t *Twins) grow() {
	t.slots = sketch.Zeros[int32](max(256, 4*len(t.slots)))
	for i := range t.known {
		t.slots[t.place(t.known[i].hash)] = int32(i + 1)
	}
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
	t.known, t.slots = nil, nil
	return t
}
