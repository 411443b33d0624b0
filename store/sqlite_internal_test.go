package store

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// See docs/adr/0003-sqlite.md for why each of them.
func TestSQLiteIsSetUpToKeepWhatItAcknowledges(t *testing.T) {
	s := openSteps(t, filepath.Join(t.TempDir(), "assay.db"), schema())
	defer s.Close()
	writer, reader := conn{s.writer, s.dialect}, conn{s.reader, s.dialect}
	for _, c := range []struct {
		name   string
		conn   conn
		pragma string
		want   string
	}{
		{"writer", writer, "journal_mode", "wal"},
		{"writer", writer, "synchronous", "2"}, // FULL
		{"writer", writer, "foreign_keys", "1"},
		{"writer", writer, "busy_timeout", "5000"},
		{"reader", reader, "query_only", "1"},
		{"reader", reader, "busy_timeout", "5000"},
	} {
		got, err := one(t.Context(), c.conn, scanText, "PRAGMA "+c.pragma)
		if err != nil || got != c.want {
			t.Errorf("%s of the %s is %q (%v), want %q", c.pragma, c.name, got, err, c.want)
		}
	}
	if _, err := reader.exec(t.Context(), "DELETE FROM users"); err == nil {
		t.Error("a reader has written")
	}
	if n := s.writer.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d connections write, want 1", n)
	}
}

// Two writers of two processes wait for each other instead of failing, also
// where a transaction reads before it writes.
func TestTwoProcessesShareOneFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "assay.db")
	a, b := openSteps(t, file, schema()), openSteps(t, file, schema())
	defer a.Close()
	defer b.Close()
	u, err := a.CreateUser(t.Context(), User{Username: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	errs := make(chan error, 2)
	for _, s := range []*Store{a, b} {
		go func() {
			for range 100 {
				name := NewID("ann")
				if _, err := s.UpdateUser(context.Background(), u.ID, UserPatch{Username: &name}); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestDamageIsFound(t *testing.T) {
	file := filepath.Join(t.TempDir(), "assay.db")
	s := openSteps(t, file, schema())
	for range 50 {
		if _, err := s.CreateUser(t.Context(), User{Username: NewID("u")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.IntegrityCheck(t.Context()); err != nil {
		t.Fatalf("an undamaged database: %v", err)
	}
	s.Close() // writes the log back into the file

	// An index that lacks a row, as a lost page write would leave it.
	s = openSteps(t, file, schema())
	if err := s.write(t.Context(), func(ctx context.Context, tx conn) error {
		_, err := tx.exec(ctx, `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage =
			(SELECT rootpage FROM sqlite_schema WHERE name = 'tokens_of_user') WHERE name = 'users_by_age'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s, err := openFile(t, file, schema())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.IntegrityCheck(t.Context()); err == nil {
		t.Error("a broken index was not found")
	}
}

func TestDanglingRowsAreFound(t *testing.T) {
	s := openSteps(t, filepath.Join(t.TempDir(), "assay.db"), schema())
	defer s.Close()
	if _, err := s.writer.ExecContext(t.Context(), `PRAGMA foreign_keys = OFF;
		INSERT INTO sessions VALUES ('h', 'usr_none', 1, 2, 3)`); err != nil {
		t.Fatal(err)
	}
	if err := s.IntegrityCheck(t.Context()); err == nil || !strings.Contains(err.Error(), "sessions") {
		t.Errorf("a session of nobody: %v", err)
	}
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // files have no such mode there
	}
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := openSteps(t, filepath.Join(dir, "assay.db"), schema())
	defer s.Close()
	if _, err := s.CreateUser(t.Context(), User{Username: "ann"}); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 2 {
		t.Fatalf("%d files (%v), want the database and its log", len(files), err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f.Name(), info.Mode())
		}
	}
}

func TestTimeNeverStandsStill(t *testing.T) {
	var s Store
	last := s.now()
	for range 10_000 {
		next := s.now()
		if !next.After(last) {
			t.Fatalf("%v after %v", next, last)
		}
		last = next
	}
}

// A machine starts with its clock two hours ahead, takes a file, learns the
// time and restarts: the job must not wait for two hours.
func TestAJobFromAClockThatWasAheadIsNotLate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "assay.db")
	s := openSteps(t, file, schema())
	s.last.Store(time.Now().Add(2 * time.Hour).UnixMicro())
	u, err := s.CreateUser(t.Context(), User{Username: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	home, err := s.PersonalWorkspace(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	up := Upload{ID: NewID("up"), WorkspaceID: home.ID, UserID: u.ID, Name: "a.csv", ObjectKey: "o", ExpiresAt: time.Now().Add(time.Hour)}
	if err := s.CreateUpload(t.Context(), up, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.SetUploadStatus(t.Context(), up.ID, []string{UploadOpen}, UploadCompleting, nil); err != nil {
		t.Fatal(err)
	}
	if up, err = s.CompleteUpload(t.Context(), up.ID, ""); err != nil {
		t.Fatal(err)
	}
	s.Close()

	s = openSteps(t, file, schema())
	defer s.Close()
	if _, err := s.ExpireLeases(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	ready, err := s.QueuedJobs(t.Context(), time.Now(), 10)
	if err != nil || len(ready) != 1 {
		t.Fatalf("%d jobs are ready (%v), want 1", len(ready), err)
	}
	if _, err := s.ClaimJob(t.Context(), up.JobID, 0, time.Minute); err != nil {
		t.Error(err)
	}
}
