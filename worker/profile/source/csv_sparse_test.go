package source

import (
	"fmt"
	"strings"
	"testing"
)

// Rows of one cell each under a header of thousands cost memory in all columns:
// a text of 50 KB has 36 million cells. Long rows may stand among them.
func TestSegmentsOfRaggedRowsEndInTime(t *testing.T) {
	const width = 4000
	var header []string
	for i := range width {
		header = append(header, fmt.Sprint("c", i))
	}
	long := "7" + strings.Repeat(",", width-2) + "," + strings.Repeat("8", 30_000) + "\n"
	for name, c := range map[string]struct {
		body      string
		rows, sum int
	}{
		"short rows":       {strings.Repeat("5\n", 9_000), 9_000, 9_000 * '5'},
		"long ones first":  {long + strings.Repeat("5\n", 9_000), 9_001, 9_000*'5' + '7' + 30_000*'8'},
		"long ones behind": {strings.Repeat("5\n", 9_000) + long + long + "5", 9_003, 9_001*'5' + 2*('7'+30_000*'8')},
		"quoted":           {strings.Repeat("\"5\n\"\n\n", 9_000), 9_000, 9_000 * ('5' + '\n')},
	} {
		doc := strings.Join(header, ",") + "\n" + c.body
		var cuts string
		for _, workers := range []int{1, 3} {
			for _, size := range []int64{int64(len(doc)), -1} {
				s, err := Open(t.Context(), Input{Name: "x.csv", Size: size, ReaderAt: strings.NewReader(doc)}, Options{}, Limits{})
				if err != nil {
					t.Fatal(err)
				}
				var got string
				var sum, all int
				err = s.Scan(t.Context(), workers, func() Sink { return &cellSums{} }, func(seg Segment, sink Sink) error {
					k := sink.(*cellSums)
					if k.rows > 1 && k.rows*k.width > segmentCells || int64(k.rows) != seg.Rows {
						t.Errorf("%s: a segment of %d rows and %d columns, said to have %d rows", name, k.rows, k.width, seg.Rows)
					}
					got += fmt.Sprint(seg.Index, ":", seg.Rows, " ")
					sum, all = sum+k.sum, all+k.rows
					return nil
				})
				s.Close()
				if err != nil || all != c.rows || sum != c.sum {
					t.Errorf("%s: %d rows that sum up to %d, not %d and %d; %v", name, all, sum, c.rows, c.sum, err)
				}
				if cuts == "" {
					cuts = got
				} else if got != cuts {
					t.Errorf("%s: %d workers cut %s, one %s", name, workers, got, cuts)
				}
			}
		}
	}
}

// cellSums counts the cells of a segment and adds up their bytes.
type cellSums struct{ rows, width, sum int }

func (s *cellSums) Batch(b *Batch) error {
	s.rows, s.width = s.rows+b.Rows, max(s.width, len(b.Cols))
	for _, v := range b.Cols {
		for i := range b.Rows {
			for _, c := range v.Data[v.Start[i]:v.End[i]] {
				s.sum += int(c)
			}
		}
	}
	return nil
}
