package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// input is a file that has been looked at: its text, and what is known of it.
type input struct {
	name string // file name, without the suffix of a compression
	text text
	// head is the beginning of the text: headSize bytes or more, or all of it.
	head  []byte
	whole bool // head is all of it
	// stop is what ended the text behind head before its time, where head is
	// all that could be read (a truncated gzip, say).
	stop error
	// mark is the length of the byte order mark in front of a text in UTF-8:
	// places are told to users with it, so that they are those of the file.
	mark  int64
	close func()
}

const (
	headSize  = 256 << 10
	probeSize = 16 << 10
)

// Open finds out what a file is and makes a Scanner for it. The error is a
// *Error for everything the file or the options are to blame for.
func Open(ctx context.Context, in Input, o Options, l Limits) (Scanner, error) {
	l = l.withDefaults()
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if o.Table != "" && o.Table != in.Name {
		return nil, &Error{Code: "no_such_table", Row: -1, Offset: -1,
			Message: fmt.Sprintf("The file has no table of that name. Its only table is %q.", in.Name),
			Hint:    "Leave the table out."}
	}
	r, d, err := openInput(ctx, in, o, l)
	if err != nil {
		return nil, err
	}
	d.Format = o.Format
	if d.Format == "" {
		d.Format = formatOf(r.name, r.head, r.whole)
	}
	var s Scanner
	if d.Format == "csv" {
		s, err = openCSV(ctx, r, d, o, l)
	} else {
		s, err = openJSON(ctx, r, d, o, l)
	}
	if err != nil {
		r.close()
		return nil, behindMark(err, r.mark)
	}
	return s, nil
}

// behindMark makes an offset in a text one in the file.
func behindMark(err error, mark int64) error {
	var broken *Error
	if mark == 0 || !errors.As(err, &broken) || broken.Offset < 0 {
		return err
	}
	e := *broken
	e.Offset += mark
	return &e
}

func (l Limits) withDefaults() Limits {
	if l.MaxColumns == 0 {
		l.MaxColumns = 10_000
	}
	if l.MaxCellBytes == 0 {
		l.MaxCellBytes = 16 << 20
	}
	if l.MaxDepth == 0 {
		l.MaxDepth = 64
	}
	if l.MaxDecompressed == 0 {
		l.MaxDecompressed = 100 << 30
	}
	if l.MaxRatio == 0 {
		l.MaxRatio = 200
	}
	return l
}

// openInput undoes compression and encoding, and refuses what is no text.
func openInput(ctx context.Context, in Input, o Options, l Limits) (*input, Dialect, error) {
	var d Dialect
	raw := &rangeReader{in: in}
	head, err := readHead(raw, headSize)
	if err != nil && err != io.EOF {
		return nil, d, err
	}
	if len(head) == 0 {
		return nil, d, emptyFile("The file is empty.")
	}
	r := &input{name: in.Name, close: func() {}}
	var content io.Reader = io.MultiReader(bytes.NewReader(head), raw)
	consumed := func() int64 { return raw.off }
	stop := err

	d.Compression = compressionOf(head)
	if d.Compression != "" {
		r.name = innerName(in.Name, d.Compression)
		z, err := newDecompressor(d.Compression, content, l)
		if err != nil {
			return nil, d, err
		}
		r.close, content, consumed = z.close, z, func() int64 { return z.raw.n }
		head, stop = readHead(z, headSize)
		if len(head) == 0 {
			r.close()
			if stop != io.EOF {
				return nil, d, stop
			}
			return nil, d, emptyFile("The compressed file has nothing in it.")
		}
		content = io.MultiReader(bytes.NewReader(head), z)
		if compressionOf(head) != "" {
			r.close()
			return nil, d, unsupported("compressed twice", "Unpack it once, then upload it again.")
		}
	}
	if err := r.decode(ctx, in, &d, o, head, content, consumed, stop); err != nil {
		r.close()
		return nil, d, err
	}
	return r, d, nil
}

// decode finds the encoding of the unpacked head and makes the text.
func (r *input) decode(ctx context.Context, in Input, d *Dialect, o Options, head []byte, content io.Reader, consumed func() int64, stop error) error {
	if e := refuse(head); e != nil {
		return e
	}
	random := d.Compression == "" && in.Size >= 0
	var c charset
	if o.Encoding != "" {
		var err error
		if c, err = namedCharset(o.Encoding, head); err != nil {
			return err
		}
	} else {
		var probes [][]byte
		if random {
			probes = probe(in, int64(len(head)))
		}
		c = detectCharset(head, probes)
		if c.legacy() && isJSON(o.Format, r.name, head, stop == io.EOF) {
			// RFC 8259, section 8.1, knows nothing else: what is not UTF-8 is a fault.
			c = charset{name: "utf-8"}
		}
		_, marked := markOf(head)
		wide := strings.HasPrefix(c.name, "utf-16") || strings.HasPrefix(c.name, "utf-32")
		if !marked && !wide && !isText(head, c.codec == nil) {
			return &Error{Code: "not_a_table", Message: "The file holds binary data, not text.", Row: -1, Offset: -1, Hint: hintTable}
		}
	}
	d.Encoding = c.name
	if c.codec == nil {
		r.mark = int64(c.bom)
	}
	if random && c.codec == nil {
		r.text = fileText{file: in, base: int64(c.bom), end: in.Size}
	} else {
		if _, err := io.CopyN(io.Discard, content, int64(c.bom)); err != nil {
			return err
		}
		r.text = newStreamText(ctx, c.reader(markless{content, r.mark}), consumed)
	}
	if err := r.readHead(headSize); err != nil {
		return err
	}
	if len(r.head) == 0 {
		if r.stop != nil {
			return r.stop
		}
		return emptyFile("The file has a byte order mark and nothing else.")
	}
	if e, ok := markup(r.head); ok {
		return e
	}
	return nil
}

// markless reads what stands behind a byte order mark; places of errors then
// count from there, too.
type markless struct {
	in   io.Reader
	mark int64
}

func (m markless) Read(p []byte) (int, error) {
	n, err := m.in.Read(p)
	return n, behindMark(err, -m.mark)
}

// readHead makes head at least n bytes long, if the text has as many.
func (r *input) readHead(n int) error {
	b := make([]byte, n)
	k, err := r.text.ReadAt(b, 0)
	r.head, r.whole, r.stop = b[:k], err == io.EOF, nil
	var broken *Error
	switch {
	case err == nil || err == io.EOF:
		return nil
	case errors.As(err, &broken):
		r.stop = err
		return nil
	}
	return err
}

// probe reads some pieces of a large file behind its head.
func probe(in Input, from int64) [][]byte {
	const n = 16
	step := (in.Size - from) / n
	if step < probeSize {
		return nil
	}
	var pieces [][]byte
	for i := range int64(n) {
		b := make([]byte, probeSize)
		k, _ := in.ReadAt(b, from+(i+1)*step-probeSize) // what fails here fails again in the scan
		pieces = append(pieces, b[:k])
	}
	return pieces
}

func readHead(in io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	k, err := io.ReadFull(in, b)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return b[:k], err
}

func emptyFile(message string) *Error {
	return &Error{Code: "empty_file", Message: message, Hint: "Check how the file was made, and upload it again.", Row: -1, Offset: -1}
}

// rangeReader reads a file from front to back.
type rangeReader struct {
	in  Input
	off int64
}

func (r *rangeReader) Read(p []byte) (int, error) {
	if r.in.Size >= 0 {
		rest := r.in.Size - r.off
		if rest <= 0 {
			return 0, io.EOF
		}
		p = p[:min(int64(len(p)), rest)]
	}
	n, err := r.in.ReadAt(p, r.off)
	r.off += int64(n)
	switch {
	case err == nil || n > 0 && err == io.EOF:
		return n, nil
	case err == io.EOF && r.in.Size >= 0 && r.off < r.in.Size:
		return n, &Error{Code: "truncated_file", Row: -1, Offset: r.off,
			Message: fmt.Sprintf("The file ends after %s bytes, but it should have %s.", thousands(r.off), thousands(r.in.Size)),
			Hint:    "Copy or upload the file again."}
	case err == io.EOF:
		return n, io.EOF
	}
	return n, rawError{err}
}
