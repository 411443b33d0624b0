package source

import "unicode/utf8"

// utf8Prefix answers with a length to which b is UTF-8 for certain. It says
// less than is true, by a few bytes, where b goes on with a fault.
func utf8Prefix(b []byte) int {
	n := utf8Blocks(b)
	// The last character may be cut at n.
	for back := 1; back <= 3 && back <= n && b[n-back] >= utf8.RuneSelf; back++ {
		if b[n-back] >= 0xC0 {
			n -= back
			break
		}
	}
	if rest := b[n:]; utf8.Valid(rest) {
		return len(b)
	} else if len(rest) <= 2*utf8Block {
		n += validPrefix(rest)
	}
	return n
}

// validUTF8 is utf8.Valid, faster for long texts.
func validUTF8(b []byte) bool {
	if len(b) < 2*utf8Block {
		return utf8.Valid(b)
	}
	return utf8Prefix(b) == len(b)
}

// utf8Block is the number of bytes that are looked at together.
const utf8Block = 32
