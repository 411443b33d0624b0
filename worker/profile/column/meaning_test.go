package column

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

func TestWhatOnlyLooksLikeAMeaningHasNone(t *testing.T) {
	var browsers, mobiles, pins, versions, hashes, airports, isbns, numbers, spans, addresses, states, users, ranks, studies, places, firms []string
	for i := range 600 {
		versions = append(versions, fmt.Sprintf("%d.%d.%d", i%13, i%90+10, i*7%5000))
		hashes = append(hashes, fmt.Sprintf("%08x", uint32(i)*2654435761))
		airports = append(airports, string([]byte{'A' + byte(i%10), 'F' + byte(i%9), 'K' + byte(i%2)}))
		isbns = append(isbns, fmt.Sprintf("978-3-16-%06d-%d", i*997, i%10))
		numbers = append(numbers, fmt.Sprintf("%03d-%02d-%04d", i%899+100, i%89+10, i*13%9000+1000))
		spans = append(spans, fmt.Sprintf("%d - %d", 1900+i%90, 2000+i%20))
		addresses = append(addresses, fmt.Sprintf("%d Main Street, Springfield", i+1))
		states = append(states, string([]byte{'A' + byte(i%6), 'K' + byte(i%10)}))
		users = append(users, fmt.Sprint(i%70))
		ranks = append(ranks, fmt.Sprint(i*7%600+1))
		studies = append(studies, fmt.Sprintf("PAL%04d", 700+i%3))
		places = append(places, "Nort"+string([]byte{'a' + byte(i%26), 'a' + byte(i/26)})+"ia")
		browsers = append(browsers, fmt.Sprintf("Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0", i%60+60, i%60+60))
		mobiles = append(mobiles, fmt.Sprint(7_000_000_000+i*4_812_117))
		pins = append(pins, fmt.Sprint(110_001+i*1213))
		firms = append(firms, "Cliff"+string([]byte{'a' + byte(i%26), 'a' + byte(i/26)})+" Trading")
	}
	for _, c := range []struct {
		what, name, want string
		cells            []string
	}{
		{"codes of three letters are no names", "origin", "category", airports},
		{"codes of two letters are no names", "state", "category", states},
		{"versions are no numbers", "version", "", versions},
		{"hashes are no numbers, though some have digits alone", "hex", "", hashes},
		{"book numbers are no telephones", "isbn", "id", isbns},
		{"social security numbers are no telephones", "ssn", "", numbers},
		{"spans of years are no telephones", "years", "", spans[:90]},
		{"addresses are no lists", "address", "", addresses},
		{"ids may come several times", "user_id", "id", users},
		{"ranks are no ids, though they are 1 to 600", "Wealth", "", ranks},
		{"an index may be out of order", "index", "id", ranks},
		{"three letters and four digits are no postal codes", "studyName", "category", studies},
		{"places have names", "name", "", places},
		{"companies have names", "company name", "", firms},
		{"post codes are so named in two words", "Supplier Post Code", "postal_code", []string{"RG14 1LA", "PL3 5XQ", "EC2A 3DR", "DL1 9HN"}},
		{"persons have names", "customer name", "name", firms},
		{"a few surnames are names, too", "last_name", "name", slices.Repeat([]string{"Dubois", "Kowalski", "Rossi", "Novak"}, 30)},
		{"a few given names are names, too", "Vorname", "name", slices.Repeat([]string{"Anna", "Peter", "Laura", "Karl"}, 30)},
		{"a few last places are none", "last place", "category", slices.Repeat([]string{"Rome", "Oslo", "Lima", "Cairo"}, 30)},
		{"a semicolon within parentheses makes no list", "browser", "", browsers},
		{"India's postal codes have a name of their own", "pin_code", "postal_code", pins},
		{"a contact's number is a telephone's", "contact_number", "phone", mobiles},
		{"blanks are nothing", "x", "", []string{" ", "  ", "x1!", "y2!"}},
	} {
		got := profile(c.name, c.cells...)
		if got.Semantic != c.want {
			t.Errorf("%s: %q… is %q, want %q", c.what, c.cells[0], got.Semantic, c.want)
		}
	}
}

func TestMeaningsOfWholeValues(t *testing.T) {
	for m, texts := range map[meaning][2][]string{
		meaningEmail: {{"a@b.co", "first.last+tag@sub.example.org", "mailto:a@b.org", "jörg@müller.de"}, {"a@b", "a b@c.de", "@x.de", "a@b..de", ".a@b.de", "a@b.c", "a@-b.de", "a@b.de,c@d.de"}},
		meaningURL:   {{"http://a.b/c?d=e", "https://localhost:8080", "FTP://x.org", "www.example.org", "s3://bucket/key", "git+ssh://host/x"}, {"http:/a", "example.org", "http://a b", "www.", "://x", "1http://x"}},
		meaningUUID: {{"0b3f4e62-9e0d-4c4e-8d8a-000000000001", "{0B3F4E62-9E0D-4C4E-8D8A-000000000001}", "urn:uuid:0b3f4e62-9e0d-4c4e-8d8a-000000000001", "0b3f4e629e0d4c4e8d8a000000000001"},
			{"0b3f4e62-9e0d-4c4e-8d8a-00000000001", "0b3f4e62-9e0d-4c4e-8d8a-00000000000g", "0b3f4e629e0d0c4e8d8a000000000001", "0b3f4e629e0d4c4ecd8a000000000001"}},
		meaningIP:        {{"10.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "2001:db8::/32", "10.0.0.0/8", "10.0.0.1:80", "[::1]:80"}, {"10.0.0", "10.0.0.256", "1.2.3.4.5", "a:b", "12:30:45"}},
		meaningPhone:     {{"+49 30 123456", "(212) 555-0100", "212-555-0100", "01 23 45 67 89", "1-800-555-0100", "212.555.0100", "(212) 555-0100 x12", "555-010-0100 ext. 5"}, {"12-34", "2010 - 2020", "123-45-6789", "978-3-16-148410-0", "1.22.3333", "555-0100"}},
		meaningIBAN:      {{"DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "FR1420041010050500013M02606"}, {"DE89 3704 0044 0532 0130 01", "DE89", "de89370400440532013000", "1289370400440532013000"}},
		meaningSSN:       {{"123-45-6789"}, {"000-12-3456", "666-12-3456", "912-12-3456", "123-00-4567", "123-45-0000", "123456789", "12-345-6789"}},
		meaningQuantity:  {{"12 kg", "1.5M", "36 months", "10+", "<5", "~7", ">= 3", "5'", "12 km/h", "3 m2", "2,500 ft"}, {"12", "12B", "3-5", "1.2.3", "12 Main Street", "5f3a", "kg 12", "1e5x9"}},
		meaningRange:     {{"3-5", "10 x 20", "1.5 – 2.5", "100-199", "3 to 5"}, {"2010-2011", "1-2-3", "3-", "-5", "a-b"}},
		meaningPlace:     {{"DE", "USA", "Germany", "deutschland", "Côte d'Ivoire", "Korea, Republic of", "ESPAÑA", "Russian Federation"}, {"de", "XX", "Atlantis", "Paris", "ABC"}},
		meaningGiven:     {{"Anna Karenina", "Greco, Ana", "Dr. John Smith", "Jean-Luc Picard", "Мария Иванова", "Иван Петров"}, {"New York", "Anna", "Main Street", "john smith x1", "Royal Challengers"}},
		meaningBracketed: {{"[1, 2]", "['a']", "{x, y}", "[]"}, {"[1", "(a, b)", "{\"a\": 1}", "a, b"}},
		meaningMoneyCode: {{"USD", "EUR", "CHF"}, {"usd", "ABC", "$"}},
		meaningLatitude:  {{"52°31'12\"N", "33.9° S"}, {"13.4° E", "52 N", "°N"}},
		meaningPostal:    {{"12345", "12345-6789", "SW1A 1AA", "K1A 0B1", "1234 AB", "110 00", "00-950"}, {"123", "1234567890", "ABC", "A1"}},
	} {
		for i, list := range texts {
			for _, text := range list {
				if got := meaningsOf([]byte(text))>>m&1 == 1; got != (i == 0) {
					t.Errorf("%q: meaning %d is %v", text, m, got)
				}
			}
		}
	}
}

func TestColumnsOfManyKindsAreToldApart(t *testing.T) {
	for _, c := range []struct{ name, want, cells string }{
		{"Nationality", "country", "German|French|DE|FR|IT"},
		{"where", "country", "Deutschland|Frankreich|Österreich|Schweiz"},
		{"ccy", "currency", "USD|EUR|USD"},
		{"x", "currency", "USD|EUR|GBP|JPY"},
		{"website", "url", "example.org|test.com/a|a-b.co.uk"},
		{"x", "", "example.org|test.com/a|a-b.co.uk"},
		{"location", "list", "[13.6, 102.8]|[12.1, 104.5]"},
		{"tags", "list", "['a']|['b', 'c']|[]"},
		{"x", "numeric_in_text", "12 kg|7 kg|9.5 kg"},
		{"x", "numeric_in_text", "3-5|10-20|7-9"},
		{"mobile", "phone", "5550100|5550101|5550199"},
		{"phone", "phone", "555-0100|555-0101"},
		{"customer", "name", "Anna Berg|Emil Sand|Peter Stone|Olga Petrova"},
		{"x", "name", "Anna Berg|Emil Sand|Peter Stone|Olga Petrova"},
		{"city", "", "New York|Los Angeles|San Diego|El Paso"},
		{"version", "", "1.2.3.4|1.2.3.5|1.2.4.0"},
		{"movieid", "id", "5|5|7|9"},
		{"covid", "", "5|5|7|9"},
		{"pickup_latitude", "latitude", "40.1|40.2"},
		{"Lattitude", "latitude", "-37.8|-37.7"},
		{"lng_avg", "longitude", "-122.4|-158.2"},
		{"fax", "phone", "2125550100|2125550101"},
		{"x", "phone", "01.42.92.81.00|01.42.92.81.01|01.42.92.81.17"},
		{"at", "", "0.1429 0.3333|0.2857 0.6667|0.4286 0.1111"},
		{"age", "", "5|7|9|11"},
		{"Rate (%)", "percent", "5.5|7|9|11"},
		{"price_eur", "currency", "5.5|7|9|11"},
		{"x", "list", "a;b;c|d|e;f|g"},
		{"genre", "list", "War|Drama, War|Comedy, Drama|War, Comedy|Drama|Comedy, War|Drama, Comedy, War"},
		{"place", "", "Springfield, Ohio|Portland, Oregon|Salem, Oregon|Dayton, Ohio|Bend, Oregon"},
		{"ids", "list", "1,2,3|4,5,6,7|8,9,10"},
		{"alpha-2", "country", "AD|AE|AF|AG|AI|AL|AM|AO|AQ|AR|AS|AT|AU|AW|AX|AZ|BA|BB|BD|BE|BF|BG"},
		{"state", "", "AK|AL|AR|AZ|CA|CO|CT|DE|FL|GA|HI|IA|ID|IL|IN|KS|KY|LA|MA|MD|ME|MI|MN|MO"},
		{"sku", "id", "SKU-1234|SKU-1235|SKU-1239"},
		{"address", "", "12 any st.|5 my road|120 top lane"},
		{"wkt", "", "POLYGON ((1 2, 3 4, 5 6, 1 2))|POLYGON ((2 2, 3 4, 5 6, 2 2))"},
		{"salary", "numeric_in_text", "$45K-$108K|$31K-$76K|$34K-$63K"},
		{"dims", "numeric_in_text", "20 x 25 x 46 cm|1 x 2 x 3 cm|5 × 6"},
		{"mcap", "numeric_in_text", "$65.8B|$1.2B|$7T"},
		{"rank", "", "1st|2nd|3rd|4th"},
		{"img", "url", "//cdn.example.org/1.jpg|//cdn.example.org/2.jpg"},
		{"stars", "list", "Mary Smith, John Brown, Ann Lee|Peter Miller, Sue Ray|Al Day, Bo Fox, Cy Ash"},
		{"path", "", "/home/u1/x.txt|/home/u2/x.txt|/home/u3/x.txt"},
		{"LocationName", "", "Springfield, Ohio|Portland, Oregon|Salem, Oregon"},
		{"Unnamed: 0", "id", "301|302|303|304|305|306|307|308|309|310"},
		{"n", "", "301|302|303|304|305|306|307|308|309|310"},
		{"agent", "sentence", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/588.15 (KHTML, like Gecko)|Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/1.0 (KHTML, like Gecko)"},
		{"revenue", "numeric_in_text", "$1.2M|$300K|$5M"},
	} {
		if got := profile(c.name, strings.Split(c.cells, "|")...); got.Semantic != c.want && !(c.want == "" && got.Semantic == "category") {
			t.Errorf("%s: %q is %q, want %q", c.name, c.cells, got.Semantic, c.want)
		}
	}
}

func TestPersonalDataIsNamedWithItsRows(t *testing.T) {
	rows := func(code string, c report.Column) (all []int64) {
		for _, a := range c.Alerts {
			if a.Code == code {
				all = append(all, a.Rows...)
			}
		}
		return all
	}
	if got := rows("personal_data", profile("note", "call me", "a@b.org", "no", "later", "x@y.de")); !slices.Equal(got, []int64{2, 5}) {
		t.Errorf("e-mail addresses among others: rows %v", got)
	}
	if got := rows("personal_data", profile("note", "call me", "write to a@b.org, please", "git@b.org:x", "https://me@b.org/", "a@b", "<x@y.de>")); !slices.Equal(got, []int64{2, 6}) {
		t.Errorf("e-mail addresses within texts: rows %v", got)
	}
	if got := rows("personal_data", profile("x", "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819")); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("bank accounts: rows %v", got)
	}
	if got := rows("personal_data", profile("x", "4111111111111111", "5500000000000004", "4012888888881881", "378282246310005", "6011111111111117")); len(got) != 5 {
		t.Errorf("cards: rows %v", got)
	}
	if got := rows("personal_data", profile("x", "1234567812345670", "5", "7")); len(got) != 0 {
		t.Errorf("numbers: rows %v", got)
	}
}

func TestNumbersThatAFormatSaysAreTextAreSaidToBeNumbers(t *testing.T) {
	c := profileKinds("x", []string{"12", "7.5", "1,234"}, []source.Kind{source.String, source.String, source.String})
	if c.Type != "text" || c.Semantic != "numeric_in_text" {
		t.Errorf("%s %s", c.Type, c.Semantic)
	}
}

func TestNamesAndListsThatComeOftenAreNoCategories(t *testing.T) {
	for _, c := range []struct {
		name, want string
		cells      []string
	}{
		{"customer", "name", []string{"Mary Smith", "John Brown", "Peter Miller"}},
		{"genres", "list", []string{"War|Drama", "Drama", "Comedy|War"}},
		{"city", "category", []string{"New York", "San Diego", "Boston"}},
		{"income", "category", []string{"<=50K", ">50K"}},
		{"class", "category", []string{"1st", "2nd", "3rd"}},
		{"pair", "category", []string{"yes, please", "no, thanks", "never"}},
	} {
		if got := profile(c.name, repeat(40, c.cells...)...); got.Semantic != c.want {
			t.Errorf("%s is %q, want %q", c.name, got.Semantic, c.want)
		}
	}
}

func TestPersonalDataIsFoundInTheOnlyRowOfALargeColumn(t *testing.T) {
	for what, cell := range map[string]string{"mail": "see a.b@example.org", "account": "GB29NWBK60161331926819", "card": "paid by 4111 1111 1111 1111, thanks"} {
		cells := make([]string, 40_000)
		for i := range cells {
			cells[i] = fmt.Sprintf("note %d of many", i)
		}
		cells[31_234] = cell
		a := alertsOf(profile("x", cells...), "personal_data")
		if len(a) != 1 || !slices.Equal(a[0].Rows, []int64{31_235}) {
			t.Errorf("%s: %+v", what, a)
		}
	}
}
