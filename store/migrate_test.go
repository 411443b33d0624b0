package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Each schema that was ever released has a populated database in testdata. It
// is built as that release built it, brought up to date by today's Open, and
// then every row must still be found. A new migration needs a new file there,
// and the next release's rows join these.
func TestEveryOldDatabaseComesUpToDate(t *testing.T) {
	for _, step := range schema() {
		t.Run(step.name, func(t *testing.T) {
			rows, err := os.ReadFile(fmt.Sprintf("testdata/populated_%04d.sql", step.version))
			if err != nil {
				t.Fatalf("a migration needs a populated database of its schema: %v", err)
			}
			file := filepath.Join(t.TempDir(), "assay.db")
			old := openSteps(t, file, schema()[:step.version])
			if err := old.write(t.Context(), func(ctx context.Context, tx conn) error {
				_, err := tx.exec(ctx, string(rows))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
			s := openSteps(t, file, schema())
			defer s.Close()
			if err := s.IntegrityCheck(t.Context()); err != nil {
				t.Error(err)
			}
			checkPopulated(t, s)
			if step.version >= 2 {
				p, err := s.TableProfile(t.Context(), "ds_1", 1, "flights 2")
				if err != nil || p.ETag != "etag-3" || !p.Complete || p.JobID != "job_1" {
					t.Errorf("report of a table: %+v, %v", p, err)
				}
			}
		})
	}
}

// checkPopulated reads what all files in testdata hold.
func checkPopulated(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	check := func(what string, err error, ok bool) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if !ok {
			t.Errorf("%s changed", what)
		}
	}
	u, err := s.UserByUsername(ctx, "ANN")
	check("user", err, u == User{ID: "usr_ann", Username: "Ann", PasswordHash: "hash", Admin: true, CreatedAt: fromMicros(1700000000000001)})
	u, err = s.User(ctx, "usr_bob")
	check("disabled user", err, u.Disabled && !u.Admin)
	session, _, err := s.SessionByHash(ctx, "session-hash")
	check("session", err, session.UserID == "usr_ann" && session.SeenAt.Equal(fromMicros(1700000000000004)))
	token, _, err := s.TokenByHash(ctx, "token-hash")
	check("token", err, token.Name == "laptop" && token.ExpiresAt == nil && token.LastUsedAt.Equal(fromMicros(1700000000000006)))
	link, err := s.Link(ctx, "link-hash", LinkReset)
	check("link", err, link.UserID == "usr_ann")
	home, err := s.PersonalWorkspace(ctx, "usr_ann")
	check("personal workspace", err, home.ID == "ws_ann" && home.Personal && home.Role == RoleOwner)
	role, err := s.RoleOf(ctx, "usr_ann", "ws_team")
	check("role", err, role == RoleEditor)

	d, _, err := s.Dataset(ctx, "usr_ann", "ds_1")
	check("dataset", err, d.Name == "Flights" && d.Description == "all of them" && d.CreatedBy == "usr_ann")
	check("newest version", err, d.Latest != nil && d.Latest.Number == 2 && d.Latest.JobID == "job_2" && string(d.Latest.Summary) == `{"rows":7}`)
	v, err := s.Version(ctx, "ds_1", 1)
	check("version", err, v.ObjectKey == "objects/1" && v.SHA256 == "cafe" && v.Size == 100 && v.Job.ID == "job_1")
	up, err := s.Upload(ctx, "up_1")
	check("completed upload", err, up.JobID == "job_1" && up.Version == 1)
	up, err = s.Upload(ctx, "up_3")
	check("open upload", err, up.Status == UploadOpen && up.StorageID == "mp-3")
	unclean, err := s.UploadsToClean(ctx, 10)
	check("failed upload", err, len(unclean) == 1 && unclean[0].ID == "up_4" && unclean[0].Error.Code == "object_missing")
	used, err := s.UsedBytes(ctx, "usr_ann")
	check("used bytes", err, used == 600)

	j, err := s.JobByID(ctx, "job_1")
	check("ended job", err, j.Status == StatusSucceeded && j.Attempt == 2 && j.Fence == 3 && j.Interruptions == 1 &&
		j.Progress.Rows == 7 && *j.Complete && string(j.Options) == `{"delimiter":";"}`)
	j, err = s.JobByID(ctx, "job_2")
	check("running job", err, j.Status == StatusRunning && *j.Progress.ETASeconds == 2.5)
	p, err := s.Profile(ctx, "ds_1", 1)
	check("report", err, p.ETag == "etag-1" && p.Complete && !p.Provisional && string(p.Report) == "\x1f\x8b\x01")
	p, err = s.LatestProfile(ctx, "ds_1")
	check("provisional report", err, p.Version == 2 && p.Provisional && string(p.Report) == "\x1f\x8b\x02")
	keys, err := s.Garbage(ctx, 10)
	check("garbage", err, len(keys) == 1 && keys[0] == "objects/0")
	n, err := s.ExpireLeases(ctx, time.Now())
	check("the job of a dead worker", err, n == 1)
}

func TestANewerSchemaIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "assay.db")
	next := migration{version: len(schema()) + 1, name: "next.sql", sql: "CREATE TABLE next (id TEXT)", checksum: "x"}
	openSteps(t, file, append(schema(), next)).Close()
	_, err := openFile(t, file, schema())
	if !errors.Is(err, ErrNewerSchema) {
		t.Errorf("error %v, want %v", err, ErrNewerSchema)
	}
}

func TestAnEditedMigrationIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "assay.db")
	openSteps(t, file, schema()).Close()
	edited := schema()
	edited[0].checksum = "other"
	if _, err := openFile(t, file, edited); err == nil {
		t.Error("a database was opened whose schema is not what its number says")
	}
}

// A migration that fails leaves the database as it was, and works once mended.
func TestABrokenMigrationChangesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "assay.db")
	openSteps(t, file, schema()).Close()
	next := migration{version: len(schema()) + 1, name: "next.sql", checksum: "x",
		sql: "CREATE TABLE next (id TEXT); INSERT INTO next VALUES ('a'); INSERT INTO missing VALUES (1)"}
	if _, err := openFile(t, file, append(schema(), next)); err == nil {
		t.Fatal("a broken migration was applied")
	}
	next.sql = "CREATE TABLE next (id TEXT)"
	s := openSteps(t, file, append(schema(), next))
	defer s.Close()
	n, err := one(t.Context(), s.read, scanInt, `SELECT COUNT(*) FROM next`)
	if err != nil || n != 0 {
		t.Errorf("the mended table has %d rows (%v), want 0", n, err)
	}
}

func TestProcessesThatStartTogetherMigrateOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "assay.db")
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() {
			s, err := openFile(t, file, schema())
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func openSteps(t *testing.T, file string, steps []migration) *Store {
	t.Helper()
	s, err := openFile(t, file, steps)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openFile(t *testing.T, file string, steps []migration) (*Store, error) {
	t.Helper()
	path := filepath.ToSlash(file)
	if path[0] != '/' {
		path = "/" + path
	}
	return openSQLite(t.Context(), &url.URL{Scheme: "sqlite", Path: path}, steps)
}
