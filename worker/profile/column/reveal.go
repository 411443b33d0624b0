package column

import "bytes"

// mayReveal tells whether a text may hold an e-mail address or the number of a
// bank account or a payment card.
func mayReveal(b []byte) bool { return mayHoldMail(b) || mayBeAccount(b) || mayHoldCard(b) }

// shapedAsUUID is asked of every text of every column, where UUIDs are common:
// they hold nothing of that kind.
func shapedAsUUID(b []byte) bool {
	return len(b) == uuidLength && b[8] == '-' && b[13] == '-' && b[18] == '-' && b[23] == '-'
}

func mayHoldMail(b []byte) bool { return !shapedAsUUID(b) && bytes.IndexByte(b, '@') > 0 }

// mayBeAccount looks at the country and the check digits of an account's number.
func mayBeAccount(b []byte) bool {
	return len(b) >= leastIBAN && b[0]-'A' < 26 && b[1]-'A' < 26 && b[2]-'0' < 10 && b[3]-'0' < 10
}

// reveal notes a text that holds such data. Once enough rows are known no more
// addresses and accounts are looked for; cards need to be counted.
func (c *common) reveal(b []byte, row, n int64) {
	b = b[:min(len(b), keptBytes)]
	if shapedAsUUID(b) {
		return
	}
	if c.mails.known < rowsKept || row < c.mails.rows[rowsKept-1] {
		if mail := findEmail(b); mail != nil {
			c.mails.put(row, n, mail)
		}
	}
	if c.banks.known < rowsKept || row < c.banks.rows[rowsKept-1] {
		if iban := findIBAN(trim(b)); iban != nil {
			c.banks.put(row, n, iban)
		}
	}
	if mayHoldCard(b) {
		c.findCards(b, row, n)
	}
}

// findEmail finds an e-mail address in a text. What goes on behind it is none:
// git@example.org:repository, https://user@example.org/.
func findEmail(b []byte) []byte {
	for from := 0; ; {
		at := bytes.IndexByte(b[from:], '@')
		if at < 0 {
			return nil
		}
		at += from
		begin, end := at, at+1
		for begin > 0 && addressByte(b[begin-1]) {
			begin--
		}
		for end < len(b) && (addressByte(b[end])) {
			end++
		}
		for end > at && b[end-1] == '.' { // of the sentence
			end--
		}
		path := end+1 < len(b) && (b[end] == '/' || b[end] == ':') && b[end+1] > ' '
		if host := begin > 0 && b[begin-1] == '/'; !path && !host && isEmail(b[begin:end]) {
			return b[begin:end]
		}
		from = at + 1
	}
}

// addressByte knows what stands in e-mail addresses.
func addressByte(c byte) bool {
	return letter(c) || c-'0' < 10 || c >= 0x80 || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' || c == '\''
}
