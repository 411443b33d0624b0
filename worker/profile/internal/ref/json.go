package ref

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// JSONCell is one cell of a JSON table. Kind is null, bool, number, string or json.
type JSONCell struct{ Kind, Text string }

// JSONTable is a document read as a table, with all its values in memory.
type JSONTable struct {
	Columns []string
	Rows    [][]JSONCell // each as long as Columns
}

// JSON reads a document by encoding/json and the rules of DESIGN section 8. It
// refuses what is no RFC 8259 document with an array or an object at its top,
// or is nested deeper than depth.
func JSON(doc []byte, depth int) (JSONTable, error) {
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	top, err := parseJSON(doc, depth)
	if err != nil {
		return JSONTable{}, err
	}
	var b jsonBuilder
	switch top.kind {
	case "array":
		b.rows(top.elements)
	case "object":
		if table, ok := onlyTable(top); ok {
			b.rows(table.elements)
		} else {
			b.rows([]*jsonNode{top})
		}
	default:
		return JSONTable{}, fmt.Errorf("the top is a %s", top.kind)
	}
	return b.table(), nil
}

// NDJSON reads lines that are a value each.
func NDJSON(text []byte, depth int) (JSONTable, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var rows []*jsonNode
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		if len(bytes.Trim(line, " \t\r\n")) == 0 {
			continue
		}
		row, err := parseJSON(line, depth)
		if err != nil {
			return JSONTable{}, err
		}
		rows = append(rows, row)
	}
	var b jsonBuilder
	b.rows(rows)
	return b.table(), nil
}

type jsonNode struct {
	kind     string // as of JSONCell, or array or object
	text     string
	elements []*jsonNode
	keys     []string
	values   []*jsonNode
}

func parseJSON(doc []byte, depth int) (*jsonNode, error) {
	if !utf8.Valid(doc) {
		return nil, fmt.Errorf("not UTF-8")
	}
	if !json.Valid(doc) {
		return nil, fmt.Errorf("not JSON")
	}
	return jsonValue(doc, depth)
}

func jsonValue(doc []byte, depth int) (*jsonNode, error) {
	doc = bytes.Trim(doc, " \t\r\n")
	switch c := doc[0]; c {
	case '{', '[':
		if depth == 0 {
			return nil, fmt.Errorf("nested too deeply")
		}
		return jsonNested(doc, depth)
	case '"':
		var s string
		err := json.Unmarshal(doc, &s)
		return &jsonNode{kind: "string", text: s}, err
	case 't', 'f':
		return &jsonNode{kind: "bool", text: string(doc)}, nil
	case 'n':
		return &jsonNode{kind: "null"}, nil
	}
	return &jsonNode{kind: "number", text: string(doc)}, nil
}

func jsonNested(doc []byte, depth int) (*jsonNode, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, doc); err != nil {
		return nil, err
	}
	n := &jsonNode{kind: "array", text: compact.String()}
	d := json.NewDecoder(bytes.NewReader(doc))
	if t, err := d.Token(); err != nil {
		return nil, err
	} else if t == json.Delim('{') {
		n.kind = "object"
	}
	for d.More() {
		if n.kind == "object" {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			n.keys = append(n.keys, key.(string))
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, err
		}
		v, err := jsonValue(raw, depth-1)
		if err != nil {
			return nil, err
		}
		if n.kind == "object" {
			n.values = append(n.values, v)
		} else {
			n.elements = append(n.elements, v)
		}
	}
	return n, nil
}

// onlyTable finds the one member that is an array that begins with an object.
func onlyTable(top *jsonNode) (table *jsonNode, ok bool) {
	for _, v := range top.values {
		if v.kind == "array" && len(v.elements) > 0 && v.elements[0].kind == "object" {
			if table != nil {
				return nil, false
			}
			table = v
		}
	}
	return table, table != nil
}

type jsonBuilder struct {
	columns []string
	index   map[string]int
	cells   []map[int]JSONCell // by row
}

func (b *jsonBuilder) rows(rows []*jsonNode) {
	scalars := true // until a row is something else
	for _, row := range rows {
		if row.kind != "null" {
			scalars = row.kind != "object" && row.kind != "array"
			break
		}
	}
	b.index = map[string]int{}
	for _, row := range rows {
		b.cells = append(b.cells, map[int]JSONCell{})
		switch {
		case row.kind == "object":
			b.members("", row)
		case row.kind == "array":
			for i, v := range row.elements {
				b.value("column_"+strconv.Itoa(i+1), v)
			}
		case row.kind != "null" || scalars:
			b.value("value", row)
		}
	}
}

// members sets the cells of an object. A key that comes again takes back what
// came before.
func (b *jsonBuilder) members(prefix string, n *jsonNode) {
	row := b.cells[len(b.cells)-1]
	mine := map[string][]int{} // columns that a key has set
	for i, key := range n.keys {
		for _, column := range mine[key] {
			delete(row, column)
		}
		b.value(prefix+key, n.values[i])
		mine[key] = nil
		for column := range b.under(prefix+key, n.values[i]) {
			mine[key] = append(mine[key], column)
		}
	}
}

// under lists the columns that a value sets.
func (b *jsonBuilder) under(name string, v *jsonNode) map[int]bool {
	columns := map[int]bool{}
	if v.kind == "object" && len(v.keys) > 0 {
		for i, key := range v.keys {
			for column := range b.under(name+"."+key, v.values[i]) {
				columns[column] = true
			}
		}
		return columns
	}
	columns[b.index[name]] = true
	return columns
}

func (b *jsonBuilder) value(name string, v *jsonNode) {
	if v.kind == "object" && len(v.keys) > 0 {
		b.members(name+".", v)
		return
	}
	column, ok := b.index[name]
	if !ok {
		column = len(b.columns)
		b.index[name] = column
		b.columns = append(b.columns, name)
	}
	cell := JSONCell{Kind: v.kind, Text: v.text}
	switch v.kind {
	case "array", "object":
		cell.Kind = "json"
	}
	b.cells[len(b.cells)-1][column] = cell
}

func (b *jsonBuilder) table() JSONTable {
	t := JSONTable{Columns: b.columns}
	for _, cells := range b.cells {
		row := make([]JSONCell, len(b.columns))
		for i := range row {
			row[i] = JSONCell{Kind: "null"}
			if c, ok := cells[i]; ok {
				row[i] = c
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
