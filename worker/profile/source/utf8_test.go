package source

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// TestUTF8IsToldFromOtherBytes holds the fast way against unicode/utf8: every
// pair and many triples of bytes at each place beside the border of a block.
func TestUTF8IsToldFromOtherBytes(t *testing.T) {
	hold := func(b []byte) {
		t.Helper()
		if validUTF8(b) != utf8.Valid(b) {
			t.Fatalf("% x: answered %v", b, validUTF8(b))
		}
		if n := utf8Prefix(b); !utf8.Valid(b[:n]) || n < validPrefix(b)-utf8.UTFMax-utf8Block {
			t.Fatalf("% x: %d bytes, want at most %d", b, n, validPrefix(b))
		}
	}
	for _, around := range []byte{'x', 0xBF} {
		for at := utf8Block - 3; at <= utf8Block; at++ {
			b := make([]byte, 3*utf8Block)
			for i := range b {
				b[i] = 'x'
			}
			for pair := range 1 << 16 {
				b[at], b[at+1], b[at+2] = byte(pair>>8), byte(pair), around
				hold(b)
			}
		}
	}
	r := rand.New(rand.NewPCG(3, 8))
	pieces := []string{"x", "abcdefgh", "é", "я", "ß", "€", "中", "￿", "😀", "\U0010FFFF", "\u0080", "\u07ff", "\u0800", "\U00010000", "\x80", "\xc0\x80", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe4\xb8", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf0\x9f\x98", "\xf8\x88\x80\x80\x80", "\xff"}
	for range 30_000 {
		var b []byte
		good := 14
		if r.IntN(2) == 0 {
			good = len(pieces)
		}
		for size := 64 + r.IntN(100); len(b) < size; {
			b = append(b, pieces[r.IntN(good)]...)
		}
		hold(b)
	}
}
