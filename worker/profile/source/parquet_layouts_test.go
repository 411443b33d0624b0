package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Layouts that few writers make, and old ones made: put together byte by byte.
func TestParquetLayoutsThatAreRareReadAsTheirValues(t *testing.T) {
	for file, want := range map[string]string{
		"bitpacked_levels": `{"c":1}
{"c":null}
{"c":2}
{"c":3}`,
		"bss_flba": `{"c":"abc"}
{"c":"def"}`,
		"bss_i64": `{"c":1}
{"c":-2}
{"c":3298534883328}`,
		"dec_ba": `{"c":0.256}
{"c":-0.001}`,
		"delta_flba": `{"c":"axis"}
{"c":"axle"}`,
		"dict_then_plain": `{"c":7}
{"c":8}
{"c":5}
{"c":6}`,
		"dict_w0_empty": `{"c":7}
{"c":7}
{"c":7}
{"c":7}
{"c":7}`,
		"gzip_concat": `{"c":1}
{"c":2}
{"c":3}`,
		"index_page": `{"c":1}`,
		"int96": `{"c":"1970-01-01T00:02:03.456789"}
{"c":"1969-12-31T00:00:00"}
{"c":"3000-01-01T23:59:59.999999999"}`,
		"int_u64": `{"c":18446744073709551615}`,
		"list2_array": `{"l":[1,2]}
{"l":null}`,
		"list2_tuple":   `{"l":[{"x":1},{"x":2}]}`,
		"list_of_list2": `{"a":[[1,2],[3,4]]}`,
		"lz4_bare": `{"c":1}
{"c":2}
{"c":3}`,
		"lz4_frame": `{"c":1}
{"c":2}
{"c":3}`,
		"lz4_hadoop": `{"c":1}
{"c":2}
{"c":3}`,
		"lz4_hadoop_sub": `{"c":1}
{"c":2}
{"c":3}`,
		"map_no_value":     `{"m":[1,2]}`,
		"map_optional_key": `{"m":{"a":"x","b":null}}`,
		"row_split_pages": `{"c":[1,2,3]}
{"c":[4]}`,
		"unknown_logical": `{"c":"x"}`,
		"v2_nulls_nodata": `{"c":null}`,
		"v2_uncompressed_flag": `{"c":4}
{"c":null}
{"c":5}`,
		"zero_row_group_nobytes": `{"c":9}`,
	} {
		data, err := os.ReadFile(filepath.Join("testdata", "parquet", "layouts", file+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		w := readTable(t, file, data, 2)
		if got := strings.Join(w.rows, "\n"); w.err != nil || got != want {
			t.Errorf("%s is\n%s, %v; want\n%s", file, got, w.err, want)
		}
	}
}

func TestWhatIsWrongWithAParquetFileHasAName(t *testing.T) {
	for file, want := range map[string]string{
		"codec_lzo": "unsupported_format", "cols_differ": "invalid_parquet", "crc_bad": "checksum_mismatch", "encrypted_col": "encrypted_file",
		"levels_too_few": "invalid_parquet", "neg_dict_n": "invalid_parquet", "other_file": "unsupported_format", "rep_starts_1": "invalid_parquet",
		"shredded_variant_conflict": "invalid_parquet", "unknown_encoding": "unsupported_format",
	} {
		data, err := os.ReadFile(filepath.Join("testdata", "parquet", "invalid", file+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		var known *Error
		if w := readTable(t, file, data, 2); !errors.As(w.err, &known) || known.Code != want {
			t.Errorf("%s: %v, want %s", file, w.err, want)
		}
	}
}

// Each decoder has words of its own for what it cannot read.
func TestADamagedPageIsToldOfInPlainWords(t *testing.T) {
	junk := []byte("\x28\xb5\x2f\xfd\xff\xff nothing that any program packed \xff\xff")
	for _, codec := range []int32{codecSnappy, codecGzip, codecBrotli, codecZstd, codecLZ4, codecLZ4Raw} {
		err := new(codecs).unpack(codec, make([]byte, 100), junk)
		if err == nil || !errors.Is(err, errPageSize) && err.Error() != "a page cannot be unpacked: what "+codecName(codec)+" packed is damaged" {
			t.Errorf("%s: %v", codecName(codec), err)
		}
	}
	l := leafReader{node: &schemaNode{schemaElement: &schemaElement{name: "100%s"}}}
	if err := l.wrong("is %d", 7); err.Error() != `invalid_parquet: The Parquet file is broken: in column "100%s" is 7.` {
		t.Error(err)
	}
}
