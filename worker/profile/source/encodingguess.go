package source

import (
	"bytes"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// The legacy encoding of a text is guessed by reading its bytes in each and
// asking how likely what comes out is: letters by their frequency in the
// languages of that encoding, capitals only where words begin, no scripts mixed
// within words, no control characters. Scores are sums of logarithms of
// probabilities (nats) over all bytes that are not ASCII, so that encodings of
// one and of two bytes a character can be compared.

// mostHigh bounds how many bytes that are not ASCII are looked at.
const mostHigh = 1500

// highText is the part of a text that tells of its encoding: the words, up to
// the next ASCII character that is no letter, with bytes that are not ASCII.
type highText struct {
	words []byte // each followed by a line feed
	high  int    // bytes that are not ASCII
	c1    bool   // some are from 0x80 to 0x9f
}

// add collects words from a piece of the text that may begin and end anywhere.
func (h *highText) add(piece []byte) {
	for i := 0; i < len(piece) && h.high < mostHigh; {
		n := asciiPrefix(piece[i:])
		if i += n; i == len(piece) {
			return
		}
		from := i
		for from > 0 && i-from < 20 && (isLetter(piece[from-1]) || isDigit(piece[from-1])) {
			from--
		}
		// A second byte may be ASCII; that a word ends is only told by what none can be.
		for i < len(piece) && h.high < mostHigh && (piece[i] >= 0x80 || piece[i] >= '0' && piece[i] != ';' || piece[i] == ' ' && i+1 < len(piece) && piece[i+1] >= 0x80) {
			if piece[i] >= 0x80 {
				h.high++
				h.c1 = h.c1 || piece[i] < 0xa0
			}
			i++
		}
		h.words = append(append(h.words, piece[from:i]...), '\n')
	}
}

// asciiPrefix is how many bytes stand before the first one that is not ASCII.
func asciiPrefix(b []byte) int {
	n := 0
	for len(b)-n >= 8 {
		if (uint64(b[n])|uint64(b[n+1])|uint64(b[n+2])|uint64(b[n+3])|uint64(b[n+4])|uint64(b[n+5])|uint64(b[n+6])|uint64(b[n+7]))&0x80 != 0 {
			break
		}
		n += 8
	}
	for n < len(b) && b[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// candidate is an encoding and how well the text reads in it.
type candidate struct {
	name  string
	codec decoder
	score float64
	read  string // what the words are in it
}

// guessLegacy finds the encoding of a text that is not UTF-8, and how sure that
// is: two encodings that give the same text are no rivals.
func guessLegacy(h *highText) (best candidate, sure float64) {
	var all []candidate
	for _, s := range singleBytes {
		score, read := s.judge(h.words)
		all = append(all, candidate{s.name, s.codec, score - s.rarity, read})
	}
	for _, m := range [...]struct {
		name  string
		codec decoder
		rare  float64
	}{
		{"gb18030", simplifiedchinese.GB18030, 0}, {"shift_jis", japanese.ShiftJIS, 0}, {"euc-jp", japanese.EUCJP, 0.2},
		{"euc-kr", korean.EUCKR, 0.2}, {"big5", traditionalchinese.Big5, 0.2},
	} {
		read, err := m.codec.NewDecoder().Bytes(h.words)
		if err != nil {
			continue
		}
		all = append(all, candidate{m.name, m.codec, ideographs(m.name, string(read), h.words) - m.rare, string(read)})
	}
	best.score = math.Inf(-1)
	for _, c := range all {
		if c.score > best.score {
			best = c
		}
	}
	rival := math.Inf(-1)
	for _, c := range all {
		if c.read != best.read && c.score > rival {
			rival = c.score
		}
	}
	margin := best.score - rival
	poor := max(0, -best.score/float64(max(h.high, 1))-6) // nats a byte beyond what any language needs
	sure = (1 - 0.5*math.Exp(-margin/3)) / (1 + poor)
	return best, math.Round(sure*100) / 100
}

const (
	logRare  = -8.5 // a letter of the script, but of none of the language's
	logAlien = -10  // a letter of another script, or a symbol that tables hardly have
	logNever = -16  // control characters, private use, what the encoding does not have
)

// judge scores words in an encoding.
func (s singleByte) judge(words []byte) (score float64, read string) {
	var table [128]rune
	for i := range table {
		table[i] = s.codec.DecodeByte(byte(0x80 + i))
	}
	var counts [128]int
	var b strings.Builder
	before, beforeThat := '\n', '\n'
	for i, c := range words {
		if c < 0x80 && !isLetter(c) && !isLetterOrMark(beforeThat) && before >= utf8.RuneSelf && unicode.IsLetter(before) {
			score -= 1.5 // a letter alone
		}
		r := rune(c)
		if c >= 0x80 {
			r = table[c-0x80]
			counts[c-0x80]++
			score += inWord(beforeThat, before, r)
			if unicode.Is(unicode.Latin, r) || strings.ContainsRune(seldomWithin, r) {
				next := '\n'
				if i+1 < len(words) {
					if next = rune(words[i+1]); next >= 0x80 {
						next = table[next-0x80]
					}
				}
				score += besideVowels(before, r, next)
			}
		} else if before >= utf8.RuneSelf && isTrail(c) && unicode.IsLetter(before) {
			score -= 3 // the second half of a Japanese or Chinese character, rather
		} else if isLetter(c) && before >= utf8.RuneSelf {
			score += besideASCII(before, r)
			if unicode.IsLower(before) && unicode.IsUpper(r) {
				score -= 3
			}
		} else if isDigit(c) && before >= utf8.RuneSelf {
			score += besideDigit(before, true)
		}
		b.WriteRune(r)
		beforeThat, before = before, r
	}
	best := math.Inf(-1)
	for _, l := range languages {
		for _, sc := range s.scripts {
			if l.script == sc {
				best = max(best, l.likelihood(&table, &counts)-l.rarity)
			}
		}
	}
	return score + best, b.String()
}

// besideVowels says how odd a letter with a mark is between its neighbours: three vowels
// seldom follow each other, nor do three consonants.
func besideVowels(before, r, next rune) float64 {
	front, behind := unicode.IsLetter(before), unicode.IsLetter(next)
	if strings.ContainsRune(seldomWithin, r) {
		if front && behind {
			return -3
		}
		return 0
	}
	switch vowel := isVowel(r); {
	case r == 'ñ' || r == 'Ñ':
		if (front || behind) && !isVowel(next) {
			return -2.5
		}
	case vowel && front && behind && isVowel(before) && isVowel(next):
		return -2.5
	case !vowel && front && behind && !isVowel(before) && !isVowel(next):
		return -1.5
	case strings.ContainsRune("æøìòýœ", r) && front && !behind && isVowel(before):
		return -1.5
	case vowel && front != behind && (front && isVowel(before) || behind && isVowel(next)):
		return -0.5
	}
	return 0
}

// seldomWithin are signs that hardly stand between two letters.
const seldomWithin = "“”„‚‹›«»°™®©†‡•…–—¢£¥§¶¬±÷×¿¡"

func isVowel(r rune) bool {
	return strings.ContainsRune("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœāēīōūăĕĭőűąęįųėıůŵŷơưěĩũ", unicode.ToLower(r)) || r == 'İ'
}

// isTrail holds for symbols that do not stand behind a word but are the second
// bytes of characters of two.
func isTrail(c byte) bool { return strings.IndexByte("@[\\]^`{|}~", c) >= 0 }

// inWord says how odd a letter is behind the two characters in front of it.
func inWord(beforeThat, before, r rune) float64 {
	if before < utf8.RuneSelf && isDigit(byte(before)) {
		return besideDigit(r, false)
	}
	if r == 'º' && (before == 'n' || before == 'N') && !unicode.IsLetter(beforeThat) {
		return 4
	}
	if !unicode.IsLetter(r) {
		if (r == '’' || r == '‘') && !unicode.IsLetter(before) {
			return -0.5
		}
		if before == 'm' && (r == '²' || r == '³') {
			return 4
		}
		if unicode.IsLetter(before) && !unicode.Is(unicode.M, r) && strings.ContainsRune("¿¡£$¤¥§¶†‡", r) {
			return -3
		}
		if before >= utf8.RuneSelf && unicode.IsLetter(before) && strings.ContainsRune("‘’", r) {
			return -3
		}
		return 0
	}
	score := 0.0
	if strings.ContainsRune("‘’", before) {
		score -= 2
	}
	if unicode.IsLetter(before) {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			score -= 4
		}
		if unicode.IsLower(r) && unicode.IsUpper(before) && unicode.IsUpper(beforeThat) {
			score -= 2.5
		}
		if before < utf8.RuneSelf {
			score += besideASCII(r, before)
		} else if unicode.Is(unicode.Latin, r) != unicode.Is(unicode.Latin, before) {
			score -= 5
		} else if unicode.Is(unicode.Latin, r) {
			score-- // accented letters seldom stand side by side
		}
	}
	return score
}

// besideDigit says how odd a character is beside a digit: signs of currency
// and of degrees stand there, letters hardly.
func besideDigit(r rune, front bool) float64 {
	switch {
	case unicode.IsLetter(r) && r != 'ª' && r != 'º', front && (r == '’' || r == '‘'):
		return -3
	case front && strings.ContainsRune("£€¥±№§", r), !front && strings.ContainsRune("°€£%ºª²³½¼¾", r):
		return 3
	}
	return 0
}

// besideASCII says how odd a character is beside an ASCII letter.
func besideASCII(r, letter rune) float64 {
	switch {
	case r == 'µ' && strings.ContainsRune("mgslLAVFMW", letter):
		return 4
	case r == '\u00a0':
		return 0
	case !unicode.IsLetter(r):
		if strings.ContainsRune("¿¡«»„“”‘’–—…·\u00ad", r) || unicode.Is(unicode.M, r) {
			return 0
		}
		return -1
	case !unicode.Is(unicode.Latin, r):
		return -5
	case unicode.IsUpper(r) && unicode.IsLower(letter):
		return -0.5
	}
	return 0
}

func isLetterOrMark(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.M, r) }

// likelihood is the logarithm of how likely the counted bytes are in a language.
func (l language) likelihood(table *[128]rune, counts *[128]int) float64 {
	letters := []rune(l.letters)
	total := 0.0
	for i := range letters {
		total += 1 / (float64(i) + 1.5)
	}
	score := 0.0
	for i, n := range counts {
		if n == 0 {
			continue
		}
		r := table[i]
		p := float64(logNever)
		lower := unicode.ToLower(r)
		if r == 'İ' {
			lower = 'i'
		}
		at := -1
		for k, c := range letters {
			if c == lower {
				at = k
				break
			}
		}
		switch {
		case at >= 0:
			p = math.Log(0.95 / (float64(at) + 1.5) / total)
			if unicode.IsUpper(r) {
				p -= 1.5
			}
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Co, r):
		case strings.ContainsRune("\u00a0°€£–’“”„«»…²³º", r):
			p = -5
		case strings.ContainsRune("§©®™½¼¾±µ·•‘—×ª¿¡¹", r):
			p = -7
		case unicode.IsLetter(r) || unicode.Is(unicode.M, r):
			p = logAlien
			if l.sameScript(r) {
				p = logRare
				if r > 0xff && l.script == latin {
					p -= 0.7 // names from abroad are mostly those of the west
				}
			}
		default:
			p = logAlien
		}
		score += float64(n) * p
	}
	return score
}

func (l language) sameScript(r rune) bool {
	tables := [scripts]*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Hebrew, unicode.Arabic, unicode.Thai}
	return unicode.Is(tables[l.script], r)
}

// ideographs scores what words are in an encoding of two bytes a character.
func ideographs(name, read string, words []byte) float64 {
	common := map[string]string{"gb18030": commonSimplified, "big5": commonTraditional, "shift_jis": commonJapanese, "euc-jp": commonJapanese, "euc-kr": commonKorean}[name]
	known := map[rune]bool{}
	for _, r := range common {
		known[r] = true
	}
	score := 0.0
	before := '\n'
	for _, r := range read {
		if r < utf8.RuneSelf {
			if isASCIILetter(r) && before > 0x2e80 {
				score -= 2
			}
			before = r
			continue
		}
		switch {
		case r == utf8.RuneError:
			score -= 25
		case unicode.Is(unicode.Co, r) || unicode.IsControl(r):
			score += logNever
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			switch {
			case name == "euc-kr":
				score += logNever
			case r >= 0xff61: // half-width
				score -= 7
			case name == "shift_jis" || name == "euc-jp":
				score -= 4.3
			default:
				score -= 8
			}
		case unicode.Is(unicode.Hangul, r):
			score -= 8.2
			if known[r] {
				score += 2.8
			}
			if r < 0xac00 {
				score -= 6
			}
		case known[r]:
			score -= 5.5
		case unicode.Is(unicode.Han, r):
			score -= 8
			if name == "euc-kr" {
				score -= 5
			}
		case r >= 0xffe0 && r <= 0xffe6 || r == '£' || r == '¥':
			score -= 6.5
			before = '\n'
			continue
		case r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xff60:
			score -= 5.5
		default:
			score -= 11
		}
		if isASCIILetter(before) && unicode.IsLetter(r) {
			score -= 2
		}
		before = r
	}
	return score + rareBytes(name, words)
}

func isASCIILetter(r rune) bool { return r < utf8.RuneSelf && isLetter(byte(r)) }

// rareBytes takes off for characters outside the parts of a code that hold the
// common ones (level 1 of each standard).
func rareBytes(name string, words []byte) float64 {
	score := 0.0
	for i := 0; i+1 < len(words); i++ {
		lead, trail := words[i], words[i+1]
		if lead < 0x80 {
			continue
		}
		rare := false
		switch name {
		case "gb18030":
			rare = lead < 0xa1 || trail < 0xa1 || lead > 0xd7 || lead > 0xa9 && lead < 0xb0
		case "big5":
			rare = lead > 0xc6
		case "euc-jp":
			if lead == 0x8e || lead == 0x8f {
				score -= 3
			}
			rare = lead > 0xcf
		case "shift_jis":
			if lead >= 0xa1 && lead <= 0xdf {
				continue // one byte
			}
			rare = lead > 0x98
		case "euc-kr":
			rare = lead < 0xa1 || trail < 0xa1
		}
		if rare {
			score -= 3
		}
		i++
	}
	return score
}

// isHZ tells whether a text of ASCII bytes switches to Chinese and back by tildes
// and braces (RFC 1843): what stands between them are characters of two bytes each.
func isHZ(head []byte) bool {
	pairs := 0
	for {
		_, behind, found := bytes.Cut(head, []byte("~{"))
		if !found {
			return pairs > 0
		}
		between, rest, closed := bytes.Cut(behind, []byte("~}"))
		if !closed {
			return pairs > 0 && len(between) < 1000
		}
		if len(between) == 0 || len(between)%2 != 0 {
			return false
		}
		for i, c := range between {
			if c < 0x21 || c > 0x7e || i%2 == 0 && c > 0x77 {
				return false
			}
		}
		pairs++
		head = rest
	}
}

// iso2022JP tells whether a text of ASCII bytes switches to Japanese and back.
func iso2022JP(head []byte) bool {
	return (bytes.Contains(head, []byte("\x1b$B")) || bytes.Contains(head, []byte("\x1b$@"))) &&
		(bytes.Contains(head, []byte("\x1b(B")) || bytes.Contains(head, []byte("\x1b(J")))
}
