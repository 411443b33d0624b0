package source

import (
	"bufio"
	"context"
	"io"
	"strings"
)

const (
	drawnDelimiter = "\x1f" // which no such table has in its cells
	drawnLine      = 256 << 10
)

// redraw puts the table that is drawn in the text in its place: rows of cells
// without padding, bars and rules. Offsets are those of the new text.
func (r *input) redraw(ctx context.Context, d *drawing) error {
	old := &textReader{text: r.text}
	in := bufio.NewReaderSize(old, drawnLine)
	r.text = newStreamText(ctx, &drawnReader{drawing: *d, in: in}, func() int64 { return old.text.consumed(old.off) })
	return r.readHead(headSize)
}

// options are those with which the new text is to be read.
func (d *drawing) options(o Options) Options {
	o.Delimiter, o.Quote, o.Escape, o.Comment = drawnDelimiter, "none", "none", "none"
	if o.Header == "" {
		o.Header = "yes"
	}
	none := int64(0)
	o.SkipRows = &none
	return o
}

// delimiter is what stands between the cells, as people see it.
func (d *drawing) delimiter() string {
	if d.bar == 0 {
		return " "
	}
	return string(d.bar)
}

// textReader reads a text from front to back.
type textReader struct {
	text text
	off  int64
}

func (t *textReader) Read(p []byte) (int, error) {
	p = p[:min(len(p), 64<<10)]
	n, err := t.text.ReadAt(p, t.off)
	t.off += int64(n)
	t.text.release(t.off)
	return n, err
}

// drawnReader is the text of a drawn table as rows.
type drawnReader struct {
	drawing
	in   *bufio.Reader
	line int
	out  []byte
	err  error
}

func (r *drawnReader) Read(p []byte) (int, error) {
	for len(r.out) == 0 && r.err == nil {
		r.next()
	}
	if len(r.out) == 0 {
		return 0, r.err
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// next reads a line; one that is longer than the buffer counts as several.
func (r *drawnReader) next() {
	piece, err := r.in.ReadSlice('\n')
	if err != nil && err != bufio.ErrBufferFull {
		r.err = err
		if err == io.EOF && len(piece) == 0 {
			return
		}
	}
	line := strings.TrimRight(string(piece), "\r\n")
	at := r.line
	r.line++
	if at < r.first || at != r.first && !r.isRow(line) {
		return
	}
	r.out = r.out[:0]
	for i, cell := range r.split(line) {
		if i > 0 {
			r.out = append(r.out, drawnDelimiter...)
		}
		r.out = append(r.out, strings.NewReplacer(drawnDelimiter, " ", "\r", " ").Replace(strings.Trim(cell, " \t"))...)
	}
	r.out = append(r.out, '\n')
}
