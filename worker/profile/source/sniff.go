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

//
// Two things the score alone must not decide. A table of ragged rows is still a
// table: where the delimiter shows plainly, "one column" is no rival. And
// without quotes nothing is ever badly quoted: that reading has to be much
// better over many rows.

const (
	sniffBytes = 48 << 10
	sniffLines = 400
	// unquotedRows is how many rows it takes to believe that quotes are text.
	unquotedRows = 20
)

// guess is one way to read the sample.
type guess struct {
	delim         string // "" for a table of one column
	quote, escape byte   // noByte for none
	runs          bool   // see rules
	spaced        bool
}

// verdict is a guess and how well it did.
type verdict struct {
	guess
	score       float64
	consistency float64
	typed       float64 // share of cells behind the first row that are hardly so by chance
	rows        int
	length      int  // cells of most rows
	plain       bool // the delimiter shows plainly, however ragged the rows are
	headed      bool // the first row is as long as most
	padded      bool // each cell but the first of a row begins with a space
	beheaded    bool // the first row has one cell
	sure        float64
	quotations  bool    // text follows each closing quote: the quotes are text
	rival       string  // the delimiter that does best of the others
	rivalry     float64 // how well, to this one
}

// sniffDialect finds the best guess that the options allow, and how sure it is.
// text begins at the first line to look at; whole says that nothing follows
// it. open says that some guess sees a quoted cell that goes on behind the text,
// so that it cannot be judged without more of it.
func sniffDialect(text []byte, whole bool, o Options, r rules) (best verdict, open bool) {
	sample := firstLines(text)
	var vs []verdict
	var single verdict // the best way to read one column
	plain, regular, padded, named := false, false, false, false
	aligned := -1.0            // how alike the rows are where spaces align the columns
	cites := map[string]bool{} // delimiters with quotations in the cells
	for _, g := range guessesFor(sample, o) {
		v, cut := judge(text, len(sample), whole, g, r)
		open = open || cut
		if g.quote == noByte && o.Quote == "" {
			if v.rows < unquotedRows {
				continue
			}
			if !cites[g.delim] {
				v.score *= 0.85
			}
			v.plain = false // parts of quoted cells show no delimiter
		}
		cites[g.delim] = cites[g.delim] || v.quotations
		if g.delim == "" && v.score > single.score {
			single = v
		}
		if v.runs && v.length > 1 {
			aligned = max(aligned, v.consistency)
		}
		plain, padded = plain || v.plain, padded || v.padded
		named = named || v.plain && v.headed && v.consistency > 0.9 && (v.length > 2 || v.consistency == 1 && v.rows > 3)
		regular = regular || v.plain && v.consistency > 0.9 && !unusual(v.delim)
		vs = append(vs, v)
	}
	best.score = -1
	others := map[string]float64{}
	for _, v := range vs {
		switch {
		case v.delim == "" && plain, v.delim == " " && (padded || !v.runs && v.consistency <= aligned):
			continue
		case named && v.beheaded && v.delim != "":
			v.score *= 0.6 // another delimiter separates the names
		case unusual(v.delim) && single.typed >= 0.9 && !v.headed:
			v.score *= 0.85 // lines that make sense as a whole: times, say
		case unusual(v.delim) && regular:
			v.score *= 0.75
		}
		others[v.delim] = max(others[v.delim], v.score)
		if v.score > best.score*1.0001+1e-12 || best.score < 0 {
			best = v
		}
	}
	if best.sure = 1; o.Delimiter != "" {
		return best, open
	}
	rival := 0.0
	for d, s := range others {
		if d != best.delim && (s > rival || s == rival && d < best.rival) {
			rival, best.rival = s, d
		}
	}
	best.sure = best.consistency
	if best.score > 0 {
		best.rivalry = min(rival/best.score, 1)
		best.sure *= 1 - 0.5*math.Pow(best.rivalry, 6)
	}
	if d := evenMark(vs, single); best.delim == "" && d != "" {
		best.sure, best.rival, best.rivalry = min(best.sure, 0.65), d, 1
	}
	best.sure = math.Round(best.sure*100) / 100
	return best, open
}

// evenMark is a mark that stands equally often in each of several lines that make
// no sense as a whole: they may well be several cells. "" if there is none.
func evenMark(vs []verdict, single verdict) string {
	if single.typed >= 0.9 || single.rows < 3 {
		return ""
	}
	for _, v := range vs {
		if v.length > 1 && v.consistency == 1 && v.rows == single.rows && strings.Contains("#&*!@%$=+<>?:~^", v.delim) {
			return v.delim
		}
	}
	return ""
}

// doubtful is how sure a dialect, or an encoding, must be to be no problem.
const doubtful = 0.7

// doubt says what is not clear about the delimiter, and what else it may be.
func (v verdict) doubt() string {
	name := func(delim string) string {
		if delim == "" {
			return "one column"
		}
		r, _ := utf8.DecodeRuneInString(delim)
		return nameOf(r)
	}
	if v.consistency < doubtful && v.rivalry < 0.8 {
		return "The rows are of very different lengths, so the delimiter is not sure; it was taken to be " + name(v.delim) + "."
	}
	return "The delimiter is not sure: it was taken to be " + name(v.delim) + ", but " + name(v.rival) + " would do nearly as well."
}

// firstLines cuts the sample out of a text, at the end of a line if it can. It
// has the first line to its end.
func firstLines(text []byte) []byte {
	cut := text[:min(len(text), sniffBytes)]
	n := 0
	for i := 0; i < len(cut); i++ {
		if cut[i] == '\n' || cut[i] == '\r' && (i+1 == len(cut) || cut[i+1] != '\n') {
			if n++; n == sniffLines {
				return cut[:i+1]
			}
		}
	}
	if len(cut) == len(text) {
		return cut
	}
	if n == 0 {
		if k := bytes.IndexAny(text[len(cut):], "\r\n"); k >= 0 {
			return text[:len(cut)+k+1]
		}
		return text
	}
	if k := bytes.LastIndexAny(cut, "\r\n"); k > len(cut)/2 {
		return cut[:k+1]
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
				gs = append(gs, guess{delim: d, quote: q, escape: e})
				if d == " " && bytes.Contains(sample, []byte("  ")) {
					gs = append(gs, guess{delim: d, quote: q, escape: e, runs: true})
				}
				if d != "" && d != " " && q != noByte && bytes.Contains(sample, []byte(d+" "+string(q))) {
					gs = append(gs, guess{delim: d, quote: q, escape: e, spaced: true})
				}
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
	for _, q := range []byte("~`") {
		if delim != "" && delim != " " && delim != string(q) && wraps(sample, q, delim) {
			qs = append(qs, q)
		}
	}
	return qs
}

// wraps tells whether a mark stands both in front of and behind delimiters, alone
// and in most lines, as a rare quote does; a delimiter itself is not that often
// beside another one.
func wraps(sample []byte, quote byte, delim string) bool {
	open, shut := []byte(delim+string(quote)), []byte(string(quote)+delim)
	lines, with := 0, 0
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if lines++; (bytes.Contains(line, open) || line[0] == quote) && (bytes.Contains(line, shut) || line[len(line)-1] == quote) && bytes.Count(line, []byte{quote})%2 == 0 {
			with++
		} else if lines == 1 { // a column of such cells below its name
			return false
		}
	}
	return with > 1 && with*10 >= lines*8
}

// opens tells whether a quote stands both at the beginning and at the end of
// cells, spaces aside.
func opens(sample []byte, quote byte, delim string) bool {
	begins, ends := 0, 0
	d := []byte(delim)
	for i, c := range sample {
		if c != quote {
			continue
		}
		before, after := sample[:i], sample[i+1:]
		if delim != " " {
			before, after = bytes.TrimRight(before, " "), bytes.TrimLeft(after, " ")
		}
		if len(before) == 0 || before[len(before)-1] == '\n' || before[len(before)-1] == '\r' || len(d) > 0 && bytes.HasSuffix(before, d) {
			begins++
		}
		if len(after) == 0 || after[0] == '\n' || after[0] == '\r' || len(d) > 0 && bytes.HasPrefix(after, d) {
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

// delimiters lists the characters that may separate cells: the usual ones
// wherever they stand, as a long cell can have most of the lines, the others
// where they stand in a good share of the lines.
func delimiters(sample []byte) []string {
	const usual, others = ",\t;|", "^~: "
	lines := 0
	in := map[rune]int{} // lines that hold it
	seen := map[rune]bool{}
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		lines++
		for _, r := range usual + others {
			if bytes.IndexByte(line, byte(r)) >= 0 {
				in[r]++
			}
		}
		clear(seen)
		for _, r := range string(line[:min(len(line), 4096)]) {
			if !seen[r] && rareDelimiter(r) {
				in[r]++
			}
			seen[r] = true
		}
	}
	var ds []string
	for _, r := range usual {
		if in[r] > 0 {
			ds = append(ds, string(r))
		}
	}
	if len(sample) > 2*sniffBytes { // one line of hundreds of kilobytes: each guess reads all of it
		return ds
	}
	for _, r := range others {
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
	return longDelimiters(sample, ds)
}

// rareDelimiter holds for characters that separate cells now and then.
func rareDelimiter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 1 && r <= 8 || r >= 0x0e && r <= 0x19 || r >= 0x1c && r <= 0x1f || bytes.IndexByte([]byte("#&*!@%$=+`<>?_/-"), byte(r)) >= 0
	}
	return r != utf8.RuneError && r != '\ufeff' && (unicode.IsSymbol(r) || unicode.IsPunct(r))
}
