// Package store holds the rows: users and what they may see, datasets and
// their versions, uploads on their way, jobs and the reports they end with.
// (Package storage holds the objects, that is, the uploaded bytes.)
//
// On a file's journey the store is met twice: the server writes the upload,
// then the job row, which is the truth about work to do (package queue is only
// a cache of it), and the worker writes the progress and the report that the
// server reads back for the page.
//
// Every write that a worker makes for a job is guarded by the job's fence, a
// number that rises at every claim: a worker that was taken for dead writes
// nothing. Methods that change several rows do so in one transaction.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"
)

// Store is one database. It is safe for concurrent use.
type Store struct {
	read    conn    // a pool that cannot write
	writer  *sql.DB // transactions only, see write
	reader  *sql.DB
	dialect dialect
	last    atomic.Int64 // the latest time that now has given, microseconds
}

// Open opens the database that rawURL names, makes it when it does not exist
// and brings its schema up to date. "sqlite:///abs/file.db" is a file; its
// folder is made too. A schema written by a newer version is refused with
// ErrNewerSchema.
func Open(ctx context.Context, rawURL string) (*Store, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		// url.Error repeats the URL, which may carry a password.
		return nil, fmt.Errorf("the database URL cannot be read: want sqlite:///path/to/file.db")
	}
	switch u.Scheme {
	case "sqlite":
		return openSQLite(ctx, u, schema())
	case "postgres", "postgresql":
		return nil, fmt.Errorf("PostgreSQL is not in this version: use sqlite:///path/to/file.db")
	}
	return nil, fmt.Errorf("the database URL's scheme is %q: want sqlite:///path/to/file.db", u.Scheme)
}

// Close ends all connections.
func (s *Store) Close() error {
	readErr := s.reader.Close()
	if err := s.writer.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	if readErr != nil {
		return fmt.Errorf("close the database: %w", readErr)
	}
	return nil
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.read.row(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("ping the database: %w", err)
	}
	return nil
}

// IntegrityCheck reads the whole database and returns an error that names the
// first faults, if there are any: broken pages or indexes, dangling references.
func (s *Store) IntegrityCheck(ctx context.Context) error {
	if err := s.dialect.integrityCheck(ctx, s.read); err != nil {
		return fmt.Errorf("integrity check: %w", err)
	}
	return nil
}

// Backup writes a consistent copy of the database into a new file while the
// store goes on working. The copy is durable when Backup returns.
func (s *Store) Backup(ctx context.Context, file string) error {
	if err := s.dialect.backup(ctx, file); err != nil {
		return fmt.Errorf("back up the database: %w", err)
	}
	return nil
}

// now is the wall clock in whole microseconds, except that it never gives the
// same time twice nor goes back. Called inside a write transaction it makes
// updated_at rise in the order of commits, which JobsChangedSince relies on.
func (s *Store) now() time.Time {
	for {
		last := s.last.Load()
		next := max(time.Now().UnixMicro(), last+1)
		if s.last.CompareAndSwap(last, next) {
			return time.UnixMicro(next).UTC()
		}
	}
}
