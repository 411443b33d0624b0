package source

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The dialect is found by reading a sample in every way that may be meant and
// scoring what comes out, as CleverCSV does it (van den Burg, Nazabal, Sutton,
// "Wrangling messy CSV files by detecting row and type patterns", 2019): rows
// should be of one length, and cells should look like something. Our score
// adds how alike the cells of a column are, counts faults of quoting, and
// judges the lines in front of and behind the table mildly.

const (
	sniffBytes = 48 << 10
	sniffLines = 400
)

// guess is one way to read the sample.
type guess struct {
	delim         string // "" for a table of one column
	quote, escape byte   // noByte for none
}

// verdict is a guess and how well it did.
type verdict struct {
	guess
	score       float64
	consistency float64
	length      int // cells of most rows
}

// sniffDialect finds the best guess that the options allow, and how sure it is.
// text begins at the first line to look at; whole says that nothing follows
// it. open says that some guess sees a quoted cell that goes on behind the text,
// so that it cannot be judged without more of it.
func sniffDialect(text []byte, whole bool, o Options, r rules) (best verdict, sure float64, open bool) {
	sample := firstLines(text)
	best.score = -1
	others := map[string]float64{}
	for _, g := range guessesFor(sample, o) {
		v, cut := judge(text, len(sample), whole, g, r)
		open = open || cut
		others[g.delim] = max(others[g.delim], v.score)
		if v.score > best.score*1.0001+1e-12 || best.score < 0 {
			best = v
		}
	}
	if o.Delimiter != "" {
		return best, 1, open
	}
	rival := 0.0
	for d, s := range others {
		if d != best.delim {
			rival = max(rival, s)
		}
	}
	sure = best.consistency
	if best.score > 0 {
		sure *= 1 - 0.5*math.Pow(min(rival/best.score, 1), 6)
	}
	return best, math.Round(sure*100) / 100, open
}

// firstLines cuts the sample out of a text, at the end of a line if it can.
func firstLines(text []byte) []byte {
	cut := text[:min(len(text), sniffBytes)]
	for i, n := 0, 0; i < len(cut); i++ {
		if cut[i] == '\n' || cut[i] == '\r' && (i+1 == len(cut) || cut[i+1] != '\n') {
			if n++; n == sniffLines {
				return cut[:i+1]
			}
		}
	}
	if len(cut) < len(text) {
		if k := bytes.LastIndexAny(cut, "\r\n"); k > len(cut)/2 {
			return cut[:k+1]
		}
	}
	return cut
}

// guessesFor lists what may be meant, most usual first: it wins a draw.
func guessesFor(sample []byte, o Options) []guess {
	delims := []string{o.delimiter()}
	if delims[0] == "" {
		delims = append(delimiters(sample), "")
	}
	var gs []guess
	for _, d := range delims {
		for _, q := range quotes(sample, d, o) {
			for _, e := range escapes(sample, q, o) {
				gs = append(gs, guess{d, q, e})
			}
		}
	}
	return gs
}

func quotes(sample []byte, delim string, o Options) []byte {
	switch o.Quote {
	case "":
	case "none":
		return []byte{noByte}
	default:
		return []byte{o.Quote[0]}
	}
	qs := []byte{'"'}
	if bytes.IndexByte(sample, '"') >= 0 {
		qs = append(qs, noByte)
	}
	if opens(sample, '\'', delim) {
		qs = append(qs, '\'')
	}
	return qs
}

// opens tells whether a quote stands both at the beginning and at the end of
// cells.
func opens(sample []byte, quote byte, delim string) bool {
	begins, ends := 0, 0
	d := []byte(delim)
	for i, c := range sample {
		if c != quote {
			continue
		}
		if i == 0 || sample[i-1] == '\n' || sample[i-1] == '\r' || len(d) > 0 && bytes.HasSuffix(sample[:i], d) {
			begins++
		}
		if i+1 == len(sample) || sample[i+1] == '\n' || sample[i+1] == '\r' || len(d) > 0 && bytes.HasPrefix(sample[i+1:], d) {
			ends++
		}
	}
	return begins > 0 && ends > 0
}

func escapes(sample []byte, quote byte, o Options) []byte {
	switch o.Escape {
	case "":
	case "none":
		return []byte{noByte}
	default:
		return []byte{o.Escape[0]}
	}
	es := []byte{noByte}
	if bytes.IndexByte(sample, '\\') >= 0 {
		es = append(es, '\\')
	}
	return es
}

// delimiters lists the characters that stand in a good share of the lines.
func delimiters(sample []byte) []string {
	lines := 0
	in := map[rune]int{} // lines that hold it
	seen := map[rune]bool{}
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		lines++
		clear(seen)
		for _, r := range string(line) {
			if !seen[r] {
				seen[r] = true
				in[r]++
			}
		}
	}
	var ds []string
	for _, r := range ",\t;|^~: " {
		if in[r]*5 >= lines && in[r] > 0 {
			ds = append(ds, string(r))
		}
	}
	var rare []rune
	for r, n := range in {
		if n*10 >= lines*8 && rareDelimiter(r) {
			rare = append(rare, r)
		}
	}
	slices.Sort(rare)
	for _, r := range rare {
		ds = append(ds, string(r))
	}
	return ds
}

// rareDelimiter holds for characters that separate cells now and then.
func rareDelimiter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 1 && r <= 8 || r >= 0x1c && r <= 0x1f || bytes.IndexByte([]byte("#&*!@%$=+`<>?_/"), byte(r)) >= 0
	}
	return r != utf8.RuneError && r != '\ufeff' && (unicode.IsSymbol(r) || unicode.IsPunct(r))
}

// judge reads the rows that begin in the first size bytes of text by a guess,
// and scores them. open says that the last row does not end in text, although
// it has taken more than half of the sample.
func judge(text []byte, size int, whole bool, g guess, r rules) (v verdict, open bool) {
	v = verdict{guess: g}
	x := newExact(g.rules(r), text)
	x.eof = whole
	faults, long := 0, false
	for p := 0; p < size; {
		next, _ := x.row(p)
		if next == more {
			open = x.broken == nil && g.quote != noByte && size-p > size/2
			break
		}
		for _, f := range x.faults {
			if f.code == "unclosed_quote" || f.code == "text_after_quote" {
				faults++
			}
		}
		if p = next; p > size && !long { // one long cell must not be all there is to see
			long, size = true, min(len(text), p+sniffBytes/4)
		}
	}
	n := x.count()
	if n == 0 {
		return v, open
	}
	t := tallyRows(x.cells)
	v.length, v.consistency = t.length, t.consistency
	if g.delim != "" && t.length < 2 {
		return v, open
	}
	looks, typed := t.looks(g.delim)
	clean := 1 / (1 + float64(faults)/float64(n))
	if faults == 0 && x.hasQuoted() {
		clean = 1.2 // quotes in all the right places are hardly there by chance
	}
	if g.delim == "" {
		v.score = (0.25 + 0.5*looks) * clean
		return v, open
	}
	alike := math.Pow(t.consistency, 1.5)
	length := float64(t.length)
	likely := prior(g.delim, typed)
	if (g.delim == " " || g.delim == ":") && t.length >= 3 && n >= 4 && t.consistency > 0.99 {
		likely = 0.95 // phrases have words in varying number
	}
	v.score = likely * alike * (0.5 + 0.5*looks) * length / (length + 1) * clean
	return v, open
}

// hasQuoted tells whether one of the cells was quoted.
func (x *exact) hasQuoted() bool {
	if len(x.side) > 0 {
		return true
	}
	for _, s := range x.start {
		if s > 0 && int(s) < len(x.text) && x.text[s-1] == x.quote {
			return true
		}
	}
	return false
}

// prior is what a delimiter is worth before its rows are seen. Those that are
// common in text and in dates need columns of typed values to speak for them.
func prior(delim string, typed float64) float64 {
	switch delim {
	case ",", "\t", ";":
		return 1
	case "|", "^", "~":
		return 0.97
	case " ", ":":
		return 0.5 + 0.42*typed
	}
	if delim[0] < ' ' {
		return 1
	}
	if delim[0] >= utf8.RuneSelf {
		return 0.6 + 0.3*typed
	}
	return 0.35 + 0.35*typed
}

func (g guess) rules(r rules) rules {
	r.delim, r.quote, r.quoted, r.escape = []byte(g.delim), g.quote, g.quote != noByte, g.escape
	if g.delim == "" {
		r.delim, r.undivided, r.single = []byte{'\n'}, true, true
	}
	if r.escape == r.quote {
		r.escape = noByte // doubled quotes always count
	}
	return r
}

// newExact makes a tokeniser for a text of its own.
func newExact(r rules, text []byte) *exact {
	x := &exact{rules: r, cells: &cells{}}
	x.reset(text)
	return x
}

// data is the text of a cell.
func (c *cells) cell(k int) []byte {
	s, e := int(c.start[k]), int(c.end[k])
	if n := len(c.text); s > n || s == n && e > n {
		return c.side[s-n : e-n]
	}
	return c.text[s:e]
}

// rowTally is how the rows of a sample look.
type rowTally struct {
	*cells
	length      int
	consistency float64
	from, to    int // the rows that are taken for the table
}

func (c *cells) length(row int) int { return int(c.rows[row+1] - c.rows[row]) }

// tallyRows finds the length that most rows have, long ones counting more,
// and how many rows have it. Rows before the first of them and behind the last
// count little: they are titles and footnotes.
func tallyRows(c *cells) rowTally {
	t := rowTally{cells: c}
	counts := map[int]int{}
	for r := range c.count() {
		counts[c.length(r)]++
	}
	best := -1.0
	for k, n := range counts {
		s := float64(n) * float64(k-1) / float64(k)
		if s > best || s == best && k > t.length {
			best, t.length = s, k
		}
	}
	t.to = c.count()
	for t.from < t.to && c.length(t.from) != t.length {
		t.from++
	}
	for t.to > t.from && c.length(t.to-1) != t.length {
		t.to--
	}
	alike := float64(counts[t.length])
	for k, n := range counts {
		if d := k - t.length; d != 0 && 4*max(d, -d) <= t.length {
			alike += float64(n) / 2 // trailing cells left out, say
		}
	}
	outside := float64(c.count() - (t.to - t.from))
	t.consistency = min(1, alike/(float64(t.to-t.from)+outside/3))
	return t
}

// looks scores the cells of the regular rows: how many look like something and
// how alike a column's cells are. typed is the share of cells of typed classes.
// Unless the delimiter is a common one, cells with a common one in them are
// rather several cells: "1,5" is no number there.
func (t *rowTally) looks(delim string) (score, typed float64) {
	const common = ",;\t|"
	strict := delim == "" || !strings.Contains(common, delim)
	columns := min(t.length, 200)
	counts := make([][classCount]int, columns)
	rows := 0
	for r := t.from; r < t.to && rows < 200; r++ {
		if t.cells.length(r) != t.length {
			continue
		}
		rows++
		for c := range columns {
			cell := t.cell(int(t.rows[r]) + c)
			k := classify(cell)
			if strict && k != classEmpty && bytes.ContainsAny(cell, common) {
				k = classTorn
			}
			counts[c][k]++
		}
	}
	if rows == 0 {
		return 0, 0
	}
	for _, n := range counts {
		filled := rows - n[classEmpty]
		if filled == 0 {
			score += 0.5
			continue
		}
		known := float64(n[classNumber] + n[classTime] + n[classToken])
		sum := known + 0.75*float64(n[classWord]) + 0.4*float64(n[classText])
		if strict {
			sum += 0.1 * float64(n[classTorn])
		}
		// The first row may be a header of words over numbers: one of them is no
		// blemish.
		most := min(float64(slices.Max(n[classNumber:]))+1, float64(filled)) / float64(filled)
		score += sum / float64(filled) * (0.6 + 0.4*most) * (0.8 + 0.2*float64(filled)/float64(rows))
		typed += known / float64(filled)
	}
	return score / float64(columns), typed / float64(columns)
}
