package source

import (
	"fmt"
	"strconv"
)

// thousands writes a number with commas between its thousands.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	from := 0
	if n < 0 {
		from = 1
	}
	for i := len(s) - 3; i > from; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// sizeOf writes a size in the largest unit of which it is a whole number.
func sizeOf(bytes int64) string {
	for i, unit := range []string{"GiB", "MiB", "KiB"} {
		if one := int64(1) << (30 - 10*i); bytes >= one && bytes%one == 0 {
			return thousands(bytes/one) + " " + unit
		}
	}
	return thousands(bytes) + " bytes"
}

// nameOf names a character in a sentence, so that those that cannot be seen
// are told apart, too.
func nameOf(r rune) string {
	switch r {
	case '\t':
		return "a tab"
	case '\n':
		return "a line break"
	case '\r':
		return "a carriage return"
	case '\'':
		return "a single quote"
	case '"':
		return "a double quote"
	case '\\':
		return "a backslash"
	case ' ':
		return "a space"
	}
	if strconv.IsPrint(r) {
		return "'" + string(r) + "'"
	}
	return fmt.Sprintf("the character U+%04X", r)
}
