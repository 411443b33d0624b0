package store

import (
	"context"
	"fmt"
	"time"
)

// Session is a browser that is signed in. Only the hash of its secret is kept.
type Session struct {
	Hash      string // hex SHA-256 of the cookie's value
	UserID    string
	CreatedAt time.Time
	ExpiresAt time.Time
	SeenAt    time.Time
}

// CreateSession adds a session. ErrNotFound when its user is gone.
func (s *Store) CreateSession(ctx context.Context, session Session) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		_, err := tx.exec(ctx, `INSERT INTO sessions (hash, user_id, created_at, expires_at, seen_at) VALUES (?, ?, ?, ?, ?)`,
			session.Hash, session.UserID, micros(session.CreatedAt), micros(session.ExpiresAt), micros(session.SeenAt))
		return err
	})
	if err != nil {
		return fmt.Errorf("create session: %w", err)
	}
	return nil
}

// SessionByHash returns a session and its user. ErrNotFound also when the
// session has expired or the user is disabled.
func (s *Store) SessionByHash(ctx context.Context, hash string) (Session, User, error) {
	var session Session
	user, err := one(ctx, s.read, func(r scanner) (User, error) {
		var u User
		var created, expires, seen, userCreated int64
		err := r.Scan(append([]any{&session.Hash, &session.UserID, &created, &expires, &seen}, u.fields(&userCreated)...)...)
		session.CreatedAt, session.ExpiresAt, session.SeenAt = fromMicros(created), fromMicros(expires), fromMicros(seen)
		u.CreatedAt = fromMicros(userCreated)
		return u, err
	}, `SELECT s.hash, s.user_id, s.created_at, s.expires_at, s.seen_at, `+userColumns+`
		FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.hash = ? AND s.expires_at > ? AND u.disabled = 0`, hash, micros(time.Now()))
	if err != nil {
		return Session{}, User{}, fmt.Errorf("session: %w", err)
	}
	return session, user, nil
}

// TouchSession notes when the session was last used. A session that is gone
// stays gone, without an error.
func (s *Store) TouchSession(ctx context.Context, hash string, seen time.Time) error {
	return s.writeOne(ctx, "touch session", `UPDATE sessions SET seen_at = ? WHERE hash = ?`, micros(seen), hash)
}

// DeleteSession signs a browser out; a missing session is no error.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.writeOne(ctx, "delete session", `DELETE FROM sessions WHERE hash = ?`, hash)
}

// DeleteSessionsOf signs a user out everywhere.
func (s *Store) DeleteSessionsOf(ctx context.Context, userID string) error {
	return s.writeOne(ctx, "delete sessions", `DELETE FROM sessions WHERE user_id = ?`, userID)
}

// DeleteExpiredSessions removes the sessions that have expired by now.
func (s *Store) DeleteExpiredSessions(ctx context.Context, now time.Time) error {
	return s.writeOne(ctx, "delete expired sessions", `DELETE FROM sessions WHERE expires_at <= ?`, micros(now))
}
