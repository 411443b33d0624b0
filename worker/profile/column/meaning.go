package column

import (
	"bytes"
	"net/netip"
	"unicode"
	"unicode/utf8"
)

// meaning is something that a text may be beside text.
type meaning uint8

const (
	meaningEmail meaning = iota
	meaningURL
	meaningUUID
	meaningIP
	meaningPhone
	meaningPercent
	meaningCurrency
	meaningNumber   // a number with signs or separators that parseNumber refuses
	meaningPlace    // two or three capitals, or the name of a country
	meaningNameLike // one to five capitalised words
	meaningSentence // five words or more
	meaningList     // parts between , ; or |
	meaningPostal   // shapes of postal codes
	meaningUpper2   // two capitals
	meaningCode     // one word of at most five capitals, as LHR
	meaningCard     // the number of a payment card
	meanings
)

// meaningsOf tells which ones are possible, as bits.
func meaningsOf(b []byte) (may uint32) {
	if b = trim(b); len(b) == 0 {
		return 0
	}
	set := func(m meaning, ok bool) {
		if ok {
			may |= 1 << m
		}
	}
	var n counts
	n.of(b)
	set(meaningEmail, n.at == 1 && isEmail(b))
	set(meaningURL, isURL(b))
	set(meaningUUID, isUUID(b))
	set(meaningIP, isIP(b, &n))
	set(meaningPhone, isPhone(b, &n))
	set(meaningCard, n.letters == 0 && n.digits >= 13 && isCard(b))
	number, percent, currency := decoratedNumber(b)
	set(meaningNumber, number)
	set(meaningPercent, percent)
	set(meaningCurrency, currency)
	set(meaningUpper2, len(b) == 2 && n.upper == 2)
	set(meaningCode, n.words == 1 && n.upper >= 2 && n.upper == n.letters && n.letters+n.digits == len(b) && len(b) <= 5)
	set(meaningPlace, countryCodes[string(b)] || countryNames[string(bytes.ToLower(b[:min(len(b), 40)]))])
	set(meaningNameLike, n.digits == 0 && n.words >= 1 && n.words <= 5 && n.capital == n.words && n.letters >= 2 && n.other <= 1)
	set(meaningSentence, n.words >= 5 && n.letters*2 > len(b))
	address := b[0]-'0' < 10 && n.letters > 0
	set(meaningList, n.separators >= 1 && !address && n.words <= 4*(n.separators+1) && may&(1<<meaningNumber|1<<meaningURL|1<<meaningEmail) == 0)
	set(meaningPostal, isPostal(b, &n))
	return may
}

// counts are the characters of a text by kind.
type counts struct {
	letters, upper, digits, spaces, other int
	words, capital                        int // words, and those that begin with a capital
	at, dots, colons, separators          int
}

func (n *counts) of(b []byte) {
	before := ' '
	for i := 0; i < len(b); {
		r, size := rune(b[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[i:])
		}
		i += size
		start := before == ' ' || before == '-' || before == '\''
		switch {
		case r == ' ':
			n.spaces++
		case unicode.IsLetter(r):
			n.letters++
			upper := unicode.IsUpper(r)
			if upper {
				n.upper++
			}
			if before == ' ' {
				n.words++
				if upper || !unicode.IsLower(r) {
					n.capital++
				}
			} else if start && upper {
				break
			}
		case r-'0' < 10 && r >= '0':
			n.digits++
			if before == ' ' {
				n.words++
			}
		default:
			n.mark(r)
		}
		before = r
	}
}

func (n *counts) mark(r rune) {
	switch r {
	case '@':
		n.at++
	case '.':
		n.dots++
	case ':':
		n.colons++
	case ',', ';', '|':
		n.separators++
	case '-', '\'', '’':
	default:
		n.other++
	}
}

func isEmail(b []byte) bool {
	at := bytes.IndexByte(b, '@')
	host := b[at+1:]
	dot := bytes.LastIndexByte(host, '.')
	if at < 1 || dot < 1 || len(host)-dot < 3 || len(b) > 254 {
		return false
	}
	for _, c := range b {
		if c <= ' ' || c == ',' || c == ';' || c == '<' || c == '>' || c == '"' || c == '/' {
			return false
		}
	}
	return true
}

func isURL(b []byte) bool {
	for _, scheme := range [...]string{"http://", "https://", "ftp://", "www."} {
		if len(b) > len(scheme)+3 && bytes.EqualFold(b[:len(scheme)], []byte(scheme)) {
			return !bytes.ContainsAny(b, " \t\n\"<>")
		}
	}
	return false
}

func isUUID(b []byte) bool {
	if len(b) == 38 && b[0] == '{' && b[37] == '}' {
		b = b[1:37]
	}
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if c-'0' >= 10 && (c|0x20)-'a' >= 6 {
				return false
			}
		}
	}
	return true
}

func isIP(b []byte, n *counts) bool {
	if len(b) > 45 || n.dots != 3 && n.colons < 2 {
		return false
	}
	_, err := netip.ParseAddr(string(b))
	return err == nil
}

// isPhone accepts 7 to 15 digits with the marks between them that telephone
// numbers have; bare digits need a + in front.
func isPhone(b []byte, n *counts) bool {
	if n.digits < 7 || n.digits > 15 || n.letters > 0 || len(b) > 24 {
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
	if n.digits == 13 && b[0] == '9' && b[1] == '7' { // an ISBN
		return false
	}
	if n.dots == marks && n.digits < 9 { // a version
		return false
	}
	switch string(mask(nil, b)) {
	case "999-99-9999", "9999 - 9999": // a social security number, a span of years
		return false
	}
	return marks >= 2 && n.colons == 0 && n.dots != 1 && !(n.digits == 8 && marks == 2 && b[4]-'0' >= 10)
}

// isCard accepts the numbers of the large payment networks: 13 to 19 digits,
// maybe in groups, whose last one is right by Luhn's formula (ISO/IEC 7812).
func isCard(b []byte) bool {
	digits, sum := 0, 0
	for i := len(b) - 1; i >= 0; i-- {
		c := b[i]
		if c == ' ' || c == '-' && i > 0 {
			continue
		}
		if c -= '0'; c > 9 {
			return false
		}
		if digits++; digits%2 == 0 {
			c = 2*c%10 + 2*c/10
		}
		sum += int(c)
	}
	first := trim(b)
	return digits >= 13 && digits <= 19 && sum%10 == 0 && first[0] >= '3' && first[0] <= '6'
}

// decoratedNumber knows "1,234.5", "12 %", "€ 3.50", "1.234,50 EUR", and
// digits behind leading zeros.
func decoratedNumber(b []byte) (number, percent, currency bool) {
	if len(b) == 0 || len(b) > 40 {
		return false, false, false
	}
	for _, sign := range [...]string{"$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF", "JPY"} {
		s := []byte(sign)
		if rest, ok := bytes.CutPrefix(b, s); ok {
			b, currency = trim(rest), true
		} else if rest, ok := bytes.CutSuffix(b, s); ok {
			b, currency = trim(rest), true
		} else if len(b) > 1 && b[0] == '-' && bytes.HasPrefix(b[1:], s) {
			b, currency = b[1+len(s):], true
		}
	}
	if rest, ok := bytes.CutSuffix(b, []byte("%")); ok {
		b, percent = trim(rest), true
	}
	if len(b) == 0 {
		return false, false, false
	}
	if b[0] == '-' || b[0] == '+' {
		b = b[1:]
	}
	number = isGrouped(b)
	return number, number && percent, number && currency
}

// isGrouped accepts digits with one kind of mark between groups of them, or
// none, and behind these a decimal mark of another kind.
func isGrouped(b []byte) bool {
	var group byte // the mark
	run, groups := 0, 0
	for i, c := range b {
		if c-'0' < 10 {
			run++
			continue
		}
		if run == 0 || i+1 == len(b) || c != ',' && c != '.' && c != '\'' && c != ' ' {
			return false
		}
		switch {
		case groups == 0:
			if group = c; run > 3 { // then the mark is a decimal one, and the last
				return (c == ',' || c == '.') && onlyDigits(b[i+1:])
			}
		case run != 3 && run != 2: // lakhs have two
			return false
		case c != group:
			return (c == ',' || c == '.') && run == 3 && onlyDigits(b[i+1:])
		}
		groups, run = groups+1, 0
	}
	return run > 0 && (groups == 0 || run == 3 || groups == 1 && (group == ',' || group == '.'))
}

func onlyDigits(b []byte) bool {
	for _, c := range b {
		if c-'0' >= 10 {
			return false
		}
	}
	return len(b) > 0
}

// isPostal knows the shapes of the postal codes of the larger countries that
// are not mere digits, and digits of four to six.
func isPostal(b []byte, n *counts) bool {
	if len(b) < 4 || len(b) > 10 {
		return false
	}
	if n.digits == len(b) {
		return len(b) <= 6
	}
	switch string(mask(nil, b)) {
	case "99999-9999", "A9A 9A9", "A9A9A9", "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "9999 AA", "9999AA",
		"999-9999", "99-999", "999 99", "9999-999", "99999-999", "99 999":
		return true
	}
	return false
}
