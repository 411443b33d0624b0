package column

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Whatever the order of the values and the cuts, the tails are those of the
// sorted column.
func TestTailsAreTheOutermostValuesOfTheWholeColumn(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for what, draw := range map[string]func(i int) float64{
		"ascending":  func(i int) float64 { return float64(i / 3) },
		"descending": func(i int) float64 { return -float64(i / 2) },
		"heaped":     func(int) float64 { return float64(r.IntN(12)) },
		"few":        func(int) float64 { return float64(r.IntN(5)) },
		"normal":     func(int) float64 { return r.NormFloat64() },
		"waves":      func(i int) float64 { return math.Round(1000 * math.Sin(float64(i)/50)) },
	} {
		for _, n := range []int{1, 7, 8, 9, 31, 33, 2000} {
			values := make([]float64, n)
			count, first := map[float64]int64{}, map[float64]int64{}
			for i := range values {
				v := draw(i)
				values[i] = v
				if count[v]++; count[v] == 1 {
					first[v] = int64(i)
				}
			}
			var whole tails
			for from := 0; from < n; {
				to := min(n, from+1+r.IntN(300))
				var part tails
				for i := from; i < to; i++ {
					part.add(values[i], int64(i-from), 1)
				}
				whole.merge(&part, int64(from))
				from = to
			}
			different := slices.Compact(slices.Sorted(slices.Values(values)))
			for _, end := range []struct {
				high bool
				want []float64
			}{{false, different[:min(tailKept, len(different))]}, {true, different[max(0, len(different)-tailKept):]}} {
				got := whole.ascending(end.high)
				if len(got) != len(end.want) {
					t.Fatalf("%s of %d: %d values, want %d", what, n, len(got), len(end.want))
				}
				for i, v := range end.want {
					if got[i] != (tailValue{v, count[v], first[v]}) {
						t.Errorf("%s of %d: %+v, want %v, %d times from row %d on", what, n, got[i], v, count[v], first[v])
					}
				}
			}
		}
	}
}
