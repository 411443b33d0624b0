// Package report holds the result of a profile: what the worker stores, the
// API serves, the command line prints and the page draws. It is data only;
// worker/profile fills it in. docs/report.schema.json is its contract.
//
// Everything but Engine is a pure function of the file's bytes and the options.
package report

import "encoding/json"

// Version is raised only when a reader of older reports would break.
const Version = 1

// Report says what is in one table of one file.
type Report struct {
	ReportVersion int  `json:"report_version"`
	Provisional   bool `json:"provisional"` // replaced by a later report of the same job
	Complete      bool `json:"complete"`    // every row of the file was read

	Source  Source   `json:"source"`
	Tables  []Table  `json:"tables"`
	Rows    int64    `json:"rows"`
	Columns []Column `json:"columns"`

	Keys          []string       `json:"keys,omitempty"` // columns known to have a different value in every row
	Missing       Missing        `json:"missing"`
	Duplicates    Duplicates     `json:"duplicates"`
	Correlations  []Correlation  `json:"correlations"`
	Relationships []Relationship `json:"relationships"`
	Sample        Sample         `json:"sample"`
	Alerts        []Alert        `json:"alerts"` // of the whole table; Column is set where one column is meant
	Problems      []Problem      `json:"problems"`

	Engine Engine `json:"engine"`
}

// AlertCount is how many alerts there are: the list of the whole report is cut
// in very wide tables, the columns' own are not.
func (r *Report) AlertCount() int {
	n := 0
	for _, a := range r.Alerts {
		if a.Column == "" {
			n++
		}
	}
	for _, c := range r.Columns {
		n += len(c.Alerts)
	}
	return n
}

// Source says how the bytes were read.
type Source struct {
	Name        string  `json:"name"`
	SizeBytes   int64   `json:"size_bytes"`
	SHA256      string  `json:"sha256,omitempty"` // only where it was asked for
	Format      string  `json:"format"`           // csv ndjson json xlsx parquet arrow
	Compression string  `json:"compression"`      // none gzip zstd bzip2 zip
	Encoding    string  `json:"encoding"`         // utf-8 utf-16le utf-16be iso-8859-1 …
	Delimiter   string  `json:"delimiter,omitempty"`
	Quote       string  `json:"quote,omitempty"`
	Escape      string  `json:"escape,omitempty"`
	Header      bool    `json:"header"`
	SkipRows    int64   `json:"skip_rows"`
	Table       string  `json:"table,omitempty"`
	Confidence  float64 `json:"confidence"` // 0 to 1, of the guessed dialect
	Comment     string  `json:"comment,omitempty"`
	HeaderRows  int     `json:"header_rows,omitempty"`
	FooterRows  int     `json:"footer_rows,omitempty"`

	EncodingConfidence float64 `json:"encoding_confidence,omitempty"` // 0 to 1, of the guessed encoding

	Options json.RawMessage `json:"options,omitempty"`
	AsOf    string          `json:"as_of,omitempty"` // the day behind which dates are in the future, YYYY-MM-DD
}

// Table is one table of the file; most files have exactly one. Of tables that
// were not read, rows and columns are nil where the format does not say them.
type Table struct {
	Name    string `json:"name"`
	Rows    *int64 `json:"rows,omitempty"`
	Columns *int   `json:"columns,omitempty"`
}

// Column is the profile of one column. Blocks that do not apply are nil.
type Column struct {
	Name       string      `json:"name"`
	Index      int         `json:"index"` // 0-based position in the file
	Type       string      `json:"type"`  // integer decimal boolean date time datetime duration text json null
	Semantic   string      `json:"semantic,omitempty"`
	Count      int64       `json:"count"` // rows
	Nulls      int64       `json:"nulls"`
	NullTokens []NullToken `json:"null_tokens"`
	Distinct   Distinct    `json:"distinct"`
	Evidence   []Evidence  `json:"evidence"`
	Numeric    *Numeric    `json:"numeric,omitempty"`
	Temporal   *Temporal   `json:"temporal,omitempty"`
	Text       *Text       `json:"text,omitempty"`
	Boolean    *Boolean    `json:"boolean,omitempty"`
	Top        []Top       `json:"top"`
	TopExact   bool        `json:"top_exact"`
	TopError   int64       `json:"top_error,omitempty"` // a count may be too high by at most this many
	TopRest    int64       `json:"top_rest,omitempty"`  // no value that is not listed comes more often
	Histogram  *Histogram  `json:"histogram,omitempty"`
	Alerts     []Alert     `json:"alerts"`
}

type NullToken struct {
	Value string `json:"value"` // "" is the empty cell
	Count int64  `json:"count"`
}

// Distinct counts different non-null values. Error is the relative standard
// error of an estimate (0 when exact).
type Distinct struct {
	Value int64   `json:"value"`
	Exact bool    `json:"exact"`
	Error float64 `json:"error"`
	Of    string  `json:"of,omitempty"` // "spellings" where it is not values that are counted
}

// Evidence is one kind of value seen in a column.
type Evidence struct {
	Type      string `json:"type"`
	Count     int64  `json:"count"`
	FirstRow  int64  `json:"first_row"` // 1-based data row
	Example   string `json:"example"`
	Truncated bool   `json:"truncated,omitempty"`
}

// Numeric is nil-safe JSON: moments that do not exist (of no values, or that
// overflow a double) are absent.
type Numeric struct {
	Min       *float64            `json:"min,omitempty"`
	Max       *float64            `json:"max,omitempty"`
	Mean      *float64            `json:"mean,omitempty"`
	Std       *float64            `json:"std,omitempty"` // n-1
	Sum       *float64            `json:"sum,omitempty"`
	MinText   string              `json:"min_text,omitempty"` // where a double cannot hold the value exactly
	MaxText   string              `json:"max_text,omitempty"`
	SumText   string              `json:"sum_text,omitempty"`
	Zeros     int64               `json:"zeros"`
	Negatives int64               `json:"negatives"`
	Nonfinite int64               `json:"nonfinite"`
	Skewness  *float64            `json:"skewness,omitempty"`
	Kurtosis  *float64            `json:"kurtosis,omitempty"`  // excess
	Quantiles map[string]*float64 `json:"quantiles,omitempty"` // keys .01 … .99 written "0.01" …
	MAD       *float64            `json:"mad,omitempty"`       // median absolute deviation from the median
	Exact     bool                `json:"exact"`               // of the quantiles and of MAD
	RankError float64             `json:"rank_error"`          // 0 when exact
	// How the numbers are written, where they are not plain: the decimal mark
	// if it is the comma, what stands between groups of digits, and the one
	// currency of all amounts or %. Figures are of the numbers as written:
	// 12.5 for 12.5%.
	DecimalSeparator   string `json:"decimal_separator,omitempty"`
	ThousandsSeparator string `json:"thousands_separator,omitempty"`
	Unit               string `json:"unit,omitempty"`
}

// Temporal values are RFC 3339 text, naive ones without an offset.
type Temporal struct {
	Min       string            `json:"min,omitempty"`
	Max       string            `json:"max,omitempty"`
	Quantiles map[string]string `json:"quantiles,omitempty"`
	Format    string            `json:"format,omitempty"` // the dominant one, as "YYYY-MM-DD"
	Formats   []Format          `json:"formats,omitempty"`
	TimeZone  string            `json:"time_zone,omitempty"`
	Ambiguous bool              `json:"ambiguous"` // day and month could not be told apart
	Exact     bool              `json:"exact"`
	RankError float64           `json:"rank_error"`
}

// Format is a way in which dates or times are written, and how many are.
type Format struct {
	Format string `json:"format"`
	Count  int64  `json:"count"`
}

// Text lengths are in characters.
type Text struct {
	MinLength  int64              `json:"min_length"`
	MaxLength  int64              `json:"max_length"`
	MeanLength float64            `json:"mean_length"`
	Blank      int64              `json:"blank"`               // values of white space alone
	Quantiles  map[string]float64 `json:"quantiles,omitempty"` // of the lengths
	Exact      bool               `json:"exact"`               // of these quantiles
	RankError  float64            `json:"rank_error"`
	Patterns   []Pattern          `json:"patterns"`
	// PatternsExact is false where only the first different values were looked at.
	PatternsExact bool `json:"patterns_exact"`
}

type Pattern struct {
	Mask  string `json:"mask"` // A upper, a lower, 9 digit, others as they are; long runs as "A+" and "9+"
	Count int64  `json:"count"`
}

type Boolean struct {
	True  int64 `json:"true"`
	False int64 `json:"false"`
}

type Top struct {
	Value     string `json:"value"`
	Count     int64  `json:"count"`
	Error     int64  `json:"error,omitempty"` // by at most so many is the count too high
	Truncated bool   `json:"truncated,omitempty"`
}

// Histogram has len(Edges) == len(Counts)+1; bins are half-open, the last one
// closed. Edges are numbers, for temporal columns RFC 3339 text in EdgesText
// beside Unix seconds in Edges. Unit is "value", "characters" or "time".
type Histogram struct {
	Edges     []float64 `json:"edges"`
	EdgesText []string  `json:"edges_text,omitempty"`
	Counts    []int64   `json:"counts"`
	Scale     string    `json:"scale"` // linear log
	Unit      string    `json:"unit"`
	Exact     bool      `json:"exact"`
	// Outer names the ends ("low", "high" or "both") whose bin is not like the
	// others: it reaches to extremes far from the rest, and wants to be drawn
	// as narrow as its neighbour.
	Outer string `json:"outer,omitempty"`
}

// Alert is something a reader should look at. Rows are 1-based data rows.
type Alert struct {
	Code     string  `json:"code"`
	Severity string  `json:"severity"` // info warning error
	Message  string  `json:"message"`
	Column   string  `json:"column,omitempty"`
	Rows     []int64 `json:"rows,omitempty"`
}

// Missing.Bands has for each column the share of nulls in at most 240 equal
// bands of rows; Together the pairs of columns that are null in the same rows
// (share of the rows in which either is null).
type Missing struct {
	Bands    [][]float64 `json:"bands"`
	Together []Together  `json:"together"`
}

type Together struct {
	A     string  `json:"a"`
	B     string  `json:"b"`
	Share float64 `json:"share"`
}

type Duplicates struct {
	Rows  int64   `json:"rows"` // rows that repeat an earlier one
	Exact bool    `json:"exact"`
	Error float64 `json:"error"`
}

// Correlation is a symmetric matrix over at most 64 columns; a cell that is
// not defined is null.
type Correlation struct {
	Method     string       `json:"method"` // pearson spearman cramers_v correlation_ratio
	Columns    []string     `json:"columns"`
	Values     [][]*float64 `json:"values"`
	SampleRows int64        `json:"sample_rows"`
}

type Relationship struct {
	Method string  `json:"method"`
	A      string  `json:"a"`
	B      string  `json:"b"`
	Value  float64 `json:"value"`
	N      int64   `json:"n"`
}

// Sample holds whole rows as read; a null cell is nil.
type Sample struct {
	Rows       [][]*string `json:"rows"`
	RowNumbers []int64     `json:"row_numbers"`
	Truncated  bool        `json:"truncated,omitempty"` // some cell was cut at 256 characters
}

// Problem is a fault of the file that did not stop the reading. Row is the
// first place (1-based data row; 0 where there is none), Offset its byte.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Row     int64  `json:"row,omitempty"`
	Offset  int64  `json:"offset"`
	Count   int64  `json:"count"`
}

// Engine is about this run, not about the file.
type Engine struct {
	Version         string  `json:"version"`
	Seconds         float64 `json:"seconds"`
	BytesPerSecond  float64 `json:"bytes_per_second"`
	PeakMemoryBytes int64   `json:"peak_memory_bytes"`
}
