//go:build !race

// The race detector keeps a shadow of all memory, several times its size.

package main

import (
	"encoding/json"
	"flag"
	"io"
	"runtime"
	"strconv"
	"testing"

	"assay/worker/profile/report"
	"assay/worker/sandbox"
)

var tableBytes = flag.Int64("table-bytes", 32<<20, "how large the tables of the memory test are")

// TestTablesOfAnySizeFitTheirMemory profiles tables that are made up while they
// are read, in a real child. make memory does it with 2 GiB.
func TestTablesOfAnySizeFitTheirMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("only Linux tells a process its peak") // the child says what it holds at its end
	}
	for _, c := range []struct {
		name    string
		columns int
		share   int64 // of the table's bytes
		text    int   // length of the text column
		most    int64 // MiB
	}{
		{"27 mixed columns", 27, 1, 30, 256},
		{"27 mixed columns, one of long texts", 27, 1, 2000, 256},
		{"1,000 columns", 1000, 2, 30, 512},
		{"10,000 columns", 10_000, 4, 30, 512},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := newEndlessTable(c.columns, c.text, *tableBytes/c.share)
			result, err := sandbox.Run(t.Context(), sandbox.Spec{
				Name: "table.csv", Size: table.size(), ReaderAt: table, Workers: 2, Memory: 512 << 20,
			}, sandbox.Events{})
			if err != nil {
				t.Fatal(err)
			}
			var r report.Report
			if err := json.Unmarshal(result.Report, &r); err != nil {
				t.Fatal(err)
			}
			if r.Rows != table.rows || len(r.Columns) != c.columns {
				t.Errorf("%d rows of %d columns, want %d of %d", r.Rows, len(r.Columns), table.rows, c.columns)
			}
			t.Logf("%d MiB of memory for a table of %d MiB", r.Engine.PeakMemoryBytes>>20, table.size()>>20)
			if r.Engine.PeakMemoryBytes > c.most<<20 {
				t.Errorf("took %d MiB, may take %d", r.Engine.PeakMemoryBytes>>20, c.most)
			}
		})
	}
}

// endlessTable is a CSV file of any size that takes no memory: its rows all
// have the same length and are made from their number.
type endlessTable struct {
	header []byte
	width  int64 // of a row
	rows   int64
	cells  []func(b []byte, row, random uint64) []byte
}

func newEndlessTable(columns, text int, size int64) *endlessTable {
	t := &endlessTable{}
	kinds := endlessCells(text)
	for i := range columns {
		t.header = append(append(t.header, 'c'), strconv.Itoa(i)...)
		t.header = append(t.header, ",\n"[btoi(i == columns-1)])
		kind := i
		if i >= len(kinds) { // the texts come once
			kind = i % (len(kinds) - 1)
		}
		t.cells = append(t.cells, kinds[kind])
	}
	t.width = int64(len(t.row(nil, 0)))
	t.rows = size / t.width
	return t
}

// digits appends n digits of v, the first of which is no zero.
func digits(b []byte, v uint64, n int) []byte {
	least := uint64(1)
	for range n - 1 {
		least *= 10
	}
	return strconv.AppendUint(b, least+v%(9*least), 10)
}

// endlessCells make the cells of columns of several kinds, of one length each.
func endlessCells(text int) []func(b []byte, row, random uint64) []byte {
	return []func(b []byte, row, random uint64) []byte{
		func(b []byte, row, _ uint64) []byte { return digits(b, row, 10) },
		func(b []byte, _, r uint64) []byte { return append(digits(b, r, 16), "-key"...) },
		func(b []byte, _, r uint64) []byte {
			return append(digits(b, r, 3), []string{" new", "paid", "sent"}[r%3]...)
		},
		func(b []byte, _, r uint64) []byte { return digits(append(digits(b, r>>20, 2), '.'), r, 4) },
		func(b []byte, row, _ uint64) []byte {
			b = digits(append(b, "20"...), row/8_000_000, 2)
			for k, part := range [...]uint64{row / 700_000, row / 30_000, row / 3600, row / 60, row} {
				b = append(b, "--T::"[k])
				b = digits(b, part%10, 2)
			}
			return append(b, 'Z')
		},
		func(b []byte, _, r uint64) []byte {
			return append(digits(append(b, "user"...), r, 8), "@example.org"...)
		},
		func(b []byte, _, r uint64) []byte {
			for k := range 4 {
				b = digits(append(b, ".."[:btoi(k > 0)]...), r>>(8*k)%100, 3)
			}
			return b
		},
		func(b []byte, _, r uint64) []byte { return digits(b, r%30, 2) },
		func(b []byte, _, r uint64) []byte { // a gap is as long as a value
			if r%3 == 0 {
				return append(b, "null"...)
			}
			return digits(b, r, 4)
		},
		func(b []byte, _, r uint64) []byte { return digits(append(digits(b, r, 1), '.'), r>>7, 15) },
		func(b []byte, _, r uint64) []byte {
			b = append(b, `"`...)
			for n := len(b); len(b) < n+text; r = r*6364136223846793005 + 1 {
				b = append(digits(b, r>>40, 5), ", text "...)
			}
			return append(b, `"`...)
		},
	}
}

func (t *endlessTable) row(b []byte, row int64) []byte {
	state := uint64(row) + 1
	for i, cell := range t.cells {
		state = (state ^ state>>29) * 0xbf58476d1ce4e5b9
		state ^= state >> 32
		b = append(cell(b, uint64(row), state), ",\n"[btoi(i == len(t.cells)-1)])
	}
	return b
}

func (t *endlessTable) size() int64 { return int64(len(t.header)) + t.rows*t.width }

func (t *endlessTable) ReadAt(p []byte, off int64) (n int, err error) {
	var made []byte
	for n < len(p) && off < t.size() {
		from, piece := int64(0), t.header
		if off >= int64(len(t.header)) {
			row := (off - int64(len(t.header))) / t.width
			from = int64(len(t.header)) + row*t.width
			made = t.row(made[:0], row)
			piece = made
		}
		k := copy(p[n:], piece[off-from:])
		n, off = n+k, off+int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
