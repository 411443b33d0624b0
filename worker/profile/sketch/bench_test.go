package sketch

import "testing"

func BenchmarkHash(b *testing.B) {
	text := []byte("0b3f4e62-9e0d-4c4e-8d8a-000000000042")
	for _, n := range []int{4, 12, 36} {
		b.Run(string('0'+rune(n/10))+string('0'+rune(n%10)), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				Hash(text[:n])
			}
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	values := draw("lognormal", 1<<16, 1)
	each := func(name string, add func(i int)) {
		b.Run(name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				add(i & (1<<16 - 1))
				i++
			}
		})
	}
	hll, kll, top, set := NewHLL(14), NewKLL(400), NewFrequent(1500), NewRepeats(1<<16)
	each("HLL", func(i int) { hll.Add(key(i)) })
	each("KLL", func(i int) { kll.Add(values[i]) })
	each("Frequent", func(i int) { top.Add(key(i), nil) })
	each("Repeats", func(i int) { set.Add([]uint64{key(i)}) })
}
