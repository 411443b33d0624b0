package column

import "assay/worker/profile/report"

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

// Kinds of personal data, and which meanings tell of them.
const (
	personalEmail = iota
	personalPhone
	personalCard
	personalIBAN
	personalSSN
	personals
)

var personalMeanings = [personals]meaning{meaningEmail, meaningPhone, meaningCard, meaningIBAN, meaningSSN}

var personalNames = [personals]string{"e-mail addresses", "telephone numbers", "numbers of payment cards", "numbers of bank accounts", "numbers of the social security"}

// personalAlerts names the rows with personal data. One number in ten is right
// by a card's check digit by chance, so it takes several that all are; check
// digits of bank accounts leave one in a hundred to chance.
func (f *figures) personalAlerts(a *alertList, c *report.Column) {
	if numericType(f.typ) {
		first := &tally{}
		for _, e := range f.evidence {
			first.join(&e.tally)
		}
		switch {
		case f.distinct >= 5 && float64(f.numbers.cards) >= enough*float64(f.values):
			a.add("personal_data", "warning", first.firstRows(), "The values look like %s.", personalNames[personalCard])
		case c.Semantic == "phone":
			a.add("personal_data", "info", first.firstRows(), "The values look like %s.", personalNames[personalPhone])
		}
		return
	}
	if f.typ != "text" && f.typ != "json" {
		return
	}
	if c.Semantic == "phone" && f.shapes.share(meaningPhone) < 0.5 { // as its name says
		a.add("personal_data", "info", f.evidence[0].firstRows(), "The values look like %s.", personalNames[personalPhone])
	}
	for p, name := range personalNames {
		t := &f.shapes.personal[p]
		share := f.shapes.share(personalMeanings[p])
		severity := "warning"
		if p == personalEmail || p == personalPhone {
			severity = "info"
		}
		switch p { // these are looked for in every value
		case personalEmail:
			t = &f.mails
		case personalIBAN:
			t = &f.banks
		}
		switch {
		case t.count == 0, p == personalPhone && c.Semantic != "phone", p == personalCard && (f.distinct < 5 || share < enough):
		case p == personalSSN && (f.distinct < 5 || share < enough):
		case share >= 0.5:
			a.add("personal_data", severity, t.firstRows(), "The values look like %s.", name)
		case p == personalEmail || p == personalIBAN:
			a.add("personal_data", severity, t.firstRows(), "Some values hold %s, as %s.", name, quoted(t.example))
		}
	}
}
