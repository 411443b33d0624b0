package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Kinds of links.
const (
	LinkSignIn = "signin" // signs UserID in
	LinkSetup  = "setup"  // opens the first-run set-up
	LinkInvite = "invite" // makes a user: Username (a suggestion, may be "") and Admin
	LinkReset  = "reset"  // lets UserID choose a new password
)

// Link is a one-time secret that was printed or handed over. Only the hash of
// the secret is kept.
type Link struct {
	Hash      string // hex SHA-256 of the secret
	Kind      string
	UserID    string // "" for set-up and invitation
	Username  string
	Admin     bool
	CreatedAt time.Time
	ExpiresAt time.Time
}

const linkColumns = `hash, kind, COALESCE(user_id, ''), username, admin, created_at, expires_at`

func scanLink(r scanner) (Link, error) {
	var l Link
	var created, expires int64
	err := r.Scan(&l.Hash, &l.Kind, &l.UserID, &l.Username, &l.Admin, &created, &expires)
	l.CreatedAt, l.ExpiresAt = fromMicros(created), fromMicros(expires)
	return l, err
}

// CreateLink adds a link. ErrNotFound when its user is gone.
func (s *Store) CreateLink(ctx context.Context, l Link) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		if l.CreatedAt.IsZero() {
			l.CreatedAt = s.now()
		}
		_, err := tx.exec(ctx, `INSERT INTO links (hash, kind, user_id, username, admin, created_at, expires_at)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, l.Hash, l.Kind, sql.NullString{String: l.UserID, Valid: l.UserID != ""},
			l.Username, boolInt(l.Admin), micros(l.CreatedAt), micros(l.ExpiresAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("create link: %w", err)
	}
	return nil
}

// Link looks at a link without using it. ErrNotFound when it was used, has
// expired or is of another kind.
func (s *Store) Link(ctx context.Context, hash, kind string) (Link, error) {
	l, err := one(ctx, s.read, scanLink, `SELECT `+linkColumns+` FROM links WHERE hash = ? AND kind = ? AND expires_at > ?`,
		hash, kind, micros(time.Now()))
	if err != nil {
		return Link{}, fmt.Errorf("link: %w", err)
	}
	return l, nil
}

// UseLink uses a link up: of all callers exactly one gets it, the others get
// ErrNotFound, as does who comes after it has expired.
func (s *Store) UseLink(ctx context.Context, hash, kind string, now time.Time) (Link, error) {
	var l Link
	err := s.write(ctx, func(ctx context.Context, tx conn) (err error) {
		l, err = useLink(ctx, tx, hash, kind, now)
		return err
	})
	if err != nil {
		return Link{}, fmt.Errorf("use link: %w", err)
	}
	return l, nil
}

func useLink(ctx context.Context, tx conn, hash, kind string, now time.Time) (Link, error) {
	return one(ctx, tx, scanLink, `DELETE FROM links WHERE hash = ? AND kind = ? AND expires_at > ? RETURNING `+linkColumns,
		hash, kind, micros(now))
}

// DeleteExpiredLinks removes the links that have expired by now.
func (s *Store) DeleteExpiredLinks(ctx context.Context, now time.Time) error {
	return s.writeOne(ctx, "delete expired links", `DELETE FROM links WHERE expires_at <= ?`, micros(now))
}
