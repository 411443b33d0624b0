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
		if _, err := tx.exec(ctx, `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`, name, make()); err != nil {
			return err
		}
		value, err = one(ctx, tx, scanBytes, `SELECT value FROM settings WHERE name = ?`, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return value, nil
}

// SetAddress notes where the server that started last is reached, for commands
// on the same machine.
func (s *Store) SetAddress(ctx context.Context, url string) error {
	return s.writeOne(ctx, "note the address", `INSERT INTO settings (name, value) VALUES ('address', ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, []byte(url))
}

// Address is what SetAddress noted; ErrNotFound before the first start.
func (s *Store) Address(ctx context.Context) (string, error) {
	b, err := one(ctx, s.read, scanBytes, `SELECT value FROM settings WHERE name = 'address'`)
	if err != nil {
		return "", fmt.Errorf("address: %w", err)
	}
	return string(b), nil
}

func scanBytes(r scanner) (b []byte, err error) {
	err = r.Scan(&b)
	return b, err
}
