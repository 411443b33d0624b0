package column

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maskLimit is the longest mask; longer texts are prose, whose shape says nothing.
const maskLimit = 48

// mask writes the shape of a text into m: A for an upper-case letter, a for
// another letter, 9 for a digit, others as they are. Runs of more than four
// letters or twelve digits are written A+ and 9+.
func mask(m []byte, b []byte) []byte {
	m = m[:0]
	var last rune
	run := 0
	for i := 0; i < len(b); {
		r, size := rune(b[i]), 1
		if r < utf8.RuneSelf {
			r = rune(maskBytes[r])
		} else {
			r, size = utf8.DecodeRune(b[i:])
			r = maskRune(r)
		}
		i += size
		if r == last && (r == 'A' || r == 'a' || r == '9') {
			run++
		} else {
			last, run = r, 1
		}
		most := 4
		if r == '9' {
			most = 12
		}
		switch {
		case run == most+1:
			m = append(m[:len(m)-most+1], '+')
		case run > most:
		case r < utf8.RuneSelf:
			m = append(m, byte(r))
		default:
			m = utf8.AppendRune(m, r)
		}
		if len(m) > maskLimit {
			return append(m[:maskLimit], "…"...)
		}
	}
	return m
}

// maskRune is what is written for a character.
func maskRune(r rune) rune {
	switch {
	case unicode.IsUpper(r):
		return 'A'
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return 'a'
	case unicode.IsDigit(r):
		return '9'
	}
	return r
}

var maskBytes = func() (t [utf8.RuneSelf]byte) {
	for c := range t {
		t[c] = byte(maskRune(rune(c)))
	}
	return t
}()

// shapes is what a sample of a column's texts looks like: their masks and
// which meanings they may have. Past masksKept masks new ones are not counted.
type shapes struct {
	n        int64
	masks    map[string]*int64
	full     bool
	meanings [meanings]int64
	personal [personals]tally
	scratch  []byte
}

const masksKept = 256

func (s *shapes) add(b []byte, row, times int64) {
	s.n += times
	may := meaningsOf(b)
	for p, m := range personalMeanings {
		if may>>m&1 != 0 {
			s.personal[p].put(row, times, b)
		}
	}
	for m := meaning(0); may != 0; m, may = m+1, may>>1 {
		if may&1 != 0 {
			s.meanings[m] += times
		}
	}
	s.scratch = mask(s.scratch, b)
	s.count(s.scratch, times)
}

func (s *shapes) count(m []byte, times int64) {
	if n := s.masks[string(m)]; n != nil {
		*n += times
		return
	}
	if s.masks == nil {
		s.masks = map[string]*int64{}
	}
	if len(s.masks) == masksKept {
		s.full = true
		return
	}
	s.masks[string(m)] = &times
}

func (s *shapes) merge(o *shapes, offset int64) {
	s.n += o.n
	s.full = s.full || o.full
	for m, n := range o.meanings {
		s.meanings[m] += n
	}
	for p := range o.personal {
		s.personal[p].merge(&o.personal[p], offset)
	}
	for _, m := range o.sorted() { // in an order, as not all may fit
		s.count([]byte(m.mask), m.count)
	}
}

func (s *shapes) reset() {
	clear(s.masks)
	*s = shapes{masks: s.masks, scratch: s.scratch}
}

type maskCount struct {
	mask  string
	count int64
}

// sorted lists the masks by count, then mask.
func (s *shapes) sorted() []maskCount {
	all := make([]maskCount, 0, len(s.masks))
	for m, n := range s.masks {
		all = append(all, maskCount{m, *n})
	}
	slices.SortFunc(all, func(a, b maskCount) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.mask, b.mask))
	})
	return all
}

// wordless is the share of texts without any letter or digit.
func (s *shapes) wordless() float64 {
	var n, all int64
	for m, count := range s.masks { // a sum: in any order
		if all += *count; !strings.ContainsAny(m, "Aa9") {
			n += *count
		}
	}
	if all == 0 {
		return 0
	}
	return float64(n) / float64(all)
}

// share is the share of texts that may have a meaning.
func (s *shapes) share(m meaning) float64 {
	if s.n == 0 {
		return 0
	}
	return float64(s.meanings[m]) / float64(s.n)
}
