package column

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestGarbledTextIsFoundWithoutLookingAtAllOfIt holds the fast look against the
// slow one, on texts of what both must tell apart.
func TestGarbledTextIsFoundWithoutLookingAtAllOfIt(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	pieces := strings.Split("a|bc |é|ü|â|Â|Ã|Ð|Ñ|ï|ð|Ÿ|\u0083|\u00a0|©|€|œ|™|я|中|，|\ufffd|CafÃ©|â€™|Â°|ÐŸÑ€|ðŸ˜€|ï»¿", "|")
	found := 0
	for range 50_000 {
		var b strings.Builder
		for range 1 + r.IntN(8) {
			if k := r.IntN(len(pieces)); k < 20 || r.IntN(6) == 0 {
				b.WriteString(pieces[k])
			}
		}
		text := []byte(b.String())
		_, want := garbled(text)
		if isGarbled(text) != want {
			t.Fatalf("%q: answered %v", text, !want)
		}
		if want {
			found++
		}
	}
	if found < 1000 || found > 49_000 {
		t.Fatalf("%d texts are garbled, which tests little", found)
	}
}

func TestTextCutInsideACharacterIsNotGarbled(t *testing.T) {
	long := []byte("é" + strings.Repeat("я", keptBytes))[:keptBytes+1]
	if text := long[:keptBytes-1]; isGarbled(text) {
		t.Errorf("%q …", text[:20])
	}
}
