package column

import (
	"math"
	"slices"
	"sort"

	"assay/worker/profile/report"
)

// mostBins is the most bins a histogram has, a few at its ends aside. On a
// logarithmic scale a bin is of several decades where there are more than that.
const mostBins = 48

// histogram bins numbers. Edges lie on multiples of the grain, which is 10 to
// the power of -scale; those of outer bins on the extremes.
func histogram(r *ranked, scale int, unit string) *report.Histogram {
	if r.n() == 0 {
		return nil
	}
	low, high := r.ends()
	if math.IsInf(high-low, 0) {
		return nil
	}
	h := &report.Histogram{Scale: "linear", Unit: unit, Exact: r.exact}
	if edges := logEdges(r, scale); edges != nil {
		h.Scale, h.Edges = "log", edges
	} else {
		from, to := r.body()
		h.Edges = linearEdges(from, to, scale)
	}
	h.Edges, h.Outer = withOuter(h.Edges, low, high)
	h.Counts = r.bins(h.Edges)
	return h
}

func (r *ranked) ends() (low, high float64) { return r.values[0], r.values[len(r.values)-1] }

// body is the range that the bins of equal width cover. It is that of all
// values, unless the extremes lie so far from the others that these would be
// left with a few bins: then it ends with the last value that is no farther from
// the middle 96 % than these are wide.
func (r *ranked) body() (from, to float64) {
	low, high := r.ends()
	apart := 1 + r.n()/50
	if r.n() < 10 {
		return low, high
	}
	left, right := r.at(apart), r.at(r.n()-1-apart)
	wide := right - left
	if wide <= 0 || high-low <= 5*wide {
		return low, high
	}
	from, to = max(low, left-wide), min(high, right+wide)
	return r.at(r.below(from)), r.at(r.below(math.Nextafter(to, math.Inf(1))) - 1)
}

// withOuter adds a bin at an end where there are values outside of the edges.
func withOuter(edges []float64, low, high float64) (all []float64, outer string) {
	if low < edges[0] {
		edges, outer = slices.Insert(edges, 0, low), "low"
	}
	if high > edges[len(edges)-1] {
		edges = append(edges, high)
		if outer == "low" {
			return edges, "both"
		}
		outer = "high"
	}
	return edges, outer
}

// bins counts the values between edges; the last bin takes its end.
func (r *ranked) bins(edges []float64) []int64 {
	counts := make([]int64, len(edges)-1)
	below := int64(0)
	for i := range counts {
		upTo := r.n()
		if i < len(counts)-1 {
			upTo = r.below(edges[i+1])
		}
		counts[i] = upTo - below
		below = upTo
	}
	return counts
}

// decimalStep is m*10^e: a width that people count in.
type decimalStep struct{ m, e int }

func (s decimalStep) float() float64 { return s.times(1) }

// times is the double nearest to i steps.
func (s decimalStep) times(i float64) float64 {
	if s.e < 0 {
		return i * float64(s.m) / math.Pow10(-s.e)
	}
	return i * float64(s.m) * math.Pow10(s.e)
}

// floor is the number of steps up to v; a quotient alone may be off by one.
func (s decimalStep) floor(v float64) float64 {
	i := math.Floor(v / s.float())
	switch {
	case s.times(i+1) <= v:
		return i + 1
	case s.times(i) > v:
		return i - 1
	}
	return i
}

// linearEdges are at most about mostBins steps, on the value's grain.
func linearEdges(low, high float64, scale int) []float64 {
	step := decimalStep{1, -min(scale, 300)}
	if most := max(math.Abs(low), math.Abs(high)); most > 0 { // finer than doubles are makes no edges
		step.e = max(step.e, int(math.Floor(math.Log10(most)))-15)
	}
	if span := high - low; span > 0 {
		if e := int(math.Floor(math.Log10(span/mostBins))) - 1; e > step.e {
			step.e = e
		}
		for span/step.float() >= mostBins {
			switch step.m {
			case 1:
				step.m = 2
			case 2:
				step.m = 5
			default:
				step.m, step.e = 1, step.e+1
			}
		}
	}
	first, last := step.floor(low), step.floor(high)+1
	if coarse := step.float() > math.Pow10(-scale); coarse && last-1 > first && step.times(last-1) == high {
		last-- // the last bin takes its end: no bin for that one value
	}
	var edges []float64
	for i := 0.0; first+i <= last && i < 2*mostBins; i++ {
		if e := step.times(first + i); len(edges) == 0 || e > edges[len(edges)-1] {
			edges = append(edges, e)
		}
	}
	// Where doubles are too coarse for the steps, rounding may miss the ends.
	if edges[0] > low {
		edges[0] = low
	}
	if len(edges) < 2 {
		edges = append(edges, math.Nextafter(high, math.Inf(1)))
	}
	edges[len(edges)-1] = max(edges[len(edges)-1], min(high, math.MaxFloat64))
	return edges
}

// Mantissas of logarithmic edges, by how many a decade has.
var mantissas = [][]float64{
	{1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8},
	{1, 1.6, 2.5, 4, 6.3},
	{1, 2, 5},
	{1},
}

// logBody is body on a logarithmic scale, of the values behind the zeros. It
// ends before a gap that is wider than the middle 96 %, and wider than a
// decade: long tails have none. Zeros and values far below the others cannot
// both have a bin in front, so then the latter are part of the body.
func (r *ranked) logBody(zeros int64) (from, to float64) {
	apart := 1 + (r.n()-zeros)/50
	left, right := r.at(zeros+apart), r.at(r.n()-1-apart)
	gap := max(10, right/left)
	i, j := sort.SearchFloat64s(r.values, left), sort.SearchFloat64s(r.values, right)
	for i > 0 && r.values[i-1] > 0 && (zeros > 0 || r.values[i]/r.values[i-1] <= gap) {
		i--
	}
	for j+1 < len(r.values) && r.values[j+1]/r.values[j] <= gap {
		j++
	}
	return r.values[i], r.values[j]
}

// logEdges are edges that grow by a factor, or nil where linear ones show the
// values better: unless most of them crowd at the low end of a wide range. Values
// far from all others may lie outside of them.
func logEdges(r *ranked, scale int) []float64 {
	low, _ := r.ends()
	if low < 0 || r.n() < 20 || len(r.values) < 10 {
		return nil
	}
	zeros := r.below(math.SmallestNonzeroFloat64)
	if zeros*2 > r.n() {
		return nil
	}
	least, high := r.logBody(zeros)
	middle, upper := r.quantile(50), r.quantile(75)
	if least <= 0 || high/least < 1000 || high < 20*middle || high < 8*upper || upper < 4*least {
		return nil
	}
	decades := math.Log10(high) - math.Log10(least) // the quotient may be infinite
	apart := 1 + r.n()/50
	if right := r.at(r.n() - 1 - apart); math.Log10(right)-math.Log10(max(least, r.at(apart))) < decades/4 {
		return nil // a few far values do not make the scale
	}
	var edges []float64
	if zeros > 0 {
		edges = append(edges, 0)
	}
	grain := math.Pow10(-scale)
	for _, ms := range mantissas {
		if decades*float64(len(ms)) > mostBins && len(ms) > 1 {
			continue
		}
		return append(edges, grown(ms, int(math.Ceil(decades/mostBins)), least, high, grain)...)
	}
	return nil
}

// grown are the edges from just below least to just above high, at those
// mantissas of every so many decades.
func grown(ms []float64, decades int, least, high, grain float64) []float64 {
	var edges []float64
	for e := int(math.Floor(math.Log10(least))) - decades; ; e += decades {
		for _, m := range ms {
			edge := m * math.Pow10(e)
			if e < 0 {
				edge = m / math.Pow10(-e)
			}
			if edge < grain {
				continue
			}
			if grain == 1 {
				edge = math.Ceil(edge)
			}
			if n := len(edges); n > 0 && edge <= edges[n-1] {
				continue
			}
			if edge <= least {
				edges = edges[:0]
			}
			edges = append(edges, edge)
			if edge > high || math.IsInf(edge, 0) {
				edges[len(edges)-1] = min(edge, math.MaxFloat64)
				edges[0] = min(edges[0], least)
				return edges
			}
		}
	}
}

// validEdges is what every histogram promises.
func validEdges(edges []float64) bool {
	return len(edges) >= 2 && slices.IsSorted(edges) && edges[0] < edges[len(edges)-1]
}
