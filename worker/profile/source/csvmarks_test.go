package source

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// slowMarks are marks, byte by byte.
func slowMarks(text []byte, b markBytes) marks {
	var m marks
	inside, begins := false, true
	for i, c := range text {
		m.high = m.high || c >= 0x80
		m.nul = m.nul || c == 0
		opens := begins && c == b.quote
		begins = false
		switch {
		case c == b.quote:
			if opens {
				m.opened = append(m.opened, uint32(len(m.pos)))
			}
			m.quotes++
			inside = !inside
		case inside:
		case c == b.delim || c == b.line:
			m.pos = append(m.pos, uint32(i))
			if begins = true; c == b.line {
				m.lines++
			}
		case c == b.odd:
			m.odd++
		}
	}
	return m
}

func TestMarksAreThoseFoundByteByByte(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	alphabet := []byte(",;\n\r\"'xyz\x00\x80\xff\x0b\x8a\xac\xa2\x01")
	var m marks
	for i := range 3000 {
		text := make([]byte, r.IntN([]int{10, 70, 300, 5000}[i%4]))
		for k := range text {
			if text[k] = 'x'; r.IntN(8) < i%9 {
				text[k] = alphabet[r.IntN(len(alphabet))]
			}
		}
		rules := rules{delim: []byte{",;x\xac"[r.IntN(4)]}, quote: "\"'\xff"[r.IntN(3)], lineEnd: []string{"\n", "\r"}[r.IntN(2)], undivided: r.IntN(9) == 0}
		b := rules.markBytes()
		m.scan(text, b)
		if want := slowMarks(text, b); fmt.Sprint(m) != fmt.Sprint(want) {
			t.Fatalf("%q by %q:\n%v, want\n%v", text, b, m, want)
		}
	}
}

// TestEveryMachineFindsTheSameMasks holds the portable way against the one
// that this machine goes.
func TestEveryMachineFindsTheSameMasks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	for range 200 {
		text := make([]byte, maskWidth*(1+r.IntN(5)))
		for k := range text {
			text[k] = byte(r.IntN(256)) >> r.IntN(3)
		}
		b := markBytes{byte(r.IntN(128)), '\n', '\r', byte(r.IntN(256))}
		here, there := make([]masks, len(text)/maskWidth), make([]masks, len(text)/maskWidth)
		high, nul := findMasks(text, b, here)
		h, n := findMasksAnywhere(text, b, there)
		if fmt.Sprint(here, high, nul) != fmt.Sprint(there, h, n) {
			t.Fatalf("%q by %v:\n%x %v %v\n%x %v %v", text, b, here, high, nul, there, h, n)
		}
	}
}

func FuzzMarks(f *testing.F) {
	f.Add([]byte("a,\"b\"\"\n\",c\r\n\"d\",,\n"), byte(','), byte('"'), false)
	f.Add([]byte("\"\r\n\"\r\xff\x00\xfe;"), byte(0xff), byte(0xff), true)
	f.Fuzz(func(t *testing.T, text []byte, delim, quote byte, cr bool) {
		ru := rules{delim: []byte{delim}, quote: quote, lineEnd: "\n"}
		if cr {
			ru.lineEnd = "\r"
		}
		b := ru.markBytes()
		if b.quote == b.line || b.quote == b.delim || b.odd == b.delim || b.odd == b.quote {
			return // Options.Validate refuses these
		}
		text = append(text, text...) // so that the second half begins anywhere in a word
		var m marks
		m.scan(text, b)
		if want := slowMarks(text, b); fmt.Sprint(m) != fmt.Sprint(want) {
			t.Fatalf("%q by %v:\n%v, want\n%v", text, b, m, want)
		}
	})
}
