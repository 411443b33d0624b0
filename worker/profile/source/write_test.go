package source

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// batchOf makes a batch of raw cells.
func batchOf(rows [][]string) *Batch {
	b := &Batch{Rows: len(rows), Cols: make([]Vector, len(rows[0]))}
	for c := range b.Cols {
		v := &b.Cols[c]
		for _, r := range rows {
			v.Start = append(v.Start, uint32(len(v.Data)))
			v.Data = append(v.Data, r[c]...)
			v.End = append(v.End, uint32(len(v.Data)))
		}
	}
	return b
}

var awkwardRows = [][]string{
	{"a", `b"c`, "d,e"}, {"", " f ", "g\nh"}, {"i\r", "=1+1", "ü\x00\u2028"}, {`"`, `\`, "\t\x1f"},
}

func TestWrittenCSVReadsBackVerbatim(t *testing.T) {
	b := batchOf(awkwardRows)
	var out []byte
	for r := range b.Rows {
		out = AppendCSVRow(out, b, r, len(b.Cols))
	}
	got := readCSV(t, string(out), Options{Header: "no", Delimiter: ","})
	if fmt.Sprintf("%q", got.rows) != fmt.Sprintf("%q", awkwardRows) || len(got.faults) > 1 { // the NUL counts
		t.Errorf("%q\n%q %v", out, got.rows, got.faults)
	}
	std, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil || fmt.Sprintf("%q", std) != fmt.Sprintf("%q", awkwardRows) {
		t.Errorf("encoding/csv reads %q, %v", std, err)
	}
}

func TestAnEmptyCellAloneIsNoBlankLine(t *testing.T) {
	b := batchOf([][]string{{""}, {"x"}})
	if out := string(AppendCSVRow(AppendCSVRow(nil, b, 0, 1), b, 1, 1)); out != "\"\"\r\nx\r\n" {
		t.Errorf("%q", out)
	}
}

func TestShortRowsAreFilledUp(t *testing.T) {
	if out := string(AppendCSVRow(nil, batchOf([][]string{{"a"}}), 0, 3)); out != "a,,\r\n" {
		t.Errorf("%q", out)
	}
}

func TestWrittenNDJSONKeepsTextAndOrder(t *testing.T) {
	b := batchOf(awkwardRows)
	keys := NDJSONKeys([]string{"z", `a"`, "m"})
	for r, want := range awkwardRows {
		line := AppendNDJSONRow(nil, keys, b, r)
		var got struct {
			Z string `json:"z"`
			M string `json:"m"`
		}
		if err := json.Unmarshal(line, &got); err != nil || got.Z != want[0] || got.M != want[2] {
			t.Errorf("%s: %+v, %v", line, got, err)
		}
		if !strings.HasPrefix(string(line), `{"z":`) || !strings.Contains(string(line), `,"a\"":`) {
			t.Errorf("members out of order: %s", line)
		}
	}
}

func TestWrittenNDJSONKeepsJSONKinds(t *testing.T) {
	b := batchOf([][]string{{"", "true", "1.50e400", "x", `[1,{"a":null}]`}})
	for c, k := range []Kind{Null, Bool, Number, String, JSON} {
		b.Cols[c].Kinds = []Kind{k}
	}
	want := `{"a":null,"b":true,"c":1.50e400,"d":"x","e":[1,{"a":null}]}` + "\n"
	if got := string(AppendNDJSONRow(nil, NDJSONKeys([]string{"a", "b", "c", "d", "e"}), b, 0)); got != want {
		t.Errorf("%s", got)
	}
}
