package column

import (
	"fmt"
	"testing"
)

// BenchmarkClassify looks at a thousand cells of the commonest kinds.
func BenchmarkClassify(b *testing.B) {
	for _, c := range []struct {
		name string
		cell func(i int) string
	}{
		{"integer", func(i int) string { return fmt.Sprint(i * 7919) }},
		{"decimal", func(i int) string { return fmt.Sprintf("%d.%02d", i*31, i%100) }},
		{"triple", func(i int) string { return fmt.Sprintf("%d.%03d", i%900+1, i) }},
		{"date", func(i int) string { return fmt.Sprintf("20%02d-%02d-%02d", i%30, i%12+1, i%28+1) }},
		{"datetime", func(i int) string { return fmt.Sprintf("2024-%02d-%02dT%02d:%02d:00Z", i%12+1, i%28+1, i%24, i%60) }},
		{"word", func(i int) string {
			return []string{"orange", "apple", "Juniper", "sugar beet", "north wind", "quince"}[i%6]
		}},
		{"name", func(i int) string {
			return []string{"Anna Berg", "Emil Sand", "Peter Stone", "John May"}[i%4] + " x"
		}},
		{"uuid", func(i int) string { return fmt.Sprintf("%08x-9e0d-4c4e-8d8a-%012x", uint32(i)*2654435761, i) }},
		{"url", func(i int) string { return fmt.Sprintf("https://example.org/page/%d", i) }},
		{"code", func(i int) string { return fmt.Sprintf("item%05d", i) }},
		{"address", func(i int) string { return fmt.Sprintf("%d Main Street, Springfield", i) }},
		{"money", func(i int) string { return fmt.Sprintf("$%d,%03d.50", i%50+1, i) }},
	} {
		var cells [][]byte
		for i := range 1000 {
			cells = append(cells, []byte(c.cell(i)))
		}
		b.Run(c.name, func(b *testing.B) {
			var v value
			for b.Loop() {
				for _, cell := range cells {
					classify(cell, &v)
				}
			}
		})
	}
}

// BenchmarkMeanings looks closely at texts, as a dictionary's are once each.
func BenchmarkMeanings(b *testing.B) {
	for name, text := range map[string]string{"word": "orange", "name": "Anna Berg", "url": "https://example.org/page/17", "prose": "the quick brown fox jumps over the lazy dog and runs away", "code": "SC503243", "mail": "anna@example.org"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				meaningsOf([]byte(text))
			}
		})
	}
}
