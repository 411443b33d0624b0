package column

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// cards counts numbers that payment cards may have: the issuer is known and
// the length is one of its. The last digit of one in ten of such numbers is
// right by Luhn's formula (ISO/IEC 7812) by chance, so what tells cards from
// other numbers is how many are. Merging is associative.
type cards struct {
	like, right int64
	known       []knownCard // the first different ones
	rows        tally       // of those that are right
}

type knownCard struct {
	number uint64
	right  bool
	// plain tells of digits alone in a cell: what is in groups, as on a card,
	// or in a sentence is more likely to be one.
	plain bool
}

// cardsKnown is how many different numbers are known one by one: one number
// that stands in every row proves nothing.
const cardsKnown = 64

// add sees a number that is like those of cards.
func (c *cards) add(k knownCard, row, times int64, b []byte) {
	c.like += times
	if k.right {
		c.right += times
		c.rows.put(row, times, b)
	}
	c.remember(k)
}

func (c *cards) remember(k knownCard) {
	if len(c.known) < cardsKnown && !slices.ContainsFunc(c.known, func(o knownCard) bool { return o.number == k.number }) {
		c.known = append(c.known, k)
	}
}

func (c *cards) merge(o *cards, offset int64) {
	c.like += o.like
	c.right += o.right
	c.rows.merge(&o.rows, offset)
	for _, k := range o.known {
		c.remember(k)
	}
}

// with are the numbers of both, of which either may be nil.
func (c *cards) with(o *cards, offset int64) *cards {
	if o == nil {
		return c
	}
	if c == nil {
		c = &cards{}
	}
	c.merge(o, offset)
	return c
}

// sure tells whether more of the numbers are right than chance explains.
func (c *cards) sure() bool {
	if c == nil || c.right == 0 {
		return false
	}
	right, plain := 0, false
	for _, k := range c.known {
		plain = plain || k.plain
		if k.right {
			right++
		}
	}
	switch n := len(c.known); {
	case n == cardsKnown: // and maybe more
		return byChance(int64(n), int64(right)) < 0.2 && byChance(c.like, c.right) < 1e-6
	case right == n && !plain:
		return true
	default:
		return byChance(int64(n), int64(right)) < 0.002
	}
}

// byChance bounds the probability that so many of n numbers or more have the
// right last digit by chance (Chernoff and Hoeffding).
func byChance(n, right int64) float64 {
	const chance = 0.1
	share := float64(right) / float64(n)
	if share <= chance {
		return 1
	}
	far := share * math.Log(share/chance)
	if right < n {
		far += (1 - share) * math.Log((1-share)/(1-chance))
	}
	return math.Exp(-far * float64(n))
}

// Bounds of the numbers of cards: 13 to 19 digits, of which the first is no 0,
// 1, 7, 8 or 9 but in 15 digits.
const (
	leastCard  = 1_800_000_000_000
	cardDigits = 13
	mostCard   = 19
)

// card sees an integer of a size that cards have.
func (s *numbers) card(i int64, b []byte, row, times int64) {
	digits := 13
	for most := uint64(10_000_000_000_000); digits < mostCard && uint64(i) >= most; most *= 10 {
		digits++
	}
	if issued(uint64(i), digits) {
		if s.cards == nil {
			s.cards = &cards{}
		}
		s.cards.add(knownCard{uint64(i), luhn(uint64(i)), true}, row, times, b)
	}
}

// mayHoldCard is asked of every text: whether some stretch of digits, spaces and
// hyphens is long enough for a card's number. Of two bytes in each stretch of
// that length one is a digit, as there is only one mark between groups.
func mayHoldCard(b []byte) bool {
	if shapedAsUUID(b) {
		return false
	}
	for i := cardDigits - 1; i < len(b); i += cardDigits {
		// The bytes of these stretches begin with the bits 001, as few others do.
		before := binary.LittleEndian.Uint64(b[i-8:])
		behind := binary.LittleEndian.Uint64(b[min(i+1, len(b)-8):]) >> (8 * max(i+9-len(b), 0))
		left := bits.LeadingZeros64((before^0x20*eachByte)&(0xe0*eachByte)) >> 3
		right := bits.TrailingZeros64((behind^0x20*eachByte)&(0xe0*eachByte)) >> 3
		if left+right < cardDigits-1 && left < 8 && right < 8 || b[i]-'0' >= 10 && b[i-1]-'0' >= 10 {
			continue
		}
		from, to := i-1, i+1
		for from >= 0 && inNumber[b[from]] {
			from--
		}
		for to < len(b) && inNumber[b[to]] {
			to++
		}
		if to-from > cardDigits {
			return true
		}
	}
	return false
}

var inNumber = func() (t [256]bool) {
	for _, c := range []byte("0123456789 -") {
		t[c] = true
	}
	return t
}()

// findCards looks for numbers of cards in a text.
func (c *common) findCards(b []byte, row, times int64) {
	var found *cards
	var example []byte
	for i := 0; i+cardDigits <= len(b); {
		if b[i]-'0' >= 10 {
			i++
			continue
		}
		r := numberRun(b[i:])
		if r.digits >= cardDigits && r.digits <= mostCard && r.asOnCards() && issued(r.number, r.digits) && apart(b, i, i+r.end) {
			if c.cards == nil {
				c.cards = &cards{}
			}
			k := knownCard{r.number, luhn(r.number), r.groups == 1 && r.end == len(b)}
			if found = c.cards; k.right && example == nil {
				example = b[i : i+r.end]
			}
			found.remember(k)
		}
		i += r.end
	}
	if found == nil {
		return
	}
	found.like += times // a text counts once, whatever is in it
	if example != nil {
		found.right += times
		found.rows.put(row, times, example)
	}
}

// apart tells whether the bytes around b[from:to] leave it a number of its own,
// and none of a decimal, a word or an address.
func apart(b []byte, from, to int) bool {
	if from > 0 {
		switch c := b[from-1]; {
		case letter(c), c >= 0x80 && c != 0xa0, c == '.', c == '_', c == '-', c == '/', c == '=', c == '+', c == '&', c == '%':
			return false
		}
	}
	if to < len(b) {
		switch c := b[to]; {
		case letter(c), c == '_', c == '-', c == '/', c == '%', c == '&', c == '@', c == '=', c == '.' && to+1 < len(b) && b[to+1] > ' ':
			return false
		}
	}
	return true
}

// digitRun are digits with one kind of mark between groups of them.
type digitRun struct {
	number  uint64
	digits  int
	groups  int
	lengths [5]int
	end     int
}

func numberRun(b []byte) (r digitRun) {
	mark := byte(0)
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c-'0' < 10:
			if r.groups == 0 || i > 0 && b[i-1]-'0' >= 10 {
				r.groups++
			}
			if r.groups <= len(r.lengths) {
				r.lengths[r.groups-1]++
			}
			r.number = r.number*10 + uint64(c-'0')
			r.digits++
			r.end = i + 1
		case (c == ' ' || c == '-') && (mark == 0 || mark == c) && i+1 < len(b) && b[i+1]-'0' < 10:
			mark = c
		default:
			return r
		}
	}
	return r
}

// asOnCards tells whether the digits are in no groups, or in those that are
// printed: of four, or as on cards of 14 and 15 digits.
func (r *digitRun) asOnCards() bool {
	switch {
	case r.groups == 1:
		return true
	case r.groups > len(r.lengths):
		return false
	case r.groups == 3 && r.lengths[0] == 4 && r.lengths[1] == 6 && (r.lengths[2] == 4 || r.lengths[2] == 5):
		return true
	}
	for _, n := range r.lengths[:r.groups-1] {
		if n != 4 {
			return false
		}
	}
	return r.lengths[r.groups-1] <= 4
}

// luhn tells whether the last digit is right.
func luhn(number uint64) bool {
	sum := uint64(0)
	for double := false; number > 0; double = !double {
		d := number % 10
		if number /= 10; double {
			d = 2*d%10 + 2*d/10
		}
		sum += d
	}
	return sum%10 == 0
}

// issued tells whether the first digits are of a large network, and the number
// as long as its numbers are.
func issued(number uint64, digits int) bool {
	first := number
	for range digits - 4 {
		first /= 10
	}
	switch two := first / 100; {
	case first/1000 == 4: // Visa
		return digits == 13 || digits == 16 || digits == 19
	case two >= 51 && two <= 55, first >= 2221 && first <= 2720: // Mastercard
		return digits == 16
	case two == 34 || two == 37: // American Express
		return digits == 15
	case two == 36 || two == 38 || two == 30: // Diners Club
		return digits == 14 || digits == 16
	case two == 35: // JCB
		return digits == 16
	case first == 2131 || first == 1800: // JCB, of old
		return digits == 15
	case first == 6011 || two == 65 || two == 64, two == 62: // Discover, UnionPay
		return digits >= 16 && digits <= 19
	case first == 5018, first == 5020, first == 5038, first == 5893, first == 6304, first == 6759, first >= 6761 && first <= 6763: // Maestro
		return digits >= 13 && digits <= 19
	}
	return false
}
