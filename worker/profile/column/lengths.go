package column

import (
	"math"
	"math/bits"
)

// lengths is an exact histogram of lengths in characters below 256; above, its
// bins are 1/32 of their length wide.
type lengths struct {
	counts        []int64
	min, max, sum int64
	n             int64
}

const exactLengths = 256

func lengthBin(n int) int {
	if n < exactLengths {
		return n
	}
	e := bits.Len(uint(n)) - 1
	return exactLengths + (e-8)*32 + n>>(e-5)&31
}

// binStart is the least length of a bin.
func binStart(bin int) int64 {
	if bin < exactLengths {
		return int64(bin)
	}
	bin -= exactLengths
	return int64(32+bin%32) << (bin/32 + 3)
}

func (l *lengths) add(n int, times int64) {
	bin := lengthBin(n)
	for bin >= len(l.counts) {
		l.counts = append(l.counts, 0)
	}
	l.counts[bin] += times
	if l.n == 0 || int64(n) < l.min {
		l.min = int64(n)
	}
	l.max = max(l.max, int64(n))
	l.sum += int64(n) * times
	l.n += times
}

// addAll sees texts of one byte a character, those in some rows.
func (l *lengths) addAll(start, end, rows []uint32) {
	for len(l.counts) < exactLengths {
		l.counts = append(l.counts, 0)
	}
	counts := (*[exactLengths]int64)(l.counts)
	least, most, sum := uint32(math.MaxUint32), uint32(0), int64(0)
	for _, r := range rows {
		n := end[r] - start[r]
		if n >= exactLengths {
			l.add(int(n), 1)
			l.sum, l.n = l.sum-int64(n), l.n-1
			counts = (*[exactLengths]int64)(l.counts)
		} else {
			counts[n]++
		}
		sum += int64(n)
		least, most = min(least, n), max(most, n)
	}
	if l.n == 0 {
		l.min = int64(least)
	}
	l.min, l.max = min(l.min, int64(least)), max(l.max, int64(most))
	l.n += int64(len(rows))
	l.sum += sum
}

func (l *lengths) merge(o *lengths) {
	if o.n == 0 {
		return
	}
	for len(o.counts) > len(l.counts) {
		l.counts = append(l.counts, 0)
	}
	for i, n := range o.counts {
		l.counts[i] += n
	}
	if l.n == 0 || o.min < l.min {
		l.min = o.min
	}
	l.max = max(l.max, o.max)
	l.sum += o.sum
	l.n += o.n
}

func (l *lengths) reset() { *l = lengths{counts: l.counts[:0]} }

// ranked is the distribution of the lengths.
func (l *lengths) ranked() ranked {
	r := ranked{exact: l.max < exactLengths}
	if !r.exact {
		r.rankError = 1.0 / 32
	}
	for bin, n := range l.counts {
		if n > 0 {
			r.add(float64(min(max(binStart(bin), l.min), l.max)), n)
		}
	}
	return r
}
