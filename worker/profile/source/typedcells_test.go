package source

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestCellsThatAreAllASCIIAreMarkedSo(t *testing.T) {
	for n := range 70 {
		text := strings.Repeat("x", n)
		for at := range n + 1 {
			high := text[:at] + "é" + text[at:]
			var c typedCells
			c.share(&entries{text: []byte(text)})
			c.add(len(c.data), String)
			if !c.vector(1).ASCII {
				t.Errorf("%q is not ASCII", text)
			}
			from := len(c.data)
			c.data = append(c.data, high...)
			c.add(from, String)
			if c.vector(2).ASCII {
				t.Errorf("%q is ASCII", high)
			}
			c.reset()
			c.share(&entries{text: []byte(high)})
			if c.vector(0).ASCII {
				t.Errorf("the shared text %q is ASCII", high)
			}
		}
	}
}

// Cuts within row groups cost the pages around them twice.
func TestRowGroupsAreCutOnlyWhereCoresWouldIdle(t *testing.T) {
	for _, c := range []struct {
		groups []int64
		want   string
	}{
		{[]int64{100}, "1:100"},
		{[]int64{250}, "1:84 1:167 1:250"},
		{[]int64{250, 250, 250, 250}, "1:250 2:250 3:250 4:250"},
		{[]int64{1000, 40, 40, 40}, "1:100 1:200 1:300 1:400 1:500 1:600 1:700 1:800 1:900 1:1000 2:40+3:40 4:40"},
	} {
		s := &parquetScanner{meta: &parquetMeta{}, columns: make([]parquetColumn, 1), file: &parquetFile{}, rows: 100, whole: wholeGroups(len(c.groups))}
		for _, rows := range c.groups {
			s.meta.groups = append(s.meta.groups, rowGroup{rows: rows})
		}
		cuts := parquetCuts{s: s}
		var got []string
		for {
			work, _, ok, err := cuts.next()
			if !ok || err != nil {
				break
			}
			var parts []string
			for _, p := range work {
				parts = append(parts, fmt.Sprintf("%d:%d", p.group+1, p.to))
			}
			got = append(got, strings.Join(parts, "+"))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v is cut into %s, want %s", c.groups, s, c.want)
		}
	}
}

func TestFloatsAreWrittenTheShortestWay(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	for range 100_000 {
		f := math.Float64frombits(r.Uint64())
		switch r.IntN(3) {
		case 0:
			f = float64(r.IntN(1e9)) / math.Pow10(r.IntN(10))
		case 1:
			f = math.Round(r.NormFloat64()*1e12) / 1e6
		}
		if f != f || math.IsInf(f, 0) {
			continue
		}
		got := string(appendFloat(nil, f, 64))
		if back, err := strconv.ParseFloat(got, 64); err != nil || back != f {
			t.Fatalf("%v was written as %s", f, got)
		}
		if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
			want := strconv.FormatFloat(f, 'f', -1, 64)
			if !strings.Contains(want, ".") {
				want += ".0"
			}
			if got != want {
				t.Fatalf("%v was written as %s, not %s", f, got, want)
			}
		}
	}
}
