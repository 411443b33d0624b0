package storage

import (
	"fmt"
	"strings"
)

// attachment is a Content-Disposition (RFC 6266) that saves under the given
// name: once in ASCII for old clients, once in full (RFC 8187).
func attachment(filename string) string {
	// The name comes from a user. Separators would make it a path on the
	// machine of whoever downloads it; control characters have no business.
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '/' || r == '\\' {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(filename, "_"))
	if clean == "" {
		clean = "download"
	}
	// A "%" in the plain form is decoded by some browsers and not by others.
	ascii := strings.Map(func(r rune) rune {
		if r > '~' || r == '"' || r == '%' {
			return '_'
		}
		return r
	}, clean)
	var full strings.Builder
	for _, b := range []byte(clean) {
		if isAttrChar(b) {
			full.WriteByte(b)
		} else {
			fmt.Fprintf(&full, "%%%02X", b)
		}
	}
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, full.String())
}

// isAttrChar is RFC 8187's attr-char.
func isAttrChar(b byte) bool {
	switch {
	case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9':
		return true
	}
	return strings.IndexByte("!#$&+-.^_`|~", b) >= 0
}
