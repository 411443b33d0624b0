package store

import (
	"context"
	"fmt"
	"time"
)

// Role is what a member may do in a workspace; each one may do all that the
// ones before it may.
type Role string

const (
	RoleViewer Role = "viewer" // reads
	RoleEditor Role = "editor" // also uploads, renames, deletes datasets
	RoleOwner  Role = "owner"  // also manages members
)

// rank orders roles; what is no role has none of their rights.
func (r Role) rank() int {
	switch r {
	case RoleViewer:
		return 1
	case RoleEditor:
		return 2
	case RoleOwner:
		return 3
	}
	return 0
}

// AtLeast says whether r may do all that min may.
func (r Role) AtLeast(min Role) bool { return r.rank() > 0 && r.rank() >= min.rank() }

// Member is a user's place in a workspace.
type Member struct {
	WorkspaceID string
	UserID      string
	Username    string
	Role        Role
}

func scanMember(r scanner) (m Member, err error) {
	err = r.Scan(&m.WorkspaceID, &m.UserID, &m.Username, &m.Role)
	return m, err
}

func scanRole(r scanner) (role Role, err error) {
	err = r.Scan(&role)
	return role, err
}

// RoleOf returns the user's role in the workspace, ErrNotFound when it has none.
func (s *Store) RoleOf(ctx context.Context, userID, workspaceID string) (Role, error) {
	role, err := one(ctx, s.read, scanRole, `SELECT role FROM members WHERE workspace_id = ? AND user_id = ?`, workspaceID, userID)
	if err != nil {
		return "", fmt.Errorf("role: %w", err)
	}
	return role, nil
}

// Members lists all members of a workspace by name.
func (s *Store) Members(ctx context.Context, workspaceID string) ([]Member, error) {
	list, err := all(ctx, s.read, scanMember, `SELECT m.workspace_id, m.user_id, u.username, m.role
		FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ? ORDER BY u.username_key`, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("members: %w", err)
	}
	return list, nil
}

// SetMember adds a member or changes its role. ErrNotFound when the workspace
// or the user does not exist, ErrState when the last owner would be demoted.
func (s *Store) SetMember(ctx context.Context, workspaceID, userID string, role Role) error {
	if role.rank() == 0 {
		return fmt.Errorf("set member: no such role: %q", role)
	}
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		if role != RoleOwner {
			if err := anotherOwner(ctx, tx, workspaceID, userID); err != nil {
				return err
			}
		}
		_, err := tx.exec(ctx, `INSERT INTO members (workspace_id, user_id, role, created_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (workspace_id, user_id) DO UPDATE SET role = excluded.role`, workspaceID, userID, role, micros(s.now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("set member: %w", err)
	}
	return nil
}

// RemoveMember takes a user out of a workspace. ErrState for the last owner.
func (s *Store) RemoveMember(ctx context.Context, workspaceID, userID string) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		if err := anotherOwner(ctx, tx, workspaceID, userID); err != nil {
			return err
		}
		return found(tx.exec(ctx, `DELETE FROM members WHERE workspace_id = ? AND user_id = ?`, workspaceID, userID))
	})
	if err != nil {
		return fmt.Errorf("remove member: %w", err)
	}
	return nil
}

// anotherOwner returns ErrState when the user is the workspace's only owner.
func anotherOwner(ctx context.Context, tx conn, workspaceID, userID string) error {
	owners, err := all(ctx, tx, scanText, `SELECT user_id FROM members WHERE workspace_id = ? AND role = ?`, workspaceID, RoleOwner)
	if err != nil {
		return err
	}
	if len(owners) == 1 && owners[0] == userID {
		return fmt.Errorf("%w: the last owner of the workspace", ErrState)
	}
	return nil
}

func insertMember(ctx context.Context, tx conn, workspaceID, userID string, role Role, now time.Time) error {
	_, err := tx.exec(ctx, `INSERT INTO members (workspace_id, user_id, role, created_at) VALUES (?, ?, ?, ?)`,
		workspaceID, userID, role, micros(now))
	return err
}
