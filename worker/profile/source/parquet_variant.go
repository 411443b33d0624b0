package source

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A variant is a group of its names (metadata) and its value. Writers may have
// shredded it: what is of the expected type stands in columns of its own
// below typed_value, and only the rest in value
// (https://github.com/apache/parquet-format/blob/master/VariantShredding.md).

// isVariant tells whether a group is annotated as one and has its shape; the
// bytes of one that has are kept as they are until the row is put together.
func (n *schemaNode) isVariant() bool {
	if n.leaf >= 0 || n.logical.kind != logicalVariant {
		return false
	}
	names := n.child("metadata")
	return names != nil && names.isBytes() && names.repetition != repeated && n.isShredded()
}

// isShredded tells whether a group holds a value, a typed value, or both.
func (n *schemaNode) isShredded() bool {
	value, typed := n.child("value"), n.child("typed_value")
	if n.leaf >= 0 || value == nil && typed == nil || value != nil && (!value.isBytes() || value.repetition == repeated) {
		return false
	}
	if typed == nil || typed.leaf >= 0 {
		return typed == nil || typed.repetition == optional
	}
	if typed.repetition != optional || typed.empty() {
		return false
	}
	fields := typed.children
	if typed.logical.kind == logicalList {
		if len(fields) != 1 || fields[0].repetition != repeated || fields[0].leaf >= 0 || len(fields[0].children) != 1 {
			return false
		}
		fields = fields[0].children
	}
	return !slices.ContainsFunc(fields, func(f *schemaNode) bool { return f.repetition == repeated || !f.isShredded() })
}

func (n *schemaNode) child(name string) *schemaNode {
	if i := slices.IndexFunc(n.children, func(c *schemaNode) bool { return c.name == name }); i >= 0 {
		return n.children[i]
	}
	return nil
}

func (n *schemaNode) isBytes() bool { return n.leaf >= 0 && n.typ == physByteArray }

// markVariant has the leaves of names and values read as they stand in the file.
func (n *schemaNode) markVariant() {
	for _, c := range n.children {
		if c.leaf >= 0 {
			if c.name != "typed_value" {
				e := *c.schemaElement
				e.logical = logicalType{kind: logicalBytes}
				c.schemaElement = &e
			}
			continue
		}
		fields := c.children
		if c.logical.kind == logicalList {
			fields = fields[0].children
		}
		for _, f := range fields {
			f.markVariant()
		}
	}
}

// variant appends a variant that is there.
func (t *nestedReader) variant(dst []byte, n *schemaNode) ([]byte, error) {
	names, there, err := t.bytes(n.child("metadata"))
	if err != nil {
		return dst, err
	}
	w := variantWriter{most: len(dst) + t.maxCell, depth: t.maxDepth}
	if there {
		w.names, err = newVariantNames(names)
	}
	if err == nil {
		dst, there, err = t.shredded(dst, n, &w)
	}
	if err == nil && !there {
		dst = append(dst, "null"...)
	}
	if _, known := err.(*Error); err != nil && !known {
		if _, raw := err.(rawError); !raw {
			err = invalidParquet(-1, "in column %s %v", quoteShort(n.name), err)
		}
	}
	return dst, err
}

// bytes is the value of a leaf as it stands in the file.
func (t *nestedReader) bytes(n *schemaNode) (b []byte, there bool, err error) {
	if n == nil {
		return nil, false, nil
	}
	l := t.leaves[n.leaf]
	if err := l.levels(); err != nil {
		return nil, false, err
	}
	b, kind, err := t.cell(l, int(l.defs[l.lo]))
	return b, kind != Null, err
}

// part is shredded of a field or item, which may be absent altogether.
func (t *nestedReader) part(dst []byte, n *schemaNode, w *variantWriter) (_ []byte, there bool, err error) {
	first := t.leaves[n.first]
	if err := first.levels(); err != nil {
		return dst, false, err
	}
	if n.repetition == optional && int(first.defs[first.lo]) < n.def {
		return dst, false, t.pass(n)
	}
	return t.shredded(dst, n, w)
}

// shredded appends the value of a group with value, typed_value or both; there
// is false where it has neither.
func (t *nestedReader) shredded(dst []byte, n *schemaNode, w *variantWriter) (_ []byte, there bool, err error) {
	raw, has, err := t.bytes(n.child("value"))
	if err != nil {
		return dst, false, err
	}
	typed := n.child("typed_value")
	if typed != nil {
		if dst, there, err = t.typed(dst, typed, raw, has, w); err != nil || there {
			return dst, there, err
		}
	}
	if !has {
		return dst, false, nil
	}
	dst, err = w.value(dst, raw)
	return dst, true, err
}

// typed appends what typed_value holds; raw is the value beside it, if it has one.
func (t *nestedReader) typed(dst []byte, n *schemaNode, raw []byte, has bool, w *variantWriter) (_ []byte, there bool, err error) {
	first := t.leaves[n.first]
	if err := first.levels(); err != nil {
		return dst, false, err
	}
	if int(first.defs[first.lo]) < n.def {
		return dst, false, t.pass(n)
	}
	object := n.leaf < 0 && n.logical.kind != logicalList
	if has && (!object || len(raw) == 0 || raw[0]&3 != variantObject) {
		return dst, false, fmt.Errorf("a variant has two values")
	}
	switch {
	case n.leaf >= 0:
		dst, err = t.scalar(dst, first, int(first.defs[first.lo]))
	case !object:
		list := n.children[0]
		dst, err = t.items(dst, list, list.children[0], '[', ']', func(dst []byte, item *schemaNode) ([]byte, error) {
			dst, there, err := t.part(dst, item, w)
			if err == nil && !there {
				dst = append(dst, "null"...)
			}
			return dst, err
		})
	default:
		dst, err = t.shreddedObject(dst, n, raw, has, w)
	}
	return dst, true, err
}

func (t *nestedReader) shreddedObject(dst []byte, n *schemaNode, raw []byte, has bool, w *variantWriter) ([]byte, error) {
	dst = append(dst, '{')
	none := true
	for _, c := range n.children {
		before := len(dst)
		if !none {
			dst = append(dst, ',')
		}
		dst = append(appendJSONString(dst, []byte(c.name)), ':')
		var there bool
		var err error
		if dst, there, err = t.part(dst, c, w); err != nil {
			return dst, err
		}
		if there {
			none = false
		} else {
			dst = dst[:before]
		}
	}
	var err error
	if has {
		// What has a column of its own counts there, even where it is missing.
		dst, _, err = w.fields(dst, raw, none, func(name []byte) bool { return n.child(string(name)) != nil })
	}
	return append(dst, '}'), err
}

// cellOfJSON is what a text of JSON is as a cell: scalars become themselves.
// The text of a string takes the place of the JSON in data.
func cellOfJSON(data []byte, from int) ([]byte, Kind) {
	switch data[from] {
	case '{', '[', 'n':
		return data, JSON
	case 't', 'f':
		return data, Bool
	case '"':
		var s string
		if json.Unmarshal(data[from:], &s) == nil {
			data = append(data[:from], s...)
		}
		return data, String
	}
	return data, Number
}
