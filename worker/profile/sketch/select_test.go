package sketch

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSelectFindsWhatSortingWouldPutThere(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := 1; n < 200; n++ {
		for _, most := range []uint64{1, 3, 1 << 40} { // with many equal keys, and with none
			keys := make([]uint64, n)
			for i := range keys {
				keys[i] = r.Uint64N(most)
			}
			sorted := slices.Sorted(slices.Values(keys))
			k := r.IntN(n)
			if got := Select(slices.Clone(keys), k); got != sorted[k] {
				t.Fatalf("%d of %v is %d, not %d", k, sorted, sorted[k], got)
			}
		}
	}
}
