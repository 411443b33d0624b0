package column

import (
	"math"
	"strconv"
	"unsafe"
)

var powersOfTen = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// longestNumber bounds what is taken for a number: dictionaries do not keep
// more of a value.
const longestNumber = 1024

// parseNumber reads [+-]digits[.digits][e[+-]digits], with digits on one side
// of the point at least.
func parseNumber(s []byte, v *value) bool {
	i, n := 0, len(s)
	negative := s[0] == '-'
	if negative || s[0] == '+' {
		i = 1
	}
	var m uint64
	first := i
	for i < n && s[i]-'0' < 10 {
		m = m*10 + uint64(s[i]-'0')
		i++
	}
	whole := i - first
	if i == n { // the commonest case: an integer
		if whole == 0 || whole > longestNumber {
			return false
		}
		if whole > 1 && s[first] == '0' {
			v.class = classPadded
			return true
		}
		return parseInteger(s, m, whole, negative, v)
	}
	if first == 0 && s[i] != '.' && s[i]|0x20 != 'e' {
		return false // dates begin like this
	}
	return parseDecimal(s, i, first, whole, negative, v)
}

// parseInteger has read the digits into m, which may have overflowed.
func parseInteger(s []byte, m uint64, digits int, negative bool, v *value) bool {
	v.class = classInteger
	if digits >= 16 {
		v.flags |= flagLong
	}
	if s[0] == '+' {
		v.flags |= flagOdd
		if digits >= 10 && digits <= 15 {
			v.class = classDialled
		}
	}
	switch {
	case digits < 19 || digits == 19 && m <= math.MaxInt64 || digits == 19 && negative && m == 1<<63:
		v.i = int64(m)
		if negative {
			v.i = -v.i
		}
		v.f = float64(v.i)
		return true
	}
	v.class = classBig
	v.f = parseFloat(s)
	if math.IsInf(v.f, 0) {
		v.class = classNonfinite // beyond what any figure could hold
	}
	return true
}

// parseDecimal goes on behind the whole digits, of which there may be none.
func parseDecimal(s []byte, i, first, whole int, negative bool, v *value) bool {
	n := len(s)
	if n > longestNumber {
		return false
	}
	var m uint64
	digits := whole
	for _, c := range s[first : first+whole] {
		m = m*10 + uint64(c-'0')
	}
	fraction := 0
	if s[i] == '.' {
		i++
		for i < n && s[i]-'0' < 10 {
			m = m*10 + uint64(s[i]-'0')
			i++
			fraction++
		}
		digits += fraction
	}
	if digits == 0 {
		return parseSignedWord(s, first, negative, v)
	}
	exponent, explicit := 0, false
	if i < n && s[i]|0x20 == 'e' {
		i++
		sign := 1
		if i < n && (s[i] == '-' || s[i] == '+') {
			if s[i] == '-' {
				sign = -1
			}
			i++
		}
		from := i
		for i < n && s[i]-'0' < 10 {
			exponent = min(exponent*10+int(s[i]-'0'), 1<<20)
			i++
		}
		if i == from {
			return false
		}
		exponent, explicit = exponent*sign, true
	}
	if i != n || whole > 1 && s[first] == '0' {
		return false
	}
	v.class = classDecimal
	if fraction == 3 && whole-1 < 3 && whole > 0 && s[first] != '0' && !explicit {
		v.class = classTriple
		if v.i = int64(m); negative {
			v.i = -v.i
		}
	}
	v.scale = int8(max(0, min(127, fraction-exponent)))
	if digits > 15 && !explicit {
		v.flags |= flagLong
	}
	if explicit || whole == 0 || fraction == 0 || s[0] == '+' {
		v.flags |= flagOdd
	}
	e := exponent - fraction
	if digits <= 19 && m <= 1<<53 && e >= -22 && e <= 22 {
		v.f = float64(m)
		if e < 0 {
			v.f /= powersOfTen[-e]
		} else {
			v.f *= powersOfTen[e]
		}
		if negative {
			v.f = -v.f
		}
		return true
	}
	if digits <= 19 && m > 0 && e < 0 && e >= -19 {
		if v.f = quotient(m, -e); negative {
			v.f = -v.f
		}
		return true
	}
	v.f = parseFloat(s)
	if math.IsInf(v.f, 0) {
		v.class = classNonfinite
	}
	return true
}

// parseSignedWord knows -Inf and its kin.
func parseSignedWord(s []byte, first int, negative bool, v *value) bool {
	rest := s[first:]
	if first == 0 || len(rest) > longestWord || !parseWord(rest, v) {
		return false
	}
	if v.class != classNonfinite {
		v.class, v.flags = classText, v.flags&(flagSpaced|flagBlank)
		return false
	}
	return true
}

// parseFloat reads a number that is known to be one.
func parseFloat(s []byte) float64 {
	f, _ := strconv.ParseFloat(unsafe.String(&s[0], len(s)), 64) // out of range: ±Inf, which is what we want
	return f
}
