package profile

import (
	"bytes"
	"context"
	"fmt"
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

func TestParquetHasTheTypesOfTheReport(t *testing.T) {
	csv := "n,big,d,eu,yes,day,us,at,zoned,mixed,clock,code,word,none\n" +
		"1,9223372036854775807,1.5,\"1.234,5\",true,2024-02-29,12/31/2023,2024-02-29 12:00:00,2024-02-29T12:00:00+02:00,2024-02-29T12:00:00Z,12:00:01.5,007,a,\n" +
		"NA,18446744073709551616,-2e10,\"0,25\",false,1969-12-31,01/02/2024,1969-12-31 23:59:59.25,1969-12-31T23:59:59Z,2024-02-29 12:00:00,00:00,010,NULL,\n" +
		"-3,1,,,,,,,,,,,\"x,y\",\n"
	for _, workers := range []int{1, 4} {
		data := toParquetBytes(t, "x.csv", []byte(csv), workers)
		f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range f.Root().Columns() {
			got = append(got, c.Name()+" "+c.Type().String())
		}
		want := []string{"n INT(64,true)", "big STRING", "d DOUBLE", "eu DOUBLE", "yes BOOLEAN", "day DATE", "us DATE",
			"at TIMESTAMP(isAdjustedToUTC=false,unit=MICROS)", "zoned TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)", "mixed STRING",
			"clock TIME(isAdjustedToUTC=false,unit=MICROS)", "code STRING", "word STRING", "none STRING"}
		if s := strings.Join(got, "\n"); s != strings.Join(want, "\n") {
			t.Errorf("columns\n%s", s)
		}
		rows := convertBytes(t, "x", data, "ndjson")
		if want := `{"n":1,"big":"9223372036854775807","d":1.5,"eu":1234.5,"yes":true,"day":"2024-02-29","us":"2023-12-31","at":"2024-02-29T12:00:00","zoned":"2024-02-29T10:00:00Z","mixed":"2024-02-29T12:00:00Z","clock":"12:00:01.5","code":"007","word":"a","none":null}
{"n":null,"big":"18446744073709551616","d":-20000000000.0,"eu":0.25,"yes":false,"day":"1969-12-31","us":"2024-01-02","at":"1969-12-31T23:59:59.25","zoned":"1969-12-31T23:59:59Z","mixed":"2024-02-29 12:00:00","clock":"00:00:00","code":"010","word":null,"none":null}
{"n":-3,"big":"1","d":null,"eu":null,"yes":null,"day":null,"us":null,"at":null,"zoned":null,"mixed":null,"clock":null,"code":null,"word":"x,y","none":null}
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
