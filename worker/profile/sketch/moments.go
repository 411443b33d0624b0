package sketch

import (
	"math"
	"math/big"
)

// Moments are count, mean and the second to fourth central moments (as sums),
// by the pairwise formulas of Pébay (Sandia report SAND2008-6212), and a sum
// with Neumaier's compensation.
//
// The mean has twice the digits of a double: at 1e15 a double's own rounding
// would be seen in the moments of values that differ by one. Deviations are
// taken in units of 2^scale, which is 1 unless their fourth powers would leave
// the range of a double.
type Moments struct {
	N              int64
	Mean, low      float64 // the mean is the sum of both
	M2, M3, M4     float64
	scale          int
	sum, remainder float64
	beyond         *big.Float // what was added when the sum left the doubles
}

// AddBlock sees some values: one pass for their mean, one for the moments
// around it. That is faster than an update a value, and loses less. low, if it
// is not nil, has what the value's double lacks of it: integers above 2^53 have
// such parts.
func (m *Moments) AddBlock(values, low []float64) { m.add(values, low, nil) }

// AddCounted sees different values, each as often as counts says.
func (m *Moments) AddCounted(values, low []float64, counts []int64) { m.add(values, low, counts) }

func (m *Moments) add(values, low []float64, counts []int64) {
	if len(values) == 0 {
		return
	}
	b := Moments{N: int64(len(values))}
	if counts != nil {
		b.N = 0
		for _, n := range counts {
			b.N += n
		}
	}
	b.addSums(values, low, counts)
	b.Mean = b.Sum() / float64(b.N)
	if math.IsInf(b.Mean, 0) { // the sum is beyond a double, which its mean is not
		b.Mean, _ = wide(0).Quo(b.WideSum(), wide(float64(b.N))).Float64()
	}
	if low != nil { // then the mean has such a part, too, and it may be far from 0
		b.around(values, low, counts)
	}
	b.around(values, low, counts)
	if math.IsNaN(b.M4) || math.IsInf(b.M4, 0) || b.M4 < 0x1p-800 {
		if far := farthest(values, low, b.Mean); far > 0 {
			b.scale = scaleFor(far)
			b.around(values, low, counts)
		}
	}
	m.Merge(&b)
}

// around takes the moments around the mean as known so far, then moves them to
// the exact one.
func (m *Moments) around(values, low []float64, counts []int64) {
	var s1, s2, s3, s4 float64
	mean := math.Ldexp(m.Mean, -m.scale)
	if low == nil && counts == nil && m.scale == 0 {
		s1, s2, s3, s4 = powers(values, mean)
	} else {
		for i, v := range values {
			n := 1.0
			if counts != nil {
				n = float64(counts[i])
			}
			d := math.Ldexp(v, -m.scale) - mean
			if low != nil {
				d += math.Ldexp(low[i]-m.low, -m.scale)
			}
			d2 := d * d
			s1 += d * n
			s2 += d2 * n
			s3 += d2 * d * n
			s4 += d2 * d2 * n
		}
	}
	n := float64(m.N)
	e := s1 / n // from there to the mean
	m.M2 = max(0, s2-e*s1)
	m.M3 = s3 - 3*e*s2 + 2*e*e*s1
	m.M4 = s4 - 4*e*s3 + 6*e*e*s2 - 3*e*e*e*s1
	if low == nil {
		m.low = 0
	}
	m.low += math.Ldexp(e, m.scale)
}

// powers adds up the powers of the distances from a mean, in two lanes that do
// not wait for each other.
func powers(values []float64, mean float64) (s1, s2, s3, s4 float64) {
	var r1, r2, r3, r4 float64
	i := 0
	for ; i+2 <= len(values); i += 2 {
		d, e := values[i]-mean, values[i+1]-mean
		dd, ee := d*d, e*e
		s1 += d
		r1 += e
		s2 += dd
		r2 += ee
		s3 += dd * d
		r3 += ee * e
		s4 += dd * dd
		r4 += ee * ee
	}
	if i < len(values) {
		d := values[i] - mean
		dd := d * d
		s1 += d
		s2 += dd
		s3 += dd * d
		s4 += dd * dd
	}
	return s1 + r1, s2 + r2, s3 + r3, s4 + r4
}

func farthest(values, low []float64, mean float64) (far float64) {
	for i, v := range values {
		d := v - mean
		if low != nil {
			d += low[i]
		}
		far = max(far, math.Abs(d))
	}
	return far
}

// scaleFor is the scale for deviations of that size. Their fourth powers stay
// normal doubles at any count.
func scaleFor(d float64) int {
	if math.IsInf(d, 0) {
		return 1022
	}
	if e := math.Ilogb(d); e < -200 || e > 200 {
		return e
	}
	return 0
}

// in are the moments in units of 2^scale.
func (m *Moments) in(scale int) (m2, m3, m4 float64) {
	if scale == m.scale {
		return m.M2, m.M3, m.M4
	}
	by := m.scale - scale
	return math.Ldexp(m.M2, 2*by), math.Ldexp(m.M3, 3*by), math.Ldexp(m.M4, 4*by)
}

// Merge sees all that o has seen.
func (m *Moments) Merge(o *Moments) {
	if o.N == 0 {
		return
	}
	if m.N == 0 {
		*m = *o
		if o.beyond != nil {
			m.beyond = new(big.Float).Copy(o.beyond)
		}
		return
	}
	na, nb := float64(m.N), float64(o.N)
	n := na + nb
	d := (o.Mean - m.Mean) + (o.low - m.low)
	scale := math.MinInt
	if d != 0 {
		scale = scaleFor(d)
	}
	for _, part := range [2]*Moments{m, o} {
		if part.M2 > 0 {
			scale = max(scale, part.scale)
		}
	}
	if scale == math.MinInt { // all values are the same
		scale = 0
	}
	a2, a3, a4 := m.in(scale)
	b2, b3, b4 := o.in(scale)
	if scale != 0 {
		d = (math.Ldexp(o.Mean, -scale) - math.Ldexp(m.Mean, -scale)) + (math.Ldexp(o.low, -scale) - math.Ldexp(m.low, -scale))
	}
	dn := d / n
	dn2 := dn * dn
	m.M4 = a4 + b4 + d*dn*dn2*na*nb*(na*na-na*nb+nb*nb) + 6*dn2*(na*na*b2+nb*nb*a2) + 4*dn*(na*b3-nb*a3)
	m.M3 = a3 + b3 + d*dn2*na*nb*(na-nb) + 3*dn*(na*b2-nb*a2)
	m.M2 = a2 + b2 + d*dn*na*nb
	m.scale = scale
	m.moveMean(math.Ldexp(dn*nb, scale))
	m.N += o.N
	m.addSum(o.sum)
	m.remainder += o.remainder
	if o.beyond != nil {
		m.spill(o.beyond)
	}
}

// moveMean adds to the mean, and keeps its low part below the last digit.
func (m *Moments) moveMean(by float64) {
	by += m.low
	mean := m.Mean + by
	back := mean - m.Mean
	m.low = (m.Mean - (mean - back)) + (by - back)
	m.Mean = mean
}

func (m *Moments) addSums(values, low []float64, counts []int64) {
	if counts == nil {
		m.sum, m.remainder = sumLanes(values)
		if s := m.sum + m.remainder; math.IsInf(s, 0) || math.IsNaN(s) {
			m.sum, m.remainder = 0, 0
			for _, v := range values {
				m.addSum(v)
			}
		}
	}
	for i, n := range counts {
		v, n := values[i], float64(n)
		if p := v * n; !math.IsInf(p, 0) {
			m.addSum(p)
			m.remainder += math.FMA(v, n, -p)
		} else {
			m.spill(wide(0).Mul(wide(v), wide(n)))
		}
	}
	for i, v := range low {
		n := 1.0
		if counts != nil {
			n = float64(counts[i])
		}
		m.remainder += v * n
	}
}

// sumLanes adds up in four lanes, each with the error of every addition (Knuth's
// TwoSum: Neumaier's without its branch).
func sumLanes(values []float64) (sum, remainder float64) {
	var s, r [4]float64
	i := 0
	for ; i+4 <= len(values); i += 4 {
		v := values[i : i+4 : i+4]
		s[0], r[0] = twoSum(s[0], r[0], v[0])
		s[1], r[1] = twoSum(s[1], r[1], v[1])
		s[2], r[2] = twoSum(s[2], r[2], v[2])
		s[3], r[3] = twoSum(s[3], r[3], v[3])
	}
	for ; i < len(values); i++ {
		s[0], r[0] = twoSum(s[0], r[0], values[i])
	}
	sum, remainder = s[0], r[0]+r[1]+r[2]+r[3]
	for _, lane := range s[1:] {
		sum, remainder = twoSum(sum, remainder, lane)
	}
	return sum, remainder
}

func twoSum(sum, remainder, v float64) (float64, float64) {
	t := sum + v
	z := t - sum
	return t, remainder + ((sum - (t - z)) + (v - z))
}

func (m *Moments) addSum(v float64) {
	t := m.sum + v
	if math.IsInf(t, 0) {
		m.spill(wide(v))
		return
	}
	if math.Abs(m.sum) >= math.Abs(v) {
		m.remainder += (m.sum - t) + v
	} else {
		m.remainder += (v - t) + m.sum
	}
	m.sum = t
}

// wideBits hold any sum of doubles exactly.
const wideBits = 2200

func wide(v float64) *big.Float { return new(big.Float).SetPrec(wideBits).SetFloat64(v) }

// spill adds to the part of the sum that no double holds, with all that was
// summed up before.
func (m *Moments) spill(v *big.Float) {
	if m.beyond == nil {
		m.beyond = wide(0)
	}
	m.beyond.Add(m.beyond, wide(m.sum))
	m.beyond.Add(m.beyond, v)
	m.sum = 0
}

// WideSum is the sum of all values, at any size.
func (m *Moments) WideSum() *big.Float {
	sum := wide(m.sum)
	sum.Add(sum, wide(m.remainder))
	if m.beyond != nil {
		sum.Add(sum, m.beyond)
	}
	return sum
}

// Sum is that of all values; infinite where it is beyond a double.
func (m *Moments) Sum() float64 {
	if m.beyond == nil {
		return m.sum + m.remainder
	}
	sum, _ := m.WideSum().Float64()
	return sum
}

// Divided are the moments of all values divided by d: of integers that few
// digits hold, as wide sums are not.
func (m Moments) Divided(d float64) Moments {
	mean := m.Mean / d
	m.low = (math.FMA(-mean, d, m.Mean) + m.low) / d
	m.Mean = mean
	m.M2 /= d * d
	m.M3 /= d * d * d
	m.M4 /= d * d * d * d
	m.sum /= d
	m.remainder /= d
	return m
}

// Std is the standard deviation of a sample (n-1), NaN below two values.
func (m *Moments) Std() float64 {
	if m.N < 2 {
		return math.NaN()
	}
	return math.Ldexp(math.Sqrt(m.M2/float64(m.N-1)), m.scale)
}

// Skewness is that of the population (g1, the third central moment over the
// 3/2th power of the second), NaN where all values are the same.
func (m *Moments) Skewness() float64 {
	if m.M2 <= 0 {
		return math.NaN()
	}
	n := float64(m.N)
	return (m.M3 / n) / math.Pow(m.M2/n, 1.5)
}

// Kurtosis is the excess kurtosis of the population (g2, the fourth central
// moment over the square of the second, less 3), NaN where all values are the
// same.
func (m *Moments) Kurtosis() float64 {
	if m.M2 <= 0 {
		return math.NaN()
	}
	n := float64(m.N)
	return (m.M4/n)/((m.M2/n)*(m.M2/n)) - 3
}
