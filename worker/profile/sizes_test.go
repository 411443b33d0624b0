package profile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"testing"

	"assay/worker/profile/source"
)

func TestTheSizesOfAllTablesAreKnownWhereTheyAreWanted(t *testing.T) {
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for _, m := range [][2]string{{"one.csv", "a,b\n1,2\n"}, {"two.json", `[{"x":1},{"x":2,"y":3}]`}, {"broken.json", `[{"x":1},`}} {
		w, err := z.Create(m[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(m[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for wanted, want := range map[bool]string{
		true:  "one.csv 1x2, two.json 2x2, broken.json ?, ",
		false: "one.csv 1x2, two.json ?, broken.json ?, ",
	} {
		in := source.Input{Name: "all.zip", Size: int64(file.Len()), ReaderAt: bytes.NewReader(file.Bytes())}
		r, err := Run(t.Context(), Request{Source: in, Workers: 2, TableSizes: wanted}, Hooks{})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, table := range r.Tables {
			if table.Rows == nil || table.Columns == nil {
				got += table.Name + " ?, "
			} else {
				got += fmt.Sprintf("%s %dx%d, ", table.Name, *table.Rows, *table.Columns)
			}
		}
		if got != want {
			t.Errorf("wanted %v: %s\nnot %s", wanted, got, want)
		}
	}
}
