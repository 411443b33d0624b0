package column

import (
	"fmt"
	"testing"
)

func TestWhatOnlyLooksLikeAMeaningHasNone(t *testing.T) {
	var versions, hashes, airports, isbns, numbers, spans, addresses, states, users []string
	for i := range 600 {
		versions = append(versions, fmt.Sprintf("%d.%d.%d", i%13, i%90+10, i*7%5000))
		hashes = append(hashes, fmt.Sprintf("%08x", uint32(i)*2654435761))
		airports = append(airports, string([]byte{'A' + byte(i%10), 'F' + byte(i%9), 'K' + byte(i%2)}))
		isbns = append(isbns, fmt.Sprintf("978-3-16-%06d-%d", i*997, i%10))
		numbers = append(numbers, fmt.Sprintf("%03d-%02d-%04d", i%899+100, i%89+10, i*13%9000+1000))
		spans = append(spans, fmt.Sprintf("%d - %d", 1900+i%90, 2000+i%20))
		addresses = append(addresses, fmt.Sprintf("%d Main Street, Springfield", i+1))
		states = append(states, string([]byte{'A' + byte(i%6), 'K' + byte(i%10)}))
		users = append(users, fmt.Sprint(i%70))
	}
	for _, c := range []struct {
		what, name, want string
		cells            []string
	}{
		{"codes of three letters are no names", "origin", "category", airports},
		{"codes of two letters are no names", "state", "category", states},
		{"versions are no numbers", "version", "", versions},
		{"hashes are no numbers, though some have digits alone", "hex", "", hashes},
		{"book numbers are no telephones", "isbn", "", isbns},
		{"social security numbers are no telephones", "ssn", "", numbers},
		{"spans of years are no telephones", "years", "", spans[:90]},
		{"addresses are no lists", "address", "", addresses},
		{"ids may come several times", "user_id", "id", users},
		{"blanks are nothing", "x", "", []string{" ", "  ", "x1!", "y2!"}},
	} {
		got := profile(c.name, c.cells...)
		if got.Semantic != c.want {
			t.Errorf("%s: %q… is %q, want %q", c.what, c.cells[0], got.Semantic, c.want)
		}
	}
}

func TestNumbersAreGroupedByOneMark(t *testing.T) {
	for text, want := range map[string]bool{
		"1,234": true, "1,234,567.8": true, "1.234,50": true, "1'234'567": true, "1 234 567": true, "12,34,567.00": true,
		"1,5": true, "1234,5": true, "12": true, "00501": true,
		"1.2.3": false, "10.12.1234": false, "1,2,3": false, "1 23": false, "1,234.": false, ",5": false, "1.234.56": false, "1,234'567": false, "1..2": false,
	} {
		if got, _, _ := decoratedNumber([]byte(text)); got != want {
			t.Errorf("%q is a number: %v", text, got)
		}
	}
}
