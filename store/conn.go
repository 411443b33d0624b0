package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// conn runs statements, either on the pool of readers or in a transaction.
// Statements use ? for parameters; the dialect rewrites them where it must.
type conn struct {
	q interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
	dialect dialect
}

// exec returns the number of rows the statement changed.
func (c conn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := c.q.ExecContext(ctx, c.dialect.rebind(query), args...)
	if err != nil {
		return 0, c.dialect.wrap(err)
	}
	return res.RowsAffected()
}

func (c conn) row(ctx context.Context, query string, args ...any) *sql.Row {
	return c.q.QueryRowContext(ctx, c.dialect.rebind(query), args...)
}

// scanner is a *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// one reads a single row; none is ErrNotFound.
func one[T any](ctx context.Context, c conn, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(c.row(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		var none T
		return none, ErrNotFound
	}
	return v, err
}

// all reads every row of the answer.
func all[T any](ctx context.Context, c conn, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := c.q.QueryContext(ctx, c.dialect.rebind(query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

func scanText(r scanner) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}

func scanInt(r scanner) (n int64, err error) {
	err = r.Scan(&n)
	return n, err
}

// write runs f in a transaction that holds the database's write lock from its
// beginning, and commits unless f fails. The caller's context ends the wait for
// the lock, not the transaction: half a cancelled commit could not be told from
// a whole one. f touches nothing but the database (a back-end with optimistic
// transactions may run it again), and its error comes back unwrapped.
func (s *Store) write(ctx context.Context, f func(ctx context.Context, tx conn) error) error {
	c, err := s.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("wait for the database: %w", err)
	}
	defer c.Close()
	ctx = context.WithoutCancel(ctx)
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() // after a commit this does nothing
	if err := f(ctx, conn{tx, s.dialect}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// found turns a statement that changed no row into ErrNotFound.
func found(n int64, err error) error {
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// writeOne runs a single statement in a transaction of its own; that it may
// find no row to change is no error.
func (s *Store) writeOne(ctx context.Context, what, query string, args ...any) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		_, err := tx.exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Times are stored as microseconds since 1970: integers sort, compare and mean
// the same in every database.

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

func microsOrNull(t *time.Time) sql.NullInt64 {
	if t == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: true}
}

func fromMicrosOrNull(n sql.NullInt64) *time.Time {
	if !n.Valid {
		return nil
	}
	t := fromMicros(n.Int64)
	return &t
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// JSON is stored as text; the empty text is its absence.

func encodeError(e *JobError) (string, error) {
	if e == nil {
		return "", nil
	}
	b, err := json.Marshal(e)
	return string(b), err
}

func decodeError(s string) (*JobError, error) {
	if s == "" {
		return nil, nil
	}
	var e JobError
	if err := json.Unmarshal([]byte(s), &e); err != nil {
		return nil, fmt.Errorf("stored error: %w", err)
	}
	return &e, nil
}

func rawJSON(s string) json.RawMessage {
	if s == "" {
		return nil
	}
	return json.RawMessage(s)
}
