package sketch

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"assay/worker/profile/internal/ref"
)

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// sizes are awkward ones.
var sizes = []int{0, 1, 2, 3, 7, 8, 9, 39, 99, 100, 101, 127, 128, 129, 1023, 1024, 1025, 20_000}

func TestHashTellsTextsApart(t *testing.T) {
	seen := map[uint64]string{}
	add := func(s string) {
		h := Hash([]byte(s))
		if o, twice := seen[h]; twice && o != s {
			t.Fatalf("%q and %q have the same hash", s, o)
		}
		seen[h] = s
	}
	for n := range 40 {
		b := make([]byte, n)
		add(string(b))
		for i := range b {
			for bit := range 8 {
				b[i] ^= 1 << bit
				add(string(b))
				b[i] ^= 1 << bit
			}
		}
	}
	for i := range 200_000 {
		add(fmt.Sprint(i))
	}
}

func TestHashSpreadsEveryBit(t *testing.T) {
	r := random(1)
	for _, n := range []int{1, 5, 8, 12, 16, 17, 40} {
		var flips [64]int
		const rounds = 2000
		b := make([]byte, n)
		for range rounds {
			for i := range b {
				b[i] = byte(r.Uint32())
			}
			h := Hash(b)
			b[r.IntN(n)] ^= 1 << r.IntN(8)
			for d, i := Hash(b)^h, 0; i < 64; i++ {
				flips[i] += int(d >> i & 1)
			}
		}
		for i, f := range flips {
			if share := float64(f) / rounds; share < 0.43 || share > 0.57 {
				t.Errorf("%d bytes: bit %d flips in %.2f of the cases", n, i, share)
			}
		}
	}
}

func TestWordsAreTheTextItself(t *testing.T) {
	for n := range 17 {
		b := []byte("abcdefghijklmnopq")[:n]
		w0, w1 := Words(b)
		var back [16]byte
		binary.LittleEndian.PutUint64(back[:], w0)
		if n > 8 {
			binary.LittleEndian.PutUint64(back[n-8:], w1)
		}
		if string(back[:n]) != string(b) {
			t.Errorf("%d bytes: %q", n, back[:n])
		}
		if front := [16]byte([]byte("abcdefghijklmnop")); HashWords(w0, w1, n) != Hash(b) || HashFront(&front, n) != Hash(b) {
			t.Errorf("%d bytes: two hashes", n)
		}
	}
}

func key(i int) uint64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(i))
	return Hash(b[:])
}

func TestHLLIsWithinItsError(t *testing.T) {
	for _, p := range []uint8{10, 12, 14} {
		for _, n := range append(sizes, 300_000) {
			s := NewHLL(p)
			for i := range n {
				s.Add(key(i))
				s.Add(key(i / 2))
			}
			if got := float64(s.Estimate()); math.Abs(got-float64(n)) > 1+3.5*s.Error()*float64(n) {
				t.Errorf("p %d: %d different values estimated as %.0f", p, n, got)
			}
		}
	}
}

func TestHLLMergesInAnyOrder(t *testing.T) {
	var parts [3]*HLL
	for i := range parts {
		parts[i] = NewHLL(8)
		for k := range 500 {
			parts[i].Add(key(k*(i+1) + 3))
		}
	}
	union := func(order ...int) *HLL {
		s := NewHLL(8)
		for _, i := range order {
			s.Merge(parts[i])
		}
		return s
	}
	want := union(0, 1, 2)
	for _, order := range [][]int{{2, 1, 0}, {1, 0, 2, 1, 1}, {0, 2, 1, 0}} {
		if !slices.Equal(union(order...).registers, want.registers) {
			t.Errorf("order %v gives another state", order)
		}
	}
}

var distributions = map[string]func(r *rand.Rand, i int) float64{
	"uniform":    func(r *rand.Rand, _ int) float64 { return r.Float64() },
	"ascending":  func(_ *rand.Rand, i int) float64 { return float64(i) },
	"descending": func(_ *rand.Rand, i int) float64 { return -float64(i) },
	"sawtooth":   func(_ *rand.Rand, i int) float64 { return float64(i % 1000) },
	"lognormal":  func(r *rand.Rand, _ int) float64 { return math.Exp(4 * r.NormFloat64()) },
	"few values": func(r *rand.Rand, _ int) float64 { return float64(r.IntN(3)) },
	"large mean": func(r *rand.Rand, _ int) float64 { return 1e9 + r.Float64() },
}

func draw(name string, n int, seed uint64) []float64 {
	r, d := random(seed), distributions[name]
	values := make([]float64, n)
	for i := range values {
		values[i] = d(r, i)
	}
	return values
}

// whole adds values one by one, weighted, or in segments that are merged.
func whole(k int, values []float64, way string) *KLL {
	s := NewKLL(k)
	switch way {
	case "merged":
		part := NewKLL(k)
		for i := 0; i < len(values); i += 3000 {
			part.Reset()
			for _, v := range values[i:min(i+3000, len(values))] {
				part.Add(v)
			}
			s.Merge(part)
		}
	case "weighted":
		for _, v := range values {
			s.AddWeighted(v, 5)
		}
	default:
		for _, v := range values {
			s.Add(v)
		}
	}
	return s
}

func TestKLLQuantilesAreWithinTheirError(t *testing.T) {
	const k = 200
	asked, missed := 0, 0
	for name := range distributions {
		for _, n := range append(sizes, 60_000) {
			for _, way := range []string{"single", "merged", "weighted"} {
				values := draw(name, n, uint64(n))
				s := whole(k, values, way)
				ranked, cumulative := s.Ranked()
				weight := int64(1)
				if way == "weighted" {
					weight = 5
				}
				if s.Count() != int64(n)*weight || n > 0 && cumulative[len(cumulative)-1] != s.Count() {
					t.Fatalf("%s, %d values, %s: %d counted", name, n, way, s.Count())
				}
				if n == 0 {
					continue
				}
				slices.Sort(values)
				for _, q := range []float64{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99} {
					i, _ := slices.BinarySearch(cumulative, int64(q*float64(s.Count()))+1)
					err := ref.RankError(values, ranked[min(i, len(ranked)-1)], q) - 1/float64(n)
					asked++
					if err > s.RankError() {
						missed++
					}
					if err > 2*s.RankError() {
						t.Errorf("%s, %d values, %s: quantile %v is off by %.4f of the rows", name, n, way, q, err)
					}
				}
			}
		}
	}
	if missed*50 > asked {
		t.Errorf("%d of %d answers are off by more than the stated error", missed, asked)
	}
}

func TestKLLIsExactWhileItHoldsAll(t *testing.T) {
	s := NewKLL(400)
	for i := range 399 {
		s.Add(float64(i * 5 % 399))
	}
	values, cumulative := s.Ranked()
	if s.RankError() != 0 || len(values) != 399 {
		t.Fatalf("error %v with %d values", s.RankError(), len(values))
	}
	for i, v := range values {
		if v != float64(i) || cumulative[i] != int64(i+1) {
			t.Fatalf("value %d is %v, %d up to it", i, v, cumulative[i])
		}
	}
}

func TestSketchesStartAgainAsNew(t *testing.T) {
	values := draw("lognormal", 30_000, 3)
	fresh, used := NewKLL(100), NewKLL(100)
	top, usedTop := NewFrequent(100), NewFrequent(100)
	for _, v := range values {
		used.Add(-v)
		usedTop.Add(math.Float64bits(v)*secret2, []byte("x"))
	}
	used.Reset()
	usedTop.Reset()
	for i, v := range values {
		fresh.Add(v)
		used.Add(v)
		top.Add(key(i%700*(i%3)), []byte("y"))
		usedTop.Add(key(i%700*(i%3)), []byte("y"))
	}
	a, na := fresh.Ranked()
	b, nb := used.Ranked()
	if !slices.Equal(a, b) || !slices.Equal(na, nb) {
		t.Error("a sketch that was reset differs from a new one")
	}
	if !slices.Equal(top.table, usedTop.table) || top.Error() != usedTop.Error() {
		t.Error("frequent values that were reset differ from new ones")
	}
}

func TestFrequentCountsAreWithinTheirError(t *testing.T) {
	zipf := rand.NewZipf(random(5), 1.2, 1, 1_000_000)
	var values []string
	for range 200_000 {
		values = append(values, fmt.Sprint(zipf.Uint64()))
	}
	truth := ref.Top(values)
	counts := map[string]int64{}
	for _, c := range truth {
		counts[c.Value] = c.Count
	}
	s := NewFrequent(400)
	for i := 0; i < len(values); i += 7000 {
		part := NewFrequent(400)
		for _, v := range values[i:min(i+7000, len(values))] {
			part.Add(Hash([]byte(v)), []byte(v))
		}
		s.Merge(part)
	}
	if limit := int64(2 * len(values) / 400); s.Error() > limit {
		t.Errorf("error %d is above %d", s.Error(), limit)
	}
	items, rest := s.Top(100)
	better := 0
	for _, it := range items {
		n := counts[string(it.Text)]
		delete(counts, string(it.Text))
		if it.Count < n || it.Count-it.Error > n || it.Error > s.Error() {
			t.Errorf("%s: %d counted with error %d of %d, %d there", it.Text, it.Count, it.Error, s.Error(), n)
		}
		if it.Error*10 < s.Error() {
			better++
		}
	}
	if better < 10 {
		t.Errorf("%d of %d values have an error far below that of all", better, len(items))
	}
	for value, n := range counts {
		if n > rest {
			t.Errorf("%s comes %d times, and no value but those listed more than %d", value, n, rest)
		}
	}
	for i, c := range truth {
		if c.Count > 2*s.Error() && !slices.ContainsFunc(items, func(it Item) bool { return string(it.Text) == c.Value }) {
			t.Errorf("value %d by count (%d times) is not among the frequent", i, c.Count)
		}
	}
}

func TestFrequentIsExactBelowItsLimit(t *testing.T) {
	s := NewFrequent(100)
	for i := range 1000 {
		s.Add(key(i%50), fmt.Append(nil, i%50))
	}
	items, _ := s.Top(100)
	if s.Error() != 0 || len(items) != 50 || items[0].Count != 20 {
		t.Errorf("error %d, %d items, %+v", s.Error(), len(items), items[0])
	}
}

func TestMomentsMatchTheirDefinition(t *testing.T) {
	close := func(got, want, scale float64) bool { return math.Abs(got-want) <= 1e-9*max(math.Abs(want), scale) }
	for name := range distributions {
		for _, n := range []int{2, 3, 100, 511, 512, 513, 5000} {
			values := draw(name, n, 11)
			want := ref.Describe(values)
			var blocks, weighted Moments
			for i := 0; i < n; i += 512 {
				var part Moments
				part.AddBlock(values[i:min(i+512, n)], nil)
				blocks.Merge(&part)
			}
			different, counts := counted(values)
			weighted.AddCounted(different, nil, counts)
			for way, m := range map[string]*Moments{"blocks": &blocks, "counted": &weighted} {
				if math.Abs(m.Sum()-want.Sum) > 1e-15*math.Abs(want.Sum) || !close(m.Mean, want.Mean, 0) || !close(m.Std(), want.Std, 1e-6) ||
					want.Std > 0 && (math.Abs(m.Skewness()-want.Skewness) > 1e-5*max(1, math.Abs(want.Skewness)) || math.Abs(m.Kurtosis()-want.Kurtosis) > 1e-5*max(1, math.Abs(want.Kurtosis))) {
					t.Errorf("%s, %d values, %s: %+v %v %v %v; want %+v", name, n, way, m, m.Std(), m.Skewness(), m.Kurtosis(), want)
				}
			}
		}
	}
}

func counted(values []float64) (different []float64, counts []int64) {
	sorted := slices.Sorted(slices.Values(values))
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			different, counts = append(different, v), append(counts, 0)
		}
		counts[len(counts)-1]++
	}
	return different, counts
}

func TestSumKeepsWhatRoundingLoses(t *testing.T) {
	var m Moments
	m.AddBlock([]float64{1e16, 1, -1e16}, nil)
	m.AddBlock([]float64{1}, nil)
	if m.Sum() != 2 {
		t.Errorf("sum %v", m.Sum())
	}
}

func TestIntSumIsExact(t *testing.T) {
	r := random(9)
	var one, weighted, a, b IntSum
	want := new(big.Int)
	for i := range 3000 {
		v := int64(r.Uint64())
		if i%5 == 0 {
			v = math.MinInt64
		}
		n := r.Int64N(1 << 40)
		want.Add(want, new(big.Int).Mul(big.NewInt(v), big.NewInt(n+1)))
		one.Add(v)
		weighted.AddWeighted(v, n)
		if i%2 == 0 {
			a.AddWeighted(v, n+1)
		} else {
			b.AddBig(big.NewInt(v), n+1)
		}
	}
	one.Merge(&weighted)
	a.Merge(&b)
	if one.Sum().Cmp(want) != 0 || a.Sum().Cmp(want) != 0 {
		t.Errorf("sums %v and %v, want %v", one.Sum(), a.Sum(), want)
	}
}

func TestRepeatsAreExactWhileTheyFit(t *testing.T) {
	s := NewRepeats(10_000)
	for i := range 20_000 {
		s.Add([]uint64{key(i % 8000)})
		if n, _ := s.Repeated(); i%7000 == 0 && n != int64(max(0, i+1-8000)) { // asked midway
			t.Errorf("%d repeats after %d values", n, i+1)
		}
	}
	if n, err := s.Repeated(); n != 12_000 || err != 0 || !s.Exact() {
		t.Errorf("%d repeats, error %v", n, err)
	}
}

func TestRepeatsAreWithinTheirError(t *testing.T) {
	for _, c := range []struct{ rows, different int }{{400_000, 400_000}, {400_000, 390_000}, {400_000, 100_000}, {400_000, 7000}} {
		s := NewRepeats(5000)
		for i := range c.rows {
			s.Add([]uint64{key(i % c.different)})
		}
		n, err := s.Repeated()
		want := float64(c.rows - c.different)
		if math.Abs(float64(n)-want) > 4*err*float64(c.rows)+1 || err > 0.05 {
			t.Errorf("%d repeats of %d rows, want %.0f, error %v", n, c.rows, want, err)
		}
	}
	heavy := NewRepeats(5000) // one value makes up most of the repeats
	for i := range 400_000 {
		heavy.Add([]uint64{key(i * (i % 2))})
	}
	if n, err := heavy.Repeated(); math.Abs(float64(n)-200_000) > 4*err*400_000 || err > 0.05 {
		t.Errorf("%d repeats, error %v", n, err)
	}
}

func TestRepeatsThatSkipAreTheSame(t *testing.T) {
	all, some := NewRepeats(1000), NewRepeats(1000)
	for i := range 50_000 {
		h := key(i % 20_000)
		all.Add([]uint64{h})
		if l := some.Level(); l > 0 && h>>(64-l) != 0 {
			some.Skip(1)
		} else {
			some.Add([]uint64{h})
		}
	}
	a, ea := all.Repeated()
	b, eb := some.Repeated()
	if a != b || ea != eb {
		t.Errorf("%d±%v and %d±%v", a, ea, b, eb)
	}
}

func TestHashSetsShareOnePool(t *testing.T) {
	pool := &Pool{Free: 64 << 10}
	a, b := NewHashSet(pool), NewHashSet(pool)
	for i := range 2000 {
		if !a.Add([]uint64{key(i % 1500)}) {
			t.Fatal("lost within its memory")
		}
	}
	if a.Count() != 1500 {
		t.Errorf("%d different", a.Count())
	}
	lost := false
	for i := 0; i < 20_000 && !lost; i++ {
		lost = !b.Add([]uint64{key(i)})
	}
	seen := map[uint64]bool{}
	b.Each(func(hashes []uint64) {
		for _, h := range hashes {
			seen[h] = true
		}
	})
	if len(seen) < 3000 {
		t.Errorf("a set that is lost has but %d of its hashes", len(seen))
	}
	b.Drop()
	if !lost {
		t.Error("more than the pool has")
	}
	a.Drop()
	if pool.Free != 64<<10 {
		t.Errorf("%d bytes came back", pool.Free)
	}
}

// Over 200 seeded streams the standard error that is stated for repeated rows
// holds: within one in 60 of 100 cases, within two in 90.
func TestTheErrorOfRepeatsIsHonest(t *testing.T) {
	within, twice := 0, 0
	for trial := range 200 {
		r := random(uint64(trial))
		rows, different := 20_000+r.IntN(20_000), 5000+r.IntN(15_000)
		s, seen := NewRepeats(1000), map[uint64]bool{}
		for i := range rows {
			h := key(trial<<32 | min(i, r.IntN(different)))
			seen[h] = true
			s.Add([]uint64{h})
		}
		n, err := s.Repeated()
		off := math.Abs(float64(n)-float64(rows-len(seen))) / float64(rows)
		if off <= err {
			within++
		}
		if off <= 2*err {
			twice++
		}
	}
	if within < 120 || twice < 180 {
		t.Errorf("%d of 200 within one standard error, %d within two", within, twice)
	}
}
