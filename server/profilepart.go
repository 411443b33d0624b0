package server

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// profilePart is what of a report a client asks for: the columns in spans, and
// of the others nothing or their outline.
type profilePart struct {
	spans []span // ascending, apart from each other; none: the whole report
	brief bool   // the other columns come too, in brief
}

// span is a run of columns, zero-based, both ends included.
type span struct{ from, to int }

const (
	// mostSpans bounds how many runs of columns one request names.
	mostSpans = 500
	spansHint = "For the first hundred: ?columns=0-99. Several runs: ?columns=0-99,400-499."
)

func (c *call) columns() (profilePart, error) {
	var part profilePart
	switch others := c.QueryParam("others"); others {
	case "":
	case "brief":
		part.brief = true
	default:
		return part, invalid("others", "others must be brief, or left out.", "others=brief names the columns outside of the page, too.")
	}
	text := c.QueryParam("columns")
	if text == "" {
		if part.brief {
			return part, invalid("others", "others means nothing without columns.", spansHint)
		}
		return part, nil
	}
	for one := range strings.SplitSeq(text, ",") {
		a, b, ok := strings.Cut(one, "-")
		from, err1 := strconv.Atoi(a)
		to, err2 := strconv.Atoi(b)
		if !ok || err1 != nil || err2 != nil || from < 0 || to < from || len(part.spans) == mostSpans {
			return part, invalid("columns", "columns must be from-to, two numbers from 0 on, or at most 500 of them with commas between.", spansHint)
		}
		part.spans = append(part.spans, span{from, to})
	}
	part.spans = joined(part.spans)
	return part, nil
}

// joined sorts spans and makes one of those that overlap or touch.
func joined(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	out := spans[:0]
	for _, s := range spans {
		if last := len(out) - 1; last >= 0 && s.from-1 <= out[last].to {
			out[last].to = max(out[last].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

func (p profilePart) asked() bool { return len(p.spans) > 0 }

// tag tells this part of a report from its others. A comma would end the tag
// in a list of them.
func (p profilePart) tag() string {
	var b strings.Builder
	for _, s := range p.spans {
		b.WriteString("-" + strconv.Itoa(s.from) + "-" + strconv.Itoa(s.to))
	}
	if p.brief {
		b.WriteString("-brief")
	}
	return b.String()
}

// holds tells whether a column is in the part. Asked for ascending columns it
// takes one step; at is where it got to.
func (p profilePart) holds(column int, at *int) bool {
	for *at < len(p.spans) && p.spans[*at].to < column {
		*at++
	}
	return *at < len(p.spans) && p.spans[*at].from <= column
}

// of cuts the part out of a report, or returns nil where it is the whole of
// it. Without the other columns in brief it is a page of the report: what is
// said of columns elsewhere is said of its own alone. Members that it does not know stay as they were written, whatever version
// of the report it is.
func (p profilePart) of(report []byte) ([]byte, error) {
	columns, names, err := p.columnsOf(report)
	if columns == nil || err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(make([]byte, 0, len(columns)+len(report)/4))
	err = rewrite(out, report, func(name string, value []byte) error {
		switch name {
		case "columns":
			out.Write(columns)
			return nil
		case "missing":
			if !p.brief {
				return rewrite(out, value, func(name string, value []byte) error {
					switch name {
					case "bands":
						return p.cut(out, value)
					case "together":
						return names.pairs(out, value)
					}
					out.Write(value)
					return nil
				})
			}
		case "alerts", "keys", "relationships", "correlations":
			if !p.brief {
				return names.about(out, name, value)
			}
		case "sample":
			return rewrite(out, value, func(name string, value []byte) error {
				if name == "rows" {
					return rewriteItems(out, value, func(_ int, row []byte) error { return p.cut(out, row) })
				}
				out.Write(value)
				return nil
			})
		}
		out.Write(value)
		return nil
	})
	return out.Bytes(), err
}

// columnsOf is the report's list of columns as the part has it, and the names
// of those that it has in full; nil where it has all of them so.
func (p profilePart) columnsOf(report []byte) ([]byte, columnNames, error) {
	var out *bytes.Buffer
	names := columnNames{}
	err := members(report, func(name string, value []byte) error {
		if name != "columns" || string(value) == "null" {
			return nil
		}
		out = bytes.NewBuffer(make([]byte, 0, len(value)/8))
		out.WriteByte('[')
		at, others := 0, 0
		err := items(value, func(i int, column []byte) error {
			in := p.holds(i, &at)
			if !in {
				others++
			}
			if !in && !p.brief {
				return nil
			}
			if out.Len() > 1 {
				out.WriteByte(',')
			}
			if in {
				out.Write(column)
				return names.add(column)
			}
			return writeBrief(out, column)
		})
		out.WriteByte(']')
		if others == 0 {
			out = nil
		}
		return err
	})
	if out == nil || err != nil {
		return nil, nil, err
	}
	return out.Bytes(), names, nil
}

// cut writes the items of a list that belong to the part's columns.
func (p profilePart) cut(out *bytes.Buffer, list []byte) error {
	if string(list) == "null" {
		out.Write(list)
		return nil
	}
	out.WriteByte('[')
	at, n := 0, 0
	err := items(list, func(i int, item []byte) error {
		if !p.holds(i, &at) {
			return nil
		}
		if n++; n > 1 {
			out.WriteByte(',')
		}
		out.Write(item)
		return nil
	})
	out.WriteByte(']')
	return err
}

// writeBrief writes what lists, counts, sorts and finds a column: its name,
// type and counts, how exact it is, and how severe its alerts are. It is a
// column of the report's schema all the same.
func writeBrief(out *bytes.Buffer, column []byte) error {
	out.WriteString(`{"brief":true`)
	add := func(name string, value []byte) {
		out.WriteString(`,"` + name + `":`)
		out.Write(value)
	}
	err := members(column, func(name string, value []byte) error {
		switch name {
		case "name", "index", "type", "semantic", "count", "nulls", "distinct", "boolean", "top_exact", "top_error":
			add(name, value)
		case "null_tokens", "evidence", "top":
			add(name, []byte("[]"))
		case "numeric":
			add(name, nil)
			return pick(out, value, "zeros", "negatives", "nonfinite", "exact", "rank_error", "unit")
		case "temporal":
			add(name, nil)
			return pick(out, value, "ambiguous", "exact", "rank_error")
		case "text":
			add(name, nil)
			if err := pick(out, value, "min_length", "max_length", "mean_length", "blank", "exact", "rank_error"); err != nil || string(value) == "null" {
				return err
			}
			out.Truncate(out.Len() - 1)
			out.WriteString(`,"patterns":[]}`)
		case "alerts":
			add(name, nil)
			return rewriteItems(out, value, func(_ int, alert []byte) error {
				if err := pick(out, alert, "code", "severity"); err != nil || string(alert) == "null" {
					return err
				}
				out.Truncate(out.Len() - 1)
				out.WriteString(`,"message":""}`)
				return nil
			})
		}
		return nil
	})
	out.WriteByte('}')
	return err
}

// pick writes an object with only the named members of another.
func pick(out *bytes.Buffer, object []byte, names ...string) error {
	if string(object) == "null" {
		out.Write(object)
		return nil
	}
	out.WriteByte('{')
	n := 0
	err := members(object, func(name string, value []byte) error {
		if !slices.Contains(names, name) {
			return nil
		}
		if n++; n > 1 {
			out.WriteByte(',')
		}
		out.WriteString(`"` + name + `":`)
		out.Write(value)
		return nil
	})
	out.WriteByte('}')
	return err
}
