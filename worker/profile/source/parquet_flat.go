package source

import (
	"encoding/binary"
	"unicode/utf8"
)

// fill reads cells of a column that does not repeat until there are want rows
// in c, or more text than most bytes (at least one row is read).
func (l *leafReader) fill(c *typedCells, want, most int) error {
	for c.rows() < want && (c.text() < most || c.rows() == 0) {
		if l.lo == l.hi {
			if done, err := l.fillRun(c, want, most); done || err != nil {
				if err != nil {
					return l.because(err)
				}
				continue
			}
			if err := l.levels(); err != nil {
				return err
			}
		}
		// A stretch of values or of nulls among the levels.
		full := uint8(l.node.def)
		i := l.lo
		value := l.defs[i] == full
		for end := min(l.hi, l.lo+want-c.rows()); i < end && (l.defs[i] == full) == value; {
			i++
		}
		n := i - l.lo
		if value {
			var err error
			if n, err = l.emit(c, n, most); err != nil {
				return l.because(err)
			}
		} else {
			c.addNulls(n)
		}
		l.lo += n
	}
	return nil
}

// fillRun fills from a run of one level, or where there are no levels.
func (l *leafReader) fillRun(c *typedCells, want, most int) (bool, error) {
	if l.n == 0 {
		if err := l.nextPage(new(int64)); err != nil {
			return false, err
		}
	}
	n := min(want-c.rows(), l.n)
	if l.node.def > 0 {
		if err := l.def.next(); err != nil {
			return false, err
		}
		if l.def.run == 0 {
			return false, nil
		}
		if l.def.value > uint32(l.node.def) {
			return false, errLevels
		}
		n = int(min(uint64(n), l.def.run))
		if l.def.value == uint32(l.node.def) {
			var err error
			if n, err = l.emit(c, n, most); err != nil {
				return false, err
			}
		} else {
			c.addNulls(n)
		}
		l.def.run -= uint64(n)
		l.n -= n
		return true, nil
	}
	n, err := l.emit(c, n, most)
	l.n -= n
	return true, err
}

// emit adds up to n values that are no nulls, and answers how many.
func (l *leafReader) emit(c *typedCells, n, most int) (int, error) {
	if l.newDict {
		if len(c.data) > 0 {
			return 0, errRuns // a dictionary behind the values that need none
		}
		c.share(&l.dict)
		l.newDict = false
	}
	switch form := l.vals.form; {
	case form == formDictionary:
		return n, l.emitEntries(c, n)
	case (form == formBytes || form == formDeltaLength) && l.node.isText():
		if k, err := l.emitTexts(c, n, most); k > 0 || err != nil {
			return k, err
		}
	}
	return l.emitEach(c, n, most)
}

// emitEach writes values out one by one.
func (l *leafReader) emitEach(c *typedCells, n, most int) (done int, err error) {
	start, end, kinds := c.room(n)
	data, flags := c.data, Kind(0)
	full := c.shared + most
	for done < n {
		var raw []byte
		if raw, err = l.vals.next(); err != nil {
			break
		}
		if len(raw) > l.file.maxCell {
			err = cellTooLarge(int64(l.file.maxCell))
			break
		}
		var kind Kind
		start[done] = uint32(len(data))
		data, kind = l.write(data, raw)
		end[done], kinds[done] = uint32(len(data)), kind
		flags |= kind
		if done++; len(data) >= full {
			break
		}
	}
	c.data = data
	c.giveBack(n - done)
	if flags&kindFlags != 0 {
		l.noteFlags(c, done)
	}
	return done, err
}

// emitTexts copies a stretch of texts as they stand in the page, with what is
// between them. It answers 0 if one of the first may not be valid UTF-8.
func (l *leafReader) emitTexts(c *typedCells, n, most int) (done int, err error) {
	const lengthBytes = 4
	v := &l.vals
	gap, size := 0, 0
	if v.form == formBytes {
		gap = lengthBytes
	}
	start, end, kinds := c.room(n)
	at, base, room := 0, len(c.data), most-c.text()
	for done < n && (at < room || done == 0) {
		switch {
		case gap == 0 && v.at+done < len(v.lengths):
			size = int(v.lengths[v.at+done])
		case gap > 0 && at+gap <= len(v.b):
			size = int(binary.LittleEndian.Uint32(v.b[at:]))
		default:
			err = errValues
		}
		if err == nil && size > len(v.b)-at-gap {
			err = errValues
		} else if err == nil && size > l.file.maxCell {
			err = cellTooLarge(int64(l.file.maxCell))
		}
		if err != nil {
			break
		}
		at += gap
		start[done], end[done], kinds[done] = uint32(base+at), uint32(base+at+size), String
		at += size
		done++
	}
	c.giveBack(n - done)
	c.data = append(c.data, v.b[:at]...)
	if gap > 0 { // lengths are no text, nor part of the ASCII that it is
		for _, s := range start[:done] {
			clear(c.data[s-lengthBytes : s])
		}
	}
	if !isASCII(c.data[base:]) {
		for i := range done {
			if !utf8.Valid(c.data[start[i]:end[i]]) {
				c.giveBack(done)
				c.data = c.data[:base]
				return 0, nil
			}
		}
	}
	v.b, v.at = v.b[at:], v.at+done
	return done, err
}

// noteFlags counts and takes off the flags of the last n cells.
func (l *leafReader) noteFlags(c *typedCells, n int) {
	from := c.rows() - n
	for i, kind := range c.kinds[from:] {
		if kind&kindFlags != 0 {
			l.flags.note(kind, *l.base+int64(from+i+1))
			c.kinds[from+i] = kind &^ kindFlags
		}
	}
}

// emitEntries adds n values of the dictionary, whose text is shared.
func (l *leafReader) emitEntries(c *typedCells, n int) error {
	d := &l.dict
	for n > 0 {
		k := min(n, levelsAhead)
		ids := l.indexes[:k]
		if err := readHybrid(&l.vals.runs, ids); err != nil {
			return err
		}
		start, end, kinds := c.room(k)
		starts, ends, all := d.start, d.end, d.kinds
		ends, all = ends[:len(starts)], all[:len(starts)]
		for i, id := range ids {
			if int(id) >= len(starts) {
				return errEntry
			}
			start[i], end[i], kinds[i] = starts[id], ends[id], all[id]
		}
		if d.flagged {
			l.noteFlags(c, k)
		}
		n -= k
	}
	return nil
}

// skipRows goes past rows, of which there have to be as many.
func (l *leafReader) skipRows(rows int64) error {
	if l.node.rep > 0 {
		return l.skipRepeated(rows)
	}
	for rows > 0 {
		if l.lo == l.hi && l.n == 0 {
			if err := l.nextPage(&rows); err != nil {
				return err
			}
			continue
		}
		if l.node.def == 0 {
			k := int(min(rows, int64(l.n)))
			if err := l.vals.skip(k); err != nil {
				return l.because(err)
			}
			l.n -= k
			rows -= int64(k)
			continue
		}
		if err := l.levels(); err != nil {
			return err
		}
		k := int(min(rows, int64(l.hi-l.lo)))
		if err := l.skipLevels(k); err != nil {
			return err
		}
		rows -= int64(k)
	}
	return nil
}

// skipLevels goes past k of the levels in the arrays, and their values.
func (l *leafReader) skipLevels(k int) error {
	values := 0
	for _, d := range l.defs[l.lo : l.lo+k] {
		if d == uint8(l.node.def) {
			values++
		}
	}
	l.lo += k
	if err := l.vals.skip(values); err != nil {
		return l.because(err)
	}
	return nil
}

// skipRepeated goes past rows of a column that repeats; it stands before one.
func (l *leafReader) skipRepeated(rows int64) error {
	begun := false // a row is under way
	for rows > 0 || begun {
		if l.lo == l.hi && l.n == 0 {
			if l.left <= 0 && rows == 0 {
				return nil
			}
			if !begun && rows > 0 {
				if err := l.nextPage(&rows); err != nil {
					return err
				}
				continue
			}
		}
		if err := l.levels(); err != nil {
			return err
		}
		k := 0
		for _, r := range l.reps[l.lo:l.hi] {
			if r == 0 {
				if rows == 0 {
					begun = false
					break
				}
				rows--
				begun = true
			}
			k++
		}
		if err := l.skipLevels(k); err != nil {
			return err
		}
		if l.lo == l.hi && l.n == 0 && l.left <= 0 {
			begun = false
		}
	}
	return nil
}
