package column

import (
	"math"
	"sort"
)

// ranked is a distribution: values in ascending order and how many there are
// up to and including each.
type ranked struct {
	values     []float64
	cumulative []int64
	exact      bool
	rankError  float64
}

// add puts a value behind all others.
func (r *ranked) add(v float64, n int64) {
	n += r.n()
	if k := len(r.values); k > 0 && r.values[k-1] == v {
		r.cumulative[k-1] = n
		return
	}
	r.values = append(r.values, v)
	r.cumulative = append(r.cumulative, n)
}

func (r *ranked) n() int64 {
	if len(r.cumulative) == 0 {
		return 0
	}
	return r.cumulative[len(r.cumulative)-1]
}

// at is the value of a rank, from 0.
func (r *ranked) at(rank int64) float64 {
	i := sort.Search(len(r.cumulative), func(i int) bool { return r.cumulative[i] > rank })
	return r.values[min(i, len(r.values)-1)]
}

// quantile is that of type 7 (Hyndman and Fan, 1996): linear between the two
// values around the place q*(n-1), where q counts hundredths.
func (r *ranked) quantile(q int64) float64 {
	whole, part := (r.n()-1)/100, (r.n()-1)%100 // of q*(n-1), exactly
	rank := q*whole + q*part/100
	t := float64(q*part%100) / 100
	low := r.at(rank)
	if t == 0 {
		return low
	}
	high := r.at(rank + 1)
	step := high - low
	switch {
	case low == high:
		return low
	case math.IsInf(step, 0):
		return low*(1-t) + high*t
	case t >= 0.5: // from the nearer end
		return high - (1-t)*step
	}
	return low + t*step
}

// below is the number of values less than v.
func (r *ranked) below(v float64) int64 {
	i := sort.SearchFloat64s(r.values, v)
	if i == 0 {
		return 0
	}
	return r.cumulative[i-1]
}

// clip brings the ends of an estimated distribution to the known extremes.
func (r *ranked) clip(low, high float64) {
	if len(r.values) == 0 {
		return
	}
	r.values[0] = low
	r.values[len(r.values)-1] = high
}

// mad is the median absolute deviation from the median: the median, of type 7,
// of the distances |v - median|.
func (r *ranked) mad() float64 {
	center := r.quantile(50)
	first := sort.SearchFloat64s(r.values, center)
	far := ranked{}
	for low, high := first-1, first; low >= 0 || high < len(r.values); {
		i := high
		if high >= len(r.values) || low >= 0 && center-r.values[low] < r.values[high]-center {
			i = low
			low--
		} else {
			high++
		}
		n := r.cumulative[i]
		if i > 0 {
			n -= r.cumulative[i-1]
		}
		far.add(math.Abs(r.values[i]-center), n)
	}
	return far.quantile(50)
}
