package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	icu "github.com/gogs/chardet"
	"github.com/parquet-go/parquet-go"
	mozilla "github.com/wlynxg/chardet"
	"github.com/xuri/excelize/v2"
)

// The benchmarks of this file measure what the decisions 0009 to 0011 say of
// the libraries that could have been used: `make bench-readers`.

// BenchmarkEncodingGuessers counts the tables that come back as the text that
// was written, by the encoding that each guesser names.
func BenchmarkEncodingGuessers(b *testing.B) {
	names, tables := legacyTables(b)
	for _, guesser := range []struct {
		name string
		read func([]byte) (string, error)
	}{
		{"ours", func(table []byte) (string, error) {
			text, err := detectCharset(table, nil).codec.NewDecoder().Bytes(table)
			return string(text), err
		}},
		{"gogs-chardet", func(table []byte) (string, error) {
			best, err := icu.NewTextDetector().DetectBest(table)
			if err != nil {
				return "", err
			}
			return readAs(best.Charset, table)
		}},
		{"wlynxg-chardet", func(table []byte) (string, error) { return readAs(mozilla.Detect(table).Encoding, table) }},
	} {
		b.Run(guesser.name, func(b *testing.B) {
			right, all := 0, 0
			for b.Loop() {
				right, all = 0, 0
				for _, name := range names {
					for _, table := range tables[name] {
						all++
						if text, err := guesser.read(table.bytes); err == nil && text == table.text {
							right++
						}
					}
				}
			}
			b.ReportMetric(float64(right), "right")
			b.ReportMetric(float64(all), "tables")
		})
	}
}

// readAs reads a table in an encoding by its name, which detectors spell in
// ways of their own.
func readAs(name string, table []byte) (string, error) {
	spelled := map[string]string{"GB-18030": "gb18030", "GB2312": "gbk", "MacCyrillic": "x-mac-cyrillic", "CP949": "euc-kr", "TIS-620": "windows-874", "Macintosh": "macintosh", "MacRoman": "macintosh", "CP932": "shift_jis"}
	if other, ok := spelled[name]; ok {
		name = other
	}
	c, err := namedCharset(name, nil)
	if err != nil || c.codec == nil {
		return string(table), err
	}
	text, err := c.codec.NewDecoder().Bytes(table)
	return string(text), err
}

// BenchmarkWorkbookReaders reads all cells of one sheet of 100,000 rows of ten
// columns.
func BenchmarkWorkbookReaders(b *testing.B) {
	path := filepath.Join(b.TempDir(), "large.xlsx")
	size := writeLargeWorkbook(b, path, 100_000)
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			s, err := Open(b.Context(), Input{Name: path, Size: size, ReaderAt: f}, Options{}, Limits{})
			if err != nil {
				b.Fatal(err)
			}
			var rows int64
			if err := s.Scan(b.Context(), 1, func() Sink { return ignoring{} }, func(seg Segment, _ Sink) error { rows += seg.Rows; return nil }); err != nil || rows != 100_000 {
				b.Fatal(rows, err)
			}
			s.Close()
			f.Close()
		}
	})
	b.Run("excelize", func(b *testing.B) {
		for b.Loop() {
			book, err := excelize.OpenFile(path)
			if err != nil {
				b.Fatal(err)
			}
			rows, err := book.Rows("Sheet1")
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for ; rows.Next(); n++ {
				if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
					b.Fatal(err)
				}
			}
			if n != 100_001 {
				b.Fatal(n, "rows")
			}
			rows.Close()
			book.Close()
		}
	})
}

// ignoring is a Sink that only has the cells written.
type ignoring struct{}

func (ignoring) Batch(*Batch) error { return nil }

func writeLargeWorkbook(b *testing.B, path string, rows int) int64 {
	book := excelize.NewFile()
	sheet, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 9))
	cells := make([]any, 10)
	for row := range rows + 1 {
		for i := range cells {
			switch {
			case row == 0:
				cells[i] = fmt.Sprint("column ", i)
			case i < 4:
				cells[i] = r.IntN(100_000)
			case i < 8:
				cells[i] = r.Float64() * 1000
			default:
				cells[i] = fmt.Sprint("word ", r.IntN(500))
			}
		}
		at, _ := excelize.CoordinatesToCellName(1, row+1)
		if err := sheet.SetRow(at, cells); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(sheet.Flush(), book.SaveAs(path)); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

// BenchmarkParquetReadersOnChangedFiles reads files of which some bytes were
// changed, each once, and counts how that ends. It does so in processes that
// may have 6 GB: what ends them counts as a crash, too.
func BenchmarkParquetReadersOnChangedFiles(b *testing.B) {
	const begin, end = "reading", "ended"
	changed := changedParquet(b)
	readers := map[string]func([]byte) error{
		"ours":       func(data []byte) error { _, err := readHostile(b, "x.parquet", data); return err },
		"parquet-go": readByParquetGo,
	}
	if name := os.Getenv("ASSAY_READ_CHANGED"); name != "" { // one of those processes
		from, _ := strconv.Atoi(os.Getenv("ASSAY_READ_FROM"))
		for i, data := range changed[from:] {
			fmt.Println(begin, from+i)
			if err := readers[name](data); err != nil {
				fmt.Println(end, "refused")
			} else {
				fmt.Println(end, "read")
			}
		}
		os.Exit(0)
	}
	if _, err := exec.LookPath("bash"); err != nil {
		b.Skip("limits the memory of processes by bash's ulimit")
	}
	for _, name := range []string{"ours", "parquet-go"} {
		b.Run(name, func(b *testing.B) {
			var ends map[string]int
			for b.Loop() {
				ends = map[string]int{}
				for next := 0; next < len(changed); {
					cmd := exec.CommandContext(b.Context(), "bash", "-c", `ulimit -v 6000000; exec "$0" -test.run '^$' -test.bench ParquetReadersOnChangedFiles -test.benchtime 1x`, os.Args[0])
					cmd.Env = append(os.Environ(), "ASSAY_READ_CHANGED="+name, "ASSAY_READ_FROM="+strconv.Itoa(next))
					out, err := cmd.Output()
					began := 0
					for line := range strings.Lines(string(out)) {
						switch what, rest, _ := strings.Cut(strings.TrimSpace(line), " "); what {
						case begin:
							began++
						case end:
							ends[rest]++
							next++
						}
					}
					if began == 0 {
						b.Fatalf("nothing was read: %v", err)
					}
					if err != nil {
						ends["crashed"]++
						next++
					}
				}
			}
			for _, what := range []string{"read", "refused", "crashed"} {
				b.ReportMetric(float64(ends[what]), what)
			}
		})
	}
}

// changedParquet are twenty versions of each small file.
func changedParquet(b *testing.B) (changed [][]byte) {
	files := binaryFiles(b)
	r := rand.New(rand.NewPCG(3, 3))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasSuffix(name, ".parquet") {
			continue
		}
		for range 20 {
			changed = append(changed, mutate(r, files[name]))
		}
	}
	return changed
}

func readByParquetGo(data []byte) error {
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, group := range f.RowGroups() {
		for _, chunk := range group.ColumnChunks() {
			if err := readChunk(chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

func readChunk(chunk parquet.ColumnChunk) error {
	pages := chunk.Pages()
	defer pages.Close()
	values := make([]parquet.Value, 1000)
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for reader := page.Values(); ; {
			if _, err := reader.ReadValues(values); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return err
			}
		}
		parquet.Release(page)
	}
}
