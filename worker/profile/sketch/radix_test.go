package sketch

import (
	"math"
	"slices"
	"testing"
)

func TestKeysOrderAsTheirValues(t *testing.T) {
	for round, n := range []int{0, 1, radixLeast - 1, radixLeast, 1000, 1000, 1000} {
		values := draw("lognormal", n, 5)
		for i := range values {
			switch {
			case round == 5: // far from each other, and near
				values[i] = 1 + float64(i*7919%n)*0x1p-50 + float64(i%2)*1e200
			case round == 6 && i > 0: // all but one near
				values[i] = 1 + float64(i*7919%n)*0x1p-50
			case i%3 == 0:
				values[i] = -values[i]
			case i%50 == 1:
				values[i] = []float64{0, math.MaxFloat64, -math.MaxFloat64, 5e-324, 1}[i/50%5]
			}
		}
		keys := make([]int64, n)
		for i, v := range values {
			if keys[i] = keyOf(v); valueOf(keys[i]) != v {
				t.Fatalf("%v became %v", v, valueOf(keys[i]))
			}
		}
		sortKeys(keys, nil)
		slices.Sort(values)
		for i, v := range values {
			if valueOf(keys[i]) != v {
				t.Fatalf("%d values: place %d has %v, want %v", n, i, valueOf(keys[i]), v)
			}
		}
	}
}
