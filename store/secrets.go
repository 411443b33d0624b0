package store

import (
	"context"
	"fmt"
)

// Secret returns the installation's secret of that name, which the first
// caller makes: all servers on one database get the same.
func (s *Store) Secret(ctx context.Context, name string, make func() []byte) ([]byte, error) {
	var value []byte
	err := s.write(ctx, func(ctx context.Context, tx conn) (err error) {
		if _, err := tx.exec(ctx, `INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`, name, make()); err != nil {
			return err
		}
		value, err = one(ctx, tx, scanBytes, `SELECT value FROM secrets WHERE name = ?`, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return value, nil
}

func scanBytes(r scanner) (b []byte, err error) {
	err = r.Scan(&b)
	return b, err
}
