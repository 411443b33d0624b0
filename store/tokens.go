package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Token lets a program in on behalf of a user. Only its secret's hash is kept.
type Token struct {
	ID         string // made by CreateToken when empty
	UserID     string
	Name       string
	Hash       string // hex SHA-256 of the secret
	CreatedAt  time.Time
	LastUsedAt *time.Time // nil: never
	ExpiresAt  *time.Time // nil: never
}

const tokenColumns = `t.id, t.user_id, t.name, t.hash, t.created_at, t.last_used_at, t.expires_at`

func scanToken(r scanner) (Token, error) { return scanTokenAnd(r) }

// scanTokenAnd reads a token and, into more, what follows it in the same row.
func scanTokenAnd(r scanner, more ...any) (Token, error) {
	var t Token
	var created int64
	var used, expires sql.NullInt64
	err := r.Scan(append([]any{&t.ID, &t.UserID, &t.Name, &t.Hash, &created, &used, &expires}, more...)...)
	t.CreatedAt, t.LastUsedAt, t.ExpiresAt = fromMicros(created), fromMicrosOrNull(used), fromMicrosOrNull(expires)
	return t, err
}

// CreateToken adds a token. ErrNotFound when its user is gone, ErrConflict
// when the hash exists.
func (s *Store) CreateToken(ctx context.Context, t Token) (Token, error) {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		if t.ID == "" {
			t.ID = NewID("tok")
		}
		if t.CreatedAt.IsZero() {
			t.CreatedAt = s.now()
		}
		_, err := tx.exec(ctx, `INSERT INTO tokens (id, user_id, name, hash, created_at, last_used_at, expires_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, t.ID, t.UserID, t.Name, t.Hash,
			micros(t.CreatedAt), microsOrNull(t.LastUsedAt), microsOrNull(t.ExpiresAt))
		return err
	})
	if err != nil {
		return Token{}, fmt.Errorf("create token: %w", err)
	}
	return t, nil
}

// TokenByHash returns a token and its user. ErrNotFound also when the token has
// expired or the user is disabled.
func (s *Store) TokenByHash(ctx context.Context, hash string) (Token, User, error) {
	var user User
	token, err := one(ctx, s.read, func(r scanner) (Token, error) {
		var created int64
		t, err := scanTokenAnd(r, user.fields(&created)...)
		user.CreatedAt = fromMicros(created)
		return t, err
	}, `SELECT `+tokenColumns+`, `+userColumns+` FROM tokens t JOIN users u ON u.id = t.user_id
		WHERE t.hash = ? AND (t.expires_at IS NULL OR t.expires_at > ?) AND u.disabled = 0`, hash, micros(time.Now()))
	if err != nil {
		return Token{}, User{}, fmt.Errorf("token: %w", err)
	}
	return token, user, nil
}

// TouchToken notes when the token was last used.
func (s *Store) TouchToken(ctx context.Context, id string, used time.Time) error {
	return s.writeOne(ctx, "touch token", `UPDATE tokens SET last_used_at = ? WHERE id = ?`, micros(used), id)
}

// Tokens lists a user's tokens, newest first.
func (s *Store) Tokens(ctx context.Context, userID string, page Page) ([]Token, string, error) {
	from, err := page.before()
	if err != nil {
		return nil, "", fmt.Errorf("tokens: %w", err)
	}
	list, err := all(ctx, s.read, scanToken, `SELECT `+tokenColumns+` FROM tokens t
		WHERE t.user_id = ? AND (t.created_at, t.id) < (?, ?) ORDER BY t.created_at DESC, t.id DESC LIMIT ?`,
		userID, from.number, from.id, page.limit()+1)
	if err != nil {
		return nil, "", fmt.Errorf("tokens: %w", err)
	}
	list, next := cut(list, page.limit(), func(t Token) position { return at(t.CreatedAt, t.ID) })
	return list, next, nil
}

// DeleteToken revokes one of the user's tokens. ErrNotFound when it is not theirs.
func (s *Store) DeleteToken(ctx context.Context, userID, id string) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		return found(tx.exec(ctx, `DELETE FROM tokens WHERE user_id = ? AND id = ?`, userID, id))
	})
	if err != nil {
		return fmt.Errorf("delete token: %w", err)
	}
	return nil
}
