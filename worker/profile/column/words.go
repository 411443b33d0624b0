package column

// longestWord bounds the texts that parseWord knows.
const longestWord = 9

// parseWord knows truths and numbers that are written as words.
func parseWord(s []byte, v *value) bool {
	var folded [longestWord]byte
	for i, c := range s {
		if c-'A' < 26 {
			c |= 0x20
		}
		folded[i] = c
	}
	switch string(folded[:len(s)]) {
	case "true", "yes", "on":
		v.class, v.flags = classTruth, v.flags|flagTrue
	case "false", "no", "off":
		v.class = classTruth
	case "t", "y":
		v.class, v.flags = classLetter, v.flags|flagTrue
	case "f", "n":
		v.class = classLetter
	case "inf", "infinity":
		v.class = classNonfinite
	case "nan":
		if string(s) != "NaN" {
			return false
		}
		v.class = classNonfinite
	default:
		return false
	}
	return true
}

// parseToken knows how a missing value is written.
func parseToken(s []byte, v *value) bool {
	if len(s) > 9 {
		return false
	}
	switch string(s) {
	case "NULL", "null", "Null", "N/A", "n/a", "#N/A", "#N/A N/A", "<NA>", "(null)", "<null>", "(NULL)", "[NULL]", "\\N", "NaT", "#NULL!":
		v.class = classNullWord
	case "NA":
		v.class = classNullNA
	case "-", "--", "---", "?", ".", "..", "...", "na", "Na", "none", "None", "NONE", "nan", "NAN", "nil", "NIL", "<nil>", "-nan", "-NaN", "n.a.", "N.A.", "n/d", "N/D",
		"#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "missing", "Missing":
		v.class = classNullWeak
	default:
		return false
	}
	return true
}
