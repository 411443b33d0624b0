package profile

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/worker/profile/report"
	"assay/worker/profile/source"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write the golden reports anew")

// The golden reports bind the engine, the API, the page and its tests: a
// change of what Assay says of a file shows here first.
func TestGoldenFilesAreReportedAsBefore(t *testing.T) {
	for _, file := range goldenFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			rep, err := profileFile(t, file, 2)
			if err != nil {
				t.Fatal(err)
			}
			rep.Engine = report.Engine{}
			got := goldenJSON(t, rep)
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".report.json"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				a, b := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
				for i := range min(len(a), len(b)) {
					if !bytes.Equal(a[i], b[i]) {
						t.Fatalf("part %d of the report is\n%s\nnot\n%s", i+1, a[i], b[i])
					}
				}
				t.Fatalf("the report has %d parts, not %d", len(a), len(b))
			}
		})
	}
}

func TestReportsFollowTheSchema(t *testing.T) {
	schema := compileSchema(t)
	for _, file := range goldenFiles(t) {
		rep, err := profileFile(t, file, 1)
		if err != nil {
			t.Fatal(err)
		}
		mustFollow(t, schema, rep)
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func mustFollow(t *testing.T, schema *jsonschema.Schema, rep *report.Report) {
	t.Helper()
	b, err := json.Marshal(rep)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%s: %v", rep.Source.Name, err)
	}
}

// goldenJSON is the report with a line for each column.
func goldenJSON(t *testing.T, rep *report.Report) []byte {
	t.Helper()
	b, err := json.Marshal(rep)
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.ReplaceAll(b, []byte(`{"name":`), []byte("\n{\"name\":"))
	return append(bytes.ReplaceAll(b, []byte(`,"missing":{"bands"`), []byte(",\n\"missing\":{\"bands\"")), '\n')
}

func goldenFiles(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/golden/*")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, f := range all {
		if !strings.HasSuffix(f, ".report.json") {
			files = append(files, f)
		}
	}
	if len(files) < 5 {
		t.Fatalf("only %d golden files", len(files))
	}
	return files
}

func profileFile(t *testing.T, file string, workers int) (*report.Report, error) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return profileBytes(t, filepath.Base(file), b, workers)
}

func profileBytes(t *testing.T, name string, b []byte, workers int) (*report.Report, error) {
	t.Helper()
	in := source.Input{Name: name, Size: int64(len(b)), ReaderAt: bytes.NewReader(b)}
	return Run(t.Context(), Request{Source: in, Workers: workers, Version: "test"}, Hooks{})
}
