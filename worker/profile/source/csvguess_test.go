package source

import (
	"fmt"
	"strings"
	"testing"
)

// TestGuessesInsideQuotesAreMostlyRight has cells of several lines that look
// like rows themselves: a guess that is wrong costs a second reading.
func TestGuessesInsideQuotesAreMostlyRight(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,text,n\n")
	starts := map[int64]bool{}
	for i := range 3000 {
		starts[int64(b.Len())] = true
		fmt.Fprintf(&b, "%d,\"dear all,\nthis is line two, of many,\n\n\"\"so, it, goes\"\"\n%s\",%d\n", i, strings.Repeat("more, and more\n", i%7), i)
	}
	text := b.String()
	s := open(t, bytesInput("x.csv", []byte(text)), Options{})
	tok := &csvTokeniser{rules: s.rules, text: s.in.text, width: 3, size: s.block, block: newBlock(s.rules)}
	right, all := 0, 0
	for from := int64(1000); from < int64(len(text))-5000; from += 997 {
		all++
		if starts[tok.guess(part{index: 1, from: from, to: from + 5000, start: -1})] {
			right++
		}
	}
	if right*100 < all*95 {
		t.Errorf("%d of %d guesses are right", right, all)
	}
}
