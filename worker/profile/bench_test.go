package profile

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"assay/worker/profile/source"
)

// mixedCSV has columns that stay in their dictionaries and columns that do not.
func mixedCSV(rows int) []byte {
	r := rand.New(rand.NewPCG(1, 1))
	var b bytes.Buffer
	b.WriteString("id,key,when,city,state,amount,score,note\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%016x,2024-%02d-%02dT%02d:%02d:%02dZ,city %d,%d,%.2f,%d,\"some %d, quoted\"\n", i, r.Uint64(),
			1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(300), r.IntN(50), r.ExpFloat64()*1000, r.IntN(10), r.IntN(1_000_000))
	}
	return b.Bytes()
}

func BenchmarkRun(b *testing.B) {
	data := mixedCSV(200_000)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				in := source.Input{Name: "mixed.csv", Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}
				if _, err := Run(b.Context(), Request{Source: in, Workers: workers}, Hooks{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
