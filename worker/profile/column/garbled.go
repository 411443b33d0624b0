package column

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// garbled finds text whose UTF-8 was once read as Windows-1252: "CafÃ©" for
// "Café". It answers with what the text probably was, or with the text itself
// where something in it is lost for good (U+FFFD).
func garbled(b []byte) (repaired string, yes bool) {
	var out []byte
	cyrillic := false // the character before
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size > 1 {
			return string(b), true
		}
		if was, n := misread(b[i:], cyrillic); n > 0 {
			out = append(out, was...)
			i += n
			yes, cyrillic = true, was[0] >= 0xd0 && was[0] <= 0xd1
			continue
		}
		cyrillic = false
		out = append(out, b[i:i+size]...)
		i += size
	}
	return string(out), yes
}

// isGarbled tells whether garbled would find something in UTF-8, of which the
// last character may be cut. It stops at the few characters only that misread
// begins with.
func isGarbled(b []byte) bool {
	if bytes.Contains(b, []byte("\uFFFD")) {
		return true
	}
	for {
		i := bytes.IndexByte(b, 0xc3)
		if i < 0 || i+1 == len(b) {
			return false
		}
		switch b = b[i:]; b[1] {
		case 0x82, 0x83, 0x90, 0x91, 0xa2, 0xaf, 0xb0: // Â Ã Ð Ñ â ï ð
			if _, n := misread(b, false); n > 0 {
				return true
			}
		}
		b = b[2:]
	}
}

// misread reads one character that stands as two to four. Only those are
// believed that no language writes like this: pairs that begin with Ã or Â,
// threes with â and a sign, fours with ð. Pairs of Ð or Ñ (Cyrillic) must
// come several in a row.
func misread(b []byte, cyrillic bool) (was []byte, size int) {
	first, _ := utf8.DecodeRune(b)
	length := 0
	switch first {
	case 'Ã', 'Â', 'Ð', 'Ñ':
		length = 2
	case 'â', 'ï':
		length = 3
	case 'ð':
		length = 4
	default:
		return nil, 0
	}
	var bytes [4]byte
	at := 0
	for k := range length {
		r, n := utf8.DecodeRune(b[at:])
		c, ok := windows1252(r)
		if !ok {
			return nil, 0
		}
		bytes[k] = c
		at += n
	}
	r, whole := utf8.DecodeRune(bytes[:length])
	if r == utf8.RuneError || whole != length {
		return nil, 0
	}
	switch {
	case first == 'Â' && r == 0xa0 && !(len(b) > at && b[at] < utf8.RuneSelf): // a capital at the end of a word, before a space
		return nil, 0
	case first == 'ï' && r != '\ufeff' && r < 0xff00, first == 'â' && r < 0x2000:
		return nil, 0
	case first == 'Ð' || first == 'Ñ':
		next, _ := utf8.DecodeRune(b[at:])
		if !cyrillic && next != 'Ð' && next != 'Ñ' || r < 0x400 {
			return nil, 0
		}
	}
	return append([]byte(nil), bytes[:length]...), at
}

// windows1252 is the byte that was read as a character.
func windows1252(r rune) (byte, bool) {
	if r >= 0x80 && r <= 0x9f { // undefined ones are read as controls
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}

// garbledAlert tells of text that went through a wrong encoding.
func (f *figures) garbledAlert(a *alertList) {
	t := &f.garbled
	if t.count == 0 {
		return
	}
	was, _ := garbled([]byte(t.example))
	guess := ""
	if was != t.example {
		guess = " (probably " + quoted(was) + ")"
	}
	a.add("mojibake", "warning", t.firstRows(), "%s characters that a wrong encoding has garbled, as %s%s.", values(t.count, "has", "have"), quoted(t.example), guess)
}
