package source

import (
	"context"
	"io"
)

// document finds out what a document's top is and where its rows begin.
func (s *jsonScanner) document(ctx context.Context) error {
	in := jsonText{text: s.input.text, parser: newJSONParser(s.names, s.limits)}
	at, err := in.skipSpace(ctx, 0)
	if err == io.EOF {
		return emptyFile("The file holds nothing but white space.")
	}
	if err != nil {
		return err
	}
	switch in.parser.buf[in.parser.pos] {
	case '[':
		s.mode = jsonArray
		s.start, err = in.skipSpace(ctx, at+1)
		if err == io.EOF { // the scan says what is missing
			err = nil
		}
		return err
	case '{':
		return s.object(ctx, &in, at)
	}
	return s.refuseTop(&in, at)
}

// refuseTop tells a lone scalar from what is no JSON at all.
func (s *jsonScanner) refuseTop(in *jsonText, at int64) error {
	if err := in.load(at, headSize); err != nil {
		return err
	}
	if p := in.parser; p.compactOK() {
		return &Error{Code: "not_a_table", Row: -1, Offset: at,
			Message: "The document is a single value, not an array or an object.",
			Hint:    "Write the table as an array of objects, one for each row."}
	} else if p.incomplete() && in.end == io.EOF {
		return truncatedJSON(-1, at+int64(p.n))
	}
	return in.parser.err(-1, at)
}

// object decides whether the object at offset at is a row or has the table in
// it. Whatever is wrong with it, the scan finds again and says where.
func (s *jsonScanner) object(ctx context.Context, in *jsonText, at int64) error {
	s.mode, s.start = jsonObject, at
	for size := headSize; ; size *= 4 {
		if err := ctx.Err(); err != nil {
			return err
		}
		size = min(size, in.parser.maxRow())
		if err := in.load(at, size); err != nil {
			return err
		}
		tables, open, ended := in.parser.tables()
		enough := ended || in.end != nil || size == in.parser.maxRow() ||
			// A cell it cannot be any more.
			open >= 0 && int64(in.parser.n-open) > s.limits.MaxCellBytes
		if !enough {
			continue
		}
		if len(tables) == 1 {
			s.mode, s.start, s.alone = jsonWrapped, at+int64(tables[0]), ended
		}
		return nil
	}
}

// tables reads the object at pos and answers with the positions of the first
// elements of those members that are arrays of objects. ended is true when the
// object was read to its end or to a fault, and not merely to the end of the
// buffer; otherwise open is the position of the table that the buffer ends in,
// or -1.
func (p *jsonParser) tables() (found []int, open int, ended bool) {
	open = -1
	p.depth = 1
	p.pos++
	p.space()
	for p.buf[p.pos] == '"' {
		if !p.rawText() {
			break
		}
		p.space()
		if p.buf[p.pos] != ':' {
			break
		}
		p.pos++
		p.space()
		value := p.pos
		if first, ok := p.firstObject(); ok {
			found = append(found, first)
			open = value
		}
		if _, ok := p.compact(p.pos); !ok {
			break
		}
		open = -1
		p.space()
		if p.buf[p.pos] != ',' {
			break
		}
		p.pos++
		p.space()
	}
	return found, open, p.pos < p.n
}

// firstObject answers with the position of the first element of the array at
// pos, if that is an object.
func (p *jsonParser) firstObject() (at int, ok bool) {
	if p.buf[p.pos] != '[' {
		return 0, false
	}
	start := p.pos
	p.pos++
	p.space()
	at = p.pos
	p.pos = start
	return at, p.buf[at] == '{'
}

// compactOK tells whether the value at pos is JSON and all there is.
func (p *jsonParser) compactOK() bool {
	if _, ok := p.compact(p.pos); !ok {
		return false
	}
	p.space()
	return p.pos == p.n || p.wrong("the end of the file", "")
}
