package store_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/store"
)

func TestAnyPathCanHoldTheDatabase(t *testing.T) {
	for _, name := range []string{"plain", "with space", "100%25", "50% off", "a?b", "a#b", "üñï", "a&b=c"} {
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			continue // not a name here (Windows)
		}
		file := filepath.Join(dir, "assay.db")
		s, err := store.Open(t.Context(), sqliteURL(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s.Close()
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s: the file is somewhere else: %v", name, err)
		}
	}
}

func TestOpenRefusesWhatItCannotServe(t *testing.T) {
	for raw, want := range map[string]string{
		"":                          "sqlite:///",
		"assay.db":                  "sqlite:///",
		"mysql://localhost/x":       "sqlite:///",
		"sqlite://relative/file.db": "three slashes",
		"sqlite:///tmp/x.db?mode=x": "three slashes",
		"postgres://u:hunter2@h/db": "not in this version",
		"sqlite://%zz:hunter2@h/":   "cannot be read",
	} {
		s, err := store.Open(t.Context(), raw)
		if err == nil {
			s.Close()
			t.Errorf("%q was opened", raw)
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v, want %q in it", raw, err, want)
		}
	}
}

func TestAFileThatIsNoDatabaseIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "assay.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("this is not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := store.Open(t.Context(), sqliteURL(file)); err == nil {
		s.Close()
		t.Error("it was opened")
	}
}

func TestABackupIsTheWholeDatabase(t *testing.T) {
	s := openSQLite(t)
	want, err := s.CreateUser(t.Context(), store.User{Username: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "it's a backup.db")
	if err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), file); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second backup into the same file: %v", err)
	}
	restored, err := store.Open(t.Context(), sqliteURL(file))
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	if got, err := restored.User(t.Context(), want.ID); err != nil || got != want {
		t.Errorf("the user is %v (%v), want %v", got, err, want)
	}
	if err := restored.IntegrityCheck(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("the store after its backup: %v", err)
	}
}

func TestIDsSortByTimeAndNeverRepeat(t *testing.T) {
	form := regexp.MustCompile(`^job_[0-9a-hjkmnp-tv-z]{26}$`)
	var ids []string
	for range 1000 {
		ids = append(ids, store.NewID("job"))
	}
	for _, id := range ids {
		if !form.MatchString(id) {
			t.Fatalf("%q is not of the form %s", id, form)
		}
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(sorted) != len(ids) {
		t.Errorf("%d of %d IDs are different", len(sorted), len(ids))
	}
	begun := time.Now().UnixMilli()
	before := store.NewID("x")
	for time.Now().UnixMilli() == begun { // the next millisecond
	}
	if after := store.NewID("x"); after <= before {
		t.Errorf("%s does not sort after %s", after, before)
	}
}

func TestOneProcessHoldsTheDataFolder(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_LOCK"); dir != "" {
		// The child of the test below: take the lock, say so, wait to be killed.
		if _, err := store.LockData(dir); err != nil {
			os.Stdout.WriteString("refused\n")
			os.Exit(0)
		}
		os.Stdout.WriteString("locked!\n")
		select {}
	}
	dir := filepath.Join(t.TempDir(), "data")
	child := func() (*exec.Cmd, string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOneProcessHoldsTheDataFolder$")
		cmd.Env = append(os.Environ(), "STORE_TEST_LOCK="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		word := make([]byte, len("locked!"))
		if _, err := out.Read(word); err != nil {
			t.Fatal(err)
		}
		return cmd, string(word)
	}

	unlock, err := store.LockData(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.LockData(dir); !errors.Is(err, store.ErrLocked) {
		t.Errorf("a second lock in this process: %v", err)
	}
	cmd, word := child()
	if word != "refused" {
		t.Errorf("another process %s the folder that we hold", word)
	}
	cmd.Wait()
	if err := unlock(); err != nil {
		t.Fatal(err)
	}

	holder, word := child()
	if word != "locked!" {
		t.Fatalf("another process was %s the folder that we gave back", word)
	}
	if _, err := store.LockData(dir); !errors.Is(err, store.ErrLocked) {
		t.Errorf("while another process holds it: %v", err)
	}
	holder.Process.Kill()
	holder.Wait()
	unlock, err = store.LockData(dir)
	if err != nil {
		t.Fatalf("after the other process was killed: %v", err)
	}
	unlock()
}

func TestALocalFolderIsNoNetworkFolder(t *testing.T) {
	if name, yes := store.NetworkFilesystem(filepath.Join(t.TempDir(), "missing")); yes {
		t.Errorf("a folder that does not exist lies on %s", name)
	}
}
