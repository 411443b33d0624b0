package column

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// TestLongValuesAreTheSameWhoeverReadsFirst reads a short second segment before
// anybody knows that the column has no dictionary, and after.
func TestLongValuesAreTheSameWhoeverReadsFirst(t *testing.T) {
	endings := []string{"", " ", " end me@example.com", " café"}
	for what, cell := range map[string]func(i int) string{
		"words":   func(i int) string { return fmt.Sprint(i) + strings.Repeat(" ab", 338+i%6) + endings[i%4] },
		"objects": func(i int) string { return fmt.Sprintf(`{"n":%d,"t":"%s"}`, i, strings.Repeat("ab ", 336+i%9)) },
		"blanks":  func(i int) string { return strings.Repeat(" ", 1020+i%9) + endings[i%4] },
	} {
		report := func(early bool) string {
			b := BudgetFor(20)
			b.Distinct, b.Text = 1024, 64<<10
			c := New(0, b, &sketch.Pool{Free: 1 << 20})
			var w Work
			read := func(p *Partial, from, to int) {
				v := source.Vector{}
				for i := from; i < to; i++ {
					v.Start = append(v.Start, uint32(len(v.Data)))
					v.Data = append(v.Data, cell(i)...)
					v.End = append(v.End, uint32(len(v.Data)))
				}
				w.Begin(to - from)
				p.Add(&v, to-from, &w)
			}
			first, second := c.NewPartial(0), c.NewPartial(1)
			if read(first, 0, 300); early {
				read(second, 300, 340)
			}
			if c.Merge(first, 0); !early {
				second = c.NewPartial(1)
				read(second, 300, 340)
			}
			c.Merge(second, 300)
			got, err := json.Marshal(c.Report(Frame{Name: "x", Rows: 340, Top: 100}).Report)
			return fmt.Sprint(string(got), err)
		}
		if early, late := report(true), report(false); early != late {
			t.Errorf("%s:\n%s\n%s", what, early, late)
		}
	}
}
