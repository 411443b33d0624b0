package source

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// messyFile is a file of known dialect and content.
type messyFile struct {
	text          string
	delim         string
	quote, escape string // "" where the file does not show it
	header        bool
	names         []string // nil where they do not matter
	rows          [][]string
}

// messyTable is a table that looks like those people have, and how it is to be
// written.
type messyTable struct {
	r      *rand.Rand
	names  []string
	kinds  []int
	rows   [][]string
	delim  string
	quote  string
	escape string
	all    bool // every cell is quoted
	end    string
}

var messyWords = strings.Fields(`alpha river Berlin green Müller pump north sales José market delta copper
	Łódź house station São Oslo window basic premium closed open pending north-east train lamp forest`)

var messyNames = strings.Fields(`id name city country date amount price total status code year month email url
	latitude longitude comment first_name LastName qty ratio score start end region type category weight height
	temperature pressure speed notes owner version batch device channel depth length width volume currency tax`)

const (
	kindInteger = iota
	kindDecimal
	kindDate
	kindDMY
	kindStamp
	kindClock
	kindWord
	kindPhrase
	kindSentence
	kindMail
	kindURL
	kindUUID
	kindFlag
	kindCode
	kindMoney
	kindComma // decimal comma
	kindSparse
	kindPath
	kindKinds
)

func messyCell(r *rand.Rand, kind int) string {
	word := func() string { return messyWords[r.IntN(len(messyWords))] }
	switch kind {
	case kindInteger:
		return fmt.Sprint(r.IntN(100_000) - 500)
	case kindDecimal:
		return fmt.Sprintf("%.*f", 1+r.IntN(4), r.NormFloat64()*100)
	case kindDate:
		return fmt.Sprintf("20%02d-%02d-%02d", r.IntN(30), 1+r.IntN(12), 1+r.IntN(28))
	case kindDMY:
		return fmt.Sprintf("%02d/%02d/20%02d", 1+r.IntN(28), 1+r.IntN(12), r.IntN(30))
	case kindStamp:
		return fmt.Sprintf("20%02d-%02d-%02d %02d:%02d:%02d", r.IntN(30), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60))
	case kindClock:
		return fmt.Sprintf("%02d:%02d", r.IntN(24), r.IntN(60))
	case kindWord:
		return word()
	case kindPhrase:
		return word() + " " + word()
	case kindSentence:
		s := word()
		for range 2 + r.IntN(12) {
			s += []string{" ", " ", " ", ", ", "; ", " - ", " it's ", ": "}[r.IntN(8)] + word()
		}
		return s + []string{".", "", "!", `"`, ` ("so")`}[r.IntN(5)]
	case kindMail:
		return strings.ToLower(fmt.Sprintf("u%d@example.org", r.IntN(1000)))
	case kindURL:
		return fmt.Sprintf("https://example.org/p/%d?x=%d&y=%s", r.IntN(100), r.IntN(9), "a,b"[:1+2*r.IntN(2)])
	case kindUUID:
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48))
	case kindFlag:
		return []string{"yes", "no"}[r.IntN(2)]
	case kindCode:
		return fmt.Sprintf("%c%c-%04d", 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(10_000))
	case kindMoney:
		return fmt.Sprintf("$%d.%02d", r.IntN(1000), r.IntN(100))
	case kindComma:
		return fmt.Sprintf("%d,%02d", r.IntN(1000), r.IntN(100))
	case kindSparse:
		if r.IntN(3) > 0 {
			return ""
		}
		return fmt.Sprint(r.IntN(100))
	}
	return fmt.Sprintf(`C:\data\%s\f%d.txt`, word(), r.IntN(100))
}

// newMessyTable makes a table of at least two columns and some rows, written
// the usual way. Some cells are empty.
func newMessyTable(r *rand.Rand) *messyTable {
	t := &messyTable{r: r, delim: []string{",", ",", ",", ";", ";", "\t", "|"}[r.IntN(7)], quote: `"`,
		end: []string{"\n", "\n", "\r\n"}[r.IntN(3)]}
	width, rows := 2+r.IntN(9), 3+r.IntN(60)
	perm := r.Perm(len(messyNames))
	typed := false
	for c := range width {
		t.names = append(t.names, messyNames[perm[c]])
		k := r.IntN(kindKinds)
		if c == width-1 && !typed {
			k = kindInteger // a header over nothing but text cannot be told from a row
		}
		typed = typed || k < kindWord
		t.kinds = append(t.kinds, k)
	}
	empty := float64(r.IntN(3)) * 0.08
	for range rows {
		var row []string
		for _, k := range t.kinds {
			cell := messyCell(r, k)
			if r.Float64() < empty {
				cell = ""
			}
			row = append(row, cell)
		}
		if strings.Join(row, "") == "" {
			row[0] = messyCell(r, kindInteger)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func (t *messyTable) cell(s string) string {
	if t.quote == "" {
		return s
	}
	need := t.all || strings.ContainsAny(s, "\r\n") || strings.Contains(s, t.delim) || strings.Contains(s, t.quote)
	if !need {
		return s
	}
	if t.escape != "" {
		s = strings.ReplaceAll(s, t.escape, t.escape+t.escape)
		return t.quote + strings.ReplaceAll(s, t.quote, t.escape+t.quote) + t.quote
	}
	return t.quote + strings.ReplaceAll(s, t.quote, t.quote+t.quote) + t.quote
}

func (t *messyTable) line(cells []string) string {
	written := make([]string, len(cells))
	for i, c := range cells {
		written[i] = t.cell(c)
	}
	return strings.Join(written, t.delim) + t.end
}

func (t *messyTable) lines() []string {
	var ls []string
	for _, row := range t.rows {
		ls = append(ls, t.line(row))
	}
	return ls
}

// file writes the table with a header, and with extra lines before and after.
func (t *messyTable) file(before string, lines []string, after string) messyFile {
	body := strings.Join(lines, "")
	f := messyFile{text: before + t.line(t.names) + body + after, delim: t.delim, header: true, names: t.names, rows: t.rows}
	if t.quote != "" && strings.Contains(body, t.quote) {
		f.quote = t.quote
	}
	return f
}

// drop takes the characters out of all cells.
func (t *messyTable) drop(chars string) {
	for _, row := range t.rows {
		for c := range row {
			row[c] = strings.Map(func(r rune) rune {
				if strings.ContainsRune(chars, r) {
					return '_'
				}
				return r
			}, row[c])
		}
	}
}

// widen makes a table of at least so many columns.
func (t *messyTable) widen(width int) {
	for len(t.names) < width {
		t.names = append(t.names, fmt.Sprint("extra", len(t.names)))
		t.kinds = append(t.kinds, kindInteger)
		for i := range t.rows {
			t.rows[i] = append(t.rows[i], messyCell(t.r, kindInteger))
		}
	}
}

// messyClasses are the ways in which files are messy, and the share of files
// of each that has to be read without any fault.
var messyClasses = map[string]struct {
	least float64
	make  func(t *messyTable) messyFile
}{
	"clean": {0.98, func(t *messyTable) messyFile { return t.file("", t.lines(), "") }},
	"all quoted": {0.99, func(t *messyTable) messyFile {
		t.all = true
		return t.file("", t.lines(), "")
	}},
	"no quotes": {0.95, func(t *messyTable) messyFile {
		t.drop(t.delim + `"`)
		return t.file("", t.lines(), "")
	}},
	"single quotes": {0.95, func(t *messyTable) messyFile {
		t.quote, t.all = "'", t.r.IntN(2) == 0
		return t.file("", t.lines(), "")
	}},
	"backslash": {0.95, func(t *messyTable) messyFile {
		t.escape = `\`
		t.all = t.r.IntN(2) == 0
		f := t.file("", t.lines(), "")
		if strings.Contains(f.text, `\"`) {
			f.escape = `\`
		}
		for i, row := range t.rows { // where nothing is escaped, nothing is unescaped
			for c, cell := range row {
				if f.escape == "" && strings.Contains(cell, `\`) {
					t.rows[i][c] = strings.ReplaceAll(cell, `\`, "/")
				}
			}
		}
		return t.file("", t.lines(), "")
	}},
	"no header": {0.97, func(t *messyTable) messyFile {
		f := messyFile{text: strings.Join(t.lines(), ""), delim: t.delim, rows: t.rows}
		return f
	}},
	"rare delimiter": {0.95, func(t *messyTable) messyFile {
		t.delim = []string{"^", "~", ":", "\x01", "\x1f", "*", "#", "&"}[t.r.IntN(8)]
		return t.file("", t.lines(), "")
	}},
	"spaces": {0.95, func(t *messyTable) messyFile {
		t.delim = " "
		t.widen(3)
		for c, k := range t.kinds {
			if k == kindSentence || k == kindSparse {
				t.kinds[c] = kindInteger
			}
		}
		for i := range t.rows {
			for c, k := range t.kinds {
				t.rows[i][c] = messyCell(t.r, k)
			}
		}
		return t.file("", t.lines(), "")
	}},
	"aligned with spaces": {0.95, func(t *messyTable) messyFile {
		for i := range t.rows {
			for c, k := range t.kinds {
				if k == kindSentence || k == kindSparse || k == kindPhrase || k == kindStamp {
					t.kinds[c] = kindDecimal
				}
				t.rows[i][c] = messyCell(t.r, t.kinds[c])
			}
		}
		var text strings.Builder
		for _, row := range append([][]string{t.names}, t.rows...) {
			for _, cell := range row {
				fmt.Fprintf(&text, "%*s  ", 40-len(messyNames), cell)
			}
			text.WriteString("\n")
		}
		return messyFile{text: strings.ReplaceAll(text.String(), "  \n", "\n"), delim: " ", header: true, names: t.names, rows: t.rows}
	}},
	"spaces behind delimiters": {0.97, func(t *messyTable) messyFile {
		t.delim, t.all = ",", true
		f := t.file("", t.lines(), "")
		f.text = strings.ReplaceAll(f.text, `","`, `", "`)
		return f
	}},
	"comments in front": {0.97, func(t *messyTable) messyFile {
		c := []string{"#", "# ", "//", "% ", "-- ", "!", "; "}[t.r.IntN(7)]
		if t.delim == ";" && c == "; " {
			c = "# "
		}
		before := ""
		for range 1 + t.r.IntN(5) {
			before += c + strings.Trim(messyCell(t.r, kindSentence), `"`) + t.end
		}
		return t.file(before, t.lines(), "")
	}},
	"comments within": {0.95, func(t *messyTable) messyFile {
		ls := t.lines()
		for range 1 + t.r.IntN(4) {
			i := t.r.IntN(len(ls) + 1)
			ls = slices.Insert(ls, i, "# "+messyCell(t.r, kindSentence)+t.end)
		}
		return t.file("# made by a tool"+t.end, ls, "")
	}},
	"preamble": {0.97, func(t *messyTable) messyFile {
		before := ""
		for range 1 + t.r.IntN(4) {
			before += strings.ReplaceAll(messyCell(t.r, kindPhrase)+" "+messyCell(t.r, kindPhrase), t.delim, " ") + t.end
		}
		if t.r.IntN(2) == 0 {
			before += t.end
		}
		return t.file(before, t.lines(), "")
	}},
	"delimited preamble": {0.97, func(t *messyTable) messyFile {
		before := ""
		for range 1 + t.r.IntN(3) {
			before += t.cell("Report of "+messyCell(t.r, kindPhrase)) + strings.Repeat(t.delim, len(t.names)-1) + t.end
		}
		return t.file(before, t.lines(), "")
	}},
	"keys and values in front": {0.95, func(t *messyTable) messyFile {
		before := ""
		for range 2 + t.r.IntN(4) {
			before += messyNames[t.r.IntN(len(messyNames))] + ":" + t.delim + messyCell(t.r, kindWord) + t.end
		}
		t.widen(4)
		return t.file(before+t.end, t.lines(), "")
	}},
	"sep line": {0.95, func(t *messyTable) messyFile { return t.file("sep="+t.delim+t.end, t.lines(), "") }},
	"footer": {0.97, func(t *messyTable) messyFile {
		after := t.end + "Source: Office of " + messyWords[t.r.IntN(len(messyWords))] + t.end
		if t.r.IntN(2) == 0 {
			after += "Notes were left out" + t.end
		}
		return t.file("", t.lines(), after)
	}},
	"footer without a gap": {0.95, func(t *messyTable) messyFile {
		t.widen(4)
		return t.file("", t.lines(), "Source: Office of "+messyWords[t.r.IntN(len(messyWords))]+t.end)
	}},
	"unit row": {0.97, func(t *messyTable) messyFile {
		units := make([]string, len(t.names))
		for c := range units {
			t.kinds[c] = []int{kindInteger, kindDecimal, kindDecimal, kindWord, kindDate}[t.r.IntN(5)]
			if c == 0 {
				t.kinds[c] = kindDecimal
			}
			if t.kinds[c] <= kindDecimal {
				units[c] = []string{"m", "(kg)", "[°C]", "m/s", "%", "mm", "hPa", "(m3)"}[t.r.IntN(8)]
			}
		}
		for i := range t.rows {
			for c, k := range t.kinds {
				t.rows[i][c] = messyCell(t.r, k)
			}
		}
		return t.file("", append([]string{t.line(units)}, t.lines()...), "")
	}},
	"two header rows": {0.95, func(t *messyTable) messyFile {
		top := make([]string, len(t.names))
		group := ""
		for c := range top {
			t.kinds[c] = []int{kindInteger, kindDecimal}[t.r.IntN(2)]
			switch {
			case c == 0:
				t.kinds[c] = kindWord
			case c%2 == 1:
				group = fmt.Sprintf("Group %d", c)
				top[c] = group
			}
		}
		for i := range t.rows {
			for c, k := range t.kinds {
				t.rows[i][c] = messyCell(t.r, k)
			}
		}
		f := t.file(t.line(top), t.lines(), "")
		f.names = nil
		return f
	}},
	"repeated header": {0.97, func(t *messyTable) messyFile {
		ls := t.lines()
		for range 1 + t.r.IntN(3) {
			ls = slices.Insert(ls, t.r.IntN(len(ls)), t.line(t.names))
		}
		return t.file("", ls, "")
	}},
	"ragged rows": {0.97, func(t *messyTable) messyFile {
		t.widen(4)
		for i := range t.rows {
			if t.r.IntN(8) == 0 {
				t.rows[i] = t.rows[i][:len(t.rows[i])-1-t.r.IntN(2)]
				t.rows[i][0] = "x1"
			}
		}
		return t.file("", t.lines(), "")
	}},
	"mixed line ends": {0.95, func(t *messyTable) messyFile {
		ls := t.lines()
		for i := range ls {
			if t.r.IntN(3) == 0 {
				ls[i] = strings.TrimRight(ls[i], "\r\n") + []string{"\n", "\r\n"}[t.r.IntN(2)]
			}
		}
		return t.file("", ls, "")
	}},
	"lone CR": {0.97, func(t *messyTable) messyFile {
		t.end = "\r"
		return t.file("", t.lines(), "")
	}},
	"few rows": {0.97, func(t *messyTable) messyFile {
		t.rows = t.rows[:1+t.r.IntN(2)]
		f := t.file("", t.lines(), "")
		return f
	}},
	"wide": {0.97, func(t *messyTable) messyFile {
		t.names, t.kinds = nil, nil
		for c := range 300 {
			t.names = append(t.names, fmt.Sprintf("%s_%d", messyNames[c%len(messyNames)], c))
			t.kinds = append(t.kinds, t.r.IntN(kindKinds))
		}
		for i := range t.rows {
			t.rows[i] = nil
			for _, k := range t.kinds {
				t.rows[i] = append(t.rows[i], messyCell(t.r, k))
			}
		}
		return t.file("", t.lines(), "")
	}},
	"one column": {0.97, func(t *messyTable) messyFile {
		kind := []int{kindInteger, kindDecimal, kindDate, kindStamp, kindClock, kindMail, kindURL, kindUUID, kindCode}[t.r.IntN(9)]
		t.names = t.names[:1]
		for i := range t.rows {
			t.rows[i] = []string{messyCell(t.r, kind)}
		}
		t.delim = ","
		return t.file("", t.lines(), "")
	}},
	"line breaks in cells": {0.97, func(t *messyTable) messyFile {
		for i := range t.rows {
			if t.r.IntN(3) == 0 {
				t.rows[i][len(t.rows[i])-1] = messyCell(t.r, kindPhrase) + "\n" + messyCell(t.r, kindSentence) + "\n\n" + messyCell(t.r, kindWord)
			}
		}
		return t.file("", t.lines(), "")
	}},
	"byte order mark": {0.98, func(t *messyTable) messyFile { return t.file("\ufeff", t.lines(), "") }},
}

// differs says in what a reading is not the file's truth, "" for nothing.
func (f messyFile) differs(got csvScan, d Dialect) string {
	switch {
	case len(f.rows) > 0 && len(f.rows[0]) > 1 && d.Delimiter != f.delim:
		return fmt.Sprintf("delimiter %q, not %q", d.Delimiter, f.delim)
	case f.quote != "" && d.Quote != f.quote:
		return fmt.Sprintf("quote %q, not %q", d.Quote, f.quote)
	case d.Escape != f.escape && f.escape != "":
		return fmt.Sprintf("escape %q, not %q", d.Escape, f.escape)
	case d.Header != f.header:
		return fmt.Sprintf("header %v", d.Header)
	case f.names != nil && f.header && strings.Join(got.columns, "\x00") != strings.Join(f.names, "\x00"):
		return fmt.Sprintf("names %q, not %q", got.columns, f.names)
	case len(got.rows) != len(f.rows):
		return fmt.Sprintf("%d rows, not %d", len(got.rows), len(f.rows))
	}
	for i, row := range f.rows {
		for c, cell := range got.rows[i] {
			if c < len(row) && cell != row[c] || c >= len(row) && cell != "" {
				return fmt.Sprintf("row %d is %q, not %q", i+1, got.rows[i], row)
			}
		}
	}
	return ""
}

// TestMessyFilesAreRead writes random tables in random dialects, dirties them
// and reads them back.
func TestMessyFilesAreRead(t *testing.T) {
	for _, class := range slices.Sorted(maps.Keys(messyClasses)) {
		c := messyClasses[class]
		t.Run(class, func(t *testing.T) {
			files, right, why := 40, 0, map[string]int{}
			if class == "wide" { // sixty times as large as the others
				files = 8
			}
			example := ""
			for i := range files {
				r := rand.New(rand.NewPCG(uint64(i), 41))
				f := c.make(newMessyTable(r))
				s, err := Open(t.Context(), bytesInput("x.csv", []byte(f.text)), Options{Format: "csv"}, Limits{})
				wrong := ""
				if err != nil {
					wrong = err.Error()
				} else {
					wrong = f.differs(scanAll(t, s, 1), s.Dialect())
					s.Close()
				}
				if wrong == "" {
					right++
					continue
				}
				first, _, _ := strings.Cut(wrong, ",")
				why[first]++
				if len(wrong) > 400 {
					wrong = wrong[:400]
				}
				example += fmt.Sprintf("%d: %s\n%.500q\n", i, wrong, f.text)
			}
			share := float64(right) / float64(files)
			t.Logf("%-26s %5.1f %%", class, 100*share)
			if share < c.least {
				t.Errorf("%.1f %% of the files are read right, less than %.0f %%: %v\n%.6000s", 100*share, 100*c.least, why, example)
			}
		})
	}
}
