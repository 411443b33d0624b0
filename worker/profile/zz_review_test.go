package profile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"assay/worker/profile/source"
)

func drawTable(seed uint64) (string, []byte) {
	r := rand.New(rand.NewPCG(seed, 99))
	rows := []int{1, 2, 50, 900, 5000, 16384, 16385, 20000, 40000, 60000}[r.IntN(10)]
	if r.IntN(3) == 0 {
		rows = 1 + r.IntN(60000)
	}
	cols := 1 + r.IntN(9)
	type gen func(i int) (string, bool) // text, is bare json
	gens := make([]gen, cols)
	words := []string{"alpha", "Beta", "größe", "naïve", "数据", "x", "", " ", "N/A", "null", "-", "delta  two", "é"}
	for c := range gens {
		nulls := []float64{0, 0, 0.01, 0.3, 0.97}[r.IntN(5)]
		lim := []int{3, 200, 1000, 16383, 16384, 16385, 17000}[r.IntN(7)]
		switchAt := r.IntN(rows + 1)
		k := r.IntN(16)
		var g gen
		switch k {
		case 0:
			g = func(i int) (string, bool) { return strconv.Itoa(i), true }
		case 1:
			g = func(i int) (string, bool) { return fmt.Sprintf("key-%d", i*7919), false }
		case 2:
			g = func(i int) (string, bool) { return strconv.Itoa(i % lim), true }
		case 3:
			g = func(i int) (string, bool) { return fmt.Sprintf("w%d", r.IntN(lim)), false }
		case 4:
			g = func(i int) (string, bool) { return words[r.IntN(len(words))], false }
		case 5:
			g = func(i int) (string, bool) { return strconv.FormatFloat(r.NormFloat64()*1e3, 'g', -1, 64), true }
		case 6:
			g = func(i int) (string, bool) {
				n := r.IntN(lim)
				return []string{fmt.Sprint(n), fmt.Sprintf("%d.0", n), fmt.Sprintf("%de0", n), fmt.Sprintf("+%d", n), fmt.Sprintf("%d.00", n)}[r.IntN(5)], false
			}
		case 7:
			g = func(i int) (string, bool) { return fmt.Sprintf("2024-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)), false }
		case 8:
			g = func(i int) (string, bool) {
				return fmt.Sprintf("2024-01-%02dT%02d:%02d:%02d.%03dZ", 1+i%28, r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1000)), false
			}
		case 9:
			g = func(i int) (string, bool) { return strings.Repeat(words[r.IntN(len(words))]+" ", r.IntN(60)) + fmt.Sprint(r.IntN(lim)), false }
		case 10: // new, then the same
			g = func(i int) (string, bool) { return fmt.Sprintf("v%d", min(i, switchAt)), false }
		case 11: // same, then new
			g = func(i int) (string, bool) { return fmt.Sprintf("v%d", max(i, switchAt)), false }
		case 12:
			g = func(i int) (string, bool) { return []string{"true", "false"}[r.IntN(2)], true }
		case 13: // long
			g = func(i int) (string, bool) { return strings.Repeat("ab\u00e9\"\\\n,", r.IntN(30)) + fmt.Sprint(i), false }
		case 14:
			g = func(i int) (string, bool) { return fmt.Sprintf("%x-%x", r.Uint64(), r.Uint32()), false }
		case 15:
			g = func(i int) (string, bool) {
				switch {
				case i < switchAt:
					return strconv.Itoa(i), true
				case r.IntN(2) == 0:
					return fmt.Sprintf("t%d", i), false
				}
				return strconv.FormatFloat(float64(i)/8, 'f', -1, 64), true
			}
		}
		gens[c] = func(i int) (string, bool) {
			s, bare := g(i)
			if nulls > 0 && r.Float64() < nulls {
				return "\x00", true
			}
			return s, bare
		}
	}
	var out bytes.Buffer
	if r.IntN(2) == 0 {
		w := csv.NewWriter(&out)
		rec := make([]string, cols)
		for c := range rec {
			rec[c] = fmt.Sprintf("col_%d", c)
		}
		w.Write(rec)
		ragged := r.IntN(4) == 0
		for i := range rows {
			for c, g := range gens {
				s, _ := g(i)
				if s == "\x00" {
					s = ""
				}
				rec[c] = s
			}
			if ragged && r.IntN(50) == 0 {
				w.Write(rec[:1+r.IntN(cols)])
			} else if ragged && r.IntN(300) == 0 {
				w.Write(append(rec[:cols:cols], "more"))
			} else {
				w.Write(rec)
			}
		}
		w.Flush()
		return fmt.Sprintf("drawn%d.csv", seed), out.Bytes()
	}
	for i := range rows {
		out.WriteByte('{')
		first := true
		for c, g := range gens {
			s, bare := g(i)
			if s == "\x00" && r.IntN(2) == 0 || c > 0 && c%3 == 0 && i < rows/2 {
				continue // absent
			}
			if !first {
				out.WriteByte(',')
			}
			first = false
			fmt.Fprintf(&out, `"col_%d":`, c)
			switch {
			case s == "\x00":
				out.WriteString("null")
			case bare && json.Valid([]byte(s)):
				out.WriteString(s)
			default:
				b, _ := json.Marshal(s)
				out.Write(b)
			}
		}
		out.WriteString("}\n")
	}
	return fmt.Sprintf("drawn%d.ndjson", seed), out.Bytes()
}

func TestReviewDraw(t *testing.T) {
	from, _ := strconv.Atoi(os.Getenv("FROM"))
	to, _ := strconv.Atoi(os.Getenv("TO"))
	dir := os.Getenv("DIR")
	for seed := from; seed < to; seed++ {
		name, data := drawTable(uint64(seed))
		if dir != "" {
			os.WriteFile(dir+"/"+name, data, 0o644)
		}
		if os.Getenv("ONLYWRITE") != "" {
			continue
		}
		file := source.Input{Name: name, Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}
		packed := zipped(t, data)
		for _, segment := range []int64{0, 60000} {
			want := reportOf(t, file, segment, 1)
			for _, workers := range []int{2, 16} {
				if got := reportOf(t, file, segment, workers); got != want {
					t.Errorf("%s: %d workers, segments of %d: another report:%s", name, workers, segment, difference([]byte(got), []byte(want)))
				}
			}
			in := source.Input{Name: name, Size: -1, ReaderAt: &oddReader{data: data, most: 1 << 18}}
			if got := reportOf(t, in, segment, 3); got != want {
				t.Errorf("%s: a stream, segments of %d: another report:%s", name, segment, difference([]byte(got), []byte(want)))
			}
			in = source.Input{Name: name + ".gz", Size: int64(len(packed)), ReaderAt: bytes.NewReader(packed)}
			if got := reportOf(t, in, segment, 2); got != want {
				t.Errorf("%s: packed, segments of %d: another report:%s", name, segment, difference([]byte(got), []byte(want)))
			}
		}
	}
}
