package profile

import (
	"bytes"
	"context"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"assay/worker/profile/source"
)

func toParquetBytes(t testing.TB, name string, data []byte, workers int) []byte {
	t.Helper()
	var out bytes.Buffer
	req := Request{Source: source.Input{Name: name, Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}, Workers: workers}
	if err := Convert(context.Background(), req, "parquet", &out, Hooks{}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func convertBytes(t testing.TB, name string, data []byte, to string) string {
	t.Helper()
	var out bytes.Buffer
	req := Request{Source: source.Input{Name: name, Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}, Workers: 2}
	if err := Convert(context.Background(), req, to, &out, Hooks{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// parquetColumns are the names and types of a file's columns.
func parquetColumns(t *testing.T, data []byte) (columns []string) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Root().Columns() {
		columns = append(columns, c.Name()+" "+c.Type().String())
	}
	return columns
}

func TestParquetHasTheTypesOfTheReport(t *testing.T) {
	csv := "n,big,d,eu,yes,day,us,at,zoned,mixed,clock,code,word,none\n" +
		"1,9223372036854775807,1.5,\"1.234,5\",true,2024-02-29,12/31/2023,2024-02-29 12:00:00,2024-02-29T12:00:00+02:00,2024-02-29T12:00:00Z,12:00:01.5,007,a,\n" +
		"NA,18446744073709551616,-2e10,\"0,25\",false,1969-12-31,01/02/2024,1969-12-31 23:59:59.25,1969-12-31T23:59:59Z,2024-02-29 12:00:00,00:00,010,NULL,\n" +
		"-3,1,,,,,,,,,,,\"x,y\",\n"
	for _, workers := range []int{1, 4} {
		data := toParquetBytes(t, "x.csv", []byte(csv), workers)
		got := parquetColumns(t, data)
		want := []string{"n INT(64,true)", "big DECIMAL(20,0)", "d DOUBLE", "eu DOUBLE", "yes BOOLEAN", "day DATE", "us DATE",
			"at TIMESTAMP(isAdjustedToUTC=false,unit=MICROS)", "zoned TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)", "mixed STRING",
			"clock TIME(isAdjustedToUTC=false,unit=MICROS)", "code STRING", "word STRING", "none STRING"}
		if s := strings.Join(got, "\n"); s != strings.Join(want, "\n") {
			t.Errorf("columns\n%s", s)
		}
		rows := convertBytes(t, "x", data, "ndjson")
		if want := `{"n":1,"big":9223372036854775807,"d":1.5,"eu":1234.5,"yes":true,"day":"2024-02-29","us":"2023-12-31","at":"2024-02-29T12:00:00","zoned":"2024-02-29T10:00:00Z","mixed":"2024-02-29T12:00:00Z","clock":"12:00:01.5","code":"007","word":"a","none":null}
{"n":null,"big":18446744073709551616,"d":-20000000000.0,"eu":0.25,"yes":false,"day":"1969-12-31","us":"2024-01-02","at":"1969-12-31T23:59:59.25","zoned":"1969-12-31T23:59:59Z","mixed":"2024-02-29 12:00:00","clock":"00:00:00","code":"010","word":null,"none":null}
{"n":-3,"big":1,"d":null,"eu":null,"yes":null,"day":null,"us":null,"at":null,"zoned":null,"mixed":null,"clock":null,"code":null,"word":"x,y","none":null}
`; rows != want {
			t.Errorf("rows\n%s, want\n%s", rows, want)
		}
	}
}

func TestParquetOfJSONKeepsItsValues(t *testing.T) {
	doc := `[{"a":1,"l":[1,"x"],"m":{"k":null}},{"a":2.5,"l":{},"s":"true"},{"a":null,"s":""}]`
	rows := convertBytes(t, "x", toParquetBytes(t, "x.json", []byte(doc), 2), "ndjson")
	want := `{"a":1.0,"l":[1,"x"],"m.k":null,"s":null}` + "\n" + `{"a":2.5,"l":{},"m.k":null,"s":"true"}` + "\n" + `{"a":null,"l":null,"m.k":null,"s":""}` + "\n"
	if rows != want {
		t.Errorf("%s, want\n%s", rows, want)
	}
}

// A table long enough for several segments and row groups, back and forth.
func TestParquetIsTheSameForAnyNumberOfWorkersAndReadsBack(t *testing.T) {
	var csv bytes.Buffer
	csv.WriteString("id,group,value,note\r\n")
	for i := range 120_000 {
		note := ""
		if i%3 > 0 {
			note = fmt.Sprintf("row %d", i)
		}
		fmt.Fprintf(&csv, "%d,g%d,%d.25,%s\r\n", i, i%7, i%1000, note)
	}
	first := toParquetBytes(t, "x.csv", csv.Bytes(), 1)
	if again := toParquetBytes(t, "x.csv", csv.Bytes(), 3); !bytes.Equal(first, again) {
		t.Error("three workers write another file than one")
	}
	if back := convertBytes(t, "x.parquet", first, "csv"); back != csv.String() {
		t.Errorf("it reads back as another table of %d bytes, not %d", len(back), csv.Len())
	}
	f, err := parquet.OpenFile(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(f.RowGroups()); n != 3 || f.RowGroups()[0].NumRows() != groupRows || f.NumRows() != 120_000 {
		t.Errorf("%d row groups, the first of %d rows", n, f.RowGroups()[0].NumRows())
	}
	again := toParquetBytes(t, "x.parquet", first, 2)
	if back := convertBytes(t, "x.parquet", again, "csv"); back != csv.String() {
		t.Error("Parquet of Parquet is another table")
	}
}

func TestATableWithoutRowsOrColumnsIsParquetToo(t *testing.T) {
	for _, c := range []struct{ name, in, out string }{{"x.csv", "a,b\n", "a,b\r\n"}, {"x.json", "[]", "\r\n"}} {
		data := toParquetBytes(t, c.name, []byte(c.in), 2)
		if _, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data))); err != nil {
			t.Errorf("%s: %v", c.in, err)
		}
		if out := convertBytes(t, "x", data, "csv"); out != c.out {
			t.Errorf("%s becomes %q", c.in, out)
		}
	}
}

func TestParquetKeepsAllDigits(t *testing.T) {
	csv := "short,long,most,beyond,double,huge,clock,at,early\n" +
		"1.5,0.1234567890123456789,99999999999999999999999999999999999999,0.123456789012345678901234567890123456789,0.30000000000000004,123456789012345678901234567890123456789,00:00:00.000000001,2024-01-02T00:00:00.123456789,1600-01-01T00:00:00.000000001\n" +
		"-2.25,-12.5,-0.5,1.5,1e300,1,23:59:59,1969-12-31T23:59:59.999999999,2024-01-02T00:00:00\n" +
		",,,,,,,,\n"
	data := toParquetBytes(t, "x.csv", []byte(csv), 2)
	got := parquetColumns(t, data)
	want := []string{"short DOUBLE", "long DECIMAL(21,19)", "most DOUBLE", "beyond DOUBLE", "double DOUBLE", "huge STRING", "clock TIME(isAdjustedToUTC=false,unit=NANOS)",
		"at TIMESTAMP(isAdjustedToUTC=false,unit=NANOS)", "early TIMESTAMP(isAdjustedToUTC=false,unit=MICROS)"}
	if s := strings.Join(got, "\n"); s != strings.Join(want, "\n") {
		t.Errorf("columns\n%s", s)
	}
	rows := convertBytes(t, "x", data, "ndjson")
	if want := `{"short":1.5,"long":0.1234567890123456789,"most":1e+38,"beyond":0.12345678901234568,"double":0.30000000000000004,"huge":"123456789012345678901234567890123456789","clock":"00:00:00.000000001","at":"2024-01-02T00:00:00.123456789","early":"1600-01-01T00:00:00"}
{"short":-2.25,"long":-12.5000000000000000000,"most":-0.5,"beyond":1.5,"double":1e+300,"huge":"1","clock":"23:59:59","at":"1969-12-31T23:59:59.999999999","early":"2024-01-02T00:00:00"}
{"short":null,"long":null,"most":null,"beyond":null,"double":null,"huge":null,"clock":null,"at":null,"early":null}
`; rows != want {
		t.Errorf("rows\n%s, want\n%s", rows, want)
	}
}

// Decimals of Parquet stay what they are, of any width.
func TestDecimalsStayDecimals(t *testing.T) {
	for _, file := range []string{"int32_decimal", "byte_array_decimal", "layouts/dec_ba"} {
		in, err := os.ReadFile(filepath.Join("source", "testdata", "parquet", file+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		data := toParquetBytes(t, "x.parquet", in, 1)
		f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		if typ := f.Root().Columns()[0].Type().String(); !strings.HasPrefix(typ, "DECIMAL(") {
			t.Errorf("%s becomes %s", file, typ)
		}
		if a, b := convertBytes(t, "x", in, "csv"), convertBytes(t, "x", data, "csv"); a != b {
			t.Errorf("%s was\n%s, is\n%s", file, a, b)
		}
	}
}

// The halves of 128 bits are held against math/big.
func TestUnscaledDecimalsHaveAllTheirBits(t *testing.T) {
	for _, c := range []struct {
		cell  string
		scale int
	}{{"0", 0}, {"-1", 0}, {"1.5", 3}, {" 18446744073709551616 ", 0}, {"-99999999999999999999999999999999999999", 0}, {"+0.00000000000000000000000000000000000001", 38}, {".5", 1}, {"-000.50", 2}, {"7.", 2}} {
		raw, low := unscaled(nil, []byte(c.cell), c.scale)
		got := new(big.Int).SetBytes(raw)
		if raw[0] >= 0x80 {
			got.Sub(got, new(big.Int).Lsh(big.NewInt(1), 128))
		}
		r, _ := new(big.Rat).SetString(strings.TrimSuffix(strings.TrimSpace(c.cell), "."))
		r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.scale)), nil)))
		if !r.IsInt() || r.Num().Cmp(got) != 0 || got.IsInt64() && got.Int64() != low {
			t.Errorf("%q with %d digits is %s, low %d; want %s", c.cell, c.scale, got, low, r)
		}
	}
}
