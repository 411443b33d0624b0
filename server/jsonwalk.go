package server

import (
	"bytes"
	"errors"
)

// A wide table's report has fifteen megabytes. To hand out a page of it they are
// walked once, value by value, and copied as they stand: decoding them into
// raw messages walks them four times. What is walked is JSON that the worker
// has stored; where it is not, the walk ends with errWalk, never beyond it.

var errWalk = errors.New("not the JSON that was expected")

// members calls do for each member of an object, in order. Names are as
// written: none of those that are looked for has an escape. Null has no members.
func members(object []byte, do func(name string, value []byte) error) error {
	return walk(object, '{', '}', func(_ int, name, value []byte) error { return do(string(name), value) })
}

// items calls do for each item of a list. Null has none.
func items(list []byte, do func(i int, item []byte) error) error {
	return walk(list, '[', ']', func(i int, _, item []byte) error { return do(i, item) })
}

// rewrite writes an object in which do writes each value. Null stays null.
func rewrite(out *bytes.Buffer, object []byte, do func(name string, value []byte) error) error {
	return rewritten(out, object, '{', '}', func(_ int, name, value []byte) error {
		out.WriteByte('"')
		out.Write(name)
		out.WriteString(`":`)
		return do(string(name), value)
	})
}

// rewriteItems writes a list in which do writes each item. Null stays null.
func rewriteItems(out *bytes.Buffer, list []byte, do func(i int, item []byte) error) error {
	return rewritten(out, list, '[', ']', func(i int, _, item []byte) error { return do(i, item) })
}

func rewritten(out *bytes.Buffer, value []byte, begin, end byte, do func(i int, name, value []byte) error) error {
	if string(value) == "null" {
		out.Write(value)
		return nil
	}
	out.WriteByte(begin)
	err := walk(value, begin, end, func(i int, name, value []byte) error {
		if i > 0 {
			out.WriteByte(',')
		}
		return do(i, name, value)
	})
	out.WriteByte(end)
	return err
}

// walk goes through an object or a list.
func walk(value []byte, begin, end byte, do func(i int, name, value []byte) error) error {
	if string(value) == "null" {
		return nil
	}
	at := space(value, 0)
	if at >= len(value) || value[at] != begin {
		return errWalk
	}
	at = space(value, at+1)
	if at < len(value) && value[at] == end {
		return nil
	}
	for i := 0; ; i++ {
		var name []byte
		if begin == '{' {
			to := valueEnd(value, at)
			if to < 0 || value[at] != '"' {
				return errWalk
			}
			name = value[at+1 : to-1]
			if at = space(value, to); at >= len(value) || value[at] != ':' {
				return errWalk
			}
			at = space(value, at+1)
		}
		to := valueEnd(value, at)
		if to < 0 {
			return errWalk
		}
		if err := do(i, name, value[at:to]); err != nil {
			return err
		}
		at = space(value, to)
		switch {
		case at < len(value) && value[at] == end:
			return nil
		case at >= len(value) || value[at] != ',':
			return errWalk
		}
		at = space(value, at+1)
	}
}

// valueEnd is where the value that begins at b[at] ends, -1 where it does not.
func valueEnd(b []byte, at int) int {
	depth := 0
	for i := at; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = stringEnd(b, i); i < 0 {
				return -1
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return -1
			}
			if depth == 0 {
				return i + 1
			}
		case ',', ':', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return -1
			}
		default:
			if depth > 0 {
				continue
			}
			for i < len(b) && !bytes.ContainsRune([]byte(",]} \n\r\t:"), rune(b[i])) {
				i++
			}
			return i
		}
	}
	return -1
}

// stringEnd is the place of the quote that closes the one at b[at].
func stringEnd(b []byte, at int) int {
	for i := at + 1; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		escapes := 0
		for b[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return -1
}

// space is the first place from at on where no white space stands.
func space(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\n' || b[at] == '\r' || b[at] == '\t') {
		at++
	}
	return at
}
