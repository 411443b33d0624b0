package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// NDJSON is seldom a flat table. These are the kinds that cost most, each in
// another place: objects in objects, of which some kinds of rows lack many;
// long texts; and texts written in ASCII alone, as Python's json does.

// prose makes texts of random words.
type prose struct {
	random *rand.Rand
	words  []string
}

func newProse(seed uint64, words string) prose {
	return prose{rand.New(rand.NewPCG(seed, 5)), strings.Fields(words)}
}

func (p prose) text(words int) string {
	picked := make([]string, words)
	for i := range picked {
		picked[i] = p.words[p.random.IntN(len(p.words))]
	}
	return strings.Join(picked, " ")
}

const english = `a about after all also an and any are as at be been before but by can come could day did do down each even few first for from
	get give go good great had has have he her here him his how if in into is it its just know last like little long look made make man many may
	me men more most much must my never new no not now of off old on one only or other our out over own people place right said same see she so
	some such take than that the their them then there these they thing think this those time to two under up us use very was way we well went were
	what when where which while who will with work world would year you your`

const russian = `без большой было быть время все всего всегда всех вы где год говорить год даже два дело день для до друг его ещё её же за здесь знать и или
	из им иметь их к каждый как какой когда кто лет ли место мочь мы на над надо наш не него нет ни но новый ну о об один он она они от первый перед по под
	после потом почему при про работа раз рука с сам свой себя сейчас сказать слово со стать так такой там тебя то тоже только тот ты у уже хорошо хотеть
	человек чем что чтобы эта эти это я`

// writeEvents writes what a forge tells of its users: objects in objects, and
// arrays of some.
func writeEvents(rows int) func(*bufio.Writer) {
	return func(w *bufio.Writer) {
		p := newProse(1, english)
		r := p.random
		hex := func(bytes int) string {
			var b strings.Builder
			for range bytes {
				fmt.Fprintf(&b, "%02x", r.IntN(256))
			}
			return b.String()
		}
		for i := range rows {
			actor, at := r.IntN(10_000_000), time.Unix(1_600_000_000+int64(i)*3, 0).UTC().Format(time.RFC3339)
			kind := r.IntN(4)
			fmt.Fprintf(w, `{"id":"%d","type":"%s","actor":{"id":%d,"login":"%s%d","avatar_url":"https://avatars.example.org/u/%d?"},"repo":{"id":%d,"name":"%s/%s"},"payload":`,
				20_000_000_000+i, []string{"PushEvent", "CreateEvent", "WatchEvent", "IssuesEvent"}[kind],
				actor, p.text(1), r.IntN(1000), actor, r.IntN(10_000_000), hex(3), p.text(1))
			switch kind {
			case 0:
				fmt.Fprintf(w, `{"push_id":%d,"size":1,"ref":"refs/heads/main","head":"%s","commits":[{"sha":"%s","author":{"name":"%s"},"message":"%s"}]}`,
					8_000_000_000+i, hex(20), hex(20), p.text(2), p.text(6))
			case 1:
				fmt.Fprintf(w, `{"ref":null,"ref_type":"repository","master_branch":"main","description":"%s"}`, p.text(8))
			case 2:
				w.WriteString(`{"action":"started"}`)
			case 3:
				fmt.Fprintf(w, `{"action":"opened","issue":{"number":%d,"title":"%s","labels":["bug"],"user":{"login":"%s","site_admin":false},"comments":%d}}`,
					r.IntN(3000), p.text(5), hex(4), r.IntN(9))
			}
			fmt.Fprintf(w, `,"public":true,"created_at":"%s"}`+"\n", at)
		}
	}
}

// writeReviews writes long texts with some numbers beside them.
func writeReviews(rows int) func(*bufio.Writer) {
	return func(w *bufio.Writer) {
		p := newProse(2, english+" café naïve")
		r := p.random
		for range rows {
			text, _ := json.Marshal(p.text(50+r.IntN(250)) + ` "` + p.text(3) + "\".\n" + p.text(50+r.IntN(250)))
			fmt.Fprintf(w, `{"product":"B%09d","stars":%d.0,"text":%s,"summary":"%s","time":%d}`+"\n",
				r.IntN(1_000_000_000), 1+r.IntN(5), text, p.text(5), 1_300_000_000+r.IntN(100_000_000))
		}
	}
}

// writeMessages writes texts of another alphabet by the numbers of its letters.
func writeMessages(rows int) func(*bufio.Writer) {
	return func(w *bufio.Writer) {
		p := newProse(3, russian)
		r := p.random
		for i := range rows {
			fmt.Fprintf(w, `{"id":%d,"from":%s,"text":%s,"markup":"\u003cb\u003e%s\u003c/b\u003e\n","likes":%d}`+"\n",
				i, strconv.QuoteToASCII(p.text(2)), strconv.QuoteToASCII(p.text(5+r.IntN(15))), strconv.Itoa(r.IntN(100)), r.IntN(1000))
		}
	}
}
