package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"time"
)

// PageLimit is the size, in bytes, under which every page stays.
const PageLimit = 2_000_000

// packFrom is the length of a report, in bytes of JSON, from which on it
// stands in the page as gzip: shorter ones can be read and searched as text.
const packFrom = 250_000

// mostPacked is how many times shorter packing makes a report, at the most:
// one that would not fit even so is not packed to find that out.
const mostPacked = 16

// About is what a page says of itself, beside its reports.
type About struct {
	Made  time.Time  // when
	Error *PageError // why reading ended early; nil where it did not
}

// PageError is a failure as the page shows it.
type PageError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Row     int64  `json:"row,omitempty"`
	Offset  int64  `json:"offset,omitempty"`
}

// held is one report in a page (ui/src/report/held.ts reads it).
type held struct {
	Table string   `json:"table"`
	Cut   []string `json:"cut"`
}

// Page writes one self-contained HTML page that draws the reports of the
// tables of one file, the first of them at once. The template is the one that
// the UI's build makes. What of very long reports does not fit under PageLimit
// is left out, and the page says so.
func Page(w io.Writer, template []byte, about About, reports ...*Report) error {
	if len(reports) == 0 {
		return errors.New("a page needs a report")
	}
	head, rest, ok1 := bytes.Cut(template, []byte("{{title}}"))
	middle, tail, ok2 := bytes.Cut(rest, []byte("{{reports}}"))
	if !ok1 || !ok2 {
		return errors.New("the page's template has no place for a title and reports")
	}
	letters, err := lettersOf(reports)
	if err != nil {
		return err
	}
	styles, middle, ok := bytes.Cut(neededFaces(middle, letters), []byte("{{still}}"))
	if !ok {
		return errors.New("the page's template has no place for what is shown without scripts")
	}
	outline := still(reports[0])
	title := html.EscapeString(reports[0].Source.Name)
	frame := len(head) + len(styles) + len(outline) + len(middle) + len(tail) + len(title) + 4096 // room for the facts
	blocks, cuts, err := fitInto(reports, PageLimit-frame)
	if err != nil {
		return err
	}

	facts := struct {
		Made    time.Time  `json:"made"`
		Error   *PageError `json:"error,omitempty"`
		Reports []held     `json:"reports"`
	}{about.Made.UTC(), about.Error, make([]held, len(blocks))}
	for i := range blocks {
		facts.Reports[i] = held{reports[i].Source.Table, cuts[i]}
	}
	said, err := json.Marshal(facts) // which escapes what could end a script element
	if err != nil {
		return err
	}
	var out bytes.Buffer
	out.Write(head)
	out.WriteString(title)
	out.Write(styles)
	out.WriteString(outline)
	out.Write(middle)
	fmt.Fprintf(&out, "<script type=\"application/json\" id=\"about\">%s</script>\n", said)
	for i, block := range blocks {
		fmt.Fprintf(&out, "<script type=%q id=\"report-%d\">%s</script>\n", block.kind, i, block.text)
	}
	out.Write(tail)
	if out.Len() >= PageLimit {
		return fmt.Errorf("the page would have %d bytes", out.Len())
	}
	_, err = out.WriteTo(w)
	return err
}

// block is a report as it stands in the page.
type block struct {
	kind string
	text []byte
}

// blockOf writes a report so that nothing of it can end its element:
// encoding/json escapes <, >, & and the two line separators of JavaScript. It
// is errNoRoom where it would be longer than room.
func blockOf(r *Report, room int) (block, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return block{}, err
	}
	if len(text) < packFrom && len(text) <= room {
		return block{"application/json", text}, nil
	}
	if len(text)/mostPacked > room {
		return block{}, errNoRoom
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(text); err != nil {
		return block{}, err
	}
	if err := zip.Close(); err != nil {
		return block{}, err
	}
	if base64.StdEncoding.EncodedLen(packed.Len()) > room {
		return block{}, errNoRoom
	}
	return block{"application/gzip", base64.StdEncoding.AppendEncode(nil, packed.Bytes())}, nil
}

// fitInto finds how much of each report has to stay out so that all of them have
// room: the first gets half of it, or all that the others leave.
func fitInto(reports []*Report, room int) ([]block, [][]string, error) {
	blocks, cuts := make([]block, 0, len(reports)), make([][]string, 0, len(reports))
	for i, r := range reports {
		share := room
		if left := len(reports) - i - 1; left > 0 {
			share = room / 2
		}
		b, cut, err := fitOne(r, share)
		if errors.Is(err, errNoRoom) && i > 0 {
			return blocks, cuts, nil // the page names the tables that it does not hold
		}
		if err != nil {
			return nil, nil, err
		}
		blocks, cuts = append(blocks, b), append(cuts, cut)
		room -= len(b.text) + 80
	}
	return blocks, cuts, nil
}

var errNoRoom = errors.New("the report does not fit into a page")

func fitOne(r *Report, room int) (block, []string, error) {
	for level := 0; ; level++ {
		shorter, cut, ok := shorten(r, level)
		if !ok {
			return block{}, nil, errNoRoom
		}
		b, err := blockOf(shorter, room)
		if !errors.Is(err, errNoRoom) {
			return b, cut, err
		}
	}
}

// neededFaces drops the font parts (style elements that name their letters as
// CSS unicode-range) that no letter needs.
func neededFaces(page []byte, letters map[rune]bool) []byte {
	const begin, end = `<style data-letters="`, "</style>\n"
	var kept []byte
	for {
		before, after, found := bytes.Cut(page, []byte(begin))
		if !found {
			return append(kept, page...)
		}
		kept = append(kept, before...)
		face, rest, _ := bytes.Cut(after, []byte(end))
		ranges, _, _ := strings.Cut(string(face), `"`)
		if needs(letters, ranges) {
			kept = append(append(append(kept, begin...), face...), end...)
		}
		page = rest
	}
}

// needs tells whether one of the letters lies in ranges such as
// "U+0000-00FF,U+0131".
func needs(letters map[rune]bool, ranges string) bool {
	for part := range strings.SplitSeq(ranges, ",") {
		from, to, several := strings.Cut(strings.TrimPrefix(part, "U+"), "-")
		if !several {
			to = from
		}
		low, err1 := strconv.ParseInt(from, 16, 32)
		high, err2 := strconv.ParseInt(to, 16, 32)
		if err1 != nil || err2 != nil {
			return true // a range written in another way: better too much than too little
		}
		for letter := range letters {
			if rune(low) <= letter && letter <= rune(high) {
				return true
			}
		}
	}
	return false
}

// lettersOf is every character of the reports, and one that the page itself
// shows.
func lettersOf(reports []*Report) (map[rune]bool, error) {
	letters := map[rune]bool{'a': true}
	for _, r := range reports {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(r); err != nil {
			return nil, err
		}
		for _, letter := range text.String() {
			letters[letter] = true
		}
	}
	return letters, nil
}
