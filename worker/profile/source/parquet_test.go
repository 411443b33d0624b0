package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written is a Sink that writes rows as NDJSON.
type written struct {
	keys [][]byte
	out  []byte
}

func (w *written) Batch(b *Batch) error {
	for i := range b.Rows {
		w.out = AppendNDJSONRow(w.out, w.keys, b, i)
	}
	return nil
}

type wholeTable struct {
	columns  []string
	rows     []string // as NDJSON
	problems []Problem
	segments int
	err      error
}

// readTable opens and scans a file in memory.
func readTable(t testing.TB, name string, data []byte, workers int) wholeTable {
	t.Helper()
	s, err := Open(t.Context(), Input{Name: name, Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}, Options{}, Limits{})
	if err != nil {
		return wholeTable{err: err}
	}
	return scanTable(t, s, workers)
}

func scanTable(t testing.TB, s Scanner, workers int) wholeTable {
	t.Helper()
	defer s.Close()
	table := wholeTable{columns: s.Columns()}
	keys := NDJSONKeys(s.Columns())
	var rows, bytesDone int64
	table.err = s.Scan(context.Background(), workers, func() Sink { return &written{keys: keys} }, func(seg Segment, sink Sink) error {
		out := sink.(*written).out
		if n := int64(bytes.Count(out, []byte("\n"))); n < seg.Rows || n > seg.Rows && len(s.Columns()) == 0 {
			t.Errorf("segment %d has %d rows, its sink %d", seg.Index, seg.Rows, n)
		}
		if seg.BytesDone < bytesDone {
			t.Errorf("bytes done fall from %d to %d", bytesDone, seg.BytesDone)
		}
		bytesDone = seg.BytesDone
		if seg.Index != table.segments {
			t.Errorf("segment %d comes as number %d", seg.Index, table.segments)
		}
		for _, p := range seg.Problems {
			if p.Row > 0 {
				p.Row += rows
			}
			table.problems = append(table.problems, p)
		}
		table.segments++
		rows += seg.Rows
		if len(out) > 0 {
			table.rows = append(table.rows, strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")...)
		}
		return nil
	})
	return table
}

func (w *wholeTable) sum() string {
	h := sha256.Sum256([]byte(strings.Join(w.rows, "\n")))
	return hex.EncodeToString(h[:4])
}

// The files are small ones of apache/parquet-testing (written by Impala,
// parquet-mr, Spark and parquet-cpp), one of DuckDB with all its types, and
// some of the writers in Rust and JavaScript. All cells were compared with what DuckDB 1.5 reads of them; first is a row to
// look at, sum stands for all.
func TestParquetFilesOfSeveralWritersReadAsTheirValues(t *testing.T) {
	for _, c := range []struct {
		file  string
		rows  int
		sum   string
		first string
	}{
		{"alltypes_plain", 8, "30a951b3", `{"id":4,"bool_col":true,"tinyint_col":0,"smallint_col":0,"int_col":0,"bigint_col":0,"float_col":0.0,"double_col":0.0,"date_string_col":"03/01/09","string_col":"0","timestamp_col":"2009-03-01T00:00:00"}`},
		{"alltypes_dictionary", 2, "4c83ddf9", `{"id":0,"bool_col":true,"tinyint_col":0,"smallint_col":0,"int_col":0,"bigint_col":0,"float_col":0.0,"double_col":0.0,"date_string_col":"01/01/09","string_col":"0","timestamp_col":"2009-01-01T00:00:00"}`},
		{"arrow_rs", 3, "666c194b", `{"n":1,"word":"a","day":"1970-01-01","list":[1,2],"s.x":1.5}`},
		{"byte_array_decimal", 24, "bca49e11", `{"value":1.00}`},
		{"datapage_v2.snappy", 5, "120b0f27", `{"a":"abc","b":1,"c":2.0,"d":true,"e":[1,2,3]}`},
		{"delta_encoding_optional_column", 100, "79a20bf5", ""},
		{"delta_length_byte_array", 1000, "ab481e11", `{"FRUIT":"apple_banana_mango0"}`},
		{"dict-page-offset-zero", 39, "4038f5f0", `{"l_partkey":1552}`},
		{"duckdb_types", 99, "9a97d8bd", ""},
		{"fixed_length_decimal_legacy", 24, "bca49e11", `{"value":1.00}`},
		{"hyparquet_writer", 500, "603e3897", ""},
		{"int32_decimal", 24, "bca49e11", `{"value":1.00}`},
		{"list_columns", 3, "6c3e06bb", `{"int64_list":[1,2,3],"utf8_list":["abc","efg","hij"]}`},
		{"lz4_raw_compressed", 4, "069f122d", `{"c0":1593604800,"c1":"abc","v11":42.0}`},
		{"nested_lists.snappy", 3, "38e700ed", `{"a":[[["a","b"],["c"]],[null,["d"]]],"b":1}`},
		{"nested_maps.snappy", 6, "b3470635", `{"a":{"a":{"1":true,"2":false}},"b":1,"c":1.0}`},
		{"nonnullable.impala", 1, "3f64bbdb", ""},
		{"null_list", 1, "7fcbd504", `{"emptylist":[]}`},
		{"nullable.impala", 7, "2541f498", ""},
		{"repeated_no_annotation", 6, "36967c2f", `{"id":1,"phoneNumbers.phone":null}`},
		{"parquetjs", 300, "36698fa8", ""},
		{"rle_boolean_encoding", 68, "c4c8561e", `{"datatype_boolean":true}`},
		{"duckdb_variant", 50, "686e7c1c", `{"id":0,"v":0}`},
		{"duckdb_variant_object", 50, "2a9a7e3e", `{"id":0,"v":{"e":{"f":0.0},"c":[0,1],"b":"t0","a":0}}`},
		{"shredded_variant_list", 4, "809b54b5", `{"id":0,"var":["comedy","drama"]}`},
		{"shredded_variant_object", 1, "64ba3234", `{"id":1,"var":{"a":null,"b":"iceberg","d":"2024-01-30"}}`},
		{"single_nan", 1, "a4a899dc", `{"mycol":null}`},
	} {
		t.Run(c.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "parquet", c.file+".parquet"))
			if err != nil {
				t.Fatal(err)
			}
			w := readTable(t, c.file, data, 2)
			if w.err != nil {
				t.Fatal(w.err)
			}
			if len(w.rows) != c.rows || w.sum() != c.sum {
				t.Errorf("%d rows with sum %s, want %d with %s", len(w.rows), w.sum(), c.rows, c.sum)
			}
			if c.first != "" && w.rows[0] != c.first {
				t.Errorf("row 1 is\n%s, want\n%s", w.rows[0], c.first)
			}
		})
	}
}

// An empty struct takes a byte of a footer, and much more in memory.
func TestAFooterOfEmptyStructsIsRefused(t *testing.T) {
	const n = mostStructs + 1
	footer := binary.AppendUvarint([]byte{0x29, 0xf0 | thriftStruct}, n) // field 2, the schema: a list
	footer = append(footer, make([]byte, n+1)...)
	file := append([]byte("PAR1\x15\x00\x00\x00"), footer...) // and something like a page
	file = append(binary.LittleEndian.AppendUint32(file, uint32(len(footer))), "PAR1"...)
	var broken *Error
	if _, err := Open(t.Context(), bytesInput("x.parquet", file), Options{}, Limits{}); !errors.As(err, &broken) || broken.Code != "invalid_parquet" || !strings.Contains(broken.Message, "more columns") {
		t.Errorf("%v", err)
	}
}
