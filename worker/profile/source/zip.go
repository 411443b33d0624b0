package source

import (
	"archive/zip"
	"cmp"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"
)

// archive is a zip whose directory has been read. Nothing is ever written under
// a member's name, so names may say what they like.
type archive struct {
	in     Input
	files  []*zip.File
	limits Limits
	// ratioFrom is how large a member may get whatever it was compressed from.
	ratioFrom int64
}

const (
	// A zip's directory is kept in memory, several times as large as stored.
	mostDirectory = 6 << 20
	mostMembers   = 20_000
	// Method numbers of members that archive/zip does not name (APPNOTE 4.4.5).
	zipDeflate64 = 9
	zipBzip2     = 12
	zipZstd      = 93
	zipEncrypted = 1 // flag
)

func readArchive(in Input, l Limits) (*archive, error) {
	ranges := &directoryReader{in: in, left: mostDirectory}
	z, err := zip.NewReader(ranges, in.Size)
	switch {
	case ranges.err != nil:
		return nil, ranges.err
	case err != nil:
		return nil, &Error{Code: "bad_archive", Row: -1, Offset: -1, Err: err,
			Message: "The ZIP archive is damaged: its directory cannot be read, as when a part of the file is missing.",
			Hint:    "Copy or upload the file again, or pack it anew."}
	}
	ranges.whole = true
	if len(z.File) > mostMembers {
		return nil, tooManyMembers(fmt.Sprintf("The archive has more than %s members.", thousands(mostMembers)))
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	z.RegisterDecompressor(zipDeflate64, newInflate64)
	z.RegisterDecompressor(zipBzip2, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	z.RegisterDecompressor(zipZstd, func(r io.Reader) io.ReadCloser {
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return io.NopCloser(unopened{err})
		}
		return d.IOReadCloser()
	})
	for _, f := range z.File {
		if !utf8.ValidString(f.Name) { // what zips were made for: IBM PCs
			if name, err := charmap.CodePage437.NewDecoder().String(f.Name); err == nil {
				f.Name = name
			}
		}
	}
	a := &archive{in: in, files: z.File, limits: l, ratioFrom: ratioFrom}
	return a, a.check()
}

type unopened struct{ err error }

func (f unopened) Read([]byte) (int, error) { return 0, f.err }

// directoryReader reads for archive/zip. It bounds what the directory may cost
// and marks the errors of reading.
type directoryReader struct {
	in    Input
	left  int64
	whole bool // the directory has been read
	err   error
}

func (r *directoryReader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off > r.in.Size { // a directory may name any place
		return 0, io.EOF
	}
	n, err := r.in.ReadAt(p, off)
	if err != nil && err != io.EOF {
		err = rawError{err}
	}
	if r.whole {
		return n, err
	}
	if err != nil && err != io.EOF {
		r.err = err
	} else if r.left -= int64(n); r.left < 0 {
		r.err = tooManyMembers(fmt.Sprintf("The archive's list of members takes more than %s.", sizeOf(mostDirectory)))
	}
	return n, cmp.Or(r.err, err)
}

func tooManyMembers(message string) *Error {
	return &Error{Code: "too_many_members", Message: message, Hint: "Pack fewer files into one archive.", Row: -1, Offset: -1}
}

// check finds archives whose members share their bytes: bombs are made so
// (D. Fifield, A better zip bomb, 2019), no packer does it.
func (a *archive) check() error {
	type span struct{ from, to uint64 }
	var spans []span
	for _, f := range a.files {
		at, err := f.DataOffset()
		if err != nil {
			continue // shows when the member is read
		}
		spans = append(spans, span{uint64(at), uint64(at) + f.CompressedSize64})
		if len(spans) == 2000 {
			break // each costs a read; what is behind them is held by the limits alone
		}
	}
	slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.from, y.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return &Error{Code: "bad_archive", Row: -1, Offset: int64(spans[i].from),
				Message: "Members of the ZIP archive overlap, as in decompression bombs.",
				Hint:    "Pack the files anew."}
		}
	}
	return nil
}

// cleanName is a member's path as it is shown and compared.
func cleanName(name string) string {
	name = strings.ToValidUTF8(strings.ReplaceAll(name, "\\", "/"), "\uFFFD")
	return strings.TrimLeft(strings.TrimPrefix(name, "./"), "/")
}

// part is the member of a name, whatever its case; nil if there is none.
func (a *archive) part(name string) *zip.File {
	for _, f := range a.files {
		if strings.EqualFold(cleanName(f.Name), name) {
			return f
		}
	}
	return nil
}

// packed is how many bytes of the archive a member takes.
func (a *archive) packed(name string) int64 {
	if f := a.part(name); f != nil {
		return int64(min(f.CompressedSize64, math.MaxInt64))
	}
	return 0
}

// unreadable says why a member cannot be read; nil if it can.
func (a *archive) unreadable(f *zip.File) *Error {
	name := cleanName(f.Name)
	if f.Flags&zipEncrypted != 0 {
		return &Error{Code: "encrypted_file", Row: -1, Offset: -1,
			Message: fmt.Sprintf("The member %q of the archive is encrypted.", name),
			Hint:    "Unpack it with its password, and upload what is in it."}
	}
	switch f.Method {
	case zip.Store, zip.Deflate, zipDeflate64, zipBzip2, zipZstd:
		return nil
	}
	how := fmt.Sprintf("method %d", f.Method)
	if known := map[uint16]string{1: "Shrink", 6: "Implode", 14: "LZMA", 95: "XZ", 98: "PPMd"}[f.Method]; known != "" {
		how = known
	}
	return &Error{Code: "unsupported_format", Row: -1, Offset: -1,
		Message: fmt.Sprintf("The member %q of the archive is compressed with %s, which Assay does not read.", name, how),
		Hint:    "Pack it again with the usual method (Deflate)."}
}

// open reads a member from front to back, within the limits. Its checksum is
// held against what was read at the end.
func (a *archive) open(f *zip.File) (*decompressor, error) {
	if e := a.unreadable(f); e != nil {
		return nil, e
	}
	in, err := f.Open()
	if err != nil {
		var raw rawError
		if errors.As(err, &raw) {
			return nil, err
		}
		return nil, &Error{Code: "bad_archive", Row: -1, Offset: -1, Err: err,
			Message: fmt.Sprintf("The member %q cannot be read: the ZIP archive is damaged there.", cleanName(f.Name)),
			Hint:    "Copy or upload the file again, or pack it anew."}
	}
	d := &decompressor{name: "zip", out: in, raw: &countingReader{n: int64(f.CompressedSize64)}, limits: a.limits, ratioFrom: a.ratioFrom}
	d.close = func() { in.Close() }
	return d, nil
}

// layer is a member as a file of its own.
func (a *archive) layer(f *zip.File) (*layer, error) {
	in, err := a.open(f)
	if err != nil {
		return nil, err
	}
	y, err := newLayer(cleanName(f.Name), in)
	if err == nil && len(y.head) == 0 {
		if err = y.stop; err == io.EOF {
			err = emptyFile(fmt.Sprintf("The member %q of the archive is empty.", cleanName(f.Name)))
		}
	}
	if err != nil {
		in.close()
		return nil, err
	}
	y.member, y.close = true, in.close
	y.used = func() int64 { return scaled(in.n, a.in.Size, int64(f.UncompressedSize64)) }
	return y, nil
}

// openZip reads a workbook, or the tables that are in an archive.
func openZip(ctx context.Context, in Input, o Options, l Limits) (Scanner, error) {
	a, err := readArchive(in, l)
	if err != nil {
		return nil, err
	}
	if a.isWorkbook() {
		return openWorkbook(ctx, a, o)
	}
	if e := a.foreign(); e != nil {
		return nil, e
	}
	return openMembers(ctx, a, o)
}

// openZipMember reads a workbook that is a member of an archive.
func openZipMember(ctx context.Context, in Input, o Options, l Limits) (Scanner, error) {
	a, err := readArchive(in, l)
	if err != nil {
		return nil, err
	}
	if !a.isWorkbook() {
		return nil, unsupported("an archive within an archive", "Unpack the outer one, and upload what is in it.")
	}
	return openWorkbook(ctx, a, o)
}

// foreign names the zips that are documents and programs of other kinds.
func (a *archive) foreign() *Error {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return a.part(name) != nil })
	}
	kind, hint := "", hintTable
	switch {
	case has("xl/workbook.bin"):
		kind, hint = "a binary Excel workbook (XLSB)", "Save it as XLSX, or the sheet as CSV (UTF-8), and upload that."
	case has("word/document.xml", "word/document2.xml"):
		kind, hint = "a Word document (DOCX)", "Copy the table into a spreadsheet and save it as XLSX or CSV."
	case has("ppt/presentation.xml"):
		kind = "a PowerPoint presentation (PPTX)"
	case has("index/document.iwa", "index.zip"):
		kind, hint = "a document of Apple's Numbers, Pages or Keynote", "Export the table as XLSX or CSV."
	case has("mimetype"):
		kind, hint = a.mimetype()
	case has("META-INF/MANIFEST.MF"):
		kind = "a Java archive"
	case has("[Content_Types].xml"):
		kind, hint = "a Microsoft Office file without a workbook", hintSheet
	}
	if kind == "" {
		return nil
	}
	return unsupported(kind, hint)
}

// mimetype names the documents that say what they are in a member of that name.
func (a *archive) mimetype() (kind, hint string) {
	in, err := a.open(a.part("mimetype"))
	if err != nil {
		return "", ""
	}
	defer in.close()
	b, _ := readHead(in, 200) // of a broken one there may be enough
	switch s := string(b); {
	case strings.HasPrefix(s, "application/vnd.oasis.opendocument.spreadsheet"):
		return "an OpenDocument spreadsheet (ODS)", "Save it as XLSX, or the sheet as CSV (UTF-8), and upload that."
	case strings.HasPrefix(s, "application/vnd.oasis.opendocument"):
		return "an OpenDocument file", hintTable
	case strings.HasPrefix(s, "application/epub+zip"):
		return "an EPUB book", hintTable
	}
	return "", ""
}
