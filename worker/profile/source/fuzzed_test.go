package source

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
)

// binaryFiles are small valid files of the formats with types.
func binaryFiles(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join("testdata", "parquet", "*.parquet"))
	if err != nil || len(names) == 0 {
		t.Fatal("no files", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = data
	}
	kinds := arrowKinds()
	fields := make([]arrow.Field, len(kinds))
	for i, k := range kinds {
		fields[i] = arrow.Field{Name: "c", Type: k.typ, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	rec := arrowRecord(t, schema, kinds)
	files["all.arrow"] = arrowBytes(t, true, schema, []arrow.RecordBatch{rec, rec})
	files["all.arrows"] = arrowBytes(t, false, schema, []arrow.RecordBatch{rec, rec})
	return files
}

// readHostile reads a file that may be anything: it must end as rows or as a
// *Error, and soon.
func readHostile(t testing.TB, name string, data []byte) (rows int64, err error) {
	s, err := Open(t.Context(), Input{Name: name, Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}, Options{}, Limits{})
	if err == nil {
		begun := time.Now()
		err = s.Scan(t.Context(), 2, func() Sink { return counting{} }, func(seg Segment, _ Sink) error {
			if rows += seg.Rows; rows > 5_000_000 || time.Since(begun) > 5*time.Second {
				return errEnough // billions of rows in a run of nothing are a matter of the deadline
			}
			return nil
		})
		s.Close()
	}
	var known *Error
	if err != nil && err != errEnough && (!errors.As(err, &known) || known.Code == "" || !strings.HasSuffix(known.Message, ".")) {
		t.Errorf("%s: the error is %v", name, err)
	}
	return rows, err
}

var errEnough = errors.New("enough")

// counting is a Sink that looks at each cell.
type counting struct{}

func (counting) Batch(b *Batch) error {
	for i := range b.Cols {
		v := &b.Cols[i]
		for row := range b.Rows {
			if v.Kinds[row] != Null {
				_ = v.Data[v.Start[row]:v.End[row]]
			}
		}
	}
	return nil
}

// mutate changes some bytes of a file in the ways of fuzzers.
func mutate(r *rand.Rand, data []byte) []byte {
	data = bytes.Clone(data)
	for range 1 + r.IntN(4) {
		at := r.IntN(len(data))
		if r.IntN(2) == 0 { // footers and headers are where it hurts
			at = max(0, len(data)-1-r.IntN(min(len(data), 1000)))
		}
		switch r.IntN(6) {
		case 0:
			data[at] ^= 1 << r.IntN(8)
		case 1:
			data[at] = byte(r.IntN(256))
		case 2:
			data[at] = []byte{0, 0x7f, 0x80, 0xff}[r.IntN(4)]
		case 3:
			for k := at; k < min(at+4, len(data)); k++ {
				data[k] = 0xff
			}
		case 4:
			n := min(1+r.IntN(16), len(data)-at)
			copy(data[at:], data[r.IntN(len(data)-n+1):][:n])
		case 5:
			n := min(1+r.IntN(8), len(data)-at)
			data = append(data[:at], data[at+n:]...)
			if len(data) == 0 {
				return []byte{0}
			}
		}
	}
	return data
}

func TestMutatedFilesEndAsRowsOrOneError(t *testing.T) {
	files := binaryFiles(t)
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	rounds := 25
	if n, err := strconv.Atoi(os.Getenv("ASSAY_MUTATIONS")); err == nil {
		rounds = n
	}
	r := rand.New(rand.NewPCG(7, uint64(rounds)))
	failed := 0
	for _, name := range names {
		if _, err := readHostile(t, name, files[name]); err != nil {
			t.Errorf("%s as it is: %v", name, err)
		}
		for range rounds {
			if _, err := readHostile(t, name, mutate(r, files[name])); err != nil {
				failed++
			}
		}
	}
	if failed == 0 {
		t.Error("no mutation was noticed")
	}
}

func TestTruncatedFilesSayThatTheyAre(t *testing.T) {
	for name, data := range binaryFiles(t) {
		for _, n := range []int{9, len(data) / 2, len(data) - 1} {
			_, err := readHostile(t, name, data[:n])
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("%s cut off at %d of %d bytes: %v", name, n, len(data), err)
			} else if e.Code != "truncated_file" && !strings.HasSuffix(name, ".arrows") {
				t.Errorf("%s cut off at %d of %d bytes: %v", name, n, len(data), e)
			}
		}
	}
}
