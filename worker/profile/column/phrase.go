package column

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// either lists words, the first few of them.
func either(words []string, last string) string {
	const most = 5
	if more := len(words) - most; more > 0 {
		words = append(slices.Clone(words[:most-1]), strconv.Itoa(more+1)+" others")
	}
	n := len(words) - 1
	if n == 0 {
		return words[0]
	}
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}

// quoted is a value in a message, cut short.
func quoted(s string) string {
	r := []rune(s)
	if len(r) > 40 {
		s = string(r[:39]) + "…"
	}
	return "“" + s + "”"
}

func percent(share float64) string {
	p := 100 * share
	switch {
	case p > 99.9 && share < 1:
		return "Over 99.9%"
	case p > 99 && share < 1: // not 100
		return strconv.FormatFloat(math.Floor(p*10)/10, 'f', 1, 64) + "%"
	case p >= 10 || p == math.Trunc(p):
		return strconv.FormatFloat(p, 'f', 0, 64) + "%"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + "%"
}

func number(v float64) string {
	if math.Abs(v) >= 1e15 || v != 0 && math.Abs(v) < 1e-4 {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	digits := 2
	for small := math.Abs(v); small < 0.1 && small > 0 && digits < 5; small *= 10 {
		digits++ // 0.0033 is not 0
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	whole, rest, _ := strings.Cut(s, ".")
	if n, err := strconv.ParseInt(whole, 10, 64); err == nil && n != 0 {
		whole = Grouped(n)
	}
	if rest != "" {
		return whole + "." + rest
	}
	return whole
}

// Grouped writes an integer with commas.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var parts []string
	for len(s) > 3 {
		parts = append(parts, s[len(s)-3:])
		s = s[:len(s)-3]
	}
	parts = append(parts, s)
	slices.Reverse(parts)
	return sign + strings.Join(parts, ",")
}

func cells(n int64) string {
	if n == 1 {
		return "1 cell holds"
	}
	return Grouped(n) + " cells hold"
}

func values(n int64, one, many string) string {
	if n == 1 {
		return "1 value " + one
	}
	return Grouped(n) + " values " + many
}
