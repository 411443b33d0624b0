package source

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// xmlToken is what stands next in a part of a workbook.
type xmlToken uint8

const (
	xmlEnd   xmlToken = iota // of an element; of the part where depth is 0
	xmlStart                 // of an element
	xmlText
	xmlFault // see xmlReader.err
)

const (
	xmlBuffer = 64 << 10
	xmlDepth  = 256
	xmlTag    = 1 << 20 // longest tag
)

// xmlReader is a tokeniser for the XML of workbooks: elements, attributes and
// text, without allocations. It knows no document types, so no entity can grow,
// and it checks neither names nor that tags match: a workbook is read for its
// cells. (encoding/xml takes about eight times as long for a sheet.)
type xmlReader struct {
	in       io.Reader
	buf      []byte
	pos, end int
	eof      bool
	err      error
	longest  int // of a text

	name  []byte // of the element, without its prefix
	rest  []byte // attributes that were not looked at yet
	text  []byte // of a text token, entities resolved
	spare []byte
	empty bool // the start tag was an end tag, too
	depth int
}

func newXMLReader(in io.Reader, longest int) *xmlReader {
	return &xmlReader{in: in, buf: make([]byte, xmlBuffer), longest: longest}
}

// fill reads more, keeping what stands behind pos. It answers false at the end
// of the part, and when something is wrong.
func (x *xmlReader) fill(limit int) bool {
	if x.err != nil || x.eof {
		return false
	}
	if x.pos > 0 {
		copy(x.buf, x.buf[x.pos:x.end])
		x.pos, x.end = 0, x.end-x.pos
	}
	if x.end == len(x.buf) {
		if x.end >= limit {
			x.err = &Error{Code: "cell_too_large", Row: -1, Offset: -1,
				Message: fmt.Sprintf("A text in the workbook is larger than %s.", sizeOf(int64(limit))),
				Hint:    "Shorten the text, or raise the limit of a cell's size."}
			return false
		}
		x.buf = append(make([]byte, 0, 2*len(x.buf)), x.buf...)[:2*len(x.buf)]
	}
	n, err := x.in.Read(x.buf[x.end:])
	x.end += n
	if err == io.EOF {
		x.eof = true
	} else if err != nil {
		x.err = err
	}
	return n > 0 || err == nil
}

func (x *xmlReader) fault(what string) xmlToken {
	if x.err == nil {
		x.err = brokenWorkbook(what)
	}
	return xmlFault
}

// next reads a token. What it shows is good until the next call.
func (x *xmlReader) next() xmlToken {
	if x.empty {
		x.empty = false
		x.depth--
		return xmlEnd
	}
	for {
		k := bytes.IndexByte(x.buf[x.pos:x.end], '<')
		switch {
		case k > 0:
			raw := x.buf[x.pos : x.pos+k]
			x.pos += k
			if x.depth == 0 {
				continue // a byte order mark, or white space around the root
			}
			return x.resolve(raw)
		case k == 0:
			if t, ok := x.tag(); ok {
				return t
			}
		default:
			if !x.fill(x.longest) {
				if x.err == nil && x.depth == 0 {
					return xmlEnd
				}
				return x.fault("its XML ends too early")
			}
		}
	}
}

// tag reads what begins with the < at pos; not ok is what shows as no token.
func (x *xmlReader) tag() (t xmlToken, ok bool) {
	for x.end-x.pos < 4 {
		if !x.fill(xmlTag) {
			return x.fault("its XML ends too early"), true
		}
	}
	switch x.buf[x.pos+1] {
	case '?':
		return x.skip("?>")
	case '!':
		return x.marked()
	}
	n := x.tagLength()
	if n < 0 {
		return x.fault("a tag of its XML does not end"), true
	}
	inner := x.buf[x.pos+1 : x.pos+n-1]
	x.pos += n
	if inner[0] == '/' {
		if x.depth--; x.depth < 0 {
			return x.fault("its XML ends an element that was not begun"), true
		}
		x.name = local(bytes.TrimRight(inner[1:], " \t\r\n"))
		return xmlEnd, true
	}
	if inner[len(inner)-1] == '/' {
		x.empty = true
		inner = inner[:len(inner)-1]
	}
	name := 0
	for name < len(inner) && inner[name] > ' ' {
		name++
	}
	x.name, x.rest = local(inner[:name]), inner[name:]
	if x.depth++; x.depth > xmlDepth {
		return x.fault("its XML is nested too deeply"), true
	}
	return xmlStart, true
}

// tagLength is the length of the tag at pos; -1 if it does not end.
func (x *xmlReader) tagLength() int {
	var quote byte
	for i := 1; ; i++ {
		if x.pos+i >= x.end && !x.fill(xmlTag) {
			return -1
		}
		if x.pos+i >= x.end {
			i--
			continue
		}
		switch c := x.buf[x.pos+i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>' && i > 1:
			return i + 1
		case c == '>' || c == '<':
			return -1
		}
	}
}

// marked reads comments and character data.
func (x *xmlReader) marked() (xmlToken, bool) {
	for x.end-x.pos < 9 && x.fill(xmlTag) {
	}
	here := x.buf[x.pos:x.end]
	switch {
	case bytes.HasPrefix(here, []byte("<!--")):
		x.pos += 4
		return x.skip("-->")
	case bytes.HasPrefix(here, []byte("<![CDATA[")):
		x.pos += 9
		for {
			if k := bytes.Index(x.buf[x.pos:x.end], []byte("]]>")); k >= 0 {
				x.text = x.buf[x.pos : x.pos+k]
				x.pos += k + 3
				return xmlText, true
			}
			if !x.fill(x.longest) {
				return x.fault("its XML ends too early"), true
			}
		}
	}
	return x.fault("its XML declares a document type, as no workbook does"), true
}

// skip passes over everything up to an end mark.
func (x *xmlReader) skip(mark string) (xmlToken, bool) {
	for {
		if k := bytes.Index(x.buf[x.pos:x.end], []byte(mark)); k >= 0 {
			x.pos += k + len(mark)
			return 0, false
		}
		x.pos = max(x.pos, x.end-len(mark)+1)
		if !x.fill(xmlTag) {
			return x.fault("its XML ends too early"), true
		}
	}
}

// resolve makes a text token of text with entities.
func (x *xmlReader) resolve(raw []byte) xmlToken {
	x.text = raw
	if bytes.IndexByte(raw, '&') >= 0 {
		x.spare = appendResolved(x.spare[:0], raw)
		x.text = x.spare
	}
	return xmlText
}

// attr answers with the next attribute of a start tag; false behind the last.
func (x *xmlReader) attr() (name, value []byte, ok bool) {
	s := x.rest
	i := 0
	for i < len(s) && s[i] <= ' ' {
		i++
	}
	from := i
	for i < len(s) && s[i] != '=' && s[i] > ' ' {
		i++
	}
	name = s[from:i]
	for i < len(s) && (s[i] <= ' ' || s[i] == '=') {
		i++
	}
	if i >= len(s) || s[i] != '"' && s[i] != '\'' {
		x.rest = nil
		return nil, nil, false
	}
	k := bytes.IndexByte(s[i+1:], s[i])
	if k < 0 {
		x.rest = nil
		return nil, nil, false
	}
	value, x.rest = s[i+1:i+1+k], s[i+k+2:]
	if bytes.IndexByte(value, '&') >= 0 {
		value = appendResolved(nil, value)
	}
	return local(name), value, true
}

// leave reads up to the end of the element that was begun last.
func (x *xmlReader) leave() bool {
	for depth := x.depth; ; {
		switch x.next() {
		case xmlFault:
			return false
		case xmlEnd:
			if x.depth < depth {
				return true
			}
		}
	}
}

// local takes the prefix off a name.
func local(name []byte) []byte {
	if k := bytes.IndexByte(name, ':'); k >= 0 {
		return name[k+1:]
	}
	return name
}

// appendResolved appends text with its entities as the characters they mean;
// what is no entity stays as it is.
func appendResolved(dst, s []byte) []byte {
	for {
		k := bytes.IndexByte(s, '&')
		if k < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:k]...)
		s = s[k:]
		end := bytes.IndexByte(s[:min(len(s), 12)], ';')
		if end < 0 {
			dst, s = append(dst, '&'), s[1:]
			continue
		}
		switch name := string(s[1:end]); name {
		case "amp":
			dst = append(dst, '&')
		case "lt":
			dst = append(dst, '<')
		case "gt":
			dst = append(dst, '>')
		case "quot":
			dst = append(dst, '"')
		case "apos":
			dst = append(dst, '\'')
		default:
			r, ok := charReference(name)
			if !ok {
				dst = append(dst, s[:end+1]...)
				break
			}
			dst = utf8.AppendRune(dst, r)
		}
		s = s[end+1:]
	}
}

func charReference(name string) (rune, bool) {
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 31)
	return rune(n), err == nil
}

// appendUnescaped appends a string of a workbook (ISO/IEC 29500-1, ST_Xstring):
// _x000D_ stands for the character of that number.
func appendUnescaped(dst, s []byte) []byte {
	for {
		k := bytes.Index(s, []byte("_x"))
		if k < 0 || k+7 > len(s) {
			return append(dst, s...)
		}
		n, err := strconv.ParseUint(string(s[k+2:k+6]), 16, 16)
		if s[k+6] != '_' || err != nil {
			dst, s = append(dst, s[:k+2]...), s[k+2:]
			continue
		}
		dst, s = utf8.AppendRune(append(dst, s[:k]...), rune(n)), s[k+7:]
	}
}

func brokenWorkbook(what string) *Error {
	return &Error{Code: "bad_workbook", Row: -1, Offset: -1,
		Message: "The workbook is damaged: " + what + ".",
		Hint:    "Open it in a spreadsheet program and save it again as XLSX."}
}
