package source

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const hintEscape = "Double each backslash that is meant as a character, and write other escapes as JSON has them."

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks the bytes of w that end a plain run of a JSON string: quotes,
// backslashes and control characters. Only the lowest mark is sure to be right
// (Mycroft's test for a zero byte, see "Bit Twiddling Hacks").
func special(w uint64) uint64 {
	quote := w ^ ones*'"'
	slash := w ^ ones*'\\'
	return (quote-ones)&^quote&highs | (slash-ones)&^slash&highs | (w-ones*0x20)&^w&highs
}

// plainRun returns the first position from i on that is special, and whether
// there may be bytes over 0x7F before it. The buffer ends in jsonPadding zero
// bytes, which are special.
func plainRun(buf []byte, i int) (end int, high bool) {
	w := binary.LittleEndian.Uint64(buf[i:])
	if m := special(w); m != 0 {
		return i + bits.TrailingZeros64(m)>>3, w&highs != 0
	}
	return longRun(buf, i)
}

// longRunAnywhere is longRun for every machine.
func longRunAnywhere(buf []byte, i int) (end int, high bool) {
	var all uint64
	for {
		w := binary.LittleEndian.Uint64(buf[i:])
		if m := special(w); m != 0 {
			return i + bits.TrailingZeros64(m)>>3, (all|w)&highs != 0
		}
		all |= w
		i += 8
	}
}

// text reads the string that begins at p.pos (a quote), undoing its escapes in
// place, and returns where its text stands now.
func (p *jsonParser) text() (start, end int, ok bool) {
	start = p.pos + 1
	i, high := plainRun(p.buf, start)
	if p.high = high; high && !p.isUTF8(start, i) {
		return 0, 0, p.invalidUTF8(start, i)
	}
	if p.buf[i] != '"' {
		return p.escaped(start, i)
	}
	p.pos = i + 1
	return start, i, true
}

// escaped is text for strings with escapes (or faults); buf[i] is the first
// byte that is not plain. What is undone is written elsewhere first, so that it
// can be written a word at a time.
func (p *jsonParser) escaped(start, i int) (int, int, bool) {
	buf, from, to := p.buf, i, p.undone
	w, high := 0, false // where the next byte goes; of the bytes that were no escapes
	for {
		if w+undoneRoom > len(to) {
			to = append(to, make([]byte, max(len(to), 8*undoneRoom))...)
			p.undone = to
		}
		if buf[i] != '\\' || buf[i+1] != 'u' {
			read, wrote, some := undo(to[w:], buf[i:])
			i, w, high = i+read, w+wrote, high || some
			if w+undoneRoom > len(to) {
				continue
			}
			if buf[i] != '\\' {
				break
			}
		}
		if read, wrote, some := units(to[w:], buf[i:]); read > 0 {
			i, w = i+read, w+wrote
			p.high = p.high || some
			continue
		}
		r, next, ok := p.escape(i)
		if !ok {
			return p.notUTF8(start, i, high)
		}
		w += utf8.EncodeRune(to[w:w+utf8.UTFMax], r)
		p.high = p.high || r >= utf8.RuneSelf
		i = next
	}
	if high {
		p.high = true
		if !p.isUTF8(start, i) {
			return 0, 0, p.invalidUTF8(start, i)
		}
	}
	if buf[i] != '"' {
		return 0, 0, p.badStringByte(i)
	}
	copy(buf[from:], to[:w])
	p.pos = i + 1
	return start, from + w, true
}

// undoneRoom is how many bytes undo wants to have before it.
const undoneRoom = 40

// undoAnywhere copies text from buf, undoing the escapes of two characters, up
// to what ends a string, another escape, or to's last undoneRoom bytes. high
// tells whether what was copied is more than ASCII.
func undoAnywhere(to, buf []byte) (read, wrote int, high bool) {
	var all uint64
	for wrote+undoneRoom <= len(to) {
		word := binary.LittleEndian.Uint64(buf[read:])
		binary.LittleEndian.PutUint64(to[wrote:], word)
		m := special(word)
		if m == 0 {
			all |= word
			read, wrote = read+8, wrote+8
			continue
		}
		n := bits.TrailingZeros64(m) >> 3
		all |= word & (1<<(8*n) - 1)
		read, wrote = read+n, wrote+n
		for buf[read] == '\\' && wrote < len(to) {
			c := meant[buf[read+1]]
			if c == 0 {
				return read, wrote, all&highs != 0
			}
			to[wrote] = c
			read, wrote = read+2, wrote+1
		}
		if c := buf[read]; c == '"' || c < ' ' {
			break
		}
	}
	return read, wrote, all&highs != 0
}

// notUTF8 is a fault that was found at i already, unless what stands before it in the
// string is none of UTF-8.
func (p *jsonParser) notUTF8(start, i int, high bool) (int, int, bool) {
	if high && !p.isUTF8(start, i) {
		p.invalidUTF8(start, i)
	}
	return 0, 0, false
}

// surrogates are the numbers from here on to 0xDFFF.
const surrogates = 0xD800

// units undoes the escapes \uXXXX at the beginning of buf, as long as there are
// any, with single characters of ASCII between them. It leaves halves of pairs
// to others. high tells whether there is more than ASCII among them. Going on
// without a branch where a character stands between two escapes is slower by an
// eighth: the next step then waits for the text.
func units(to, buf []byte) (read, wrote int, high bool) {
	var all rune
	for read+8 <= len(buf) && wrote+4 <= len(to) {
		e, at := (*[8]byte)(buf[read:]), (*[4]byte)(to[wrote:])
		r := hexDigits[e[2]]<<12 | hexDigits[e[3]]<<8 | hexDigits[e[4]]<<4 | hexDigits[e[5]]
		if e[0] != '\\' || e[1] != 'u' || r < 0 || r&^0x7FF == surrogates {
			break
		}
		all |= r
		switch {
		case r < utf8.RuneSelf:
			at[0] = byte(r)
			wrote++
		case r < 0x800:
			binary.LittleEndian.PutUint16(at[:], uint16(0xC0|r>>6|(0x80|r&0x3F)<<8))
			wrote += 2
		default:
			binary.LittleEndian.PutUint32(at[:], uint32(0xE0|r>>12|(0x80|r>>6&0x3F)<<8|(0x80|r&0x3F)<<16))
			wrote += 3
		}
		read += 6
		if c := e[6]; c != '\\' && e[7] == '\\' && c < utf8.RuneSelf && meant[c] != c && c >= ' ' {
			if wrote == len(to) {
				break
			}
			to[wrote] = c
			read, wrote = read+1, wrote+1
		}
	}
	return read, wrote, all >= utf8.RuneSelf
}

// meant is what the byte behind a backslash stands for, 0 where that takes more
// than a byte or is nothing.
var meant = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// rawText passes over the string at p.pos, checking it and leaving it as it is.
func (p *jsonParser) rawText() bool {
	halves := p.halves
	for i := p.pos + 1; ; {
		end, high := plainRun(p.buf, i)
		if high && !p.isUTF8(i, end) {
			return p.invalidUTF8(i, end)
		}
		switch p.buf[end] {
		case '"':
			p.pos = end + 1
			p.halves = halves // they stay as they are
			return true
		case '\\':
			var ok bool
			if _, i, ok = p.escape(end); !ok {
				return false
			}
		default:
			return p.badStringByte(end)
		}
	}
}

func (p *jsonParser) badStringByte(i int) bool {
	p.pos = i
	return p.wrong("the rest of a text", "Write control characters inside a text as escapes, for example \\n for a line break and \\t for a tab.")
}

// isUTF8 tells whether buf[from:to] is UTF-8. The first one to ask has the rest
// of the block looked at, which costs less than many texts one by one.
func (p *jsonParser) isUTF8(from, to int) bool {
	if p.utf8 < 0 {
		p.utf8 = from + utf8Prefix(p.buf[from:p.n])
	}
	return to <= p.utf8 || utf8.Valid(p.buf[from:to])
}

// invalidUTF8 points at the first wrong byte of buf[from:to].
func (p *jsonParser) invalidUTF8(from, to int) bool {
	p.pos = from + validPrefix(p.buf[from:to])
	return p.wrong("UTF-8", "JSON is written in UTF-8. Save the file as UTF-8, or name its encoding in the options.")
}

// escape reads the escape at i (a backslash). Half a surrogate pair, which the
// grammar allows, becomes U+FFFD. The encoded rune is never longer than the
// escape.
func (p *jsonParser) escape(i int) (r rune, next int, ok bool) {
	switch c := p.buf[i+1]; c {
	case '"', '\\', '/':
		return rune(c), i + 2, true
	case 'b':
		return '\b', i + 2, true
	case 'f':
		return '\f', i + 2, true
	case 'n':
		return '\n', i + 2, true
	case 'r':
		return '\r', i + 2, true
	case 't':
		return '\t', i + 2, true
	case 'u':
	default:
		p.pos = i + 1
		return 0, 0, p.wrong("an escape (one of \" \\ / b f n r t u)", hintEscape)
	}
	r, ok = p.hex4(i + 2)
	if !ok {
		return 0, 0, false
	}
	if !utf16.IsSurrogate(r) {
		return r, i + 6, true
	}
	if r < 0xDC00 && p.buf[i+6] == '\\' && p.buf[i+7] == 'u' {
		low, ok := p.hex4(i + 8)
		if !ok {
			return 0, 0, false
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, i + 12, true
		}
	}
	p.halves++
	return utf8.RuneError, i + 6, true
}

// hex4 reads the four digits at i.
func (p *jsonParser) hex4(i int) (r rune, ok bool) {
	d := (*[4]byte)(p.buf[i:])
	r = hexDigits[d[0]]<<12 | hexDigits[d[1]]<<8 | hexDigits[d[2]]<<4 | hexDigits[d[3]]
	if r >= 0 {
		return r, true
	}
	for hexDigits[p.buf[i]] >= 0 {
		i++
	}
	p.pos = i
	return 0, p.wrong("four hexadecimal digits after \\u", hintEscape)
}

// hexDigits are negative where a byte is none.
var hexDigits = func() (t [256]rune) {
	for c := range t {
		t[c] = -1
	}
	for v := range rune(16) {
		t["0123456789abcdef"[v]], t["0123456789ABCDEF"[v]] = v, v
	}
	return t
}()
