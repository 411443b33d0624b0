package column

import (
	"bytes"
	"net/netip"
)

func isEmail(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("mailto:"))
	at := bytes.IndexByte(b, '@')
	if at < 1 || len(b) > 254 || b[0] == '.' || b[at-1] == '.' {
		return false
	}
	for _, c := range b[:at] {
		if c <= ' ' || bytes.IndexByte([]byte(`,;:<>"/\\()[]`), c) >= 0 {
			return false
		}
	}
	return isDomain(b[at+1:])
}

// isDomain accepts labels between points, the last of which has letters alone.
func isDomain(b []byte) bool {
	dot := bytes.LastIndexByte(b, '.')
	if dot < 1 || len(b)-dot < 3 || len(b) > 253 {
		return false
	}
	label := 0
	for i, c := range b {
		switch {
		case c == '.' && (label == 0 || b[i-1] == '-'):
			return false
		case c == '.':
			label = 0
			continue
		case letter(c), c >= 0x80, i < dot && (c-'0' < 10 || c == '_' || c == '-' && label > 0):
		default:
			return false
		}
		label++
	}
	return true
}

func isURL(b []byte) bool {
	if len(b) > 4 && bytes.EqualFold(b[:4], []byte("www.")) {
		return isHost(b[4:])
	}
	if len(b) > 4 && b[0] == '/' && b[1] == '/' { // as pages write it
		return isHost(b[2:])
	}
	at := bytes.Index(b[:min(len(b), 16)], []byte("://"))
	if at < 2 || len(b) < at+4 {
		return false
	}
	for i, c := range b[:at] {
		if !letter(c) && (i == 0 || c-'0' >= 10 && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return !bytes.ContainsAny(b, " \t\n\"<>")
}

// isHost accepts a domain that may have a path behind it.
func isHost(b []byte) bool {
	if end := bytes.IndexAny(b, "/?#:"); end > 0 {
		if bytes.ContainsAny(b[end:], " \t\n\"<>") {
			return false
		}
		b = b[:end]
	}
	return isDomain(b)
}

func isHex(b []byte) bool {
	for _, c := range b {
		if c-'0' >= 10 && (c|0x20)-'a' >= 6 {
			return false
		}
	}
	return true
}

// isUUID accepts RFC 9562's writing, also in braces and as a URN, and the same
// without hyphens where version and variant are known ones.
func isUUID(b []byte) bool {
	if len(b) == 38 && b[0] == '{' && b[37] == '}' {
		b = b[1:37]
	} else if len(b) == 45 && bytes.EqualFold(b[:9], []byte("urn:uuid:")) {
		b = b[9:]
	}
	if len(b) == 32 {
		return b[12]-'1' < 8 && (b[16] == '8' || b[16] == '9' || b[16]|0x20 == 'a' || b[16]|0x20 == 'b') && isHex(b)
	}
	return len(b) == 36 && b[8] == '-' && b[13] == '-' && b[18] == '-' && b[23] == '-' &&
		isHex(b[:8]) && isHex(b[9:13]) && isHex(b[14:18]) && isHex(b[19:23]) && isHex(b[24:])
}

// isIP accepts addresses, networks in CIDR notation, and addresses with ports.
func isIP(b []byte, n *counts) bool {
	if len(b) > 64 || n.dots != 3 && n.colons < 2 {
		return false
	}
	s := string(b)
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	if _, err := netip.ParsePrefix(s); err == nil {
		return true
	}
	_, err := netip.ParseAddrPort(s)
	return err == nil
}
