package source

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"strconv"
)

const (
	geometryDepth = 32
	// The bits with which PostGIS says what others say by adding thousands.
	ewkbZ    = 0x8000_0000
	ewkbM    = 0x4000_0000
	ewkbSRID = 0x2000_0000
)

var errGeometry = errors.New("not well-known binary")

// appendGeometry writes a geometry of well-known binary as well-known text
// (OGC 06-103r4, sections 7 and 8); bytes that are none as appendBinary does.
func appendGeometry(dst, raw []byte) ([]byte, Kind) {
	g := geometryReader{b: raw}
	from := len(dst)
	dst = g.geometry(dst, geometryDepth)
	if g.err != nil || len(g.b) > 0 {
		return appendBinary(dst[:from], raw)
	}
	return dst, String
}

type geometryReader struct {
	b     []byte
	order binary.ByteOrder
	err   error
}

func (g *geometryReader) take(n int) []byte {
	if n > len(g.b) || g.err != nil {
		g.err = errGeometry
		return make([]byte, n)
	}
	b := g.b[:n]
	g.b = g.b[n:]
	return b
}

func (g *geometryReader) uint() uint32 { return g.order.Uint32(g.take(4)) }

var geometryNames = [...]string{"", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"}

// geometry appends one geometry with its name.
func (g *geometryReader) geometry(dst []byte, depth int) []byte {
	typ, dims, suffix := g.header()
	if g.err != nil || depth == 0 {
		g.err = errGeometry
		return dst
	}
	dst = append(append(dst, geometryNames[typ]...), suffix...)
	return g.body(dst, typ, dims, depth)
}

// header reads the type, how many numbers a position has, and what names them.
func (g *geometryReader) header() (typ uint32, dims int, suffix string) {
	g.order = binary.LittleEndian
	switch g.take(1)[0] {
	case 0:
		g.order = binary.BigEndian
	case 1:
	default:
		g.err = errGeometry
	}
	code := g.uint()
	if code&ewkbSRID != 0 {
		g.uint()
	}
	typ, more := code&0xffff%1000, code&0xffff/1000
	z, m := code&ewkbZ != 0 || more&1 != 0, code&ewkbM != 0 || more&2 != 0
	if typ == 0 || int(typ) >= len(geometryNames) || more > 3 {
		g.err = errGeometry
	}
	switch {
	case z && m:
		return typ, 4, " ZM"
	case z:
		return typ, 3, " Z"
	case m:
		return typ, 3, " M"
	}
	return typ, 2, ""
}

func (g *geometryReader) body(dst []byte, typ uint32, dims, depth int) []byte {
	switch typ {
	case 1:
		return g.point(dst, dims)
	case 2:
		return g.list(dst, func(dst []byte) []byte { return g.position(dst, dims) })
	case 3:
		return g.list(dst, func(dst []byte) []byte {
			return g.list(dst, func(dst []byte) []byte { return g.position(dst, dims) })
		})
	case 7:
		return g.list(dst, func(dst []byte) []byte { return g.geometry(dst, depth-1) })
	}
	// The parts of the others are geometries whose names are not written again.
	return g.list(dst, func(dst []byte) []byte {
		part, dims, _ := g.header()
		if g.err != nil || part != typ-3 {
			g.err = errGeometry
			return dst
		}
		return g.body(dst, part, dims, depth-1)
	})
}

// list appends parts, of which a number says how many there are. The space
// before what is written belongs to a name; within a list there is none.
func (g *geometryReader) list(dst []byte, part func([]byte) []byte) []byte {
	n := g.uint()
	if n == 0 {
		return append(dst, " EMPTY"...)
	}
	dst = append(dst, " ("...)
	for i := uint32(0); i < n && g.err == nil; i++ {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		from := len(dst)
		if dst = part(dst); len(dst) > from && dst[from] == ' ' {
			dst = append(dst[:from], dst[from+1:]...)
		}
	}
	return append(dst, ')')
}

// point is a position; one of NaNs is the empty point.
func (g *geometryReader) point(dst []byte, dims int) []byte {
	from := len(dst)
	empty := len(g.b) >= 8 && math.IsNaN(math.Float64frombits(g.order.Uint64(g.b)))
	dst = append(g.position(append(dst, " ("...), dims), ')')
	if empty {
		return append(dst[:from], " EMPTY"...)
	}
	return dst
}

func (g *geometryReader) position(dst []byte, dims int) []byte {
	for i := range dims {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = strconv.AppendFloat(dst, math.Float64frombits(g.order.Uint64(g.take(8))), 'g', -1, 64)
	}
	return dst
}

// markGeometries has the columns written as text of which the metadata of
// GeoParquet (https://geoparquet.org/releases/v1.1.0/) says that they hold
// well-known binary.
func markGeometries(leaves []*schemaNode, geo []byte) {
	var said struct {
		Columns map[string]struct{ Encoding string }
	}
	if len(geo) == 0 || json.Unmarshal(geo, &said) != nil {
		return
	}
	for _, l := range leaves {
		if l.def <= 1 && l.rep == 0 && l.isBytes() && l.logical.kind == logicalNone && said.Columns[l.name].Encoding == "WKB" {
			l.logical.kind = logicalGeometry
		}
	}
}
