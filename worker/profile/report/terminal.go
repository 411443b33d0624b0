package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TerminalOptions say what the terminal can show.
type TerminalOptions struct {
	Width   int  // cells; 0 is not a terminal: lines as for 100 cells
	Color   bool // ANSI colours
	Unicode bool // block characters for the distributions
}

// Most lines of a kind; the JSON report has all of them.
const (
	terminalColumns = 200
	terminalAlerts  = 12
	terminalPairs   = 6
)

// narrowest is the width below which lines are left to the terminal to wrap.
const narrowest = 72

// Terminal writes the report as one page of text. Text from the file is made
// printable first: it cannot command the terminal.
func Terminal(w io.Writer, r *Report, o TerminalOptions) error {
	p := &page{w: bufio.NewWriter(w), o: o, width: o.Width}
	if p.width == 0 {
		p.width = 100
	}
	p.width = max(narrowest, min(p.width, 140))
	p.head(r)
	p.ledger(r)
	p.alerts(r)
	p.problems(r)
	p.relationships(r)
	return p.w.Flush()
}

type page struct {
	w     *bufio.Writer
	o     TerminalOptions
	width int
}

type style string

const (
	bold   style = "1"
	faint  style = "2"
	blue   style = "34"
	yellow style = "33"
	red    style = "31"
)

func (p *page) paint(s string, with style) string {
	if !p.o.Color || s == "" {
		return s
	}
	return "\x1b[" + string(with) + "m" + s + "\x1b[0m"
}

func (p *page) line(parts ...string) {
	p.w.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.w.WriteByte('\n')
}

func (p *page) head(r *Report) {
	s := r.Source
	how := []string{formatName(s.Format)}
	if s.Compression != "" && s.Compression != "none" {
		how = append(how, s.Compression)
	}
	switch s.Format {
	case "parquet", "arrow", "xlsx": // say themselves how text is kept in them
	default:
		how = append(how, strings.ToUpper(s.Encoding))
	}
	if s.Delimiter != "" {
		how = append(how, "separated by "+delimiterName(s.Delimiter))
	}
	if s.Format == "csv" && !s.Header {
		how = append(how, "no header")
	}
	if s.SizeBytes >= 0 {
		how = append(how, bytesText(s.SizeBytes))
	}
	p.line(p.paint(fit(printable(s.Name), p.width), bold))
	p.line(p.paint(strings.Join(how, ", "), faint))
	p.line()
	facts := []string{
		plural(r.Rows, "row"), plural(int64(len(r.Columns)), "column"),
		missingShare(r) + " of cells missing", duplicatesText(r.Duplicates), plural(int64(r.AlertCount()), "alert"),
	}
	p.tables(r)
	p.wrapped(facts)
	if !r.Complete {
		p.line(p.paint("Incomplete: the file could not be read to its end.", red))
	}
	p.line()
}

// tables says which table this is where the file has several, and names the others.
func (p *page) tables(r *Report) {
	if len(r.Tables) < 2 {
		return
	}
	var others []string
	for _, t := range r.Tables {
		if t.Name != r.Source.Table {
			others = append(others, printable(t.Name))
		}
	}
	list := strings.Join(others[:min(len(others), 20)], ", ")
	if more := len(others) - 20; more > 0 {
		list += fmt.Sprintf(" and %s more", grouped(int64(more)))
	}
	p.line(p.paint(fit("Table "+printable(r.Source.Table), p.width), bold))
	p.folded("  ", 2, "others, by --table: "+list)
	p.line()
}

// wrapped prints facts side by side, as many to a line as fit.
func (p *page) wrapped(facts []string) {
	line := ""
	for _, f := range facts {
		if line != "" && cells(line)+3+cells(f) > p.width {
			p.line(line)
			line = ""
		}
		if line != "" {
			line += "   "
		}
		line += f
	}
	p.line(line)
}

func delimiterName(d string) string {
	names := map[string]string{",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes", " ": "spaces", ":": "colons", "tab": "tabs"}
	if n := names[d]; n != "" {
		return n
	}
	if r, n := utf8.DecodeRuneInString(d); n == len(d) && unicode.IsControl(r) {
		return fmt.Sprintf("U+%04X", r)
	}
	return printable(d)
}

func plural(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return grouped(n) + " " + word + "s"
}

func missingShare(r *Report) string {
	var nulls, all int64
	for _, c := range r.Columns {
		nulls, all = nulls+c.Nulls, all+c.Count
	}
	if all == 0 {
		return "0%"
	}
	return share(nulls, all)
}

func duplicatesText(d Duplicates) string {
	if d.Exact {
		return plural(d.Rows, "duplicate row")
	}
	return "about " + plural(d.Rows, "duplicate row")
}

// ledger prints one line a column.
func (p *page) ledger(r *Report) {
	if len(r.Columns) == 0 {
		p.line("There are no columns.")
		return
	}
	name := len("Column")
	for _, c := range r.Columns[:min(len(r.Columns), terminalColumns)] {
		name = max(name, cells(printable(c.Name)))
	}
	name = min(name, max(14, p.width/5))
	const kind, full = 8, 8
	dist, distinct := 20, 12
	if p.width < 96 {
		dist, distinct = 12, 9
	}
	typical := p.width - name - kind - dist - full - distinct - 5*2
	p.line(p.paint(padRight("Column", name)+"  "+padRight("Type", kind)+"  "+padRight("Distribution", dist)+"  "+
		padLeft("Complete", full)+"  "+padLeft("Distinct", distinct)+"  "+padRight("Typical", max(8, typical)), faint))
	estimates := false
	for i, c := range r.Columns {
		if i == terminalColumns {
			p.line(p.paint(fmt.Sprintf("… and %s more; --json has all of them", plural(int64(len(r.Columns)-i), "column")), faint))
			break
		}
		marks := ""
		if c.Histogram != nil {
			marks = spark(c.Histogram.Counts, dist, p.o.Unicode)
		} else if c.Boolean != nil {
			marks = fmt.Sprintf("%s true", share(c.Boolean.True, c.Boolean.True+c.Boolean.False))
		}
		complete := padLeft(share(c.Count-c.Nulls, c.Count), full)
		if c.Nulls > 0 {
			complete = p.paint(complete, yellow)
		}
		count := grouped(c.Distinct.Value)
		if !c.Distinct.Exact {
			count = "~" + count
		}
		estimates = estimates || !c.Distinct.Exact || (c.Numeric != nil && !c.Numeric.Exact)
		p.line(p.paint(padRight(printable(c.Name), name), bold)+"  "+padRight(c.Type, kind)+"  "+
			p.paint(padRight(marks, dist), blue)+"  "+complete+"  "+padLeft(count, distinct)+"  ", fit(typicalValues(c), max(8, typical)))
	}
	if estimates {
		p.line(p.paint("~ is an estimate: "+estimateErrors(r), faint))
	}
}

// estimateErrors are the largest of each kind.
func estimateErrors(r *Report) string {
	var distinct, rank float64
	for _, c := range r.Columns {
		distinct = max(distinct, c.Distinct.Error)
		if c.Numeric != nil {
			rank = max(rank, c.Numeric.RankError)
		}
	}
	var parts []string
	if distinct > 0 {
		parts = append(parts, "distinct counts to about "+trimmed(100*distinct, 1)+"%")
	}
	if rank > 0 {
		parts = append(parts, "medians to "+trimmed(100*rank, 1)+"% of the rows")
	}
	return strings.Join(parts, ", ")
}

// formatName writes a format as people do.
func formatName(format string) string {
	switch format {
	case "parquet", "arrow":
		return strings.ToUpper(format[:1]) + format[1:]
	}
	return strings.ToUpper(format)
}

// typicalValues is the middle of a number, the span of a time, otherwise the
// most common values.
func typicalValues(c Column) string {
	quantile := func(q map[string]*float64, key string) string {
		if v := q[key]; v != nil {
			return short(*v)
		}
		return "–"
	}
	switch {
	case c.Numeric != nil && len(c.Numeric.Quantiles) > 0:
		q := c.Numeric.Quantiles
		span := ""
		if c.Numeric.Min != nil && c.Numeric.Max != nil {
			span = short(*c.Numeric.Min) + " … " + short(*c.Numeric.Max) + ", "
		}
		about := ""
		if !c.Numeric.Exact {
			about = "~"
		}
		return span + "median " + about + quantile(q, "0.5")
	case c.Temporal != nil && c.Temporal.Min != "":
		from, _, _ := strings.Cut(c.Temporal.Min, "T")
		to, _, _ := strings.Cut(c.Temporal.Max, "T")
		if from == to || c.Type == "duration" { // P1DT2H is no day and its time
			from, to = c.Temporal.Min, c.Temporal.Max
		}
		return from + " … " + to
	}
	var values []string
	for _, t := range c.Top[:min(len(c.Top), 3)] {
		v := fit(printable(t.Value), 24)
		if t.Count > 1 {
			v += " (" + share(t.Count, c.Count-c.Nulls) + ")"
		}
		values = append(values, v)
	}
	return strings.Join(values, ", ")
}

func (p *page) alerts(r *Report) {
	list := r.Alerts // the columns' alerts are among them, the worst first
	if len(list) == 0 {
		return
	}
	p.line()
	p.line(p.paint("Alerts", bold))
	for i, a := range list {
		if i == terminalAlerts {
			p.line(p.paint(fmt.Sprintf("  … and %s more; --json has all of them", plural(int64(len(list)-i), "alert")), faint))
			return
		}
		mark := map[string]string{"error": p.paint("✖ error  ", red), "warning": p.paint("▲ warning", yellow), "info": p.paint("● note   ", blue)}[a.Severity]
		where := ""
		if a.Column != "" {
			where = printable(a.Column) + ": "
		}
		p.folded("  "+mark+"  ", 13, where+printable(a.Message)+rowsText(a.Rows))
	}
}

func rowsText(rows []int64) string {
	if len(rows) == 0 {
		return ""
	}
	var list []string
	for _, r := range rows[:min(len(rows), 3)] {
		list = append(list, grouped(r))
	}
	s := " (row "
	if len(rows) > 1 {
		s = " (rows "
	}
	s += strings.Join(list, "; ")
	if len(rows) > 3 {
		s += "; …"
	}
	return s + ")"
}

func (p *page) problems(r *Report) {
	if len(r.Problems) == 0 {
		return
	}
	p.line()
	p.line(p.paint("Faults of the file", bold))
	for _, f := range r.Problems {
		where := ""
		if f.Row > 0 {
			where = ", first in row " + grouped(f.Row)
		}
		times := ""
		if f.Count > 1 {
			times = ", " + grouped(f.Count) + " times"
		}
		p.folded("  ", 2, strings.TrimSuffix(printable(f.Message), ".")+where+times+". ["+f.Code+"]")
	}
}

// folded prints a text behind what begins its first line, over as many lines as
// it takes, each indented by so many cells.
func (p *page) folded(begin string, indent int, text string) {
	room, line := p.width-indent, ""
	for _, word := range strings.Fields(text) {
		word = fit(word, room)
		if line != "" && cells(line)+1+cells(word) > room {
			p.line(begin, line)
			begin, line = strings.Repeat(" ", indent), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	p.line(begin, line)
}

func (p *page) relationships(r *Report) {
	if len(r.Relationships) == 0 {
		return
	}
	p.line()
	p.line(p.paint("Strongest relationships", bold))
	for _, x := range r.Relationships[:min(len(r.Relationships), terminalPairs)] {
		value := strconv.FormatFloat(x.Value, 'f', 2, 64)
		if x.Value > 0 && (x.Method == "pearson" || x.Method == "spearman") {
			value = "+" + value
		}
		names := map[string]string{"pearson": "Pearson", "spearman": "Spearman", "cramers_v": "Cramér's V", "correlation_ratio": "correlation ratio"}
		method := names[x.Method]
		if method == "" {
			method = x.Method
		}
		p.line("  ", padLeft(value, 5), "  ", fit(printable(x.A)+" and "+printable(x.B), p.width-30), p.paint("  "+method, faint))
	}
}
