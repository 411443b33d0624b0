package column

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// batched profiles cells, three segments of them, in batches of a size. With
// journals and dictionaries used again, or each segment by itself.
func batched(cells []string, kinds []source.Kind, batch int, plain bool) string {
	b := BudgetFor(20)
	b.Distinct, b.Text = 1024, 16<<10
	c := New(0, b, &sketch.Pool{Free: 1 << 20})
	c.keeps.Store(plain)
	sums := sketch.Mix(0, 0)
	var w Work
	var partials []*Partial
	for segment := range 3 {
		var p *Partial
		if segment == 0 || plain {
			p = c.NewPartial(segment)
		} else {
			p = partials[segment-1]
			p.Reset(c, segment)
		}
		partials = append(partials, p)
		from, to := segment*len(cells)/3, (segment+1)*len(cells)/3
		for at := from; at < to; at += batch {
			rows := min(batch, to-at)
			v := source.Vector{}
			for i := at; i < at+rows; i++ {
				v.Start = append(v.Start, uint32(len(v.Data)))
				v.Data = append(v.Data, cells[i]...)
				v.End = append(v.End, uint32(len(v.Data)))
			}
			v.Data = append(v.Data, make([]byte, 32)...)
			if kinds != nil {
				v.Kinds = kinds[at : at+rows]
			}
			w.Begin(rows)
			p.Add(&v, rows, &w)
			for i, s := range w.Sums {
				sums += sketch.Mix(s, uint64(at+i))
			}
		}
		c.Merge(p, int64(from))
		c.Remember()
		if !plain && batch > 1 { // somebody looks on
			c.Report(Frame{Name: "x", Rows: int64(to), Typed: kinds != nil, Top: 100})
		}
	}
	got, err := json.Marshal(c.Report(Frame{Name: "x", Rows: int64(len(cells)), Typed: kinds != nil, Top: 100}).Report)
	return fmt.Sprintf("%d %v %s", sums, err, got)
}

// TestAJournalLeavesNoTrace holds columns that are written down first, and those
// that begin with an old dictionary, to those that are not.
func TestAJournalLeavesNoTrace(t *testing.T) {
	const rows = 9000
	r := rand.New(rand.NewPCG(3, 4))
	for what, cell := range map[string]func(i int) string{
		"all different":              func(i int) string { return fmt.Sprint("key ", i) },
		"numbers":                    func(i int) string { return fmt.Sprint(r.NormFloat64()) },
		"different, then the same":   func(i int) string { return fmt.Sprint(min(i%3000, 800+i/1000)) },
		"just as many as fit":        func(i int) string { return fmt.Sprint(i%3000%1024, " ö") },
		"one more than fit":          func(i int) string { return fmt.Sprint(i % 3000 % 1025) },
		"one more in each segment":   func(i int) string { return fmt.Sprint(i % (1022 + i/3000)) },
		"too many for two segments":  func(i int) string { return fmt.Sprint(i / 5) },
		"many, and the same again":   func(i int) string { return fmt.Sprint(r.IntN(800)) },
		"others in each segment":     func(i int) string { return fmt.Sprint(r.IntN(400) + 280*(i/3000)) },
		"mostly empty":               func(i int) string { return fmt.Sprint(i)[:max(0, i%4-2)*len(fmt.Sprint(i))] },
		"tokens among them":          func(i int) string { return []string{"NA", "-", fmt.Sprint(i), fmt.Sprint(-i)}[r.IntN(4)] },
		"texts that fill the memory": func(i int) string { return strings.Repeat(fmt.Sprint(i%3000%360), 40) },
		"texts too long to be kept":  func(i int) string { return strings.Repeat("ä", 400+i%300) + fmt.Sprint(i%5) },
		"texts of which a part is kept": func(i int) string {
			return fmt.Sprint(i%997, i) + strings.Repeat(" ab", 340) + []string{"", " ", " end me@example.com", " café"}[i%4]
		},
		"objects of which a part is kept": func(i int) string {
			return fmt.Sprintf(`{"id":%d,"text":"%s"}`, i, strings.Repeat("ab ", 300+i%80))
		},
	} {
		cells, kinds := make([]string, rows), make([]source.Kind, rows)
		for i := range cells {
			cells[i] = cell(i)
			kinds[i] = []source.Kind{source.Raw, source.String, source.Number, source.Null, source.JSON}[r.IntN(5)]
			if kinds[i] == source.Null || cells[i] == "" {
				cells[i], kinds[i] = "", source.Null
			}
		}
		for _, k := range [][]source.Kind{nil, kinds} {
			want := batched(cells, k, 1, true)
			for _, batch := range []int{1, 70, 1000, 2000} {
				if got := batched(cells, k, batch, false); got != want {
					t.Errorf("%s, with kinds %t, in batches of %d:\n%s\n%s", what, k != nil, batch, got, want)
				}
			}
		}
	}
}

// TestRowsBeforeAColumnDisappearsAreTheFirstOnesMissing holds the rows that are
// named as missing to those of the file, whoever looked on in between.
func TestRowsBeforeAColumnDisappearsAreTheFirstOnesMissing(t *testing.T) {
	for _, look := range []bool{false, true} {
		c := columnOf([]string{"a", "", "b", "", "a"}, nil)
		if look {
			c.Report(Frame{Name: "x", Rows: 5})
		}
		c.Absent(5, 90)
		if got := c.figures(Frame{Name: "x", Rows: 90}).missing; !slices.Equal(got, []int64{2, 4, 6, 7, 8, 9, 10, 11, 12, 13}) {
			t.Errorf("seen in between %t: rows %d are missing first", look, got)
		}
	}
}

// TestWhatIsHeldIsBounded gives a column far more segments of a few rows than it
// may hold.
func TestWhatIsHeldIsBounded(t *testing.T) {
	c := columnOf([]string{"a", "", "b"}, nil)
	for segment := 1; segment < 100; segment++ {
		c.Merge(columnOf([]string{"a", "", "b"}, nil).held[0].Partial, int64(3*segment))
		c.Remember()
		if len(c.held) > mostHeld {
			t.Fatalf("%d partials are held after %d segments", len(c.held), segment+1)
		}
	}
	if got := c.Report(Frame{Name: "x", Rows: 300, Top: 10}).Report; got.Nulls != 100 || got.Top[1].Count != 100 {
		t.Errorf("%d missing, top %+v", got.Nulls, got.Top)
	}
}
