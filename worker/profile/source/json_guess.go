package source

import (
	"bytes"
	"context"
)

// A rowMark is what the beginning of a row looks like. By it a segment in the
// middle of a document guesses where its first row begins, without knowing
// whether it stands in a text, or how deep. Rows of a table begin alike, so
// the guess is mostly right; where it is not, the segment before tells, and
// the segment is read again.
type rowMark struct {
	open byte   // first byte of the row: { [ " or 0 for any other value
	key  []byte // of an object: its first key, in quotes, as written
}

// newRowMark looks at the first row, at the beginning of b.
func newRowMark(b []byte) rowMark {
	if len(b) == 0 {
		return rowMark{}
	}
	switch b[0] {
	case '[', '"':
		return rowMark{open: b[0]}
	case '{':
		m := rowMark{open: '{'}
		if rest := bytes.TrimLeft(b[1:], " \t\r\n"); len(rest) > 0 && rest[0] == '"' {
			if end := bytes.IndexByte(rest[1:], '"'); end >= 0 && !bytes.ContainsRune(rest[:end], '\\') {
				m.key = bytes.Clone(rest[:end+2])
			}
		}
		return m
	}
	return rowMark{}
}

// find answers with the position in b of the first row from min on that has a
// comma and the end of another row before it; -1 if there is none.
func (m rowMark) find(b []byte, min int) int {
	for from := 0; ; {
		comma := bytes.IndexByte(b[from:], ',')
		if comma < 0 {
			return -1
		}
		comma += from
		from = comma + 1
		next := from + leadingSpace(b[from:])
		if next < min || next >= len(b) || !m.closes(bytes.TrimRight(b[:comma], " \t\r\n")) {
			continue
		}
		if m.opens(b[next:]) {
			return next
		}
	}
}

func (m rowMark) closes(before []byte) bool {
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	switch m.open {
	case '{':
		return last == '}'
	case '[':
		return last == ']'
	case '"':
		return last == '"'
	}
	return true
}

func (m rowMark) opens(b []byte) bool {
	if m.open == 0 {
		return b[0] == '-' || '0' <= b[0] && b[0] <= '9' || b[0] == 't' || b[0] == 'f' || b[0] == 'n'
	}
	if b[0] != m.open {
		return false
	}
	return len(m.key) == 0 || bytes.HasPrefix(b[1+leadingSpace(b[1:]):], m.key)
}

func leadingSpace(b []byte) int {
	return len(b) - len(bytes.TrimLeft(b, " \t\r\n"))
}

const (
	guessBlock = 64 << 10
	// guessBefore is how far back a guess looks for the end of the row before.
	guessBefore = 256
	// guessBehind is how much of a row a guess wants to see.
	guessBehind = 1024
)

// guess answers with the offset at which the first row of p seems to begin, or
// -1. The error is a fault of the reading.
func (t *jsonTokeniser) guess(ctx context.Context, p part) (int64, error) {
	if t.s.mode == jsonObject {
		return -1, nil
	}
	for from := max(p.from-guessBefore, 0); from < p.to; from += guessBlock - guessBefore {
		if err := ctx.Err(); err != nil {
			return -1, err
		}
		if err := t.load(from, int(min(guessBlock, p.to-from+guessBehind))); err != nil {
			return -1, err
		}
		b := t.parser.buf[:t.parser.n]
		found := -1
		if t.s.mode == jsonLines {
			found = lineStart(b, int(max(p.from-from, 0)))
		} else {
			found = t.s.mark.find(b, int(max(p.from-from, 0)))
		}
		if found >= 0 && from+int64(found) < p.to {
			return from + int64(found), nil
		}
		if found >= 0 || t.end != nil {
			break
		}
	}
	return -1, nil
}
