package column

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// drawnSegment is what a segment has of a column: nothing, if it is absent.
type drawnSegment struct {
	cells  []string
	kinds  []source.Kind
	absent bool
}

// drawSegments draws a column around the budget of a dictionary of 1,024 values.
func drawSegments(r *rand.Rand) []drawnSegment {
	segments := make([]drawnSegment, 1+r.IntN(24))
	few, long, kinds, row := []int{5, 1023, 1024, 1025, 3000}[r.IntN(5)], r.IntN(4) == 0, r.IntN(3), 0
	makers := []func() string{
		func() string { return fmt.Sprint(row) },
		func() string { return fmt.Sprint("v", r.IntN(few)) },
		func() string { return fmt.Sprint("é", row%few) },
		func() string { return fmt.Sprintf("%.3f", r.NormFloat64()) },
		func() string { return []string{"NA", "-", "x", "1.0", "1", "2024-01-01", "nan"}[r.IntN(7)] },
	}
	for i := range segments {
		s := &segments[i]
		s.absent = i > 0 && r.IntN(12) == 0
		draw, gaps := makers[r.IntN(len(makers))], []int{0, 3, 50}[r.IntN(3)]
		for range []int{0, 1, 30, 300, 1000, 1500, 3000}[r.IntN(7)] {
			cell, kind := draw(), []source.Kind{source.Raw, source.String, source.Number, source.JSON}[r.IntN(4)]
			if long && r.IntN(3) == 0 {
				cell = strings.Repeat(cell, 1+r.IntN(200))
			}
			if gaps > 0 && r.IntN(gaps) == 0 {
				cell, kind = "", []source.Kind{source.Raw, source.String, source.Null}[r.IntN(3)]
			}
			if s.cells = append(s.cells, cell); kinds == 1 || kinds == 2 && i%2 == 1 {
				s.kinds = append(s.kinds, kind)
			}
			row++
		}
	}
	return segments
}

// vector has some cells, with or without room behind them.
func (s *drawnSegment) vector(from, to, room int) *source.Vector {
	v := &source.Vector{ASCII: true}
	for _, cell := range s.cells[from:to] {
		v.Start = append(v.Start, uint32(len(v.Data)))
		v.Data = append(v.Data, cell...)
		v.End = append(v.End, uint32(len(v.Data)))
		v.ASCII = v.ASCII && chars([]byte(cell)) == len(cell)
	}
	v.Data = append(v.Data, make([]byte, room)...)
	if s.kinds != nil {
		v.Kinds = s.kinds[from:to]
	}
	return v
}

// interleaved profiles a column of which several segments are read at a time, in
// batches of any size and by partials that are used again, while somebody
// looks on now and then. With r == nil it is read row by row, without journals.
func interleaved(segments []drawnSegment, r *rand.Rand, free int) string {
	b := BudgetFor(20)
	b.Distinct, b.Text = 1024, 16<<10
	c := New(0, b, &sketch.Pool{Free: free})
	c.keeps.Store(r == nil)
	draw := func(n int) int {
		if r == nil {
			return 0
		}
		return r.IntN(n)
	}
	var spare, parts []*Partial // parts of the segments that were begun
	var w Work
	read, merged, offset, abreast := make([]int, len(segments)), 0, 0, 1+draw(4)
	for merged < len(segments) {
		for len(parts) < min(merged+abreast, len(segments)) {
			if len(spare) > 0 && draw(4) > 0 {
				spare[0].Reset(c, len(parts))
				parts, spare = append(parts, spare[0]), spare[1:]
			} else {
				parts = append(parts, c.NewPartial(len(parts)))
			}
		}
		i := merged + draw(len(parts)-merged)
		s, p := &segments[i], parts[i]
		if at := read[i]; !s.absent && at < len(s.cells) {
			rows := min(1+draw(700), len(s.cells)-at)
			v := s.vector(at, at+rows, 64*draw(2))
			w.Begin(rows)
			if p.Add(v, rows, &w); i == 0 && r != nil {
				p.Foretell()
			}
			clear(v.Data) // the memory is used again
			read[i] += rows
			continue
		}
		if i != merged {
			continue
		}
		if to := offset + len(s.cells); s.absent {
			c.Absent(int64(offset), int64(to))
		} else {
			c.Merge(p, int64(offset))
		}
		offset += len(s.cells)
		merged, spare = merged+1, append(spare, p)
		if draw(3) == 1 {
			c.Report(Frame{Name: "x", Rows: int64(offset), Top: 100})
		}
	}
	got, err := json.Marshal(c.Report(Frame{Name: "x", Rows: int64(offset), Top: 100}).Report)
	return fmt.Sprint(err, string(got))
}

func TestAColumnDoesNotDependOnHowItsSegmentsWereRead(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		segments, free := drawSegments(r), []int{1 << 20, 3000, 0}[r.IntN(3)]
		want := interleaved(segments, nil, free)
		for range 2 {
			if got := interleaved(segments, r, free); got != want {
				t.Fatalf("column %d of %d segments:\n%s\n%s", seed, len(segments), got, want)
			}
		}
	}
}
