package column

import "bytes"

// currencies are the signs and codes (ISO 4217) that amounts of money are
// written with, and what they are called in a report: a sign that several
// countries share stays a sign. Longer ones stand before those they begin with.
var currencies = [...]struct{ sign, name string }{
	{"US$", "USD"}, {"A$", "AUD"}, {"AU$", "AUD"}, {"C$", "CAD"}, {"CA$", "CAD"}, {"NZ$", "NZD"}, {"HK$", "HKD"}, {"S$", "SGD"}, {"R$", "BRL"}, {"NT$", "TWD"}, {"Mex$", "MXN"},
	{"$US", "USD"}, {"$", "$"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "¥"}, {"￥", "¥"}, {"₹", "INR"}, {"₽", "RUB"}, {"₩", "KRW"}, {"₺", "TRY"}, {"TL", "TRY"}, {"₴", "UAH"},
	{"₪", "ILS"}, {"฿", "THB"}, {"₫", "VND"}, {"₦", "NGN"}, {"₱", "PHP"}, {"₡", "CRC"}, {"₲", "PYG"}, {"₸", "KZT"}, {"₿", "BTC"}, {"₵", "GHS"}, {"₾", "GEL"},
	{"Rs.", "Rs"}, {"Rs", "Rs"}, {"SFr.", "CHF"}, {"Fr.", "CHF"}, {"kr.", "kr"}, {"kr", "kr"}, {"Kr", "kr"}, {"Kč", "CZK"}, {"zł", "PLN"}, {"Ft", "HUF"}, {"лв", "BGN"},
	{"руб.", "RUB"}, {"руб", "RUB"}, {"грн", "UAH"}, {"円", "JPY"}, {"元", "CNY"}, {"원", "KRW"}, {"RM", "MYR"}, {"Rp", "IDR"},
	{"USD", "USD"}, {"EUR", "EUR"}, {"GBP", "GBP"}, {"CHF", "CHF"}, {"JPY", "JPY"}, {"CNY", "CNY"}, {"RMB", "CNY"}, {"SEK", "SEK"}, {"NOK", "NOK"}, {"DKK", "DKK"},
	{"PLN", "PLN"}, {"CZK", "CZK"}, {"HUF", "HUF"}, {"RON", "RON"}, {"BGN", "BGN"}, {"RUB", "RUB"}, {"UAH", "UAH"}, {"TRY", "TRY"}, {"INR", "INR"}, {"AUD", "AUD"},
	{"CAD", "CAD"}, {"NZD", "NZD"}, {"SGD", "SGD"}, {"HKD", "HKD"}, {"ZAR", "ZAR"}, {"BRL", "BRL"}, {"MXN", "MXN"}, {"KRW", "KRW"}, {"ILS", "ILS"}, {"AED", "AED"},
	{"SAR", "SAR"}, {"THB", "THB"}, {"IDR", "IDR"}, {"MYR", "MYR"}, {"PHP", "PHP"}, {"VND", "VND"}, {"CLP", "CLP"}, {"COP", "COP"}, {"ARS", "ARS"}, {"PEN", "PEN"},
	{"EGP", "EGP"}, {"NGN", "NGN"}, {"KES", "KES"}, {"PKR", "PKR"}, {"BDT", "BDT"}, {"TWD", "TWD"}, {"ISK", "ISK"}, {"BTC", "BTC"}, {"ETH", "ETH"},
}

// currencyLead and currencyEnd tell by one byte what cannot be a currency.
var currencyLead, currencyEnd = func() (lead, end [256]bool) {
	for i := range currencies {
		sign := currencies[i].sign
		lead[sign[0]], end[sign[len(sign)-1]] = true, true
	}
	return lead, end
}()

// currencyAt reads a currency at the front of a text that ends with an amount.
func currencyAt(s []byte) (unit uint8, n int) {
	if !currencyLead[s[0]] {
		return 0, 0
	}
	for i := range currencies {
		if sign := currencies[i].sign; sign[0] == s[0] && len(s) > len(sign) && string(s[:len(sign)]) == sign {
			next := s[len(sign)]
			if next-'0' < 10 || !letter(sign[0]) || !letter(next) {
				return uint8(i + 1), len(sign)
			}
		}
	}
	return 0, 0
}

// currencyBefore reads a currency at the end, and answers with what is left.
func currencyBefore(s []byte) (unit uint8, left int) {
	if !currencyEnd[s[len(s)-1]] {
		return 0, 0
	}
	for i := range currencies {
		if sign := currencies[i].sign; sign[len(sign)-1] == s[len(s)-1] && bytes.HasSuffix(s, []byte(sign)) {
			return uint8(i + 1), len(s) - len(sign)
		}
	}
	return 0, 0
}

func letter(c byte) bool { return (c|0x20)-'a' < 26 }

// isCurrencyCode knows the codes among the signs.
func isCurrencyCode(b []byte) bool {
	if len(b) != 3 {
		return false
	}
	for i := range currencies {
		if currencies[i].sign == string(b) && letter(b[0]) {
			return true
		}
	}
	return false
}
