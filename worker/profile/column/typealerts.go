package column

// readingAlerts says where the values alone do not tell how they are to be read.
func (f *figures) readingAlerts(a *alertList) {
	marks := f.seen(classTripleMark)
	if f.open && numericType(f.typ) {
		a.add("ambiguous_numbers", "info", marks.firstRows(), "Nothing in the column tells whether the commas stand between thousands or before decimals, as in %s: thousands were assumed.", quoted(marks.example))
	}
	point := f.seen(classPointInt).count + f.seen(classPointDec).count + f.seen(classDecimal).count
	comma := f.seen(classCommaInt).count + f.seen(classCommaDec).count
	if point > 0 && comma > 0 && (point+comma)*2 > f.values {
		odd := tally{}
		for _, k := range []class{classPointInt, classPointDec, classDecimal, classCommaInt, classCommaDec} {
			if f.kinds[k] == "text" {
				odd.join(f.seen(k))
			}
		}
		a.add("mixed_decimal_marks", "warning", odd.firstRows(), "Some numbers have a decimal point, others a decimal comma, as %s.", quoted(odd.example))
	}
}
