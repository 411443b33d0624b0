package profile

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"assay/worker/profile/internal/ref"
	"assay/worker/profile/report"
)

// shapes are columns whose figures go wrong where arithmetic is careless.
var shapes = []struct {
	name string
	cell func(r *rand.Rand, i, n int) string
}{
	{"normal", func(r *rand.Rand, _, _ int) string { return plain(100 + 15*r.NormFloat64()) }},
	{"lognormal", func(r *rand.Rand, _, _ int) string { return plain(math.Exp(3 * r.NormFloat64())) }},
	{"Zipf", func(r *rand.Rand, _, _ int) string { return strconv.Itoa(int(1 / (r.Float64() + 1e-6))) }},
	{"bimodal", func(r *rand.Rand, _, _ int) string { return plain(float64(r.IntN(2))*1000 + r.NormFloat64()) }},
	{"constant", func(*rand.Rand, int, int) string { return "0.1" }},
	{"offset 1e15", func(r *rand.Rand, _, _ int) string { return strconv.Itoa(1e15 + r.IntN(3)) }},
	{"offset and spread", func(r *rand.Rand, _, _ int) string { return strconv.Itoa(1e15 + r.IntN(100_000)) }},
	{"above 2^53", func(r *rand.Rand, _, _ int) string { return strconv.Itoa(1<<60 + r.IntN(100_000)) }},
	{"below -2^53", func(r *rand.Rand, _, _ int) string { return strconv.Itoa(-1<<62 - r.IntN(3)) }},
	{"beyond 64 bits", func(r *rand.Rand, _, _ int) string { return fmt.Sprintf("12345678901234%06d", r.IntN(1e6)) }},
	{"1e200", func(r *rand.Rand, _, _ int) string { return plain(1e200 * r.NormFloat64()) }},
	{"1e308", func(r *rand.Rand, _, _ int) string { return plain(1.5e308 * r.Float64()) }},
	{"1e-200", func(r *rand.Rand, _, _ int) string { return plain(1e-200 * r.Float64()) }},
	{"subnormal", func(r *rand.Rand, _, _ int) string { return plain(5e-324 * float64(1+r.IntN(50))) }},
	{"infinite", func(r *rand.Rand, i, _ int) string { return []string{"inf", "-Infinity", "1.5", "2.5", "7"}[r.IntN(5)] }},
	{"half zero", func(r *rand.Rand, i, _ int) string { return plain(float64(r.IntN(2)) * r.ExpFloat64()) }},
	{"ties", func(r *rand.Rand, _, _ int) string { return strconv.Itoa(r.IntN(4) - 1) }},
	{"sorted", func(_ *rand.Rand, i, _ int) string { return strconv.Itoa(i) }},
	{"reverse", func(_ *rand.Rand, i, n int) string { return plain(float64(n-i) / 8) }},
	{"one value", func(_ *rand.Rand, i, n int) string { return []string{"", "42"}[(i+1)/n] }},
	{"two values", func(_ *rand.Rand, i, n int) string { return []string{"", "-3"}[max(i/max(1, n-1), (n-i)/n)] }},
	{"all null", func(*rand.Rand, int, int) string { return "" }},
	{"one far out", func(r *rand.Rand, i, n int) string { return strconv.Itoa(r.IntN(1000) + (i+1)/n*1_000_000_000) }},
	{"dates", func(r *rand.Rand, _, _ int) string { return moment(r, 40*365*86400).Format(time.DateOnly) }},
	{"times", func(r *rand.Rand, _, _ int) string { return moment(r, 20*365*86400).Format("2006-01-02T15:04:05Z") }},
	{"an hour", func(r *rand.Rand, _, _ int) string { return moment(r, 3600).Format("2006-01-02T15:04:05") }},
	{"a far date", func(r *rand.Rand, i, n int) string {
		return moment(r, 90*86400).AddDate(500*((i+1)/n), 0, 0).Format(time.DateOnly)
	}},
	{"words", func(r *rand.Rand, _, _ int) string { return strings.Repeat("é", 1+r.IntN(30)) + "!" }},
	{"texts", func(r *rand.Rand, _, _ int) string {
		return strings.Repeat("a bß", 1+r.IntN(60)) + strconv.Itoa(r.IntN(1e6))
	}},
	{"yes or no", func(r *rand.Rand, _, _ int) string { return []string{"yes", "no", "No", ""}[r.IntN(4)] }},
}

func plain(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func moment(r *rand.Rand, within int64) time.Time {
	return time.Unix(1_000_000_000+r.Int64N(within), 0).UTC()
}

func shapedTable(n int) *memory {
	m := &memory{segment: 6000, batch: 1000}
	r := rand.New(rand.NewPCG(uint64(n), 5))
	for range n {
		m.rows = append(m.rows, make([]string, len(shapes)))
	}
	for c, s := range shapes {
		m.names = append(m.names, s.name)
		for i := range m.rows {
			m.rows[i][c] = s.cell(r, i, n)
		}
	}
	return m
}

// Below and above the dictionary's limit and a segment's length, every figure
// of every shape is that of a slow and exact reckoning, or within the error
// that the report states.
func TestFiguresOfHardShapesAreTrue(t *testing.T) {
	schema := compileSchema(t)
	for _, n := range []int{1, 2, 3, 20, 700, 20_011} {
		m := shapedTable(n)
		rep := profileMemory(t, m, 2)
		mustFollow(t, schema, rep)
		for c := range rep.Columns {
			checkColumn(t, &rep.Columns[c], m, c)
		}
		checkBands(t, rep, m)
		checkDuplicates(t, rep, m)
		checkKeys(t, rep, m)
	}
}

// Tables that people have made (their SOURCES.md says who)
// hold the same figures.
func TestFiguresOfRealTablesAreTrue(t *testing.T) {
	files, err := filepath.Glob("testdata/real/*.csv")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		rep, err := profileBytes(t, filepath.Base(file), b, 2)
		if err != nil || len(rep.Columns) != len(rows[0]) || rep.Rows != int64(len(rows)-1) {
			t.Fatalf("%s: %d rows, %v", file, rep.Rows, err)
		}
		m := &memory{names: rows[0], rows: rows[1:]}
		for c := range rep.Columns {
			checkColumn(t, &rep.Columns[c], m, c)
		}
		checkBands(t, rep, m)
		checkDuplicates(t, rep, m)
		checkKeys(t, rep, m)
	}
}

// checkKeys counts which columns have a value of its own in every row.
func checkKeys(t *testing.T, rep *report.Report, m *memory) {
	t.Helper()
	var want []string
	for c, name := range m.names {
		seen := map[string]bool{}
		for _, row := range m.rows {
			if row[c] != "" {
				seen[row[c]] = true
			}
		}
		if len(seen) == len(m.rows) && len(m.rows) > 1 && rep.Columns[c].Type != "boolean" {
			want = append(want, name)
		}
	}
	if !slices.Equal(rep.Keys, want) {
		t.Errorf("keys of %d rows are %q, want %q", len(m.rows), rep.Keys, want)
	}
}

func checkTemporal(fail func(string, ...any), c *report.Column, values []string) {
	var seconds []float64
	layout := time.DateOnly
	for _, v := range values {
		if layout = time.DateOnly; strings.HasSuffix(v, "Z") {
			layout = "2006-01-02T15:04:05Z"
		} else if strings.Contains(v, "T") {
			layout = "2006-01-02T15:04:05"
		}
		at, err := time.Parse(layout, v)
		if err != nil {
			return // of wildTable: dates in other forms are held by the column's own tests
		}
		seconds = append(seconds, float64(at.Unix()))
	}
	slices.Sort(seconds)
	text := func(s float64) string { return time.Unix(int64(math.Floor(s)), 0).UTC().Format(layout) }
	d := c.Temporal
	if d.Min != text(seconds[0]) || d.Max != text(seconds[len(seconds)-1]) {
		fail("from %s to %s, want %s to %s", d.Min, d.Max, text(seconds[0]), text(seconds[len(seconds)-1]))
	}
	for key, got := range d.Quantiles {
		q, _ := strconv.ParseFloat(key, 64)
		if d.Exact {
			if want := text(ref.Quantile(seconds, int(math.Round(100*q)))); got != want {
				fail("quantile %s is %s, want %s", key, got, want)
			}
			continue
		}
		at, _ := time.Parse(layout, got)
		if e := ref.RankError(seconds, float64(at.Unix()), q); e > 2*d.RankError {
			fail("quantile %s is off by %v of the rows, stated %v", key, e, d.RankError)
		}
	}
	checkBins(fail, c.Histogram, seconds, d.RankError)
	for i, e := range c.Histogram.Edges {
		if got := c.Histogram.EdgesText[i]; got != text(e) {
			fail("edge %v is written %s", e, got)
		}
	}
}

// checkBins holds a histogram against the values; estimated ones may be off by
// the error of the ranks of both edges.
func checkBins(fail func(string, ...any), h *report.Histogram, values []float64, rankError float64) {
	for i, want := range ref.Bins(h.Edges, values) {
		off := math.Abs(float64(want - h.Counts[i]))
		if h.Exact && off > 0 || off > 4*rankError*float64(len(values)) {
			fail("bin %d from %v to %v has %d, want %d (exact: %v)", i, h.Edges[i], h.Edges[i+1], h.Counts[i], want, h.Exact)
		}
	}
	if h.Edges[0] > slices.Min(values) || h.Edges[len(h.Edges)-1] < slices.Max(values) {
		fail("edges from %v to %v do not hold all", h.Edges[0], h.Edges[len(h.Edges)-1])
	}
}

func checkText(fail func(string, ...any), c *report.Column, values []string) {
	var lengths []float64
	blank, sum := int64(0), 0.0
	for _, v := range values {
		n := float64(utf8.RuneCountInString(v))
		lengths = append(lengths, n)
		sum += n
		if strings.TrimSpace(v) == "" {
			blank++
		}
	}
	x := c.Text
	if float64(x.MinLength) != slices.Min(lengths) || float64(x.MaxLength) != slices.Max(lengths) || math.Abs(x.MeanLength-sum/float64(len(values))) > 1e-9*sum || x.Blank != blank {
		fail("lengths %+v, want %v to %v", x, slices.Min(lengths), slices.Max(lengths))
	}
	slices.Sort(lengths)
	for key, got := range x.Quantiles {
		q, _ := strconv.ParseFloat(key, 64)
		if want := ref.Quantile(lengths, int(math.Round(100*q))); x.Exact && math.Abs(got-want) > 1e-9 || math.Abs(got-want) > want/16 {
			fail("quantile %s of the lengths is %v, want %v", key, got, want)
		}
	}
	if x.Exact {
		checkBins(fail, c.Histogram, lengths, 0)
	}
	var patterns int64
	for _, p := range x.Patterns {
		patterns += p.Count
	}
	if texts := int64(len(values)); patterns > texts+texts/5 {
		fail("patterns of %d of %d texts", patterns, texts)
	}
}

func checkBoolean(fail func(string, ...any), c *report.Column, values []string) {
	var yes int64
	for _, v := range values {
		if strings.EqualFold(v, "yes") {
			yes++
		}
	}
	if c.Boolean.True != yes || c.Boolean.False != int64(len(values))-yes {
		fail("%+v, want %d and %d", c.Boolean, yes, int64(len(values))-yes)
	}
}
