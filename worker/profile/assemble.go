package profile

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"assay/worker/profile/column"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

const (
	nameChars  = 256
	mostBands  = 240
	mostReport = 19 << 20 // bytes of JSON
	// countedColumns of a provisional report tell how large it is.
	countedColumns = 500
)

// assemble makes the report of the segments merged so far. Pairs of columns
// are left to the last one: they cost too much to show twice.
func (r *run) assemble(provisional bool) *report.Report {
	t, d := r.table, r.dialect
	names := shortNames(t.names, max(len(t.names), t.width))
	rep := &report.Report{
		ReportVersion: report.Version, Provisional: provisional,
		Source: report.Source{
			Name: r.req.Source.Name, SizeBytes: r.req.Source.Size, Format: d.Format, Compression: cmp.Or(d.Compression, "none"),
			Encoding: d.Encoding, Delimiter: d.Delimiter, Quote: d.Quote, Escape: d.Escape, Header: d.Header, SkipRows: d.SkipRows,
			Table: d.Table, Confidence: d.Confidence, Options: r.req.Options.JSON(), AsOf: r.req.asOf(),
			Comment: d.Comment, HeaderRows: d.HeaderRows, FooterRows: d.FooterRows, EncodingConfidence: d.EncodingConfidence,
		},
		Tables: r.tables(len(names)),
		Rows:   t.rows, Columns: []report.Column{},
		Missing:      report.Missing{Bands: [][]float64{}, Together: []report.Together{}},
		Correlations: []report.Correlation{}, Relationships: []report.Relationship{},
		Alerts: []report.Alert{}, Problems: []report.Problem{},
	}
	results := t.results(names, r.req, !provisional)
	if !provisional {
		r.together(rep, results)
	}
	for _, c := range results {
		rep.Columns = append(rep.Columns, c.Report)
	}
	if !provisional {
		declare(rep.Columns, source.SemanticsOf(r.scanner))
	}
	for _, c := range results {
		if d := c.Report.Distinct; d.Exact && d.Value == t.rows && t.rows > 1 && c.Report.Type != "boolean" {
			rep.Keys = append(rep.Keys, c.Report.Name)
		}
	}
	rep.Missing.Bands = t.bands(results)
	rep.Duplicates.Rows, rep.Duplicates.Error = t.repeats.Repeated()
	rep.Duplicates.Exact = t.repeats.Exact()
	rep.Sample = t.showSample(results)
	for _, p := range t.problems {
		rep.Problems = append(rep.Problems, report.Problem{Code: p.Code, Message: p.Message, Row: p.Row, Offset: p.Offset, Count: p.Count})
	}
	slices.SortFunc(rep.Problems, func(a, b report.Problem) int { return cmp.Compare(a.Code, b.Code) })
	rep.Alerts = allAlerts(rep, t.repeated.rows)
	fit(rep)
	return rep
}

// together computes what the sample of rows says of columns, and of pairs of them.
func (r *run) together(rep *report.Report, results []*column.Result) {
	rows := r.table.sample.inOrder()
	beside(r.table.workers, 2, func(i int) {
		if i == 0 {
			findTwins(rows, results)
			return
		}
		p := newPairs(rows, results)
		rep.Missing.Together = p.missingTogether()
		rep.Correlations, rep.Relationships = p.all()
	}, func(int) {})
}

// tables are all tables of the file; of the one that is read it is known what
// was read so far.
func (r *run) tables(columns int) []report.Table {
	rows := r.table.rows
	known := source.TablesOf(r.scanner)
	if len(known) == 0 {
		return []report.Table{{Name: r.req.Source.Name, Rows: &rows, Columns: &columns}}
	}
	all := make([]report.Table, len(known))
	for i, t := range known {
		all[i].Name = t.Name
		switch {
		case t.Name == r.dialect.Table:
			all[i].Rows, all[i].Columns = &rows, &columns
			continue
		case t.Rows >= 0:
			all[i].Rows = &t.Rows
		}
		if t.Columns >= 0 {
			all[i].Columns = &t.Columns
		}
	}
	return all
}

// declare gives columns of numbers the meaning that the file's format names,
// where their values do not show one.
func declare(columns []report.Column, semantics []string) {
	for i, s := range semantics[:min(len(semantics), len(columns))] {
		if c := &columns[i]; c.Semantic == "" && c.Numeric != nil {
			c.Semantic = s
		}
	}
}

// results asks every column, on several goroutines. After the last time they
// give up their memory.
func (t *table) results(names []string, req Request, last bool) []*column.Result {
	results := make([]*column.Result, len(names))
	top := max(5, min(100, 20_000/max(len(names), 1)))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(max(1, req.Workers), len(names)) {
		wg.Go(func() {
			for i := range next {
				c := t.column(i)
				results[i] = c.Report(column.Frame{Name: names[i], Rows: t.rows, Typed: t.typed, Top: top, AsOf: req.asOf()})
				if last {
					c.Release()
				}
			}
		})
	}
	for i := range names {
		if i >= t.width { // named, but no row has come
			t.column(i)
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return results
}

// shortNames cuts names and keeps them different from each other.
func shortNames(names []string, n int) []string {
	short := make([]string, n)
	used := map[string]bool{}
	numbers := map[string]int{} // up to which they are used behind a name
	for i := range short {
		name := "column_" + strconv.Itoa(i+1)
		if i < len(names) {
			name = names[i]
		}
		if utf8.RuneCountInString(name) > nameChars {
			name = string([]rune(name)[:nameChars-1]) + "…"
		}
		unique := name
		for k := max(2, numbers[name]+1); used[unique]; k++ {
			unique = name + "_" + strconv.Itoa(k)
			numbers[name] = k
		}
		used[unique] = true
		short[i] = unique
	}
	return short
}

// bands are the shares of nulls along the file.
func (t *table) bands(results []*column.Result) [][]float64 {
	n := int(min(t.rows, int64(max(12, min(mostBands, 48_000/max(len(results), 1))))))
	all := make([][]float64, len(results))
	for i, c := range results {
		nulls, rows := c.Bands(n)
		all[i] = make([]float64, n)
		for b := range all[i] {
			all[i][b] = share(nulls[b], rows[b])
		}
	}
	return all
}

// share is a part of a whole to four decimals; only all is 1, only none is 0.
func share(part, whole int64) float64 {
	switch {
	case part <= 0 || whole <= 0:
		return 0
	case part >= whole:
		return 1
	}
	s := math.Round(float64(part)/float64(whole)*1e4) / 1e4
	return min(max(s, 0.0001), 0.9999)
}

// showSample is the first rows and some of the others.
func (t *table) showSample(results []*column.Result) report.Sample {
	rows := slices.Clone(t.head)
	for _, r := range t.shown.inOrder() {
		if r.row >= int64(len(t.head)) {
			rows = append(rows, r)
		}
	}
	s := report.Sample{Rows: [][]*string{}, RowNumbers: []int64{}}
	for _, r := range rows {
		cells := make([]*string, len(results))
		r.each(len(results), func(i int, c *cell) {
			if c.empty() || !t.typed && results[i].IsNull(c.text) {
				return
			}
			text, cut := column.Shown(c.text)
			s.Truncated = s.Truncated || cut || c.cut
			cells[i] = &text
		})
		s.Rows = append(s.Rows, cells)
		s.RowNumbers = append(s.RowNumbers, r.row+1)
	}
	return s
}

var severities = map[string]int{"error": 0, "warning": 1, "info": 2}

// allAlerts are those of the columns and of the table, the worst first.
func allAlerts(rep *report.Report, repeated []int64) []report.Alert {
	all := []report.Alert{}
	if rep.Rows == 0 {
		all = append(all, report.Alert{Code: "no_rows", Severity: "warning", Message: "The table has no rows."})
	}
	if d := rep.Duplicates; d.Rows > 0 {
		about := ""
		if !d.Exact {
			about = "About "
		}
		verb := "rows repeat an earlier one."
		if d.Rows == 1 {
			verb = "row repeats an earlier one."
		}
		all = append(all, report.Alert{Code: "duplicate_rows", Severity: "warning", Rows: repeated, Message: about + column.Grouped(d.Rows) + " " + verb})
	}
	for _, c := range rep.Columns {
		all = append(all, c.Alerts...)
	}
	slices.SortStableFunc(all, func(a, b report.Alert) int { return cmp.Compare(severities[a.Severity], severities[b.Severity]) })
	return all[:min(len(all), 2000)]
}

// fit shrinks what is only there to be looked at until the report is small
// enough to be sent.
func fit(rep *report.Report) {
	for _, limit := range []struct{ top, rows, chars int }{{10, 20, 128}, {5, 10, 64}, {2, 5, 24}, {0, 0, 12}} {
		if size(rep) <= mostReport {
			return
		}
		for i := range rep.Columns {
			c := &rep.Columns[i]
			c.Top = c.Top[:min(limit.top, len(c.Top))]
			for k := range c.Top {
				cutText(&c.Top[k].Value, &c.Top[k].Truncated, limit.chars)
			}
			for k := range c.Evidence {
				cutText(&c.Evidence[k].Example, &c.Evidence[k].Truncated, limit.chars)
			}
		}
		s := &rep.Sample
		s.Rows, s.RowNumbers = s.Rows[:min(limit.rows, len(s.Rows))], s.RowNumbers[:min(limit.rows, len(s.RowNumbers))]
		for _, row := range s.Rows {
			for _, c := range row {
				if c != nil {
					cutText(c, &s.Truncated, limit.chars)
				}
			}
		}
	}
}

func cutText(s *string, truncated *bool, chars int) {
	if utf8.RuneCountInString(*s) > chars {
		*s, *truncated = strings.ToValidUTF8(string([]rune(*s)[:chars]), ""), true
	}
}

// size is about how many bytes of JSON a report is. It is added up from its
// larger parts: all of it at once would take much memory. Whoever waits for the
// first report of a wide table need not wait until all its columns are counted.
func size(rep *report.Report) (n int) {
	count := func(part any) {
		if b, err := json.Marshal(part); err == nil {
			n += len(b) + 1
		}
	}
	step := 1
	if rep.Provisional && len(rep.Columns) > countedColumns {
		step = len(rep.Columns) / countedColumns
	}
	for i := 0; i < len(rep.Columns); i += step {
		count(&rep.Columns[i])
	}
	for i := 0; i < len(rep.Missing.Bands); i += step {
		count(rep.Missing.Bands[i])
	}
	n *= step
	for _, row := range rep.Sample.Rows {
		count(row)
	}
	count(rep.Correlations)
	count(rep.Relationships)
	count(rep.Alerts)
	return n
}
