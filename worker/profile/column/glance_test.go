package column

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"golang.org/x/sys/cpu"

	"assay/worker/profile/source"
)

// plainGlance looks at one byte after the other.
func plainGlance(b []byte) (g glance) {
	for i, c := range b {
		bit := uint64(1) << i
		if c-'0' < 10 {
			g.digits |= bit
		}
		if inNumber[c] {
			g.numbers |= bit
		}
		if c == '@' {
			g.at |= bit
		}
		if c >= 0x80 {
			g.high |= bit
		}
	}
	return g
}

func TestGlancesSeeEachByteOfACell(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	signs := []byte("0123456789/:  --@@?Aaz~\x00\x7f\x80\xb0\xb9\xc0\xff")
	const cells = 300
	v := source.Vector{}
	var rows []uint32
	for i := range cells {
		v.Start = append(v.Start, uint32(len(v.Data)))
		for range 1 + r.IntN(glanceWidth) {
			v.Data = append(v.Data, signs[r.IntN(len(signs))])
		}
		v.End = append(v.End, uint32(len(v.Data)))
		if r.IntN(4) > 0 {
			rows = append(rows, uint32(i))
		}
	}
	for _, spare := range []int{0, 1, glanceWidth - 1, glanceWidth} { // behind the last cell
		v.Data = append(make([]byte, 0, len(v.Data)+spare), v.Data...)
		c := selection{&v, rows, 0}
		got := make([]glance, len(rows))
		n := glanceAll(&c, rows, got)
		if runtime.GOARCH == "amd64" && cpu.X86.HasAVX2 && n < len(rows)-glanceWidth {
			t.Errorf("looked at %d of %d cells", n, len(rows))
		}
		for i := range n {
			b := c.text(i)
			if int(v.Start[rows[i]])+glanceWidth > cap(v.Data) {
				t.Fatalf("cell %d is read past the end of its memory", i)
			}
			if got[i].end(len(b)); got[i] != plainGlance(b) {
				t.Fatalf("%q: saw %x, want %x", b, got[i], plainGlance(b))
			}
		}
	}
	few := source.Vector{Data: []byte("abc"), Start: []uint32{0}, End: []uint32{3}}
	few.Data = few.Data[:3:3]
	if n := glanceAll(&selection{&few, []uint32{0}, 0}, []uint32{0}, make([]glance, 1)); n != 0 {
		t.Error("a cell with nothing behind it was read past its end")
	}
}

// holdGlance checks that what is seen at a glance is what looking at all of a
// text finds: text that is nothing else, and all that must be revealed.
func holdGlance(t *testing.T, b []byte, v value) {
	t.Helper()
	if len(b) == 0 || len(b) > glanceWidth {
		return
	}
	g := plainGlance(b)
	text, reveals := g.plainText(b)
	if text && (v.class != classText || v.flags != 0) {
		t.Errorf("%q at a glance is text, but it is %+v", b, v)
	}
	if (plainText(b) || isCode(b)) && !text {
		t.Errorf("%q is text only where it is looked at closely", b)
	}
	var c common
	c.reveal(b, 0, 1)
	if c.cards != nil && !g.mayHoldCard() {
		t.Errorf("%q holds a card's number", b)
	}
	if text && !reveals && (c.mails.count > 0 || c.banks.count > 0 || c.cards != nil) {
		t.Errorf("%q at a glance holds nothing to reveal", b)
	}
}
