package source

import "errors"

// nestedReader makes one JSON text a row of everything below a field that
// repeats, from the levels of its leaves
// (https://blog.x.com/engineering/en_us/a/2013/dremel-made-simple-with-parquet).
type nestedReader struct {
	node     *schemaNode
	leaves   []*leafReader // of the file
	own      []*leafReader // below node
	maxCell  int
	maxDepth int // of variants
	flags    *valueFlags
	base     *int64 // rows of the segment before those in c
	found    Kind   // flags of the values of a row
}

var errRows = errors.New("the lists of a row are not written as Parquet demands")

// fill is leafReader.fill for these columns.
func (t *nestedReader) fill(c *typedCells, want, most int) error {
	for c.rows() < want && (c.text() < most || c.rows() == 0) {
		from := len(c.data)
		first := t.leaves[t.node.first]
		if err := first.levels(); err != nil {
			return err
		}
		if first.reps[first.lo] != 0 {
			return first.because(errRows)
		}
		// A list that is null, not empty, is the null of its column.
		there := t.node.def
		if t.node.repetition == repeated {
			there-- // one level is that of its items
		}
		if int(first.defs[first.lo]) < there {
			if err := t.pass(t.node); err != nil {
				return err
			}
			c.addNulls(1)
		} else {
			var err error
			if c.data, err = t.field(c.data, t.node); err != nil {
				return err
			}
			if len(c.data)-from > t.maxCell {
				return cellTooLarge(int64(t.maxCell))
			}
			kind := JSON
			if t.node.logical.kind == logicalVariant {
				c.data, kind = cellOfJSON(c.data, from)
			}
			c.add(from, kind)
			t.flags.note(t.found, *t.base+int64(c.rows()))
			t.found = 0
		}
		for _, l := range t.own {
			if more, err := t.goesOn(l, 1); err != nil {
				return err
			} else if more {
				return l.because(errRows)
			}
		}
	}
	return nil
}

// goesOn tells whether the next level of a leaf repeats field rep or one below it.
func (t *nestedReader) goesOn(l *leafReader, rep int) (bool, error) {
	if l.lo == l.hi && l.n == 0 && l.left <= 0 {
		return false, nil
	}
	if err := l.levels(); err != nil {
		return false, err
	}
	return int(l.reps[l.lo]) >= rep, nil
}

// pass goes past one level of each leaf below n: it is absent.
func (t *nestedReader) pass(n *schemaNode) error {
	for _, l := range t.below(n) {
		if err := l.levels(); err != nil {
			return err
		}
		if int(l.defs[l.lo]) == l.node.def {
			return l.because(errRows)
		}
		l.lo++
	}
	return nil
}

func (t *nestedReader) below(n *schemaNode) []*leafReader {
	last := n
	for last.leaf < 0 {
		k := len(last.children) - 1
		for last.children[k].empty() {
			k--
		}
		last = last.children[k]
	}
	return t.leaves[n.first : last.leaf+1]
}

// field appends what stands in a field: all its values, if it repeats.
func (t *nestedReader) field(dst []byte, n *schemaNode) ([]byte, error) {
	if n.repetition == repeated {
		return t.items(dst, n, n, '[', ']', t.value)
	}
	return t.value(dst, n)
}

// items appends the values of a repeated field. list is its node, item that of
// each value.
func (t *nestedReader) items(dst []byte, list, item *schemaNode, open, shut byte, each func([]byte, *schemaNode) ([]byte, error)) ([]byte, error) {
	first := t.leaves[list.first]
	if err := first.levels(); err != nil {
		return dst, err
	}
	dst = append(dst, open)
	if int(first.defs[first.lo]) < list.def {
		return append(dst, shut), t.pass(list)
	}
	for more := true; more; {
		var err error
		if dst, err = each(dst, item); err != nil {
			return dst, err
		}
		if len(dst) > 1<<30 {
			return dst, cellTooLarge(int64(t.maxCell))
		}
		if more, err = t.goesOn(first, list.rep); err != nil {
			return dst, err
		}
		if more {
			if int(first.reps[first.lo]) != list.rep {
				return dst, first.because(errRows)
			}
			dst = append(dst, ',')
		}
	}
	return append(dst, shut), nil
}

// value appends one value of a field.
func (t *nestedReader) value(dst []byte, n *schemaNode) ([]byte, error) {
	first := t.leaves[n.first]
	if err := first.levels(); err != nil {
		return dst, err
	}
	d := int(first.defs[first.lo])
	if n.leaf >= 0 {
		return t.scalar(dst, first, d)
	}
	if n.repetition == optional && d < n.def {
		return append(dst, "null"...), t.pass(n)
	}
	if n.logical.kind == logicalVariant {
		return t.variant(dst, n)
	}
	if len(n.children) == 1 && n.children[0].repetition == repeated {
		list := n.children[0]
		switch n.logical.kind {
		case logicalList:
			item := list.element(n.name)
			if item == nil {
				item = list
			}
			return t.items(dst, list, item, '[', ']', t.item(list))
		case logicalMap:
			if len(list.children) == 1 && list.children[0].leaf >= 0 {
				return t.items(dst, list, list.children[0], '[', ']', t.field) // keys alone: a set
			}
			if len(list.children) == 2 && list.children[0].leaf >= 0 && !list.children[1].empty() {
				return t.items(dst, list, list, '{', '}', t.pair)
			}
		}
	}
	return t.object(dst, n)
}

// item is value, or field where the item of a list is a list without a group.
func (t *nestedReader) item(list *schemaNode) func([]byte, *schemaNode) ([]byte, error) {
	return func(dst []byte, n *schemaNode) ([]byte, error) {
		if n != list {
			return t.field(dst, n)
		}
		return t.value(dst, n)
	}
}

func (t *nestedReader) object(dst []byte, n *schemaNode) ([]byte, error) {
	dst = append(dst, '{')
	some := false
	for _, c := range n.children {
		if c.empty() {
			continue
		}
		if some {
			dst = append(dst, ',')
		}
		some = true
		dst = append(appendJSONString(dst, []byte(c.name)), ':')
		var err error
		if dst, err = t.field(dst, c); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// pair appends an entry of a map; its key becomes a string, whatever it is.
func (t *nestedReader) pair(dst []byte, n *schemaNode) ([]byte, error) {
	from := len(dst)
	dst, err := t.field(dst, n.children[0])
	if err != nil {
		return dst, err
	}
	if dst[from] != '"' {
		key := string(dst[from:])
		dst = appendJSONString(dst[:from], []byte(key))
	}
	return t.field(append(dst, ':'), n.children[1])
}

// scalar appends the value of a leaf at definition level d.
func (t *nestedReader) scalar(dst []byte, l *leafReader, d int) ([]byte, error) {
	text, kind, err := t.cell(l, d)
	if err != nil {
		return dst, err
	}
	return AppendJSONCell(dst, text, kind), nil
}

// cell is the value of a leaf at definition level d, valid until its next one.
func (t *nestedReader) cell(l *leafReader, d int) ([]byte, Kind, error) {
	l.lo++
	if d < l.node.def {
		return nil, Null, nil
	}
	if l.vals.form == formDictionary {
		if err := readHybrid(&l.vals.runs, l.indexes[:1]); err != nil {
			return nil, Null, l.because(err)
		}
		id := l.indexes[0]
		if int(id) >= len(l.dict.start) {
			return nil, Null, l.because(errEntry)
		}
		t.found |= l.dict.kinds[id] & kindFlags
		return l.dict.text[l.dict.start[id]:l.dict.end[id]], l.dict.kinds[id], nil
	}
	raw, err := l.vals.next()
	if err != nil {
		return nil, Null, l.because(err)
	}
	if len(raw) > t.maxCell {
		return nil, Null, cellTooLarge(int64(t.maxCell))
	}
	var kind Kind
	l.spare, kind = l.write(l.spare[:0], raw)
	t.found |= kind & kindFlags
	return l.spare, kind, nil
}
