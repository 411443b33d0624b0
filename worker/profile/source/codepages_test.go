package source

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// encode writes a text in a code page.
func (p codePage) encode(t *testing.T, text string) []byte {
	t.Helper()
	upper := []rune(string(p))
	var b []byte
	for _, r := range text {
		k := slices.Index(upper, r)
		switch {
		case r < utf8.RuneSelf:
			b = append(b, byte(r))
		case k >= 0:
			b = append(b, byte(0x80+k))
		default:
			t.Fatalf("%q is not in the code page", r)
		}
	}
	return b
}

func TestRareCodePagesAreGuessedAndCanBeNamed(t *testing.T) {
	for _, c := range []struct {
		name, alias string
		page        codePage
		words       string
	}{
		{"ibm737", "cp737", ibm737, spoken["Greek"]},
		{"ibm869", "cp869", ibm869, spoken["Greek"]},
		{"x-mac-greek", "x-mac-greek", macgreek, spoken["Greek"]},
		{"ibm775", "cp775", ibm775, spoken["Latvian"]},
		{"ibm857", "cp857", ibm857, spoken["Turkish"]},
		{"x-mac-turkish", "x-mac-turkish", macturkish, spoken["Turkish"]},
		{"x-mac-ce", "x-mac-ce", macce, spoken["Czech"]},
		{"ibm861", "cp861", ibm861, "Þórður Ísafjörður Sigríður Guðmundur Hafnarfjörður Reykjavík Ólafur Húsavík bíll borð Þingvellir Jón Sæmundur Höfn"},
	} {
		if n := utf8.RuneCountInString(string(c.page)); n != 128 {
			t.Errorf("%s has %d characters", c.name, n)
		}
		text := "id,word\n"
		for i, w := range strings.Fields(c.words) {
			text += string(rune('A'+i)) + "," + w + "\n"
		}
		file := c.page.encode(t, text)
		for _, encoding := range []string{"", c.name, c.alias} {
			s := open(t, bytesInput("table.csv", file), Options{Encoding: encoding})
			got := scanAll(t, s, 1)
			var read []string
			for _, row := range got.rows {
				read = append(read, row[1])
			}
			if d := s.Dialect(); !slices.Equal(read, strings.Fields(c.words)) || encoding == "" && (d.Encoding != c.name || d.EncodingConfidence < doubtful) {
				t.Errorf("%s, given %q: read as %s (%v): %q", c.name, encoding, d.Encoding, d.EncodingConfidence, read)
			}
		}
	}
	for b := range 256 {
		if r := ibm737.DecodeByte(byte(b)); b < 0x80 && r != rune(b) || b == 0x80 && r != 'Α' || b == 0xff && r != '\u00a0' {
			t.Errorf("byte %#x is %q", b, r)
		}
	}
}
