package source

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

// packed is a file for a test's archive.
type packed struct {
	name string
	data []byte
	with func(*zip.FileHeader) // what is unusual; then it is stored
}

func zipped(t testing.TB, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		if f.with == nil {
			w, err := z.Create(f.name) // deflated, sizes behind the data
			if err == nil {
				_, err = w.Write(f.data)
			}
			if err != nil {
				t.Fatal(err)
			}
			continue
		}
		h := &zip.FileHeader{Name: f.name, CRC32: crc32.ChecksumIEEE(f.data),
			CompressedSize64: uint64(len(f.data)), UncompressedSize64: uint64(len(f.data))}
		f.with(h)
		w, err := z.CreateRaw(h)
		if err == nil {
			_, err = w.Write(f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func stored(*zip.FileHeader) {}

// tableNames lists the tables of a file.
func tableNames(s Scanner) string {
	var names []string
	for _, t := range TablesOf(s) {
		names = append(names, t.Name)
	}
	return strings.Join(names, " ")
}

func TestArchivesAreTablesByTheirPaths(t *testing.T) {
	csv := []byte("a,b\n1,2\n3,4\n")
	book := workbookOf(t, `<row><c t="str"><v>x</v></c></row><row><c><v>1</v></c></row>`)
	many := []packed{
		{name: "README.txt", data: []byte("These are the data.\n")}, {name: "dir/"}, {name: "__MACOSX/._a.csv", data: []byte("x")},
		{name: "dir/.DS_Store", data: []byte("x")}, {name: "empty.csv"}, {name: "head.csv", data: []byte("a,b\n")},
		{name: "dir\\a.csv", data: csv}, {name: "b.json", data: []byte(`[{"x":1},{"x":2},{"x":3}]`)},
		{name: "c.csv.gz", data: gzipped(t, csv)}, {name: "photo.png", data: []byte("\x89PNG\r\n\x1a\n")},
		{name: "gtfs.txt", data: []byte("p;q\n1;2\n3;4\n5;6\n7;8\n")}, {name: "book.xlsx", data: book}, {name: "secret.csv", data: csv, with: encrypted},
	}
	const tables = "empty.csv head.csv dir/a.csv b.json c.csv.gz gtfs.txt book.xlsx/S book.xlsx/Hidden"
	for _, c := range []struct {
		name, ask    string
		files        []packed
		table        string
		rows         int
		tables, says string
	}{
		{"one member", "", []packed{{name: "data.csv", data: csv}}, "data.csv", 2, "data.csv", ""},
		{"one member by name", "data.csv", []packed{{name: "data.csv", data: csv}}, "data.csv", 2, "data.csv", ""},
		{"one stored member", "", []packed{{name: "data.csv", data: csv, with: stored}}, "data.csv", 2, "data.csv", ""},
		{"one gzip", "", []packed{{name: "x.csv.gz", data: gzipped(t, csv)}}, "x.csv.gz", 2, "x.csv.gz", ""},
		{"one workbook", "", []packed{{name: "book.xlsx", data: book}}, "S", 1, "S Hidden", ""},
		{"one workbook stored", "Hidden", []packed{{name: "book.xlsx", data: book, with: stored}}, "Hidden", 1, "S Hidden", ""},
		{"the first with rows", "", many, "dir/a.csv", 2, tables, "members_ignored:2 members_unreadable:1"},
		{"by path", "b.json", many, "b.json", 3, tables, "members_ignored:2 members_unreadable:1"},
		{"a text that is a table", "gtfs.txt", many, "gtfs.txt", 4, tables, "members_ignored:2 members_unreadable:1"},
		{"a sheet", "book.xlsx/Hidden", many, "book.xlsx/Hidden", 1, tables, "members_ignored:2 members_unreadable:1"},
		{"a workbook's first sheet", "book.xlsx", many, "book.xlsx/S", 1, tables, "members_ignored:2 members_unreadable:1"},
		{"paths that climb", "", []packed{{name: "../../etc/p.csv", data: csv}, {name: "/abs.csv", data: csv}}, "../../etc/p.csv", 2, "../../etc/p.csv abs.csv", ""},
	} {
		data := zipped(t, c.files...)
		for _, in := range []Input{bytesInput("x.zip", data), {Name: "-", Size: -1, ReaderAt: &pipe{t: t, data: data, step: 100}}, bytesInput("x.zip.gz", gzipped(t, data))} {
			s, err := Open(t.Context(), in, Options{Table: c.ask}, Limits{})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			got := scanAll(t, s, 2)
			if got.err != nil || s.Dialect().Table != c.table || len(got.rows) != c.rows || tableNames(s) != c.tables {
				t.Errorf("%s: %d rows of %q, tables %q, %v", c.name, len(got.rows), s.Dialect().Table, tableNames(s), got.err)
			}
			for _, want := range strings.Fields(c.says) {
				code, n, _ := strings.Cut(want, ":")
				if fmt.Sprint(got.faults[code]) != n {
					t.Errorf("%s: problems %v, want %s", c.name, got.faults, want)
				}
			}
			if c.says == "" && len(got.faults) > 0 {
				t.Errorf("%s: problems %v", c.name, got.faults)
			}
			s.Close()
		}
	}
}

func encrypted(h *zip.FileHeader) { h.Flags |= 1 }

func TestHostileArchivesEndWithOneError(t *testing.T) {
	csv := []byte("a,b\n" + strings.Repeat("1,2\n", 1000))
	good := zipped(t, packed{name: "d.csv", data: csv})
	flipped := bytes.Clone(good)
	flipped[40] ^= 0xff
	bomb := zipped(t, packed{name: "d.csv", data: bytes.Repeat([]byte("1,2\n"), 17<<18)})
	for _, c := range []struct {
		name string
		data []byte
		code string
	}{
		{"cut off", good[:len(good)/2], "bad_archive"},
		{"a damaged member", flipped, "bad_compression"},
		{"a wrong checksum", zipped(t, packed{name: "d.csv", data: csv, with: func(h *zip.FileHeader) { h.CRC32++ }}), "bad_compression"},
		{"sizes that lie", zipped(t, packed{name: "d.csv", data: csv, with: func(h *zip.FileHeader) { h.UncompressedSize64 /= 2 }}), "bad_compression"},
		{"encrypted", zipped(t, packed{name: "d.csv", data: csv, with: encrypted}), "encrypted_file"},
		{"encrypted, all of them", zipped(t, packed{name: "d.csv", data: csv, with: encrypted}, packed{name: "e.csv", data: csv, with: encrypted}), "encrypted_file"},
		{"an unknown method", zipped(t, packed{name: "d.csv", data: csv, with: func(h *zip.FileHeader) { h.Method = 14 }}), "unsupported_format"},
		{"a bomb", bomb, "decompressed_too_large"},
		{"shared bytes", overlapping(t, csv), "bad_archive"},
		{"an archive within", zipped(t, packed{name: "in.zip", data: good}), "unsupported_format"},
		{"an archive within a gzip within", zipped(t, packed{name: "in.zip.gz", data: gzipped(t, good)}), "unsupported_format"},
		{"nothing", zipped(t), "empty_file"},
		{"folders only", zipped(t, packed{name: "a/"}, packed{name: "a/b/"}), "empty_file"},
		{"no table", zipped(t, packed{name: "a.pdf", data: []byte("%PDF-")}, packed{name: "b.png", data: []byte("x")}), "no_tables"},
		{"a document", zipped(t, packed{name: "[Content_Types].xml"}, packed{name: "word/document.xml", data: []byte("<x/>")}), "unsupported_format"},
		{"a spreadsheet of another kind", zipped(t, packed{name: "mimetype", data: []byte("application/vnd.oasis.opendocument.spreadsheet"), with: stored}), "unsupported_format"},
		{"a binary workbook", zipped(t, packed{name: "[Content_Types].xml"}, packed{name: "xl/workbook.bin", data: []byte("x")}), "unsupported_format"},
		{"a Java archive", zipped(t, packed{name: "META-INF/MANIFEST.MF", data: []byte("x")}, packed{name: "a.class"}), "unsupported_format"},
	} {
		e, _ := openError(t, bytesInput("x.zip", c.data), Options{}, Limits{})
		if e == nil || e.Code != c.code {
			t.Errorf("%s: %+v, want %s", c.name, e, c.code)
		}
	}
	if e, _ := openError(t, bytesInput("x.zip", good), Options{Table: "nix.csv"}, Limits{}); e == nil || e.Code != "no_such_table" || !strings.Contains(e.Message, "d.csv") {
		t.Errorf("a table that is not there: %+v", e)
	}
}

func TestAnArchiveOfTooManyMembersIsRefused(t *testing.T) {
	files := make([]packed, mostMembers+1)
	for i := range files {
		files[i] = packed{name: fmt.Sprintf("f%d", i), with: stored}
	}
	if e, _ := openError(t, bytesInput("x.zip", zipped(t, files...)), Options{}, Limits{}); e == nil || e.Code != "too_many_members" {
		t.Errorf("%+v", e)
	}
}

// overlapping is an archive whose directory names one member twice.
func overlapping(t testing.TB, data []byte) []byte {
	t.Helper()
	b := zipped(t, packed{name: "a.csv", data: data, with: stored}, packed{name: "b.csv", data: data, with: stored})
	second := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[second+42:], 0) // where its data begins
	return b
}

func FuzzZip(f *testing.F) {
	csv := []byte("a,b\n1,2\n")
	f.Add(zipped(f, packed{name: "d.csv", data: csv}))
	f.Add(zipped(f, packed{name: "d.csv", data: csv, with: stored}, packed{name: "e.json.gz", data: gzipped(f, []byte(`[{"a":1}]`)), with: stored}))
	f.Add(zipped(f, packed{name: "b.xlsx", data: workbookOf(f, `<row><c><v>1</v></c></row>`), with: stored}))
	f.Add(overlapping(f, csv))
	f.Fuzz(func(t *testing.T, data []byte) {
		readsOrRefuses(t, bytesInput("x.zip", data))
	})
}

// readsOrRefuses holds a file to one report or one error.
func readsOrRefuses(t *testing.T, in Input) {
	s, err := Open(t.Context(), in, Options{}, Limits{MaxDecompressed: 8 << 20, MaxColumns: 200})
	var e *Error
	if err == nil {
		defer s.Close()
		err = s.Scan(t.Context(), 2, func() Sink { return discard{} }, func(Segment, Sink) error { return nil })
	}
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	if e != nil && (!sentence(e.Message) || !sentence(e.Hint)) {
		t.Errorf("error without a sentence and a hint: %+v", e)
	}
}

func TestMembersOfOneNameAreToldApart(t *testing.T) {
	data := zipped(t, packed{name: "t.csv", data: []byte("a,b\n1,2\n")}, packed{name: "t.csv", data: []byte("a,c\n1,2\n3,4\n")})
	for table, want := range map[string]string{"": `{"a":"1","b":"2"}`, "t.csv": `{"a":"1","b":"2"}`, "t.csv (2)": `{"a":"1","c":"2"} {"a":"3","c":"4"}`} {
		s, err := Open(t.Context(), bytesInput("x.zip", data), Options{Table: table}, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if names := tableNames(s); names != "t.csv t.csv (2)" {
			t.Errorf("tables %s", names)
		}
		if w := scanTable(t, s, 1); strings.Join(w.rows, " ") != want {
			t.Errorf("table %q is %v", table, w.rows)
		}
	}
}

func TestMembersNamedByIBMPCsHaveReadableNames(t *testing.T) {
	data := bytes.ReplaceAll(zipped(t, packed{name: "pr#ces.csv", data: []byte("a,b\n1,2\n"), with: stored}), []byte("pr#ces"), []byte("pr\x82ces"))
	s, err := Open(t.Context(), bytesInput("x.zip", data), Options{}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if names := tableNames(s); names != "préces.csv" {
		t.Errorf("the member is called %s", names)
	}
}
