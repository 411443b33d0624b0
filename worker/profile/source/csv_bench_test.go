package source

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"
)

// numericCSV is a table of short numbers, the hardest kind for a tokeniser:
// it has a cell every few bytes.
func numericCSV(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString("year,day,distance,delay,class\n")
	for b.Len() < n {
		fmt.Fprintf(&b, "%d,%d,%d,%.2f,%d\n", 2000+r.IntN(20), r.IntN(1000), r.IntN(100000), r.Float64()*100, r.IntN(10))
	}
	return b.Bytes()
}

// textCSV has quoted cells with commas and doubled quotes.
func textCSV(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString("id,name,comment,when\n")
	for b.Len() < n {
		fmt.Fprintf(&b, "%d,\"Smith, %c.\",\"it was \"\"fine\"\", I think, %d times\",2024-01-%02d 10:00:00\n",
			r.IntN(1_000_000), 'A'+r.IntN(26), r.IntN(100), 1+r.IntN(28))
	}
	return b.Bytes()
}

type countSink struct{ cells int }

func (c *countSink) Batch(b *Batch) error {
	c.cells += b.Rows * len(b.Cols)
	return nil
}

func scanSpeed(b *testing.B, text []byte, workers int) {
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s, err := Open(b.Context(), bytesInput("x.csv", text), Options{}, Limits{})
		if err != nil {
			b.Fatal(err)
		}
		err = s.Scan(b.Context(), workers, func() Sink { return &countSink{} }, func(Segment, Sink) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	const size = 32 << 20
	for name, text := range map[string][]byte{"numbers": numericCSV(size), "text": textCSV(size)} {
		b.Run(name, func(b *testing.B) {
			start := time.Now()
			scanSpeed(b, text, 1)
			ours := float64(len(text)) * float64(b.N) / time.Since(start).Seconds()
			b.StopTimer()
			b.ReportMetric(ours/standardSpeed(b, text), "times-encoding/csv")
		})
		b.Run(name+"/2-workers", func(b *testing.B) { scanSpeed(b, text, 2) })
	}
}

// standardSpeed is what encoding/csv reads a second, in bytes.
func standardSpeed(b *testing.B, text []byte) float64 {
	start := time.Now()
	r := csv.NewReader(bytes.NewReader(text))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); err == io.EOF {
			break
		} else if err != nil {
			b.Fatal(err)
		}
	}
	return float64(len(text)) / time.Since(start).Seconds()
}

func BenchmarkMarks(b *testing.B) {
	text := numericCSV(blockSize)
	r := rules{delim: []byte(","), quote: '"', escape: noByte, lineEnd: "\n"}
	look := r.markBytes()
	var m marks
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.scan(text, look)
	}
}

func BenchmarkOpen(b *testing.B) {
	text := textCSV(1 << 20)
	for b.Loop() {
		if _, err := Open(b.Context(), bytesInput("x.csv", text), Options{}, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
