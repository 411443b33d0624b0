package profile

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/bits"
	"strconv"

	"assay/worker/profile/column"
	"assay/worker/profile/source"
)

// What the profile does not count and Parquet's types depend on: how many digits
// the numbers of a column have, and how fine its times are. It is counted while
// the file is profiled.
type digits struct {
	plain           int64 // cells that are digits with at most a sign and a point
	whole, fraction int   // most digits in front of the point, and behind it
	lossy           bool  // some are more than a double keeps
	fine            bool  // some times are finer than microseconds
}

// mostDigits is the precision that every reader of Parquet knows.
const mostDigits = 38

func (d *digits) merge(o digits) {
	d.plain += o.plain
	d.whole, d.fraction = max(d.whole, o.whole), max(d.fraction, o.fraction)
	d.lossy, d.fine = d.lossy || o.lossy, d.fine || o.fine
}

// look counts a cell.
func (d *digits) look(b []byte) {
	if len(b) == 0 || b[0] > '9' {
		return
	}
	whole, fraction, ok := decimalParts(b)
	if !ok {
		d.fine = d.fine || finerThanMicros(b)
		return
	}
	d.plain++
	d.whole, d.fraction = max(d.whole, len(whole)), max(d.fraction, len(fraction))
	if len(whole)+len(fraction) > 15 && !d.lossy {
		d.lossy = !keptByDouble(bytes.TrimSpace(b), whole, fraction)
	}
}

// decimalParts are the digits in front of the point, without leading zeros, and
// those behind it.
func decimalParts(b []byte) (whole, fraction []byte, ok bool) {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	i := 0
	for i < len(b) && b[i]-'0' < 10 {
		i++
	}
	whole = b[:i]
	if i < len(b) {
		if b[i] != '.' {
			return nil, nil, false
		}
		for _, c := range b[i+1:] {
			if c-'0' >= 10 {
				return nil, nil, false
			}
		}
		fraction = b[i+1:]
	}
	return bytes.TrimLeft(whole, "0"), fraction, i+len(fraction) > 0
}

// keptByDouble tells whether the shortest digits that read back as the double
// are those of the number.
func keptByDouble(number, whole, fraction []byte) bool {
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil {
		return false
	}
	var buf [64]byte
	short := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	short = bytes.TrimLeft(short[:bytes.IndexByte(short, 'e')], "-")
	short = append(short[:1:1], bytes.TrimPrefix(short[1:], []byte("."))...)
	all := append(append(make([]byte, 0, len(whole)+len(fraction)), whole...), fraction...)
	return bytes.Equal(bytes.Trim(all, "0"), bytes.TrimRight(short, "0"))
}

// finerThanMicros holds for a time with digits behind its microseconds.
func finerThanMicros(b []byte) bool {
	colon := bytes.IndexByte(b, ':')
	if colon < 0 {
		return false
	}
	at := bytes.IndexAny(b[colon:], ".,")
	if at < 0 {
		return false
	}
	for i, c := range b[colon+at+1:] {
		if c-'0' >= 10 {
			break
		}
		if i >= 6 && c != '0' {
			return true
		}
	}
	return false
}

// digitsScanner counts the digits of all columns on the way.
type digitsScanner struct {
	source.Scanner
	columns []digits
}

// Scan implements source.Scanner.
func (s *digitsScanner) Scan(ctx context.Context, workers int, newSink func() source.Sink, done func(source.Segment, source.Sink) error) error {
	return s.Scanner.Scan(ctx, workers, func() source.Sink { return &digitsSink{Sink: newSink()} }, func(seg source.Segment, sink source.Sink) error {
		d := sink.(*digitsSink)
		for i, c := range d.columns {
			for len(s.columns) <= i {
				s.columns = append(s.columns, digits{})
			}
			s.columns[i].merge(c)
		}
		return done(seg, d.Sink)
	})
}

type digitsSink struct {
	source.Sink
	columns []digits
}

// Begin implements source.Beginner.
func (s *digitsSink) Begin(segment int) {
	if b, ok := s.Sink.(source.Beginner); ok {
		b.Begin(segment)
	}
}

// Batch implements source.Sink.
func (s *digitsSink) Batch(b *source.Batch) error {
	for len(s.columns) < len(b.Cols) {
		s.columns = append(s.columns, digits{})
	}
	for i := range b.Cols {
		v, d := &b.Cols[i], &s.columns[i]
		for row := range b.Rows {
			if v.Kinds == nil || v.Kinds[row] != source.Null {
				d.look(v.Data[v.Start[row]:v.End[row]])
			}
		}
	}
	return s.Sink.Batch(b)
}

// stored is how a column is written: as its Store says, unless it is
// DECIMAL(precision, scale), or its times are in nanoseconds.
type stored struct {
	*column.Result
	precision, scale int // 0, 0 for what is no decimal
	nanos            bool
}

// storedAs decides by all values. Numbers of which a double would lose digits
// are decimals, and so are those of formats that have the type.
func storedAs(r *column.Result, d digits, declared bool) stored {
	s := stored{Result: r}
	long := r.Store == column.StoreText && r.Report.Type == "integer"
	switch {
	case r.Store == column.StoreDecimal && (d.lossy || declared) || long:
		precision := max(d.whole+d.fraction, 1)
		if d.plain > 0 && d.plain == r.Report.Count-r.Report.Nulls && precision <= mostDigits {
			s.precision, s.scale = precision, d.fraction
		}
	case r.Store == column.StoreTime:
		s.nanos = d.fine
	case r.Store == column.StoreDatetime || r.Store == column.StoreMoment:
		if t := r.Report.Temporal; t != nil && len(t.Min) > 4 && len(t.Max) > 4 {
			s.nanos = d.fine && t.Min[:4] > "1677" && t.Max[:4] < "2262" && t.Max[0] != '+' // 64 bits of nanoseconds
		}
	}
	return s
}

// unscaled is a decimal without its point, as a big-endian number of 128 bits in
// two's complement, and the lower half of it.
func unscaled(dst, cell []byte, scale int) (_ []byte, low int64) {
	whole, fraction, _ := decimalParts(cell)
	var hi, lo uint64
	add := func(c byte) {
		over, l := bits.Mul64(lo, 10)
		hi = hi*10 + over
		var carry uint64
		lo, carry = bits.Add64(l, uint64(c-'0'), 0)
		hi += carry
	}
	for _, c := range whole {
		add(c)
	}
	for _, c := range fraction {
		add(c)
	}
	for range scale - len(fraction) {
		add('0')
	}
	if cell = bytes.TrimSpace(cell); len(cell) > 0 && cell[0] == '-' {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(dst, hi), lo), int64(lo)
}
