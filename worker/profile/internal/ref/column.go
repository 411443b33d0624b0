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

// Moments are those of some numbers. Skewness and Kurtosis are the
// population's (g1, g2); they are NaN where they do not exist.
type Moments struct{ Sum, Mean, Std, Skewness, Kurtosis float64 }

// Describe computes the moments of doubles by their definitions.
func Describe(values []float64) Moments {
	all := make([]*big.Float, len(values))
	for i, v := range values {
		all[i] = wide(0).SetFloat64(v)
	}
	return describe(all)
}

// DescribeIntegers is Describe for integers of any size, as written.
func DescribeIntegers(values []string) Moments {
	all := make([]*big.Float, len(values))
	for i, v := range values {
		all[i], _ = wide(0).SetString(v)
	}
	return describe(all)
}

// wide numbers hold a sum of doubles exactly.
func wide(v float64) *big.Float { return new(big.Float).SetPrec(2200).SetFloat64(v) }

// deep numbers have digits enough for what becomes of distances from the mean.
func deep(v float64) *big.Float { return new(big.Float).SetPrec(320).SetFloat64(v) }

func describe(values []*big.Float) Moments {
	sum := wide(0)
	for _, v := range values {
		sum.Add(sum, v)
	}
	mean := wide(0).Quo(sum, wide(float64(len(values))))
	var powers [5]*big.Float
	for p := range powers {
		powers[p] = deep(0)
	}
	far, d := wide(0), deep(0)
	for _, v := range values {
		d.Set(far.Sub(v, mean))
		power := deep(1)
		for p := range powers {
			powers[p].Add(powers[p], power)
			power.Mul(power, d)
		}
	}
	m := Moments{Std: math.NaN(), Skewness: math.NaN(), Kurtosis: math.NaN()}
	m.Sum, _ = sum.Float64()
	m.Mean, _ = mean.Float64()
	n := deep(float64(len(values)))
	if len(values) > 1 {
		m.Std, _ = deep(0).Sqrt(deep(0).Quo(powers[2], deep(float64(len(values)-1)))).Float64()
	}
	m2 := deep(0).Quo(powers[2], n)
	if slices.ContainsFunc(values, func(v *big.Float) bool { return v.Cmp(values[0]) != 0 }) {
		deviation := deep(0).Sqrt(m2)
		m.Skewness, _ = deep(0).Quo(deep(0).Quo(powers[3], n), deep(0).Mul(m2, deviation)).Float64()
		g2, _ := deep(0).Quo(deep(0).Quo(powers[4], n), deep(0).Mul(m2, m2)).Float64()
		m.Kurtosis = g2 - 3
	} else {
		m.Std = min(m.Std, 0) // not what rounding the mean has left
	}
	return m
}

// Quantile is that of type 7 of ascending values; q counts hundredths.
func Quantile(sorted []float64, q int) float64 {
	h := big.NewRat(int64(q)*int64(len(sorted)-1), 100)
	i := int(new(big.Int).Quo(h.Num(), h.Denom()).Int64())
	low := new(big.Rat).SetFloat64(sorted[i])
	if i+1 < len(sorted) {
		step := new(big.Rat).SetFloat64(sorted[i+1])
		step.Sub(step, low)
		low.Add(low, step.Mul(step, h.Sub(h, big.NewRat(int64(i), 1))))
	}
	v, _ := low.Float64()
	return v
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

// MAD is the median of the distances from the median.
func MAD(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	center := Quantile(sorted, 50)
	for i, v := range sorted {
		sorted[i] = math.Abs(v - center)
	}
	slices.Sort(sorted)
	return Quantile(sorted, 50)
}

// Bins counts values between ascending edges; the last bin takes its end.
// Values outside are counted nowhere.
func Bins(edges, values []float64) []int64 {
	counts := make([]int64, len(edges)-1)
	for _, v := range values {
		for i := range counts {
			if edges[i] <= v && (v < edges[i+1] || i == len(counts)-1 && v == edges[i+1]) {
				counts[i]++
			}
		}
	}
	return counts
}
