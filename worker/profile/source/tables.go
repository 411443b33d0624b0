package source

import (
	"fmt"
	"strconv"
	"strings"
)

// Table is one table of a file.
type Table struct {
	Name    string
	Rows    int64 // -1: not known without reading it
	Columns int   // -1 likewise
	// Bytes is about how much of the file the table takes, as it is stored there;
	// 0 where that is not known.
	Bytes int64
}

// Tabler is a Scanner whose file may hold several tables: sheets, members of an
// archive. Scan reads the one that Dialect.Table names.
type Tabler interface {
	Tables() []Table
}

// TablesOf are the tables of the file that a Scanner reads; none where its
// format has only one.
func TablesOf(s Scanner) []Table {
	if t, ok := s.(Tabler); ok {
		return t.Tables()
	}
	return nil
}

// fits holds the format that was asked for against the one that a file's first
// bytes show; "" is text, a zip may have any format in it.
func (o Options) fits(found string) error {
	binary := o.Format == "xlsx" || o.Format == "parquet" || o.Format == "arrow"
	if o.Format == "" || o.Format == found || found == "zip" || !binary && found == "" {
		return nil
	}
	return &Error{Code: "wrong_format", Row: -1, Offset: -1,
		Message: fmt.Sprintf("The file is no %s file.", o.Format), Hint: "Leave the format out: then Assay finds out by itself."}
}

// Declarer is a Scanner whose format says what numbers mean: the number formats
// of a workbook. Semantics are complete after Scan; "" where nothing is said.
type Declarer interface {
	Semantics() []string
}

// SemanticsOf are the columns' semantics that the format declares, if it does.
func SemanticsOf(s Scanner) []string {
	if d, ok := s.(Declarer); ok {
		return d.Semantics()
	}
	return nil
}

// Scaler is a Scanner whose format has a type for decimals: Scales has the
// digits behind the point that a column's type says, -1 where it is another type.
type Scaler interface {
	Scales() []int
}

// ScalesOf are the columns' scales, where the format has them.
func ScalesOf(s Scanner) []int {
	if d, ok := s.(Scaler); ok {
		return d.Scales()
	}
	return nil
}

// noSuchTable names the tables that there are, at most ten of them.
func noSuchTable(name string, tables []Table) *Error {
	if len(tables) == 1 {
		return &Error{Code: "no_such_table", Row: -1, Offset: -1,
			Message: fmt.Sprintf("The file has no table %q. Its only table is %q.", name, tables[0].Name),
			Hint:    "Leave the table out."}
	}
	var names []string
	for _, t := range tables[:min(len(tables), 10)] {
		names = append(names, strconv.Quote(t.Name))
	}
	if more := len(tables) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %s more", thousands(int64(more))))
	}
	return &Error{Code: "no_such_table", Row: -1, Offset: -1,
		Message: fmt.Sprintf("The file has no table %q. It has %s.", name, strings.Join(names, ", ")),
		Hint:    "Name one of these tables, or leave the table out."}
}
