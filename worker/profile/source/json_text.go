package source

import (
	"context"
	"errors"
	"io"
)

// jsonText loads blocks of the text into a parser's buffer.
type jsonText struct {
	text   text
	parser *jsonParser
	off    int64 // of the block
	// end is why there is no text behind the block: nil where there is some,
	// io.EOF, or a *Error where the file is broken.
	end error
}

// load puts size bytes of text, or all that is left, into the buffer. The
// error is a fault of the reading, not of the file.
func (t *jsonText) load(off int64, size int) error {
	p := t.parser
	if cap(p.buf) < size+jsonPadding {
		p.buf = make([]byte, size+jsonPadding)
	}
	p.buf = p.buf[:size+jsonPadding]
	n, err := t.text.ReadAt(p.buf[:size], off)
	var broken *Error
	if err != nil && err != io.EOF && !errors.As(err, &broken) {
		return err
	}
	clear(p.buf[n : n+jsonPadding])
	p.buf = p.buf[:n+jsonPadding]
	p.n, p.pos, p.utf8 = n, 0, -1
	t.off, t.end = off, err
	return nil
}

// skipSpace loads a block that has the first character from off on which is no
// white space, and answers with its offset. At the end of the text the error
// is io.EOF, and the answer the length of the text.
func (t *jsonText) skipSpace(ctx context.Context, off int64) (int64, error) {
	for {
		if err := ctx.Err(); err != nil {
			return off, err
		}
		if err := t.load(off, headSize); err != nil {
			return off, err
		}
		p := t.parser
		p.space()
		off += int64(p.pos)
		if p.pos < p.n {
			return off, nil
		}
		if t.end != nil {
			return off, t.end
		}
	}
}
