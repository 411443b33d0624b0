package sketch

import (
	"math"
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

// sortKeys sorts by the eight bytes in turn, leaving out those that all keys
// share: two to three times as fast as comparing, as there is no branch to
// guess. spare is memory, which it answers with when it has grown.
func sortKeys(keys, spare []int64) []int64 {
	n := len(keys)
	if n < radixLeast {
		slices.Sort(keys)
		return spare
	}
	if len(spare) < n {
		spare = make([]int64, n+n/2)
	}
	var counts [8][256]uint32
	for _, k := range keys {
		u := uint64(k) ^ 1<<63
		counts[0][u&0xff]++
		counts[1][u>>8&0xff]++
		counts[2][u>>16&0xff]++
		counts[3][u>>24&0xff]++
		counts[4][u>>32&0xff]++
		counts[5][u>>40&0xff]++
		counts[6][u>>48&0xff]++
		counts[7][u>>56]++
	}
	from, to := keys, spare[:n]
	for b := range counts {
		c, shift := &counts[b], 8*b
		if c[(uint64(from[0])^1<<63)>>shift&0xff] == uint32(n) {
			continue
		}
		sum := uint32(0)
		for i, m := range c {
			c[i] = sum
			sum += m
		}
		for _, k := range from {
			at := &c[(uint64(k)^1<<63)>>shift&0xff]
			to[*at] = k
			*at++
		}
		from, to = to, from
	}
	if &from[0] != &keys[0] {
		copy(keys, from)
	}
	return spare
}
