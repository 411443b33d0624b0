package column

import "bytes"

// truthPairs are the words for yes and no of other languages, and pairs that
// say the same in English. They are common words or single letters, so a
// column is of truths only if it holds both of a pair and nothing else.
var truthPairs = [...][2]string{{"ja", "nein"}, {"ja", "nee"}, {"ja", "nej"}, {"ja", "nei"}, {"oui", "non"}, {"si", "no"}, {"sí", "no"}, {"sì", "no"},
	{"sim", "não"}, {"sim", "nao"}, {"tak", "nie"}, {"ano", "ne"}, {"da", "nu"}, {"да", "нет"}, {"так", "ні"}, {"evet", "hayır"}, {"kyllä", "ei"}, {"igen", "nem"},
	{"wahr", "falsch"}, {"vrai", "faux"}, {"verdadero", "falso"}, {"vero", "falso"}, {"verdadeiro", "falso"}, {"истина", "ложь"},
	{"j", "n"}, {"o", "n"}, {"s", "n"}, {"はい", "いいえ"}, {"是", "否"}, {"ok", "nok"}, {"checked", "unchecked"}, {".true.", ".false."}, {".t.", ".f."}, {"✓", "✗"}, {"✓", "✕"}, {"✔", "✘"}, {"✔", "✖"}, {"✓", "x"}, {"☑", "☐"}}

// truthWords are how many different values a column of truths may have, cases
// and null tokens among them.
const truthWords = 12

// decideTruths looks whether the texts of a column are such a pair.
func (d *decision) decideTruths(dict *dictionary) {
	if len(dict.entries) == 0 || len(dict.entries) > truthWords {
		return
	}
	seen := map[string]bool{}
	var v value
	for i := range dict.entries {
		e := &dict.entries[i]
		b := dict.text(e)
		// Beside a pair of truths, words for nothing are nulls: both would be there otherwise.
		if classifyKind(b, e.kind, &v); d.kinds[v.class] != "" && v.class != classNullWeak {
			seen[string(bytes.ToLower(trim(b)))] = true
		}
	}
	if len(seen) != 2 {
		return
	}
	for _, pair := range truthPairs {
		if seen[pair[0]] && seen[pair[1]] {
			d.kinds[classText], d.kinds[classTruth], d.kinds[classLetter] = "boolean", "boolean", "boolean"
			d.kinds[classNullWeak] = ""
			d.yes = pair[0]
			return
		}
	}
}

// lettersOfTwoPairs tells whether some letters are of true and false, and others of
// yes and no: the answers T, F and N are three.
func lettersOfTwoPairs(dict *dictionary) bool {
	if dict == nil || len(dict.entries) > truthWords {
		return false
	}
	seen := map[byte]bool{}
	for i := range dict.entries {
		if b := trim(dict.text(&dict.entries[i])); len(b) == 1 {
			seen[b[0]|0x20] = true
		}
	}
	truth, answer := seen['t'] || seen['f'], seen['y'] || seen['n']
	return truth && answer && !(seen['t'] && seen['f'] && seen['y'] && seen['n'])
}

// trueValues counts those of a dictionary that say yes.
func (d *decision) trueValues(dict *dictionary) (n int64) {
	for i := range dict.entries {
		e := &dict.entries[i]
		if string(bytes.ToLower(trim(dict.text(e)))) == d.yes {
			n += e.count
		}
	}
	return n
}
