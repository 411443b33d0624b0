package column

import (
	"math"
	"time"

	"assay/worker/profile/report"
)

// timeHistogram bins microseconds by units of the calendar, at the place that
// is so many minutes east of UTC.
func timeHistogram(r *ranked, typ string, zone int16) *report.Histogram {
	if r.n() == 0 {
		return nil
	}
	seconds := ranked{cumulative: r.cumulative, exact: r.exact, rankError: r.rankError}
	for _, v := range r.values {
		seconds.values = append(seconds.values, math.Floor(v/1e6))
	}
	low, high := seconds.ends()
	east := 0.0
	if zone != naive {
		east = 60 * float64(zone)
	}
	from, to := seconds.body()
	h := &report.Histogram{Scale: "linear", Unit: "time", Exact: r.exact, Edges: calendarEdges(from+east, to+east, typ)}
	for i := range h.Edges {
		h.Edges[i] -= east
	}
	h.Edges, h.Outer = withOuter(h.Edges, low, high)
	h.Counts = seconds.bins(h.Edges)
	for _, e := range h.Edges {
		h.EdgesText = append(h.EdgesText, timeText(int64(e), 0, zone, typ))
	}
	return h
}

const (
	daySeconds = 86400
	mostUnits  = 60 // of the calendar in a histogram: a year of weeks, two months of days
)

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
		if (to-from)/u >= mostUnits {
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
		if months/size < mostUnits {
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
