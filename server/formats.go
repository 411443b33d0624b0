package server

import (
	"path"
	"strings"
)

const readableFormats = "Assay reads CSV and other delimited text, NDJSON, JSON, Parquet, Arrow and Excel (XLSX), also in a zip archive or compressed with gzip, zstd or bzip2."

// foreignFormat says what a file is whose name tells that it is no table, or ""
// when it may be one. Only what cannot be meant otherwise is here: the content
// is judged by the worker, but nobody should send gigabytes to learn that a film
// is no table.
func foreignFormat(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, ext := range []string{".gz", ".zst", ".zstd", ".bz2"} {
		name = strings.TrimSuffix(name, ext)
	}
	switch path.Ext(name) {
	case ".pdf":
		return "a PDF document"
	case ".doc", ".docx", ".odt", ".rtf", ".pages":
		return "a text document"
	case ".ppt", ".pptx", ".odp", ".key":
		return "a presentation"
	case ".xls", ".xlsb", ".ods", ".numbers":
		return "a spreadsheet of another kind than XLSX"
	case ".orc", ".avro":
		return "a binary columnar or record file"
	case ".sav", ".dta", ".sas7bdat", ".rds", ".rdata", ".pkl", ".pickle", ".h5", ".hdf5", ".npy", ".npz", ".mat":
		return "a statistics program's file"
	case ".db", ".sqlite", ".sqlite3", ".duckdb", ".mdb", ".accdb":
		return "a database file"
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".ico", ".psd", ".svg":
		return "a picture"
	case ".mp3", ".wav", ".flac", ".ogg", ".m4a", ".aac", ".opus":
		return "a sound recording"
	case ".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".wmv":
		return "a film"
	case ".exe", ".dll", ".msi", ".so", ".dylib", ".app", ".dmg", ".deb", ".rpm", ".apk", ".jar", ".class", ".wasm":
		return "a program"
	case ".7z", ".rar", ".tar", ".tgz", ".tbz", ".txz", ".iso", ".cab":
		return "an archive"
	case ".xz", ".lz4", ".br", ".lzma":
		return "compressed in a way that Assay does not read"
	case ".html", ".htm", ".xml", ".xhtml":
		return "a markup document"
	case ".ttf", ".otf", ".woff", ".woff2":
		return "a font"
	}
	return ""
}
