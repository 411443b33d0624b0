package profile

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"assay/worker/profile/source"
)

func convert(t *testing.T, name, content, to string, o source.Options, stream bool) (string, error) {
	t.Helper()
	in := source.Input{Name: name, Size: int64(len(content)), ReaderAt: strings.NewReader(content)}
	if stream {
		in.Size = -1
	}
	var out bytes.Buffer
	err := Convert(t.Context(), Request{Source: in, Options: o, Workers: 2}, to, &out, Hooks{})
	return out.String(), err
}

func TestConvertWritesTheTableAsItWasRead(t *testing.T) {
	for _, c := range []struct {
		what, name, content, to, want string
		o                             source.Options
	}{
		{"other delimiter", "a.csv", "a;b\n1;\"x,\"\"y\"\n", "csv", "a,b\r\n1,\"x,\"\"y\"\r\n", source.Options{}},
		{"cells verbatim", "a.csv", "a,b\n 007 ,1e3\n", "csv", "a,b\r\n 007 ,1e3\r\n", source.Options{}},
		{"no header stays none", "a.csv", "1,2\n3,4\n", "csv", "1,2\r\n3,4\r\n", source.Options{Header: "no"}},
		{"long rows widen all", "a.csv", "a,b\n1,2\n3,4,5\n", "csv", "a,b,column_3\r\n1,2,\r\n3,4,5\r\n", source.Options{Header: "yes", Delimiter: ","}},
		{"objects to lines", "a.json", `[{"a":1.50},{"b":[1,2],"a":null}]`, "ndjson", "{\"a\":1.50,\"b\":null}\n{\"a\":null,\"b\":[1,2]}\n", source.Options{}},
		{"objects to a table", "a.json", `[{"a":1},{"b":"x\ny"}]`, "csv", "a,b\r\n1,\r\n,\"x\ny\"\r\n", source.Options{}},
		{"cells are strings", "a.csv", "a,b\n007,\n", "ndjson", "{\"a\":\"007\",\"b\":\"\"}\n", source.Options{Header: "yes"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			for _, stream := range []bool{false, true} {
				got, err := convert(t, c.name, c.content, c.to, c.o, stream)
				if err != nil || got != c.want {
					t.Errorf("stream %v: got %q, %v; want %q", stream, got, err, c.want)
				}
			}
		})
	}
}

func TestConvertKeepsTheOrderOfManySegments(t *testing.T) {
	var in, want strings.Builder
	in.WriteString("n;text\n")
	want.WriteString("n,text\r\n")
	for i := range 400_000 {
		fmt.Fprintf(&in, "%d;%s\n", i, "some text, with a comma")
		fmt.Fprintf(&want, "%d,\"%s\"\r\n", i, "some text, with a comma")
	}
	got, err := convert(t, "a.csv", in.String(), "csv", source.Options{}, false)
	if err != nil || got != want.String() {
		t.Errorf("%d bytes, %v; want %d bytes in the order of the file", len(got), err, want.Len())
	}
}

func TestConvertWritesNothingOfABrokenFile(t *testing.T) {
	got, err := convert(t, "a.json", `[{"a":1},{"a":`, "csv", source.Options{}, false)
	if err == nil || got != "" {
		t.Errorf("wrote %q with error %v; want nothing and an error", got, err)
	}
	if err := Convert(t.Context(), Request{}, "xml", io.Discard, Hooks{}); err == nil {
		t.Error("an unknown format is no error")
	}
}
