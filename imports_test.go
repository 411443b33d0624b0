package main_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// rooms are the folders of the house, and which of our own packages each may
// import besides its own (DESIGN: "The house"). A folder belongs to the room
// with the longest matching name. The server and the worker meet in the store
// and the queue, never in each other; tests obey like everything else.
var rooms = map[string][]string{
	".":              {"server", "worker", "worker/sandbox", "worker/profile", "queue", "storage", "store"},
	"server":         {"queue", "storage", "store"},
	"worker":         {"worker/sandbox", "worker/profile", "queue", "storage", "store"},
	"worker/sandbox": {"worker/profile"},
	"worker/profile": {},
	"queue":          {},
	"storage":        {},
	"store":          {},
}

// homes are the rooms of the libraries that must not spread: whoever wants to
// replace one finds it in a single folder.
var homes = map[string]string{
	"github.com/labstack/":          "server",
	"github.com/hibiken/asynq":      "queue",
	"github.com/alicebob/miniredis": "queue",
	"github.com/redis/go-redis":     "queue",
	"github.com/minio/minio-go":     "storage",
	"modernc.org/sqlite":            "store",
	"github.com/jackc/pgx":          "store",
	"github.com/parquet-go/":        "worker/profile",
	"github.com/apache/arrow-go":    "worker/profile",
	"github.com/xuri/excelize":      "worker/profile",
	"golang.org/x/text/encoding":    "worker/profile",
	"github.com/alecthomas/kong":    ".",
}

// breaches lists the imports under root that the rules forbid, as
// "file imports package", sorted.
func breaches(root fs.FS) ([]string, error) {
	var found []string
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != "." && (base == "node_modules" || base == "testdata" || name == "ui" || name == "bin" || name == "tmp" || base[0] == '.') {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from, ok := roomOf(path.Dir(name))
		if !ok {
			found = append(found, fmt.Sprintf("%s is in no room of the house", name))
			return nil
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !allowed(from, imported) {
				found = append(found, fmt.Sprintf("%s imports %s", name, imported))
			}
		}
		return nil
	})
	slices.Sort(found)
	return found, err
}

func allowed(from, imported string) bool {
	if ours, ok := strings.CutPrefix(imported, "assay/"); ok {
		to, ok := roomOf(ours)
		return ok && (to == from || slices.Contains(rooms[from], to))
	}
	for library, home := range homes {
		if strings.HasPrefix(imported, library) && home != from {
			return false
		}
	}
	return true
}

// roomOf is the room that a folder belongs to.
func roomOf(folder string) (string, bool) {
	for room := folder; room != "."; room = path.Dir(room) {
		if _, ok := rooms[room]; ok {
			return room, true
		}
	}
	return ".", folder == "."
}

func TestImportsKeepTheirDirection(t *testing.T) {
	found, err := breaches(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

// The test above would pass on an empty folder: these show what it sees.
func TestImportRulesSeeABreach(t *testing.T) {
	for _, c := range []struct {
		file, imported string
		breach         bool
	}{
		{"main.go", "assay/server", false},
		{"main.go", "assay/worker/profile/report", false},
		{"main.go", "github.com/labstack/echo/v4", true},
		{"server/uploads.go", "assay/store", false},
		{"server/uploads.go", "assay/worker", true},
		{"server/uploads.go", "assay/worker/profile/source", true},
		{"server/uploads_test.go", "assay/worker", true},
		{"server/client/client.go", "assay/server", false},
		{"server/routes.go", "github.com/labstack/echo/v4", false},
		{"worker/task.go", "assay/worker/sandbox", false},
		{"worker/task.go", "assay/server", true},
		{"worker/task_test.go", "assay/server/client", true},
		{"worker/task.go", "github.com/labstack/echo/v4/middleware", true},
		{"worker/sandbox/child.go", "assay/worker/profile", false},
		{"worker/sandbox/child.go", "assay/store", true},
		{"worker/sandbox/child.go", "assay/worker", true},
		{"worker/profile/profile.go", "assay/worker/profile/source", false},
		{"worker/profile/sketch/kll.go", "assay/worker/sandbox", true},
		{"queue/redis.go", "assay/store", true},
		{"queue/redis.go", "github.com/hibiken/asynq", false},
		{"storage/s3.go", "github.com/minio/minio-go/v7/pkg/cors", false},
		{"storage/disk.go", "assay/store", true},
		{"storage/storagetest/suite.go", "assay/storage", false},
		{"store/jobs.go", "assay/queue", true},
		{"store/jobs.go", "github.com/minio/minio-go/v7", true},
		{"store/jobs.go", "assay/utils", true},
		{"utils/strings.go", "strings", true},
		{"ui/node_modules/x/x.go", "assay/worker", false},
		{"bin/x.go", "assay/worker", false},
		{"worker/profile/testdata/x.go", "assay/store", false},
	} {
		tree := fstest.MapFS{
			c.file:          {Data: fmt.Appendf(nil, "package x\n\nimport _ %q\n", c.imported)},
			"docs/notes.md": {Data: []byte("no Go")},
		}
		found, err := breaches(tree)
		if err != nil {
			t.Fatal(err)
		}
		if (len(found) == 1) != c.breach || len(found) > 1 {
			t.Errorf("%s importing %s: %v, want a breach: %v", c.file, c.imported, found, c.breach)
		}
	}
	if _, err := breaches(fstest.MapFS{"main.go": {Data: []byte("package")}}); err == nil {
		t.Error("a file that cannot be read passes")
	}
}

// Rules about rooms that are gone protect nothing.
func TestEveryRoomExists(t *testing.T) {
	for room, imports := range rooms {
		for _, r := range append(imports, room) {
			if info, err := os.Stat(filepath.FromSlash(r)); err != nil || !info.IsDir() {
				t.Errorf("the room %s is gone", r)
			}
		}
	}
}
