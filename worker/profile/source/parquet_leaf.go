package source

import (
	"fmt"
	"hash/crc32"
	"math/bits"
)

const (
	// maxPage bounds one page, packed or not. Writers make pages of one
	// megabyte or less; a few put a whole chunk into one.
	maxPage = 256 << 20
	// maxHeader bounds a page header: it may hold the smallest and largest value.
	maxHeader = 16 << 20
	// levelsAhead is how many levels are read at a time.
	levelsAhead = 256
)

// leafReader reads the values of one leaf column, page by page.
type leafReader struct {
	file   *parquetFile
	node   *schemaNode
	write  writeValue
	codecs *codecs
	flags  *valueFlags
	base   *int64 // rows of the segment before those in the cells

	chunk *columnChunk
	pos   int64 // file offset of the next page
	left  int64 // levels of the chunk in the pages behind
	dict  entries
	hasDict,
	newDict bool // since the cells were last told

	window   []byte // of the file, read ahead …
	windowAt int64  // … from here
	ahead    int    // bytes to read at a time
	body     []byte // of the page, unpacked
	spare    []byte
	// levelBytes are those of a page of the second version, before its values.
	levelBytes []byte

	n        int // levels left in the page that are not in the arrays below
	def, rep hybrid
	vals     pageValues
	defs     [levelsAhead]uint8
	reps     [levelsAhead]uint8
	lo, hi   int // of the levels in the arrays that are left
	indexes  [levelsAhead]uint32
}

// open goes to the beginning of a chunk.
func (l *leafReader) open(c *columnChunk) error {
	l.chunk, l.left, l.n, l.lo, l.hi, l.hasDict = c, c.values, 0, 0, 0, false
	l.pos = c.data
	if c.dict > 0 && c.dict < c.data {
		l.pos = c.dict
	}
	switch {
	case c.encrypted:
		return encryptedParquet()
	case c.elsewhere:
		return &Error{Code: "unsupported_format", Row: -1, Offset: -1,
			Message: "The Parquet file keeps its columns in other files.", Hint: "Upload those files, or write the table into a single one."}
	case c.typ >= 0 && c.typ != l.node.typ:
		return invalidParquet(-1, "its column %s is of one type in the schema and of another one in a row group", quoteShort(l.node.name))
	case l.pos < 4 || l.pos >= l.file.end:
		return invalidParquet(-1, "the values of column %s are said to stand at byte %d, where none can be", quoteShort(l.node.name), l.pos)
	}
	return checkCodec(c.codec)
}

// bytes are n bytes of the file from pos on; fewer at the end of the pages.
func (l *leafReader) bytes(pos int64, n int) (_ []byte, err error) {
	n = int(min(int64(n), l.file.end-pos))
	if n <= 0 {
		return nil, nil
	}
	if at := pos - l.windowAt; at >= 0 && at+int64(n) <= int64(len(l.window)) {
		return l.window[at : at+int64(n)], nil
	}
	size := int(min(int64(max(n, l.ahead)), l.file.end-pos))
	if l.window, err = l.room(l.window, size); err != nil {
		return nil, err
	}
	l.windowAt = pos
	if err = readFull(l.file.in, l.window, pos); err != nil {
		l.window = l.window[:0]
		return nil, err
	}
	return l.window[:n], nil
}

// room makes a buffer size bytes long. New ones have up to an eighth more than
// is asked for: the pages of a column are much alike, and a buffer for each one that
// is a little larger than all before would be memory touched for the first time.
func (l *leafReader) room(buf []byte, size int) ([]byte, error) {
	if size <= cap(buf) {
		return buf[:size], nil
	}
	most := size + min(size/8, 1<<20)
	if err := l.file.hold(most - cap(buf)); err != nil {
		return buf[:0], err
	}
	return make([]byte, size, most), nil
}

// header reads the header of the next page.
func (l *leafReader) header() (h pageHeader, err error) {
	for n := min(1024, l.ahead); ; n *= 8 {
		b, err := l.bytes(l.pos, n)
		if err != nil {
			return h, err
		}
		r := thriftReader{b: b}
		h = r.pageHeader()
		if r.err == errThriftShort && len(b) == n && n < maxHeader {
			continue
		}
		if r.err != nil {
			return h, l.wrong("a page header cannot be read: %v", r.err)
		}
		l.pos += int64(r.i)
		if h.compressed < 0 || h.uncompressed < 0 || h.values < 0 || h.rows < 0 || h.defBytes < 0 || h.repBytes < 0 {
			return h, l.wrong("a page header has a size below nothing")
		}
		if int64(h.compressed) > l.file.end-l.pos {
			return h, l.wrong("a page is said to take %s bytes, more than there are", thousands(int64(h.compressed)))
		}
		if max(h.compressed, h.uncompressed) > maxPage {
			return h, tooLargeParquet(l.pos, "A page of column %s takes more than %s.", quoteShort(l.node.name), sizeOf(maxPage))
		}
		return h, nil
	}
}

func (l *leafReader) wrong(format string, args ...any) error {
	return invalidParquet(l.pos, "in column %s %s", quoteShort(l.node.name), fmt.Sprintf(format, args...))
}

// nextPage goes to the next page with values; there has to be one. Pages of
// which all rows are to be skipped are not looked into; skip is what is left
// then, and where that is nothing there may be no page under way.
func (l *leafReader) nextPage(skip *int64) error {
	for {
		if l.node.rep > 0 && l.left <= 0 {
			return l.wrong("there are fewer values than the footer says")
		}
		h, err := l.header()
		if err != nil {
			return err
		}
		if !h.known && h.typ != pageIndex {
			return l.wrong("a page header does not tell of its page")
		}
		switch h.typ {
		case pageDictionary:
			err = l.dictionary(&h)
		case pageData, pageDataV2:
			if rows := l.wholeRows(&h); rows > 0 && rows <= *skip {
				*skip -= rows
				l.pos += int64(h.compressed)
				l.left -= int64(h.values)
				if *skip == 0 {
					return nil
				}
				continue
			}
			if err = l.data(&h); err == nil && l.n > 0 {
				return nil
			}
		default:
			l.pos += int64(h.compressed)
		}
		if err != nil {
			return l.because(err)
		}
	}
}

// wholeRows is how many rows a page has that begin and end in it; 0 where its
// header does not tell.
func (l *leafReader) wholeRows(h *pageHeader) int64 {
	switch {
	case l.node.rep == 0:
		return int64(h.values)
	case h.typ == pageDataV2:
		return int64(h.rows)
	}
	return 0
}

func (l *leafReader) because(err error) error {
	if _, known := err.(*Error); known {
		return err
	}
	if _, raw := err.(rawError); raw {
		return err
	}
	return l.wrong("%v", err)
}

// packed is the body of the page, as it stands in the file.
func (l *leafReader) packed(h *pageHeader) ([]byte, error) {
	b, err := l.pageBytes(h)
	if err != nil {
		return nil, err
	}
	if h.checked && crc32.ChecksumIEEE(b) != h.crc {
		return nil, &Error{Code: "checksum_mismatch", Row: -1, Offset: l.pos,
			Message: fmt.Sprintf("A page of column %s is damaged: its checksum is not the one that was written.", quoteShort(l.node.name)), Hint: hintParquet}
	}
	l.pos += int64(h.compressed)
	return b, nil
}

// pageBytes are the bytes behind a page's header. Those of a large page that is
// going to be unpacked need not stay: all columns have one buffer for them.
func (l *leafReader) pageBytes(h *pageHeader) (b []byte, err error) {
	n := int(h.compressed)
	if n <= l.ahead || l.chunk.codec == codecNone || h.typ == pageDataV2 && h.plain {
		return l.bytes(l.pos, n)
	}
	if l.codecs.packed, err = l.room(l.codecs.packed, n); err != nil {
		return nil, err
	}
	return l.codecs.packed, readFull(l.file.in, l.codecs.packed, l.pos)
}

// unpack undoes the compression of a page, or of the values of one.
func (l *leafReader) unpack(b []byte, size int) ([]byte, error) {
	if l.chunk.codec == codecNone || len(b) == 0 && size == 0 {
		return b, nil // some writers have nothing packed into no bytes
	}
	// Not even the best packed page unpacks to more than this.
	if most := map[int32]int{codecSnappy: 64, codecLZ4: 256, codecLZ4Raw: 256, codecGzip: 1100}[l.chunk.codec]; most > 0 && size > most*len(b)+1024 {
		return nil, errPageSize
	}
	var err error
	if l.body, err = l.room(l.body, size); err != nil {
		return nil, err
	}
	return l.body, l.codecs.unpack(l.chunk.codec, l.body, b)
}

func (l *leafReader) dictionary(h *pageHeader) error {
	b, err := l.packed(h)
	if err != nil {
		return err
	}
	if b, err = l.unpack(b, int(h.uncompressed)); err != nil {
		return err
	}
	if l.hasDict || l.n > 0 {
		return l.wrong("there are two dictionaries")
	}
	if h.values > mostValues/2 {
		return errTooMany
	}
	l.dict.reset()
	l.hasDict, l.newDict = true, true
	var v pageValues
	if err := v.begin(l.node, encPlain, b, int(h.values)); err != nil {
		return err
	}
	for range h.values {
		raw, err := v.next()
		if err != nil {
			return err
		}
		if len(raw) > l.file.maxCell {
			return cellTooLarge(int64(l.file.maxCell))
		}
		from := len(l.dict.text)
		var kind Kind
		l.dict.text, kind = l.write(l.dict.text, raw)
		if err := l.dict.add(from, kind); err != nil {
			return err
		}
	}
	return nil
}

// data begins a page of values.
func (l *leafReader) data(h *pageHeader) error {
	b, err := l.packed(h)
	if err != nil {
		return err
	}
	encoding := h.encoding
	l.def, l.rep = hybrid{}, hybrid{}
	if h.typ == pageDataV2 {
		if int(h.repBytes) > len(b) || int(h.defBytes) > len(b)-int(h.repBytes) {
			return errLevels
		}
		levels := int(h.repBytes) + int(h.defBytes)
		if l.levelBytes, err = l.room(l.levelBytes, levels); err != nil {
			return err
		}
		copy(l.levelBytes, b) // they stay, unlike b
		l.rep = newHybrid(l.levelBytes[:h.repBytes], bits.Len(uint(l.node.rep)))
		l.def = newHybrid(l.levelBytes[h.repBytes:], bits.Len(uint(l.node.def)))
		if l.chunk.codec != codecNone && !h.plain {
			if b, err = l.unpack(b[levels:], int(h.uncompressed)-levels); err != nil {
				return err
			}
		} else {
			b = b[levels:]
		}
	} else {
		if b, err = l.unpack(b, int(h.uncompressed)); err != nil {
			return err
		}
		if l.node.rep > 0 {
			if l.rep, b, err = levelReader(b, h.repEncoding, l.node.rep, int(h.values)); err != nil {
				return err
			}
		}
		if l.node.def > 0 {
			if l.def, b, err = levelReader(b, h.defEncoding, l.node.def, int(h.values)); err != nil {
				return err
			}
		}
	}
	values, err := l.present(h)
	if err != nil {
		return err
	}
	dictionary := encoding == encPlainDictionary || encoding == encRLEDictionary
	if dictionary && !l.hasDict {
		return l.wrong("a page refers to a dictionary that is not there")
	}
	l.n, l.lo, l.hi = int(h.values), 0, 0
	l.left -= int64(h.values)
	return l.vals.begin(l.node, encoding, b, values)
}

// present is the number of values that are no nulls. The levels are read for
// it, because what headers say of nulls may be wrong.
func (l *leafReader) present(h *pageHeader) (int, error) {
	if l.node.def == 0 {
		return int(h.values), nil
	}
	def, n := l.def, 0
	for left := int(h.values); left > 0; {
		if err := def.next(); err != nil {
			return 0, err
		}
		if def.run > 0 {
			k := int(min(uint64(left), def.run))
			if def.value == uint32(l.node.def) {
				n += k
			}
			def.run -= uint64(k)
			left -= k
			continue
		}
		k := min(left, levelsAhead, int(def.packed))
		if err := readHybrid(&def, l.defs[:k]); err != nil {
			return 0, err
		}
		for _, d := range l.defs[:k] {
			if d == uint8(l.node.def) {
				n++
			}
		}
		left -= k
	}
	return n, nil
}

// levels makes sure that there are levels in the arrays.
func (l *leafReader) levels() error {
	if l.lo < l.hi {
		return nil
	}
	if l.n == 0 {
		if err := l.nextPage(new(int64)); err != nil {
			return err
		}
	}
	k := min(l.n, levelsAhead)
	if l.node.def > 0 {
		if err := readHybrid(&l.def, l.defs[:k]); err != nil {
			return l.because(err)
		}
		for _, d := range l.defs[:k] {
			if int(d) > l.node.def {
				return l.because(errLevels)
			}
		}
	}
	if l.node.rep > 0 {
		if err := readHybrid(&l.rep, l.reps[:k]); err != nil {
			return l.because(err)
		}
		for _, r := range l.reps[:k] {
			if int(r) > l.node.rep {
				return l.because(errLevels)
			}
		}
	}
	l.n -= k
	l.lo, l.hi = 0, k
	return nil
}
