package source

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/parquet-go/parquet-go"
)

func TestCellsOfNoBytesHaveABound(t *testing.T) {
	l := Limits{}.withDefaults()
	for _, c := range []struct {
		rows    int64
		columns int
		size    int64
		fits    bool
	}{
		{freeCells, 1, 100, true},
		{freeCells + 1, 1, 100, false},
		{freeCells / 1000, 1000, 100, true},
		{freeCells/1000 + 1, 1001, 100, false},
		{math.MaxInt64, 10_000, 100, false},
		{math.MaxInt64, 0, 100, true},
		{3_000_000 * 200, 5, 15_000_000, true}, // 200 cells a byte
		{3_000_000*200 + 1, 5, 15_000_000, false},
		{math.MaxInt64, 1, math.MaxInt64, true},
	} {
		err := boundCells(c.rows, c.columns, c.size, l)
		var fault *Error
		if (err == nil) != c.fits || err != nil && (!errors.As(err, &fault) || fault.Code != "decompressed_too_large") {
			t.Errorf("%d rows of %d columns in %d bytes: %v", c.rows, c.columns, c.size, err)
		}
	}
}

func TestTextsThatManyCellsNameHaveABound(t *testing.T) {
	text := strings.Repeat("long text ", 300_000)
	values := array.NewStringBuilder(memory.DefaultAllocator)
	values.Append(text)
	indexes := array.NewInt8Builder(memory.DefaultAllocator)
	for range 4096 {
		indexes.Append(0)
	}
	column := array.NewDictionaryArray(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, indexes.NewArray(), values.NewArray())
	schema := arrow.NewSchema([]arrow.Field{{Name: "c", Type: column.DataType()}}, nil)
	rec := array.NewRecordBatch(schema, []arrow.Array{column}, int64(column.Len()))

	type row struct {
		C string `parquet:"c,dict"`
	}
	var file bytes.Buffer
	w := parquet.NewGenericWriter[row](&file, parquet.DictionaryMaxBytes(16<<20))
	for range 1000 {
		if _, err := w.Write([]row{{text}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	parts := workbookParts(strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 1000))
	parts["xl/sharedStrings.xml"] = `<sst><si><t>` + text + `</t></si></sst>`
	for name, data := range map[string][]byte{"arrow": arrowBytes(t, true, schema, []arrow.RecordBatch{rec}), "parquet": file.Bytes(), "xlsx": packParts(t, parts)} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), bytesInput("bomb", data), Options{Header: "no"}, Limits{MaxRatio: 10})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var rows int64
			err = s.Scan(t.Context(), 2, func() Sink { return batchFunc(func(*Batch) error { return nil }) },
				func(seg Segment, _ Sink) error { rows += seg.Rows; return nil })
			var fault *Error
			if !errors.As(err, &fault) || fault.Code != "decompressed_too_large" || fault.Row != rows+1 || rows*int64(len(text)) > freeText {
				t.Errorf("%v after %d rows", err, rows)
			}
		})
	}
}
