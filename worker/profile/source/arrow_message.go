package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// arrowMessages hands the library the messages of a stream, or those that the
// footer of a file names, as if they were a stream: the schema, all
// dictionaries, then the record batches. Each is checked before: the library
// allocates what a message says of its counts, and a few changed bytes would
// end the process.
type arrowMessages struct {
	file   *arrowFile
	mem    *boundedMemory
	pos    int64        // of the next message of a stream
	blocks []arrowBlock // of a file, what is left
	isFile bool
	schema []byte // of a file: the metadata of a message with the footer's schema
	fields int    // most there may be
	last   *ipc.Message
	// views are the view arrays of a record batch, or of a dictionary: the
	// library reads as many counts, whether they are there or not.
	views     int
	dictViews map[int64]int
}

// arrowBlock is where the footer says that a message is.
type arrowBlock struct{ offset, meta, body int64 }

const (
	messageSchema     = 1
	messageDictionary = 2
	messageBatch      = 3
)

var errArrow = errors.New("a message is not written as Arrow demands")

// newArrowMessages reads the footer of a file.
func newArrowMessages(f *arrowFile, mem *boundedMemory, isFile bool, l Limits) (*arrowMessages, error) {
	m := &arrowMessages{file: f, mem: mem, isFile: isFile, fields: 8*l.MaxColumns + 64, dictViews: map[int64]int{}}
	if !isFile {
		return m, nil
	}
	var tail [10]byte
	size := f.in.Size
	if err := m.readAt(tail[:], size-10); err != nil {
		return nil, err
	}
	n := int64(int32(binary.LittleEndian.Uint32(tail[:])))
	if n <= 8 || n > size-18 || n > 64<<20 {
		return nil, fmt.Errorf("a footer of %d bytes: %w", n, errArrow)
	}
	b := make([]byte, n)
	if err := m.readAt(b, size-10-n); err != nil {
		return nil, err
	}
	err := checked(func() {
		footer := rootTable(b)
		schema, ok := footer.table(1)
		if !ok {
			panic(errArrow)
		}
		m.schema = schemaMessage(b, schema.at, footer.byte(0))
		for _, field := range []int{2, 3} { // dictionaries, record batches
			at, count := footer.vector(field, 24)
			for i := range count {
				p := at + 24*i
				m.blocks = append(m.blocks, arrowBlock{offset: int64(binary.LittleEndian.Uint64(b[p:])),
					meta: int64(int32(binary.LittleEndian.Uint32(b[p+8:]))), body: int64(binary.LittleEndian.Uint64(b[p+16:]))})
			}
		}
	})
	return m, err
}

func (m *arrowMessages) Retain()  {}
func (m *arrowMessages) Release() {}

func (m *arrowMessages) readAt(p []byte, off int64) error {
	if off < 0 || off > m.file.in.Size-int64(len(p)) {
		return io.ErrUnexpectedEOF
	}
	n, err := m.file.ReadAt(p, off)
	switch {
	case n == len(p):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// Message implements ipc.MessageReader; a message is valid until the next one.
func (m *arrowMessages) Message() (*ipc.Message, error) {
	if m.last != nil {
		m.last.Release()
		m.last = nil
	}
	if m.schema != nil {
		meta := m.schema
		m.schema = nil
		return m.check(meta)
	}
	if m.isFile {
		if len(m.blocks) == 0 {
			return nil, io.EOF
		}
		m.pos = m.blocks[0].offset
		m.blocks = m.blocks[1:]
	}
	if m.pos == m.file.in.Size && !m.isFile {
		return nil, io.EOF // nobody demands the mark of the end
	}
	var head [4]byte
	if err := m.readAt(head[:], m.pos); err != nil {
		return nil, err
	}
	m.pos += 4
	n := binary.LittleEndian.Uint32(head[:])
	if n == 1<<32-1 { // not before version 0.15
		if err := m.readAt(head[:], m.pos); err != nil {
			return nil, err
		}
		m.pos += 4
		n = binary.LittleEndian.Uint32(head[:])
	}
	if n == 0 {
		return nil, io.EOF
	}
	return m.message(int64(n))
}

// message reads the message whose metadata of n bytes stands at pos.
func (m *arrowMessages) message(n int64) (*ipc.Message, error) {
	if left := m.file.in.Size - m.pos; n > left {
		return nil, io.ErrUnexpectedEOF
	}
	if n > 64<<20 {
		return nil, tooLargeArrow()
	}
	meta := make([]byte, n)
	if err := m.readAt(meta, m.pos); err != nil {
		return nil, err
	}
	m.pos += n
	return m.check(meta)
}

// check makes a message of its metadata and of the body at pos.
func (m *arrowMessages) check(meta []byte) (*ipc.Message, error) {
	var body int64
	err := checked(func() {
		t := rootTable(meta)
		body = t.int64(3)
		t.vector(4, 4)
		m.checkHeader(t)
	})
	if err != nil {
		return nil, err
	}
	if body < 0 {
		return nil, errArrow
	}
	if body > m.file.in.Size-m.pos {
		return nil, io.ErrUnexpectedEOF
	}
	buf := memory.NewResizableBuffer(m.mem)
	defer buf.Release()
	buf.Resize(int(body))
	if err := m.readAt(buf.Bytes(), m.pos); err != nil {
		return nil, err
	}
	m.pos += body
	m.last = ipc.NewMessage(memory.NewBufferBytes(meta), buf)
	return m.last, nil
}

// schemaMessage is the metadata of a message whose header is the schema table
// of a footer. A file need not have such a message; offsets in Flatbuffers are
// relative, so the whole footer is put behind a few bytes that lead into it.
func schemaMessage(footer []byte, schema int, version byte) []byte {
	const table, size = 16, 24
	b := make([]byte, table+size, table+size+len(footer))
	put := binary.LittleEndian
	put.PutUint32(b, table)
	for i, v := range []uint16{12, size, 4, 6, 8, 16} { // the vtable: version, type, header, length of the body
		put.PutUint16(b[4+2*i:], v)
	}
	put.PutUint32(b[table:], table-4)
	b[table+4], b[table+6] = version, messageSchema
	put.PutUint32(b[table+8:], uint32(len(b)+schema-(table+8)))
	return append(b, footer...)
}

func (m *arrowMessages) checkHeader(t flatTable) {
	header, ok := t.table(2)
	if !ok {
		panic(errArrow)
	}
	switch t.byte(1) {
	case messageSchema:
		left := m.fields
		header.vector(2, 4)
		header.vector(3, 8)
		m.views = 0
		header.tables(1, func(f flatTable) { m.views += m.checkField(f, 0, &left) })
	case messageDictionary:
		data, ok := header.table(1)
		if !ok {
			panic(errArrow)
		}
		checkBatch(data, m.dictViews[header.int64(0)])
	case messageBatch:
		checkBatch(header, m.views)
	}
}

// checkField counts the fields, of which several may share their children, and
// answers with the number of view arrays.
func (m *arrowMessages) checkField(f flatTable, depth int, left *int) (views int) {
	if *left--; *left < 0 || depth > 64 {
		panic(&Error{Code: "too_many_columns", Row: -1, Offset: -1, Message: "The schema of the Arrow file has too many fields, or they are nested too deep.",
			Hint: "Write the file with the columns that matter."})
	}
	f.vector(0, 1)
	f.vector(6, 4)
	const union, binaryView, textView = 14, 23, 24
	kind := f.byte(2)
	if typ, ok := f.table(3); ok && kind == union {
		typ.vector(1, 4)
	}
	if kind == binaryView || kind == textView {
		views++
	}
	f.tables(5, func(c flatTable) { views += m.checkField(c, depth+1, left) })
	if d, ok := f.table(4); ok { // its values are in batches of their own
		m.dictViews[d.int64(0)] = max(m.dictViews[d.int64(0)], views)
		return 0
	}
	return views
}

func checkBatch(t flatTable, views int) {
	t.vector(1, 16)
	_, buffers := t.vector(2, 16)
	at, n := t.vector(4, 8)
	if n < views {
		panic(errArrow)
	}
	for i := range n {
		if c := int64(binary.LittleEndian.Uint64(t.b[at+8*i:])); c < 0 || c > int64(buffers) {
			panic(errArrow)
		}
	}
	if t.int64(0) < 0 {
		panic(errArrow)
	}
}

// flatTable is a table of Flatbuffers
// (https://flatbuffers.dev/internals). What is out of bounds panics.
type flatTable struct {
	b  []byte
	at int
}

// checked makes a panic of the reading an error.
func checked(read func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			if known, ok := p.(*Error); ok {
				err = known
				return
			}
			err = errArrow
		}
	}()
	read()
	return nil
}

func rootTable(b []byte) flatTable { return flatTable{b, int(binary.LittleEndian.Uint32(b))} }

// field is where field i stands; not ok where it has its default.
func (t flatTable) field(i int) (at int, ok bool) {
	table := t.at - int(int32(binary.LittleEndian.Uint32(t.b[t.at:])))
	slot := 4 + 2*i
	if slot+2 > int(binary.LittleEndian.Uint16(t.b[table:])) {
		return 0, false
	}
	off := int(binary.LittleEndian.Uint16(t.b[table+slot:]))
	return t.at + off, off > 0
}

func (t flatTable) byte(i int) byte {
	if at, ok := t.field(i); ok {
		return t.b[at]
	}
	return 0
}

func (t flatTable) int64(i int) int64 {
	if at, ok := t.field(i); ok {
		return int64(binary.LittleEndian.Uint64(t.b[at:]))
	}
	return 0
}

func (t flatTable) table(i int) (flatTable, bool) {
	at, ok := t.field(i)
	if !ok {
		return t, false
	}
	return flatTable{t.b, at + int(binary.LittleEndian.Uint32(t.b[at:]))}, true
}

// vector is where the elements of a vector stand, all of them in bounds.
func (t flatTable) vector(i, size int) (at, n int) {
	at, ok := t.field(i)
	if !ok {
		return 0, 0
	}
	at += int(binary.LittleEndian.Uint32(t.b[at:]))
	n = int(binary.LittleEndian.Uint32(t.b[at:]))
	if at += 4; n > (len(t.b)-at)/size {
		panic(errArrow)
	}
	return at, n
}

func (t flatTable) tables(i int, visit func(flatTable)) {
	at, n := t.vector(i, 4)
	for k := range n {
		p := at + 4*k
		visit(flatTable{t.b, p + int(binary.LittleEndian.Uint32(t.b[p:]))})
	}
}
