package column

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// kernelSeeds are forms of values on either side of what the kernels take.
var kernelSeeds = strings.Fields(`0 1 -1 1d,2h 1d;2h 1d2h 12 -0 00 007 +5 5. .5 -.5 0.5 -0.0 00.5 1.5 12.34 123456.7 12345678 123456789 1234567.8 12345678.9
123456789012345 1234567890123456 -123456789012345 12345678901234.5 1234567.89012345 123456789.1234567 0.12345678901234567 12.345678901234567 1234567.890123456789 0.0000000000000000 01.234567890123456 0.00000000000001 1e5 1.5e3 1,234 1.2.3 1.234.567
12:30 2024-01-02 2024-02-29 2023-02-29 0000-03-01 0000-01-31 9999-12-31 2024-13-01 2024-00-10 2024-1-2 2024/01/02 2024-01-02T03:04:05 2024-01-02T03:04:05Z
2024-01-02T24:00:00 2024-01-02T23:59:60Z 2024-01-02T03:04:05.1 2024-01-02T03:04:05.123456789Z 2024-01-02T03:04:05.1234567890Z 2024-01-02T03:04:05.Z
2024-01-02T03:04:05+02:00 2024-01-02t03:04:05 20240102T030405 1970-01-01 1969-12-31T23:59:59Z 1/2/2024 31/12/2020 c8d04605-cbed-43bf-a0a8-7ffa3780429c
12345678-1234-1234-1234-123456789012 NA N/A null none - ? true yes t Monday May Mar Inf NaN -inf P1D PT5M user@example.org 10.1.2.3 192.168.100.200 1.255.255.255 1.234.567.890 1.256.255.255 010.100.100.100 1.2.03.4 1.2.2003.4 10.12.1999 256.100.100.100 99.199.255.249 /api/5 /5 /_5 f4_5 t1 y1d2 n5_h city
Jan_2,_2024 Mon,_02_Jan_2006_15:04:05_GMT _ _a a_ ä é_ 漢字 +4915112345678 12_Main_St. $5 5% €5 (5) {"a":1}
20240102030405 20240132030405 202401020304 378282246310005 36148900647913 20240102030405.25 see_a@b.org_now DE89370400440532013000 12345678-1234-1234-1234-12@456789.de 2024Q1 Q1_2024 2024年3月5日`)

func seedText(s string) string { return strings.ReplaceAll(s, "_", " ") }

// spoilt is a text with some changes.
func spoilt(r *rand.Rand, s string) []byte {
	const signs = "0123456789.-+:TZeE, /_aPn%$'"
	b := []byte(s)
	for range r.IntN(3) {
		switch i := r.IntN(len(b) + 1); r.IntN(3) {
		case 0:
			b = append(b[:i], append([]byte{signs[r.IntN(len(signs))]}, b[i:]...)...)
		case 1:
			if i < len(b) {
				b[i] = signs[r.IntN(len(signs))]
			}
		default:
			b = append(b[:i], b[min(i+1, len(b)):]...)
		}
	}
	return bytes.ToValidUTF8(b, nil)
}

// holdKernels checks that what a kernel takes is what classify says it is.
func holdKernels(t *testing.T, b []byte) {
	t.Helper()
	var v value
	classify(b, &v)
	b = append(make([]byte, 0, len(b)+32), b...)
	if plainText(b) && (v.class != classText || v.flags != 0) {
		t.Errorf("%q is no plain text, but %+v", b, v)
	}
	if isCode(b) && (v.class != classText || v.flags != 0) {
		t.Errorf("%q is no code, but %+v", b, v)
	}
	holdGlance(t, b, v)
	var m value
	if isoMoment(b, &m) {
		if m.day = m.i; m != v {
			t.Errorf("%q is not the moment %+v, but %+v", b, m, v)
		}
	}
	holdLongDecimal(t, b, v)
	digits := b
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		digits = b[1:]
	}
	if len(digits) > 16 {
		return
	}
	if paddedDigits((*[16]byte)(append(append([]byte{}, digits...), "0000000000000000"...)), len(digits)) && (v != value{class: classPadded, zone: naive}) {
		t.Errorf("%q is no padded code, but %+v", b, v)
	}
	padded := append(append([]byte{}, digits...), "................"...)
	n, scale, ok := shortNumber((*[16]byte)(padded), len(digits))
	if !ok {
		return
	}
	want := value{class: classInteger, zone: naive, i: int64(n), f: float64(n)}
	if negative {
		want.i, want.f = -want.i, float64(-want.i)
	}
	if scale > 0 {
		want = value{class: classDecimal, zone: naive, scale: int8(scale), f: float64(n) / math.Pow10(scale)}
		if negative {
			want.f = -want.f
		}
	}
	if scale == 3 && n >= 1000 && n < 1_000_000 {
		want.class, want.i = classTriple, int64(n)
		if negative {
			want.i = -want.i
		}
	}
	if v != want {
		t.Errorf("%q is not the number %+v, but %+v", b, want, v)
	}
}

func TestWordsAreNoPlainText(t *testing.T) {
	var all []string
	for s := range tokens {
		all = append(all, s)
	}
	for s := range knownWords {
		all = append(all, s, strings.ToUpper(s))
	}
	for s := range calendarWords {
		all = append(all, s+" 5, 2024", strings.ToUpper(s)+" 5, 2024", strings.ToUpper(s[:1])+s[1:]+"-24", s+". 2024", "5 "+s+" 2024")
	}
	for i := range currencies {
		all = append(all, currencies[i].sign+"5", currencies[i].sign+" 1,234.50", "7 "+currencies[i].sign)
	}
	for _, s := range all {
		holdKernels(t, []byte(s))
	}
}

func TestKernelsTakeOnlyWhatIsSurelySo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 2000 {
		for _, s := range kernelSeeds {
			holdKernels(t, spoilt(r, seedText(s)))
		}
	}
}

// holdLongDecimal checks that a long decimal is what strconv says it is.
func holdLongDecimal(t *testing.T, b []byte, v value) {
	t.Helper()
	n := len(b)
	m, scale, ok := longDecimal((*[32]byte)(append(append([]byte{}, b...), make([]byte, 32)...)), n)
	if !ok {
		return
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if want := (value{class: classDecimal, zone: naive, scale: int8(scale), f: f, flags: v.flags & flagLong}); err != nil || v != want || quotient(m, scale) != f {
		t.Errorf("%q is not %v, but %+v (%v)", b, quotient(m, scale), v, f)
	}
}

func TestQuotientsAreRoundedOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	for range 200_000 {
		m, scale := r.Uint64()>>r.IntN(64), r.IntN(20)
		want, _ := strconv.ParseFloat(fmt.Sprintf("%de-%d", m, scale), 64)
		if m > 0 && quotient(m, scale) != want {
			t.Fatalf("%d / 10^%d is not %v, but %v", m, scale, quotient(m, scale), want)
		}
	}
	for _, m := range []uint64{1, 1 << 53, 1<<53 + 1, 1<<54 + 2, 1<<54 + 6, 1<<63 + 1<<10, 1<<63 + 1<<10 + 1, math.MaxUint64} { // halves between two doubles
		for scale := range 20 {
			if want, _ := strconv.ParseFloat(fmt.Sprintf("%de-%d", m, scale), 64); quotient(m, scale) != want {
				t.Errorf("%d / 10^%d is not %v, but %v", m, scale, quotient(m, scale), want)
			}
		}
	}
}

func TestCodesAreNothingElse(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	words := []string{"h", "m", "s", "d", "w", "day", "days", "min", "hrs", "sec", "ms", "S", "e", "E", "e+", "E-", "T", "Z", "Q", "W", "M", "-W", "st", "nd", "th", "er", "x", "A", "f0", "ab", "c", "us", "ns", "/", ":", ".", ",", " ", "%", "-", "/", "$", "é"}
	for s := range calendarWords {
		words = append(words, s)
	}
	for i := range currencies {
		words = append(words, currencies[i].sign)
	}
	slices.Sort(words)
	for range 300_000 {
		var b []byte
		for range 1 + r.IntN(4) {
			for range r.IntN(9) {
				b = append(b, '0'+byte(r.IntN(10)))
			}
			if r.IntN(3) > 0 {
				b = append(b, words[r.IntN(len(words))]...)
			} else {
				b = append(b, "abcdefABCDEFhmswTZQWM"[r.IntN(21)])
			}
		}
		holdKernels(t, b)
	}
}

func FuzzKernels(f *testing.F) {
	for _, s := range kernelSeeds {
		f.Add([]byte(seedText(s)))
	}
	f.Fuzz(holdKernels)
}

func TestKernelsLeaveAColumnAsLookingAtEachValueDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	makers := map[string]func() string{
		"numbers":   func() string { return fmt.Sprintf("%.*f", r.IntN(4), r.NormFloat64()*1e4) },
		"doubles":   func() string { return fmt.Sprint(r.NormFloat64() * 1e3) },
		"codes":     func() string { return fmt.Sprintf("%05d", r.IntN(20_000)) },
		"addresses": func() string { return fmt.Sprintf("%d.%d.%d.%d", r.IntN(256), r.IntN(256), r.IntN(300), r.IntN(256)) },
		"triples":   func() string { return fmt.Sprintf("%.3f", r.NormFloat64()*10) },
		"ids":       func() string { return fmt.Sprint(r.IntN(40_000) - 10_000) },
		"moments": func() string {
			return fmt.Sprintf("2024-%02d-%02dT10:20:%02dZ", 1+r.IntN(12), 1+r.IntN(30), r.IntN(60))
		},
		"days":    func() string { return fmt.Sprintf("%04d-%02d-%02d", r.IntN(3000), 1+r.IntN(12), 1+r.IntN(28)) },
		"swapped": func() string { return fmt.Sprintf("%d/%d/2024", 1+r.IntN(12), 1+r.IntN(28)) },
		"hashes":  func() string { return fmt.Sprintf("%08x%04x", r.Uint32(), r.IntN(1<<16)) },
		"texts": func() string {
			return fmt.Sprintf("%s %x", []string{"über", "Tue", "x", "12"}[r.IntN(4)], r.IntN(1e6))
		},
		"anything": func() string { return string(spoilt(r, seedText(kernelSeeds[r.IntN(len(kernelSeeds))]))) },
	}
	names := []string{"numbers", "doubles", "codes", "addresses", "triples", "ids", "moments", "days", "swapped", "hashes", "texts", "anything"}
	for _, name := range names {
		for _, odd := range []int{0, 3, 200, -1, -3, -200} {
			typed := odd < 0
			if odd = max(odd, -odd); odd == 1 {
				odd = 0
			}
			v := source.Vector{}
			var rows []uint32
			var hashes []uint64
			for row := range 6000 {
				cell := makers[name]()
				if odd > 0 && r.IntN(odd) == 0 {
					cell = makers[names[r.IntN(len(names))]]()
				}
				v.Start = append(v.Start, uint32(len(v.Data)))
				v.Data = append(v.Data, cell...)
				v.End = append(v.End, uint32(len(v.Data)))
				if typed {
					kind := source.String
					if strings.Trim(cell, "-0123456789.") == "" {
						kind = []source.Kind{source.Raw, source.Number}[min(1, r.IntN(50))]
					}
					v.Kinds = append(v.Kinds, kind)
				}
				if cell != "" {
					rows, hashes = append(rows, uint32(row)), append(hashes, sketch.Hash([]byte(cell)))
				}
			}
			for _, collect := range []bool{true, false} {
				fast, slow := newSifted(BudgetFor(1)), newSifted(BudgetFor(1))
				fast.collect, slow.collect = collect, collect
				fast.at(9)
				slow.at(9)
				var fastGaps, slowGaps gapMaps
				for from, to := 0, 0; from < len(rows); from = to { // in batches of any size
					to = min(len(rows), from+1+r.IntN(2000))
					fast.addAll(selection{&v, rows[from:to], 0}, hashes[from:to], &fastGaps)
				}
				for i, row := range rows {
					b := v.Data[v.Start[row]:v.End[row]]
					kind := source.Raw
					if typed {
						kind = v.Kinds[row]
					}
					slow.addWhole(b, kind, hashes[i], int64(row), &slowGaps)
				}
				fast.scratch, fast.guess = slow.scratch, slow.guess
				fast.lengths.counts, slow.lengths.counts = trimZeros(fast.lengths.counts), trimZeros(slow.lengths.counts)
				if fast.order.broken && slow.order.broken { // nothing else of it matters then
					fast.order = slow.order
				}
				fast.shapes.scratch, slow.shapes.scratch = nil, nil
				if !reflect.DeepEqual(fast, slow) || !reflect.DeepEqual(fastGaps, slowGaps) {
					differing("stream", reflect.ValueOf(*fast), reflect.ValueOf(*slow), func(what string) { t.Error(what) })
					t.Fatalf("%s with every %d. value from elsewhere (%v): two different states", name, odd, collect)
				}
			}
		}
	}
}

func trimZeros(counts []int64) []int64 {
	for len(counts) > 0 && counts[len(counts)-1] == 0 {
		counts = counts[:len(counts)-1]
	}
	return counts
}

// differing names the fields in which two states differ.
func differing(name string, a, b reflect.Value, say func(string)) {
	for a.Kind() == reflect.Pointer && !a.IsNil() && !b.IsNil() {
		a, b = a.Elem(), b.Elem()
	}
	if a.Kind() == reflect.Struct {
		for i := range a.NumField() {
			differing(name+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i), say)
		}
	} else if x, y := fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b); x != y {
		say(fmt.Sprintf("%s: %.300s and %.300s", name, x, y))
	}
}
