package source

import (
	"bytes"
	"slices"
	"strings"
)

const (
	longLines     = 20 // lines that are searched for delimiters of several marks
	longestMarks  = 4  // the most marks of one
	longDelimiter = foundInLong + ",/_-"
	foundInLong   = "|:~^!@#$%&*+=<>\\?`[]{}();\t\x01\x02\x1c\x1d\x1e\x1f" // slashes and dashes join words, and URLs have both
)

// isLong accepts delimiters of several marks. Two commas, semicolons or such are
// none, as they have an empty cell between them.
func isLong(delim string) bool {
	return len(delim) > 1 && len(delim) <= longestMarks && strings.Trim(delim, longDelimiter) == "" && strings.Trim(delim, ",") != "" && strings.Trim(delim, ";") != ""
}

// longDelimiters puts the delimiters of several marks that a sample shows in front
// of those of one, and takes out the ones that are only parts of them.
func longDelimiters(sample []byte, ds []string) []string {
	var long []string
	for _, d := range markRuns(sample) {
		if most, alone := regularMarks(sample, d); most && !quotesAround(sample, d) {
			long = append(long, d)
			if !alone {
				ds = slices.DeleteFunc(ds, func(short string) bool { return strings.Contains(d, short) })
			}
		}
	}
	return append(long, ds...)
}

// quotesAround holds for a mark between two quotes, where lines begin and end with
// such a quote: ~a~|~b~ has two quoted cells.
func quotesAround(sample []byte, delim string) bool {
	if len(delim) != 3 || delim[0] != delim[2] || delim[0] != '~' && delim[0] != '`' {
		return false
	}
	lines, with := 0, 0
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if lines++; line[0] == delim[0] && line[len(line)-1] == delim[0] {
			with++
		}
	}
	return with*10 >= lines*9
}

// markRuns lists the runs of two to four marks in the first lines, longest first.
func markRuns(sample []byte) []string {
	var found []string
	lines := 0
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if lines++; lines > longLines {
			break
		}
		line = line[:min(len(line), 4096)]
		for i := 0; i < len(line); i++ {
			from := i
			for i < len(line) && strings.IndexByte(foundInLong, line[i]) >= 0 {
				i++
			}
			if d := string(line[from:i]); isLong(d) && separates(d) && !slices.Contains(found, d) && len(found) < 2*longLines {
				found = append(found, d)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b string) int { return len(b) - len(a) })
	return found
}

// separates tells delimiters from marks that happen to stand together, as the sign
// at the end of a cell and a tab do: they are one mark repeated, or mirror
// themselves, or are an arrow.
func separates(marks string) bool {
	if strings.Trim(marks, marks[:1]) == "" || marks == "=>" || marks == "<>" || marks == "][" {
		return true
	}
	if len(marks) != 3 || strings.Contains(marks, "\t") {
		return false
	}
	first, last := marks[0], marks[2]
	return first == last || first == '<' && last == '>' || first == '[' && last == ']' || first == '{' && last == '}' || first == '(' && last == ')'
}

// regularMarks tells whether a run of marks stands as often in nearly each line
// of the sample, and whether its marks also stand alone.
func regularMarks(sample []byte, delim string) (regular, alone bool) {
	counts := map[int]int{}
	lines, all := 0, 0
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		n := bytes.Count(line, []byte(delim))
		counts[n]++
		all += n
		if lines++; lines == 5*longLines {
			break
		}
		if 2*counts[0] > lines+2 {
			return false, false
		}
	}
	if counts[0]*5 > lines || all < 2 {
		return false, false
	}
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	if len(counts) > 1 && most*10 < lines*8 && most < lines-1 {
		return false, false
	}
	same := strings.Trim(delim, delim[:1]) == ""
	first := sample
	if k := bytes.IndexAny(sample, "\r\n"); k > 0 {
		first = sample[:k]
	}
	if !bytes.Contains(first, []byte(delim)) {
		if same && bytes.Contains(first, []byte(delim[:1])) {
			return false, false // the marks stand alone between names: below, cells are empty
		}
		alone = true // a title perhaps, or marks in cells
	}
	total := bytes.Count(sample, []byte(delim))
	slack := total/5 + 1 // of marks in cells, where the delimiter is none of them repeated
	if same {
		slack = total / 20
	}
	for i := range delim {
		c := delim[i : i+1]
		if strings.Contains(delim[:i], c) {
			continue
		}
		within := total * strings.Count(delim, c)
		if bytes.Count(sample, []byte(c)) > within+slack*strings.Count(delim, c) {
			alone = true
		}
	}
	if same && bytes.Contains(sample, []byte(delim+delim[:1])) && !bytes.Contains(sample, []byte(delim+delim)) {
		return false, false
	}
	return !alone || delim == "::" || delim == "||", alone
}
