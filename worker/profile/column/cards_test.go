package column

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// cardNumber is a number of 16 digits, right by Luhn's formula or wrong.
func cardNumber(random *rand.Rand, first uint64, right bool) string {
	n := first*1e12 + random.Uint64N(1e11)*10
	for luhn(n) != right {
		n++
	}
	return strconv.FormatUint(n, 10)
}

func TestTextsHoldCardsOnlyWhereIssuerLengthGroupsAndCheckDigitAreRight(t *testing.T) {
	for text, want := range map[string]bool{
		"4111 1111 1111 1111": true, "5500-0000-0000-0004": true, "paid with 4111111111111111.": true, "card: 3782 822463 10005": true, "6011000000000004 and more": true, "(4111111111111111)": true,
		"3056 930902 5904": true, "2131 0000 0000 0008": false, "4222 2222 2222 2": true, "4111 1111 1111 1112": false, "x 1234567812345670": false, "0000 0000 0000 0000": false,
		"https://x.org/4111111111111111": false, "+4111111111111111": false, "0.4111111111111111": false, "id4111111111111111": false, "4111111111111111b": false, "4 1111 1111 1111 111": false,
		"41111 11111 11111 1": false, "4111-1111 1111-1111": false, "DE44 4111 1111 1111 1111": false, "4111 1111 1111 1111 1111 1111": false,
	} {
		c := &common{}
		if mayHoldCard([]byte(text)) {
			c.findCards([]byte(text), 3, 1)
		}
		if got := c.cards != nil && c.cards.right == 1 && c.cards.sure(); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestSomeCardsAmongOtherValuesAreAlertedWithTheirRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for what, filler := range map[string]func(i int) string{
		"prose": func(i int) string { return fmt.Sprint("note ", i, " on what was said") }, "ids": func(i int) string { return fmt.Sprint("C", 1000+i) }, "integers": func(i int) string { return strconv.Itoa(1000 + i) },
	} {
		for _, rows := range []int{300, 30_000} {
			cells := make([]string, rows)
			for i := range cells {
				cells[i] = filler(i)
			}
			want := []int64{7, 130, 200, 280}
			for _, row := range want {
				cells[row-1] = cardNumber(random, 4929, true)
			}
			if a := alertsOf(profile("x", cells...), "personal_data"); len(a) != 1 || !slices.Equal(a[0].Rows, want) {
				t.Errorf("%s of %d rows: %+v", what, rows, a)
			}
		}
	}
}

func TestNumbersThatAreRightByChanceAreNoCards(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for what, id := range map[string]func() string{
		"any 16 digits": func() string { return strconv.FormatUint(1e15+random.Uint64N(9e15), 10) },
		"an issuer's":   func() string { return strconv.FormatUint(4929e12+random.Uint64N(1e12), 10) },
		"in text":       func() string { return fmt.Sprintf("order 4929%012d sent", random.Uint64N(1e12)) },
		"in groups": func() string {
			return fmt.Sprintf("4929 %04d %04d %04d", random.IntN(1e4), random.IntN(1e4), random.IntN(1e4))
		},
		"articles":           func() string { return strconv.FormatUint(4e12+random.Uint64N(1e10), 10) },
		"one number for all": func() string { return fmt.Sprint("from 4111111111111112 to ", random.IntN(1e9)) },
	} {
		for _, rows := range []int{40, 1000, 20_000} {
			cells := make([]string, rows)
			for i := range cells {
				cells[i] = id()
			}
			if a := alertsOf(profile("x", cells...), "personal_data"); len(a) > 0 {
				t.Errorf("%s, %d rows: %+v", what, rows, a)
			}
		}
	}
}

func TestCardsAmongNumbersLikeThemAreToldByTheirRate(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, rows := range []int{500, 20_000} {
		cells := make([]string, rows)
		for i := range cells {
			cells[i] = cardNumber(random, 4929, i%3 == 0)
		}
		if a := alertsOf(profile("x", cells...), "personal_data"); len(a) != 1 || !slices.Equal(a[0].Rows, []int64{1, 4, 7, 10, 13, 16, 19, 22, 25, 28}) {
			t.Errorf("%d rows: %+v", rows, a)
		}
	}
}

// TestNoStretchLongEnoughForACardIsMissed holds the quick look against one that
// takes every byte by itself.
func TestNoStretchLongEnoughForACardIsMissed(t *testing.T) {
	slow := func(b []byte) bool {
		for i := cardDigits - 1; i < len(b); i += cardDigits {
			from, to := i-1, i+1
			for from >= 0 && inNumber[b[from]] {
				from--
			}
			for to < len(b) && inNumber[b[to]] {
				to++
			}
			if to-from > cardDigits && (b[i]-'0' < 10 || b[i-1]-'0' < 10) && !shapedAsUUID(b) {
				return true
			}
		}
		return false
	}
	random, found := rand.New(rand.NewPCG(5, 6)), 0
	for range 100_000 {
		b := make([]byte, random.IntN(50))
		for i := range b {
			if b[i] = "0123456789- 12345678"[random.IntN(20)]; random.IntN(12) == 0 {
				b[i] = byte(random.IntN(256))
			}
		}
		want := slow(b)
		if mayHoldCard(b) != want {
			t.Fatalf("%q: answered %v", b, !want)
		}
		if want {
			found++
		}
	}
	if found < 10_000 || found > 90_000 {
		t.Fatalf("%d texts may hold cards, which tests little", found)
	}
}
