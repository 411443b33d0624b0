package column

import "bytes"

// isQuantity knows numbers with something around them that keeps them text:
// a unit or suffix ("12 kg", "1.5M", "36 months", "10+") or a bound ("<5",
// "~7", ">= 3").
func isQuantity(b []byte) bool {
	if len(b) > 40 {
		return false
	}
	bare := b
	if b[0]-'0' >= 10 {
		if letter(b[0]) {
			return false
		}
		bare = trimWide(bytes.TrimLeft(b, "<>=~≤≥≈± $€£¥"))
	}
	end := numberEnd(bare)
	if end == 0 {
		return false
	}
	rest := bytes.TrimPrefix(bare[end:], []byte("+"))
	if feetAndInches(bare[:end], rest) {
		return true
	}
	apart := len(rest) > 0 && !letter(rest[0])
	rest = trimWide(rest)
	letters, words := 0, 1
	for i, c := range rest {
		switch {
		case letter(c) || c >= 0x80:
			letters++
		case c == ' ':
			words++
		case (c == '2' || c == '3') && i > 0 && i == len(rest)-1: // m2
		case c != '/' && c != '^' && c != '%' && c != '"' && c != '\'' && c != '.':
			return false
		}
	}
	switch {
	case letters == 0:
		return len(b) > end // not the number alone
	case letters == 1 && !apart: // 12B is a seat, 12K an amount
		return bytes.IndexByte([]byte("KMkmgG"), rest[0]) >= 0 || len(bare) < len(b)
	case letters == 2 && !apart && ordinalEnding(rest):
		return false
	}
	return letters <= 14 && words <= 2 && (letters <= 4 || rest[0]-'A' >= 26)
}

// feetAndInches knows 6'5 and 5' 11", the height of a person or a door.
func feetAndInches(feet, rest []byte) bool {
	if len(feet) > 2 || len(rest) < 2 || rest[0] != '\'' {
		return false
	}
	inches := bytes.TrimSuffix(bytes.TrimSuffix(trim(rest[1:]), []byte("''")), []byte{'"'})
	return onlyDigits(inches) && (len(inches) == 1 || len(inches) == 2 && inches[0] == '1' && inches[1] < '2')
}

// ordinalEnding knows 1st, 2nd, 3rd, 4th.
func ordinalEnding(b []byte) bool {
	switch string(b) {
	case "st", "nd", "rd", "th", "ST", "ND", "RD", "TH":
		return true
	}
	return false
}

// isRange knows several numbers, "3-5", "$40K-$60K" and "10 x 20 x 5 cm", that are
// no years.
func isRange(b []byte) bool {
	if len(b) > 40 {
		return false
	}
	year := func(s []byte) bool { return len(s) == 4 && (s[0] == '1' || s[0] == '2') && onlyDigits(s) }
	years, parts, sizes := 0, 1, true
	for ; ; parts++ {
		b = bytes.TrimLeft(b, "$€£")
		end := numberEnd(b)
		if end == 0 {
			return false
		}
		if year(b[:end]) {
			years++
		}
		b = b[end:]
		if len(b) > 0 && (b[0] == 'K' || b[0] == 'k' || b[0] == 'M' || b[0] == '%') {
			b = b[1:]
		}
		apart := len(b) > 0 && b[0] == ' '
		if b = trimWide(b); len(b) == 0 {
			break
		}
		mark := b[0]
		if sizes = sizes && (mark|0x20 == 'x' || mark == '*' || mark == 0xc3 || parts > 1 && letter(mark)); !sizes && parts > 1 && !letter(mark) {
			return false // 1-2-3 may be anything
		}
		switch {
		case mark == '-' || mark == '/' || mark == ':' || mark == 'x' || mark == 'X' || mark == '*' || mark == '\'':
			b = b[1:]
		case bytes.HasPrefix(b, []byte("–")), bytes.HasPrefix(b, []byte("to ")):
			b = b[len("to "):]
		case bytes.HasPrefix(b, []byte("×")):
			b = b[len("×"):]
		default:
			return parts > 1 && years < parts && (apart && isUnit(b) || len(b) == 1 && b[0] == '"')
		}
		b = trimWide(b)
	}
	return parts > 1 && (years < parts || sizes)
}

// isUnit knows one short word.
func isUnit(b []byte) bool {
	for _, c := range b {
		if !letter(c) {
			return false
		}
	}
	return len(b) <= 9
}

// numberEnd is the length of the plain or grouped number at the front.
func numberEnd(b []byte) int {
	i, points := 0, 0
	if i < len(b) && (b[i] == '-' || b[i] == '+') {
		i++
	}
	from := i
	for i < len(b) {
		mark := i > from && (b[i] == '.' || b[i] == ',') && i+1 < len(b) && b[i+1]-'0' < 10
		if b[i]-'0' >= 10 && !mark {
			break
		}
		if b[i] == '.' {
			points++
		}
		i++
	}
	if i == from || points > 1 {
		return 0
	}
	return i
}

// isDegrees knows angles with the point of the compass: 52°31'12"N, 13.4° E.
func isDegrees(b []byte) (north, east bool) {
	at := bytes.Index(b, []byte("°"))
	if at < 1 || at > 12 || len(b) > 24 || numberEnd(b) != at && b[at-1] != ' ' {
		return false, false
	}
	switch b[len(b)-1] {
	case 'N', 'S':
		return true, false
	case 'E', 'W', 'O':
		return false, true
	}
	return false, false
}
