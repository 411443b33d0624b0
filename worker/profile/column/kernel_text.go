package column

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// texts takes plain text, without white space around it.
func (s *stream) texts(c *selection, n int) int {
	const together = 16
	var (
		glances [together]glance
		mails   = s.mails.known < rowsKept
		taken   = n
	)
all:
	for from := 0; from < n; from += together {
		rows := c.rows[from:min(from+together, n)]
		seen := glanceAll(c, rows, glances[:])
		for i, r := range rows {
			b, row := c.Data[c.Start[r]:c.End[r]], c.base+int64(r)
			var (
				text, reveals bool // reveals: more has to be looked at
				high          = !c.ASCII
				signs         = allSigns
			)
			if g := &glances[i]; i < seen && len(b) <= glanceWidth {
				g.end(len(b))
				text, reveals = g.plainText(b)
				reveals = reveals && (mails && g.at != 0 && g.at&1 == 0 || mayBeAccount(b) || g.mayHoldCard())
				high = high && g.high != 0
			} else if len(b) > keptBytes {
				taken = from + i
				break all
			} else if signs, text = signsOf(b), plainText(b); !text {
				text = isCode(b)
				reveals = text && signs.mayReveal(b, mails)
			} else {
				reveals = b[0]-'0' >= 10 && !shapedAsUUID(b) && signs.mayReveal(b, mails) // else an address of IPv4
			}
			if !text {
				classifyKind(b, c.kind(from+i), &s.scratch)
				if s.scratch.class != classText || s.scratch.flags != 0 {
					taken = from + i
					break all
				}
				reveals = signs.mayReveal(b, mails)
			}
			if row&(leastLooked-1) == 0 && row&(s.looked(row)-1) == 0 {
				s.look(b, row, s.looked(row))
			}
			if high && signs.garbled(b) {
				s.garbled.add(row, b)
			}
			if reveals {
				s.reveal(b, row, 1)
				mails = s.mails.known < rowsKept
			}
		}
	}
	s.classes[classText].count += int64(taken)
	s.order.broken = s.order.broken || taken > 0
	return taken
}

// plainText tells whether a text surely is nothing else, and has no white space
// around it. It need not find all of those.
func plainText(b []byte) bool {
	n := len(b)
	if n < 2 {
		return false
	}
	first, last := b[0], b[n-1]
	if last <= ' ' || last == 0xa0 {
		return false
	}
	switch {
	case shapedAsUUID(b):
		return first > ' ' && first < 0x80
	case !lead[first] && (last-'0' >= 10 || n > longestEnding), first == '/':
		return true
	case letter(first):
		return !special.may(b)
	}
	return first-'0' < 10 && isAddress(b)
}

const uuidLength = 36

// isAddress knows the addresses of IPv4. Groups of three digits behind each point
// may be those of a number of millions, unless all are as low as in an address.
func isAddress(b []byte) bool {
	n := len(b)
	if n < len("1.1.1.1") || n > len("255.255.255.255") || cap(b) < 16 {
		return false
	}
	w := b[:16]
	low, high := binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[8:])
	all := uint64(1)<<n - 1
	dots := (bitsOf(zeroBytes(low^eachDot)) | bitsOf(zeroBytes(high^eachDot))<<8) & all
	if bits.OnesCount64(dots) != 3 || (bitsOf(notDigits(low^eachZero))|bitsOf(notDigits(high^eachZero))<<8)&all != dots {
		return false
	}
	a := bits.TrailingZeros64(dots)
	dots &= dots - 1
	c := bits.TrailingZeros64(dots)
	d := bits.TrailingZeros64(dots & (dots - 1))
	g0, g1, g2, g3 := uint(a-1), uint(c-a-2), uint(d-c-2), uint(n-d-2) // digits less one
	if g0 >= 3 || g1 >= 3 || g2 >= 3 || g3 >= 3 {
		return false
	}
	return g1+g2+g3 < 6 || octet(b[:a]) && octet(b[a+1:a+4]) && octet(b[c+1:c+4]) && octet(b[d+1:d+4])
}

// octet tells whether up to three digits are a number up to 255.
func octet(b []byte) bool {
	n := 0
	for _, c := range b {
		n = 10*n + int(c-'0')
	}
	return n <= math.MaxUint8
}
