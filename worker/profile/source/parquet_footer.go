package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Physical types, encodings, codecs and page types, as parquet.thrift numbers
// them (https://github.com/apache/parquet-format).
const (
	physBoolean = iota
	physInt32
	physInt64
	physInt96
	physFloat
	physDouble
	physByteArray
	physFixed
)

const (
	encPlain           = 0
	encPlainDictionary = 2
	encRLE             = 3
	encBitPacked       = 4
	encDelta           = 5
	encDeltaLength     = 6
	encDeltaBytes      = 7
	encRLEDictionary   = 8
	encByteStreamSplit = 9
	encALP             = 10
)

const (
	codecNone = iota
	codecSnappy
	codecGzip
	codecLZO
	codecBrotli
	codecLZ4
	codecZstd
	codecLZ4Raw
)

const (
	pageData = iota
	pageIndex
	pageDictionary
	pageDataV2
)

// parquetMeta is what the footer says, as far as it is needed. Statistics and
// indexes are not even read: they are hints that may be wrong.
type parquetMeta struct {
	schema    []schemaElement
	groups    []rowGroup
	encrypted bool
	geo       []byte // what GeoParquet says of the columns, as JSON
}

type rowGroup struct {
	rows   int64
	bytes  int64 // compressed, of all its chunks
	before int64 // the same of all row groups before it
	chunks []columnChunk
}

type columnChunk struct {
	typ, codec   int32
	values       int64 // levels: nulls and the ends of empty lists count
	data, dict   int64 // file offsets of the first page of values, and of the dictionary's; 0 for none
	compressed   int64
	uncompressed int64
	elsewhere    bool // the pages are in another file
	encrypted    bool
}

// schemaElement is one line of the schema, which is a tree in depth-first order.
type schemaElement struct {
	name       string
	typ        int32 // -1 for groups
	length     int32 // of physFixed
	repetition int32
	children   int32
	converted  int32 // -1 for none
	scale      int32
	precision  int32
	logical    logicalType
}

const (
	required = iota
	optional
	repeated
)

// logicalType is the annotation of a column, new or old.
type logicalType struct {
	kind   logicalKind
	scale  int32 // of decimals
	unit   int64 // of times, in nanoseconds
	utc    bool  // times that are moments
	bits   int   // of integers
	signed bool
}

type logicalKind byte

const (
	logicalNone logicalKind = iota
	logicalString
	logicalMap
	logicalList
	logicalEnum
	logicalDecimal
	logicalDate
	logicalTime
	logicalTimestamp
	logicalInterval
	logicalInteger
	logicalNull
	logicalJSON
	logicalBSON
	logicalUUID
	logicalFloat16
	logicalVariant
	logicalGeometry
	logicalBytes // no annotation: bytes that are wanted as they are
	logicalOther
)

// isParquet tells by the magic and by what stands behind it: the header of a
// page or the footer of an empty file, neither of which begins like a text; or
// nothing but the magic of the end, where the rest of the file is missing.
func isParquet(head []byte) bool {
	if rest, ok := bytes.CutPrefix(head, []byte("PAR1")); ok {
		return len(rest) == 0 || string(rest) == "PAR1" || rest[0] <= 8 || rest[0] > '\r' && rest[0] < ' '
	}
	rest, ok := bytes.CutPrefix(head, []byte("PARE"))
	return ok && bytes.IndexByte(rest[:min(len(rest), 60)], 0) >= 0
}

// maxFooter bounds the footer: a table of 10,000 columns and 100 row groups
// takes about 100 MiB.
const maxFooter = 128 << 20

// readParquetFooter finds and reads the footer. end is where it begins, which is behind
// all pages.
func readParquetFooter(in Input) (meta *parquetMeta, end int64, err error) {
	var head [4]byte
	if err := readFull(in, head[:], 0); err != nil {
		return nil, 0, err
	}
	if string(head[:]) == "PARE" {
		return nil, 0, encryptedParquet()
	}
	var tail [8]byte
	if in.Size < 12 {
		return nil, 0, truncatedParquet(in.Size)
	}
	if err := readFull(in, tail[:], in.Size-8); err != nil {
		return nil, 0, err
	}
	switch string(tail[4:]) {
	case "PAR1":
	case "PARE":
		return nil, 0, encryptedParquet()
	default:
		return nil, 0, truncatedParquet(in.Size)
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	if length > in.Size-12 {
		return nil, 0, invalidParquet(in.Size-8, "its footer is said to be %s bytes long, which is more than the file has", thousands(length))
	}
	if length > maxFooter {
		return nil, 0, tooLargeParquet(in.Size-8, "The description of the file's columns and row groups takes %s bytes.", thousands(length))
	}
	end = in.Size - 8 - length
	b := make([]byte, length)
	if err := readFull(in, b, end); err != nil {
		return nil, 0, err
	}
	r := thriftReader{b: b}
	meta = r.fileMeta()
	if r.err != nil {
		return nil, 0, invalidParquet(end, "its footer cannot be read: %v", r.err)
	}
	if len(meta.schema) == 0 {
		return nil, 0, invalidParquet(end, "its footer has no schema")
	}
	var rows, bytes int64
	for i := range meta.groups {
		g := &meta.groups[i]
		if g.rows < 0 || g.rows > math.MaxInt64-rows {
			return nil, 0, invalidParquet(end, "row group %d is said to have %d rows", i+1, g.rows)
		}
		rows += g.rows
		g.before = bytes
		for k := range g.chunks {
			g.bytes += min(max(g.chunks[k].compressed, 0), in.Size)
		}
		bytes = min(bytes+g.bytes, in.Size)
	}
	return meta, end, nil
}

// readFull reads exactly len(p) bytes.
func readFull(in io.ReaderAt, p []byte, off int64) error {
	n, err := in.ReadAt(p, off)
	switch {
	case n == len(p):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return truncatedParquet(off + int64(n))
	}
	return err
}

func (r *thriftReader) fileMeta() *parquetMeta {
	m := &parquetMeta{}
	r.fields(func(id int16, typ byte) {
		switch id {
		case 2:
			r.structs(typ, func(n int) { m.schema = make([]schemaElement, n) }, func(i int) { r.schemaElement(&m.schema[i]) })
		case 4:
			r.structs(typ, func(n int) { m.groups = make([]rowGroup, n) }, func(i int) { r.rowGroup(&m.groups[i]) })
		case 5:
			var key, value []byte
			r.structs(typ, func(int) {}, func(int) {
				key, value = nil, nil
				r.fields(func(id int16, typ byte) {
					switch id {
					case 1:
						key = r.binary(typ)
					case 2:
						value = r.binary(typ)
					default:
						r.skip(typ)
					}
				})
				if string(key) == "geo" {
					m.geo = value
				}
			})
		case 8:
			m.encrypted = true
			r.skip(typ)
		default:
			r.skip(typ)
		}
	})
	return m
}

func (r *thriftReader) schemaElement(e *schemaElement) {
	e.typ, e.converted = -1, -1
	r.fields(func(id int16, typ byte) {
		switch id {
		case 1:
			e.typ = int32(r.int(typ))
		case 2:
			e.length = int32(r.int(typ))
		case 3:
			e.repetition = int32(r.int(typ))
		case 4:
			e.name = string(r.binary(typ))
		case 5:
			e.children = int32(r.int(typ))
		case 6:
			e.converted = int32(r.int(typ))
		case 7:
			e.scale = int32(r.int(typ))
		case 8:
			e.precision = int32(r.int(typ))
		case 10:
			e.logical = r.logicalType(typ)
		default:
			r.skip(typ)
		}
	})
	if e.logical.kind == logicalNone {
		e.logical = convertedType(e.converted, e.scale)
	}
}

// logicalType reads the union of annotations.
func (r *thriftReader) logicalType(typ byte) (l logicalType) {
	if typ != thriftStruct {
		r.skip(typ)
		return l
	}
	kinds := [...]logicalKind{1: logicalString, 2: logicalMap, 3: logicalList, 4: logicalEnum, 5: logicalDecimal, 6: logicalDate,
		7: logicalTime, 8: logicalTimestamp, 9: logicalInterval, 10: logicalInteger, 11: logicalNull, 12: logicalJSON,
		13: logicalBSON, 14: logicalUUID, 15: logicalFloat16, 16: logicalVariant, 17: logicalGeometry, 18: logicalGeometry}
	r.fields(func(id int16, typ byte) {
		l.kind = logicalOther
		if id > 0 && int(id) < len(kinds) {
			l.kind = kinds[id]
		}
		if typ != thriftStruct {
			r.skip(typ)
			return
		}
		r.fields(func(id int16, typ byte) { r.logicalMember(&l, id, typ) })
	})
	return l
}

func (r *thriftReader) logicalMember(l *logicalType, id int16, typ byte) {
	times := l.kind == logicalTime || l.kind == logicalTimestamp
	switch {
	case l.kind == logicalDecimal && id == 1:
		l.scale = int32(r.int(typ))
	case times && id == 1:
		l.utc = typ == thriftTrue
		r.skip(typ)
	case times && id == 2 && typ == thriftStruct:
		r.fields(func(id int16, typ byte) {
			switch id {
			case 1:
				l.unit = 1e6
			case 2:
				l.unit = 1e3
			case 3:
				l.unit = 1
			}
			r.skip(typ)
		})
	case l.kind == logicalInteger && id == 1:
		l.bits = int(r.int(typ))
	case l.kind == logicalInteger && id == 2:
		l.signed = typ == thriftTrue
		r.skip(typ)
	default:
		r.skip(typ)
	}
}

// convertedType is what an annotation of old files means today.
func convertedType(c, scale int32) logicalType {
	switch c {
	case 0:
		return logicalType{kind: logicalString}
	case 1, 2:
		return logicalType{kind: logicalMap}
	case 3:
		return logicalType{kind: logicalList}
	case 4:
		return logicalType{kind: logicalEnum}
	case 5:
		return logicalType{kind: logicalDecimal, scale: scale}
	case 6:
		return logicalType{kind: logicalDate}
	case 7, 8:
		return logicalType{kind: logicalTime, utc: true, unit: map[int32]int64{7: 1e6, 8: 1e3}[c]}
	case 9, 10:
		return logicalType{kind: logicalTimestamp, utc: true, unit: map[int32]int64{9: 1e6, 10: 1e3}[c]}
	case 11, 12, 13, 14:
		return logicalType{kind: logicalInteger, bits: 8 << (c - 11)}
	case 15, 16, 17, 18:
		return logicalType{kind: logicalInteger, bits: 8 << (c - 15), signed: true}
	case 19:
		return logicalType{kind: logicalJSON}
	case 20:
		return logicalType{kind: logicalBSON}
	case 21:
		return logicalType{kind: logicalInterval}
	}
	return logicalType{}
}

func (r *thriftReader) rowGroup(g *rowGroup) {
	r.fields(func(id int16, typ byte) {
		switch id {
		case 1:
			r.structs(typ, func(n int) { g.chunks = make([]columnChunk, n) }, func(i int) { r.columnChunk(&g.chunks[i]) })
		case 3:
			g.rows = r.int(typ)
		default:
			r.skip(typ)
		}
	})
}

func (r *thriftReader) columnChunk(c *columnChunk) {
	c.typ = -1
	r.fields(func(id int16, typ byte) {
		switch {
		case id == 1:
			c.elsewhere = len(r.binary(typ)) > 0
		case id == 3 && typ == thriftStruct:
			r.columnMeta(c)
		case id == 8 || id == 9:
			c.encrypted = true
			r.skip(typ)
		default:
			r.skip(typ)
		}
	})
}

func (r *thriftReader) columnMeta(c *columnChunk) {
	r.fields(func(id int16, typ byte) {
		switch id {
		case 1:
			c.typ = int32(r.int(typ))
		case 4:
			c.codec = int32(r.int(typ))
		case 5:
			c.values = r.int(typ)
		case 6:
			c.uncompressed = r.int(typ)
		case 7:
			c.compressed = r.int(typ)
		case 9:
			c.data = r.int(typ)
		case 11:
			c.dict = r.int(typ)
		default:
			r.skip(typ)
		}
	})
}

// pageHeader stands in front of each page.
type pageHeader struct {
	typ                      int32
	uncompressed, compressed int32
	crc                      uint32
	checked                  bool // there is a crc
	known                    bool // the part that tells of the page's type is there
	values                   int32
	rows                     int32 // of v2
	encoding                 int32
	defEncoding, repEncoding int32 // of v1
	defBytes, repBytes       int32 // of v2
	plain                    bool  // v2: the values are not compressed
}

func (r *thriftReader) pageHeader() (h pageHeader) {
	h.typ = -1
	r.fields(func(id int16, typ byte) {
		switch {
		case id == 1:
			h.typ = int32(r.int(typ))
		case id == 2:
			h.uncompressed = int32(r.int(typ))
		case id == 3:
			h.compressed = int32(r.int(typ))
		case id == 4:
			h.crc, h.checked = uint32(int32(r.int(typ))), true
		case id == 5 && typ == thriftStruct && h.typ == pageData,
			id == 7 && typ == thriftStruct && h.typ == pageDictionary:
			h.known = true
			r.fields(func(id int16, typ byte) {
				r.into(id, typ, &h.values, &h.encoding, &h.defEncoding, &h.repEncoding)
			})
		case id == 8 && typ == thriftStruct && h.typ == pageDataV2:
			h.known = true
			var nulls int32
			r.fields(func(id int16, typ byte) {
				if id == 7 {
					h.plain = typ == thriftFalse
				}
				r.into(id, typ, &h.values, &nulls, &h.rows, &h.encoding, &h.defBytes, &h.repBytes)
			})
		default:
			r.skip(typ)
		}
	})
	return h
}

// into reads field id, from 1, into the id-th of these.
func (r *thriftReader) into(id int16, typ byte, to ...*int32) {
	if id >= 1 && int(id) <= len(to) {
		*to[id-1] = int32(r.int(typ))
		return
	}
	r.skip(typ)
}

const hintParquet = "Write the file again, or copy it again if it was cut off on the way."

func invalidParquet(offset int64, format string, args ...any) *Error {
	return &Error{Code: "invalid_parquet", Row: -1, Offset: offset,
		Message: "The Parquet file is broken: " + fmt.Sprintf(format, args...) + ".", Hint: hintParquet}
}

func tooLargeParquet(offset int64, format string, args ...any) *Error {
	return &Error{Code: "too_large", Row: -1, Offset: offset, Message: fmt.Sprintf(format, args...),
		Hint: "Write the file again with smaller row groups and pages."}
}

func truncatedParquet(offset int64) *Error {
	return &Error{Code: "truncated_file", Row: -1, Offset: offset,
		Message: "The Parquet file does not end as such files do: its end is missing.", Hint: "Copy or upload the file again."}
}

func encryptedParquet() *Error {
	return &Error{Code: "encrypted_file", Row: -1, Offset: -1, Message: "The Parquet file is encrypted.",
		Hint: "Write it again without encryption."}
}
