package column

import "bytes"

// isPhone accepts 7 to 15 digits with the marks between them that telephone
// numbers have; bare digits need a + in front.
func isPhone(b []byte, n *counts) bool {
	if n.letters > 0 {
		at := extension(b)
		if at == 0 || n.letters > 3 {
			return false
		}
		b = b[:at]
		n = &counts{}
		n.of(b)
	}
	if n.digits < 7 || n.digits > 17 || len(b) > 24 || len(b) < 7 {
		return false
	}
	marks := 0
	for i, c := range b {
		switch {
		case c-'0' < 10:
		case c == '+' && i == 0, c == '(', c == ')', c == '-', c == ' ', c == '.', c == '/':
			marks++
		default:
			return false
		}
	}
	if b[0] == '+' {
		return true
	}
	if r := numberRun(b); r.digits > 15 && r.end == len(b) && r.asOnCards() {
		return false
	}
	if n.digits == 13 && b[0] == '9' && b[1] == '7' { // an ISBN
		return false
	}
	if n.dots == marks && n.digits < 9 { // a version
		return false
	}
	if spaces := bytes.Count(b, []byte(" ")); spaces > 0 && n.dots == spaces+1 { // decimals side by side: a place
		return false
	}
	switch string(mask(nil, b)) {
	case "999-99-9999", "9999 - 9999", "99-99-9999", "99.99.9999", "99/99/9999": // a social security number, a span of years, dates
		return false
	}
	return marks >= 2 && n.colons == 0 && n.dots != 1 && !(n.digits == 8 && marks == 2 && b[4]-'0' >= 10)
}

// extension is where the number of an extension begins, as in 555-0100 x12.
func extension(b []byte) int {
	for _, word := range [...]string{" ext. ", " ext ", " ext.", " x", "x"} {
		if at := bytes.Index(b, []byte(word)); at > 6 && at < len(b)-len(word)+1 && len(b)-at-len(word) <= 5 && onlyDigits(b[at+len(word):]) {
			return at
		}
	}
	return 0
}

// isDialled accepts all that may be dialled, where the column's name says so.
func isDialled(b []byte, n *counts) bool {
	if n.digits < 7 || n.digits > 15 || len(b) > 24 {
		return false
	}
	for _, c := range b {
		if c-'0' >= 10 && c != '+' && c != '(' && c != ')' && c != '-' && c != ' ' && c != '.' && c != '/' {
			return false
		}
	}
	return true
}

const leastIBAN = 15 // characters, in Norway

// isIBAN knows the numbers of bank accounts by their check digits (ISO 13616):
// the number, its first four characters moved behind, is 1 modulo 97.
func isIBAN(b []byte) bool {
	var s [40]byte
	n := 0
	for _, c := range b {
		switch {
		case c == ' ':
			continue
		case c-'0' >= 10 && c-'A' >= 26 || n == 34:
			return false
		}
		s[n] = c
		n++
	}
	if n < leastIBAN || s[0]-'A' >= 26 || s[1]-'A' >= 26 || s[2]-'0' >= 10 || s[3]-'0' >= 10 {
		return false
	}
	remainder := 0
	for i := range n {
		c := s[(i+4)%n]
		if c-'0' < 10 {
			remainder = (remainder*10 + int(c-'0')) % 97
		} else {
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		}
	}
	return remainder == 1
}

// ibanLengths are those of the countries whose accounts are looked for among
// words: check digits alone leave one in a hundred to chance.
var ibanLengths = map[string]int{"NO": 15, "BE": 16, "DK": 18, "FI": 18, "NL": 18, "SI": 19, "AT": 20, "EE": 20, "LT": 20, "LU": 20, "CH": 21, "HR": 21, "LI": 21, "LV": 21,
	"BG": 22, "DE": 22, "GB": 22, "IE": 22, "AE": 23, "IL": 23, "CZ": 24, "ES": 24, "RO": 24, "SA": 24, "SE": 24, "SK": 24, "PT": 25, "IS": 26, "TR": 26,
	"FR": 27, "GR": 27, "IT": 27, "CY": 28, "HU": 28, "PL": 28, "MT": 31}

// findIBAN finds the number of a bank account: a whole text, or one among words.
func findIBAN(b []byte) []byte {
	if len(b) >= leastIBAN && isIBAN(b) {
		return b
	}
	for i := 0; i+leastIBAN <= len(b); i++ {
		if b[i]-'A' >= 26 || b[i+2]-'0' >= 10 || b[i+3]-'0' >= 10 || i > 0 && (letter(b[i-1]) || b[i-1]-'0' < 10) {
			continue
		}
		left, end := ibanLengths[string(b[i:i+2])], i
		for ; left > 0 && end < len(b); end++ {
			switch c := b[end]; {
			case c-'0' < 10 || c-'A' < 26:
				left--
				continue
			case c == ' ':
				continue
			}
			break
		}
		if end > i && left == 0 && (end == len(b) || !letter(b[end]) && b[end]-'0' >= 10) && isIBAN(b[i:end]) {
			return b[i:end]
		}
	}
	return nil
}

// isSSN knows the shape 123-45-6789, less the numbers that are never given out.
func isSSN(b []byte) bool {
	if b[3] != '-' || b[6] != '-' || string(b[:3]) == "000" || string(b[:3]) == "666" || b[0] == '9' || string(b[4:6]) == "00" || string(b[7:]) == "0000" {
		return false
	}
	return onlyDigits(b[:3]) && onlyDigits(b[4:6]) && onlyDigits(b[7:])
}
