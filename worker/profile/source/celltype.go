package source

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cellClass is a rough idea of what a cell holds, enough to tell a dialect
// that makes sense from one that does not. The types of the report are decided
// elsewhere (package column), on all rows.
type cellClass uint8

const (
	classEmpty cellClass = iota
	classNumber
	classTime  // dates, times and both
	classToken // addresses, identifiers, truth values, null tokens
	classWord  // letters, digits and spaces
	classText  // anything else
	classTorn  // looks like a part of a cell: a quote at one end only, say
	classCount
)

// typed holds for classes that are hardly met by chance.
func (c cellClass) typed() bool { return c == classNumber || c == classTime || c == classToken }

func classify(cell []byte) cellClass {
	s := bytes.TrimSpace(cell)
	switch {
	case len(s) == 0:
		return classEmpty
	case isTorn(s), isGlued(s):
		return classTorn
	case isNumber(s):
		return classNumber
	case isTime(s):
		return classTime
	case isToken(s):
		return classToken
	case isWord(s):
		return classWord
	}
	return classText
}

// isTorn finds what a wrong delimiter or quote leaves behind: a quote at one
// end of a cell, doubled quotes, or a tab, which separates cells much more often than words.
func isTorn(s []byte) bool {
	if bytes.IndexByte(s, '\t') >= 0 || len(s) > 2 && bytes.Contains(s, []byte(`""`)) {
		return true // quotes are doubled within quotes only, and those are off by now
	}
	first, last := s[0], s[len(s)-1]
	for _, q := range []byte{'"', '\''} {
		if first == q && (len(s) == 1 || last == q) || (first == q) != (last == q) && q == '"' {
			return true
		}
	}
	return first == '\'' && bytes.Count(s, []byte("'")) == 1
}

// isGlued finds numbers with a delimiter between them.
func isGlued(s []byte) bool {
	glue := false
	for _, c := range s {
		switch {
		case c == ';' || c == '|':
			glue = true
		case !isDigit(c) && strings.IndexByte(".,-%$ €£¥", c) < 0: // byte by byte: signs of currency, too
			return false
		}
	}
	return glue && isDigit(s[0])
}

func isDigit(c byte) bool { return c-'0' < 10 }

// isNumber accepts signs, currency and percent signs, one decimal mark (point
// or comma), thousands marks and exponents.
func isNumber(s []byte) bool {
	if s[0] == '(' && s[len(s)-1] == ')' && len(s) > 2 {
		s = s[1 : len(s)-1]
	}
	s = bytes.TrimLeft(s, "+-")
	for _, sign := range []string{"$", "€", "£", "¥", "%"} {
		s = bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimPrefix(s, []byte(sign)), []byte(sign)))
	}
	s = bytes.TrimLeft(s, "+-")
	digits, marks, i := 0, 0, 0
	for ; i < len(s); i++ {
		c := s[i]
		if isDigit(c) {
			digits++
			continue
		}
		if c != '.' && c != ',' && c != '\'' && c != ' ' || i > 0 && !isDigit(s[i-1]) {
			break
		}
		if marks++; c == '\'' || c == ' ' { // only between groups of three
			if i == 0 || i+3 >= len(s) || !isDigit(s[i+1]) || !isDigit(s[i+2]) || !isDigit(s[i+3]) {
				return false
			}
		}
	}
	if digits == 0 || marks > 1 && !grouped(s[:i]) {
		return false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		e := bytes.TrimLeft(s[i+1:], "+-")
		return len(e) > 0 && len(e) < 5 && len(bytes.Trim(e, "0123456789")) == 0
	}
	return i == len(s)
}

// grouped tells whether all marks of a number but the last stand before groups
// of three digits; 1.2.3 is none.
func grouped(s []byte) bool {
	run := 0
	seen := false
	for _, c := range s {
		if isDigit(c) {
			run++
			continue
		}
		if seen && run != 3 || !seen && (run == 0 || run > 3) {
			return false
		}
		seen, run = true, 0
	}
	return true
}

// isTime accepts what has the shape of a date, a time or both: two or three
// short groups of digits (or a month's name) with - / . : between them.
func isTime(s []byte) bool {
	if len(s) < 5 || len(s) > 40 {
		return false
	}
	groups, marks, letters, run := 0, 0, 0, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isDigit(c):
			if run++; run == 1 {
				groups++
				if i > 0 && s[i-1] == ':' && (i+1 == len(s) || !isDigit(s[i+1])) {
					return false // minutes and seconds have two digits
				}
			}
			continue
		case c == '-' || c == '/' || c == ':' || c == '.':
			if run == 0 && (i == 0 || !isLetter(s[i-1]) && s[i-1] != ' ') {
				return false
			}
			marks++
		case isLetter(c):
			n := 1
			for i+n < len(s) && isLetter(s[i+n]) {
				n++
			}
			if !timeWord(s[i : i+n]) {
				return false
			}
			if n >= 3 && s[i] != 'U' && s[i] != 'G' {
				letters++
			}
			i += n - 1
		case c != ' ' && c != '+' && c != ',':
			return false
		}
		run = 0
	}
	if letters == 0 && bytes.Contains(s, []byte("  ")) {
		return false // two numbers, rather
	}
	return groups >= 2 && groups <= 9 && (marks >= 2 || letters > 0 || marks == 1 && bytes.IndexByte(s, ':') > 0)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func timeWord(w []byte) bool {
	low := bytes.ToLower(w)
	switch string(low) {
	case "t", "z", "am", "pm", "utc", "gmt", "st", "nd", "rd", "th", "sept":
		return true
	}
	for _, full := range []string{"january", "february", "march", "april", "may", "june", "july", "august",
		"september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		if string(low) == full || string(low) == full[:3] {
			return true
		}
	}
	return false
}

// isToken accepts addresses, identifiers in hexadecimal, truth values and the
// usual words for a missing value.
func isToken(s []byte) bool {
	if len(s) <= 5 {
		switch string(bytes.ToLower(s)) {
		case "true", "false", "yes", "no", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", `\n`, ".", "inf":
			return true
		}
	}
	if at := bytes.IndexByte(s, '@'); at > 0 && bytes.IndexByte(s[at:], '.') > 1 && !bytes.ContainsAny(s, " \t,;|") {
		return true
	}
	for _, p := range []string{"http://", "https://", "ftp://", "www.", "s3://", "file://"} {
		if bytes.HasPrefix(s, []byte(p)) && !bytes.ContainsAny(s, " \t|") {
			return true
		}
	}
	return isUUID(s) || isIPv4(s) || isColonHex(s)
}

// isColonHex accepts hardware addresses and IPv6.
func isColonHex(s []byte) bool {
	n := bytes.Count(s, []byte(":"))
	if !(n == 5 && len(s) == 17 || n == 7 || n >= 2 && bytes.Contains(s, []byte("::"))) || len(s) > 45 {
		return false
	}
	for _, c := range s {
		if c != ':' && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

func isUUID(s []byte) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	for _, c := range s {
		if c != '-' && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

func isIPv4(s []byte) bool {
	if len(s) < 7 || len(s) > 18 || bytes.Count(s, []byte(".")) != 3 {
		return false
	}
	for _, c := range s {
		if !isDigit(c) && c != '.' && c != '/' {
			return false
		}
	}
	return true
}

// isWord accepts names and plain phrases: they begin with a letter or digit
// and have none of the characters that separate cells.
func isWord(s []byte) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if isLetter(c) || isDigit(c) || i > 1 && bytes.IndexByte([]byte(" _-.'()&+/#"), c) >= 0 {
				continue
			}
			return false
		}
		r, n := utf8.DecodeRune(s[i:])
		if !unicode.In(r, unicode.L, unicode.N, unicode.M) {
			return false
		}
		i += n
	}
	return true
}
