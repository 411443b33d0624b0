package column

import (
	"encoding/binary"
	"math"
	"math/bits"
)

const (
	eachByte   = 0x0101010101010101
	eachZero   = 0x3030303030303030 // '0'
	eachDot    = 0x2e2e2e2e2e2e2e2e // '.'
	eachHigh   = 0x8080808080808080
	eachSix    = 0x0606060606060606
	eachNibble = 0xf0f0f0f0f0f0f0f0
)

// digitsOnly tells whether all bytes are at most 9.
func digitsOnly(t uint64) bool { return (t|(t+eachSix))&eachNibble == 0 }

// eight is the number that eight digits stand for, the first one lowest. Three
// multiplications do it, as in simdjson (Langdale and Lemire, 2019).
func eight(t uint64) uint64 {
	t = t*10 + t>>8
	return ((t&0x000000ff000000ff)*(100+1000000<<32) + (t>>16&0x000000ff000000ff)*(1+10000<<32)) >> 32
}

// closeUp takes the byte at i (of 8) out of w; those before it move up, and one
// comes in.
func closeUp(w uint64, i int, in byte) uint64 {
	below := uint64(1)<<(8*i) - 1
	return w&^(below<<8|0xff) | (w&below)<<8 | uint64(in)
}

// dotIn finds a point.
func dotIn(w uint64) uint64 {
	w ^= eachDot
	return (w - eachByte) &^ w & eachHigh
}

// shortNumber reads digits[.digits] of at most 16 bytes in front of b, with one
// digit on each side of a point, without leading zeros and of at most 15 digits.
// scale is the number of digits behind the point, 0 without one.
func shortNumber(b *[16]byte, n int) (m uint64, scale int, ok bool) {
	if n <= 8 {
		if n == 0 {
			return 0, 0, false
		}
		w := binary.LittleEndian.Uint64(b[:])<<(64-8*n) | eachZero>>(8*n)
		if dot := dotIn(w); dot != 0 {
			at := bits.TrailingZeros64(dot) >> 3
			if scale = 7 - at; scale == 0 || scale == n-1 {
				return 0, 0, false
			}
			w = closeUp(w, at, '0')
			n -= scale + 1
		}
		w ^= eachZero
		return eight(w), scale, digitsOnly(w) && (n == 1 || b[0] != '0')
	}
	high := binary.LittleEndian.Uint64(b[:])<<(128-8*n) | eachZero>>(8*n-64)
	low := binary.LittleEndian.Uint64(b[n-8:])
	whole := n
	if dot := dotIn(low); dot != 0 {
		at := bits.TrailingZeros64(dot) >> 3
		scale = 7 - at
		low = closeUp(low, at, byte(high>>56))
		high = high<<8 | '0'
		whole -= scale + 1
	} else if dot := dotIn(high); dot != 0 {
		at := bits.TrailingZeros64(dot) >> 3
		scale = 15 - at
		high = closeUp(high, at, '0')
		whole -= scale + 1
	}
	if whole == 16 || whole == 0 || whole == n-1 { // too long, or nothing on one side of the point
		return 0, 0, false
	}
	high ^= eachZero
	low ^= eachZero
	return eight(high)*100_000_000 + eight(low), scale, digitsOnly(high) && digitsOnly(low) && (whole == 1 || b[0] != '0')
}

// longDecimal reads digits.digits of 17 to 20 bytes in front of b, up to seven
// before the point: what doubles of all their digits are written like. It is
// m / 10^scale.
func longDecimal(b *[32]byte, n int) (m uint64, scale int, ok bool) {
	dot := dotIn(binary.LittleEndian.Uint64(b[:]))
	at := bits.TrailingZeros64(dot) >> 3
	if n < 17 || n > 20 || dot == 0 || at == 0 || at > 1 && b[0] == '0' {
		return 0, 0, false
	}
	m, ok = upToEight(b[:], at)
	scale = n - at - 1
	for at++; ok && at < n; at += 8 {
		k := min(n-at, 8)
		var more uint64
		more, ok = upToEight(b[at:], k)
		m = m*wholeTens[k] + more
	}
	return m, scale, ok && m > 0
}

var wholeTens = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// upToEight reads 1 to 8 digits.
func upToEight(b []byte, n int) (uint64, bool) {
	w := (binary.LittleEndian.Uint64(b)<<(64-8*n) | eachZero>>(8*n)) ^ eachZero
	return eight(w), digitsOnly(w)
}

// quotient is the double nearest to m / 10^scale, for m from 1 on and scale up to
// 19. The quotient of integers has at least 63 bits, and what is left of it only
// says whether it is a little more: converting it rounds once, and rightly.
func quotient(m uint64, scale int) float64 {
	d := wholeTens[scale]
	up, down := bits.LeadingZeros64(m), bits.LeadingZeros64(d)
	m <<= up
	q, rest := bits.Div64(m>>1, m<<63, d<<down)
	if rest != 0 {
		q |= 1
	}
	return float64(q) * math.Float64frombits(uint64(1023+down-up-63)<<52)
}

// paddedDigits tells of codes: digits only, behind a leading zero.
func paddedDigits(b *[16]byte, n int) bool {
	if n < 2 || n > 16 || b[0] != '0' {
		return false
	}
	high, low := binary.LittleEndian.Uint64(b[:])^eachZero, binary.LittleEndian.Uint64(b[8:])^eachZero
	if n <= 8 {
		return digitsOnly(high & lowBytes[n])
	}
	return digitsOnly(high) && digitsOnly(low&lowBytes[n-8])
}

// noScale is above all numbers of digits behind a point.
const noScale = 127

// manyNumbers takes integers and decimals in their plainest form, and codes of
// digits among them. In a format with types a point is never one of thousands.
func (s *stream) manyNumbers(c *selection, n int, typed bool) int {
	var (
		x                            = &s.numbers
		lowest, highest              = x.min.f, x.max.f
		highestRow                   = int64(-1)
		integers, triples, padded    int64
		zeros, negatives             int64
		sum                          int64 // of up to 2^11 integers of 50 bits
		triple                       = s.settledTriples()
		whole, point, codes          = s.settled(classInteger), s.settled(classDecimal), s.settled(classPadded)
		ordered                      = !s.order.broken
		most, least                  = int(x.scale), noScale
		zeros1, zeros2, minus        bool // see writing
		block                        = s.block
		taken                        int
		row                          uint32
		data, start, end, rows, base = c.Data, c.Start, c.End, c.rows[:min(n, 2048)], c.base
	)
	for taken, row = range rows {
		at, stop := int(start[row]), int(end[row])
		if at+17 > len(data) {
			goto done
		}
		negative := data[at] == '-'
		if negative {
			at++
		}
		var (
			f     float64
			m     uint64
			scale int
			ok    bool
		)
		if uint(stop-at) <= 16 {
			m, scale, ok = shortNumber((*[16]byte)(data[at:]), stop-at)
		} else if at+32 <= len(data) {
			m, scale, ok = longDecimal((*[32]byte)(data[at:]), stop-at)
		}
		if !ok {
			if !codes || !paddedDigits((*[16]byte)(data[at:]), stop-at) {
				goto done
			}
			padded++
			ordered = false
			if r := base + int64(row); r&(s.looked(r)-1) == 0 {
				s.look(data[start[row]:stop], r, s.looked(r))
			}
			continue
		}
		if scale == 0 {
			if !whole {
				goto done
			}
			i := int64(m)
			if negative {
				i = -i
			}
			f = float64(i)
			integers++
			sum += i
			if ordered {
				s.order.add(i)
				ordered = !s.order.broken
			}
			if uint64(i-basicFirst) <= basicLast-basicFirst && basicDate(i) {
				x.compact[compactDay]++
			} else if i >= leastLong {
				x.long(i, data[start[row]:stop], base+int64(row), 1)
			}
		} else if scale == 3 && m >= 1000 && m < 1_000_000 && !typed {
			if triple == nil {
				goto done
			}
			triples++
			triple.take(m, negative, base+int64(row), s)
			triple.numbers.writing.decimal(3, data[stop-1])
			continue
		} else {
			if !point {
				goto done
			}
			if m < 1<<53 && scale < len(powersOfTen) {
				f = float64(m) / powersOfTen[scale]
			} else {
				f = quotient(m, scale)
			}
			if negative {
				f = -f
			}
			if stop-at > 16 && (f <= lowest || f >= highest || f <= -fromHuge || f >= fromHuge) { // ends are kept as they are written
				goto done
			}
			most, least = max(most, scale), min(least, scale)
			if data[stop-1] == '0' {
				zeros1, zeros2 = zeros1 || scale == 1, zeros2 || scale > 1
			}
			if scale > 4 && m > 0 && f < belowTiny && f > -belowTiny {
				x.writing.small(math.Abs(f))
			}
			ordered = false
		}
		if f <= 0 {
			if f == 0 {
				zeros++
				minus = minus || negative
			} else {
				negatives++
			}
		}
		if !x.tails.full || f >= x.tails.least || f <= x.tails.most {
			x.tails.add(f, base+int64(row), 1)
			if f > highest {
				highest, highestRow = f, base+int64(row)
			} else if f < lowest {
				lowest = f
				x.min = extreme{set: true, f: f, row: base + int64(row)}
			}
		}
		if block = append(block, f); len(block) >= blockSize {
			s.block = block
			s.flush()
			block = s.block
		}
	}
	taken = len(rows)
done:
	s.block = block
	if highestRow >= 0 {
		x.max = extreme{set: true, f: highest, row: highestRow}
	}
	if integers > 0 {
		s.classes[classInteger].count += integers
		s.sum.Add(sum)
	}
	numbers := int64(taken) - triples - padded
	if integers < numbers {
		s.classes[classDecimal].count += numbers - integers
	}
	if integers < int64(taken) {
		s.order.broken = true
	}
	if triples > 0 {
		s.classes[classTriple].count += triples
	}
	if padded > 0 {
		s.classes[classPadded].count += padded
	}
	x.n += numbers
	x.zeros += zeros
	x.negatives += negatives
	x.scale = int8(most)
	x.writing.merge(&writing{odd: minus, tenth: zeros1, zeros: zeros2})
	if least < noScale {
		x.writing.decimal(least, 0)
	}
	return taken
}

// settledTriples is the group of numbers like 1.234, if its tally needs no more
// rows.
func (s *stream) settledTriples() *group {
	if !s.settled(classTriple) {
		return nil
	}
	return s.either[groupTriples]
}

// take sees a number of three decimals as the group keeps it, as an integer.
func (g *group) take(m uint64, negative bool, row int64, s *stream) {
	i, x := int64(m), &g.numbers
	if negative {
		i = -i
		x.negatives++
	}
	f := float64(i)
	if f > x.max.f {
		x.max = extreme{set: true, f: f, row: row}
	} else if f < x.min.f {
		x.min = extreme{set: true, f: f, row: row}
	}
	x.tails.add(f, row, 1)
	x.n++
	g.sum.Add(i)
	if g.block = append(g.block, f); len(g.block) >= blockSize {
		g.flush(s)
	}
}
