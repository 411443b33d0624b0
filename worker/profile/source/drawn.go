package source

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// Programs print tables for people: psql, MySQL, SQL*Plus, Markdown. What shows
// such a table is its rule: a line of nothing but strokes below the names. Cells
// stand between bars, or below each other where the rule has gaps.
//
// A table without a rule whose columns stand below each other is told by the
// gutters between them, which are empty in all lines.
type drawing struct {
	bar   rune   // between cells; 0 where columns stand at fixed places
	cuts  []int  // where the columns begin, in characters; of a table with bars: where the bars of the names stand
	first int    // line of the text with the names
	names string // that line
	width int    // columns
	named bool   // there are names
	// escaped says that a bar behind a backslash is text, as Markdown has it.
	escaped bool
}

const (
	drawnLead  = 12  // the lines in front of a rule
	drawnLines = 200 // the lines that have to agree
	strokes    = "-=─━═"
)

// ruleOf recognises a rule: with crossings where bars are, or with gaps between
// columns.
func ruleOf(line string) (crossed, gapped bool) {
	line = strings.TrimSpace(line)
	drawn, gaps := 0, 0
	before := ' '
	for _, r := range line {
		switch {
		case strings.ContainsRune(strokes, r):
			drawn++
		case r == '+' || r == '|' || r == ':' || r >= 0x2500 && r < 0x2580:
			crossed = crossed || r != ':'
		case r == ' ':
			if strings.ContainsRune(strokes, before) {
				gaps++
			}
		default:
			return false, false
		}
		before = r
	}
	if drawn < 3 {
		return false, false
	}
	return crossed, gaps > 0 && !crossed
}

// framedBy holds for lines that begin with an undivided rule, names between bars
// from end to end, and the same rule, as SAP prints its lists.
func framedBy(lines []string) bool {
	if len(lines) < 4 {
		return false
	}
	rule, names := strings.TrimSpace(lines[0]), strings.TrimSpace(lines[1])
	return len(rule) > 4 && strings.Trim(rule, "-|") == "" && strings.Trim(rule, "|") != "" && strings.Count(strings.Trim(rule, "|"), "|") == 0 &&
		strings.TrimSpace(lines[2]) == rule && strings.HasPrefix(names, "|") && strings.HasSuffix(names, "|") && strings.Count(names, "|") > 2
}

// barOf is the bar that stands in a line, 0 for none.
func barOf(line string) rune {
	for _, bar := range "|│║┃" {
		if strings.ContainsRune(line, bar) {
			return bar
		}
	}
	return 0
}

// headLines are the first lines of a text, without one that is cut off.
func headLines(head []byte, whole bool) []string {
	var lines []string
	for len(lines) < drawnLines && len(head) > 0 {
		line, rest, found := bytes.Cut(head, []byte("\n"))
		if !found && !whole {
			break
		}
		lines = append(lines, strings.TrimRight(string(line[:min(len(line), 1<<16)]), "\r"))
		head = rest
	}
	return lines
}

// findDrawing looks for a table with a rule at the beginning of a text; nil for
// none.
func findDrawing(head []byte, whole bool) *drawing {
	if n := min(len(head), 8<<10); bytes.Count(head[:n], []byte("--"))+bytes.Count(head[:n], []byte("==")) == 0 && !bytes.Contains(head[:n], []byte("─")) && !bytes.Contains(head[:n], []byte("═")) && !bytes.Contains(head[:n], []byte("━")) {
		return nil
	}
	lines := headLines(head, whole)
	for k := 0; k < min(len(lines), drawnLead); k++ {
		crossed, gapped := ruleOf(lines[k])
		if framedBy(lines[k:]) {
			crossed, gapped = true, false
		}
		if !crossed && !gapped {
			continue
		}
		at := k - 1
		framed := k+2 < len(lines)
		if framed {
			c, g := ruleOf(lines[k+2])
			framed = c == crossed && g == gapped || framedBy(lines[k:])
		}
		if framed {
			at = k + 1
		}
		if at < 0 {
			return nil
		}
		d := &drawing{first: at, names: lines[at], named: true}
		if crossed {
			d.bar = barOf(lines[at])
			d.escaped = strings.Contains(lines[k], "|")
			if d.bar == 0 {
				return nil
			}
		} else {
			d.cuts = strokeStarts(lines[k])
		}
		if d.fits(lines, lines[k]) && !d.begun(lines[:min(k, at)]) {
			return d
		}
		return nil
	}
	return nil
}

// strokeStarts lists where the strokes of a rule with gaps begin.
func strokeStarts(rule string) []int {
	var starts []int
	before, at := ' ', 0
	for _, r := range rule {
		if r != ' ' && before == ' ' {
			starts = append(starts, at)
		}
		before = r
		at++
	}
	return starts
}

// fits tells whether the lines below the names are rows of the table, and sets
// what depends on the names.
func (d *drawing) fits(lines []string, rule string) bool {
	if d.bar != 0 {
		d.cuts = barsOf(d.names, d.bar)
		d.width = len(d.split(d.names))
		segments := strings.FieldsFunc(rule, func(r rune) bool { return !strings.ContainsRune(strokes, r) && r != ':' })
		if d.width != len(segments) && len(segments) > 1 || d.width == 1 && !strings.HasPrefix(strings.TrimSpace(d.names), string(d.bar)) {
			return false
		}
	} else {
		d.width = len(d.cuts)
	}
	rows, odd, named := 0, 0, 0
	for _, cell := range d.split(d.names) {
		if strings.TrimSpace(cell) != "" {
			named++
		}
	}
	for _, line := range lines[d.first+1:] {
		if !d.isRow(line) {
			continue
		}
		if rows++; d.bar != 0 && len(d.split(line)) != d.width || d.bar == 0 && !d.standsIn(line) {
			odd++
		}
	}
	return named*2 > d.width && odd*10 <= rows && (rows > 0 || d.bar != 0)
}

// begun holds where lines in front of the names have the table's bars: then the
// rule is a row of it, with strokes for cells that have no value.
func (d *drawing) begun(lines []string) bool {
	return d.bar != 0 && slices.ContainsFunc(lines, func(line string) bool { return d.isRow(line) && len(d.split(line)) == d.width && d.width > 1 })
}

// isRow tells rows from rules, blank lines and what programs say below a table.
func (d *drawing) isRow(line string) bool {
	if strings.TrimSpace(line) == "" || line == d.names {
		return false
	}
	if crossed, gapped := ruleOf(line); crossed || gapped {
		return false
	}
	if d.bar != 0 {
		return strings.ContainsRune(line, d.bar)
	}
	return !countsRows(line)
}

// countsRows recognises "(3 rows)", "3 rows selected." and such.
func countsRows(line string) bool {
	text := strings.TrimLeft(strings.ToLower(strings.TrimSpace(line)), "(")
	rest := strings.TrimLeft(text, "0123456789,.")
	return rest != text && strings.HasPrefix(rest, " row") && len(rest) < 40
}

// barsOf lists where bars stand in a line, in characters.
func barsOf(line string, bar rune) []int {
	var at []int
	i := 0
	for _, r := range line {
		if r == bar {
			at = append(at, i)
		}
		i++
	}
	return at
}

// split cuts a line into cells, with their padding.
func (d *drawing) split(line string) []string {
	if d.bar == 0 {
		return cutAt(line, d.cuts, 0)
	}
	bars := barsOf(line, d.bar)
	if d.escaped && strings.Contains(line, `\|`) {
		line = strings.ReplaceAll(line, `\|`, "\x00")
		bars = barsOf(line, d.bar)
	}
	trimmed := strings.TrimSpace(line)
	if len(bars) != len(d.cuts) && onlyIn(bars, d.cuts) { // a bar is text: those below the ones of the names count
		cells := cutAt(line, append([]int{-1}, d.cuts...), 1)
		if strings.HasPrefix(trimmed, string(d.bar)) {
			cells = cells[1:]
		}
		if strings.HasSuffix(trimmed, string(d.bar)) {
			cells = cells[:len(cells)-1]
		}
		return cells
	}
	if strings.HasPrefix(trimmed, string(d.bar)) {
		trimmed = trimmed[utf8.RuneLen(d.bar):]
		trimmed = strings.TrimSuffix(trimmed, string(d.bar))
	}
	cells := strings.Split(trimmed, string(d.bar))
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "\x00", "|")
	}
	return cells
}

// onlyIn tells whether all of wanted are among some, which are more.
func onlyIn(some, wanted []int) bool {
	for _, w := range wanted {
		if _, found := slices.BinarySearch(some, w); !found {
			return false
		}
	}
	return len(some) > len(wanted)
}

// cutAt cuts a line where columns begin; skip characters there belong to none.
func cutAt(line string, cuts []int, skip int) []string {
	cells := make([]string, len(cuts))
	runes := []rune(line)
	for i, from := range cuts {
		to := len(runes)
		if i+1 < len(cuts) {
			to = min(to, cuts[i+1])
		}
		if from = from + skip; from < to {
			cells[i] = string(runes[from:to])
		}
	}
	if skip == 0 && cuts[0] > 0 { // numbers may begin in front of the first name
		cells[0] = string(runes[:min(len(runes), cuts[0])]) + cells[0]
	}
	return cells
}

// standsIn tells whether the gutter in front of each column is empty.
func (d *drawing) standsIn(line string) bool {
	runes := []rune(line)
	for _, at := range d.cuts[1:] {
		if at <= len(runes) && runes[at-1] != ' ' {
			return false
		}
	}
	return true
}

// findGutters looks for columns that stand below each other without a rule.
// It answers with nil unless there is no doubt: several lines, with names over
// most columns and wide gutters.
func findGutters(head []byte, whole bool) *drawing {
	lines := headLines(head, whole)
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "" })
	if len(lines) < 4 || !strings.Contains(lines[0], "  ") {
		return nil
	}
	var filled []int // lines with a character at each place
	for _, line := range lines {
		at := 0
		for _, r := range line {
			if r == '\t' {
				return nil
			}
			if at == len(filled) {
				filled = append(filled, 0)
			}
			if r != ' ' {
				filled[at]++
			}
			at++
		}
	}
	d := &drawing{names: lines[0], named: true}
	wide := 0
	gutter := 2
	for at, n := range filled {
		switch {
		case n == 0:
			gutter++
		case gutter == 0:
		case len(d.cuts) == 0 || len(strings.TrimSpace(place(lines[0], at, filled))) > 0:
			if gutter > 1 && len(d.cuts) > 0 {
				wide++
			}
			d.cuts = append(d.cuts, at)
			gutter = 0
		default:
			gutter = 0
		}
	}
	d.width = len(d.cuts)
	if d.width < 3 || wide*2 < d.width-1 {
		return nil
	}
	counts := make([]int, d.width)
	for _, line := range lines {
		for i, cell := range d.split(line) {
			if cell = strings.TrimSpace(cell); cell != "" {
				counts[i]++
			}
			if line == d.names && strings.Contains(cell, "  ") {
				return nil
			}
		}
	}
	if slices.Min(counts)*2 < len(lines) {
		return nil
	}
	return d
}

// place is what a line has from one place up to the next gutter.
func place(line string, from int, filled []int) string {
	to := from
	for to < len(filled) && filled[to] > 0 {
		to++
	}
	return cutAt(line, []int{0, from, to}, 0)[1]
}
