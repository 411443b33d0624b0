package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
)

// mixedTable makes the rows of a table as they come in practice: numbers that
// count, random ones, times, categories, text with commas and quotes, keys,
// addresses, gaps.
type mixedTable struct {
	random *rand.Rand
	rows   int
	cells  []string
}

// mixedColumns are its columns; bare says that JSON has the values without
// quotes.
var mixedColumns = []struct {
	name string
	bare bool
}{
	{"id", true}, {"uuid", false}, {"created_at", false}, {"day", false}, {"city", false},
	{"country", false}, {"code", false}, {"amount", true}, {"price", true}, {"ratio", true},
	{"quantity", true}, {"score", true}, {"email", false}, {"ip", false}, {"url", false},
	{"note", false}, {"flag", true}, {"status", false}, {"optional", true}, {"late", true},
}

func newMixedTable(rows int) *mixedTable {
	return &mixedTable{random: rand.New(rand.NewPCG(1, 2)), rows: rows}
}

// row is row i; a gap is "". The cells are valid until the next call.
func (t *mixedTable) row(i int) []string {
	r := t.random
	cities := [...]string{"Berlin", "Lagos", "Lima", "Osaka", "Pune", "Quito", "Riga", "Turin"}
	hex := func(n int) string {
		s := strconv.FormatUint(r.Uint64()>>(64-4*n), 16)
		return strings.Repeat("0", n-len(s)) + s
	}
	fixed := func(f float64, digits int) string { return strconv.FormatFloat(f, 'f', digits, 64) }
	optional, late := "", ""
	if r.IntN(3) == 0 {
		optional = strconv.Itoa(r.IntN(500))
	}
	if i > t.rows/2 {
		late = fixed(r.NormFloat64()*10, 3)
	}
	at := time.Unix(1_600_000_000+int64(i)*37, 0).UTC()
	city := cities[r.IntN(len(cities))]
	t.cells = append(t.cells[:0], strconv.Itoa(i+1),
		hex(8)+"-"+hex(4)+"-4"+hex(3)+"-a"+hex(3)+"-"+hex(12),
		at.Format(time.RFC3339), at.Format(time.DateOnly), city, strings.ToUpper(city[:2]),
		strconv.Itoa(100_000 + r.IntN(20_000))[1:], fixed(r.ExpFloat64()*120, 2), fixed(float64(r.IntN(5000))/100, 2),
		fixed(r.Float64(), 6), strconv.Itoa(r.IntN(40)), fixed(float64(r.IntN(1000))/10, 1),
		"user"+strconv.Itoa(r.IntN(100_000))+"@example.org",
		"10."+strconv.Itoa(r.IntN(256))+"."+strconv.Itoa(r.IntN(256))+"."+strconv.Itoa(r.IntN(256)),
		"https://example.org/p/"+strconv.Itoa(r.IntN(1_000_000)),
		city+", "+hex(6)+`: "`+hex(4)+`"`, strconv.FormatBool(r.IntN(2) == 0),
		[]string{"new", "paid", "sent", "returned"}[r.IntN(4)], optional, late)
	return t.cells
}

// writeFile makes a file, once: half a file is never taken for a whole one.
func writeFile(name string, write func(w *bufio.Writer)) error {
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	f, err := os.Create(name + ".part")
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return err
	}
	return os.Rename(name+".part", name)
}

// writeMixedCSV writes a mixed table of twenty columns as CSV.
func writeMixedCSV(rows int) func(*bufio.Writer) {
	return func(w *bufio.Writer) {
		end := func(i int) byte { return ",\n"[btoi(i == len(mixedColumns)-1)] }
		for i, c := range mixedColumns {
			w.WriteString(c.name)
			w.WriteByte(end(i))
		}
		t := newMixedTable(rows)
		for row := range rows {
			for i, cell := range t.row(row) {
				if strings.ContainsAny(cell, `,"`) {
					cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
				}
				w.WriteString(cell)
				w.WriteByte(end(i))
			}
		}
	}
}

// writeMixedNDJSON writes the same as NDJSON; gaps are null.
func writeMixedNDJSON(rows int) func(*bufio.Writer) {
	return func(w *bufio.Writer) {
		t := newMixedTable(rows)
		for row := range rows {
			for i, cell := range t.row(row) {
				w.WriteByte("{,"[btoi(i > 0)])
				w.WriteString(strconv.Quote(mixedColumns[i].name))
				w.WriteByte(':')
				switch {
				case cell == "":
					w.WriteString("null")
				case mixedColumns[i].bare:
					w.WriteString(cell)
				default:
					quoted, _ := json.Marshal(cell) // a string always can
					w.Write(quoted)
				}
			}
			w.WriteString("}\n")
		}
	}
}

// writeWideCSV writes a thousand columns: numbers of several kinds, categories
// and gaps.
func writeWideCSV(rows int) func(*bufio.Writer) {
	const columns = 1000
	return func(w *bufio.Writer) {
		r := rand.New(rand.NewPCG(3, 4))
		for c := range columns {
			fmt.Fprintf(w, "c%d%c", c, ",\n"[btoi(c == columns-1)])
		}
		for row := range rows {
			for c := range columns {
				switch c % 5 {
				case 0:
					w.WriteString(strconv.Itoa(r.IntN(1_000_000)))
				case 1:
					w.WriteString(strconv.FormatFloat(r.NormFloat64(), 'f', 4, 64))
				case 2:
					w.WriteString([]string{"low", "middle", "high"}[r.IntN(3)])
				case 3:
					w.WriteString(strconv.Itoa(row + c))
				case 4:
					if r.IntN(4) > 0 {
						w.WriteString(strconv.Itoa(r.IntN(100)))
					}
				}
				w.WriteByte(",\n"[btoi(c == columns-1)])
			}
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
