package column

import (
	"math/rand/v2"
	"testing"
)

// TestSignsMissNothingThatATextHolds plants addresses, numbers of cards and garbled
// letters at every place of texts of every length.
func TestSignsMissNothingThatATextHolds(t *testing.T) {
	planted := []struct {
		text string
		sign signs
	}{
		{"a@example.org", signMail},
		{"4111111111111111", signCard},
		{"4222222222222", signCard},
		{"4111 1111 1111 1111", signCard},
		{"3782-822463-10005", signCard},
		{"caf\u00c3\u00a9", signGarbled},
		{"\uFFFD.", signGarbled},
	}
	random := rand.New(rand.NewPCG(7, 8))
	for n := range 150 {
		b := make([]byte, n)
		for _, p := range planted {
			for at := 0; at+len(p.text) <= n; at++ {
				for i := range b {
					b[i] = "abc ,.\u00df"[random.IntN(8)]
				}
				copy(b[at:], p.text)
				if signsOf(b)&p.sign == 0 {
					t.Fatalf("%q: missed %q", b, p.text)
				}
			}
		}
	}
}

func TestSignsAreMissingFromUsualTexts(t *testing.T) {
	if signsOf(make([]byte, signsWidth)) == allSigns {
		return // the machine has no instructions for it
	}
	for _, text := range []string{
		"That was (1990), when 12 of them left us: the other 300 stayed.",
		"Съешь же ещё этих мягких французских булок, да выпей чаю",
		"的一是不了人我在有他这为之大来以个中上们，到说国和地也子时道出而要于就下得可你年生",
	} {
		if s := signsOf([]byte(text)); s != 0 {
			t.Errorf("%q: %b", text, s)
		}
	}
}
