package ref

import "strings"

// CSVDialect is how a CSV text is to be read. Empty strings mean "none".
type CSVDialect struct {
	Delimiter, Quote, Escape string // one character each
	LineEnd                  string // what lines mostly end with
	Cells                    int    // of a regular row
	Single                   bool   // the table has one column
	MaxCell                  int    // bytes; a quote open for longer was never one
	Spaced                   bool   // spaces around a quoted cell are no part of it
	Runs                     bool   // several delimiters count as one, and none at the ends of a line
	Comment                  string // lines that begin with it are left out
	Repeat                   string // lines that are this are left out
}

// CSVTable is the text as rows, and how often each fault was met.
type CSVTable struct {
	Rows   [][]string
	Faults map[string]int
}

// CSV reads a whole text the slow way, one rule after another as the comments
// of package source state them. It allocates as it likes.
func CSV(text string, d CSVDialect) CSVTable {
	t := CSVTable{Faults: map[string]int{}}
	t.Faults["nul_bytes"] = strings.Count(text, "\x00")
	r := csvReader{CSVDialect: d, faults: t.Faults}
	for text != "" {
		if code, line := r.leftOut(text); code != "" {
			t.Faults[code]++
			text = r.lineEnd(text[len(line):])
			continue
		}
		var cells []string
		row := text
		for r.Runs && strings.HasPrefix(text, d.Delimiter) {
			text = text[len(d.Delimiter):]
		}
		for {
			var cell string
			cell, text = r.cell(text)
			cells = append(cells, cell)
			if d.Delimiter == "" || !strings.HasPrefix(text, d.Delimiter) {
				break
			}
			text = text[len(d.Delimiter):]
			for r.Runs && strings.HasPrefix(text, d.Delimiter) {
				text = text[len(d.Delimiter):]
			}
			if r.Runs && (text == "" || text[0] == '\n' || text[0] == '\r') {
				break
			}
		}
		line := row[:len(row)-len(text)]
		text = r.lineEnd(text)
		if len(cells) == 1 && strings.Trim(line, " \t") == "" && !d.Single {
			t.Faults["blank_lines"]++
			continue
		}
		if len(cells) != d.Cells {
			t.Faults["ragged_rows"]++
		}
		for i, c := range cells {
			cells[i] = r.valid(c)
		}
		t.Rows = append(t.Rows, cells)
	}
	for code, n := range t.Faults {
		if n == 0 {
			delete(t.Faults, code)
		}
	}
	return t
}

type csvReader struct {
	CSVDialect
	faults map[string]int
}

// leftOut finds a line that is no row.
func (r csvReader) leftOut(s string) (code, line string) {
	line = s
	if k := strings.IndexAny(s, "\r\n"); k >= 0 {
		line = s[:k]
	}
	switch {
	case r.Comment != "" && strings.HasPrefix(line, r.Comment):
		return "comment_lines", line
	case r.Repeat != "" && line == r.Repeat:
		return "repeated_header", line
	}
	return "", ""
}

// lineEnd takes the line end off that s begins with.
func (r csvReader) lineEnd(s string) string {
	for _, end := range []string{"\r\n", "\n", "\r"} {
		if strings.HasPrefix(s, end) {
			if end != r.LineEnd {
				r.faults["mixed_line_ends"]++
			}
			return s[len(end):]
		}
	}
	return s
}

// cell reads one cell and answers with what is left, which begins with what
// ended the cell.
func (r csvReader) cell(s string) (cell, rest string) {
	if r.Spaced && r.Quote != "" && strings.HasPrefix(strings.TrimLeft(s, " "), r.Quote) {
		s = strings.TrimLeft(s, " ")
	}
	if r.Quote == "" || !strings.HasPrefix(s, r.Quote) {
		return r.plain(s, true)
	}
	var value strings.Builder
	for i := 1; ; {
		if i >= len(s) || i > r.MaxCell {
			return r.unclosed(s)
		}
		switch {
		case r.escapes(s[i:]):
			value.WriteString(s[i+1 : i+2])
			i += 2
		case strings.HasPrefix(s[i:], r.Quote+r.Quote):
			value.WriteString(r.Quote)
			i += 2
		case s[i:i+1] != r.Quote:
			value.WriteByte(s[i])
			i++
		case r.ends(s[i+1:]):
			return value.String(), s[i+1:]
		case r.Spaced && r.ends(strings.TrimLeft(s[i+1:], " ")):
			return value.String(), strings.TrimLeft(s[i+1:], " ")
		case strings.ContainsAny(s[:i], "\r\n"), r.behindDelimiter(s[:i]) && r.quotedWell(s[i:], r.MaxCell-i):
			return r.unclosed(s)
		default:
			return r.textAfter(s, i, value.String())
		}
	}
}

// behindDelimiter tells whether another cell begins behind s.
func (r csvReader) behindDelimiter(s string) bool {
	return r.Delimiter != "" && (strings.HasSuffix(s, r.Delimiter) || r.Spaced && strings.HasSuffix(strings.TrimRight(s, " "), r.Delimiter))
}

// quotedWell tells whether s begins with a quoted cell of one line at most so
// long, with nothing behind its closing quote.
func (r csvReader) quotedWell(s string, most int) bool {
	for j := 1; j < len(s) && j <= most && s[j] != '\n' && s[j] != '\r'; j++ {
		switch {
		case r.escapes(s[j:]), strings.HasPrefix(s[j:], r.Quote+r.Quote):
			j++
		case s[j:j+1] == r.Quote:
			return r.ends(s[j+1:])
		}
	}
	return false
}

func (r csvReader) unclosed(s string) (cell, rest string) {
	r.faults["unclosed_quote"]++
	cell, rest = r.plain(s[1:], false)
	return s[:1] + cell, rest
}

// textAfter reads a quoted cell whose quote at i has text behind it. quoted is
// the part before.
func (r csvReader) textAfter(s string, i int, quoted string) (cell, rest string) {
	r.faults["text_after_quote"]++
	inner := quoted + r.Quote
	for j := i + 1; j < len(s) && j <= r.MaxCell && s[j] != '\n' && s[j] != '\r'; j++ {
		switch {
		case r.escapes(s[j:]):
			j++
			inner += s[j : j+1]
		case s[j:j+1] != r.Quote:
			inner += s[j : j+1]
		case r.behindDelimiter(s[:j]):
			j = len(s) // another quoted cell begins
		case r.ends(s[j+1:]):
			return inner, s[j+1:]
		case strings.HasPrefix(s[j+1:], r.Quote):
			j++
			inner += r.Quote
			if r.ends(s[j+1:]) {
				return inner, s[j+1:]
			}
		default:
			inner += r.Quote
		}
	}
	cell, rest = r.plain(s[i+1:], false)
	return quoted + cell, rest
}

// plain reads an unquoted cell.
func (r csvReader) plain(s string, count bool) (cell, rest string) {
	var value strings.Builder
	i := 0
	for i < len(s) && !r.ends(s[i:]) {
		if r.escapes(s[i:]) {
			i++
		} else if count && r.Quote != "" && s[i:i+1] == r.Quote {
			r.faults["quote_in_unquoted"]++
			count = false
		}
		value.WriteByte(s[i])
		i++
	}
	return value.String(), s[i:]
}

// ends tells whether a cell ends before s.
func (r csvReader) ends(s string) bool {
	return s == "" || s[0] == '\n' || s[0] == '\r' || r.Delimiter != "" && strings.HasPrefix(s, r.Delimiter)
}

// escapes tells whether s begins with an escape character that takes the
// meaning off the next one.
func (r csvReader) escapes(s string) bool {
	if r.Escape == "" || r.Escape == r.Quote || !strings.HasPrefix(s, r.Escape) || len(s) == 1 {
		return false
	}
	next := s[1:]
	return strings.HasPrefix(next, r.Escape) || r.Quote != "" && strings.HasPrefix(next, r.Quote) ||
		r.Delimiter != "" && strings.HasPrefix(next, r.Delimiter)
}

// valid replaces what is not UTF-8.
func (r csvReader) valid(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := validPrefix(s)
		if n > 0 {
			b.WriteString(s[:n])
		} else {
			b.WriteString("\uFFFD")
			r.faults["invalid_utf8"]++
			n = badPrefix(s)
		}
		s = s[n:]
	}
	return b.String()
}

// utf8Forms are the well-formed byte sequences of the Unicode standard, table 3-7.
var utf8Forms = [][][2]byte{
	{{0x00, 0x7f}},
	{{0xc2, 0xdf}, {0x80, 0xbf}},
	{{0xe0, 0xe0}, {0xa0, 0xbf}, {0x80, 0xbf}},
	{{0xe1, 0xec}, {0x80, 0xbf}, {0x80, 0xbf}},
	{{0xed, 0xed}, {0x80, 0x9f}, {0x80, 0xbf}},
	{{0xee, 0xef}, {0x80, 0xbf}, {0x80, 0xbf}},
	{{0xf0, 0xf0}, {0x90, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}},
	{{0xf1, 0xf3}, {0x80, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}},
	{{0xf4, 0xf4}, {0x80, 0x8f}, {0x80, 0xbf}, {0x80, 0xbf}},
}

// matching is how many bytes of s follow a form.
func matching(s string, form [][2]byte) int {
	n := 0
	for n < len(form) && n < len(s) && s[n] >= form[n][0] && s[n] <= form[n][1] {
		n++
	}
	return n
}

func validPrefix(s string) int {
	for _, form := range utf8Forms {
		if matching(s, form) == len(form) {
			return len(form)
		}
	}
	return 0
}

// badPrefix is the maximal subpart of an ill-formed sequence, at least a byte.
func badPrefix(s string) int {
	n := 1
	for _, form := range utf8Forms {
		n = max(n, matching(s, form))
	}
	return n
}
