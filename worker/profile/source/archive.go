package source

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
)

// archiveMember is a file in an archive that is a table, or a workbook of them.
type archiveMember struct {
	file   *zip.File
	name   string
	sheets []Table // of a workbook
}

const (
	// Members beyond these are judged by their names alone: looking into one
	// costs time, and keeping a workbook disk.
	mostLooked    = 200
	mostWorkbooks = 32
	largeWorkbook = 64 << 20
)

// memberKind is what a member's name says of it.
type memberKind uint8

const (
	memberUnknown memberKind = iota // look into it
	memberTable
	memberBook
	memberNone
)

func memberKindOf(name string) memberKind {
	base := strings.ToLower(path.Base(name))
	for _, s := range []string{".gz", ".gzip", ".zst", ".zstd", ".bz2"} {
		base = strings.TrimSuffix(base, s)
	}
	ext := path.Ext(base)
	switch ext {
	case ".csv", ".tsv", ".tab", ".psv", ".json", ".geojson", ".ndjson", ".jsonl", ".ldjson", ".jsonlines", ".parquet", ".pq", ".arrow", ".arrows", ".feather", ".ipc":
		return memberTable
	case ".xlsx", ".xlsm", ".xltx", ".xltm":
		return memberBook
	case "", ".txt", ".dat", ".data", ".log", ".asc", ".out":
	default:
		if len(ext) > 1 && strings.Trim(ext[1:], "0123456789") == "" { // part.001
			break
		}
		return memberNone
	}
	for _, s := range []string{"readme", "license", "licence", "copying", "changelog", "notice", "authors", "manifest", "mimetype"} {
		if strings.TrimSuffix(base, ext) == s {
			return memberNone
		}
	}
	return memberUnknown
}

// hidden holds for what archivers of some systems add to the user's files.
func hiddenMember(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") ||
		base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini"
}

// archiveScanner reads one table of an archive of several members.
type archiveScanner struct {
	Scanner
	table  string
	tables []Table
	faults faults
}

// openMembers finds the tables of an archive, and opens one.
func openMembers(ctx context.Context, a *archive, o Options) (Scanner, error) {
	files := slices.DeleteFunc(slices.Clone(a.files), func(f *zip.File) bool { return hiddenMember(cleanName(f.Name)) })
	switch len(files) {
	case 0:
		return nil, emptyFile("The archive has no files in it.")
	case 1:
		return a.openOnly(ctx, files[0], o)
	}
	s := &archiveScanner{}
	members, first, err := s.find(ctx, a, files)
	if err != nil {
		return nil, err
	}
	if len(members) == 0 {
		if first != nil {
			return nil, first
		}
		return nil, &Error{Code: "no_tables", Row: -1, Offset: -1,
			Message: fmt.Sprintf("None of the %s files in the archive is a table; the first is %q.", thousands(int64(len(files))), cleanName(files[0].Name)),
			Hint:    hintTable}
	}
	s.list(members)
	if o.Table != "" {
		return s.choose(ctx, a, members, o)
	}
	for _, m := range members { // the first with data, else the first that opens
		in, err := a.openMember(ctx, m.file, o)
		var broken *Error
		if err != nil {
			if !errors.As(err, &broken) {
				return nil, err
			}
			if first == nil {
				first = broken
			}
			continue
		}
		if hasRows(in) {
			if s.Scanner != nil {
				s.Scanner.Close()
			}
			return s.reads(in, m), nil
		}
		if s.Scanner == nil {
			s.reads(in, m)
		} else {
			in.Close()
		}
	}
	if s.Scanner == nil {
		return nil, first
	}
	return s, nil
}

// openOnly opens the only member. A workbook shows its sheets as if it stood
// alone.
func (a *archive) openOnly(ctx context.Context, f *zip.File, o Options) (Scanner, error) {
	in, err := a.openMember(ctx, f, o)
	if err != nil || TablesOf(in) != nil {
		return in, err
	}
	name := cleanName(f.Name)
	return &archiveScanner{Scanner: in, table: name, tables: []Table{{Name: name, Rows: -1, Columns: -1}}}, nil
}

// find tells tables from other members. first is the first error of a member
// that cannot be read.
func (s *archiveScanner) find(ctx context.Context, a *archive, files []*zip.File) (members []archiveMember, first *Error, err error) {
	looked, books := 0, 0
	used := map[string]int{}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		m := archiveMember{file: f, name: cleanName(f.Name)}
		kind := memberKindOf(m.name)
		if e := a.unreadable(f); e != nil && kind != memberNone {
			if first == nil {
				first = e
			}
			s.faults.add("members_unreadable", 0, 0)
			continue
		}
		if kind == memberUnknown && looked < mostLooked {
			looked++
			if a.looksLikeTable(ctx, f) {
				kind = memberTable
			}
		}
		if kind == memberBook && books < mostWorkbooks && f.UncompressedSize64 <= largeWorkbook {
			books++
			if b, err := a.openMember(ctx, f, Options{}); err == nil {
				m.sheets = TablesOf(b)
				b.Close()
			}
		}
		if kind == memberTable || kind == memberBook {
			if used[m.name]++; used[m.name] > 1 {
				m.name = fmt.Sprintf("%s (%d)", m.name, used[m.name])
			}
			members = append(members, m)
		} else {
			s.faults.add("members_ignored", 0, 0)
		}
	}
	return members, first, nil
}

// looksLikeTable opens a member whose name says nothing.
func (a *archive) looksLikeTable(ctx context.Context, f *zip.File) bool {
	s, err := a.openMember(ctx, f, Options{})
	if err != nil {
		return false
	}
	defer s.Close()
	return s.Dialect().Typed || len(s.Columns()) > 1
}

// list names all tables: members by their paths, sheets behind those.
func (s *archiveScanner) list(members []archiveMember) {
	for _, m := range members {
		if len(m.sheets) == 0 {
			s.tables = append(s.tables, Table{Name: m.name, Rows: -1, Columns: -1, Bytes: int64(min(m.file.CompressedSize64, math.MaxInt64))})
		}
		for _, t := range m.sheets {
			t.Name = m.name + "/" + t.Name
			s.tables = append(s.tables, t)
		}
	}
}

// choose opens the table that was asked for; the path of a workbook alone means
// its first sheet with data.
func (s *archiveScanner) choose(ctx context.Context, a *archive, members []archiveMember, o Options) (Scanner, error) {
	for _, m := range members {
		inner, sheet := strings.CutPrefix(o.Table, m.name+"/")
		if o.Table != m.name && !(sheet && memberKindOf(cleanName(m.file.Name)) == memberBook) {
			continue
		}
		if !sheet {
			inner = ""
		}
		at := o
		at.Table = inner
		in, err := a.openMember(ctx, m.file, at)
		if err != nil {
			return nil, err
		}
		return s.reads(in, m), nil
	}
	return nil, noSuchTable(o.Table, s.tables)
}

// reads settles which table it is.
func (s *archiveScanner) reads(in Scanner, m archiveMember) *archiveScanner {
	s.Scanner, s.table = in, m.name
	if memberKindOf(cleanName(m.file.Name)) == memberBook && len(m.sheets) > 0 {
		s.table += "/" + in.Dialect().Table
	}
	return s
}

// openMember opens a member as if it were a file.
func (a *archive) openMember(ctx context.Context, f *zip.File, o Options) (Scanner, error) {
	y, err := a.layer(f)
	if err != nil {
		return nil, err
	}
	return openLayer(ctx, y, Dialect{Compression: "zip"}, o, a.limits)
}

// hasRows tells whether a table has a row besides its header, as far as that
// shows without reading it.
func hasRows(s Scanner) bool {
	switch s := s.(type) {
	case *unpacked:
		return hasRows(s.Scanner)
	case *sheetScanner:
		return s.rows
	case *csvScanner:
		b := make([]byte, 4096)
		n, _ := s.in.text.ReadAt(b, s.start) // a fault shows in the scan
		return !isBlank([]byte(strings.Trim(string(b[:n]), "\r\n")))
	case *jsonScanner:
		return len(s.Columns()) > 0
	}
	return true
}

func (s *archiveScanner) Dialect() Dialect {
	d := s.Scanner.Dialect()
	d.Table, d.Compression = s.table, "zip"
	return d
}

// Tables implements Tabler.
func (s *archiveScanner) Tables() []Table { return s.tables }

// Scales implements Scaler.
func (s *archiveScanner) Scales() []int { return ScalesOf(s.Scanner) }

// Semantics implements Declarer.
func (s *archiveScanner) Semantics() []string { return SemanticsOf(s.Scanner) }

func (s *archiveScanner) Scan(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error {
	return s.Scanner.Scan(ctx, workers, newSink, func(seg Segment, sink Sink) error {
		if seg.Index == 0 {
			seg.Problems = append(slices.Clone(s.faults.list), seg.Problems...)
		}
		return done(seg, sink)
	})
}
