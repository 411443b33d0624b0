package source

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
)

// input is a file that has been looked at: its text, and what is known of it.
type input struct {
	name  string // file name, without the suffix of a compression
	table string // what its only table is called
	// part says that this is one of several tables already, or a member of an
	// archive: then others below it are said only.
	part bool
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
	// trailing tells, once the text has been read, whether something that does not
	// belong to the compressed file stands behind it; nil where nothing can.
	trailing func() bool
}

const (
	headSize  = 256 << 10
	probeSize = 16 << 10
	probes    = 64
	asciiHead = 4 << 20 // the most that a stream's head grows to
)

// layer is a file on its way out of what is around it. Its head has been read.
type layer struct {
	name string
	head []byte
	stop error     // what ended head before its time; nil where rest follows
	rest io.Reader // what stands behind head
	used func() int64
	// random is the same file by ranges; its Size is -1 where there is only the stream.
	random Input
	member bool // of an archive
	close  func()
	// trailing is input.trailing.
	trailing func() bool
}

// opener makes a Scanner of a format that is read by ranges.
type opener func(ctx context.Context, in Input, o Options, l Limits) (Scanner, error)

// openerOf knows the formats that are not text by how they begin.
func openerOf(head []byte, member bool) (format string, open opener) {
	switch {
	case isParquet(head):
		return "parquet", openParquet
	case isArrow(head):
		return "arrow", openArrow
	case isZip(head) && member:
		return "zip", openZipMember
	case isZip(head):
		return "zip", openZip
	}
	return "", nil
}

// Open finds out what a file is and makes a Scanner for it. The error is a
// *Error for everything the file or the options are to blame for.
func Open(ctx context.Context, in Input, o Options, l Limits) (Scanner, error) {
	l = l.withDefaults()
	if err := o.Validate(); err != nil {
		return nil, err
	}
	raw := &rangeReader{in: in}
	y, err := newLayer(in.Name, raw)
	if err != nil {
		return nil, err
	}
	if y.stop != nil && y.stop != io.EOF {
		return nil, y.stop
	}
	if len(y.head) == 0 {
		return nil, emptyFile("The file is empty.")
	}
	y.random, y.used = in, func() int64 { return raw.off }
	return openLayer(ctx, y, Dialect{}, o, l)
}

// newLayer reads the beginning of a file.
func newLayer(name string, in io.Reader) (*layer, error) {
	head, err := readHead(in, headSize)
	var broken *Error
	if err != nil && err != io.EOF && !errors.As(err, &broken) {
		return nil, err
	}
	return &layer{name: name, head: head, stop: err, rest: in, random: Input{Size: -1}, close: func() {}}, nil
}

// content reads the file from its beginning, once.
func (y *layer) content() io.Reader { return io.MultiReader(bytes.NewReader(y.head), y.rest) }

// openLayer makes a Scanner of what is in a layer, and closes it on an error.
func openLayer(ctx context.Context, y *layer, d Dialect, o Options, l Limits) (s Scanner, err error) {
	table := y.name
	if c := compressionOf(y.head); c != "" {
		d.Compression = cmp.Or(d.Compression, c)
		if y, err = y.unpack(c, l); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			y.close()
		}
	}()
	format, open := openerOf(y.head, y.member)
	if err := o.fits(format); err != nil {
		return nil, err
	}
	if open != nil {
		return y.openRandom(ctx, open, d, o, l)
	}
	d.Table = o.Table
	r := &input{name: y.name, table: table, part: y.member, close: y.close, trailing: y.trailing}
	if err := r.decode(ctx, y, &d, o); err != nil {
		return nil, err
	}
	d.Format = o.Format
	if d.Format == "" {
		d.Format = formatOf(r.name, r.head, r.whole)
	}
	if err := r.only(d.Format, o); err != nil {
		return nil, err
	}
	if d.Format == "csv" {
		s, err = openCSV(ctx, r, d, o, l)
	} else {
		s, err = openJSON(ctx, r, d, o, l)
	}
	if err != nil {
		return nil, behindMark(err, r.mark)
	}
	return s, nil
}

// only refuses the name of a table that the text cannot have: one of a CSV may
// have several, which shows later.
func (r *input) only(format string, o Options) error {
	if o.Table == "" || o.Table == r.table || format == "csv" && !r.part {
		return nil
	}
	return noSuchTable(o.Table, []Table{{Name: r.table}})
}

// unpack undoes one compression.
func (y *layer) unpack(compression string, l Limits) (*layer, error) {
	z, err := newDecompressor(compression, y.content(), l)
	if err != nil {
		y.close()
		return nil, err
	}
	inner, err := newLayer(innerName(y.name, compression), z)
	if err == nil {
		switch {
		case len(inner.head) == 0 && inner.stop != io.EOF:
			err = inner.stop
		case len(inner.head) == 0:
			err = emptyFile("The compressed file has nothing in it.")
		case compressionOf(inner.head) != "":
			err = unsupported("compressed twice", "Unpack it once, then upload it again.")
		}
	}
	if err != nil {
		z.close()
		y.close()
		return nil, err
	}
	inner.member = y.member
	inner.used = func() int64 { return z.raw.n }
	if y.member {
		inner.used = y.used
	}
	inner.close = func() { z.close(); y.close() }
	if g, ok := z.out.(*gzipMembers); ok {
		inner.trailing = func() bool { return g.trailing }
	}
	return inner, nil
}

// openRandom opens a format that needs to be read by ranges.
func (y *layer) openRandom(ctx context.Context, open opener, d Dialect, o Options, l Limits) (Scanner, error) {
	in := y.random
	done := func() {}
	if in.Size < 0 {
		file, size, err := spool(ctx, y.content(), l)
		if err != nil {
			return nil, err
		}
		in, done = Input{Size: size, ReaderAt: file}, file.remove
	}
	in.Name = y.name
	s, err := open(ctx, in, o, l)
	if err != nil {
		done()
		return nil, err
	}
	return &unpacked{Scanner: s, compression: d.Compression, used: y.used(), size: in.Size, close: func() { done(); y.close() }}, nil
}

// unpacked is a Scanner of a file that was taken out of something else.
type unpacked struct {
	Scanner
	compression string
	used, size  int64 // of the file around it and of the file itself, in bytes
	close       func()
}

func (u *unpacked) Dialect() Dialect {
	d := u.Scanner.Dialect()
	if u.compression != "" {
		d.Compression = u.compression
	}
	return d
}

// Tables implements Tabler.
func (u *unpacked) Tables() []Table { return TablesOf(u.Scanner) }

// Scales implements Scaler.
func (u *unpacked) Scales() []int { return ScalesOf(u.Scanner) }

// Semantics implements Declarer.
func (u *unpacked) Semantics() []string { return SemanticsOf(u.Scanner) }

func (u *unpacked) Scan(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error {
	if u.compression == "" {
		return u.Scanner.Scan(ctx, workers, newSink, done)
	}
	return u.Scanner.Scan(ctx, workers, newSink, func(seg Segment, sink Sink) error {
		seg.BytesDone = scaled(seg.BytesDone, u.used, u.size)
		return done(seg, sink)
	})
}

func (u *unpacked) Close() error {
	err := u.Scanner.Close()
	u.close()
	return err
}

// scaled is n parts of size as parts of whole.
func scaled(n, whole, size int64) int64 {
	if size <= 0 || n >= size {
		return whole
	}
	return int64(float64(n) / float64(size) * float64(whole))
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

// decode finds the encoding of the unpacked head and makes the text.
func (r *input) decode(ctx context.Context, y *layer, d *Dialect, o Options) error {
	if e := refuse(y.head); e != nil {
		return e
	}
	in := y.random
	random := in.Size >= 0
	if !random && o.Encoding == "" {
		if err := y.readOn(); err != nil {
			return err
		}
	}
	head, content := y.head, y.content()
	var c charset
	if o.Encoding != "" {
		var err error
		if c, err = namedCharset(o.Encoding, head); err != nil {
			return err
		}
	} else {
		var probes iter.Seq[[]byte]
		if random {
			probes = probe(in, int64(len(head)))
		}
		c = detectCharset(head, probes)
		if c.legacy() && isJSON(o.Format, r.name, head, y.stop == io.EOF) {
			// RFC 8259, section 8.1, knows nothing else: what is not UTF-8 is a fault.
			c = charset{name: "utf-8", sure: 1}
		}
		_, marked := markOf(head)
		wide := strings.HasPrefix(c.name, "utf-16") || strings.HasPrefix(c.name, "utf-32")
		if !marked && !wide && !isText(head, c.codec == nil) {
			return &Error{Code: "not_a_table", Message: "The file holds binary data, not text.", Row: -1, Offset: -1, Hint: hintTable}
		}
	}
	d.Encoding, d.EncodingConfidence = c.name, c.sure
	if c.codec == nil {
		r.mark = int64(c.bom)
	}
	if random && c.codec == nil {
		r.text = fileText{file: in, base: int64(c.bom), end: in.Size}
	} else {
		if _, err := io.CopyN(io.Discard, content, int64(c.bom)); err != nil {
			return err
		}
		r.text = newStreamText(ctx, c.reader(markless{content, r.mark}), y.used)
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

// probe reads a file behind its head: all of it if it is of some size only,
// else some pieces.
func probe(in Input, from int64) iter.Seq[[]byte] {
	size, step := int64(probeSize), (in.Size-from)/probes
	if in.Size-from <= probes*probeSize*8 {
		size, step = headSize, headSize
	}
	return func(yield func([]byte) bool) {
		b := make([]byte, size)
		for at := from + step - size; at < in.Size; at += step {
			k, _ := in.ReadAt(b[:min(size, in.Size-at)], at) // what fails here fails again in the scan
			if !yield(b[:k]) {
				return
			}
		}
	}
}

// readOn makes the head of a stream longer while it has nothing but ASCII: what
// comes later cannot be read in another encoding any more.
func (y *layer) readOn() error {
	for ascii := 0; y.stop == nil && len(y.head) < asciiHead; {
		ascii += asciiPrefix(y.head[ascii:])
		if len(y.head)-ascii > headSize/2 {
			return nil
		}
		piece, err := readHead(y.rest, headSize)
		var broken *Error
		if err != nil && err != io.EOF && !errors.As(err, &broken) {
			return err
		}
		y.head, y.stop = append(y.head, piece...), err
	}
	return nil
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
