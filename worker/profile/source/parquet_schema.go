package source

import (
	"fmt"
	"unicode/utf8"
)

// schemaNode is a field of the schema. Levels are those of Dremel
// (https://research.google/pubs/pub36632): rep counts the repeated fields on
// the path, def those that may be absent.
type schemaNode struct {
	*schemaElement
	children []*schemaNode
	rep, def int
	leaf     int // number of the chunk in a row group; -1 for groups
	first    int // leaf of the first leaf below
}

// parquetColumn is a column of the table: a leaf that does not repeat, or
// everything below a list, map, variant or repeated field as JSON text.
type parquetColumn struct {
	name   string
	node   *schemaNode
	nested bool
}

// schemaTree builds the tree. Depth is bounded by the limit for JSON, which
// nested columns become.
func schemaTree(elements []schemaElement, maxDepth int) (*schemaNode, []*schemaNode, error) {
	t := schemaBuilder{elements: elements, maxDepth: maxDepth}
	root, err := t.node(0, 0, 0)
	if err != nil {
		return nil, nil, err
	}
	if t.next != len(elements) {
		return nil, nil, invalidParquet(-1, "its schema has fields that belong to nothing")
	}
	return root, t.leaves, nil
}

type schemaBuilder struct {
	elements []schemaElement
	next     int
	leaves   []*schemaNode
	maxDepth int
}

func (t *schemaBuilder) node(rep, def, depth int) (*schemaNode, error) {
	if t.next >= len(t.elements) {
		return nil, invalidParquet(-1, "its schema ends too early")
	}
	if depth > t.maxDepth {
		return nil, &Error{Code: "nesting_too_deep", Row: -1, Offset: -1,
			Message: fmt.Sprintf("The schema nests deeper than %d levels.", t.maxDepth),
			Hint:    "Write the table with fewer structs and lists inside each other, or raise the limit of the depth."}
	}
	e := &t.elements[t.next]
	e.name = validName(e.name)
	t.next++
	if depth > 0 {
		switch e.repetition {
		case required:
		case optional:
			def++
		case repeated:
			rep, def = rep+1, def+1
		default:
			return nil, invalidParquet(-1, "its column %s repeats in no known way", quoteShort(e.name))
		}
	}
	n := &schemaNode{schemaElement: e, rep: rep, def: def, leaf: -1, first: len(t.leaves)}
	if e.children > 0 || e.typ < 0 || depth == 0 {
		if e.children < 0 || int(e.children) > len(t.elements) {
			return nil, invalidParquet(-1, "its column %s is said to have %d fields", quoteShort(e.name), e.children)
		}
		for range e.children {
			c, err := t.node(rep, def, depth+1)
			if err != nil {
				return nil, err
			}
			n.children = append(n.children, c)
		}
		if n.isVariant() {
			n.markVariant()
		} else if n.logical.kind == logicalVariant {
			n.logical.kind = logicalOther // a struct like others
		}
		return n, nil
	}
	n.leaf = len(t.leaves)
	t.leaves = append(t.leaves, n)
	return n, checkLeaf(n)
}

// checkLeaf refuses what no value could be read of.
func checkLeaf(n *schemaNode) error {
	bad := func(what string) error {
		return invalidParquet(-1, "its column %s is %s", quoteShort(n.name), what)
	}
	switch {
	case n.typ > physFixed:
		return bad(fmt.Sprintf("of type %d, which does not exist", n.typ))
	case n.typ == physFixed && n.length < 0:
		return bad(fmt.Sprintf("of values of %d bytes", n.length))
	case n.def > 255:
		return bad("nested too deep")
	case n.logical.kind == logicalDecimal && (n.logical.scale < 0 || n.logical.scale > 1000):
		return bad(fmt.Sprintf("decimal with %d digits behind the point", n.logical.scale))
	}
	return nil
}

func (n *schemaNode) empty() bool {
	if n.leaf >= 0 {
		return false
	}
	for _, c := range n.children {
		if !c.empty() {
			return false
		}
	}
	return true
}

// parquetColumns flattens the tree: structs become a.b, what repeats becomes JSON.
func parquetColumns(root *schemaNode) []parquetColumn {
	var columns []parquetColumn
	var walk func(n *schemaNode, prefix string)
	walk = func(n *schemaNode, prefix string) {
		for _, c := range n.children {
			name := prefix + c.name
			repeats := c.repetition == repeated || c.leaf < 0 && (c.logical.kind == logicalList || c.logical.kind == logicalMap || c.logical.kind == logicalVariant)
			switch {
			case c.empty():
			case repeats:
				columns = append(columns, parquetColumn{name, c, true})
			case c.leaf >= 0:
				columns = append(columns, parquetColumn{name, c, false})
			default:
				walk(c, name+".")
			}
		}
	}
	walk(root, "")
	return columns
}

// element is what the items of a list are. Old writers left the group around
// the item out, or named it in several ways
// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists).
func (n *schemaNode) element(list string) *schemaNode {
	if n.leaf >= 0 || len(n.children) != 1 || n.name == "array" || n.name == list+"_tuple" || n.children[0].repetition == repeated {
		return nil // the repeated field itself
	}
	return n.children[0]
}

// validName makes a name of the file's valid UTF-8.
func validName(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}
