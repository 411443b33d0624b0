package source

import (
	"bytes"
	"encoding/json"
	"strings"
)

// formatOf decides between csv, ndjson and json by the file's name and the
// beginning of its text. Names rule where they are plain, except that several
// objects on lines of their own are ndjson whatever they are called.
func formatOf(name string, head []byte, whole bool) string {
	lines := objectLines(head, whole)
	switch suffix(name) {
	case ".json", ".geojson":
		if lines >= 2 {
			return "ndjson"
		}
		return "json"
	case ".ndjson", ".jsonl", ".ldjson", ".jsonlines":
		return "ndjson"
	case ".csv", ".tsv", ".tab", ".psv":
		if lines >= 2 {
			return "ndjson"
		}
		return "csv"
	}
	switch {
	case lines >= 2:
		return "ndjson"
	case beginsJSON(head, whole):
		return "json"
	}
	return "csv"
}

// isJSON tells whether a file is JSON or NDJSON, by its format as given or else
// as found out.
func isJSON(given, name string, head []byte, whole bool) bool {
	if given == "" {
		given = formatOf(name, head, whole)
	}
	return given != "csv"
}

// objectLines counts the lines that are a JSON object each; 0 if one of the
// first 20 is something else.
func objectLines(head []byte, whole bool) int {
	n := 0
	for n < 20 && len(head) > 0 {
		line, rest, found := bytes.Cut(head, []byte("\n"))
		if !found && !whole {
			break
		}
		head = rest
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if line[0] != '{' || !json.Valid(line) {
			return 0
		}
		n++
	}
	return n
}

// beginsJSON tells whether a text is a JSON array or object, as far as it is
// known: the whole of a short text, and of a long one a beginning without a
// syntax error.
func beginsJSON(head []byte, whole bool) bool {
	s := bytes.TrimLeft(head, " \t\r\n")
	if len(s) == 0 || s[0] != '{' && s[0] != '[' {
		return false
	}
	if whole {
		return json.Valid(s)
	}
	d := json.NewDecoder(bytes.NewReader(s))
	for range 10_000 {
		if _, err := d.Token(); err != nil {
			// A text that is cut off shows as an unexpected end, anything else is a fault.
			return strings.Contains(err.Error(), "EOF") || d.InputOffset() > int64(len(s))-1024
		}
	}
	return true
}

// isText tells text from binary data by its control characters. Random bytes
// have 11 % of them; NULs at the end are padding and do not count.
func isText(head []byte, valid bool) bool {
	s := bytes.TrimRight(head, "\x00")
	if len(s) == 0 {
		return len(head) == 0
	}
	bad := 0
	for _, c := range s {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && (c < 0x1b || c > 0x1f) && c != 1 {
			bad++
		}
	}
	limit := 3 // percent
	if valid {
		limit = 30
	}
	return bad*100 <= limit*len(s)
}
