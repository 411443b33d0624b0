package column

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// meaning is something that a text may be beside text.
type meaning uint8

const (
	meaningEmail meaning = iota
	meaningURL
	meaningHost // example.org/page
	meaningUUID
	meaningHex32 // 32 hexadecimal digits
	meaningIP
	meaningPhone
	meaningDialled    // 7 to 15 digits, maybe with marks of telephone numbers
	meaningPercent    // a number with a percent sign
	meaningCurrency   // a number with a currency
	meaningNumber     // a number with signs or separators
	meaningQuantity   // a number with a unit, a bound or a suffix
	meaningRange      // two numbers
	meaningPlace      // a country, by its name or code
	meaningMoneyCode  // USD
	meaningNameLike   // one to five capitalised words
	meaningNames      // capitalised words, with commas
	meaningGiven      // … one of them a common given name
	meaningGivenOnly  // one word, a common given name
	meaningSentence   // five words or more
	meaningList       // parts between , ; or |
	meaningBarred     // parts between ; or |
	meaningBracketed  // [a, b]
	meaningNumbers    // 1,2,3
	meaningPostal     // shapes of postal codes
	meaningPostalOnly // … that are of hardly anything else
	meaningUpper2     // two capitals
	meaningCode       // one word of at most five capitals, as LHR
	meaningTag        // one word with digits in it
	meaningLatitude   // degrees with N or S
	meaningLongitude  // degrees with E or W
	meaningIBAN       // the number of a bank account
	meaningSSN        // shaped like a number of the US social security
	meanings
)

// meaningsOf tells which ones are possible, as bits.
func meaningsOf(b []byte) (may uint64) {
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
	url := isURL(b)
	set(meaningURL, url)
	set(meaningHost, !url && n.at == 0 && n.dots > 0 && n.spaces == 0 && isHost(b))
	set(meaningUUID, isUUID(b))
	set(meaningHex32, len(b) == 32 && n.letters > 0 && isHex(b))
	set(meaningIP, isIP(b, &n))
	set(meaningPhone, n.digits >= 7 && isPhone(b, &n))
	set(meaningDialled, n.letters == 0 && isDialled(b, &n))
	setNumber(b, set)
	set(meaningQuantity, n.digits > 0 && isQuantity(b))
	set(meaningRange, n.digits > 1 && isRange(b))
	set(meaningUpper2, len(b) == 2 && n.upper == 2)
	set(meaningCode, n.words == 1 && n.upper >= 2 && n.upper == n.letters && n.letters+n.digits == len(b) && len(b) <= 5)
	set(meaningTag, n.spaces == 0 && n.digits >= 2 && n.letters > 0 && len(b) <= 40 && n.separators == 0 && n.at == 0 && b[0] != '/')
	set(meaningPlace, n.digits == 0 && isPlace(b))
	set(meaningMoneyCode, n.upper == 3 && isCurrencyCode(b))
	nameLike := n.digits == 0 && n.words >= 1 && n.words <= 5 && n.capital == n.words && n.letters >= 2 && n.other <= 1 && n.separators <= 1
	set(meaningNameLike, nameLike)
	given := nameLike && hasGivenName(b)
	set(meaningGiven, given && n.words >= 2)
	set(meaningGivenOnly, given && n.words == 1)
	set(meaningNames, n.digits == 0 && n.separators > 0 && n.capital == n.words && n.words > 2 && n.other == 0)
	address := b[0]-'0' < 10 && n.letters > 0
	set(meaningSentence, n.words >= 5 && n.letters*2 > len(b) && (!address || n.words >= 9))
	inner := n.bars > 0 && enclosed(b)
	set(meaningBarred, n.bars > 0 && !inner && n.words <= 4*(n.bars+1) && n.other <= 4*n.bars)
	bracketed := isBracketed(b)
	set(meaningBracketed, bracketed)
	set(meaningNumbers, n.separators > 1 && n.letters == 0 && n.other == 0 && n.separators < n.digits && n.digits+n.separators+n.spaces+n.dots == len(b) && may&(1<<meaningNumber) == 0)
	set(meaningList, bracketed || n.separators >= 1 && !inner && !address && !isShape(b) && n.words <= 4*(n.separators+1) && may&(1<<meaningNumber|1<<meaningURL|1<<meaningEmail) == 0)
	if n.digits > 0 {
		postal, own := isPostal(b, &n)
		set(meaningPostal, postal)
		set(meaningPostalOnly, own)
	}
	if last := b[len(b)-1]; n.digits > 0 && last-'A' < 26 {
		north, east := isDegrees(b)
		set(meaningLatitude, north)
		set(meaningLongitude, east)
	}
	set(meaningIBAN, n.digits >= 10 && isIBAN(b))
	set(meaningSSN, len(b) == 11 && n.digits == 9 && isSSN(b))
	return may
}

// setNumber sets the meanings of a number with signs around it.
func setNumber(b []byte, set func(meaning, bool)) {
	var v value
	if b[0] != 'N' && (b[0]-'0' < 10 || b[0] == '-' || b[0] == '+' || b[0] == '.') && parseNumber(b, &v) {
		set(meaningNumber, v.class.number() || v.class == classPadded)
		return
	}
	if !parseMarked(b, &v) {
		return
	}
	set(meaningNumber, true)
	set(meaningPercent, v.flags&flagPercent != 0)
	set(meaningCurrency, v.format>>8 > 0)
}

// enclosed tells whether the first bar stands within parentheses, as in what
// browsers say that they are: that is no list.
func enclosed(b []byte) bool {
	front := b[:bytes.IndexAny(b, ";|")]
	return bytes.LastIndexByte(front, '(') > bytes.LastIndexByte(front, ')')
}

// isShape knows geometries as databases write them: POINT (1 2).
func isShape(b []byte) bool {
	for _, word := range [...]string{"POINT", "LINESTRING", "POLYGON", "MULTI", "GEOMETRY", "SRID="} {
		if len(b) > 2*len(word) && string(b[:len(word)]) == word {
			return b[len(b)-1] == ')'
		}
	}
	return false
}

// isBracketed knows lists as programs write them: [1, 2], ['a'], {x,y}.
func isBracketed(b []byte) bool {
	n := len(b)
	return n >= 2 && (b[0] == '[' && b[n-1] == ']' || b[0] == '{' && b[n-1] == '}' && bytes.IndexByte(b, ':') < 0)
}

// counts are the characters of a text by kind.
type counts struct {
	letters, upper, digits, spaces, other int
	words, capital                        int // words, and those that begin with a capital
	at, dots, colons, separators, bars    int
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
	case ';', '|':
		n.bars++
		n.separators++
	case ',':
		n.separators++
	case '-', '\'', '’':
	default:
		n.other++
	}
}

func onlyDigits(b []byte) bool {
	for _, c := range b {
		if c-'0' >= 10 {
			return false
		}
	}
	return len(b) > 0
}

// isPostal knows the shapes of the postal codes of the larger countries, and
// digits of four to seven. own tells that hardly anything else has the shape.
func isPostal(b []byte, n *counts) (postal, own bool) {
	if len(b) < 4 || len(b) > 10 {
		return false, false
	}
	if n.digits == len(b) {
		return len(b) <= 7, false
	}
	switch string(mask(nil, b)) {
	case "99999-9999", "A9A 9A9", "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "9999 AA", "99999-999":
		return true, true
	case "A9A9A9", "9999AA", "999-9999", "99-999", "999 99", "9999 99", "A-9999", "A-99999", "AA-9999", "AA-99999", "A9999AAA", "AAA 9999", "AAA9999", "9999-999", "99 999":
		return true, false
	}
	return false, false
}
