package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema, from version-1 to version. Steps are
// never edited once released: a new one is added.
type migration struct {
	version  int
	name     string
	sql      string
	checksum string // hex SHA-256 of sql
}

// schema returns the steps in order. Files are named NNNN_what.sql, without
// gaps from 0001; fs.Glob sorts them.
func schema() []migration {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	list := make([]migration, len(names))
	for i, name := range names {
		b, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic(err) // embedded at build
		}
		// A checkout with Windows line ends is still the same migration.
		text := strings.ReplaceAll(string(b), "\r\n", "\n")
		sum := sha256.Sum256([]byte(text))
		list[i] = migration{i + 1, path.Base(name), text, hex.EncodeToString(sum[:])}
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(list[i].name, want) {
			panic("store: migration " + list[i].name + " should be number " + want)
		}
	}
	return list
}

// migrate applies the steps that the database does not have yet, each in a
// transaction of its own, so that a kill between two of them is harmless.
func (s *Store) migrate(ctx context.Context, steps []migration) error {
	if err := s.write(ctx, func(ctx context.Context, tx conn) error {
		_, err := tx.exec(ctx, `CREATE TABLE IF NOT EXISTS schema_migrations (
			version    INTEGER NOT NULL PRIMARY KEY,
			name       TEXT    NOT NULL,
			checksum   TEXT    NOT NULL,
			applied_at BIGINT  NOT NULL)`)
		return err
	}); err != nil {
		return err
	}
	for _, step := range steps {
		if err := s.write(ctx, func(ctx context.Context, tx conn) error {
			// Asked inside the transaction: another process may just have done it.
			return s.apply(ctx, tx, step, len(steps))
		}); err != nil {
			return fmt.Errorf("migration %s: %w", step.name, err)
		}
	}
	return nil
}

func (s *Store) apply(ctx context.Context, tx conn, step migration, newest int) error {
	var version int
	if err := tx.row(ctx, `SELECT COALESCE(MAX(version), 0) FROM schema_migrations`).Scan(&version); err != nil {
		return err
	}
	if version > newest {
		return fmt.Errorf("%w: its schema is number %d, this program knows %d", ErrNewerSchema, version, newest)
	}
	if step.version <= version {
		had, err := one(ctx, tx, scanText, `SELECT checksum FROM schema_migrations WHERE version = ?`, step.version)
		if err != nil {
			return err
		}
		if had != step.checksum {
			return fmt.Errorf("was applied with another text than this program holds")
		}
		return nil
	}
	if _, err := tx.exec(ctx, step.sql); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)`,
		step.version, step.name, step.checksum, micros(s.now()))
	return err
}
