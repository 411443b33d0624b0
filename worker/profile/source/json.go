package source

import (
	"bytes"
	"context"
	"slices"
)

// JSON documents are read by RFC 8259 and nothing looser: every document whose
// top is an array or an object is accepted, and nothing else.
//
//   - An array is a table. Elements that are objects have a column for each
//     path to a value that is no object ("a.b"), elements that are arrays have
//     column_1, column_2 …, all others stand in the column "value". The kind of
//     the first element is what the table should consist of; others get their
//     columns too, and the problem mixed_rows.
//   - An object is a row; but if exactly one of its members is an array whose
//     first element is an object, that array is the table.
//   - Arrays in cells stay JSON text without white space; so do empty objects,
//     which have no path of their own.
//   - Of a key that comes twice in an object the last one counts
//     (duplicate_keys). Half a surrogate pair becomes U+FFFD (lone_surrogates).
//   - Bytes that are not UTF-8 are refused, as the RFC demands.

// jsonMode is what the text is, and where its rows stand.
type jsonMode byte

const (
	jsonLines   jsonMode = iota // each line is a row
	jsonArray                   // the document is an array of rows
	jsonWrapped                 // … is an object, one member of which is the array
	jsonObject                  // … is an object, which is the row
)

// depth is the number of arrays and objects around a row.
func (m jsonMode) depth() int {
	switch m {
	case jsonArray:
		return 1
	case jsonWrapped:
		return 2
	}
	return 0
}

type jsonScanner struct {
	input   *input
	dialect Dialect
	limits  Limits
	mode    jsonMode
	start   int64 // offset of the first row (or of what stands where it should)
	// alone is set where all members of a wrapping object are known to be no
	// second table.
	alone bool
	names *jsonNames
	shape rowShape // of the first row
	mark  rowMark

	unit  int64 // of the plan; 0 for the usual one
	block int   // of reading, in bytes
}

func openJSON(ctx context.Context, r *input, d Dialect, o Options, l Limits) (Scanner, error) {
	s := &jsonScanner{input: r, dialect: d, limits: l, names: newJSONNames(l.MaxColumns), block: jsonBlock}
	s.dialect.Typed, s.dialect.Confidence = true, 1
	if l.SegmentBytes > 0 {
		s.unit, s.block = l.SegmentBytes, int(l.SegmentBytes/3+1)
	}
	if d.Format == "json" {
		if err := s.document(ctx); err != nil {
			return nil, err
		}
	}
	s.names.start = s.start
	if err := s.preview(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// preview reads the first block as the scan will do, so that all segments know
// the first rows' columns. What is wrong there the scan finds again.
func (s *jsonScanner) preview(ctx context.Context) error {
	t := s.newTokeniser()
	if err := t.load(s.start, headSize); err != nil {
		return err
	}
	s.mark = newRowMark(t.parser.buf[:t.parser.n])
	out := parsed{start: s.start, end: s.start}
	t.begin(0, s.start, discard{})
	t.size = headSize
	t.block(ctx, &out, s.start+headSize)
	if s.shape == noShape { // nothing but nulls, or a first row that does not end here
		s.shape = t.shapeAt(out.end)
	}
	if t.failed {
		return out.err
	}
	return ctx.Err()
}

// shapeAt tells the kind of the row at an offset within the block by its first
// character.
func (t *jsonTokeniser) shapeAt(off int64) rowShape {
	if off < t.off || off > t.off+int64(t.parser.n) {
		return scalarShape // behind the table already
	}
	rest := bytes.TrimLeft(t.parser.buf[off-t.off:t.parser.n], " \t\r\n")
	if len(rest) > 0 && (rest[0] == '{' || rest[0] == '[') {
		return rowShape(rest[0])
	}
	return scalarShape
}

// discard is a Sink for batches that nobody wants.
type discard struct{}

func (discard) Batch(*Batch) error { return nil }

func (s *jsonScanner) Dialect() Dialect  { return s.dialect }
func (s *jsonScanner) Columns() []string { return s.names.list() }
func (s *jsonScanner) Close() error      { s.input.close(); return nil }

// Scan implements Scanner. It can be called once.
func (s *jsonScanner) Scan(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error {
	cuts := newPlan(s.names.count())
	if s.unit > 0 {
		cuts.unit = s.unit
	}
	run := segments{
		text: s.input.text, plan: cuts, start: s.start, workers: workers,
		newTokeniser: func() tokeniser { return s.newTokeniser() },
		newSink:      newSink, mark: s.input.mark,
		accept: func(r parsed) []string { return slices.Clip(s.names.settled(r.end, r.more)) },
		done:   done, trailing: s.input.trailing,
	}
	return run.run(ctx)
}
