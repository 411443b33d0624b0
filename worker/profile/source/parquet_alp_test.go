package source

import (
	"encoding/binary"
	"math"
	"testing"
)

// alpPage writes doubles as the specification has it, in vectors of eight values
// with two digits; whatever has more is an exception.
func alpPage(values []float64) []byte {
	page := []byte{0, 0, 3}
	page = binary.LittleEndian.AppendUint32(page, uint32(len(values)))
	var vectors [][]byte
	for from := 0; from < len(values); from += 8 {
		part := values[from:min(from+8, len(values))]
		ints := make([]int64, len(part))
		var exceptions []int
		low, high := int64(math.MaxInt64), int64(math.MinInt64)
		for i, f := range part {
			if n := int64(math.Round(f * 100)); math.Abs(f) < 1e12 && float64(n)*1*1e-2 == f {
				ints[i] = n
			} else {
				exceptions = append(exceptions, i)
			}
			low, high = min(low, ints[i]), max(high, ints[i])
		}
		width := 0
		for uint64(high-low)>>width != 0 {
			width++
		}
		v := []byte{2, 0}
		v = binary.LittleEndian.AppendUint16(v, uint16(len(exceptions)))
		v = append(binary.LittleEndian.AppendUint64(v, uint64(low)), byte(width))
		packed := make([]byte, (len(part)*width+7)/8)
		for i, n := range ints {
			for k := range width {
				at := i*width + k
				packed[at/8] |= byte(uint64(n-low)>>k&1) << (at % 8)
			}
		}
		v = append(v, packed...)
		for _, i := range exceptions {
			v = binary.LittleEndian.AppendUint16(v, uint16(i))
		}
		for _, i := range exceptions {
			v = binary.LittleEndian.AppendUint64(v, math.Float64bits(part[i]))
		}
		vectors = append(vectors, v)
	}
	at := 4 * len(vectors)
	for _, v := range vectors {
		page = binary.LittleEndian.AppendUint32(page, uint32(at))
		at += len(v)
	}
	for _, v := range vectors {
		page = append(page, v...)
	}
	return page
}

func TestALPReadsBackAllFloats(t *testing.T) {
	values := []float64{9.43, -10, 0, 7.77, 1.5, 1e300, math.Inf(1), math.Copysign(0, -1), 3.141592653589793, 5e-324, 0.01, 12345.67, 100, 100, 100, 100, -8.25}
	page := alpPage(values)
	var v pageValues
	leaf := &schemaNode{schemaElement: &schemaElement{typ: physDouble}}
	if err := v.begin(leaf, encALP, page, len(values)); err != nil {
		t.Fatal(err)
	}
	for i, want := range values {
		raw, err := v.next()
		if err != nil {
			t.Fatal(err)
		}
		// A negative zero is an exception for other writers; ours above loses its sign.
		if got := math.Float64frombits(binary.LittleEndian.Uint64(raw)); got != want {
			t.Errorf("value %d is %v, want %v", i, got, want)
		}
	}
	if _, err := v.next(); err == nil {
		t.Error("there is a value behind the last")
	}
	for cut := range page {
		if v.begin(leaf, encALP, page[:cut], len(values)) != nil {
			continue
		}
		for range values {
			if _, err := v.next(); err != nil {
				break
			}
		}
	}
	// Floats of 32 bits: 1234 and 1235 hundredths, rounded as floats are, and an exception.
	hundredth := float32(1e-2)
	short := []byte{0, 0, 3, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 1, 0, 0xd2, 4, 0, 0, 1, 0b010, 2, 0, 0, 0, 0xc0, 0x7f}
	if err := v.begin(&schemaNode{schemaElement: &schemaElement{typ: physFloat}}, encALP, short, 3); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float32{1234 * hundredth, 1235 * hundredth, float32(math.NaN())} {
		raw, err := v.next()
		if err != nil {
			t.Fatal(err)
		}
		if got := math.Float32frombits(binary.LittleEndian.Uint32(raw)); got != want && want == want {
			t.Errorf("value %d is %v, want %v", i, got, want)
		}
	}
}
