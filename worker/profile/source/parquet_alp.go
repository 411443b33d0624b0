package source

import (
	"encoding/binary"
	"errors"
	"math"
)

// alp reads ALP (https://github.com/apache/parquet-format/blob/master/AlpEncoding.md):
// floats that are decimals with few digits, as integers with a common exponent.
// They stand in vectors of up to 32,768, each with its own exponent, range and
// exceptions. One vector is unpacked at a time, so that no count is believed
// before its bytes were seen.
type alp struct {
	body   []byte // offsets of the vectors, and the vectors
	width  int    // bytes of a value
	vector int    // the next one
	size   int    // values of a vector
	left   int    // values in the vectors from the next one on
	plain  []byte // values of the vector under way that are left …
	buf    []byte // … which stand here
}

var errALP = errors.New("the vectors of a page are not written as Parquet demands")

// begin takes n values.
func (a *alp) begin(b []byte, n, width int) error {
	if len(b) < 7 || b[0] != 0 || b[1] != 0 || b[2] < 3 || b[2] > 15 {
		return errALP
	}
	count := int64(int32(binary.LittleEndian.Uint32(b[3:])))
	if count < int64(n) {
		return errValues
	}
	a.body, a.width, a.vector, a.size, a.left, a.plain = b[7:], width, 0, 1<<b[2], int(count), nil
	return nil
}

// next is the bytes of the next value.
func (a *alp) next() ([]byte, error) {
	if len(a.plain) == 0 {
		if err := a.unpack(); err != nil {
			return nil, err
		}
	}
	raw := a.plain[:a.width]
	a.plain = a.plain[a.width:]
	return raw, nil
}

// unpack reads the next vector.
func (a *alp) unpack() error {
	n := min(a.size, a.left)
	if n <= 0 || 4*a.vector+4 > len(a.body) {
		return errValues
	}
	at := uint64(binary.LittleEndian.Uint32(a.body[4*a.vector:]))
	head := 4 + a.width + 1
	if at+uint64(head) > uint64(len(a.body)) {
		return errValues
	}
	v := a.body[at:]
	exponent, factor, exceptions := v[0], v[1], int(binary.LittleEndian.Uint16(v[2:]))
	width, most := uint(v[head-1]), byte(18)
	var base int64
	if a.width == 4 {
		base, most = int32At(v[4:]), 10
	} else {
		base = int64At(v[4:])
	}
	if exponent > most || factor > exponent || width > uint(8*a.width) || exceptions > n {
		return errALP
	}
	packed := (n*int(width) + 7) / 8
	v = v[head:]
	if packed+exceptions*(2+a.width) > len(v) {
		return errValues
	}
	a.buf = a.buf[:0]
	for i := range n {
		a.buf = a.decode(a.buf, base+int64(bitsAt(v, uint64(i)*uint64(width), width)), factor, exponent)
	}
	places, values := v[packed:], v[packed+2*exceptions:]
	for i := range exceptions {
		place := int(binary.LittleEndian.Uint16(places[2*i:]))
		if place >= n {
			return errALP
		}
		copy(a.buf[place*a.width:(place+1)*a.width], values[i*a.width:])
	}
	a.plain = a.buf
	a.vector++
	a.left -= n
	return nil
}

// bitsAt is a number of up to 64 bits, lowest first, from bit at on.
func bitsAt(b []byte, at uint64, width uint) (u uint64) {
	for done := uint(0); done < width; {
		shift := uint(at & 7)
		n := min(8-shift, width-done)
		u |= uint64(b[at>>3]>>shift&(1<<n-1)) << done
		done += n
		at += uint64(n)
	}
	return u
}

// The powers are those that a compiler makes of the literals, as is demanded;
// products are rounded one after the other.
var (
	tens       = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}
	tenths     = [...]float64{1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16, 1e-17, 1e-18}
	shortTens  = [...]float32{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10}
	shortTenth = [...]float32{1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10}
)

func (a *alp) decode(dst []byte, encoded int64, factor, exponent byte) []byte {
	if a.width == 4 {
		f := float32(float32(int32(encoded))*shortTens[factor]) * shortTenth[exponent]
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(f))
	}
	f := float64(float64(encoded)*tens[factor]) * tenths[exponent]
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(f))
}
