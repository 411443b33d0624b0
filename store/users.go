package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// User is a person or a program that may sign in.
type User struct {
	ID           string // made by CreateUser when empty
	Username     string // unique; "Ann" and "ann" are the same
	PasswordHash string // "" for who only comes by link or token
	Admin        bool   // manages users
	Disabled     bool   // may not sign in; sessions and tokens stop working
	CreatedAt    time.Time
}

// UserPatch changes the fields that are not nil.
type UserPatch struct {
	Username     *string
	PasswordHash *string
	Admin        *bool
	Disabled     *bool
}

const userColumns = `u.id, u.username, u.password_hash, u.admin, u.disabled, u.created_at`

func (u *User) fields(created *int64) []any {
	return []any{&u.ID, &u.Username, &u.PasswordHash, &u.Admin, &u.Disabled, created}
}

func scanUser(r scanner) (User, error) {
	var u User
	var created int64
	err := r.Scan(u.fields(&created)...)
	u.CreatedAt = fromMicros(created)
	return u, err
}

// CreateUser adds a user and its personal workspace, which carries its name and
// which it owns. ErrConflict when the name is taken.
func (s *Store) CreateUser(ctx context.Context, u User) (User, error) {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		var err error
		u, err = s.insertUser(ctx, tx, u)
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	return u, nil
}

// CreateFirstUser is CreateUser for the set-up: the user is an admin, and once
// any user exists the answer is ErrConflict, however many set-ups race.
func (s *Store) CreateFirstUser(ctx context.Context, u User) (User, error) {
	u.Admin, u.Disabled = true, false
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		n, err := one(ctx, tx, scanInt, `SELECT COUNT(*) FROM users`)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%w: set-up is done", ErrConflict)
		}
		u, err = s.insertUser(ctx, tx, u)
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("create first user: %w", err)
	}
	return u, nil
}

func (s *Store) insertUser(ctx context.Context, tx conn, u User) (User, error) {
	now := s.now()
	if u.ID == "" {
		u.ID = NewID("usr")
	}
	if u.CreatedAt.IsZero() {
		u.CreatedAt = now
	}
	u.CreatedAt = fromMicros(micros(u.CreatedAt))
	if _, err := tx.exec(ctx, `INSERT INTO users (id, username, username_key, password_hash, admin, disabled, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		u.ID, u.Username, foldCase(u.Username), u.PasswordHash, boolInt(u.Admin), boolInt(u.Disabled), micros(u.CreatedAt)); err != nil {
		return User{}, err
	}
	workspace := NewID("ws")
	if _, err := tx.exec(ctx, `INSERT INTO workspaces (id, name, personal_of, created_at) VALUES (?, ?, ?, ?)`,
		workspace, u.Username, u.ID, micros(now)); err != nil {
		return User{}, err
	}
	return u, insertMember(ctx, tx, workspace, u.ID, RoleOwner, now)
}

// CountUsers returns how many users there are; 0 means set-up is needed.
func (s *Store) CountUsers(ctx context.Context) (int, error) {
	n, err := one(ctx, s.read, scanInt, `SELECT COUNT(*) FROM users`)
	if err != nil {
		return 0, fmt.Errorf("count users: %w", err)
	}
	return int(n), nil
}

// User returns one user by its ID.
func (s *Store) User(ctx context.Context, id string) (User, error) {
	u, err := one(ctx, s.read, scanUser, `SELECT `+userColumns+` FROM users u WHERE u.id = ?`, id)
	if err != nil {
		return User{}, fmt.Errorf("user: %w", err)
	}
	return u, nil
}

// UserByUsername returns one user by its name, in any case.
func (s *Store) UserByUsername(ctx context.Context, name string) (User, error) {
	u, err := one(ctx, s.read, scanUser, `SELECT `+userColumns+` FROM users u WHERE u.username_key = ?`, foldCase(name))
	if err != nil {
		return User{}, fmt.Errorf("user by name: %w", err)
	}
	return u, nil
}

// FirstAdmin is the oldest admin who is not disabled: on a laptop, its owner.
func (s *Store) FirstAdmin(ctx context.Context) (User, error) {
	u, err := one(ctx, s.read, scanUser, `SELECT `+userColumns+` FROM users u
		WHERE u.admin = 1 AND u.disabled = 0 ORDER BY u.created_at, u.id LIMIT 1`)
	if err != nil {
		return User{}, fmt.Errorf("first admin: %w", err)
	}
	return u, nil
}

// Users lists users, newest first.
func (s *Store) Users(ctx context.Context, page Page) ([]User, string, error) {
	from, err := page.before()
	if err != nil {
		return nil, "", fmt.Errorf("users: %w", err)
	}
	list, err := all(ctx, s.read, scanUser, `SELECT `+userColumns+` FROM users u
		WHERE (u.created_at, u.id) < (?, ?) ORDER BY u.created_at DESC, u.id DESC LIMIT ?`,
		from.number, from.id, page.limit()+1)
	if err != nil {
		return nil, "", fmt.Errorf("users: %w", err)
	}
	list, next := cut(list, page.limit(), func(u User) position { return at(u.CreatedAt, u.ID) })
	return list, next, nil
}

// UpdateUser changes a user and returns it. ErrState when the instance would be
// left without an admin who can sign in, ErrConflict when the new name is taken.
// A new password ends the user's sessions, and with them the links that sign
// the user in or choose another password: whoever holds an older one is out.
func (s *Store) UpdateUser(ctx context.Context, id string, patch UserPatch) (User, error) {
	var u User
	err := s.write(ctx, func(ctx context.Context, tx conn) (err error) {
		u, err = updateUser(ctx, tx, id, patch)
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("update user: %w", err)
	}
	return u, nil
}

// ResetPassword uses a reset link up and gives its user the password, both or
// neither. ErrNotFound when the link was used, has expired by now, or its user
// is disabled.
func (s *Store) ResetPassword(ctx context.Context, linkHash, passwordHash string, now time.Time) (User, error) {
	var u User
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		link, err := useLink(ctx, tx, linkHash, LinkReset, now)
		if err != nil {
			return err
		}
		if u, err = updateUser(ctx, tx, link.UserID, UserPatch{PasswordHash: &passwordHash}); err != nil {
			return err
		}
		if u.Disabled {
			return ErrNotFound
		}
		return nil
	})
	if err != nil {
		return User{}, fmt.Errorf("reset password: %w", err)
	}
	return u, nil
}

func updateUser(ctx context.Context, tx conn, id string, patch UserPatch) (User, error) {
	u, err := one(ctx, tx, scanUser, `SELECT `+userColumns+` FROM users u WHERE u.id = ?`, id)
	if err != nil {
		return User{}, err
	}
	before := u
	set(&u.Username, patch.Username)
	set(&u.PasswordHash, patch.PasswordHash)
	set(&u.Admin, patch.Admin)
	set(&u.Disabled, patch.Disabled)
	if before.Admin && !before.Disabled && (!u.Admin || u.Disabled) {
		if err := anotherAdmin(ctx, tx, id); err != nil {
			return User{}, err
		}
	}
	if patch.PasswordHash != nil {
		for _, table := range []string{`sessions`, `links`} {
			if _, err := tx.exec(ctx, `DELETE FROM `+table+` WHERE user_id = ?`, id); err != nil {
				return User{}, err
			}
		}
	}
	if u.Username != before.Username {
		// A personal workspace that was never renamed follows its user's name.
		if _, err := tx.exec(ctx, `UPDATE workspaces SET name = ? WHERE personal_of = ? AND name = ?`,
			u.Username, id, before.Username); err != nil {
			return User{}, err
		}
	}
	_, err = tx.exec(ctx, `UPDATE users SET username = ?, username_key = ?, password_hash = ?, admin = ?, disabled = ? WHERE id = ?`,
		u.Username, foldCase(u.Username), u.PasswordHash, boolInt(u.Admin), boolInt(u.Disabled), id)
	return u, err
}

// DeleteUser removes a user with its sessions, tokens, links and memberships,
// its personal workspace and every shared workspace that has no other member.
// It returns the object keys to delete (they are in the garbage list as well).
// ErrState for the last admin, and for the last owner of a workspace that
// others use: they would be left with something nobody can manage.
func (s *Store) DeleteUser(ctx context.Context, id string) (objectKeys []string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx conn) error {
		u, err := one(ctx, tx, scanUser, `SELECT `+userColumns+` FROM users u WHERE u.id = ?`, id)
		if err != nil {
			return err
		}
		if u.Admin && !u.Disabled {
			if err := anotherAdmin(ctx, tx, id); err != nil {
				return err
			}
		}
		alone, err := all(ctx, tx, scanText, `SELECT w.id FROM workspaces w
			WHERE w.personal_of = ? OR (w.personal_of IS NULL
				AND EXISTS (SELECT 1 FROM members m WHERE m.workspace_id = w.id AND m.user_id = ?)
				AND NOT EXISTS (SELECT 1 FROM members m WHERE m.workspace_id = w.id AND m.user_id <> ?))`, id, id, id)
		if err != nil {
			return err
		}
		objectKeys = nil
		for _, workspace := range alone {
			keys, err := s.deleteWorkspace(ctx, tx, workspace)
			if err != nil {
				return err
			}
			objectKeys = append(objectKeys, keys...)
		}
		orphaned, err := one(ctx, tx, scanInt, `SELECT COUNT(*) FROM members m WHERE m.user_id = ? AND m.role = ?
			AND NOT EXISTS (SELECT 1 FROM members o WHERE o.workspace_id = m.workspace_id AND o.user_id <> ? AND o.role = ?)`,
			id, RoleOwner, id, RoleOwner)
		if err != nil {
			return err
		}
		if orphaned > 0 {
			return fmt.Errorf("%w: the last owner of a shared workspace", ErrState)
		}
		if err := abortUploads(ctx, tx, `user_id`, id, s.now()); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM users WHERE id = ?`, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("delete user: %w", err)
	}
	return objectKeys, nil
}

// anotherAdmin returns ErrState unless an admin other than id can sign in.
func anotherAdmin(ctx context.Context, tx conn, id string) error {
	n, err := one(ctx, tx, scanInt, `SELECT COUNT(*) FROM users WHERE admin = 1 AND disabled = 0 AND id <> ?`, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("%w: the last admin", ErrState)
	}
	return nil
}

// foldCase is done here and not in SQL: the databases disagree about it
// outside ASCII.
func foldCase(s string) string { return strings.ToLower(s) }

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}
