package column

import (
	"slices"
	"strings"
	"unicode"
)

// enough is the share of values that must agree for a meaning to be claimed.
const enough = 0.95

// semantic says what the values mean, or "" where that is not clear.
func (f *figures) semantic(name string) string {
	words := nameWords(name)
	switch {
	case f.values > 1 && f.certain && f.distinct == 1:
		return "constant"
	case f.typ == "text":
		return f.textMeaning(words)
	case numericType(f.typ):
		return f.numberMeaning(words)
	}
	return ""
}

func (f *figures) textMeaning(words []string) string {
	for _, m := range []struct {
		meaning meaning
		name    string
	}{{meaningUUID, "uuid"}, {meaningEmail, "email"}, {meaningURL, "url"}, {meaningIP, "ip"}} {
		if f.shapes.share(m.meaning) >= enough {
			return m.name
		}
	}
	dialled := float64(f.seen(classDialled).count)
	if f.digitCodes() {
		return f.codeMeaning(words)
	}
	switch {
	case f.shapes.share(meaningPercent) >= enough:
		return "percent"
	case f.shapes.share(meaningCurrency) >= enough:
		return "currency"
	case dialled >= enough*float64(f.values),
		f.shapes.share(meaningPhone) >= enough && f.shapes.share(meaningNumber) < 0.5,
		f.shapes.share(meaningPhone) >= 0.6 && named(words, "phone", "tel", "telephone", "mobile", "fax", "cell"):
		return "phone"
	case f.shapes.share(meaningNumber) >= enough:
		return "numeric_in_text"
	case f.shapes.share(meaningPostal) >= 0.9 && (named(words, "zip", "postal", "postcode", "plz") || !f.digits(0.5)):
		return "postal_code"
	case f.shapes.share(meaningPlace) >= 0.9 && f.distinct > 2 &&
		(named(words, "country", "nation", "nationality", "land") || f.shapes.share(meaningUpper2) < 0.5),
		f.shapes.share(meaningPlace) >= 0.6 && f.distinct > 2 && named(words, "country", "nation"):
		return "country"
	}
	return f.proseMeaning(words)
}

// codeMeaning tells codes of digits apart.
func (f *figures) codeMeaning(words []string) string {
	switch {
	case named(words, "zip", "postal", "postcode", "plz", "zipcode"):
		return "postal_code"
	case named(words, "phone", "tel", "mobile", "fax"):
		return "phone"
	case named(words, "id", "key", "uid", "number", "no", "nr", "sku", "ean", "isbn") && f.mostlyDifferent():
		return "id"
	}
	return "numeric_in_text"
}

func (f *figures) proseMeaning(words []string) string {
	switch {
	case f.certain && f.distinct == f.values && f.values >= 20 && named(words, "id", "key", "uid", "code", "sku", "hash"),
		named(words, "id", "uid", "guid") && f.mostlyDifferent():
		return "id"
	case f.category():
		return "category"
	case f.shapes.share(meaningCode) >= 0.8 && !named(words, "name", "surname"):
		if f.values >= 5*f.distinct {
			return "category"
		}
		return ""
	case f.shapes.share(meaningList) >= 0.9 && f.shapes.share(meaningSentence) < 0.5 && f.shapes.share(meaningNameLike) < 0.5:
		return "list"
	case f.shapes.share(meaningSentence) >= 0.7:
		return "sentence"
	case f.shapes.share(meaningNameLike) >= 0.7 && (named(words, "name", "author", "director", "artist", "player", "customer", "person", "city", "title") || f.lengths.sum < 30*max(1, f.lengths.n)):
		return "name"
	}
	return ""
}

func (f *figures) numberMeaning(words []string) string {
	n := &f.numbers
	within := func(low, high float64) bool { return n.n > 0 && n.min.f >= low && n.max.f <= high }
	switch {
	case f.unit == "%":
		return "percent"
	case f.unit != "":
		return "currency"
	case named(words, "lat", "latitude") && within(-90, 90):
		return "latitude"
	case named(words, "lon", "lng", "long", "longitude") && within(-180, 180):
		return "longitude"
	case named(words, "zip", "postal", "postcode", "plz", "zipcode") && f.typ == "integer" && within(1000, 999999):
		return "postal_code"
	case named(words, "percent", "percentage", "pct") && within(-1000, 1000):
		return "percent"
	case f.typ == "integer" && (named(words, "id", "uid", "key") && f.mostlyDifferent() || f.running()):
		return "id"
	case f.typ == "integer" && named(words, "id", "code", "class", "type", "category", "group") && f.category():
		return "category"
	case f.typ == "integer" && len(words) > 0 && words[len(words)-1] == "id" && n.negatives == 0:
		return "id" // of something that has several rows
	}
	return ""
}

// running tells whether the integers number the rows.
func (f *figures) running() bool {
	n := &f.numbers
	return f.certain && f.distinct == f.values && f.values == f.rows && f.rows >= 10 &&
		(n.min.f == 0 || n.min.f == 1) && n.max.f-n.min.f == float64(f.rows-1)
}

func (f *figures) category() bool {
	return f.certain && f.distinct <= 50 && f.values >= 2*f.distinct && (f.values >= 5*f.distinct || f.values < 100)
}

func (f *figures) mostlyDifferent() bool {
	return f.values > 0 && float64(f.distinct) >= 0.9*float64(f.values)
}

// digitCodes tells whether the text is digits, with few exceptions, which
// count as text for their leading zeros.
func (f *figures) digitCodes() bool {
	n := f.seen(classPadded).count + f.seen(classInteger).count + f.seen(classBig).count
	return f.values > 0 && (f.codes && float64(n) >= enough*float64(f.values) || n == f.values)
}

// digits tells whether the share of texts whose shape is digits is at least s.
func (f *figures) digits(s float64) bool {
	var n int64
	for m, count := range f.shapes.masks {
		if strings.Trim(m, "9+") == "" {
			n += count
		}
	}
	return f.shapes.n > 0 && float64(n) >= s*float64(f.shapes.n)
}

// nameWords splits a column's name at marks, digits and camel case.
func nameWords(name string) []string {
	var words []string
	var word []rune
	var before rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r):
			flush()
		case unicode.IsUpper(r) && unicode.IsLower(before):
			flush()
			fallthrough
		default:
			word = append(word, r)
		}
		before = r
		if len(words) > 16 {
			return words
		}
	}
	flush()
	return words
}

func named(words []string, any ...string) bool {
	for _, w := range any {
		if slices.Contains(words, w) {
			return true
		}
	}
	return false
}
