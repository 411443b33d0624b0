package report

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// printable makes text from a file safe for a terminal: control characters,
// which could move the cursor or set the window's title, and marks that turn
// the reading direction, which could make a line lie, become visible.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return '␣'
		case unicode.IsControl(r) || r == unicode.ReplacementChar || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029':
			return '�'
		}
		return r
	}, s)
}

// cells is the number of terminal cells that s takes (Unicode Standard Annex
// 11; combining and format characters take none).
func cells(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// fit cuts s to n cells; what is cut shows as an ellipsis.
func fit(s string, n int) string {
	if cells(s) <= n {
		return s
	}
	var b strings.Builder
	used := 0
	for _, r := range s {
		w := runeCells(r)
		if used+w > n-1 {
			break
		}
		b.WriteRune(r)
		used += w
	}
	return b.String() + "…"
}

func padRight(s string, n int) string {
	s = fit(s, n)
	return s + strings.Repeat(" ", n-cells(s))
}

func padLeft(s string, n int) string {
	s = fit(s, n)
	return strings.Repeat(" ", n-cells(s)) + s
}

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// short writes a number in at most about seven cells: 22M, 6.4, 0.0031.
func short(v float64) string {
	a := math.Abs(v)
	for _, unit := range []struct {
		from float64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}} {
		if a >= unit.from && a < 1e15 {
			return trimmed(v/unit.from, 1) + unit.name
		}
	}
	switch {
	case a >= 1e15 || (a > 0 && a < 1e-4):
		return strconv.FormatFloat(v, 'g', 3, 64)
	case a >= 1000:
		return grouped(int64(math.Round(v)))
	case a >= 1:
		return trimmed(v, 2)
	}
	// No rounding up to the next whole number: 0.9996 is not 1.
	for digits := 3; ; digits++ {
		s := strconv.FormatFloat(v, 'g', digits, 64)
		if a == 0 || digits == 17 || (s != "1" && s != "-1") {
			return s
		}
	}
}

func trimmed(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// share writes part of whole in percent and never rounds almost all to all,
// nor almost nothing to nothing.
func share(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	p := 100 * float64(part) / float64(whole)
	switch {
	case part == whole:
		return "100%"
	case part == 0:
		return "0%"
	case p > 99.99:
		return ">99.99%"
	case p < 0.01:
		return "<0.01%"
	case p > 99.9 || p < 0.1:
		return trimmed(p, 2) + "%"
	}
	return trimmed(p, 1) + "%"
}

func bytesText(n int64) string {
	f, i := float64(n), 0
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	for f >= 1000 && i < len(units)-1 {
		f, i = f/1000, i+1
	}
	if i == 0 {
		return grouped(n) + " " + units[0]
	}
	return trimmed(f, 1) + " " + units[i]
}

// spark draws counts as one line of n cells, bins put together where there
// are more of them.
func spark(counts []int64, n int, unicodeMarks bool) string {
	if len(counts) == 0 {
		return ""
	}
	marks := []rune(" .:-=+*#")
	if unicodeMarks {
		marks = []rune("▁▂▃▄▅▆▇█")
	}
	n = min(n, len(counts))
	sums := make([]int64, n)
	var top int64
	for i, c := range counts {
		j := i * n / len(counts)
		sums[j] += c
		top = max(top, sums[j])
	}
	var b strings.Builder
	for _, s := range sums {
		switch {
		case s == 0 || top == 0:
			b.WriteByte(' ')
		default:
			b.WriteRune(marks[int(float64(s-1)/float64(top)*float64(len(marks)))])
		}
	}
	return b.String()
}
