package column

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

func TestCharactersAreCountedNotBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all := []rune("ab cdé\u0080я中😀\U0010FFFF")
	for size := range 300 {
		var b []byte
		for range size {
			b = append(b, string(all[r.IntN(len(all))])...)
		}
		if n := chars(b); n != utf8.RuneCount(b) {
			t.Fatalf("%q: counted %d characters, want %d", b, n, utf8.RuneCount(b))
		}
	}
}
