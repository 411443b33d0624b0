package source

import "encoding/binary"

// masks tell which of 64 bytes of CSV text matter: bit k stands for byte k.
type masks struct {
	cut   uint64 // delimiters and line ends
	line  uint64 // line ends
	odd   uint64 // bytes that end lines, but not this text's
	quote uint64
}

// maskWidth is how many bytes masks are about.
const maskWidth = 64

// markBytes are the bytes that masks are made of.
type markBytes struct{ delim, line, odd, quote byte }

func (r *rules) markBytes() markBytes {
	b := markBytes{delim: r.delim[0], line: '\n', odd: '\r', quote: r.quote}
	if r.lineEnd == "\r" {
		b.line, b.odd = b.odd, b.line
	}
	if r.undivided {
		b.delim = b.line
	}
	return b
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	lowSeven = 0x7f7f7f7f7f7f7f7f
)

// findMasksAnywhere is findMasks for every machine. It takes eight bytes at a
// time as one word (SWAR). The seven low bits of a byte plus 0x7f carry into
// its top bit unless they are zero: so a byte is found by the difference to it.
func findMasksAnywhere(text []byte, b markBytes, out []masks) (high, nul bool) {
	delim, line, odd, quote := wordOf(b.delim), wordOf(b.line), wordOf(b.odd), wordOf(b.quote)
	var all, zero uint64
	for i := range out {
		var m masks
		for k := 0; k < maskWidth; k += 8 {
			w := binary.LittleEndian.Uint64(text[i*maskWidth+k:])
			low := w & lowSeven
			all |= w
			zero |= ^((low + lowSeven) | w)
			line := line.in(w, low)
			m.cut |= gather(delim.in(w, low)|line) << k
			m.line |= gather(line) << k
			m.odd |= gather(odd.in(w, low)) << k
			m.quote |= gather(quote.in(w, low)) << k
		}
		out[i] = m
	}
	return all&highBits != 0, zero&highBits != 0
}

// word is a byte eight times: its seven low bits, and its top bit apart.
type word struct{ low, top uint64 }

func wordOf(b byte) word { return word{uint64(b&0x7f) * lowBits, uint64(b>>7) * highBits} }

// in sets the top bit of the bytes of w that are the word's.
func (b word) in(w, low uint64) uint64 { return ^(((low ^ b.low) + lowSeven) | (w ^ b.top)) & highBits }

// gather moves the top bits of eight bytes together, that of the first byte
// to bit 0.
func gather(top uint64) uint64 { return (top >> 7) * 0x0102040810204080 >> 56 }
