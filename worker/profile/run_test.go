package profile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"assay/worker/profile/internal/ref"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

// wildTable has a column of each kind, some with few different values, some
// with too many for a dictionary.
func wildTable(n int, seed uint64) *memory {
	r := rand.New(rand.NewPCG(seed, 1))
	makers := []struct {
		name string
		cell func(i int) string
	}{
		{"id", func(i int) string { return strconv.Itoa(i) }},
		{"few", func(int) string { return strconv.Itoa(r.IntN(12)) }},
		{"many", func(int) string { return strconv.Itoa(r.IntN(2_000_000) - 1_000_000) }},
		{"long tail", func(int) string { return strconv.FormatFloat(math.Exp(4*r.NormFloat64()), 'g', 8, 64) }},
		{"decimal", func(int) string { return fmt.Sprintf("%.2f", r.NormFloat64()*100) }},
		{"huge", func(int) string { return strconv.FormatUint(r.Uint64(), 10) + strconv.Itoa(r.IntN(1000)) }},
		{"text", func(int) string { return fmt.Sprintf("%x and more", r.Uint64()) }},
		{"skewed text", func(int) string { return "v" + strconv.Itoa(int(math.Exp(10*r.Float64()*r.Float64()))) }},
		{"clustered", func(i int) string { return "c" + strconv.Itoa(i/2) }},
		{"gaps", func(i int) string {
			switch r.IntN(4) {
			case 0:
				return ""
			case 1:
				return "NA"
			}
			return strconv.Itoa(i * 3)
		}},
		{"odd one", func(i int) string {
			if i == n-3 {
				return "K"
			}
			return strconv.Itoa(r.IntN(100_000))
		}},
		{"stamp", func(int) string {
			return fmt.Sprintf("20%02d-%02d-%02dT%02d:%02d:%02dZ", r.IntN(30), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60))
		}},
		{"slashes", func(int) string { return fmt.Sprintf("%d/%d/%d", 1+r.IntN(28), 1+r.IntN(12), 1600+r.IntN(400)) }},
		{"yes", func(int) string { return []string{"yes", "no"}[r.IntN(2)] }},
		{"empty", func(int) string { return "" }},
	}
	m := &memory{segment: 7000, batch: 900}
	for _, k := range makers {
		m.names = append(m.names, k.name)
	}
	for i := range n {
		row := make([]string, len(makers))
		for c, k := range makers {
			row[c] = k.cell(i)
		}
		if i > 100 && i%1000 == 0 {
			copy(row, m.rows[i-50])
		}
		m.rows = append(m.rows, row)
	}
	return m
}

func reportJSON(t *testing.T, rep *report.Report) []byte {
	t.Helper()
	rep.Engine = report.Engine{}
	b, err := json.Marshal(rep)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Neither the number of readers, nor what was known when a segment was begun,
// nor the size of the batches may show in a report.
func TestReportDoesNotDependOnWhoReads(t *testing.T) {
	m := wildTable(25_000, 1)
	want := reportJSON(t, profileMemory(t, m, 1))
	for _, c := range []struct {
		workers, batch int
		shuffled       bool
	}{{2, 900, false}, {16, 900, false}, {16, 1, true}, {3, 7001, true}, {1, 64, false}} {
		m.batch, m.shuffled = c.batch, c.shuffled
		if got := reportJSON(t, profileMemory(t, m, c.workers)); !bytes.Equal(got, want) {
			t.Errorf("%+v: another report:%s", c, difference(got, want))
		}
	}
}

func difference(got, want []byte) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	from := max(0, i-200)
	return fmt.Sprintf("\n…%s\nnot\n…%s", got[from:min(len(got), i+200)], want[from:min(len(want), i+200)])
}

func TestReportOfARealFileDoesNotDependOnWhoReads(t *testing.T) {
	m := wildTable(20_000, 2)
	var b bytes.Buffer
	b.WriteString(strings.Join(m.names, ",") + "\n")
	for _, row := range m.rows {
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	var want []byte
	for _, workers := range []int{1, 2, 16} {
		rep, err := Run(t.Context(), Request{
			Source: source.Input{Name: "wild.csv", Size: int64(b.Len()), ReaderAt: bytes.NewReader(b.Bytes())},
			Limits: source.Limits{SegmentBytes: 300_000}, Workers: workers,
		}, Hooks{})
		if err != nil {
			t.Fatal(err)
		}
		got := reportJSON(t, rep)
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d workers: another report:%s", workers, difference(got, want))
		}
	}
}

// Every figure of every column is what a slow and simple count says, or within
// the error that the report states.
func TestFiguresAreTrue(t *testing.T) {
	schema := compileSchema(t)
	for _, n := range []int{1, 2, 19, 300, 7001, 16_390, 24_000} {
		m := wildTable(n, uint64(n))
		rep := profileMemory(t, m, 2)
		mustFollow(t, schema, rep)
		if rep.Rows != int64(n) {
			t.Fatalf("%d rows, want %d", rep.Rows, n)
		}
		for c := range rep.Columns {
			checkColumn(t, &rep.Columns[c], m, c)
		}
		checkBands(t, rep, m)
		checkDuplicates(t, rep, m)
	}
}

func nullIn(column, cell string) bool { return cell == "" || cell == "NA" }

func checkColumn(t *testing.T, c *report.Column, m *memory, at int) {
	t.Helper()
	var values []string
	for _, row := range m.rows {
		if !nullIn(c.Name, row[at]) {
			values = append(values, row[at])
		}
	}
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s of %d rows: %s", c.Name, len(m.rows), fmt.Sprintf(format, args...))
	}
	if c.Count != int64(len(m.rows)) || c.Count-c.Nulls != int64(len(values)) {
		fail("%d nulls of %d, want %d values", c.Nulls, c.Count, len(values))
	}
	var evidence, tokens int64
	for _, e := range c.Evidence {
		evidence += e.Count
		if m.rows[e.FirstRow-1][at] != e.Example {
			fail("row %d holds %q, not the example %q", e.FirstRow, m.rows[e.FirstRow-1][at], e.Example)
		}
	}
	for _, k := range c.NullTokens {
		tokens += k.Count
	}
	if evidence != int64(len(values)) || tokens != c.Nulls {
		fail("evidence of %d, null tokens of %d", evidence, tokens)
	}
	checkValues(fail, c, values)
	if h := c.Histogram; h != nil {
		checkHistogram(fail, h, c, values)
	}
	var numbers []float64
	if c.Numeric != nil {
		var finite []string
		for _, v := range values {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil {
				fail("%q in a numeric column", v)
			}
			if !math.IsInf(f, 0) {
				numbers, finite = append(numbers, f), append(finite, v)
			}
		}
		if n := int64(len(values) - len(numbers)); n != c.Numeric.Nonfinite {
			fail("%d are not finite, want %d", c.Numeric.Nonfinite, n)
		}
		checkNumbers(fail, c, numbers, finite)
	}
	if len(values) == 0 {
		return
	}
	switch {
	case c.Temporal != nil:
		checkTemporal(fail, c, values)
	case c.Text != nil:
		checkText(fail, c, values)
	case c.Boolean != nil:
		checkBoolean(fail, c, values)
	}
}

func checkValues(fail func(string, ...any), c *report.Column, values []string) {
	truth := ref.Top(values)
	d := c.Distinct
	if c.Type == "boolean" { // however they are written
		different := map[string]bool{}
		for _, v := range values {
			different[strings.ToLower(v)] = true
		}
		if d.Value != int64(len(different)) || !d.Exact {
			fail("distinct %+v, want %d", d, len(different))
		}
		d.Value, d.Exact, d.Error = int64(len(truth)), true, 0
	}
	if d.Exact && d.Value != int64(len(truth)) || !d.Exact && math.Abs(float64(d.Value)-float64(len(truth))) > 4*d.Error*float64(len(truth)) {
		fail("distinct %+v, want %d", d, len(truth))
	}
	if d.Exact != (d.Error == 0 && d.Of == "") {
		fail("distinct %+v", d)
	}
	counts := map[string]int64{}
	for _, v := range truth {
		counts[v.Value] = v.Count
	}
	for i, v := range c.Top {
		switch n := counts[v.Value]; {
		case c.TopExact && (v.Value != truth[i].Value || v.Count != truth[i].Count):
			fail("top %d is %+v, want %+v", i, v, truth[i])
		case v.Count < n || v.Count-v.Error > n || v.Error > c.TopError:
			fail("top %+v with error %d, want %d", v, c.TopError, n)
		}
	}
}

func checkHistogram(fail func(string, ...any), h *report.Histogram, c *report.Column, values []string) {
	if len(h.Edges) != len(h.Counts)+1 || !slices.IsSorted(h.Edges) || len(h.Edges) > 100 {
		fail("%d edges for %d bins: %v", len(h.Edges), len(h.Counts), h.Edges)
	}
	var sum int64
	for _, n := range h.Counts {
		sum += n
		if n < 0 {
			fail("a bin of %d", n)
		}
	}
	if c.Numeric != nil {
		sum += c.Numeric.Nonfinite
	}
	if sum != int64(len(values)) {
		fail("the bins hold %d of %d values", sum, len(values))
	}
	for i := 1; i < len(h.Edges); i++ {
		if h.Edges[i] <= h.Edges[i-1] {
			fail("edges %v", h.Edges)
		}
	}
}

func checkNumbers(fail func(string, ...any), c *report.Column, numbers []float64, values []string) {
	n := c.Numeric
	if len(numbers) == 0 {
		return
	}
	want := ref.Describe(numbers)
	if c.Type == "integer" {
		want = ref.DescribeIntegers(values)
	}
	var zeros, negatives int64
	for _, v := range numbers {
		if v == 0 {
			zeros++
		} else if v < 0 {
			negatives++
		}
	}
	if n.Zeros != zeros || n.Negatives != negatives {
		fail("%d zeros and %d negatives, want %d and %d", n.Zeros, n.Negatives, zeros, negatives)
	}
	if c.Histogram != nil {
		checkBins(fail, c.Histogram, numbers, n.RankError)
	}
	near := func(what string, got *float64, want, tolerance float64) {
		if math.IsNaN(want) || math.IsInf(want, 0) {
			if got != nil {
				fail("%s is %v, want none", what, *got)
			}
		} else if got == nil || math.Abs(*got-want) > tolerance*math.Abs(want)+5e-324 {
			fail("%s is %v, want %v", what, show(got), want)
		}
	}
	near("sum", n.Sum, want.Sum, 1e-15)
	near("mean", n.Mean, want.Mean, 1e-14)
	near("std", n.Std, want.Std, 1e-11)
	if want.Std > 0x1p-1000 { // no double holds the mean of subnormal numbers closely enough for the shape
		shape := func(what string, got *float64, want float64) {
			if got == nil || math.Abs(*got-want) > 1e-9*max(1, math.Abs(want)) {
				fail("%s is %v, want %v", what, show(got), want)
			}
		}
		shape("skewness", n.Skewness, want.Skewness)
		shape("kurtosis", n.Kurtosis, want.Kurtosis)
	}
	if n.Exact {
		near("mad", n.MAD, ref.MAD(numbers), 1e-12)
	}
	slices.Sort(numbers)
	near("min", n.Min, numbers[0], 0)
	near("max", n.Max, numbers[len(numbers)-1], 0)
	for key, got := range n.Quantiles {
		q, _ := strconv.ParseFloat(key, 64)
		if n.Exact {
			near("quantile "+key, got, ref.Quantile(numbers, int(math.Round(100*q))), 1e-14)
		} else if e := ref.RankError(numbers, *got, q); e > 2*n.RankError {
			fail("quantile %s is off by %v of the rows, stated %v", key, e, n.RankError)
		}
	}
	if c.Type == "integer" {
		sum, low := new(big.Int), new(big.Int)
		for i, v := range values {
			x, _ := new(big.Int).SetString(v, 10)
			sum.Add(sum, x)
			if i == 0 || x.Cmp(low) < 0 {
				low = x
			}
		}
		if n.SumText != "" && n.SumText != sum.String() || n.SumText == "" && new(big.Int).SetInt64(int64(*n.Sum)).Cmp(sum) != 0 {
			fail("sum %q (%v), want %v", n.SumText, *n.Sum, sum)
		}
		if n.MinText != "" && n.MinText != low.String() {
			fail("min %q, want %v", n.MinText, low)
		}
	}
}

func show(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

func checkBands(t *testing.T, rep *report.Report, m *memory) {
	t.Helper()
	for c, bands := range rep.Missing.Bands {
		if len(bands) != min(240, len(m.rows)) {
			t.Fatalf("%d bands of %d rows", len(bands), len(m.rows))
		}
		for i, got := range bands {
			from, to := i*len(m.rows)/len(bands), (i+1)*len(m.rows)/len(bands)
			nulls := 0
			for _, row := range m.rows[from:to] {
				if nullIn("", row[c]) {
					nulls++
				}
			}
			want := float64(nulls) / float64(to-from)
			slack := 0.0001
			if len(m.rows) > 16_384 {
				slack = 8 / float64(to-from) // blocks of four rows
			}
			if math.Abs(got-want) > slack {
				t.Errorf("%s of %d rows: band %d has %v nulls, want %v", rep.Columns[c].Name, len(m.rows), i, got, want)
			}
		}
	}
}

func checkDuplicates(t *testing.T, rep *report.Report, m *memory) {
	t.Helper()
	seen := map[string]bool{}
	for _, row := range m.rows {
		seen[strings.Join(row, "\x00")] = true
	}
	if want := int64(len(m.rows) - len(seen)); !rep.Duplicates.Exact || rep.Duplicates.Rows != want {
		t.Errorf("%+v of %d rows, want %d", rep.Duplicates, len(m.rows), want)
	}
}

func TestPairsAreTrue(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	m := &memory{names: []string{"a", "b", "c", "g", "h"}, segment: 100, batch: 30}
	cols := make([][]float64, 3)
	groups := make([][]string, 2)
	num := func(v float64) string {
		if math.IsNaN(v) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	for range 700 {
		a := math.Round(r.NormFloat64()*10) / 10
		g := string(rune('p' + int(math.Abs(a)*2)%4))
		h := g
		if r.IntN(3) == 0 {
			h = "z"
		}
		row := []float64{a, math.Exp(a + r.NormFloat64()/2), r.Float64()}
		if r.IntN(5) == 0 {
			row[r.IntN(3)] = math.NaN()
		}
		if r.IntN(9) == 0 {
			g = ""
		}
		m.rows = append(m.rows, []string{num(row[0]), num(row[1]), num(row[2]), g, h})
		for i, v := range row {
			cols[i] = append(cols[i], v)
		}
		groups[0], groups[1] = append(groups[0], g), append(groups[1], h)
	}
	rep := profileMemory(t, m, 2)
	if len(rep.Correlations) != 4 {
		t.Fatalf("%d matrices", len(rep.Correlations))
	}
	for _, c := range rep.Correlations {
		at := func(name string) int { return slices.Index(c.Columns, name) }
		want := func(a, b string, v float64) {
			if got := c.Values[at(a)][at(b)]; got == nil || math.Abs(*got-v) > 1e-9 || c.Values[at(b)][at(a)] == nil {
				t.Errorf("%s of %s and %s is %v, want %v", c.Method, a, b, show(got), v)
			}
		}
		switch c.Method {
		case "pearson":
			want("a", "b", ref.Pearson(cols[0], cols[1]))
			want("b", "c", ref.Pearson(cols[1], cols[2]))
		case "spearman":
			want("a", "b", ref.Spearman(cols[0], cols[1]))
			want("a", "c", ref.Spearman(cols[0], cols[2]))
		case "cramers_v":
			want("g", "h", ref.CramersV(groups[0], groups[1]))
		case "correlation_ratio":
			want("g", "a", ref.CorrelationRatio(groups[0], cols[0]))
			want("h", "b", ref.CorrelationRatio(groups[1], cols[1]))
		}
	}
	if len(rep.Relationships) == 0 || rep.Relationships[0].Value < 0.5 {
		t.Errorf("relationships %+v", rep.Relationships)
	}
}

// The sample that pairs are computed from is uniform: it has about as many rows
// from each tenth of the file.
func TestSampleIsUniform(t *testing.T) {
	m := &memory{names: []string{"n"}, segment: 4000, batch: 512}
	for i := range 100_000 {
		m.rows = append(m.rows, []string{strconv.Itoa(i % 10)})
	}
	tab := newTable(m)
	err := m.Scan(t.Context(), 3, func() source.Sink { return tab.newSegment() }, func(s source.Segment, sink source.Sink) error {
		tab.merge(s, sink.(*segment))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tab.sample.trim()
	var tenths [10]int
	for _, r := range tab.sample.rows {
		tenths[r.row/10_000]++
	}
	if len(tab.sample.rows) != 8192 {
		t.Errorf("%d rows", len(tab.sample.rows))
	}
	for i, n := range tenths {
		if n < 700 || n > 940 {
			t.Errorf("%d rows from tenth %d", n, i)
		}
	}
}

func TestAFileThatBreaksKeepsWhatWasRead(t *testing.T) {
	b := []byte("{\"a\":1}\n{\"a\":2}\n{\"a\":\n")
	rep, err := profileBytes(t, "x.ndjson", b, 2)
	if err == nil || rep == nil || rep.Complete || rep.Rows != 2 {
		t.Fatalf("%+v, %v", rep, err)
	}
}

func TestChanceIsNoRelationship(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	m := &memory{names: []string{"a", "b", "c", "g", "h"}, segment: 10, batch: 10}
	for range 40 {
		m.rows = append(m.rows, []string{strconv.Itoa(r.IntN(1000)), strconv.Itoa(r.IntN(1000)), strconv.Itoa(r.IntN(1000)),
			"g" + strconv.Itoa(r.IntN(12)), "h" + strconv.Itoa(r.IntN(12))})
	}
	rep := profileMemory(t, m, 1)
	if len(rep.Relationships) != 0 {
		t.Errorf("%+v", rep.Relationships)
	}
	if len(rep.Correlations) != 4 {
		t.Errorf("%d matrices", len(rep.Correlations))
	}
}

func TestAColumnThatComesLateHasNullsBefore(t *testing.T) {
	var b bytes.Buffer
	const rows, late = 300_000, 290_000
	for i := range rows {
		fmt.Fprintf(&b, `{"n":%d,"word":"w%d"`, i, i%7)
		if i >= late {
			fmt.Fprintf(&b, `,"late":%d`, i)
		}
		b.WriteString("}\n")
	}
	var want []byte
	for _, workers := range []int{1, 3} {
		rep, err := profileBytes(t, "late.ndjson", b.Bytes(), workers)
		if err != nil {
			t.Fatal(err)
		}
		c := rep.Columns[2]
		if c.Name != "late" || c.Nulls != late || c.Evidence[0].FirstRow != late+1 || c.Distinct.Value != rows-late || !c.Distinct.Exact || rep.Columns[0].Distinct.Value != rows || !rep.Columns[0].Distinct.Exact {
			t.Errorf("%+v", c)
		}
		if bands := rep.Missing.Bands[2]; bands[0] != 1 || bands[230] != 1 || bands[233] != 0 {
			t.Errorf("bands %v", bands[228:])
		}
		got := reportJSON(t, rep)
		if want != nil && !bytes.Equal(got, want) {
			t.Errorf("%d workers: another report:%s", workers, difference(got, want))
		}
		want = got
	}
}
