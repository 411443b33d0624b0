package source

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Validate answers with a *Error of code invalid_options for what no file
// could be read with.
func (o Options) Validate() error {
	bad := func(format string, args ...any) error {
		return &Error{Code: "invalid_options", Message: fmt.Sprintf(format, args...), Row: -1, Offset: -1,
			Hint: "Correct the option, or leave it out: then Assay finds out by itself."}
	}
	switch o.Format {
	case "", "csv", "ndjson", "json", "xlsx", "parquet", "arrow":
	default:
		return bad("The format %q is unknown; it must be csv, ndjson, json, xlsx, parquet or arrow.", o.Format)
	}
	switch o.Header {
	case "", "yes", "no":
	default:
		return bad("The header option is %q; it must be yes or no.", o.Header)
	}
	if d := o.delimiter(); d != "" && (utf8.RuneCountInString(d) != 1 && !isLong(d) || strings.ContainsAny(d, "\r\n\"") || !utf8.ValidString(d)) {
		return bad("The delimiter %q is neither one character that can separate cells nor two to four marks such as || or ~|~.", o.Delimiter)
	}
	for _, mark := range [...]struct{ name, is string }{{"quote", o.Quote}, {"escape", o.Escape}} {
		if c := mark.is; c != "" && c != "none" && (len(c) != 1 || c[0] < '!' || c[0] > '~' || c == o.delimiter()) {
			return bad("The %s %q is neither one ASCII character other than the delimiter nor the word none.", mark.name, c)
		}
	}
	if !o.commentFits() {
		return bad("The comment %q is neither one or two ASCII characters other than the delimiter and the quote nor the word none.", o.Comment)
	}
	if o.SkipRows != nil && (*o.SkipRows < 0 || *o.SkipRows > 1_000_000) {
		return bad("skip_rows is %d; it must be a number of lines from 0 to 1,000,000.", *o.SkipRows)
	}
	if _, err := time.Parse(time.DateOnly, o.AsOf); o.AsOf != "" && err != nil {
		return bad("The as_of option is %q; it must be a day such as 2024-12-31.", o.AsOf)
	}
	if o.Encoding != "" {
		if _, err := namedCharset(o.Encoding, nil); err != nil {
			return err
		}
	}
	return nil
}

// commentFits tells whether a line that begins like this can be told from a row.
func (o Options) commentFits() bool {
	c := o.Comment
	if c == "" || c == "none" {
		return true
	}
	printed := strings.Trim(c, "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") == ""
	return len(c) <= 2 && printed && c[:1] != o.delimiter() && c[:1] != o.Quote
}

// delimiter resolves the names of delimiters that are hard to type, and the
// code points of those that cannot be: U+0001, U+001F.
func (o Options) delimiter() string {
	if code, ok := strings.CutPrefix(o.Delimiter, "U+"); ok {
		if r, err := strconv.ParseUint(code, 16, 32); err == nil && utf8.ValidRune(rune(r)) {
			return string(rune(r))
		}
	}
	switch strings.ToLower(o.Delimiter) {
	case "tab", `\t`:
		return "\t"
	case "comma":
		return ","
	case "semicolon":
		return ";"
	case "pipe":
		return "|"
	case "space":
		return " "
	}
	return o.Delimiter
}
