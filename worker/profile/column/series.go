package column

import (
	"math"
	"slices"
	"sort"
)

// series is what alerts need to know of a column's numbers or times.
type series struct {
	r      *ranked
	points []point // all different values, ascending; nil past the dictionary: then tails
	tails  *tails
	unit   float64 // of r, in which tails are not
	write  func(v float64) string
}

func (f *figures) numberSeries() *series {
	return &series{&f.numeric, f.numberPoints, &f.numbers.tails, 1, number}
}

// timeSeries is that of dates, times or durations, in microseconds.
func (f *figures) timeSeries() *series {
	zone := f.zone()
	return &series{&f.temporal, f.timePoints, f.times.tailsOf(f.dayFirst), 1e6,
		func(v float64) string { return timeText(int64(math.Floor(v/1e6)), 0, zone, f.typ) }}
}

// distinctPoints puts points in order, and those of equal values together.
func distinctPoints(points []point) []point {
	slices.SortFunc(points, func(a, b point) int {
		switch {
		case a.v < b.v:
			return -1
		case a.v > b.v:
			return 1
		}
		return 0
	})
	n := 0
	for _, p := range points {
		if n > 0 && points[n-1].v == p.v {
			points[n-1].n += p.n
			points[n-1].row = min(points[n-1].row, p.row)
			continue
		}
		points[n] = p
		n++
	}
	return points[:n]
}

// end lists the different values that are known at one end, ascending. all is
// true where these are all there are.
func (s *series) end(high bool) (known []point, all bool) {
	if s.points != nil {
		return s.points, true
	}
	for _, t := range s.tails.ascending(high) {
		known = append(known, point{v: t.v * s.unit, n: t.n, row: t.row})
	}
	return known, len(known) < tailKept
}

// outside lists the known values beyond a fence, the nearest first, and the
// last value within, where that is known.
func (s *series) outside(fence float64, high bool) (beyond []point, within float64, known bool) {
	list, _ := s.end(high)
	if high {
		i := sort.Search(len(list), func(i int) bool { return list[i].v > fence })
		beyond = list[i:]
		if i > 0 {
			return beyond, list[i-1].v, true
		}
		return beyond, 0, false
	}
	i := sort.Search(len(list), func(i int) bool { return list[i].v >= fence })
	beyond = slices.Clone(list[:i])
	slices.Reverse(beyond)
	if i < len(list) {
		return beyond, list[i].v, true
	}
	return beyond, 0, false
}

// rowsOf are the first rows, from 1, of some values.
func rowsOf(points []point) []int64 {
	var rows []int64
	for _, p := range points {
		rows = append(rows, p.row+1)
	}
	slices.Sort(rows)
	return rows[:min(len(rows), rowsKept)]
}

func countOf(points []point) (n int64) {
	for _, p := range points {
		n += p.n
	}
	return n
}

// spreads are the robust standard deviations below and above the median: 1.4826
// times the median distance from it of the values on that side (the double MAD;
// Rosenmai, 2013), so that a skewed column is not all outliers on one side. Where
// half of a side equals the median, the others of that side are measured.
func (s *series) spreads() (center, below, above float64) {
	const normal = 1.4826
	r := s.r
	center = r.quantile(50)
	under, upTo := r.below(center), r.below(math.Nextafter(center, math.Inf(1)))
	if upTo > 0 {
		below = center - r.at((upTo-1)/2)
	}
	if under < r.n() {
		above = r.at(under+(r.n()-under)/2) - center
	}
	const fewest = 10
	if below == 0 && under >= fewest {
		below = center - r.at((under-1)/2)
	}
	if above == 0 && r.n()-upTo >= fewest {
		above = r.at(upTo+(r.n()-upTo)/2) - center
	}
	if below == 0 {
		below = above
	} else if above == 0 {
		above = below
	}
	return center, normal * below, normal * above
}
