package column

import (
	"math"
	"slices"
	"time"

	"assay/worker/profile/report"
)

// mostBins is the most bins a histogram has, a few at its ends aside.
const mostBins = 48

// histogram bins numbers. Edges lie on multiples of the grain, which is 10 to
// the power of -scale.
func histogram(r *ranked, scale int, unit string) *report.Histogram {
	if r.n() == 0 {
		return nil
	}
	low, high := r.values[0], r.values[len(r.values)-1]
	if math.IsInf(high-low, 0) {
		return nil
	}
	h := &report.Histogram{Scale: "linear", Unit: unit, Exact: r.exact}
	if edges := logEdges(r, scale); edges != nil {
		h.Scale, h.Edges = "log", edges
	} else {
		h.Edges = linearEdges(low, high, scale)
	}
	h.Counts = r.bins(h.Edges)
	return h
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
		step.e = max(step.e, int(math.Floor(math.Log10(most)))-14)
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

// logEdges are edges that grow by a factor, or nil where linear ones show the
// values better: unless most of them crowd at the low end of a wide range.
func logEdges(r *ranked, scale int) []float64 {
	low, high := r.values[0], r.values[len(r.values)-1]
	if low < 0 || r.n() < 20 || len(r.values) < 10 {
		return nil
	}
	zeros := r.below(math.SmallestNonzeroFloat64)
	if zeros*2 > r.n() {
		return nil
	}
	least := r.at(zeros)
	middle, upper := r.quantile(50), r.quantile(75)
	if least <= 0 || high/least < 1000 || high < 20*middle || high < 8*upper || upper < 4*least {
		return nil
	}
	decades := math.Log10(high / least)
	var edges []float64
	if zeros > 0 {
		edges = append(edges, 0)
	}
	grain := math.Pow10(-scale)
	for _, ms := range mantissas {
		if decades*float64(len(ms)) > mostBins && len(ms) > 1 {
			continue
		}
		return append(edges, grown(ms, least, high, grain)...)
	}
	return nil
}

// grown are the edges from just below least to just above high.
func grown(ms []float64, least, high, grain float64) []float64 {
	var edges []float64
	for e := int(math.Floor(math.Log10(least))) - 1; ; e++ {
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

// timeHistogram bins microseconds by units of the calendar.
func timeHistogram(r *ranked, typ string) *report.Histogram {
	if r.n() == 0 {
		return nil
	}
	seconds := ranked{cumulative: r.cumulative, exact: r.exact, rankError: r.rankError}
	for _, v := range r.values {
		seconds.values = append(seconds.values, v/1e6)
	}
	low, high := seconds.values[0], seconds.values[len(seconds.values)-1]
	h := &report.Histogram{Scale: "linear", Unit: "time", Exact: r.exact, Edges: calendarEdges(low, high, typ)}
	h.Counts = seconds.bins(h.Edges)
	for _, e := range h.Edges {
		h.EdgesText = append(h.EdgesText, timeText(int64(e), 0, naive, typ))
	}
	return h
}

const daySeconds = 86400

// calendarEdges are whole minutes, hours, days, weeks from Monday, months or
// years.
func calendarEdges(low, high float64, typ string) []float64 {
	units := []int64{1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, daySeconds, 7 * daySeconds}
	if typ == "date" {
		units = units[12:]
	}
	from, to := int64(math.Floor(low)), int64(math.Floor(high))
	for _, u := range units {
		if typ == "time" && u > 3600 {
			break
		}
		if (to-from)/u >= mostBins {
			continue
		}
		shift := int64(0)
		if u == 7*daySeconds && typ != "duration" {
			shift = 4 * daySeconds // 5 January 1970 was a Monday
		}
		var edges []float64
		for e := floorTo(from-shift, u) + shift; ; e += u {
			edges = append(edges, float64(e))
			if e > to {
				return edges
			}
		}
	}
	if typ == "time" || typ == "duration" {
		return linearEdges(low, high, 0)
	}
	first, last := time.Unix(from, 0).UTC(), time.Unix(to, 0).UTC()
	months := (last.Year()-first.Year())*12 + int(last.Month()-first.Month())
	size := 1
	for _, size = range []int{1, 3, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000} {
		if months/size < mostBins {
			break
		}
	}
	return monthEdges(first, to, size)
}

func monthEdges(first time.Time, to int64, size int) []float64 {
	month := first.Year()*12 + int(first.Month()) - 1
	month -= ((month % size) + size) % size
	var edges []float64
	for {
		e := time.Date(0, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, month, 0).Unix()
		edges = append(edges, float64(e))
		if e > to {
			return edges
		}
		month += size
	}
}

func floorTo(v, unit int64) int64 {
	q := v / unit
	if v%unit < 0 {
		q--
	}
	return q * unit
}

// validEdges is what every histogram promises.
func validEdges(edges []float64) bool {
	return len(edges) >= 2 && slices.IsSorted(edges) && edges[0] < edges[len(edges)-1]
}
