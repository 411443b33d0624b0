package column

// signs are what a text may hold, by single bytes of it: where a sign is missing,
// nothing of its kind has to be looked for.
type signs uint32

const (
	signMail    signs = 1 << iota // an at sign
	signCard                      // so many digits as a part of a card's number has
	signGarbled                   // bytes that garbled text begins with
	allSigns    = signMail | signCard | signGarbled
)

// signsWidth is the length of the shortest text that has its signs looked for.
const signsWidth = 33

// mayReveal is mayReveal of a text of which the signs are known; mails tells
// whether e-mail addresses are still asked for.
func (s signs) mayReveal(b []byte, mails bool) bool {
	return mails && s&signMail != 0 && mayHoldMail(b) || mayBeAccount(b) || s&signCard != 0 && mayHoldCard(b)
}

func (s signs) garbled(b []byte) bool { return s&signGarbled != 0 && isGarbled(b) }
