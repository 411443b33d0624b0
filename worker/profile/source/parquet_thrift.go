package source

import (
	"encoding/binary"
	"errors"
)

// thriftReader reads the compact protocol of Thrift, in which Parquet writes
// its footer and page headers
// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
//
// It is our own because the libraries believe the lengths of lists: a footer of
// 40 bytes can ask for gigabytes. Here nothing is allocated that the bytes at
// hand could not fill. The first error sticks, and ends all loops.
type thriftReader struct {
	b    []byte
	i    int
	made int // structs in lists
	err  error
}

var (
	errThriftShort = errors.New("the header ends too early")
	errThriftWrong = errors.New("the header is not written as Parquet demands")
	errThriftMany  = errors.New("it describes more columns and row groups than Assay reads")
)

// Types of fields.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	thriftUUID   = 13
)

// thriftDepth bounds structs within structs; Parquet has fewer than ten.
const thriftDepth = 32

func (r *thriftReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.i = len(r.b)
}

func (r *thriftReader) byte() byte {
	if r.i >= len(r.b) {
		r.fail(errThriftShort)
		return 0
	}
	r.i++
	return r.b[r.i-1]
}

func (r *thriftReader) uvarint() uint64 {
	u, n := binary.Uvarint(r.b[r.i:])
	if n <= 0 {
		if n == 0 {
			r.fail(errThriftShort)
		} else {
			r.fail(errThriftWrong)
		}
		return 0
	}
	r.i += n
	return u
}

func (r *thriftReader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// fields calls visit with each field of a struct; visit reads or skips it.
func (r *thriftReader) fields(visit func(id int16, typ byte)) {
	var id int16
	for r.err == nil {
		h := r.byte()
		if h == 0 {
			return
		}
		if delta := h >> 4; delta != 0 {
			id += int16(delta)
		} else {
			id = int16(r.varint())
		}
		visit(id, h&15)
	}
}

// int is the value of a field of any integer type.
func (r *thriftReader) int(typ byte) int64 {
	switch typ {
	case thriftByte:
		return int64(int8(r.byte()))
	case thriftI16, thriftI32, thriftI64:
		return r.varint()
	}
	r.skip(typ)
	return 0
}

// binary is the value of a field of bytes, still in the reader's memory.
func (r *thriftReader) binary(typ byte) []byte {
	if typ != thriftBinary {
		r.skip(typ)
		return nil
	}
	n := r.uvarint()
	if n > uint64(len(r.b)-r.i) {
		r.fail(errThriftShort)
		return nil
	}
	r.i += int(n)
	return r.b[r.i-int(n) : r.i]
}

// list begins a list; each element takes one byte at least.
func (r *thriftReader) list(typ byte) (n int, elem byte) {
	if typ != thriftList && typ != thriftSet {
		r.skip(typ)
		return 0, 0
	}
	h := r.byte()
	size := uint64(h >> 4)
	if size == 15 {
		size = r.uvarint()
	}
	if size > uint64(len(r.b)-r.i) {
		r.fail(errThriftShort)
		return 0, 0
	}
	return int(size), h & 15
}

// mostStructs bounds the structs in lists: an empty one takes a byte of the
// file and a hundred in memory. 10,000 columns in 400 row groups are as many.
const mostStructs = 4 << 20

// structs reads a list of structs.
func (r *thriftReader) structs(typ byte, begin func(n int), each func(i int)) {
	n, elem := r.list(typ)
	if n > 0 && elem != thriftStruct {
		r.fail(errThriftWrong)
		return
	}
	if r.made += n; r.made > mostStructs {
		r.fail(errThriftMany)
		return
	}
	begin(n)
	for i := 0; i < n && r.err == nil; i++ {
		each(i)
	}
}

func (r *thriftReader) skip(typ byte) { r.skipNested(typ, 0, true) }

func (r *thriftReader) skipNested(typ byte, depth int, field bool) {
	if depth > thriftDepth {
		r.fail(errThriftWrong)
	}
	if r.err != nil {
		return
	}
	switch typ {
	case thriftTrue, thriftFalse:
		if !field { // in a list they have a byte; in a field the type says it all
			r.byte()
		}
	case thriftByte:
		r.byte()
	case thriftI16, thriftI32, thriftI64:
		r.uvarint()
	case thriftDouble:
		r.advance(8)
	case thriftUUID:
		r.advance(16)
	case thriftBinary:
		r.binary(typ)
	case thriftList, thriftSet:
		n, elem := r.list(typ)
		for ; n > 0 && r.err == nil; n-- {
			r.skipNested(elem, depth+1, false)
		}
	case thriftMap:
		r.skipMap(depth)
	case thriftStruct:
		r.fields(func(_ int16, t byte) { r.skipNested(t, depth+1, true) })
	default:
		r.fail(errThriftWrong)
	}
}

func (r *thriftReader) skipMap(depth int) {
	n := r.uvarint()
	if n == 0 {
		return
	}
	types := r.byte()
	for ; n > 0 && r.err == nil; n-- {
		r.skipNested(types>>4, depth+1, false)
		r.skipNested(types&15, depth+1, false)
	}
}

func (r *thriftReader) advance(n int) {
	if n > len(r.b)-r.i {
		r.fail(errThriftShort)
		return
	}
	r.i += n
}
