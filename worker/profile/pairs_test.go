package profile

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"assay/worker/profile/internal/ref"
	"assay/worker/profile/report"
)

// table makes a memory of columns of words, separated by white space.
func tableOf(columns ...string) *memory {
	m := &memory{segment: 7, batch: 3}
	for c, text := range columns {
		cells := strings.Fields(text)
		m.names = append(m.names, cells[0])
		for i, cell := range cells[1:] {
			if c == 0 {
				m.rows = append(m.rows, make([]string, len(columns)))
			}
			m.rows[i][c] = strings.Trim(cell, "_")
		}
	}
	return m
}

func measured(rep *report.Report, method, a, b string) float64 {
	for _, c := range rep.Correlations {
		i, j := slices.Index(c.Columns, a), slices.Index(c.Columns, b)
		if c.Method == method && i >= 0 && j >= 0 && c.Values[i][j] != nil {
			return *c.Values[i][j]
		}
	}
	return math.NaN()
}

// Anscombe's quartet (1973), the students of Wikipedia's "Correlation ratio",
// and R's HairEyeColor, whose chi-squared is 138.29 for 592 persons.
func TestPairsHaveThePublishedValues(t *testing.T) {
	anscombe := profileMemory(t, tableOf(
		"x  10 8 13 9 11 14 6 4 12 7 5",
		"y1 8.04 6.95 7.58 8.81 8.33 9.96 7.24 4.26 10.84 4.82 5.68",
		"y2 9.14 8.14 8.74 8.77 9.26 8.10 6.13 3.10 9.13 7.26 4.74",
		"x4 8 8 8 8 8 8 8 19 8 8 8",
		"y4 6.58 5.76 7.71 8.84 8.47 7.04 5.25 12.50 5.56 7.91 6.89"), 1)
	students := profileMemory(t, tableOf(
		"topic a a a a a g g g g s s s s s s",
		"score 45 70 29 15 21 40 20 30 42 65 95 80 70 85 73"), 1)
	hairs := &memory{names: []string{"hair", "eyes"}, segment: 100, batch: 10}
	for hair, counts := range [4][4]int{{68, 20, 15, 5}, {119, 84, 54, 29}, {26, 17, 14, 14}, {7, 94, 10, 16}} {
		for eyes, n := range counts {
			for range n {
				hairs.rows = append(hairs.rows, []string{"h" + strconv.Itoa(hair), "e" + strconv.Itoa(eyes)})
			}
		}
	}
	colours := profileMemory(t, hairs, 1)
	for _, c := range []struct {
		rep          *report.Report
		method, a, b string
		want, within float64
	}{
		{anscombe, "pearson", "x", "y1", 0.81642, 5e-6},
		{anscombe, "pearson", "x", "y2", 0.81624, 5e-6},
		{anscombe, "pearson", "x4", "y4", 0.81652, 5e-6},
		{anscombe, "spearman", "x", "y1", 0.818182, 5e-7},
		{anscombe, "spearman", "x4", "y4", 0.5, 5e-7},
		{students, "correlation_ratio", "topic", "score", math.Sqrt(6780.0 / 9640), 1e-9},
		{colours, "cramers_v", "hair", "eyes", math.Sqrt((138.2898/592 - 9.0/591) / (3 - 9.0/591)), 1e-5},
	} {
		if got := measured(c.rep, c.method, c.a, c.b); !(math.Abs(got-c.want) <= c.within) {
			t.Errorf("%s of %s and %s is %v, want %v", c.method, c.a, c.b, got, c.want)
		}
	}
}

// Neither offsets nor sizes nor gaps spoil a measure, and where there is none,
// none is given.
func TestPairsOfHardColumnsAreTrueOrAbsent(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	names := []string{"small", "offset", "huge", "tiny", "both ends", "constant", "gaps", "alone"}
	m := &memory{names: names, segment: 100, batch: 30}
	columns := make([][]float64, len(names))
	for i := range 500 {
		x := r.NormFloat64()
		row := []float64{x, 1e15 + math.Round(x*4), 1e300 * (x + r.NormFloat64()), 1e-300 * (x - r.Float64()), math.Copysign(1.7e308, x+r.NormFloat64()/2), 7, x + float64(r.IntN(3)), math.NaN()}
		if r.IntN(3) == 0 {
			row[6] = math.NaN()
		}
		if i == 17 {
			row[7] = 1
		}
		cells := make([]string, len(row))
		for c, v := range row {
			columns[c] = append(columns[c], v)
			if !math.IsNaN(v) {
				cells[c] = strconv.FormatFloat(v, 'g', -1, 64)
			}
		}
		m.rows = append(m.rows, cells)
	}
	scaled := func(c int) []float64 { // as the reference squares them
		most := 0.0
		for _, v := range columns[c] {
			if !math.IsNaN(v) {
				most = max(most, math.Abs(v))
			}
		}
		out := slices.Clone(columns[c])
		for i := range out {
			if out[i] /= most; c == 1 {
				out[i] = columns[c][i] - 1e15
			}
		}
		return out
	}
	rep := profileMemory(t, m, 2)
	for i, a := range names {
		for j, b := range names[:i] {
			for _, method := range []string{"pearson", "spearman"} {
				want := ref.Pearson(scaled(i), scaled(j))
				if method == "spearman" {
					want = ref.Spearman(scaled(i), scaled(j))
				}
				if i == 5 || j == 5 || i == 7 {
					want = math.NaN()
				}
				got := measured(rep, method, a, b)
				if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > 1e-9 {
					t.Errorf("%s of %s and %s is %v, want %v", method, a, b, got, want)
				}
			}
		}
	}
	for _, rel := range rep.Relationships {
		if rel.N < 5 || rel.N > 500 || math.Abs(rel.Value) > 1 || rel.A == "constant" || rel.B == "constant" || rel.A == "alone" || rel.B == "alone" {
			t.Errorf("%+v", rel)
		}
	}
}

// What pairs cost is bounded: of 300 columns that all depend on each other,
// matrices have 64 and the list 1,000, the strongest first.
func TestPairsOfWideTablesAreBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 8))
	m := &memory{segment: 100, batch: 50}
	for c := range 300 {
		m.names = append(m.names, "c"+strconv.Itoa(c))
	}
	for range 200 {
		x := r.NormFloat64()
		row := make([]string, 300)
		for c := range row {
			row[c] = strconv.FormatFloat(x+r.NormFloat64(), 'f', 3, 64)
		}
		m.rows = append(m.rows, row)
	}
	rep := profileMemory(t, m, 2)
	for _, c := range rep.Correlations {
		if len(c.Columns) > 64 || len(c.Values) != len(c.Columns) || c.SampleRows != 200 {
			t.Errorf("%s has %d columns, %d rows", c.Method, len(c.Columns), c.SampleRows)
		}
	}
	list := rep.Relationships
	if len(list) != 1000 {
		t.Errorf("%d relationships", len(list))
	}
	for i := 1; i < len(list); i++ {
		if math.Abs(list[i].Value) > math.Abs(list[i-1].Value) {
			t.Errorf("relationship %d is stronger than the one before", i)
		}
	}
}

func TestMissingTogetherIsCounted(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 8))
	m := &memory{names: []string{"a", "b", "c", "full", "none"}, segment: 100, batch: 30}
	both, either := 0, 0
	for range 400 {
		row := []string{"1", "x", "2", "3", ""}
		a := r.IntN(3) == 0
		b := a != (r.IntN(12) == 0)
		for i, gone := range []bool{a, b, r.IntN(3) == 0} {
			if gone {
				row[i] = ""
			}
		}
		if a && b {
			both++
		}
		if a || b {
			either++
		}
		m.rows = append(m.rows, row)
	}
	want := math.Round(1e4*float64(both)/float64(either)) / 1e4
	if got := profileMemory(t, m, 1).Missing.Together; len(got) != 1 || got[0] != (report.Together{A: "a", B: "b", Share: want}) {
		t.Errorf("%+v, want %v of a and b", got, want)
	}
}
