package column

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// enough is the share of values that must agree for a meaning to be claimed.
const enough = 0.95

// semantic says what the values mean, or "" where that is not clear.
func (f *figures) semantic(name string) string {
	words := nameWords(name)
	if strings.Contains(name, "%") {
		words = append(words, "percent")
	}
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

// Words of column names, in the languages whose values are known too.
var (
	phoneWords   = []string{"phone", "phones", "tel", "telephone", "telefon", "telefono", "teléfono", "téléphone", "mobile", "fax", "cell", "cellphone", "gsm", "phonenumber", "handy", "whatsapp"}
	postalWords  = []string{"zip", "zipcode", "zipcodes", "postal", "postcode", "postalcode", "plz", "cep", "pincode", "cap", "postleitzahl", "postnr", "postnummer", "pocztowy", "psc", "psč", "codpostal"}
	countryWords = []string{"country", "countries", "nation", "nationality", "land", "pays", "país", "pais", "paese", "kraj", "citizenship", "countrycode", "iso", "nationalität"}
	idWords      = []string{"id", "ids", "key", "uid", "guid", "uuid", "code", "sku", "hash", "identifier", "number", "num", "no", "nr", "ref", "reference", "ean", "isbn", "upc", "asin", "serial", "barcode"}
	webWords     = []string{"url", "urls", "link", "links", "website", "web", "site", "homepage", "domain", "host", "hostname", "uri", "href"}
	streetWords  = []string{"address", "addr", "street", "adresse", "anschrift", "strasse", "straße", "rue", "calle", "direccion", "dirección", "indirizzo", "endereço", "adres"}
	personWords  = []string{"name", "names", "surname", "firstname", "lastname", "fullname", "author", "director", "artist", "player", "actor", "actress", "customer", "person", "employee", "contact", "owner",
		"manager", "teacher", "student", "passenger", "composer", "singer", "driver", "writer", "nom", "prénom", "nombre", "apellido", "nachname", "vorname", "cognome", "nome"}
	thingWords = []string{"company", "city", "town", "station", "product", "country", "state", "county", "region", "province", "district", "school", "university", "college", "institution", "team", "club", "league",
		"hospital", "facility", "brand", "file", "column", "field", "table", "place", "location", "street", "road", "store", "shop", "restaurant", "hotel", "event", "course", "org", "organization", "organisation", "agency",
		"category", "dataset", "item", "model", "project", "airport", "airline", "species", "genus", "common", "scientific", "business", "vendor", "supplier", "bank", "song", "track", "album", "movie", "film", "game", "app", "host", "short", "long"}
)

func (f *figures) textMeaning(words []string) string {
	share := f.shapes.share
	for _, m := range []struct {
		meaning meaning
		name    string
	}{{meaningUUID, "uuid"}, {meaningEmail, "email"}, {meaningURL, "url"}, {meaningIP, "ip"}} {
		if share(m.meaning) >= enough && !(m.meaning == meaningIP && named(words, "version", "release")) {
			return m.name
		}
	}
	if f.digitCodes() {
		return f.codeMeaning(words)
	}
	signed := share(meaningPercent) + share(meaningCurrency)
	switch {
	case f.signed() >= enough, signed >= enough:
		if f.marks != nil && f.marks.percent > 0 || share(meaningPercent) > 0.5 {
			return "percent"
		}
		return "currency"
	case f.phone(words):
		return "phone"
	case share(meaningLatitude) >= enough:
		return "latitude"
	case share(meaningLongitude) >= enough:
		return "longitude"
	case share(meaningBracketed) >= enough:
		return "list"
	case share(meaningPostal) >= 0.9 && (postal(words) || share(meaningPostalOnly) >= 0.5 && !named(words, idWords...)):
		return "postal_code"
	case f.country(words):
		return "country"
	case share(meaningMoneyCode) >= enough && (f.distinct >= 3 || named(words, "currency", "ccy", "curr", "money", "währung", "devise", "moneda", "valuta")):
		return "currency"
	case share(meaningHost) >= 0.9 && named(words, webWords...):
		return "url"
	case share(meaningHex32) >= enough && named(words, "uuid", "guid"):
		return "uuid"
	case share(meaningQuantity) >= 0.5 && f.bounds() && f.category():
		return "category"
	case f.quantities() && !named(words, streetWords...):
		return "numeric_in_text"
	}
	return f.proseMeaning(words)
}

// persons tells whether a column's name says that it holds persons' names. One
// that says no more than "name" may be of anything: single words are of persons
// if common given names are among them.
func (f *figures) persons(words []string) bool {
	share := f.shapes.share
	switch {
	case !named(words, personWords...):
		return false
	case !named(words, "name", "names", "nom", "nombre", "nome"):
		return true
	case named(words, thingWords...):
		return share(meaningGiven) >= 0.5
	case len(words) > 1:
		return true
	}
	var single int64
	for m, count := range f.shapes.masks { // a sum: in any order
		if !strings.Contains(m, " ") {
			single += *count
		}
	}
	return float64(single) < 0.5*float64(f.shapes.n) || share(meaningGivenOnly) >= 0.3
}

// quantities tells of numbers with something around them, bare ones among them.
func (f *figures) quantities() bool {
	dressed, bare := f.shapes.share(meaningQuantity), f.shapes.share(meaningNumber)
	return dressed >= enough || bare >= enough || dressed >= 0.1 && dressed+bare >= enough
}

// signed is the share of numbers with a currency or percent sign in a column
// where they did not make it one of numbers.
func (f *figures) signed() float64 {
	if f.marks == nil || f.values == 0 {
		return 0
	}
	n := f.marks.percent
	for _, count := range f.marks.units { // a sum: in any order
		n += count
	}
	return float64(n) / float64(f.values)
}

func (f *figures) phone(words []string) bool {
	share := f.shapes.share
	return float64(f.seen(classDialled).count) >= enough*float64(f.values) ||
		share(meaningPhone) >= enough && share(meaningNumber) < 0.5 && !named(words, idWords...) ||
		share(meaningPhone)+share(meaningDialled) >= 0.6 && phoneNamed(words)
}

// country needs a name that says so, or countries' names: two capitals may be
// anything, and a few three-letter codes too.
func (f *figures) country(words []string) bool {
	share := f.shapes.share
	switch {
	case named(words, countryWords...):
		return share(meaningPlace) >= 0.6
	case f.distinct >= 20 && share(meaningPlace) >= 0.97: // of two or three capitals a third is one
		return true
	}
	return share(meaningPlace) >= 0.9 && f.distinct > 2 && share(meaningUpper2) < 0.5 && share(meaningCode) < 0.5
}

// codeMeaning tells codes of digits apart.
func (f *figures) codeMeaning(words []string) string {
	switch {
	case postal(words):
		return "postal_code"
	case phoneNamed(words):
		return "phone"
	case named(words, idWords...) && !named(words, "code") && f.mostlyDifferent(), len(words) > 0 && words[len(words)-1] == "id":
		return "id"
	case f.category():
		return "category"
	}
	return "numeric_in_text"
}

func (f *figures) proseMeaning(words []string) string {
	share := f.shapes.share
	switch {
	case share(meaningNumbers) >= 0.8:
		return "list"
	case share(meaningTag) >= enough && named(words, idWords...) && f.mostlyDifferent(),
		f.certain && f.distinct == f.values && f.values >= 20 && (named(words, idWords...) || identifies(words)) && share(meaningSentence) < 0.1,
		(named(words, "id", "uid", "guid") || identifies(words)) && f.mostlyDifferent(),
		f.certain && f.distinct == f.values && f.values >= 50 && share(meaningTag) >= enough && f.oneMask(0.9):
		return "id"
	case share(meaningBarred) >= 0.3 && (share(meaningSentence) < 0.5 || share(meaningBarred) >= 0.8) && f.distinct > 2, f.exchanged():
		return "list"
	case share(meaningNameLike) >= 0.7 && (share(meaningGiven) >= 0.5 && f.persons(words) || ofPersons(words) && !named(words, thingWords...)):
		return "name"
	case f.category():
		return "category"
	case share(meaningRange) >= enough:
		return "numeric_in_text"
	case share(meaningCode) >= 0.8 && !named(words, "name", "surname"):
		if f.values >= 5*f.distinct {
			return "category"
		}
		return ""
	case share(meaningNameLike) >= 0.7 && (share(meaningGiven) >= 0.5 || f.persons(words) && !(named(words, "name", "names") && share(meaningList) >= 0.5)):
		return "name"
	case share(meaningList) >= 0.9 && (share(meaningSentence) < 0.5 || share(meaningNames) >= 0.9) && share(meaningNameLike) < 0.5:
		return "list"
	case share(meaningSentence) >= 0.6:
		return "sentence"
	}
	return ""
}

func (f *figures) numberMeaning(words []string) string {
	n := &f.numbers
	within := func(low, high float64) bool { return n.n > 0 && n.min.f >= low && n.max.f <= high }
	last := ""
	if len(words) > 0 {
		last = words[len(words)-1]
	}
	switch {
	case f.unit == "%":
		return "percent"
	case f.unit != "":
		return "currency"
	case named(words, "lat", "latitude", "lattitude", "latitud") && within(-90, 90), strings.HasSuffix(last, "latitude") && within(-90, 90):
		return "latitude"
	case named(words, "lon", "lng", "longitude", "longitud") && within(-180, 180), named(words, "long") && within(-180, 180) && !within(0, 1), strings.HasSuffix(last, "longitude") && within(-180, 180):
		return "longitude"
	case named(words, "percent", "percentage", "pct", "prozent", "pourcentage") && within(-1000, 1000):
		return "percent"
	case named(words, "usd", "eur", "gbp", "inr", "chf", "euros", "dollars") && !f.running(words):
		return "currency"
	case f.typ != "integer":
		return ""
	case postal(words) && within(1000, 9999999):
		return "postal_code"
	case phoneNamed(words) && within(1e6, 1e15-1):
		return "phone"
	case named(words, "id", "uid", "key") && f.mostlyDifferent() || f.running(words) || identifies(words) && n.negatives == 0:
		return "id"
	case named(words[max(0, len(words)-1):], "code", "no", "nr", "number", "identifier", "ref", "ean", "isbn", "upc", "sku") && f.certain && f.distinct == f.values && f.values >= 20:
		return "id"
	case (named(words, "id", "code", "class", "type", "category", "group", "level", "grade", "cluster", "label", "gender", "sex", "status", "flag", "is", "has", "target", "rating", "stage", "kind") || strings.HasSuffix(last, "class")) && f.distinct <= 30 && f.category():
		return "category"
	case f.distinct == 2 && f.certain && f.values >= 20 && n.max.f-n.min.f == 1 && within(0, 2):
		return "category" // a truth, or one of two
	case last == "id" && n.negatives == 0:
		return "id" // of something that has several rows
	}
	return ""
}

func postal(words []string) bool {
	return named(words, postalWords...) || named(words, "post", "pin") && named(words, "code") // PIN codes are India's
}

func phoneNamed(words []string) bool {
	return named(words, phoneWords...) || named(words, "contact") && named(words, "number", "no", "nr", "num")
}

// ofPersons tells of columns that can hold nothing but parts of persons' names.
func ofPersons(words []string) bool {
	return named(words, "surname", "firstname", "lastname", "forename", "prénom", "apellido", "apellidos", "nachname", "vorname", "cognome", "familienname") ||
		named(words, "name") && named(words, "first", "last", "given", "family")
}

// identifies tells of names like userid, less the words that end so.
func identifies(words []string) bool {
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	if len(last) < 5 || !strings.HasSuffix(last, "id") {
		return false
	}
	return !named([]string{last}, "unpaid", "prepaid", "valid", "invalid", "hybrid", "android", "fluid", "solid", "rapid", "liquid", "avoid", "covid", "humid", "plaid", "braid", "orchid", "pyramid", "steroid", "asteroid", "thyroid", "squid", "stupid", "hazid", "centroid", "madrid", "david", "euclid", "lipid", "timid", "vivid")
}

// oneMask tells whether one shape has a share of the texts.
func (f *figures) oneMask(s float64) bool {
	all := f.shapes.sorted()
	return len(all) > 0 && float64(all[0].count) >= s*float64(f.shapes.n)
}

// running tells whether the integers number the rows.
func (f *figures) running(words []string) bool {
	n := &f.numbers
	const years = 3000 // below, numbers in a row may be years
	called := named(words, "index", "row", "rownum", "unnamed")
	return f.certain && f.distinct == f.values && f.values == f.rows && f.rows >= 10 &&
		(called || n.min.f == 0 || n.min.f == 1 || n.max.f > years) && n.max.f-n.min.f == float64(f.rows-1) &&
		(called || f.inOrder()) // out of order they are ranks
}

// inOrder tells whether the different numbers ascend from row to row, as far as
// their rows are known.
func (f *figures) inOrder() bool {
	return slices.IsSortedFunc(f.numberPoints, func(a, b point) int { return cmp.Compare(a.row, b.row) })
}

// bounds tells whether the commonest values are groups such as <=50K and >50K.
func (f *figures) bounds() bool {
	for _, t := range f.top {
		if !strings.HasPrefix(t.text, "<") && !strings.HasPrefix(t.text, ">") && !strings.HasPrefix(t.text, "≤") && !strings.HasPrefix(t.text, "≥") {
			return false
		}
	}
	return len(f.top) > 1
}

// category tells whether there are few different values, and each of them
// often.
func (f *figures) category() bool {
	if !f.certain || f.distinct > 1000 {
		return false
	}
	if f.distinct > 50 {
		return f.values >= 20*f.distinct
	}
	return f.values >= 2*f.distinct && (f.values >= 5*f.distinct || f.values < 100)
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
