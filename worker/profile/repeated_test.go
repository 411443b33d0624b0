package profile

import (
	"slices"
	"strconv"
	"testing"

	"assay/worker/profile/source"
)

// TestMillionsOfShortRowsNeedLittleMemory: a file of one digit a line has
// millions of rows in a segment.
func TestMillionsOfShortRowsNeedLittleMemory(t *testing.T) {
	m := &memory{names: []string{"v"}, segment: 3 * rowsLooked, batch: 5000}
	for i := range 2*m.segment + 10 {
		m.rows = append(m.rows, []string{strconv.Itoa(i * i % 1009 % 10)})
	}
	kept, table := 0, newTable(m)
	err := m.Scan(t.Context(), 2, func() source.Sink { return table.newSegment() }, func(seg source.Segment, sink source.Sink) error {
		kept = max(kept, len(sink.(*segment).hashes))
		table.merge(seg, sink.(*segment))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if kept > rowsLooked+10 {
		t.Errorf("a segment keeps the hashes of %d rows, though 10 are different", kept)
	}
	different := map[string]bool{}
	var first []int64
	for i, row := range m.rows {
		if different[row[0]] && len(first) < repeatsShown {
			first = append(first, int64(i+1))
		}
		different[row[0]] = true
	}
	if n, err := table.repeats.Repeated(); n != int64(len(m.rows)-len(different)) || err != 0 {
		t.Errorf("%d rows repeat an earlier one (error %v), want %d", n, err, len(m.rows)-len(different))
	}
	if !slices.Equal(table.repeated.rows, first) {
		t.Errorf("the first ones are %v, want %v", table.repeated.rows, first)
	}
}
