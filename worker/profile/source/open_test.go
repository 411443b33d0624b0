package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

func gzipped(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t testing.TB, text []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(text, nil)
}

// openError opens and scans, and answers with the error of either.
func openError(t testing.TB, in Input, o Options, l Limits) (*Error, csvScan) {
	t.Helper()
	s, err := Open(t.Context(), in, o, l)
	var got csvScan
	if err == nil {
		defer s.Close()
		got = scanAll(t, s, 2)
		err = got.err
	}
	if err == nil {
		return nil, got
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *Error", err)
	}
	if !sentence(e.Message) || !sentence(e.Hint) {
		t.Errorf("error without a sentence and a hint: %+v", e)
	}
	return e, got
}

// sentence holds for what begins with a capital and ends in a full stop.
func sentence(s string) bool {
	return len(s) > 2 && s[0] >= 'A' && s[0] <= 'Z' && (s[len(s)-1] == '.' || strings.HasSuffix(s, ".)"))
}

func TestCompressionIsUndone(t *testing.T) {
	text := numericCSV(120 << 10)
	want := readCSV(t, string(text), Options{})
	half := bytes.LastIndexByte(text[:len(text)/2], '\n') + 1
	for name, data := range map[string][]byte{
		"x.csv.gz":      gzipped(t, text),
		"members.gz":    append(gzipped(t, text[:half]), gzipped(t, text[half:])...),
		"padded.csv.gz": append(gzipped(t, text), make([]byte, 1000)...),
		"x.csv.zst":     zstandard(t, text),
		"frames.zst":    append(zstandard(t, text[:half]), zstandard(t, text[half:])...),
		"misnamed.csv":  zstandard(t, text),
	} {
		for _, workers := range []int{1, 3} {
			s := open(t, bytesInput(name, data), Options{})
			s.plan.unit = 20 << 10
			got := scanAll(t, s, workers)
			if got.err != nil || fmt.Sprint(got.rows) != fmt.Sprint(want.rows) {
				t.Errorf("%s: %d rows instead of %d, %v", name, len(got.rows), len(want.rows), got.err)
			}
			if last := got.segments[len(got.segments)-1]; last.BytesDone > int64(len(data)) || last.BytesDone < int64(len(data))-1000 {
				t.Errorf("%s: %d bytes done of %d", name, last.BytesDone, len(data))
			}
			if want := map[string]string{"gz": "gzip", "st": "zstd", "sv": "zstd"}[name[len(name)-2:]]; s.Dialect().Compression != want {
				t.Errorf("%s: compression %q", name, s.Dialect().Compression)
			}
		}
	}
}

func TestTheSameBatchesFromFileStreamAndGzip(t *testing.T) {
	text := textCSV(400 << 10)
	var first csvScan
	for i, in := range []Input{
		bytesInput("x.csv", text),
		{Name: "-", Size: -1, ReaderAt: &pipe{t: t, data: text, step: 3000}},
		bytesInput("x.csv.gz", gzipped(t, text)),
	} {
		s := open(t, in, Options{})
		s.plan.unit = 50 << 10
		got := scanAll(t, s, i+1)
		if i == 0 {
			first = got
			continue
		}
		sameScan(t, first, got)
	}
}

func TestABrokenArchiveKeepsTheRowsBefore(t *testing.T) {
	text := numericCSV(700 << 10)
	gz, zst := gzipped(t, text), zstandard(t, text)
	damaged := bytes.Clone(gz)
	damaged[len(damaged)-6] ^= 1 // the checksum
	for name, c := range map[string]struct {
		data []byte
		code string
		some bool
	}{
		"cut.gz":       {gz[:len(gz)/2], "truncated_file", true},
		"cut.zst":      {zst[:len(zst)/2], "truncated_file", true},
		"checksum.gz":  {damaged, "bad_compression", true},
		"header.gz":    {gz[:5], "truncated_file", false},
		"noise.csv.gz": {append(bytes.Clone(gz[:10]), bytes.Repeat([]byte{0xee}, 100)...), "bad_compression", false},
	} {
		e, got := openError(t, bytesInput(name, c.data), Options{}, Limits{})
		if e == nil || e.Code != c.code {
			t.Errorf("%s: %v, want %s", name, e, c.code)
			continue
		}
		if (len(got.rows) > 0) != c.some {
			t.Errorf("%s: %d rows", name, len(got.rows))
		}
		if c.some && e.Row != int64(len(got.rows))+1 {
			t.Errorf("%s: broken at row %d behind %d rows", name, e.Row, len(got.rows))
		}
	}
}

func TestBombsAreStopped(t *testing.T) {
	line := []byte("0," + strings.Repeat("0", 16<<10) + "\n")
	bomb := gzipped(t, bytes.Repeat(line, 2<<10))
	if e, _ := openError(t, bytesInput("bomb.gz", bomb), Options{}, Limits{}); e == nil || e.Code != "decompressed_too_large" {
		t.Errorf("ratio: %v", e)
	}
	if e, _ := openError(t, bytesInput("bomb.gz", bomb), Options{}, Limits{MaxRatio: 1 << 40, MaxDecompressed: 1 << 20}); e == nil || e.Code != "decompressed_too_large" {
		t.Errorf("size: %v", e)
	}
	if e, got := openError(t, bytesInput("dull.gz", gzipped(t, bytes.Repeat(line, 200))), Options{}, Limits{}); e != nil || len(got.rows) != 200 {
		t.Errorf("small regular files are no bombs: %v", e)
	}
}

func TestEncodingsAreFoundAndUndone(t *testing.T) {
	const text = "näme,größe\nJosé,1½\nØrsted,“2”\n"
	const latin = "näme,größe\nJosé,1½\nØrsted,3\n"
	encode := func(e interface{ Bytes([]byte) ([]byte, error) }, s string) []byte {
		b, err := e.Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		name   string
		data   []byte
		option string
		want   string
		text   string
	}{
		{"UTF-8", []byte(text), "", "utf-8", text},
		{"UTF-8 with a mark", []byte("\ufeff" + text), "", "utf-8", text},
		{"UTF-16LE with a mark", encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), text), "", "utf-16le", text},
		{"UTF-16BE with a mark", encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(), text), "", "utf-16be", text},
		{"UTF-16LE", encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(), text), "", "utf-16le", text},
		{"UTF-16BE", encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), text), "", "utf-16be", text},
		{"UTF-32LE with a mark", encode(utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewEncoder(), text), "", "utf-32le", text},
		{"UTF-32BE", encode(utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM).NewEncoder(), text), "", "utf-32be", text},
		{"Latin-1", encode(charmap.ISO8859_1.NewEncoder(), latin), "", "iso-8859-1", latin},
		{"Windows-1252", encode(charmap.Windows1252.NewEncoder(), text), "", "windows-1252", text},
		{"named", encode(charmap.CodePage850.NewEncoder(), latin), "IBM850", "ibm850", latin},
		{"UTF-16 named, with a mark", encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(), text), "UTF-16", "utf-16be", text},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, bytesInput("x.csv", c.data), Options{Encoding: c.option})
			got := scanAll(t, s, 2)
			want := readCSV(t, c.text, Options{})
			if got.err != nil || fmt.Sprint(got.columns, got.rows) != fmt.Sprint(want.columns, want.rows) || len(got.faults) > 0 {
				t.Errorf("%q %q %v %v", got.columns, got.rows, got.faults, got.err)
			}
			if s.Dialect().Encoding != c.want {
				t.Errorf("encoding %q, want %q", s.Dialect().Encoding, c.want)
			}
		})
	}
}

func TestLatin1DeepInAFileIsFoundByProbes(t *testing.T) {
	text := bytes.Repeat([]byte("name,1\n"), 100_000)
	text = append(text, bytes.Repeat([]byte("Jos\xe9,1\n"), 100_000)...)
	s := open(t, bytesInput("x.csv", text), Options{})
	if got := scanAll(t, s, 2); got.rows[150_000][0] != "José" || len(got.faults) > 0 {
		t.Errorf("%q %v", got.rows[150_000], got.faults)
	}
}

func TestWhatIsNoTableIsRefusedByName(t *testing.T) {
	noise := make([]byte, 64<<10)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	tar := make([]byte, 1024)
	copy(tar, "table.csv")
	copy(tar[257:], "ustar\x0000")
	for _, c := range []struct{ name, data, code, says string }{
		{"x.csv", "%PDF-1.7\n%âãÏÓ\n", "unsupported_format", "PDF"},
		{"x.csv", "\x89PNG\r\n\x1a\n\x00\x00", "unsupported_format", "PNG"},
		{"photo.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF", "unsupported_format", "JPEG"},
		{"x.zip", "PK\x03\x04\x14\x00 data.csv", "bad_archive", "damaged"},
		{"x.z01", "PK\x07\x08PK\x03\x04", "unsupported_format", "several parts"},
		{"x.parquet", "PAR1\x15\x04\x00\x15", "truncated_file", "Parquet"},
		{"x.arrow", "ARROW1\x00\x00", "truncated_file", "Arrow"},
		{"x.db", "SQLite format 3\x00\x10\x00", "unsupported_format", "SQLite"},
		{"x.csv", "\x7fELF\x02\x01\x01\x00", "unsupported_format", "ELF"},
		{"x.csv", "MZ\x90\x00\x03" + strings.Repeat("\x00", 100), "unsupported_format", "Windows"},
		{"x.csv", "7z\xbc\xaf\x27\x1c\x00", "unsupported_format", "7z"},
		{"x.tar", string(tar), "unsupported_format", "tar"},
		{"x.tar.gz", string(gzipped(t, tar)), "unsupported_format", "tar"},
		{"x.csv", "<!DOCTYPE html>\n<html><body>Sign in</body></html>", "unsupported_format", "HTML"},
		{"x.xml", "\ufeff<?xml version=\"1.0\"?><a/>", "unsupported_format", "XML"},
		{"x.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unsupported_format", "Office"},
		{"x.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00\x00\x00", "unsupported_format", "XLS"},
		{"x.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00\x00\x00", "unsupported_format", "password"},
		{"x.csv", string(noise), "not_a_table", "binary"},
		{"twice.gz", string(gzipped(t, gzipped(t, []byte("a,b\n")))), "unsupported_format", "twice"},
		{"x.csv", "", "empty_file", "empty"},
		{"x.csv", "\ufeff", "empty_file", "nothing"},
		{"x.csv", "\n\r\n \n", "empty_file", "blank"},
		{"x.csv.gz", string(gzipped(t, nil)), "empty_file", "nothing"},
	} {
		e, _ := openError(t, bytesInput(c.name, []byte(c.data)), Options{}, Limits{})
		if e == nil || e.Code != c.code || !strings.Contains(e.Message, c.says) {
			t.Errorf("%s %.20q: %+v, want %s naming %s", c.name, c.data, e, c.code, c.says)
		}
	}
}

func TestTextThatBeginsLikeAMagicNumberIsText(t *testing.T) {
	for _, text := range []string{"ORC,name\n1,2\n", "BMI,height\n20,1\n", "MZ,a\n1,2\n", "ID3,b\n1,2\n", "RIFF,x\n1,2\n", "Obj,y\n1,2\n"} {
		if got := readCSV(t, text, Options{}); len(got.rows) != 1 || len(got.columns) != 2 {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestTheFormatIsFoundByNameAndContent(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.csv", "a,b\n1,2\n", "csv"},
		{"a.json", "a,b\n1,2\n", "json"},
		{"a.json", `[{"a":1}]`, "json"},
		{"a.json", "{\"a\":1}\n{\"a\":2}\n", "ndjson"},
		{"a.JSON.gz", "[1]", "json"},
		{"a.ndjson", `{"a":1}`, "ndjson"},
		{"a.jsonl", "1\n", "ndjson"},
		{"a", `{"a":1}`, "json"},
		{"a.txt", "{\"a\":1}\n\n{\"a\":2}", "ndjson"},
		{"a.txt", "[1,2", "csv"},
		{"a.csv", "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n", "ndjson"},
		{"-", "x;y\n", "csv"},
		{"-", "[" + strings.Repeat("{\"a\":1},\n", 100_000), "json"},
	} {
		data := []byte(c.text)
		compression := compressionOf(data)
		if got := formatOf(innerName(c.name, "gzip"), data[:min(len(data), headSize)], len(data) <= headSize); got != c.want {
			t.Errorf("%s %.30q %s: %s, want %s", c.name, c.text, compression, got, c.want)
		}
	}
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	many := int64(-1)
	for _, o := range []Options{{Format: "xml"}, {Delimiter: ",,"}, {Delimiter: "\n"}, {Quote: "ab"}, {Quote: ";", Delimiter: ";"},
		{Escape: "é"}, {Header: "maybe"}, {Encoding: "klingon"}, {SkipRows: &many}} {
		if err := o.Validate(); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

func TestAFileShorterThanAnnouncedIsTruncated(t *testing.T) {
	in := bytesInput("x.csv", []byte("a,b\n1,2\n3,4\n5,"))
	in.Size += 1000
	e, got := openError(t, in, Options{}, Limits{})
	if e == nil || e.Code != "truncated_file" || len(got.rows) > 2 {
		t.Errorf("%v %q", e, got.rows)
	}
}

type failing struct{ io.ReaderAt }

var errNetwork = errors.New("connection reset")

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > 450<<10 {
		return 0, errNetwork
	}
	return f.ReaderAt.ReadAt(p, off)
}

func TestFailuresOfReadingAreNotBlamedOnTheFile(t *testing.T) {
	text := numericCSV(2 << 20)
	for _, data := range [][]byte{text, gzipped(t, text)} {
		in := bytesInput("x.csv", data)
		in.ReaderAt = failing{in.ReaderAt}
		s, err := Open(t.Context(), in, Options{Encoding: "utf-8"}, Limits{})
		if err == nil {
			err = scanAll(t, s, 2).err
		}
		var e *Error
		if !errors.Is(err, errNetwork) || errors.As(err, &e) {
			t.Errorf("%v", err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add("x.csv", []byte("a,b\n1,2\n"))
	f.Add("x.csv.gz", gzipped(f, []byte("a,b\n1,2\n")))
	f.Add("x.zst", zstandard(f, []byte("a;b\n1;2\n")))
	f.Add("x.json", []byte("[{}]"))
	f.Add("x", []byte("a\x00,\x00b\x00\n\x00"))
	f.Add("x.bz2", []byte("BZh91AY&SY\x00\x00"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		s, err := Open(t.Context(), bytesInput(name, data), Options{}, Limits{MaxCellBytes: 1 << 16, MaxColumns: 500, MaxDecompressed: 1 << 20})
		if err == nil {
			defer s.Close()
			err = s.Scan(t.Context(), 2, func() Sink { return &countSink{} }, func(Segment, Sink) error { return nil })
		}
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%v is no *Error", err)
		}
	})
}

func TestWhatStandsBehindGzipDataIsLeftOutAndSaid(t *testing.T) {
	text := numericCSV(60 << 10)
	want := readCSV(t, string(text), Options{})
	for _, junk := range []string{"junk", "j", "\x00\x00junk", "\x1f"} {
		for _, name := range []string{"x.csv.gz", "x.ndjson.gz"} {
			packed, rows := text, len(want.rows)
			if name == "x.ndjson.gz" {
				packed, rows = []byte("{\"a\":1}\n{\"a\":2}\n"), 2
			}
			s, err := Open(t.Context(), bytesInput(name, append(gzipped(t, packed), junk...)), Options{}, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := scanAll(t, s, 2)
			s.Close()
			if got.err != nil || len(got.rows) != rows || got.faults["trailing_data"] != 1 {
				t.Errorf("%s with %q behind it: %d rows of %d, %v, %v", name, junk, len(got.rows), rows, got.faults, got.err)
			}
		}
	}
}

func TestWhatZstandardNeedsIsNotCalledDamage(t *testing.T) {
	for want, frame := range map[string]string{
		"window of more than 128 MiB": "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", // 2 GiB
		"with a dictionary":           "\x28\xb5\x2f\xfd\x23\xff\xff\xff\x7f\x05\x01\x00\x00",
		"is damaged":                  "\x28\xb5\x2f\xfd\x00\x58\x07\x00\x00",
	} {
		e, _ := openError(t, bytesInput("x.csv.zst", []byte(frame)), Options{}, Limits{})
		if e == nil || e.Code != "bad_compression" || !strings.Contains(e.Message, want) {
			t.Errorf("%v, want %q", e, want)
		}
	}
}

func TestTheBeginningOfABinaryFileIsNotATable(t *testing.T) {
	for _, text := range []string{"PAR1", "PAR1PAR1", "PAR1\x15\x04", "ARROW1", "ARROW1\x00", "ARROW1\x00\x00"} {
		if e, _ := openError(t, bytesInput("x", []byte(text)), Options{}, Limits{}); e == nil || e.Code != "truncated_file" {
			t.Errorf("%q: %v", text, e)
		}
	}
	for _, text := range []string{"PAR1,b\n1,2\n", "PAR10,b\n1,2\n", "PARE,b\n1,2\n", "ARROW1,b\n1,2\n"} {
		if got := readCSV(t, text, Options{}); len(got.rows) != 1 || len(got.columns) != 2 {
			t.Errorf("%q: %v", text, got)
		}
	}
}
