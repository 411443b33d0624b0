package source

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// charset is how the bytes of a text are to be read.
type charset struct {
	name string // IANA name, in lower case
	bom  int    // bytes of byte order mark to leave out
	// codec is nil for UTF-8, which needs no decoding.
	codec decoder
	sure  float64 // 0 to 1
}

// markOf recognises a byte order mark. UTF-32 comes first, as its
// little-endian mark begins like that of UTF-16.
func markOf(head []byte) (charset, bool) {
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return charset{name: "utf-8", bom: 3}, true
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}):
		return charset{name: "utf-32le", bom: 4}, true
	case bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}):
		return charset{name: "utf-32be", bom: 4}, true
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return charset{name: "utf-16le", bom: 2}, true
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return charset{name: "utf-16be", bom: 2}, true
	}
	return charset{}, false
}

// detectCharset decides by a byte order mark, then by where NULs stand
// (UTF-16 and UTF-32 without a mark), then by whether the bytes are UTF-8, and
// else by what reads best. probes are pieces of the text behind head, cut
// anywhere; nil for none.
func detectCharset(head []byte, probes iter.Seq[[]byte]) charset {
	if c, ok := markOf(head); ok {
		c.sure = 1
		return c.withCodec()
	}
	if name := wideByNULs(head); name != "" {
		return charset{name: name, sure: 0.99}.withCodec()
	}
	if iso2022JP(head) {
		return charset{name: "iso-2022-jp", sure: 0.99, codec: japanese.ISO2022JP}
	}
	t := tallyUTF8(head)
	if t.sequences+t.invalid == 0 && isHZ(head) {
		return charset{name: "hz-gb-2312", sure: 0.95, codec: simplifiedchinese.HZGB2312}
	}
	var h highText
	h.add(head)
	if probes != nil {
		for p := range probes {
			t.add(tallyUTF8(p))
			h.add(p)
		}
	}
	if t.invalid == 0 || t.sequences > 2*t.invalid {
		return charset{name: "utf-8", sure: 1 - math.Round(50*float64(t.invalid)/float64(t.sequences+t.invalid+1))/100}
	}
	best, sure := guessLegacy(&h)
	c := charset{name: best.name, codec: best.codec, sure: sure}
	if !h.c1 { // no byte tells the one from the other, and this is the narrower
		switch c.name {
		case "windows-1252":
			c.name = "iso-8859-1"
		case "windows-1254":
			c.name = "iso-8859-9"
		}
	}
	return c
}

// utf8Tally counts what speaks for and against UTF-8.
type utf8Tally struct {
	sequences int // well-formed multi-byte characters
	invalid   int // bytes that belong to none
}

func (t *utf8Tally) add(o utf8Tally) {
	t.sequences += o.sequences
	t.invalid += o.invalid
}

func tallyUTF8(b []byte) utf8Tally {
	var t utf8Tally
	for k := 0; k < utf8.UTFMax && len(b) > 0 && !utf8.RuneStart(b[0]); k++ { // a probe may begin within a character
		b = b[1:]
	}
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[asciiPrefix(b):]
			continue
		}
		r, n := utf8.DecodeRune(b)
		switch {
		case n > 1:
			t.sequences++
		case r == utf8.RuneError && !utf8.FullRune(b):
			return t // cut off at the end
		default:
			t.invalid++
		}
		b = b[n:]
	}
	return t
}

// wideByNULs recognises UTF-16 and UTF-32 without a mark: text is mostly
// ASCII delimiters and digits, whose other bytes are NUL.
func wideByNULs(head []byte) string {
	n := min(len(head), 4096) &^ 3
	if n < 4 {
		if len(head) >= 2 && head[0] != 0 && head[1] == 0 {
			return "utf-16le"
		}
		return ""
	}
	var nul [4]int
	for i, c := range head[:n] {
		if c == 0 {
			nul[i&3]++
		}
	}
	q := n / 4
	most, few := (q*7+9)/10, q/10
	nearly := q - q/50
	switch {
	case nul[0] <= few && nul[2] >= nearly && nul[3] >= nearly:
		return "utf-32le"
	case nul[3] <= few && nul[0] >= nearly && nul[1] >= nearly:
		return "utf-32be"
	case nul[0]+nul[2] <= 2*few && nul[1]+nul[3] >= 2*most:
		return "utf-16le"
	case nul[1]+nul[3] <= 2*few && nul[0]+nul[2] >= 2*most:
		return "utf-16be"
	case nul[1]+nul[3] > n/50 && (nul[0]+nul[2])*10 < nul[1]+nul[3] && wideText(head[:n], 1):
		return "utf-16le"
	case nul[0]+nul[2] > n/50 && (nul[1]+nul[3])*10 < nul[0]+nul[2] && wideText(head[:n], 0):
		return "utf-16be"
	}
	return ""
}

// wideText tells whether bytes are text in UTF-16 of a script other than
// Latin: there are line ends, and next to no character is one that text does not
// have. upper is 1 where the upper byte of a character comes second.
func wideText(b []byte, upper int) bool {
	lines, odd, runes := 0, 0, 0
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(b[i+upper])<<8 | rune(b[i+1-upper])
		runes++
		switch {
		case r == '\n', r == '\r':
			lines++
		case r == '\t':
		case r < ' ' || !utf16.IsSurrogate(r) && !unicode.IsPrint(r) && r != 0xa0 && r != 0xad:
			odd++
		}
	}
	return lines > 0 && odd*100 <= runes
}

// namedCharset looks up an IANA (or HTML) name. A mark in the file is left out
// where it agrees with the name.
func namedCharset(name string, head []byte) (charset, error) {
	key := strings.ToLower(strings.TrimSpace(name))
	mark, marked := markOf(head)
	switch key {
	case "utf8", "utf-8", "utf-8-sig", "us-ascii", "ascii":
		key = "utf-8"
	case "utf-16", "utf16":
		key = "utf-16le"
		if marked && strings.HasPrefix(mark.name, "utf-16") {
			key = mark.name
		} else if wideByNULs(head) == "utf-16be" {
			key = "utf-16be"
		}
	case "utf-32", "utf32":
		key = "utf-32le"
		if marked && strings.HasPrefix(mark.name, "utf-32") {
			key = mark.name
		} else if wideByNULs(head) == "utf-32be" {
			key = "utf-32be"
		}
	case "latin1", "latin-1", "iso-8859-1":
		key = "iso-8859-1"
	}
	c := charset{name: key}
	if marked && mark.name == key {
		c.bom = mark.bom
	}
	c.sure = 1
	c = c.withCodec()
	if c.codec != nil || key == "utf-8" {
		return c, nil
	}
	var codec decoder
	html, err := htmlindex.Get(key)
	if err == nil {
		codec = html
	}
	if other, e := ianaindex.IANA.Encoding(key); e == nil && other != nil && (err != nil || codec == nil) {
		codec, err = other, nil
	}
	if err != nil || codec == nil {
		for _, s := range singleBytes {
			if s.name == key || strings.ReplaceAll(s.name, "ibm", "cp") == key {
				codec, err = s.codec, nil
			}
		}
	}
	if err != nil || codec == nil {
		return c, &Error{Code: "bad_encoding", Row: -1, Offset: -1, Err: err,
			Message: fmt.Sprintf("There is no known encoding named %q.", name),
			Hint:    "Use an IANA name such as utf-8, windows-1252, iso-8859-15, shift_jis or gb18030."}
	}
	c.codec = codec
	return c, nil
}

func (c charset) withCodec() charset {
	switch c.name {
	case "utf-16le":
		c.codec = utf.UTF16(utf.LittleEndian, utf.IgnoreBOM)
	case "utf-16be":
		c.codec = utf.UTF16(utf.BigEndian, utf.IgnoreBOM)
	case "utf-32le":
		c.codec = utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "utf-32be":
		c.codec = utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case "iso-8859-1", "windows-1252":
		// As the web does it: nobody means the control characters 0x80-0x9f.
		c.codec = charmap.Windows1252
	}
	return c
}

// legacy holds for the encodings that are no form of Unicode.
func (c charset) legacy() bool { return c.codec != nil && !strings.HasPrefix(c.name, "utf-") }

// reader decodes what comes behind the byte order mark.
func (c charset) reader(in io.Reader) io.Reader {
	if c.codec == nil {
		return in
	}
	return transform.NewReader(in, c.codec.NewDecoder())
}
