package column

import (
	"math/rand/v2"
	"testing"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

func TestBandsOfLongFilesCountTheirOwnRows(t *testing.T) {
	for _, rows := range []int{700, 5000, 1<<15 - 1, 1 << 15, 1<<15 + 1, 50_000} {
		for what, null := range map[string]func(row int) bool{
			"the first half":  func(row int) bool { return row < rows/2 },
			"all but the end": func(row int) bool { return row < rows-3 },
			"every second":    func(row int) bool { return row%2 == 0 },
			"none":            func(int) bool { return false },
			"a word":          func(row int) bool { return row > rows/3 && row%5 > 0 },
		} {
			c := New(0, BudgetFor(10_000), &sketch.Pool{}) // few blocks
			nulls := make([]bool, rows)
			random := rand.New(rand.NewPCG(1, uint64(rows)))
			for from := 0; from < rows; {
				n := min(random.IntN(3000)+1, rows-from)
				v := source.Vector{Data: []byte("7NA")}
				for row := from; row < from+n; row++ {
					nulls[row] = null(row)
					cell := [2]uint32{0, 1}
					if nulls[row] {
						if cell = [2]uint32{0, 0}; what == "a word" {
							cell = [2]uint32{1, 3}
						}
					}
					v.Start, v.End = append(v.Start, cell[0]), append(v.End, cell[1])
				}
				p := c.NewPartial(0)
				var w Work
				w.Begin(n)
				p.Add(&v, n, &w)
				c.Merge(p, int64(from))
				c.Remember()
				from += n
			}
			r := c.Report(Frame{Name: "x", Rows: int64(rows), Top: 5})
			bands, counted := r.Bands(12)
			start := 0
			for i, got := range bands {
				var want int64
				for _, null := range nulls[start : start+int(counted[i])] {
					if null {
						want++
					}
				}
				if equal := i * rows / len(bands); got != want || max(equal-start, start-equal) > rows/512+64 {
					t.Fatalf("%s of %d: band %d from %d has %d nulls, want %d", what, rows, i, start, got, want)
				}
				start += int(counted[i])
			}
			if start != rows {
				t.Fatalf("%s: the bands have %d rows of %d", what, start, rows)
			}
		}
	}
}
