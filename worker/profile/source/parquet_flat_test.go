package source

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Texts that are copied a stretch at a time are those that are written out one
// by one, with the same errors.
func TestTextsOfAPageAreReadAlikeInStretchesAndAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 11))
	texts := []string{"", "a", "street 5", strings.Repeat("long ", 60), "straße", "\xff", "caf\xe9", strings.Repeat("x", 3000)}
	for round := range 500 {
		var page []byte
		var lengths []uint32
		form, n := []valueForm{formBytes, formDeltaLength}[round%2], 1+r.IntN(40)
		kinds := []int{3, 5, len(texts)}[r.IntN(3)] // ASCII, valid, all
		for range n {
			s := texts[r.IntN(kinds)]
			if form == formBytes {
				page = binary.LittleEndian.AppendUint32(page, uint32(len(s)))
			}
			lengths, page = append(lengths, uint32(len(s))), append(page, s...)
		}
		if r.IntN(4) == 0 {
			page = page[:r.IntN(len(page)+1)]
		}
		read := func(emit func(l *leafReader, c *typedCells, most int) (int, error)) string {
			var flags valueFlags
			element := &schemaElement{name: "x", typ: physByteArray, logical: logicalType{kind: logicalString}}
			l := &leafReader{file: &parquetFile{maxCell: 2000}, node: &schemaNode{schemaElement: element}, write: appendText, flags: &flags, base: new(int64)}
			l.vals = pageValues{form: form, b: page, lengths: lengths}
			var c typedCells
			var said strings.Builder
			for {
				k, err := emit(l, &c, 500)
				v := c.vector(c.rows())
				for i := range v.Kinds {
					fmt.Fprintf(&said, "%q %d\n", v.Data[v.Start[i]:v.End[i]], v.Kinds[i])
				}
				c.drop(c.rows())
				if n -= k; err != nil || n <= 0 {
					return fmt.Sprint(said.String(), flags.replaced.count, err)
				}
			}
		}
		all := n
		fast := read(func(l *leafReader, c *typedCells, most int) (int, error) { return l.emit(c, n, most) })
		n = all
		slow := read(func(l *leafReader, c *typedCells, most int) (int, error) { return l.emitEach(c, n, most) })
		if fast != slow {
			t.Fatalf("%q: in stretches\n%s\nalone\n%s", page, fast, slow)
		}
	}
}
