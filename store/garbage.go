package store

import (
	"context"
	"fmt"
)

// Deleting rows and deleting objects cannot be one transaction. So the keys of
// objects that no row needs any more are noted in the transaction that removes
// the rows, and forgotten when the storage has deleted them: a kill between the
// two loses nothing.

// Garbage lists keys of objects to delete, oldest first.
func (s *Store) Garbage(ctx context.Context, limit int) ([]string, error) {
	keys, err := all(ctx, s.read, scanText, `SELECT object_key FROM garbage_objects ORDER BY created_at, object_key LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("garbage: %w", err)
	}
	return keys, nil
}

// ForgetGarbage is called once the object is gone from the storage.
func (s *Store) ForgetGarbage(ctx context.Context, key string) error {
	return s.writeOne(ctx, "forget garbage", `DELETE FROM garbage_objects WHERE object_key = ?`, key)
}

func (s *Store) addGarbage(ctx context.Context, tx conn, keys []string) error {
	for _, key := range keys {
		if _, err := tx.exec(ctx, `INSERT INTO garbage_objects (object_key, created_at) VALUES (?, ?)
			ON CONFLICT (object_key) DO NOTHING`, key, micros(s.now())); err != nil {
			return err
		}
	}
	return nil
}
