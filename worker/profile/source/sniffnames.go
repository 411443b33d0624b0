package source

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mostHeaderRows bounds how many rows can hold names.
const mostHeaderRows = 4

// below looks at the rows below the first one of a header: more names, then
// units. The rows of a table that has hardly any are data.
func (h *headRows) below(c *cells) {
	for n := mostHeaderRows - 1; n > 0; n-- {
		first := h.skip + 1
		typed := columnKinds(c, first+n)
		if typed == nil {
			continue
		}
		names := 0
		for names < n && !unitRow(c, first+names, typed) && namesBelow(c, first+names, typed) && !sameRow(c, h.skip, first+names) {
			names++
		}
		switch {
		case names == n:
			h.names += n
			return
		case names == n-1 && unitRow(c, first+names, typed):
			h.names += names
			h.units = true
			return
		}
	}
}

// columnKind is what nearly all cells of a column are.
type columnKind uint8

const (
	words   columnKind = iota // or nothing in common
	others                    // dates, addresses and such
	numbers                   // or mostly so
)

// columnKinds tells what each column holds from a row on. It answers with nil
// where fewer than two rows speak, or where all is words.
func columnKinds(c *cells, from int) []columnKind {
	to := min(c.count(), from+headerLook)
	if to-from < 2 {
		return nil
	}
	body := cells{start: c.start, end: c.end, rows: c.rows[from : to+1], text: c.text, side: c.side}
	t := tallyRows(&body)
	kinds, some := make([]columnKind, t.most), false
	for i := range kinds {
		filled, alike, numeric := 0, 0, 0
		for r := range body.count() {
			if body.length(r) != t.most {
				continue
			}
			if k := classify(body.cell(int(body.rows[r]) + i)); k != classEmpty {
				filled++
				if k.typed() {
					alike++
				}
				if k == classNumber {
					numeric++
				}
			}
		}
		if alike < 2 || alike*10 < filled*9 {
			continue
		}
		some, kinds[i] = true, others
		if numeric*2 > alike {
			kinds[i] = numbers
		}
	}
	if !some {
		return nil
	}
	return kinds
}

// namesBelow tells whether a row below a header goes on with names: it has
// words over the columns of numbers, different ones.
func namesBelow(c *cells, row int, typed []columnKind) bool {
	if c.length(row) != len(typed) || c.length(row-1) != len(typed) {
		return false
	}
	columns, names, empty, above := 0, 0, 0, 0 // above: names without one in the row above
	different := map[string]bool{}
	for i := range typed {
		cell := bytes.TrimSpace(c.cell(int(c.rows[row]) + i))
		class := classify(cell)
		if typed[i] == words {
			continue
		}
		columns++
		switch {
		case class == classEmpty:
			if i > 0 || len(bytes.TrimSpace(c.cell(int(c.rows[row-1])))) > 0 { // the rows' names have none
				empty++
			}
		case class.typed() && !(yearsOver(c, row) && groups(c, row-1)):
			return false
		default:
			names++
			different[string(cell)] = true
			if len(bytes.TrimSpace(c.cell(int(c.rows[row-1])+i))) == 0 {
				above++
			}
		}
	}
	if groups(c, row-1) {
		return names > 0 && empty*2 <= columns || names == 0 && keyless(c, row, typed)
	}
	empty += above
	if parts(c, row) {
		if row > 1 && c.length(row-2) == len(typed) && names > 1 && names+empty == len(typed) {
			return true // below names and their units, how they were taken, as data loggers write it
		}
		return names > 0 && 2*filledCells(c, row) <= c.length(row) || repeatedAbove(c, row) // a fuller one is a row that lacks its first cell
	}
	return names >= 2 && empty == 0 && len(different) > 1 && columns*2 >= len(typed)
}

// keyless holds for a row without a value in any of several columns that have
// one in each row below it: it belongs to the names above.
func keyless(c *cells, row int, typed []columnKind) bool {
	full := 0
	for i, kind := range typed {
		if kind == words {
			continue
		}
		for r := row + 1; r < min(c.count(), row+1+headerLook); r++ {
			if i < c.length(r) && len(bytes.TrimSpace(c.cell(int(c.rows[r])+i))) == 0 {
				return false
			}
		}
		full++
	}
	return full > 1
}

// parts holds for a row that says more of some of the names above it: it has
// gaps, the first cell among them, where the row above has none.
func parts(c *cells, row int) bool {
	filled := filledCells(c, row)
	return filled > 0 && filled < c.length(row) && len(bytes.TrimSpace(c.cell(int(c.rows[row])))) == 0 &&
		filledCells(c, row-1) == c.length(row-1)
}

// repeatedAbove holds for a row that tells apart the names that come several
// times in the row above it, and says nothing else.
func repeatedAbove(c *cells, row int) bool {
	first := map[string]int{} // where a name stands first
	again := map[int]bool{}   // which of the columns have a name of several
	for i := range c.length(row - 1) {
		name := string(bytes.TrimSpace(c.cell(int(c.rows[row-1]) + i)))
		if k, ok := first[name]; ok {
			again[k], again[i] = true, true
		} else {
			first[name] = i
		}
	}
	different := map[string]bool{}
	for i := range c.length(row) {
		cell := bytes.TrimSpace(c.cell(int(c.rows[row]) + i))
		if again[i] != (len(cell) > 0) || classify(cell).typed() || different[string(cell)] && again[i] {
			return false
		}
		different[string(cell)] = true
	}
	return len(again) > 1
}

// yearsOver holds for a row whose numbers are all years, over rows whose are not.
func yearsOver(c *cells, row int) bool { return years(c, row) > 1 && years(c, row+1) == 0 }

// years counts the years of a row; 0 if it has other numbers, too.
func years(c *cells, row int) int {
	n := 0
	if row >= c.count() {
		return 0
	}
	for k := c.rows[row]; k < c.rows[row+1]; k++ {
		cell := bytes.TrimSpace(c.cell(int(k)))
		if classify(cell) != classNumber {
			continue
		}
		v, err := strconv.Atoi(string(cell))
		if err != nil || v < 1500 || v > 2200 {
			return 0
		}
		n++
	}
	return n
}

// groups holds for a row that names groups of columns: some of its cells are
// empty, and where they are the next row has names.
func groups(c *cells, row int) bool {
	if row < 0 || row+1 >= c.count() || c.length(row) != c.length(row+1) {
		return false
	}
	named, gaps := 0, 0
	for i := range c.length(row) {
		top := bytes.TrimSpace(c.cell(int(c.rows[row]) + i))
		sub := bytes.TrimSpace(c.cell(int(c.rows[row+1]) + i))
		class := classify(sub)
		switch {
		case len(top) > 0:
			named++
		case class == classWord || class == classText, class == classNumber && yearsOver(c, row+1):
			gaps++
		}
	}
	return named > 0 && gaps > 0
}

// unitRow tells whether a row below the header has units over numbers, and
// nothing else.
func unitRow(c *cells, row int, typed []columnKind) bool {
	if c.length(row) > len(typed) {
		return false
	}
	columns, units := 0, 0
	if columnFormats(c, row) {
		return true
	}
	for i := range typed {
		if typed[i] == numbers {
			columns++
		}
		if i >= c.length(row) {
			continue
		}
		switch cell := bytes.TrimSpace(c.cell(int(c.rows[row]) + i)); {
		case len(cell) == 0 || string(cell) == "-":
		case isUnit(cell):
			if typed[i] == numbers {
				units++
			}
		default:
			return false
		}
	}
	return units > 0 && units*2 >= columns
}

// columnFormats holds for what the USGS writes below its names: for each column
// its width and s, d or n for strings, dates and numbers.
func columnFormats(c *cells, row int) bool {
	for k := c.rows[row]; k < c.rows[row+1]; k++ {
		cell := c.cell(int(k))
		if n := len(cell); n < 2 || n > 4 || len(bytes.Trim(cell[:n-1], "0123456789")) > 0 || bytes.IndexByte([]byte("sdn"), cell[n-1]) < 0 {
			return false
		}
	}
	return c.length(row) > 1
}

// isUnit accepts what stands in brackets, and units of measure with their
// prefixes, powers and quotients.
func isUnit(s []byte) bool {
	n := len(s)
	if n > 2 && n < 30 && (s[0] == '(' && s[n-1] == ')' || s[0] == '[' && s[n-1] == ']') {
		return true
	}
	if n > 20 {
		return false
	}
	text := strings.NewReplacer("^", "", "²", "2", "³", "3", "·", "*", " per ", "/", "⁻", "-", "¹", "1").Replace(string(s))
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '/' || r == '*' || r == '.' || r == ' ' }) {
		if !unitName(strings.TrimRight(part, "-0123456789")) {
			return false
		}
	}
	return text != "" && strings.Trim(text, "/*. ") != ""
}

// unitName knows the units that tables name below their headers.
func unitName(s string) bool {
	const plain = " % ‰ ° °C °F degC degF deg deg_C K F m g s A mol cd Hz N Pa J W C V S Wb T H lm lx Bq Gy Sv L l t h d a ha ar min sec hr hrs hour hours day days " +
		"week weeks month months year years yr ft in inch inches mi mile miles yd lb lbs oz kt kts knots mph kmh km bar mbar atm psi ppm ppb cal kcal eV VA Ω ohm " +
		"USD EUR GBP CHF JPY € $ £ ¥ px bit byte bytes B KB MB GB TB kB dB rpm n count counts number units unit pcs u.a. psu PSU NTU FNU pH rad sr gal dBm m/s mmHg "
	if s == "" || strings.ContainsRune(s, ' ') {
		return false
	}
	if strings.Contains(plain, " "+s+" ") {
		return true
	}
	prefix, size := utf8.DecodeRuneInString(s)
	const prefixed = " m g s A mol Hz N Pa J W V F L l t bar eV VA Wh cal bit B Ω ohm M S Sv Gy Bq T "
	return size < len(s) && strings.ContainsRune("kMGTPhdcmµμunp", prefix) && strings.Contains(prefixed, " "+s[size:]+" ")
}

// joinNames makes one name a column of several rows of names. A group's name
// holds for the columns without one behind it.
func joinNames(c *cells, from, rows, width int) [][]byte {
	names := make([][]byte, width)
	for r := from; r < from+rows; r++ {
		var group []byte
		last := r+1 == from+rows
		for i := range width {
			var cell []byte
			if i < c.length(r) {
				cell = bytes.TrimSpace(c.cell(int(c.rows[r]) + i))
			}
			switch {
			case len(cell) > 0:
				group = cell
			case !last:
				cell = group
			}
			if len(cell) == 0 || bytes.Equal(names[i], cell) {
				continue
			}
			if len(names[i]) > 0 {
				names[i] = append(append(names[i][:len(names[i]):len(names[i])], " / "...), cell...)
			} else {
				names[i] = cell
			}
		}
	}
	return names
}
