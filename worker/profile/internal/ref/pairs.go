package ref

import (
	"math"
	"slices"
)

// Pearson is the coefficient of the pairs without NaN, by its definition.
func Pearson(x, y []float64) float64 {
	x, y = complete(x, y)
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}

// Spearman is Pearson's coefficient of the ranks.
func Spearman(x, y []float64) float64 {
	x, y = complete(x, y)
	return Pearson(ranks(x), ranks(y))
}

// CramersV is bias-corrected; "" is a null.
func CramersV(x, y []string) float64 {
	table := map[[2]string]float64{}
	rows, cols := map[string]float64{}, map[string]float64{}
	n := 0.0
	for i := range x {
		if x[i] != "" && y[i] != "" {
			table[[2]string{x[i], y[i]}]++
			rows[x[i]]++
			cols[y[i]]++
			n++
		}
	}
	chi2 := 0.0
	for a, na := range rows {
		for b, nb := range cols {
			expected := na * nb / n
			d := table[[2]string{a, b}] - expected
			chi2 += d * d / expected
		}
	}
	r, k := float64(len(rows)), float64(len(cols))
	phi2 := max(0, chi2/n-(r-1)*(k-1)/(n-1))
	r -= (r - 1) * (r - 1) / (n - 1)
	k -= (k - 1) * (k - 1) / (n - 1)
	return math.Sqrt(phi2 / min(r-1, k-1))
}

// CorrelationRatio is eta; "" and NaN are nulls.
func CorrelationRatio(groups []string, values []float64) float64 {
	byGroup := map[string][]float64{}
	var all []float64
	for i, g := range groups {
		if g != "" && !math.IsNaN(values[i]) {
			byGroup[g] = append(byGroup[g], values[i])
			all = append(all, values[i])
		}
	}
	m := mean(all)
	var between, total float64
	for _, v := range all {
		total += (v - m) * (v - m)
	}
	for _, vs := range byGroup {
		d := mean(vs) - m
		between += float64(len(vs)) * d * d
	}
	return math.Sqrt(between / total)
}

func complete(x, y []float64) (a, b []float64) {
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	return a, b
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// ranks from 1, equal values sharing the mean of theirs: 1 + those below + half
// of the others that are equal.
func ranks(x []float64) []float64 {
	sorted := slices.Sorted(slices.Values(x))
	r := make([]float64, len(x))
	for i, v := range x {
		first, _ := slices.BinarySearch(sorted, v)
		last := first
		for last < len(sorted) && sorted[last] == v {
			last++
		}
		r[i] = 1 + float64(first) + float64(last-first-1)/2
	}
	return r
}
