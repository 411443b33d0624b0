package profile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"assay/worker/profile/report"
	"assay/worker/profile/source"

	"github.com/klauspost/compress/gzip"
)

// nastyFiles are files whose rows are hard to cut apart.
func nastyFiles() map[string][]byte {
	r := rand.New(rand.NewPCG(11, 7))
	files := map[string][]byte{}
	lines := func(n int, line func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(line(i))
		}
		return b.String()
	}
	csv := func(name, head string, n int, line func(i int) string) {
		files[name+".csv"] = []byte(head + lines(n, line))
	}

	csv("line ends inside quotes", "id,note,n\n", 400, func(i int) string {
		return fmt.Sprintf("%d,\"first, \"\"line\"\"\n%d,second,%d\n\",%d\n", i, i, i, r.IntN(9))
	})
	csv("rows inside quotes", "id,note,n\n", 60, func(i int) string {
		return fmt.Sprintf("%d,\"%s\",%d\n", i, strings.Repeat("1,fake,2\n", r.IntN(40)), i)
	})
	csv("windows line ends", "id,note,n\r\n", 500, func(i int) string { return fmt.Sprintf("%d,\"x\r\ny\",%d\r\n", i, i%7) })
	csv("mac line ends", "id,n\r", 500, func(i int) string { return fmt.Sprintf("%d,%d\r", i, i%7) })
	csv("mixed line ends", "id,n\n", 500, func(i int) string {
		return fmt.Sprintf("%d,%d%s", i, i%7, []string{"\n", "\r\n", "\r", "\n\n"}[r.IntN(4)])
	})
	csv("ragged", "id,a,b\n", 500, func(i int) string { return fmt.Sprint(i) + strings.Repeat(",x", r.IntN(4)) + "\n" })
	csv("wider and wider", "id,a\n", 400, func(i int) string { return fmt.Sprint(i) + strings.Repeat(",9", 1+i/50) + "\n" })
	csv("an open quote", "id,a\n", 400, func(i int) string { return fmt.Sprintf("%d,%sx\n", i, "\""[:btoi(i == 200)]) })
	csv("quotes in the wrong place", "id,a\n", 400, func(i int) string {
		return fmt.Sprintf("%d,%s\n", i, []string{`plain`, `5" pipe`, `"so" it goes`, `""`, `"a""b"`}[r.IntN(5)])
	})
	csv("damaged text", "id,a\n", 400, func(i int) string {
		return fmt.Sprintf("%d,%s\n", i, []string{"x\xff", "n\x00l", "größe", "\xe2\x82"}[r.IntN(4)])
	})
	csv("many values", "id,f,key,when\n", 17_000, func(i int) string {
		return fmt.Sprintf("%d,%.5f,%x,2024-01-%02dT%02d:00:00Z\n", i, r.NormFloat64(), r.Uint64(), 1+i%28, i%24)
	})
	csv("a row longer than segments", "id,a\n", 9, func(i int) string { return fmt.Sprintf("%d,\"%s\"\n", i, strings.Repeat("text\n", 1000*(i%3))) })

	row := func(i int) string {
		late := ""
		if i%90 == 89 {
			late = fmt.Sprintf(`,"late_%d":true`, i/90)
		}
		return fmt.Sprintf(`{"id":%d,"t":"a,{\"id\":1},{\"id\"\n\ud83d\ude00","n":{"ïd":%d.5,"l":[{"id":1}, 2]},"x":%s%s}`, i, i,
			[]string{"null", "1", `"1"`, "1e400", "[ ]", "true", `"\ud800"`, `{"y":1,"y":2}`}[r.IntN(8)], late)
	}
	files["late columns.ndjson"] = []byte(lines(400, func(i int) string { return row(i) + []string{"\n", "\r\n", "\n\n"}[i%3] }))
	files["kinds of rows.ndjson"] = []byte(lines(400, func(i int) string { return []string{"1", "[1,2]", `{"a":1}`, "null", `"x"`}[r.IntN(5)] + "\n" }))
	array := "[" + strings.TrimSuffix(lines(400, func(i int) string { return row(i) + " ,\n" }), " ,\n") + "]"
	files["array.json"] = []byte(array)
	files["wrapped.json"] = []byte(`{"meta":[1,{"id":2}],"rows":` + array + `,"id":1}`)
	files["lists.json"] = []byte("[" + strings.Repeat("[[1,2],[3]],\n", 300) + "[]]")
	files["texts.json"] = []byte("[" + strings.Repeat(`"a,b","","\",\"",`, 300) + `"x"]`)
	files["cut off.json"] = []byte(array[:len(array)-40])
	files["wrong in the middle.json"] = []byte(strings.Replace(array, `"id":250`, `"id":x250`, 1))
	files["wrong in the middle.ndjson"] = bytes.Replace(files["late columns.ndjson"], []byte(`"id":250`), []byte(`"id":x250`), 1)
	return files
}

// oddReader answers reads with fewer bytes than asked for, as a stream may.
type oddReader struct {
	data []byte
	most int
	n    int
}

func (o *oddReader) ReadAt(p []byte, off int64) (int, error) {
	if off >= int64(len(o.data)) {
		return 0, io.EOF
	}
	o.n = o.n*7%o.most + 1
	return copy(p[:min(len(p), o.n)], o.data[off:]), nil
}

// TestTheReportIsAFunctionOfTheBytes reads nasty files, cut into segments of a
// few hundred bytes and of a few thousand, by any number of readers, as a file
// and as a stream, packed and plain: there is one report.
func TestTheReportIsAFunctionOfTheBytes(t *testing.T) {
	for name, data := range nastyFiles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := source.Input{Name: name, Size: int64(len(data)), ReaderAt: bytes.NewReader(data)}
			packed := zipped(t, data)
			for _, segment := range []int64{200, 5000, 0} {
				if segment == 200 && len(data) > 1<<18 {
					continue // thousands of segments tell nothing new
				}
				want := reportOf(t, file, segment, 1)
				for _, workers := range []int{2, 3, 16} {
					if got := reportOf(t, file, segment, workers); got != want {
						t.Errorf("%d workers, segments of %d: another report:%s", workers, segment, difference([]byte(got), []byte(want)))
					}
				}
				for _, most := range []int{13, 1009, 1 << 20} {
					if most == 13 && len(data) > 1<<18 {
						continue
					}
					in := source.Input{Name: name, Size: -1, ReaderAt: &oddReader{data: data, most: most}}
					if got := reportOf(t, in, segment, 1+most%3); got != want {
						t.Errorf("a stream by %d, segments of %d: another report:%s", most, segment, difference([]byte(got), []byte(want)))
					}
				}
				in := source.Input{Name: name + ".gz", Size: int64(len(packed)), ReaderAt: bytes.NewReader(packed)}
				if got := reportOf(t, in, segment, 2); got != want {
					t.Errorf("packed, segments of %d: another report:%s", segment, difference([]byte(got), []byte(want)))
				}
			}
		})
	}
}

func zipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// reportOf is a report, or what there is of it and why, without what tells how
// the file was stored and how long it took.
func reportOf(t *testing.T, in source.Input, segment int64, workers int) string {
	t.Helper()
	rep, err := Run(t.Context(), Request{Source: in, Limits: source.Limits{SegmentBytes: segment}, Workers: workers}, Hooks{})
	var broken *source.Error
	if err != nil && !errors.As(err, &broken) {
		t.Fatal(err)
	}
	if rep == nil {
		return fmt.Sprint(err)
	}
	rep.Engine = report.Engine{}
	rep.Source.Name, rep.Source.SizeBytes, rep.Source.Compression = "", 0, ""
	for i := range rep.Tables {
		rep.Tables[i].Name = ""
	}
	return string(goldenJSON(t, rep)) + fmt.Sprint(err)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
