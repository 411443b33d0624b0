package source

import (
	"bytes"
	"path"
	"strings"
)

// fileType is a kind of file that is recognised only in order to say what it is.
type fileType struct {
	magic  string
	offset int
	name   string // with its article, as it stands in a sentence
	hint   string
}

const (
	hintSheet   = "Save the table as XLSX or CSV (UTF-8) and upload that."
	hintExtract = "Unpack it and upload the table inside."
	hintExport  = "Export the table as CSV, NDJSON, JSON or Parquet."
	hintTable   = "Assay reads tables: CSV, TSV, NDJSON, JSON, Parquet, Arrow or XLSX, if you like in a ZIP or compressed with gzip, zstd or bzip2."
)

var fileTypes = []fileType{
	{"%PDF-", 0, "a PDF document", "Find the data the document was made from, or extract its tables as CSV."},
	{"\x89PNG\r\n\x1a\n", 0, "a PNG picture", hintTable},
	{"\xff\xd8\xff", 0, "a JPEG picture", hintTable},
	{"GIF87a", 0, "a GIF picture", hintTable},
	{"GIF89a", 0, "a GIF picture", hintTable},
	{"II*\x00", 0, "a TIFF picture", hintTable},
	{"MM\x00*", 0, "a TIFF picture", hintTable},
	{"RIFF", 0, "a RIFF media file (WAV, AVI or WebP)", hintTable},
	{"OggS", 0, "an Ogg media file", hintTable},
	{"ID3", 0, "an MP3 recording", hintTable},
	{"fLaC", 0, "a FLAC recording", hintTable},
	{"ftyp", 4, "an MP4 or similar media file", hintTable},
	{"\x1aE\xdf\xa3", 0, "a Matroska or WebM video", hintTable},
	{"FEA1", 0, "a Feather file of version 1", "Write it as Feather version 2, Arrow or Parquet."},
	{"ORC", 0, "an ORC file", hintExport},
	{"Obj\x01", 0, "an Avro file", hintExport},
	{"SQLite format 3\x00", 0, "an SQLite database", hintExport},
	{"DUCK", 8, "a DuckDB database", hintExport},
	{"\x89HDF\r\n\x1a\n", 0, "an HDF5 file", hintExport},
	{"CDF\x01", 0, "a NetCDF file", hintExport},
	{"CDF\x02", 0, "a NetCDF file", hintExport},
	{"\x93NUMPY", 0, "a NumPy array", hintExport},
	{"RDX3\n", 0, "an R data file", hintExport},
	{"RDX2\n", 0, "an R data file", hintExport},
	{"$FL2", 0, "an SPSS file", hintExport},
	{"$FL3", 0, "an SPSS file", hintExport},
	{"<stata_dta>", 0, "a Stata file", hintExport},
	{"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xc2\xea\x81\x60", 0, "a SAS data set", hintExport},
	{"PGDMP", 0, "a PostgreSQL dump", hintExport},
	{"\x00\x01\x00\x00Standard Jet DB", 0, "an Access database", hintExport},
	{"\x00\x01\x00\x00Standard ACE DB", 0, "an Access database", hintExport},
	{"{\\rtf", 0, "an RTF document", "Copy the table into a spreadsheet and save it as CSV."},
	{"7z\xbc\xaf\x27\x1c", 0, "a 7z archive", hintExtract},
	{"Rar!\x1a\x07", 0, "a RAR archive", hintExtract},
	{"\xfd7zXZ\x00", 0, "an xz file", "Unpack it, or compress it with gzip or zstd instead."},
	{"LZIP", 0, "an lzip file", "Unpack it, or compress it with gzip or zstd instead."},
	{"\x04\x22\x4d\x18", 0, "an LZ4 file", "Unpack it, or compress it with gzip or zstd instead."},
	{"\xff\x06\x00\x00sNaPpY", 0, "a Snappy file", "Unpack it, or compress it with gzip or zstd instead."},
	{"\x1f\x9d", 0, "a file of the old compress program (.Z)", "Unpack it, or compress it with gzip or zstd instead."},
	{"\x1f\x8b", 0, "a gzip file of an unknown method", "Compress it again with gzip or zstd."},
	{"BZh", 0, "a damaged bzip2 file", "Compress it again with gzip or zstd."},
	{"ustar", 257, "a tar archive", hintExtract},
	{"MSCF\x00\x00\x00\x00", 0, "a Microsoft cabinet", hintExtract},
	{"!<arch>\n", 0, "an ar archive", hintExtract},
	{"\x7fELF", 0, "an ELF program or library", hintTable},
	{"\xca\xfe\xba\xbe", 0, "a Java class or a macOS program", hintTable},
	{"\xcf\xfa\xed\xfe", 0, "a macOS program", hintTable},
	{"\xce\xfa\xed\xfe", 0, "a macOS program", hintTable},
	{"\x00asm", 0, "a WebAssembly program", hintTable},
	{"wOFF", 0, "a font", hintTable},
	{"wOF2", 0, "a font", hintTable},
	{"OTTO\x00", 0, "a font", hintTable},
	{"-----BEGIN ", 0, "a PEM file, perhaps a private key", "Do not upload keys. " + hintTable},
}

// refuse answers with an error that names the file's type, if it is one that
// cannot be read as a table. head is the file after decompression.
func refuse(head []byte) *Error {
	if t, ok := typeOf(head); ok {
		return unsupported(t.name, t.hint)
	}
	if start, ok := markup(head); ok {
		return start
	}
	return nil
}

func unsupported(what, hint string) *Error {
	return &Error{Code: "unsupported_format", Message: "The file is " + what + ", which Assay does not read.",
		Hint: hint, Row: -1, Offset: -1}
}

func typeOf(head []byte) (fileType, bool) {
	if bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return oleType(head), true
	}
	if bytes.HasPrefix(head, []byte("PK\x07\x08")) {
		return fileType{name: "a part of a ZIP archive of several parts", hint: hintExtract}, true
	}
	if isPE(head) {
		return fileType{name: "a Windows program or library", hint: hintTable}, true
	}
	if len(head) > 18 && string(head[:2]) == "BM" && bytes.Equal(head[6:10], make([]byte, 4)) && head[14] >= 12 && head[15] == 0 && head[16] == 0 {
		return fileType{name: "a BMP picture", hint: hintTable}, true
	}
	for _, t := range fileTypes {
		if len(head) >= t.offset+len(t.magic) && string(head[t.offset:t.offset+len(t.magic)]) == t.magic && !t.wordLike(head) {
			return t, true
		}
	}
	return fileType{}, false
}

// wordLike holds where a magic of plain letters may as well begin a text: then
// the file must also hold bytes that no text has.
func (t fileType) wordLike(head []byte) bool {
	for i := range len(t.magic) {
		if c := t.magic[i]; c < ' ' || c > '~' {
			return false
		}
	}
	switch t.magic {
	case "%PDF-", "{\\rtf", "-----BEGIN ", "<stata_dta>", "$FL2", "$FL3":
		return false
	}
	return bytes.IndexByte(head[:min(len(head), 4096)], 0) < 0
}

func isPE(head []byte) bool {
	if len(head) < 64 || string(head[:2]) != "MZ" {
		return false
	}
	at := int(head[60]) | int(head[61])<<8 | int(head[62])<<16
	return at+4 <= len(head) && string(head[at:at+4]) == "PE\x00\x00" || bytes.IndexByte(head[:64], 0) >= 0
}

// oleType looks at the names in an old Office file's directory: password-protected
// workbooks of today are such files, too. wide is how UTF-16 writes them there.
func oleType(head []byte) fileType {
	has := func(name string) bool {
		var wide []byte
		for _, c := range []byte(name) {
			wide = append(wide, c, 0)
		}
		return bytes.Contains(head, append(wide, 0, 0))
	}
	switch {
	case has("EncryptedPackage"):
		return fileType{name: "a workbook or document protected with a password", hint: "Open it in Excel, remove the password, save it, and upload that."}
	case has("Workbook"), has("Book"):
		return fileType{name: "an old Excel workbook (XLS)", hint: "Save it as XLSX, or the sheet as CSV (UTF-8), and upload that."}
	case has("WordDocument"):
		return fileType{name: "an old Word document (DOC)", hint: "Copy the table into a spreadsheet and save it as XLSX or CSV."}
	}
	return fileType{name: "an old Microsoft Office file (XLS, DOC or the like)", hint: hintSheet}
}

// markup recognises HTML and XML, which name themselves at the start.
func markup(head []byte) (*Error, bool) {
	s := bytes.TrimLeft(bytes.TrimPrefix(head[:min(len(head), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	low := strings.ToLower(string(s[:min(len(s), 64)]))
	switch {
	case strings.HasPrefix(low, "<!doctype html"), strings.HasPrefix(low, "<html"), strings.HasPrefix(low, "<head>"):
		return unsupported("an HTML page", "Often this is a login or error page that was saved instead of the data: download the file again."), true
	case strings.HasPrefix(low, "<?xml"), strings.HasPrefix(low, "<svg"), strings.HasPrefix(low, "<!doctype"):
		return unsupported("an XML document", hintExport), true
	}
	return nil, false
}

// suffix is the last extension of a file name, in lower case.
func suffix(name string) string {
	return strings.ToLower(path.Ext(strings.ReplaceAll(name, "\\", "/")))
}

// isZip tells a zip by its first member, or by its end where it has none.
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}
