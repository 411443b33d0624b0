package source

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// Workbooks (Office Open XML, ISO/IEC 29500, transitional and strict) are read
// part by part from their zip, sheets from front to back:
//
//   - Each worksheet is a table, hidden ones too; charts and macros are none.
//     Read is the first visible sheet that has a row besides its header.
//   - A cell is what is stored in it, not what its format shows: 0.125 shown as
//     12.5% is 0.125, in a column whose semantic is percent. Formats tell which
//     numbers are dates, times and durations. Results of formulas are those
//     that were stored with them.
//   - Text stays text, also where it looks like a number. Empty cells are
//     nulls, and error values are null tokens.
//   - Of merged cells the first one has the value.
//   - Empty rows and columns in front of the table are left out, as are rows
//     with a title above it; so is everything empty behind it. Empty rows and
//     columns within are part of it.
type workbook struct {
	*archive
	sheets   []sheetEntry
	date1904 bool
	styles   []cellStyle
	strings  sharedStrings
	parts    map[string]string
}

type sheetEntry struct {
	name, part string
	bytes      int64 // of the archive
	hidden     bool
}

const (
	mostSheets = 2000
	// Sheets are regular: they may well shrink to less than a hundredth.
	workbookRatioFrom = 256 << 20
)

// isWorkbook tells by the members' names.
func (a *archive) isWorkbook() bool {
	if a.part("xl/workbook.xml") != nil {
		return true
	}
	if a.part("[Content_Types].xml") == nil || a.part("xl/workbook.bin") != nil {
		return false
	}
	return slices.ContainsFunc(a.files, func(f *zip.File) bool { // its name is not fixed
		return strings.HasPrefix(strings.ToLower(cleanName(f.Name)), "xl/worksheets/")
	})
}

// openWorkbook reads what a workbook says of itself, and opens a sheet.
func openWorkbook(ctx context.Context, a *archive, o Options) (Scanner, error) {
	a.ratioFrom = workbookRatioFrom
	w := &workbook{archive: a}
	if err := w.read(); err != nil {
		return nil, err
	}
	if len(w.sheets) == 0 {
		return nil, &Error{Code: "no_tables", Row: -1, Offset: -1, Message: "The workbook has no worksheets, only charts or macros.",
			Hint: "Find the workbook in which the data stands."}
	}
	s, err := w.open(ctx, o)
	if err != nil {
		w.close()
		return nil, err
	}
	return s, nil
}

func (w *workbook) close() {
	w.strings.close()
}

// open chooses a sheet.
func (w *workbook) open(ctx context.Context, o Options) (Scanner, error) {
	if err := w.readStrings(ctx); err != nil {
		return nil, err
	}
	if o.Table != "" {
		for _, e := range w.sheets {
			if e.name == o.Table {
				return w.openSheet(ctx, e, o)
			}
		}
		return nil, noSuchTable(o.Table, w.tables())
	}
	var best *sheetScanner
	var first error
	for _, hidden := range []bool{false, true} {
		for _, e := range w.sheets {
			if e.hidden != hidden {
				continue
			}
			s, err := w.openSheet(ctx, e, o)
			var broken *Error
			switch {
			case err != nil && !errors.As(err, &broken):
				return nil, err
			case err != nil:
				if first == nil {
					first = err
				}
			case s.rows:
				if best != nil {
					best.in.part.close()
				}
				return s, nil
			case best == nil || len(best.names.list) == 0 && len(s.names.list) > 0:
				if best != nil {
					best.in.part.close()
				}
				best = s
			default:
				s.in.part.close()
			}
		}
	}
	switch {
	case best != nil && len(best.names.list) > 0:
		return best, nil
	case first != nil:
		return nil, first
	case best != nil:
		best.in.part.close()
	}
	return nil, emptyFile("The workbook has no cells with data.")
}

func (w *workbook) tables() []Table {
	all := make([]Table, len(w.sheets))
	for i, e := range w.sheets {
		all[i] = Table{Name: e.name, Rows: -1, Columns: -1, Bytes: e.bytes}
	}
	return all
}

// openPart reads the XML of a part.
func (w *workbook) openPart(name string) (*decompressor, *xmlReader, error) {
	f := w.part(name)
	if f == nil {
		return nil, nil, brokenWorkbook(fmt.Sprintf("its part %q is missing", name))
	}
	in, err := w.archive.open(f)
	if err != nil {
		return nil, nil, err
	}
	return in, newXMLReader(plainXML(in), int(w.limits.MaxCellBytes)), nil
}

// relation is an entry of a part's relationships.
type relation struct{ kind, target string }

// relations reads what a part refers to, by the references' names.
func (w *workbook) relations(part string) (map[string]relation, error) {
	dir, base := path.Split(part)
	name := dir + "_rels/" + base + ".rels"
	all := map[string]relation{}
	if w.part(name) == nil {
		return all, nil
	}
	in, x, err := w.openPart(name)
	if err != nil {
		return nil, err
	}
	defer in.close()
	err = x.elements("Relationship", func(attr map[string]string) {
		target := strings.ReplaceAll(attr["Target"], "\\", "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		all[attr["Id"]] = relation{kind: path.Base(attr["Type"]), target: strings.TrimLeft(path.Clean("/"+target), "/")}
	})
	return all, err
}

// read finds the workbook's parts.
func (w *workbook) read() error {
	top, err := w.relations("")
	if err != nil {
		return err
	}
	book := "xl/workbook.xml"
	for _, r := range top {
		if r.kind == "officeDocument" && w.part(r.target) != nil {
			book = r.target
		}
	}
	parts, err := w.relations(book)
	if err != nil {
		return err
	}
	w.parts = map[string]string{"styles": "xl/styles.xml", "sharedStrings": "xl/sharedStrings.xml"} // where they mostly are
	for _, r := range parts {
		if r.kind == "styles" || r.kind == "sharedStrings" {
			w.parts[r.kind] = r.target
		}
	}
	in, x, err := w.openPart(book)
	if err != nil {
		return err
	}
	defer in.close()
	used := map[string]int{}
	err = x.each(func(name []byte, read func() map[string]string) error {
		switch string(name) {
		case "workbookPr":
			w.date1904 = w.date1904 || truth(read()["date1904"]) // extensions have one of their own
		case "sheet":
			attr := read()
			r, ok := parts[attr["id"]]
			if !ok {
				r = relation{"worksheet", "xl/worksheets/sheet" + strconv.Itoa(len(w.sheets)+1) + ".xml"}
			}
			if r.kind != "worksheet" {
				return nil
			}
			if len(w.sheets) == mostSheets {
				return brokenWorkbook("it names more than " + thousands(mostSheets) + " sheets")
			}
			title := attr["name"]
			if used[title]++; used[title] > 1 { // as no program writes it
				title = fmt.Sprintf("%s (%d)", title, used[title])
			}
			w.sheets = append(w.sheets, sheetEntry{name: title, part: r.target, bytes: w.packed(r.target), hidden: attr["state"] == "hidden" || attr["state"] == "veryHidden"})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.readStyles()
}

func truth(s string) bool { return s == "1" || s == "true" || s == "on" }

// each calls back for every element of a small part; attr reads its attributes.
func (x *xmlReader) each(see func(name []byte, attr func() map[string]string) error) error {
	attr := func() map[string]string {
		all := map[string]string{}
		for {
			k, v, ok := x.attr()
			if !ok {
				return all
			}
			all[string(k)] = strings.ToValidUTF8(string(v), "\uFFFD")
		}
	}
	for {
		switch x.next() {
		case xmlFault:
			return x.err
		case xmlEnd:
			if x.depth == 0 {
				return nil
			}
		case xmlStart:
			if err := see(x.name, attr); err != nil {
				return err
			}
		}
	}
}

// elements calls back for those of a name.
func (x *xmlReader) elements(name string, see func(attr map[string]string)) error {
	return x.each(func(n []byte, attr func() map[string]string) error {
		if string(n) == name {
			see(attr())
		}
		return nil
	})
}

// plainXML makes XML in UTF-16 UTF-8. All other encodings that workbooks are
// written in are UTF-8.
func plainXML(in io.Reader) io.Reader {
	head, err := readHead(in, 4)
	rest := io.MultiReader(strings.NewReader(string(head)), in)
	if err != nil && err != io.EOF {
		return unopened{err}
	}
	if len(head) >= 2 && (string(head[:2]) == "\xff\xfe" || string(head[:2]) == "\xfe\xff" || head[0] == 0 || head[1] == 0) {
		order := unicode.LittleEndian
		if head[0] == 0xfe || head[0] == 0 {
			order = unicode.BigEndian
		}
		return unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(rest)
	}
	return rest
}
