package report

import "fmt"

// How much the page of a long report keeps, step by step. The page draws
// neither more sample columns nor more bands than the first step leaves.
const (
	drawnSample = 60 // columns of the sample (ui/src/dataset/sample.tsx)
	drawnBands  = 48 // bands of the fingerprint (ui/src/charts/fingerprint.tsx)
)

// step is one way to say less. A limit of -1 keeps everything.
type step struct {
	sampleRows, top, patterns, alerts int
	detailed                          int // columns that keep their distributions and common values
	columns                           int // columns at all
}

var steps = [...]step{
	{-1, -1, -1, -1, -1, -1},
	{-1, -1, -1, -1, -1, -1}, // without what is not drawn anyway
	{20, 20, 5, -1, -1, -1},
	{20, 8, 3, -1, -1, -1},
	{10, 5, 2, 1000, 4000, -1},
	{10, 5, 2, 500, 1000, -1},
	{10, 5, 2, 200, 250, -1},
	{8, 5, 2, 200, 100, 2000},
	{8, 5, 2, 100, 60, 500},
	{4, 3, 1, 50, 40, 100},
	{0, 2, 1, 20, 20, 20},
}

// shorten is the report with as much left out as a step says, and what that
// is, in sentences. The report itself stays as it is. Past the last step it is
// not ok.
func shorten(r *Report, level int) (*Report, []string, bool) {
	if level == 0 {
		return r, []string{}, true
	}
	if level >= len(steps) {
		return nil, nil, false
	}
	s := steps[level]
	short, cut := *r, []string{}
	all := len(r.Columns)
	if s.columns >= 0 && s.columns < all {
		short.Columns = r.Columns[:s.columns]
		cut = append(cut, fmt.Sprintf("Only the first %d of its %d columns are here.", s.columns, all))
	}
	short.Columns = append([]Column(nil), short.Columns...)
	lists, patterns := false, false
	for i := range short.Columns {
		c := &short.Columns[i]
		if s.detailed >= 0 && i >= s.detailed {
			bare(c)
			continue
		}
		if s.top >= 0 && len(c.Top) > s.top {
			c.Top, lists = c.Top[:s.top], true
		}
		if s.patterns >= 0 && c.Text != nil && len(c.Text.Patterns) > s.patterns {
			text := *c.Text
			text.Patterns, patterns = text.Patterns[:s.patterns], true
			c.Text = &text
		}
	}
	if s.detailed >= 0 && s.detailed < len(short.Columns) {
		cut = append(cut, fmt.Sprintf("Columns after the %s have their counts, but no distribution, common values or examples.", ordinal(s.detailed)))
	}
	if lists {
		cut = append(cut, fmt.Sprintf("Common values: at most %d a column.", s.top))
	}
	if patterns {
		cut = append(cut, fmt.Sprintf("Shapes of text: at most %d a column.", s.patterns))
	}
	if s.alerts >= 0 && len(r.Alerts) > s.alerts {
		short.Alerts = r.Alerts[:s.alerts]
		cut = append(cut, fmt.Sprintf("The list of alerts has the first %d.", s.alerts))
	}
	if s.columns >= 0 {
		short.Relationships = r.Relationships[:min(len(r.Relationships), 30)]
		short.Correlations = nil
		short.Missing.Together = r.Missing.Together[:min(len(r.Missing.Together), 6)]
		if len(r.Correlations) > 0 {
			cut = append(cut, "The correlation map is left out.")
		}
	}
	short.Sample = lessSample(r.Sample, s.sampleRows)
	if n := len(r.Sample.Rows); len(short.Sample.Rows) < n {
		cut = append(cut, fmt.Sprintf("The sample has %d of its %d rows.", len(short.Sample.Rows), n))
	}
	short.Missing.Bands = fold(r.Missing.Bands)
	return &short, cut, true
}

// bare leaves of a column its counts.
func bare(c *Column) {
	c.Histogram, c.Evidence, c.Top, c.NullTokens = nil, []Evidence{}, []Top{}, []NullToken{}
	if c.Numeric != nil {
		n := *c.Numeric
		n.Quantiles = middle(n.Quantiles)
		c.Numeric = &n
	}
	if c.Text != nil {
		t := *c.Text
		t.Patterns, t.Quantiles = []Pattern{}, nil
		c.Text = &t
	}
	if c.Temporal != nil {
		t := *c.Temporal
		t.Quantiles = middle(t.Quantiles)
		c.Temporal = &t
	}
}

// middle keeps the quantiles that a row of the ledger shows.
func middle[V any](quantiles map[string]V) map[string]V {
	if quantiles == nil {
		return nil
	}
	kept := make(map[string]V, 3)
	for _, share := range [...]string{"0.25", "0.5", "0.75"} {
		if v, ok := quantiles[share]; ok {
			kept[share] = v
		}
	}
	return kept
}

// lessSample keeps the columns that are drawn, and rows spread evenly from the
// first to the last.
func lessSample(s Sample, rows int) Sample {
	n := len(s.Rows)
	if rows < 0 || rows > n {
		rows = n
	}
	kept := Sample{Rows: make([][]*string, rows), RowNumbers: make([]int64, rows), Truncated: s.Truncated}
	for i := range kept.Rows {
		at := i
		if rows > 1 {
			at = i * (n - 1) / (rows - 1)
		}
		row := s.Rows[at]
		kept.Rows[i], kept.RowNumbers[i] = row[:min(len(row), drawnSample)], s.RowNumbers[at]
	}
	return kept
}

// fold gives bands to as many columns as are drawn: each is the mean of those
// that share its place, as the page itself would draw them.
func fold(bands [][]float64) [][]float64 {
	n := len(bands)
	if n <= drawnBands {
		return bands
	}
	folded := make([][]float64, drawnBands)
	for i := range folded {
		group := bands[i*n/drawnBands : (i+1)*n/drawnBands]
		folded[i] = make([]float64, len(group[0]))
		for j := range folded[i] {
			for _, line := range group {
				folded[i][j] += line[j] / float64(len(group))
			}
		}
	}
	return folded
}

func ordinal(n int) string { return fmt.Sprintf("%dth", n) }
