package source

import (
	"fmt"
	"strings"
	"testing"
)

// sparseSink counts the cells of a segment and adds up its numbers.
type sparseSink struct{ rows, width, sum int }

func (s *sparseSink) Batch(b *Batch) error {
	s.rows, s.width = s.rows+b.Rows, max(s.width, len(b.Cols))
	for _, v := range b.Cols {
		for i := range b.Rows {
			if v.Kinds[i] != Null {
				for _, c := range v.Data[v.Start[i]:v.End[i]] {
					s.sum += int(c)
				}
			}
		}
	}
	return nil
}

// Rows that have one of 3,000 keys each cost memory in all 3,000 columns: a text
// of 300 KB has 60 million cells.
func TestSegmentsOfSparseRowsEndInTime(t *testing.T) {
	const keys, rows = 3000, 20_000
	lines := make([]string, rows)
	want := 0
	for i := range lines {
		n := fmt.Sprint(i)
		lines[i] = fmt.Sprintf(`{"k%d":%s}`, i%keys, n)
		for _, c := range n {
			want += int(c)
		}
	}
	for name, doc := range map[string]string{"x.ndjson": strings.Join(lines, "\n"), "x.json": "[" + strings.Join(lines, " ,\n") + "]\n"} {
		var cuts string
		for _, workers := range []int{1, 3} {
			s, err := Open(t.Context(), Input{Name: name, Size: int64(len(doc)), ReaderAt: strings.NewReader(doc)}, Options{}, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var got string
			var sum, all int
			err = s.Scan(t.Context(), workers, func() Sink { return &sparseSink{} }, func(seg Segment, sink Sink) error {
				k := sink.(*sparseSink)
				if k.rows*k.width >= segmentCells+2*keys || int64(k.rows) != seg.Rows {
					t.Errorf("%s: a segment of %d rows and %d columns, said to have %d rows", name, k.rows, k.width, seg.Rows)
				}
				got += fmt.Sprint(seg.Index, ":", seg.Rows, " ")
				sum, all = sum+k.sum, all+k.rows
				return nil
			})
			s.Close()
			if err != nil || all != rows || sum != want {
				t.Errorf("%s: %d rows that sum up to %d, not %d; %v", name, all, sum, want, err)
			}
			if cuts == "" {
				cuts = got
			} else if got != cuts {
				t.Errorf("%s: %d workers cut %s, one %s", name, workers, got, cuts)
			}
		}
	}
}
