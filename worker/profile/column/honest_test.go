package column

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"assay/worker/profile/internal/ref"
	"assay/worker/profile/report"
	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// inSegments is the report of cells that come in segments of the given lengths,
// with so much memory for exact distinct counts.
func inSegments(cells []string, memory int, lengths ...int) report.Column {
	c := New(0, BudgetFor(1), &sketch.Pool{Free: memory})
	from, segment := 0, 0
	for _, n := range append(lengths, len(cells)) {
		to := min(len(cells), from+n)
		v := source.Vector{}
		for _, cell := range cells[from:to] {
			v.Start = append(v.Start, uint32(len(v.Data)))
			v.Data = append(v.Data, cell...)
			v.End = append(v.End, uint32(len(v.Data)))
		}
		p := c.NewPartial(segment)
		segment++
		var w Work
		w.Begin(to - from)
		clear(w.Sums)
		p.Add(&v, to-from, &w)
		c.Merge(p, int64(from))
		c.Remember()
		from = to
	}
	return c.Report(Frame{Name: "x", Rows: int64(len(cells)), Top: 100}).Report
}

// The errors that a report states are those that its estimates have: over 100
// seeded columns past the dictionary the ranks of quantiles are off by more in
// at most one case of 50 (about one in 100 is promised), distinct counts by no
// more than a standard error in 60 of 100 and twice that in 90, and the counts
// of frequent values never by more than theirs.
func TestStatedErrorsAreHonest(t *testing.T) {
	draws := []func(r *rand.Rand, i int) float64{
		func(r *rand.Rand, _ int) float64 { return r.NormFloat64() },
		func(r *rand.Rand, _ int) float64 { return math.Exp(3 * r.NormFloat64()) },
		func(r *rand.Rand, i int) float64 { return float64(i) + math.Floor(3*r.Float64()) },
		func(r *rand.Rand, i int) float64 { return float64(-i) },
		func(r *rand.Rand, _ int) float64 { return math.Floor(3e5 * math.Pow(r.Float64(), 9)) },
		func(r *rand.Rand, i int) float64 { return float64(i % 997 * (1 + r.IntN(40))) },
	}
	var asked, missed, counted, within, twice, listed int
	for trial := range 100 {
		r := rand.New(rand.NewPCG(uint64(trial), 9))
		draw := draws[trial%len(draws)]
		n := 16_800 + r.IntN(1500)
		values, cells := make([]float64, n), make([]string, n)
		counts := map[string]int64{}
		for i := range values {
			values[i] = draw(r, i)
			cells[i] = strconv.FormatFloat(values[i], 'f', -1, 64)
			counts[cells[i]]++
		}
		c := inSegments(cells, 0, 1+r.IntN(n), 1+r.IntN(n))
		slices.Sort(values)
		if c.Numeric.Exact != (len(counts) <= 16_384) {
			t.Fatalf("%d different values, exact %v", len(counts), c.Numeric.Exact)
		}
		if !c.Numeric.Exact {
			for key, v := range c.Numeric.Quantiles {
				q, _ := strconv.ParseFloat(key, 64)
				asked++
				if ref.RankError(values, *v, q) > c.Numeric.RankError {
					missed++
				}
			}
		}
		if d := c.Distinct; !d.Exact {
			counted++
			off := math.Abs(float64(d.Value)/float64(len(counts)) - 1)
			if off <= d.Error {
				within++
			}
			if off <= 2*d.Error {
				twice++
			}
		}
		for _, v := range c.Top {
			listed++
			if have := counts[v.Value]; v.Count < have || v.Count-v.Error > have || v.Error > c.TopError {
				t.Errorf("%s is counted %d times with an error of %d, and stands there %d times", v.Value, v.Count, c.TopError, have)
			}
		}
	}
	t.Logf("%d of %d quantiles off; %d and %d of %d distinct counts within one and two errors; %d frequent values", missed, asked, within, twice, counted, listed)
	if missed*50 > asked || asked < 400 {
		t.Errorf("%d of %d quantiles are off by more than stated", missed, asked)
	}
	if within*100 < 60*counted || twice*100 < 90*counted || counted < 50 {
		t.Errorf("%d and %d of %d distinct counts are within one and two standard errors", within, twice, counted)
	}
}

// While the dictionary lasts, cuts leave no trace: merging is exact.
func TestMergedDictionariesAreOne(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for what, cell := range map[string]func() string{
		"integers": func() string { return strconv.Itoa(1<<60 + r.IntN(3000)) },
		"decimals": func() string { return fmt.Sprintf("%.3f", math.Exp(2*r.NormFloat64())) },
		"texts":    func() string { return []string{"a", "Rome", "rome ", "CafÃ©", "x  y", "", "NULL", "-"}[r.IntN(8)] },
		"dates":    func() string { return day(r.IntN(9000)) },
		"mixed":    func() string { return []string{"1", "x", "2024-01-01", "true", "1.5", ""}[r.IntN(6)] },
	} {
		cells := make([]string, 9000)
		for i := range cells {
			cells[i] = cell()
		}
		want, _ := json.Marshal(inSegments(cells, 1<<20))
		for range 5 {
			cuts := []int{1 + r.IntN(3000), 1 + r.IntN(3000), 1 + r.IntN(300), 1}
			if got, _ := json.Marshal(inSegments(cells, 1<<20, cuts...)); string(got) != string(want) {
				t.Errorf("%s cut at %v:\n%s\nnot\n%s", what, cuts, got, want)
			}
		}
	}
}

// Past it, what is promised to be exact is so wherever the cuts are: all but
// quantiles, histograms, shapes of text and frequent values.
func TestExactFiguresOfStreamsKnowNoCuts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 4))
	cells := make([]string, 50_000)
	for i := range cells {
		cells[i] = strconv.Itoa(1<<58 + r.IntN(100_000))
		if r.IntN(50) == 0 {
			cells[i] = []string{"", "NA", "0", "-7", "1e3", "inf"}[r.IntN(6)]
		}
	}
	bare := func(c report.Column) string {
		c.Top, c.Histogram, c.TopError, c.TopRest = nil, nil, 0, 0
		c.Alerts = nil // those of quantiles may differ
		n := *c.Numeric
		n.Quantiles, n.MAD, n.RankError = nil, nil, 0
		for _, v := range []*float64{n.Mean, n.Std, n.Skewness, n.Kurtosis, n.Sum} { // to what rounding leaves
			*v = math.Float64frombits(math.Float64bits(*v) >> 16 << 16)
		}
		c.Numeric = &n
		b, _ := json.Marshal(c)
		return string(b)
	}
	want := bare(inSegments(cells, 1<<22))
	for range 4 {
		cuts := []int{1 + r.IntN(30_000), 1 + r.IntN(3000), 1 + r.IntN(300), 1}
		if got := bare(inSegments(cells, 1<<22, cuts...)); got != want {
			t.Errorf("cut at %v:\n%s\nnot\n%s", cuts, got, want)
		}
	}
}

// Words for nothing that are values have counts of their own, and may take the
// place of values that the sketch lists.
func TestNoValueThatIsNotListedIsMoreFrequentThanIsSaid(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var cells []string
	for i := range 100 {
		for range 300 - i {
			cells = append(cells, "value number "+strconv.Itoa(i))
		}
	}
	for range 2000 {
		cells = append(cells, []string{"yes", "no", "none"}[r.IntN(3)])
	}
	for i := range 60_000 {
		cells = append(cells, "single text "+strconv.Itoa(i))
	}
	r.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
	counts := map[string]int64{}
	for _, cell := range cells {
		counts[cell]++
	}
	c := inSegments(cells, 1<<22)
	for _, top := range c.Top {
		delete(counts, top.Value)
	}
	if c.TopExact || len(c.Top) != topKept {
		t.Fatalf("%d values, exact: %v", len(c.Top), c.TopExact)
	}
	for value, n := range counts {
		if n > c.TopRest {
			t.Errorf("%q comes %d times; said is at most %d", value, n, c.TopRest)
		}
	}
}
