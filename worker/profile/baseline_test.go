package profile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"assay/worker/profile/source"
)

var (
	baseline    = flag.String("baseline", "", "file of ratios that BenchmarkBaseline holds itself against")
	newBaseline = flag.Bool("new-baseline", false, "write that file anew instead")
)

// slower is how far a ratio may rise above its baseline: more than the noise of
// a shared machine, less than what a lost fast path costs.
const slower = 1.35

// BenchmarkBaseline measures the engine on one core as a ratio to the standard
// library reading the same bytes in the same minute, so that the figures of one
// machine hold on another: encoding/csv cuts CSV into cells and nothing more,
// encoding/json checks that JSON is valid and nothing more. Of many short
// rounds the best one counts. make bench-compare holds the ratios against
// docs/bench-baseline.txt.
func BenchmarkBaseline(b *testing.B) {
	flights, mixed := flightsCSV(400_000), mixedCSV(150_000)
	measured := map[string]float64{}
	var names []string
	for _, c := range []struct {
		name string
		data []byte
		peer func([]byte) error
	}{
		{"flights.csv", flights, readByEncodingCSV},
		{"mixed.csv", mixed, readByEncodingCSV},
		{"mixed.ndjson", asNDJSON(b, mixed), validByEncodingJSON},
	} {
		names = append(names, c.name)
		b.Run(c.name, func(b *testing.B) {
			var ours, theirs time.Duration
			for range max(b.N, 8) {
				in := source.Input{Name: c.name, Size: int64(len(c.data)), ReaderAt: bytes.NewReader(c.data)}
				best(b, &ours, func() error { _, err := Run(b.Context(), Request{Source: in, Workers: 1}, Hooks{}); return err })
				best(b, &theirs, func() error { return c.peer(c.data) })
			}
			measured[c.name] = ours.Seconds() / theirs.Seconds()
			b.ReportMetric(measured[c.name], "times-the-standard-library's")
			b.ReportMetric(float64(len(c.data))/1e6/ours.Seconds(), "best-MB/CPU-s")
		})
	}
	if *baseline != "" {
		holdAgainst(b, *baseline, names, measured)
	}
}

func best(b *testing.B, least *time.Duration, run func() error) {
	begin := cpuTime()
	if err := run(); err != nil {
		b.Fatal(err)
	}
	if took := cpuTime() - begin; *least == 0 || took < *least {
		*least = took
	}
}

// holdAgainst compares ratios with those of a file, a name and a ratio a line.
func holdAgainst(b *testing.B, file string, names []string, measured map[string]float64) {
	if *newBaseline {
		var text strings.Builder
		text.WriteString("# Time of the engine, as a multiple of the standard library's: make bench-compare\n")
		for _, name := range names {
			fmt.Fprintf(&text, "%s %.3f\n", name, measured[name])
		}
		if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
			b.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	known := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		var name string
		var ratio float64
		if _, err := fmt.Sscan(line, &name, &ratio); err == nil {
			known[name] = ratio
		}
	}
	for _, name := range names {
		was, now := known[name], measured[name]
		b.Logf("%-14s %.3f times the standard library's time, baseline %.3f", name, now, was)
		if now > slower*was {
			b.Errorf("%s: the engine takes %.0f%% longer than in %s", name, 100*(now/was-1), file)
		}
	}
}

func readByEncodingCSV(data []byte) error {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func validByEncodingJSON(data []byte) error {
	for line := range bytes.Lines(data) {
		if !json.Valid(line) {
			return fmt.Errorf("not JSON: %s", line)
		}
	}
	return nil
}

// flightsCSV is short numbers of few different values, as timetables have them.
func flightsCSV(rows int) []byte {
	r := rand.New(rand.NewPCG(4, 1))
	var b bytes.Buffer
	b.WriteString("date,delay,distance,origin,destination\n")
	for i := range rows {
		fmt.Fprintf(&b, "2001-%02d-%02d %02d:%02d:00,%d,%d,%c%cA,%c%cB\n", 1+i*12/rows, 1+r.IntN(28), r.IntN(24), r.IntN(12)*5,
			r.IntN(200)-30, 100+r.IntN(2000), 'A'+r.IntN(26), 'A'+r.IntN(8), 'A'+r.IntN(26), 'A'+r.IntN(8))
	}
	return b.Bytes()
}

// asNDJSON is a CSV text as NDJSON, numbers as such.
func asNDJSON(b *testing.B, text []byte) []byte {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	var out bytes.Buffer
	for _, row := range rows[1:] {
		for i, cell := range row {
			value := []byte(cell)
			if !json.Valid(value) {
				value, _ = json.Marshal(cell) // a string always can
			}
			fmt.Fprintf(&out, "%c%q:%s", "{,"[btoi(i > 0)], rows[0][i], value)
		}
		out.WriteString("}\n")
	}
	return out.Bytes()
}
