package source

import (
	"strconv"
	"strings"
)

// cellStyle is what a number format makes of a number.
type cellStyle uint8

const (
	styleNumber cellStyle = iota
	stylePercent
	styleCurrency
	styleDate
	styleTime
	styleDatetime
	styleDuration
)

// Styles past these are taken for plain numbers: no program writes as many.
const mostStyles = 1 << 17

// readStyles reads which formats the cells' styles have.
func (w *workbook) readStyles() error {
	name := w.parts["styles"]
	if name == "" || w.part(name) == nil {
		return nil
	}
	in, x, err := w.openPart(name)
	if err != nil {
		return err
	}
	defer in.close()
	codes := map[int]cellStyle{}
	inCells := 0 // depth of cellXfs
	for {
		switch x.next() {
		case xmlFault:
			return x.err
		case xmlEnd:
			if x.depth == 0 {
				return nil
			}
			if x.depth < inCells {
				inCells = 0
			}
		case xmlStart:
			switch string(x.name) {
			case "cellXfs":
				inCells = x.depth
			case "numFmt":
				id, code := x.numFmt()
				if len(codes) < mostStyles {
					codes[id] = styleOf(code)
				}
			case "xf":
				if inCells > 0 && x.depth == inCells+1 && len(w.styles) < mostStyles {
					w.styles = append(w.styles, x.xf(codes))
				}
			}
		}
	}
}

func (x *xmlReader) numFmt() (id int, code string) {
	for {
		k, v, ok := x.attr()
		switch {
		case !ok:
			return id, code
		case string(k) == "numFmtId":
			id, _ = strconv.Atoi(string(v)) // 0 is General
		case string(k) == "formatCode":
			code = string(v)
		}
	}
}

func (x *xmlReader) xf(codes map[int]cellStyle) cellStyle {
	for {
		k, v, ok := x.attr()
		if !ok {
			return styleNumber
		}
		if string(k) != "numFmtId" {
			continue
		}
		id, err := strconv.Atoi(string(v))
		if err != nil {
			return styleNumber
		}
		if style, own := codes[id]; own {
			return style
		}
		return builtinStyle(id)
	}
}

// builtinStyle knows the formats that have a number only (ISO/IEC 29500-1,
// 18.8.30); those from 27 are the East Asian and Thai ones.
func builtinStyle(id int) cellStyle {
	switch {
	case id == 9 || id == 10 || id == 67 || id == 68:
		return stylePercent
	case id >= 5 && id <= 8 || id == 42 || id == 44:
		return styleCurrency
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57 || id == 58, id >= 71 && id <= 74:
		return styleDate
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45 || id == 47, id == 55 || id == 56, id >= 75 && id <= 76, id == 78 || id == 80:
		return styleTime
	case id == 22 || id == 77 || id == 81:
		return styleDatetime
	case id == 46 || id == 79:
		return styleDuration
	}
	return styleNumber
}

// styleOf reads a format code, of which the first section counts.
func styleOf(code string) cellStyle {
	var date, clock, elapsed, percent, money bool
	month := false // an m, unless it stands by hours or seconds
	s := []rune(code)
	if len(s) > 1000 { // Excel's own limit is 255
		s = s[:1000]
	}
	if strings.EqualFold(code, "Standard") {
		return styleNumber
	}
	var before rune // the last letter that means something
scan:
	for i := 0; i < len(s); i++ {
		if strings.EqualFold(string(s[i:min(len(s), i+len("general"))]), "general") {
			i += len("general") - 1 // these letters are no parts of a date
			continue
		}
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		switch c {
		case ';':
			break scan
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				money = money || currencySign(s[i])
			}
		case '\\', '_', '*':
			i++
			money = money || c == '\\' && i < len(s) && currencySign(s[i])
		case '[':
			inner := ""
			for i++; i < len(s) && s[i] != ']'; i++ {
				inner += strings.ToLower(string(s[i]))
			}
			switch {
			case strings.HasPrefix(inner, "$"):
				sign, _, _ := strings.Cut(inner[1:], "-")
				money = money || sign != ""
			case inner != "" && (strings.Trim(inner, "h") == "" || strings.Trim(inner, "m") == "" || strings.Trim(inner, "s") == ""):
				elapsed = true
				before = rune(inner[0])
			}
		case 'y', 'd', 'b':
			date = true
			before = c
		case 'e', 'g':
			if c == 'g' || i+1 >= len(s) || s[i+1] != '+' && s[i+1] != '-' {
				date = true
			}
			before = c
		case 'm':
			if before == 'h' || before == 'n' { // n for the minutes
				before = 'n'
				continue
			}
			month = true
			before = c
		case 'h', 's':
			if c == 's' && month && before == 'm' {
				month = false
			}
			clock = true
			before = c
		case '%':
			percent = true
		default:
			if strings.HasPrefix(strings.ToLower(string(s[i:min(len(s), i+5)])), "am/pm") {
				clock = true
				i += 4
			} else if strings.HasPrefix(strings.ToLower(string(s[i:min(len(s), i+3)])), "a/p") {
				clock = true
				i += 2
			} else if rest := strings.ToLower(string(s[i:min(len(s), i+3)])); rest == "aaa" || strings.HasPrefix(rest, "ww") {
				date = true // a weekday, of Excel in East Asia; a week of the year, of LibreOffice
			} else if currencySign(c) {
				money = true
			}
		}
	}
	date = date || month
	switch {
	case elapsed && !date:
		return styleDuration
	case date && (clock || elapsed):
		return styleDatetime
	case date:
		return styleDate
	case clock:
		return styleTime
	case percent:
		return stylePercent
	case money:
		return styleCurrency
	}
	return styleNumber
}

func currencySign(c rune) bool {
	return c == '$' || c == '¢' || c == '£' || c == '¥' || c >= 0x20a0 && c <= 0x20cf
}
