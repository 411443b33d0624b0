package source

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

func numericCSV(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%d,%d,%d,%.2f,%d\n", 2000+r.IntN(20), r.IntN(1000), r.IntN(100000), r.Float64()*100, r.IntN(10))
	}
	return b.Bytes()
}

func BenchmarkMarks(b *testing.B) {
	text := numericCSV(256 << 10)
	ru := rules{delim: []byte(","), quote: '"', escape: noByte, lineEnd: "\n"}
	mb := ru.markBytes()
	var m marks
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.scan(text, mb)
	}
	b.ReportMetric(float64(len(m.pos)), "cuts")
}
