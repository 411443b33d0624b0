package sketch

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"

	"assay/worker/profile/internal/ref"
)

// hard are samples whose moments plain doubles get wrong.
var hard = map[string]func(r *rand.Rand, i int) float64{
	"huge offset":         func(r *rand.Rand, _ int) float64 { return 1e15 + float64(r.IntN(3)) },
	"negative offset":     func(r *rand.Rand, _ int) float64 { return -9e15 + float64(r.IntN(3)) },
	"fraction far out":    func(r *rand.Rand, _ int) float64 { return 1e9 + r.Float64() },
	"overflowing squares": func(r *rand.Rand, _ int) float64 { return 1e200 * r.NormFloat64() },
	"overflowing sum":     func(r *rand.Rand, _ int) float64 { return 1e308 * r.Float64() },
	"both ends":           func(r *rand.Rand, _ int) float64 { return math.Copysign(1.7e308, r.NormFloat64()) },
	"vanishing squares":   func(r *rand.Rand, _ int) float64 { return 1e-200 * r.NormFloat64() },
	"vanishing fourths":   func(r *rand.Rand, _ int) float64 { return 1e-90 * r.ExpFloat64() },
	"subnormal":           func(r *rand.Rand, _ int) float64 { return 5e-324 * float64(r.IntN(9)) },
	"constant":            func(*rand.Rand, int) float64 { return 0.1 },
	"constant, then not":  func(_ *rand.Rand, i int) float64 { return 1e15 + float64(i/3000) },
	"zeros and p-values":  func(r *rand.Rand, i int) float64 { return float64(i/512%2) * math.Exp(-600*r.Float64()) },
	"one far off":         func(r *rand.Rand, i int) float64 { return float64(i%7) + float64(i/4999)*1e12 },
	"Zipf":                func(r *rand.Rand, _ int) float64 { return math.Floor(1 / (r.Float64() + 1e-9)) },
}

// inSegments merges blocks of the values into segments, these into one.
func inSegments(values, low []float64) *Moments {
	var all Moments
	for from := 0; from < len(values); from += 3000 {
		var segment Moments
		for i := from; i < min(from+3000, len(values)); i += 400 {
			to := min(i+400, from+3000, len(values))
			if low == nil {
				segment.AddBlock(values[i:to], nil)
			} else {
				segment.AddBlock(values[i:to], low[i:to])
			}
		}
		all.Merge(&segment)
	}
	return &all
}

func checkMoments(t *testing.T, what string, m *Moments, want ref.Moments) {
	t.Helper()
	near := func(figure string, got, want, tolerance float64) {
		t.Helper()
		switch {
		case math.IsNaN(want) || math.IsInf(want, 0):
			if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%s: %s is %v, want %v", what, figure, got, want)
			}
		case !(math.Abs(got-want) <= tolerance*math.Abs(want)+5e-324): // subnormals have no more digits
			t.Errorf("%s: %s is %v, want %v", what, figure, got, want)
		}
	}
	near("sum", m.Sum(), want.Sum, 1e-15)
	near("mean", m.Mean, want.Mean, 2e-14) // reports divide the sum
	near("std", m.Std(), want.Std, 1e-12)
	if want.Std > 0 && want.Std < 0x1p-1000 {
		return // no double holds the mean closely enough for the shape
	}
	if !math.IsNaN(want.Skewness) && math.Abs(m.Skewness()-want.Skewness) > 1e-9*max(1, math.Abs(want.Skewness)) || math.IsNaN(want.Skewness) != math.IsNaN(m.Skewness()) {
		t.Errorf("%s: skewness is %v, want %v", what, m.Skewness(), want.Skewness)
	}
	if !math.IsNaN(want.Kurtosis) && math.Abs(m.Kurtosis()-want.Kurtosis) > 1e-9*max(1, math.Abs(want.Kurtosis)) || math.IsNaN(want.Kurtosis) != math.IsNaN(m.Kurtosis()) {
		t.Errorf("%s: kurtosis is %v, want %v", what, m.Kurtosis(), want.Kurtosis)
	}
}

func TestMomentsOfHardSamplesAreTrueHoweverMerged(t *testing.T) {
	for what, draw := range hard {
		for _, n := range []int{1, 2, 3, 399, 401, 5000} {
			r := random(uint64(n))
			values := make([]float64, n)
			for i := range values {
				values[i] = draw(r, i)
			}
			want := ref.Describe(values)
			different, counts := counted(values)
			var weighted Moments
			weighted.AddCounted(different, nil, counts)
			checkMoments(t, what+" in segments of "+strconv.Itoa(n), inSegments(values, nil), want)
			checkMoments(t, what+" counted of "+strconv.Itoa(n), &weighted, want)
		}
	}
}

// Integers above 2^53 are doubles and what these lack.
func TestMomentsOfLongIntegersAreTrue(t *testing.T) {
	for _, offset := range []string{"9007199254740993", "-1152921504606846976", "9223372036854775000", "12345678901234567890123"} {
		base, _ := new(big.Int).SetString(offset, 10)
		var values, low []float64
		var texts []string
		r := random(3)
		for range 4000 {
			v := new(big.Int).Add(base, big.NewInt(r.Int64N(100)))
			f, _ := new(big.Float).SetInt(v).Float64()
			near, _ := big.NewFloat(f).Int(nil)
			rest, _ := new(big.Float).SetInt(near.Sub(v, near)).Float64()
			values, low, texts = append(values, f), append(low, rest), append(texts, v.String())
		}
		checkMoments(t, offset, inSegments(values, low), ref.DescribeIntegers(texts))
	}
}

func TestASumBeyondDoublesIsStillKnown(t *testing.T) {
	var m, o Moments
	m.AddBlock([]float64{1e308, 1e308, 3}, nil)
	o.AddBlock([]float64{-1e308, 1e308}, nil)
	o.AddCounted([]float64{1e308}, nil, []int64{5})
	m.Merge(&o)
	if got := m.WideSum().Text('g', 16); !math.IsInf(m.Sum(), 1) || got != "7e+308" {
		t.Errorf("sum %v, %s", m.Sum(), got)
	}
	m.AddCounted([]float64{-1e308}, nil, []int64{7})
	if m.Sum() != 3 {
		t.Errorf("sum %v, want 3", m.Sum())
	}
}
