package source

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
)

// Parquet files are read by our own reader: the footer and page headers
// (parquet_footer.go), the pages of each column as a stream of values
// (parquet_leaf.go, parquet_values.go), and rows from all columns side by side
// here. The libraries for Go believe what a file says of its sizes, and panic
// or take gigabytes where it lies; this one allocates what it has seen bytes for.
//
//   - Structs become columns a.b; lists, maps and repeated fields become one
//     column of JSON each. A null struct is a null in each of its columns.
//   - Nulls are those of the format. Text is what the schema calls text, and
//     bytes that are valid UTF-8; other bytes are shown in hexadecimal.
//   - Dictionaries are written out once a row group, not once a value.

const (
	parquetSegment = 1 << 20   // cells of a segment, about
	parquetBatch   = 1 << 17   // cells of a batch, about
	batchText      = 32 << 20  // bytes of the text of a batch
	maxHeld        = 320 << 20 // bytes of pages in memory at a time
)

type parquetScanner struct {
	file    *parquetFile
	meta    *parquetMeta
	leaves  []*schemaNode
	columns []parquetColumn
	names   []string
	faults  faults
	rows    int64 // of a segment
	whole   int64 // row groups of up to so many segments are not cut
	batch   int   // rows of a batch
	text    textBound
	dialect Dialect
}

// parquetFile is what all readers share.
type parquetFile struct {
	in      Input
	end     int64 // where the footer begins
	maxCell int
	// maxDepth bounds the nesting of variants, whose schema does not tell it.
	maxDepth int
	held     atomic.Int64 // bytes of buffers
}

// hold counts memory for pages, or refuses it.
func (f *parquetFile) hold(bytes int) error {
	if bytes > 0 && f.held.Add(int64(bytes)) > maxHeld {
		return tooLargeParquet(-1, "The pages that have to be read side by side take more than %s.", sizeOf(maxHeld))
	}
	return nil
}

func openParquet(_ context.Context, in Input, _ Options, l Limits) (Scanner, error) {
	return newParquetScanner(in, l)
}

func newParquetScanner(in Input, l Limits) (*parquetScanner, error) {
	meta, end, err := readParquetFooter(in)
	if err != nil {
		return nil, err
	}
	root, leaves, err := schemaTree(meta.schema, l.MaxDepth)
	if err != nil {
		return nil, err
	}
	markGeometries(leaves, meta.geo)
	var rows int64
	for i, g := range meta.groups {
		if len(g.chunks) != len(leaves) {
			return nil, invalidParquet(end, "its schema has %d columns and row group %d has %d", len(leaves), i+1, len(g.chunks))
		}
		rows += g.rows // the footer's reader has added them up
	}
	if err := boundCells(rows, len(leaves), in.Size, l); err != nil {
		return nil, err
	}
	s := &parquetScanner{meta: meta, leaves: leaves, columns: parquetColumns(root), text: newTextBound(in.Size, l),
		file:    &parquetFile{in: in, end: end, maxCell: int(l.MaxCellBytes), maxDepth: l.MaxDepth},
		dialect: Dialect{Format: "parquet", Encoding: "utf-8", Header: true, Typed: true, Confidence: 1}}
	if len(s.columns) > l.MaxColumns || len(leaves) > 4*l.MaxColumns {
		return nil, &Error{Code: "too_many_columns", Row: -1, Offset: -1,
			Message: fmt.Sprintf("The table has %s columns; the limit is %s.", thousands(int64(max(len(s.columns), len(leaves)))), thousands(int64(l.MaxColumns))),
			Hint:    "Write the file with the columns that matter, or raise the limit of columns."}
	}
	names := make([]string, len(s.columns))
	for i, c := range s.columns {
		names[i] = c.name
	}
	s.names = uniqueNames(names, &s.faults)
	n := max(len(leaves), 1)
	s.rows = int64(min(max(parquetSegment/n, 1000), 1<<18))
	s.batch = min(max(parquetBatch/n, 64), 4096)
	s.whole = wholeGroups(len(meta.groups))
	return s, nil
}

// wholeGroups is of how many segments a row group may be and not be cut. Where it
// is, the pages in which a cut falls are unpacked for both sides: for some
// writers, that is all of them. So only row groups far larger than a segment are
// cut in files that have enough of them for several cores.
func wholeGroups(groups int) int64 {
	if groups < 4 {
		return 1
	}
	return 4
}

func (s *parquetScanner) Dialect() Dialect  { return s.dialect }
func (s *parquetScanner) Columns() []string { return s.names }

func (s *parquetScanner) Close() error { return nil }

// Scales implements Scaler.
func (s *parquetScanner) Scales() []int {
	scales := make([]int, len(s.columns))
	for i, c := range s.columns {
		scales[i] = -1
		if !c.nested && c.node.logical.kind == logicalDecimal {
			scales[i] = int(c.node.logical.scale)
		}
	}
	return scales
}

// rowRange is a stretch of rows of one row group.
type rowRange struct {
	group    int
	from, to int64
}

// Scan implements Scanner.
func (s *parquetScanner) Scan(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error {
	cuts := parquetCuts{s: s}
	p := pieces[[]rowRange]{
		workers: s.readers(workers), columns: s.names, first: s.faults.list, text: s.text,
		next: cuts.next, newReader: s.newReader, newSink: newSink, done: done,
	}
	return p.run(ctx)
}

// readers is how many goroutines there is memory for: each holds a page of
// every column.
func (s *parquetScanner) readers(workers int) int {
	if workers <= 1 {
		return 1
	}
	var most, bytes int64 = 1, 0
	var largest *rowGroup
	for i := range s.meta.groups {
		g := &s.meta.groups[i]
		var sum int64
		for _, c := range g.chunks {
			sum += pageOf(&c)
		}
		most = max(most, sum)
		if g.bytes > bytes {
			largest, bytes = g, g.bytes
		}
	}
	if largest != nil {
		most = max(most, s.pagesOf(largest))
	}
	return int(min(int64(workers), max(1, maxHeld*3/4/most)))
}

// pageOf is what a page of a column takes, packed and unpacked, where the
// writer cares: they are of a megabyte.
func pageOf(c *columnChunk) int64 {
	return min(max(c.uncompressed, 0), 2<<20) + min(max(c.compressed, 0), 1<<20)
}

const (
	largeChunk = 8 << 20
	mostLooks  = 32
)

// pagesOf is what a page of each column of a row group takes, by the first page
// of large columns: some writers make one page of a whole column.
func (s *parquetScanner) pagesOf(g *rowGroup) (sum int64) {
	looks := 0
	for i := range g.chunks {
		c := &g.chunks[i]
		page := pageOf(c)
		if c.uncompressed > largeChunk && looks < mostLooks {
			looks++
			page = max(page, s.firstPage(i, c))
		}
		sum += page
	}
	return sum
}

// firstPage is what the first page with values takes; 0 where that cannot be
// read, which the scan will say.
func (s *parquetScanner) firstPage(leaf int, c *columnChunk) int64 {
	file := &parquetFile{in: s.file.in, end: s.file.end}
	l := &leafReader{file: file, node: s.leaves[leaf], ahead: 4 << 10}
	if l.open(c) != nil {
		return 0
	}
	for range 2 {
		h, err := l.header()
		if err != nil {
			return 0
		}
		if h.typ != pageDictionary {
			return int64(h.compressed) + int64(h.uncompressed)
		}
		l.pos += int64(h.compressed)
	}
	return 0
}

// parquetCuts cuts the row groups into segments of about the same number of
// rows: large ones into equal parts, small ones together. The cuts depend on
// the file alone.
type parquetCuts struct {
	s     *parquetScanner
	group int
	row   int64 // of the group
	done  int64
}

func (c *parquetCuts) next() (work []rowRange, done int64, ok bool, err error) {
	var rows int64
	for groups := c.s.meta.groups; c.group < len(groups) && len(c.s.columns) > 0; {
		g := &groups[c.group]
		left := g.rows - c.row
		if rows > 0 && rows+left > c.s.rows {
			break
		}
		// Equal parts: what is left is n segments, rounded.
		n := max((left+c.s.rows/2)/c.s.rows, 1)
		if c.row == 0 && n <= c.s.whole {
			n = 1
		}
		to := c.row + (left+n-1)/n
		if left > 0 {
			work = append(work, rowRange{c.group, c.row, to})
		}
		rows += to - c.row
		if g.rows > 0 {
			c.done = g.before + int64(float64(g.bytes)*float64(to)/float64(g.rows))
		}
		if c.row = to; to == g.rows {
			c.group++
			c.row = 0
		}
		if rows >= c.s.rows {
			break
		}
	}
	if len(work) == 0 {
		return nil, 0, false, nil
	}
	if c.group == len(c.s.meta.groups) {
		c.done = c.s.file.in.Size
	}
	return work, min(c.done, c.s.file.in.Size), true, nil
}

// groupReader reads rows of row groups, for one goroutine.
type groupReader struct {
	s       *parquetScanner
	leaves  []*leafReader
	nested  []*nestedReader // by column; nil for those that do not repeat
	cells   []typedCells
	group   int
	row     int64
	flags   valueFlags
	done    int64 // rows of the segment
	text    textBound
	batches Batch
}

func (s *parquetScanner) newReader() func(context.Context, []rowRange, Sink) pieceResult {
	r := &groupReader{s: s, group: -1, cells: make([]typedCells, len(s.columns)), nested: make([]*nestedReader, len(s.columns))}
	codecs := &codecs{}
	ahead := min(max((16<<20)/max(len(s.leaves), 1), 4<<10), 256<<10)
	for _, n := range s.leaves {
		r.leaves = append(r.leaves, &leafReader{file: s.file, node: n, write: writerOf(n), codecs: codecs, ahead: ahead, flags: &r.flags, base: &r.done})
	}
	for i, c := range s.columns {
		if c.nested {
			t := &nestedReader{node: c.node, leaves: r.leaves, maxCell: s.file.maxCell, maxDepth: s.file.maxDepth, flags: &r.flags, base: &r.done}
			t.own = t.below(c.node)
			r.nested[i] = t
		}
	}
	return r.read
}

// read is one segment.
func (r *groupReader) read(ctx context.Context, ranges []rowRange, sink Sink) (out pieceResult) {
	r.flags, r.done, r.text = valueFlags{}, 0, r.s.text
	for _, p := range ranges {
		err := r.seek(p.group, p.from)
		for err == nil && r.row < p.to {
			if err = ctx.Err(); err == nil {
				err = r.rows(int(min(p.to-r.row, int64(r.s.batch))), sink)
			}
		}
		if err != nil {
			r.group = -1
			out.err = err
			break
		}
	}
	out.rows, out.text, out.problems = r.done, r.text.used, r.flags.problems()
	return out
}

// seek goes to a row of a row group.
func (r *groupReader) seek(group int, row int64) error {
	if r.group != group || row < r.row {
		r.group, r.row = group, 0
		g := &r.s.meta.groups[group]
		for i, l := range r.leaves {
			if err := l.open(&g.chunks[i]); err != nil {
				return err
			}
		}
		for i := range r.cells {
			r.cells[i].reset()
		}
	}
	if n := row - r.row; n > 0 {
		for _, l := range r.leaves {
			if err := l.skipRows(n); err != nil {
				return err
			}
		}
		r.row = row
	}
	return nil
}

// rows hands a batch of up to want rows on.
func (r *groupReader) rows(want int, sink Sink) error {
	most := max(batchText/len(r.cells), 16<<10)
	n := want
	for i := range r.cells {
		c := &r.cells[i]
		var err error
		if t := r.nested[i]; t != nil {
			err = t.fill(c, want, most)
		} else {
			err = r.leaves[r.s.columns[i].node.leaf].fill(c, want, most)
		}
		if err != nil {
			return err
		}
		n = min(n, c.rows())
	}
	b := &r.batches
	b.Rows, b.Cols = n, slices.Grow(b.Cols[:0], len(r.cells))[:len(r.cells)]
	var text int64
	for i := range r.cells {
		b.Cols[i] = r.cells[i].vector(n)
		text += r.cells[i].length(n)
	}
	if err := r.text.add(text); err != nil {
		return err
	}
	if err := sink.Batch(b); err != nil {
		return err
	}
	for i := range r.cells {
		r.cells[i].drop(n)
	}
	r.row += int64(n)
	r.done += int64(n)
	return nil
}
