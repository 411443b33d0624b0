package source

import (
	"fmt"
	"strings"
	"testing"
)

// TestTheEndOfAStreamIsToldFromItsRows reads tables longer than what is looked at
// first, in lengths around those of blocks, from a file and from a stream.
func TestTheEndOfAStreamIsToldFromItsRows(t *testing.T) {
	for _, rows := range []int{1_400, 2_379, 2_385, 2_400, 5_000} {
		for _, end := range []struct {
			text string
			rows int
		}{
			{"\nSource: me\n", 1},
			{"\nTotal,,17.5\nsee page 5\n", 2},
			{"", 0},
		} {
			var b strings.Builder
			b.WriteString("id,name,amount\n")
			for i := range rows {
				fmt.Fprintf(&b, "%06d,%s,1.25\n", i, strings.Repeat("abcdefgh ", 23))
			}
			b.WriteString(end.text)
			for _, in := range []Input{
				bytesInput("t.csv", []byte(b.String())),
				{Name: "t.csv", Size: -1, ReaderAt: &pipe{t: t, data: []byte(b.String()), step: 60_000}},
			} {
				s := open(t, in, Options{})
				got := scanAll(t, s, 2)
				if len(got.rows) != rows || got.faults["footer_rows"] != end.rows || s.Dialect().FooterRows != end.rows || got.err != nil {
					t.Errorf("%d rows, %q, size %d: %d rows, %v, %+v", rows, end.text, in.Size, len(got.rows), got.faults, s.Dialect())
				}
			}
		}
	}
}
