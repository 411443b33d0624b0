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
		v.class = classNullNaN
	default:
		return false
	}
	return true
}

// longestToken bounds the texts that parseToken knows.
const longestToken = 14

// parseToken knows how a missing value is written.
func parseToken(s []byte, v *value) bool {
	if len(s) > longestToken {
		return false
	}
	switch string(s) {
	case "NULL", "null", "Null", "N/A", "n/a", "#N/A", "#N/A N/A", "<NA>", "(null)", "<null>", "<NULL>", "(NULL)", "[NULL]", "[null]", "\\N", "NaT", "#NULL!", "N.A.", "n.a.":
		v.class = classNullWord
	case "NA":
		v.class = classNullNA
	case "-", "--", "---", "----", "?", "??", "???", ".", "..", "...", "–", "—", "*", "**", "***", "$-", "$ -", "nan", "-nan", "-NaN", "<nil>", "(none)", "(blank)", "(empty)", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#ERROR!":
		v.class = classNullMark
	case "na", "Na", "none", "None", "NONE", "NAN", "nil", "NIL", "n/d", "N/D", "nd", "ND", "n.d.", "missing", "Missing", "MISSING", "unknown", "Unknown", "UNKNOWN", "undefined", "Undefined",
		"not available", "Not available", "Not Available", "not applicable", "Not applicable", "Not Applicable", "not known", "Not known", "not reported", "Not reported", "Not Reported",
		"no data", "No data", "No Data", "NO DATA", "TBD", "tbd", "TBA", "tba", "Inconnu", "unbekannt", "Unbekannt", "k.A.", "k. A.", "unspecified", "Unspecified", "Not specified", "Not Specified", "Unk", "UNK", "unk":
		v.class = classNullWeak
	default:
		return false
	}
	return true
}
