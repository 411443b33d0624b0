package sketch

import (
	"math"
	"math/bits"
	"slices"
)

// keyOf is an integer that orders as the double does (the usual trick: negative
// doubles order the wrong way round). -0 comes before 0.
func keyOf(v float64) int64 {
	i := int64(math.Float64bits(v))
	return i ^ int64(uint64(i>>63)>>1)
}

func valueOf(key int64) float64 {
	return math.Float64frombits(uint64(key ^ int64(uint64(key>>63)>>1)))
}

const radixLeast = 96 // keys from which on a radix sort is faster

// sortKeys sorts by three bytes in turn, the highest 24 bits in which keys differ:
// four times as fast as comparing, as there is no branch to guess, and those
// bits tell nearly all of so few keys apart. spare is memory, which it answers
// with when it has grown.
func sortKeys(keys, spare []int64) []int64 {
	n := len(keys)
	if n < radixLeast {
		slices.Sort(keys)
		return spare
	}
	if len(spare) < n {
		spare = make([]int64, n+n/2)
	}
	const bias = 1 << 63 // makes negative keys the smaller ones
	differ := uint64(0)
	for _, k := range keys {
		differ |= uint64(k ^ keys[0])
	}
	shift := max(0, bits.Len64(differ)-24)
	var counts [3][256]uint32
	for _, k := range keys {
		u := (uint64(k) ^ bias) >> shift
		counts[0][u&0xff]++
		counts[1][u>>8&0xff]++
		counts[2][u>>16&0xff]++
	}
	from, to := keys, spare[:n]
	for b := range counts {
		c, shift := &counts[b], (shift+8*b)&63
		if c[(uint64(from[0])^bias)>>shift&0xff] == uint32(n) {
			continue
		}
		sum := uint32(0)
		for i, m := range c {
			c[i] = sum
			sum += m
		}
		for _, k := range from {
			at := &c[(uint64(k)^bias)>>shift&0xff]
			to[*at] = k
			*at++
		}
		from, to = to, from
	}
	if &from[0] != &keys[0] {
		copy(keys, from)
	}
	if shift > 0 {
		mend(keys)
	}
	return spare
}

// mend sorts what is nearly in order; if it turns out not to be, as where one
// value is far from all others, it begins anew.
func mend(keys []int64) {
	moves := 4 * len(keys)
	for i := 1; i < len(keys); i++ {
		k, j := keys[i], i
		for ; j > 0 && keys[j-1] > k; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = k
		if moves -= i - j; moves < 0 {
			slices.Sort(keys)
			return
		}
	}
}
