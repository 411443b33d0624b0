package column

// mostMonths bounds the different months of a column: fifty years.
const mostMonths = 600

// monthsBehindPoints tells whether a column holds months such as 02.1995 and
// nothing else. 10.1995 alone is a number, so it takes another that begins with
// a zero, or the column's name: one that says month and two different ones, or
// one that says date and three. Exchange rates may look like years, but only
// behind the same digit.
func monthsBehindPoints(d *dictionary, name string) bool {
	if len(d.entries) > mostMonths {
		return false
	}
	padded, months := false, uint16(0)
	for i := range d.entries {
		b := trim(d.text(&d.entries[i]))
		month, _, ok := pointedMonth(b)
		if !ok {
			var v value
			if classify(b, &v); v.class.token() {
				continue
			}
			return false
		}
		padded = padded || b[0] == '0'
		months |= 1 << month
	}
	different := 0
	for ; months > 0; months &= months - 1 {
		different++
	}
	words := nameWords(name)
	return padded || different >= 2 && named(words, "month", "months", "monat", "mois", "mes", "mese", "mês", "maand", "period", "periode", "miesiac", "miesiąc") || different >= 3 && namedDate(words)
}

// pointedMonth reads M.YYYY and MM.YYYY.
func pointedMonth(b []byte) (month, year int, ok bool) {
	c := cursor{s: b}
	month, n := c.digits(2)
	if n == 0 || !c.skip('.') {
		return 0, 0, false
	}
	year, n = c.digits(4)
	return month, year, n == 4 && c.end() && month >= 1 && month <= 12 && likelyYear(year)
}

// month makes a value of such a column the date that it is.
func (v *value) month(b []byte) {
	if v.class.token() {
		return
	}
	if month, year, ok := pointedMonth(trim(b)); ok {
		d := date{form: dateMYDot, year: year, month: month, day: 1}
		*v = value{class: classDate, zone: naive, format: dateMYDot << 8, flags: v.flags & flagSpaced}
		d.apply(v)
	}
}
