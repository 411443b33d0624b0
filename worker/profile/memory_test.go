package profile

import (
	"context"
	"slices"
	"sync"
	"testing"

	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

// memory is a Scanner of rows that are in memory already, cut into segments
// and batches of a few rows.
type memory struct {
	names    []string
	rows     [][]string
	segment  int // rows
	batch    int
	shuffled bool // read all segments before the first is handed on
}

func (m *memory) Dialect() source.Dialect { return source.Dialect{Format: "csv", Encoding: "utf-8"} }
func (m *memory) Columns() []string       { return m.names }
func (m *memory) Close() error            { return nil }

func (m *memory) Scan(_ context.Context, workers int, newSink func() source.Sink, done func(source.Segment, source.Sink) error) error {
	var parts [][][]string
	for rows := range slices.Chunk(m.rows, m.segment) {
		parts = append(parts, rows)
	}
	sinks := make([]source.Sink, len(parts))
	read := make([]chan error, len(parts))
	for i := range read {
		read[i] = make(chan error, 1)
	}
	var next sync.Mutex
	last := -1
	take := func() int {
		next.Lock()
		defer next.Unlock()
		last++
		return last
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := take(); i < len(parts); i = take() {
				sinks[i] = newSink()
				read[i] <- m.feed(sinks[i], parts[i])
			}
		})
	}
	if m.shuffled {
		wg.Wait()
	}
	defer wg.Wait()
	for i, rows := range parts {
		if err := <-read[i]; err != nil {
			return err
		}
		if err := done(source.Segment{Index: i, Rows: int64(len(rows)), Columns: m.names}, sinks[i]); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) feed(sink source.Sink, rows [][]string) error {
	for batch := range slices.Chunk(rows, m.batch) {
		var data []byte
		cols := make([]source.Vector, len(m.names))
		for _, row := range batch {
			for c, cell := range row {
				cols[c].Start = append(cols[c].Start, uint32(len(data)))
				data = append(data, cell...)
				cols[c].End = append(cols[c].End, uint32(len(data)))
			}
		}
		for c := range cols {
			cols[c].Data = data
		}
		if err := sink.Batch(&source.Batch{Rows: len(batch), Cols: cols}); err != nil {
			return err
		}
		clear(data) // the memory is used again
	}
	return nil
}

func profileMemory(t *testing.T, m *memory, workers int) *report.Report {
	t.Helper()
	rep, err := runScanner(t.Context(), m, Request{Source: source.Input{Name: "memory"}, Workers: workers}, Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}
