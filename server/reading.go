package server

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// readingOptions is what a user may say about how a file is to be read, by
// the command line's names. The worker decodes the same names from the job's
// row: the server checks them here, since it may not import the engine, and a
// test of the whole program holds the two against each other.
type readingOptions struct {
	Format    string `json:"format,omitempty"`
	Delimiter string `json:"delimiter,omitempty"`
	Quote     string `json:"quote,omitempty"`
	Escape    string `json:"escape,omitempty"`
	Encoding  string `json:"encoding,omitempty"`
	Header    string `json:"header,omitempty"`
	SkipRows  *int64 `json:"skip_rows,omitempty"`
	Comment   string `json:"comment,omitempty"`
	Table     string `json:"table,omitempty"`
	AsOf      string `json:"as_of,omitempty"`
}

var readFormats = []string{"csv", "ndjson", "json", "parquet", "arrow", "xlsx"}

const longestDelimiter = 4 // characters

// namedDelimiters are hard to type, or to see.
var namedDelimiters = []string{"tab", "comma", "semicolon", "pipe", "space"}

const leaveOut = "Leave the option out, and Assay finds out by itself."

// checkOptions refuses what can never be right; what does not fit the file is
// for the worker to say.
func checkOptions(o readingOptions) error {
	one := func(s string) bool { return s == "" || utf8.RuneCountInString(s) == 1 }
	switch {
	case o.Format != "" && !slices.Contains(readFormats, o.Format):
		return invalid("options.format", "format must be one of "+strings.Join(readFormats, ", ")+".", leaveOut)
	case utf8.RuneCountInString(o.Delimiter) > longestDelimiter && !slices.Contains(namedDelimiters, strings.ToLower(o.Delimiter)):
		return invalid("options.delimiter", "delimiter must be one character, two to four marks such as || or ~|~, or one of the words "+strings.Join(namedDelimiters, ", ")+".", leaveOut)
	case !one(o.Quote) && o.Quote != "none":
		return invalid("options.quote", "quote must be one character, or none.", leaveOut)
	case !one(o.Escape) && o.Escape != "none":
		return invalid("options.escape", "escape must be one character, or none.", leaveOut)
	case len(o.Comment) > 2 && o.Comment != "none":
		return invalid("options.comment", "comment must be what comment lines begin with, one or two characters, or none.", leaveOut)
	case o.Header != "" && o.Header != "yes" && o.Header != "no":
		return invalid("options.header", "header must be yes or no.", leaveOut)
	case o.SkipRows != nil && *o.SkipRows < 0:
		return invalid("options.skip_rows", "skip_rows must not be negative.", leaveOut)
	case len(o.Encoding) > 100:
		return invalid("options.encoding", "encoding must be the IANA name of an encoding.", leaveOut)
	case len(o.Table) > 255:
		return invalid("options.table", "table must not be longer than 255 bytes.", leaveOut)
	}
	return nil
}
