package ref

import (
	"cmp"
	"math"
	"math/big"
	"slices"
)

// Count is a value and how often it stands in a column.
type Count struct {
	Value string
	Count int64
}

// Top lists all different values by count, then value.
func Top(values []string) []Count {
	counts := map[string]int64{}
	for _, v := range values {
		counts[v]++
	}
	list := []Count{}
	for v, n := range counts {
		list = append(list, Count{v, n})
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// Moments are those of some numbers, from sums in 500 bits.
type Moments struct{ Sum, Mean, Std, Skewness, Kurtosis float64 }

// Describe computes them by their definitions.
func Describe(values []float64) Moments {
	const bits = 500
	wide := func(v float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(v) }
	n := wide(float64(len(values)))
	sum := wide(0)
	for _, v := range values {
		sum.Add(sum, wide(v))
	}
	mean := wide(0).Quo(sum, n)
	var powers [5]*big.Float
	for p := range powers {
		powers[p] = wide(0)
	}
	for _, v := range values {
		d := wide(0).Sub(wide(v), mean)
		power := wide(1)
		for p := range powers {
			powers[p].Add(powers[p], power)
			power = wide(0).Mul(power, d)
		}
	}
	var m Moments
	m.Sum, _ = sum.Float64()
	m.Mean, _ = mean.Float64()
	m2, _ := wide(0).Quo(powers[2], n).Float64()
	m3, _ := wide(0).Quo(powers[3], n).Float64()
	m4, _ := wide(0).Quo(powers[4], n).Float64()
	count := float64(len(values))
	m.Std = math.Sqrt(m2 * count / (count - 1))
	m.Skewness = m3 / math.Pow(m2, 1.5)
	m.Kurtosis = m4/(m2*m2) - 3
	return m
}

// Quantile is that of type 7 of ascending values.
func Quantile(sorted []float64, q float64) float64 {
	h := q * float64(len(sorted)-1)
	i := int(h)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}

// RankError is how far q is from the ranks that v has among ascending values,
// as a share of them.
func RankError(sorted []float64, v, q float64) float64 {
	below, _ := slices.BinarySearch(sorted, v)
	upTo := below
	for upTo < len(sorted) && sorted[upTo] == v {
		upTo++
	}
	n := float64(len(sorted))
	return max(0, float64(below)/n-q, q-float64(upTo)/n)
}
