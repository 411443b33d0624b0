package sketch

import "math"

// Moments are count, mean and the second to fourth central moments (as sums),
// by the pairwise formulas of Pébay (Sandia report SAND2008-6212), and a sum
// with Neumaier's compensation.
type Moments struct {
	N              int64
	Mean           float64
	M2, M3, M4     float64
	sum, remainder float64
}

// AddBlock sees some values: one pass for their mean, one for the moments
// around it. That is faster than an update a value, and loses less.
func (m *Moments) AddBlock(values []float64) {
	if len(values) == 0 {
		return
	}
	b := Moments{N: int64(len(values))}
	for _, v := range values {
		b.addSum(v, 0)
	}
	b.Mean = b.Sum() / float64(b.N)
	if math.IsInf(b.Mean, 0) { // the sum was beyond a double, which their mean is not
		b.Mean = 0
		for _, v := range values {
			b.Mean += v / float64(b.N)
		}
	}
	for _, v := range values {
		d := v - b.Mean
		d2 := d * d
		b.M2 += d2
		b.M3 += d2 * d
		b.M4 += d2 * d2
	}
	m.Merge(&b)
}

// AddCounted sees different values, each as often as counts says.
func (m *Moments) AddCounted(values []float64, counts []int64) {
	var b Moments
	for i, v := range values {
		n := float64(counts[i])
		b.addSum(v*n, math.FMA(v, n, -(v*n)))
		b.N += counts[i]
	}
	if b.N == 0 {
		return
	}
	b.Mean = b.Sum() / float64(b.N)
	if math.IsInf(b.Mean, 0) {
		b.Mean = 0
		for i, v := range values {
			b.Mean += v * (float64(counts[i]) / float64(b.N))
		}
	}
	for i, v := range values {
		d := v - b.Mean
		d2 := d * d * float64(counts[i])
		b.M2 += d2
		b.M3 += d2 * d
		b.M4 += d2 * d * d
	}
	m.Merge(&b)
}

// Merge sees all that o has seen.
func (m *Moments) Merge(o *Moments) {
	if o.N == 0 {
		return
	}
	if m.N == 0 {
		*m = *o
		return
	}
	na, nb := float64(m.N), float64(o.N)
	n := na + nb
	d := o.Mean - m.Mean
	dn := d / n
	dn2 := dn * dn
	m.M4 += o.M4 + d*dn*dn2*na*nb*(na*na-na*nb+nb*nb) + 6*dn2*(na*na*o.M2+nb*nb*m.M2) + 4*dn*(na*o.M3-nb*m.M3)
	m.M3 += o.M3 + d*dn2*na*nb*(na-nb) + 3*dn*(na*o.M2-nb*m.M2)
	m.M2 += o.M2 + d*dn*na*nb
	m.Mean += dn * nb
	m.N += o.N
	m.addSum(o.sum, o.remainder)
}

func (m *Moments) addSum(v, remainder float64) {
	t := m.sum + v
	if math.Abs(m.sum) >= math.Abs(v) {
		m.remainder += (m.sum - t) + v
	} else {
		m.remainder += (v - t) + m.sum
	}
	m.remainder += remainder
	m.sum = t
}

// Sum is that of all values.
func (m *Moments) Sum() float64 {
	if math.IsInf(m.sum, 0) || math.IsNaN(m.remainder) {
		return m.sum
	}
	return m.sum + m.remainder
}

// Std is the standard deviation of a sample (n-1), NaN below two values.
func (m *Moments) Std() float64 {
	if m.N < 2 {
		return math.NaN()
	}
	return math.Sqrt(m.M2 / float64(m.N-1))
}

// Skewness is that of the population, NaN where all values are the same.
func (m *Moments) Skewness() float64 {
	if m.M2 <= 0 {
		return math.NaN()
	}
	n := float64(m.N)
	return (m.M3 / n) / math.Pow(m.M2/n, 1.5)
}

// Kurtosis is the excess kurtosis of the population, NaN where all values are
// the same.
func (m *Moments) Kurtosis() float64 {
	if m.M2 <= 0 {
		return math.NaN()
	}
	n := float64(m.N)
	return (m.M4/n)/((m.M2/n)*(m.M2/n)) - 3
}
