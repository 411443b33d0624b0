package column

import "assay/worker/profile/report"

// readingAlerts says where the values alone do not tell how they are to be read.
func (f *figures) readingAlerts(a *alertList) {
	marks := f.seen(classTripleMark)
	if f.open && numericType(f.typ) {
		a.add("ambiguous_numbers", "info", marks.firstRows(), "Nothing in the column tells whether the commas stand between thousands or before decimals, as in %s: thousands were assumed.", quoted(marks.example))
	}
	if odd := f.otherMark(); odd.count > 0 {
		a.add("mixed_decimal_marks", "warning", odd.firstRows(), "Some numbers have a decimal point, others a decimal comma, as %s.", quoted(odd.example))
	}
}

// otherMark are the numbers whose decimal mark is not that of most, in a column
// of numbers.
func (f *figures) otherMark() (odd tally) {
	point := f.seen(classPointInt).count + f.seen(classPointDec).count + f.seen(classDecimal).count
	comma := f.seen(classCommaInt).count + f.seen(classCommaDec).count
	if point == 0 || comma == 0 || (point+comma)*2 <= f.values {
		return odd
	}
	for _, k := range []class{classPointInt, classPointDec, classDecimal, classCommaInt, classCommaDec} {
		if f.kinds[k] == "text" {
			odd.join(f.seen(k))
		}
	}
	return odd
}

// Kinds of personal data, and which meanings tell of them.
const (
	personalEmail = iota
	personalPhone
	personalIBAN
	personalSSN
	personals
)

var personalMeanings = [personals]meaning{meaningEmail, meaningPhone, meaningIBAN, meaningSSN}

var personalNames = [personals]string{"e-mail addresses", "telephone numbers", "numbers of bank accounts", "numbers of the social security"}

// personalAlerts names the rows with personal data. Check digits of bank
// accounts leave one in a hundred to chance; of cards see cards.
func (f *figures) personalAlerts(a *alertList, c *report.Column) {
	cards := f.cardAlert(a)
	if numericType(f.typ) {
		first := &tally{}
		for _, e := range f.evidence {
			first.join(&e.tally)
		}
		if c.Semantic == "phone" && !cards {
			a.add("personal_data", "info", first.firstRows(), "The values look like %s.", personalNames[personalPhone])
		}
		return
	}
	if f.typ != "text" && f.typ != "json" {
		return
	}
	if c.Semantic == "phone" && !cards && f.shapes.share(meaningPhone) < 0.5 { // as its name says
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
		case t.count == 0, p == personalPhone && (cards || c.Semantic != "phone"):
		case p == personalSSN && (f.distinct < 5 || share < enough):
		case share >= 0.5:
			a.add("personal_data", severity, t.firstRows(), "The values look like %s.", name)
		case p == personalEmail || p == personalIBAN:
			a.add("personal_data", severity, t.firstRows(), "Some values hold %s, as %s.", name, quoted(t.example))
		}
	}
}

// cardAlert names the rows with numbers of payment cards.
func (f *figures) cardAlert(a *alertList) bool {
	all := &cards{}
	for _, c := range [2]*cards{f.numbers.cards, f.common.cards} {
		all = all.with(c, 0)
	}
	if !all.sure() || temporalType(f.typ) {
		return false
	}
	switch t := &all.rows; {
	case float64(all.right) >= enough*float64(f.values):
		a.add("personal_data", "warning", t.firstRows(), "The values look like numbers of payment cards.")
	case all.right == all.like:
		a.add("personal_data", "warning", t.firstRows(), "%s numbers of payment cards, as %s: issuer, length and check digit are right.", values(all.right, "holds", "hold"), quoted(t.example))
	default:
		a.add("personal_data", "warning", t.firstRows(), "%s what may be numbers of payment cards, as %s: of %s with an issuer's first digits and length %s the right check digit, where chance would let it be one in ten.",
			values(all.right, "holds", "hold"), quoted(t.example), Grouped(all.like), Grouped(all.right)+" have")
	}
	return true
}
