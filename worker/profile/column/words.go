package column

// longestWord bounds the texts that parseWord knows.
const longestWord = 9

// word is what a value that consists of one says.
type word struct {
	class class
	yes   bool
}

// knownWords are truths and numbers that are written as words, in any case.
var knownWords = map[string]word{
	"true": {classTruth, true}, "yes": {classTruth, true}, "on": {classTruth, true},
	"false": {classTruth, false}, "no": {classTruth, false}, "off": {classTruth, false},
	"t": {classLetter, true}, "y": {classLetter, true}, "f": {classLetter, false}, "n": {classLetter, false},
	"inf": {classNonfinite, false}, "infinity": {classNonfinite, false},
}

// parseWord knows them, and NaN as it is written by most.
func parseWord(s []byte, v *value) bool {
	var folded [longestWord]byte
	for i, c := range s {
		if c-'A' < 26 {
			c |= 0x20
		}
		folded[i] = c
	}
	if string(s) == "NaN" {
		v.class = classNullNaN
		return true
	}
	w, known := knownWords[string(folded[:len(s)])]
	if !known {
		return false
	}
	if v.class = w.class; w.yes {
		v.flags |= flagTrue
	}
	return true
}

// longestToken bounds the texts that parseToken knows.
const longestToken = 14

// tokens are the ways to write a missing value.
var tokens = func() map[string]class {
	all := map[string]class{}
	for k, list := range map[class][]string{
		classNullWord: {"NULL", "null", "Null", "N/A", "n/a", "#N/A", "#NA", "#N/A N/A", "<NA>", "(null)", "<null>", "<NULL>", "(NULL)", "[NULL]", "[null]", "\\N", "NaT", "#NULL!", "N.A.", "n.a."},
		classNullNA:   {"NA"},
		classNullMark: {"-", "--", "---", "----", "?", "??", "???", ".", "..", "...", "–", "—", "*", "**", "***", "$-", "$ -", "nan", "-nan", "-NaN", "<nil>", "(none)", "(blank)", "(empty)", "(missing)", "(unknown)", "<none>", "<empty>", "<missing>", "<unknown>", "<blank>", "…", ":", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#ERROR!"},
		classNullWeak: {"na", "Na", "N A", "n a", "none", "None", "NONE", "NAN", "nil", "NIL", "n/d", "N/D", "nd", "ND", "NR", "N/R", "n/r", "n.r.", "n.d.", "missing", "Missing", "MISSING", "unknown", "Unknown", "UNKNOWN", "undefined", "Undefined",
			"not available", "Not available", "Not Available", "not applicable", "Not applicable", "Not Applicable", "not known", "Not known", "not reported", "Not reported", "Not Reported",
			"no data", "No data", "No Data", "NO DATA", "TBD", "tbd", "TBA", "tba", "Inconnu", "unbekannt", "Unbekannt", "k.A.", "k. A.", "unspecified", "Unspecified", "Not specified", "Not Specified", "Unk", "UNK", "unk",
			"n/k", "N/K", "N/O", "not recorded", "Not recorded", "Not Recorded", "not stated", "Not stated", "Not Stated", "no value", "No value", "No Value"},
	} {
		for _, s := range list {
			all[s] = k
		}
	}
	return all
}()

func parseToken(s []byte, v *value) bool {
	if len(s) > longestToken {
		return false
	}
	k, known := tokens[string(s)]
	if known {
		v.class = k
	}
	return known
}

// prefixes are how all values begin that begin with an ASCII letter and are no
// plain text: their first three bytes, and their first words, hashed into sets of
// bits. A text that begins otherwise need not be looked at.
type prefixes struct {
	starts, words [1 << 10]uint64
	numbered      [256]bool // letters that a digit may follow
}

var special = func() *prefixes {
	var p prefixes
	for s := range knownWords {
		p.add(s)
	}
	for s := range tokens {
		p.add(s)
	}
	for s := range calendarWords {
		p.add(s)
		p.number(s)
	}
	for i := range currencies {
		p.add(currencies[i].sign)
		p.number(currencies[i].sign)
	}
	p.add("NaN")
	p.add("Q1") // of 2024
	p.number("Q")
	return &p
}()

// fold folds a prefix: cases do not matter, digits are alike, and so is all that
// is neither a letter nor a digit.
func (*prefixes) fold(b0, b1, b2 byte) (word int, bit uint64) {
	h := (uint64(folded[b0]) | uint64(folded[b1])<<8 | uint64(folded[b2])<<16) * 0x9e3779b97f4a7c15 >> 48
	return int(h >> 6), 1 << (h & 63)
}

var folded = func() (t [256]byte) {
	for i := range t {
		switch c := byte(i); {
		case letter(c):
			t[i] = c | 0x20
		case c-'0' < 10:
			t[i] = '0'
		default:
			t[i] = c & 0x80
		}
	}
	return t
}()

// add adds what begins with s; behind a shorter one anything may stand.
func (p *prefixes) add(s string) {
	const like = " 0\x80" // one of each that fold tells apart, letters left out
	for i := range len(like) * len(like) {
		long := s + like[i/3:][:1] + like[i%3:][:1]
		word, bit := p.fold(long[0], long[1], long[2])
		p.starts[word] |= bit
	}
	if word, bit, ascii := p.foldWord([]byte(s)); ascii {
		p.words[word] |= bit
	}
}

// number adds what a number may follow.
func (p *prefixes) number(s string) {
	if len(s) == 1 && letter(s[0]) {
		p.numbered[s[0]|0x20] = true
	}
}

// foldWord folds the letters in front; ascii is false where a letter of another
// script may follow.
func (*prefixes) foldWord(b []byte) (word int, bit uint64, ascii bool) {
	h := uint64(0)
	for _, c := range b {
		if c >= 0x80 {
			return 0, 0, false
		}
		if !letter(c) {
			break
		}
		h = (h ^ uint64(c|0x20)) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	h = h * 0x9e3779b97f4a7c15 >> 48
	return int(h >> 6), 1 << (h & 63), true
}

// may tells whether a text of two bytes or more that begins with a letter may
// be more than that. P begins durations, too.
func (p *prefixes) may(b []byte) bool {
	third := byte(' ')
	if len(b) > 2 {
		third = b[2]
	}
	if b[0] == 'P' && (b[1] == 'T' || !letter(b[1])) {
		return true
	}
	if b[1]-'0' < 10 && !p.numbered[b[0]|0x20] {
		return false
	}
	if word, bit := p.fold(b[0], b[1], third); p.starts[word]&bit == 0 {
		return false
	}
	word, bit, ascii := p.foldWord(b)
	return !ascii || p.words[word]&bit != 0
}
