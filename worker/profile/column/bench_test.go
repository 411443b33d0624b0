package column

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// BenchmarkColumn is what a cell costs, segment by segment, in columns that
// stay in their dictionary and in those that do not.
func BenchmarkColumn(b *testing.B) {
	const rows, batch = 18_000, 1_200 // of a segment
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		name string
		cell func(row int) string
	}{
		{"few", func(int) string { return fmt.Sprint("city", r.IntN(300)) }},
		{"bits", func(int) string { return fmt.Sprint(r.IntN(2) == 0) }},
		{"id", func(row int) string { return fmt.Sprint(row) }},
		{"decimal", func(int) string { return fmt.Sprintf("%.2f", r.ExpFloat64()*1000) }},
		{"ratio", func(int) string { return fmt.Sprintf("%.6f", r.Float64()) }},
		{"triple", func(int) string { return fmt.Sprintf("%.3f", r.NormFloat64()*10) }},
		{"code", func(int) string { return fmt.Sprintf("%05d", r.IntN(20_000)) }},
		{"day", func(int) string { return fmt.Sprintf("%04d-%02d-%02d", 1900+r.IntN(200), 1+r.IntN(12), 1+r.IntN(28)) }},
		{"time", func(int) string {
			return fmt.Sprintf("2024-%02d-%02dT%02d:%02d:%02dZ", 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60))
		}},
		{"uuid", func(int) string {
			return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Uint64N(1<<48))
		}},
		{"mail", func(int) string { return fmt.Sprintf("user%d@example.org", r.IntN(100_000)) }},
		{"ip", func(int) string { return fmt.Sprintf("10.%d.%d.%d", r.IntN(256), r.IntN(256), r.IntN(256)) }},
		{"url", func(int) string { return fmt.Sprintf("https://example.org/p/%d", r.IntN(1_000_000)) }},
		{"prose", func(int) string { return fmt.Sprintf("Turin, %x: \"%x\"", r.IntN(1<<24), r.IntN(1<<16)) }},
		{"gaps", func(int) string { return []string{"", fmt.Sprintf("%.4f", r.NormFloat64())}[r.IntN(2)] }},
	} {
		b.Run(c.name, func(b *testing.B) {
			col := New(0, BudgetFor(20), &sketch.Pool{Free: 48 << 20})
			var batches []source.Vector
			for from := 0; from < 4*rows; from += batch {
				v := source.Vector{ASCII: true}
				for row := range batch {
					v.Start = append(v.Start, uint32(len(v.Data)))
					v.Data = append(v.Data, c.cell(from+row)...)
					v.End = append(v.End, uint32(len(v.Data)))
					v.Data = append(v.Data, ',')
				}
				v.Data = append(v.Data, make([]byte, 32)...)
				batches = append(batches, v)
			}
			p := col.NewPartial(0)
			var w Work
			segment := 0
			b.ResetTimer()
			for b.Loop() {
				at := segment % 4 * rows / batch
				for i := range rows / batch {
					w.Begin(batch)
					p.Add(&batches[at+i], batch, &w)
				}
				col.Merge(p, int64(segment*rows))
				col.Remember()
				segment++
				p.Reset(col, min(segment, 40))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/cell")
		})
	}
}
