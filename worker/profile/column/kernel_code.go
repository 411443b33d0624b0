package column

// isCode tells whether a text that begins with a digit surely is nothing else:
// the hexadecimal digits, hashes and article numbers of which columns of many
// values often consist. It looks at the first letter behind the digits, and
// knows what numbers, dates, durations and amounts of money have there. It need
// not find all codes, but what it finds classify would find no more in.
func isCode(b []byte) bool {
	k := 0
	for k < len(b) && b[k]-'0' < 10 {
		k++
	}
	return isCodeBehind(b, k)
}

// isCodeBehind is isCode of a text with k digits in front.
func isCodeBehind(b []byte, k int) bool {
	n := len(b)
	if k == 0 || k+2 >= n || !letter(b[k]) {
		return false
	}
	last := b[n-1]
	number := last-'0' < 10
	if !number && (!letter(last) || !digitWithin(b[k+1:])) {
		return false // an amount has no digits behind those in front, and then a unit: 12CHF
	}
	next := b[k+1]
	switch b[k] {
	case 'e', 'E': // an exponent, unless more of a hash follows, and another digit
		if next == '-' || next == '+' || next-'0' < 10 && !hashBehind(b[k+1:]) {
			return false
		}
	case 'd': // days: their name, or they end with a shorter unit, as 1d12h and 1d,2h do
		if next == 'a' || !number && !letter(next) && !hashBehind(b[k+1:]) {
			return false
		}
	case 'h', 'm', 's', 'w', 'S':
		if !number {
			return false
		}
	}
	switch k {
	case 1, 2: // a day, or the hours of a clock
		return b[2] != ':' && (!letter(next) && next < 0x80 || !letter(b[k+2]) && b[k+2] < 0x80 || !special.may(b[k:]))
	case 4: // a year
		switch b[k] {
		case 'Q', 'q', 'W', 'M':
			return false
		}
	case 8:
		return b[k] != 'T'
	}
	return true
}

// hashBehind tells whether the first letter behind digits is a hexadecimal one
// that begins no unit of time, and a digit follows.
func hashBehind(b []byte) bool {
	for i, c := range b {
		if c-'0' < 10 {
			continue
		}
		switch c | 0x20 {
		case 'a', 'b', 'c', 'f':
			return i > 0 && digitWithin(b[i+1:])
		}
		return false
	}
	return false
}

// digitWithin looks at the first eight bytes.
func digitWithin(b []byte) bool {
	for _, c := range b[:min(len(b), 8)] {
		if c-'0' < 10 {
			return true
		}
	}
	return false
}
