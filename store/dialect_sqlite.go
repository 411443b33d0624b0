package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is all that one database does differently from another. Everything
// else in this package is SQL that SQLite and PostgreSQL both speak.
type dialect interface {
	// rebind rewrites the ? parameters of a statement.
	rebind(query string) string
	// wrap makes ErrConflict of a broken unique constraint and ErrNotFound of
	// a reference to a missing row; other errors stay as they are.
	wrap(err error) error
	integrityCheck(ctx context.Context, c conn) error
	backup(ctx context.Context, file string) error
}

type sqliteDialect struct{ file string }

// openSQLite opens the file with one connection that writes and several that
// only read. A single shared pool was measured at 4 ms to 1.3 s for the slowest
// writes against 0.3-1.8 ms, because SQLite's own waiting for its lock is blind.
func openSQLite(ctx context.Context, u *url.URL, steps []migration) (*Store, error) {
	file, err := sqliteFile(u)
	if err != nil {
		return nil, err
	}
	if err := makePrivateFile(file); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	// Immediate transactions: deferred ones fail with BUSY, without waiting,
	// when they turn from reading to writing. FULL: acknowledged means kept,
	// also when the power fails.
	writer, err := sql.Open("sqlite", sqliteDSN(file,
		"_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)"))
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", sqliteDSN(file, "_pragma=query_only(1)"))
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	reader.SetMaxOpenConns(runtime.NumCPU())
	reader.SetMaxIdleConns(runtime.NumCPU())
	d := sqliteDialect{file}
	s := &Store{read: conn{reader, d}, writer: writer, reader: reader, dialect: d}
	if err := s.migrate(ctx, steps); err != nil {
		s.Close()
		return nil, fmt.Errorf("open the database %s: %w", filepath.Base(file), err)
	}
	return s, nil
}

func sqliteDSN(file string, params ...string) string {
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/data -> /C:/data, as SQLite's URIs want it
	}
	params = append([]string{"_pragma=busy_timeout(5000)", "_pragma=foreign_keys(1)"}, params...)
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(params, "&")
}

func sqliteFile(u *url.URL) (string, error) {
	path := u.Path
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/") // sqlite:///C:/data/assay.db
	}
	path = filepath.FromSlash(path)
	if u.Host != "" || u.RawQuery != "" || !filepath.IsAbs(path) {
		return "", fmt.Errorf("the database URL must look like sqlite:///path/to/file.db, with three slashes")
	}
	return path, nil
}

// makePrivateFile creates the file for its owner only: it holds password
// hashes. SQLite gives its companions (-wal, -shm) the same mode.
func makePrivateFile(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func (sqliteDialect) rebind(query string) string { return query }

func (sqliteDialect) wrap(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", ErrConflict, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return err
}

func (sqliteDialect) integrityCheck(ctx context.Context, c conn) error {
	faults, err := all(ctx, c, scanText, `PRAGMA integrity_check(10)`)
	if err != nil {
		return err
	}
	if len(faults) != 1 || faults[0] != "ok" {
		return fmt.Errorf("damaged: %s", strings.Join(faults, "; "))
	}
	dangling, err := all(ctx, c, scanText, `SELECT DISTINCT "table" FROM pragma_foreign_key_check`)
	if err != nil {
		return err
	}
	if len(dangling) > 0 {
		return fmt.Errorf("rows refer to missing rows in: %s", strings.Join(dangling, ", "))
	}
	return nil
}

func (d sqliteDialect) backup(ctx context.Context, file string) error {
	// VACUUM INTO accepts an empty file that exists: make it ourselves, so that
	// it is ours alone to read and never an older backup.
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := d.vacuumInto(ctx, file); err != nil {
		os.Remove(file)
		return err
	}
	return f.Sync() // VACUUM INTO does not wait for the disk
}

// vacuumInto has a connection of its own: the readers' may not write, not even
// elsewhere, and the writer has other work to do.
func (d sqliteDialect) vacuumInto(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", sqliteDSN(d.file))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, file)
	return err
}
