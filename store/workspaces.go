package store

import (
	"context"
	"fmt"
	"time"
)

// Workspace says who may see what: every dataset is in one.
type Workspace struct {
	ID        string
	Name      string
	Personal  bool // a user's own; it lives as long as the user
	CreatedAt time.Time
	Role      Role // of the user who asks
}

const workspaceColumns = `w.id, w.name, w.personal_of IS NOT NULL, w.created_at, m.role`

func scanWorkspace(r scanner) (Workspace, error) {
	var w Workspace
	var created int64
	err := r.Scan(&w.ID, &w.Name, &w.Personal, &created, &w.Role)
	w.CreatedAt = fromMicros(created)
	return w, err
}

// Workspaces lists all workspaces the user is a member of, the personal one
// first, then by name.
func (s *Store) Workspaces(ctx context.Context, userID string) ([]Workspace, error) {
	list, err := all(ctx, s.read, scanWorkspace, `SELECT `+workspaceColumns+` FROM members m
		JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = ?
		ORDER BY CASE WHEN w.personal_of = m.user_id THEN 0 ELSE 1 END, w.name, w.id`, userID)
	if err != nil {
		return nil, fmt.Errorf("workspaces: %w", err)
	}
	return list, nil
}

// Workspace returns one of the user's workspaces.
func (s *Store) Workspace(ctx context.Context, userID, id string) (Workspace, error) {
	w, err := one(ctx, s.read, scanWorkspace, `SELECT `+workspaceColumns+` FROM members m
		JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = ? AND w.id = ?`, userID, id)
	if err != nil {
		return Workspace{}, fmt.Errorf("workspace: %w", err)
	}
	return w, nil
}

// PersonalWorkspace returns the user's own workspace.
func (s *Store) PersonalWorkspace(ctx context.Context, userID string) (Workspace, error) {
	w, err := one(ctx, s.read, scanWorkspace, `SELECT `+workspaceColumns+` FROM workspaces w
		JOIN members m ON m.workspace_id = w.id AND m.user_id = w.personal_of WHERE w.personal_of = ?`, userID)
	if err != nil {
		return Workspace{}, fmt.Errorf("personal workspace: %w", err)
	}
	return w, nil
}

// CreateWorkspace adds a shared workspace with its first owner. Names need not
// be unique.
func (s *Store) CreateWorkspace(ctx context.Context, name, ownerID string) (Workspace, error) {
	var w Workspace
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		w = Workspace{ID: NewID("ws"), Name: name, CreatedAt: s.now(), Role: RoleOwner}
		if _, err := tx.exec(ctx, `INSERT INTO workspaces (id, name, personal_of, created_at) VALUES (?, ?, NULL, ?)`,
			w.ID, w.Name, micros(w.CreatedAt)); err != nil {
			return err
		}
		return insertMember(ctx, tx, w.ID, ownerID, RoleOwner, w.CreatedAt)
	})
	if err != nil {
		return Workspace{}, fmt.Errorf("create workspace: %w", err)
	}
	return w, nil
}

// RenameWorkspace gives a workspace another name.
func (s *Store) RenameWorkspace(ctx context.Context, id, name string) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		return found(tx.exec(ctx, `UPDATE workspaces SET name = ? WHERE id = ?`, name, id))
	})
	if err != nil {
		return fmt.Errorf("rename workspace: %w", err)
	}
	return nil
}

// DeleteWorkspace removes a shared workspace with all its datasets and returns
// the object keys to delete (they are in the garbage list as well). A personal
// one is ErrState.
func (s *Store) DeleteWorkspace(ctx context.Context, id string) (objectKeys []string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx conn) error {
		personal, err := one(ctx, tx, scanInt, `SELECT CASE WHEN personal_of IS NULL THEN 0 ELSE 1 END FROM workspaces WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if personal == 1 {
			return fmt.Errorf("%w: a personal workspace", ErrState)
		}
		objectKeys, err = s.deleteWorkspace(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("delete workspace: %w", err)
	}
	return objectKeys, nil
}

func (s *Store) deleteWorkspace(ctx context.Context, tx conn, id string) (objectKeys []string, err error) {
	objectKeys, err = all(ctx, tx, scanText, `SELECT v.object_key FROM versions v
		JOIN datasets d ON d.id = v.dataset_id WHERE d.workspace_id = ? ORDER BY v.object_key`, id)
	if err != nil {
		return nil, err
	}
	if err := s.addGarbage(ctx, tx, objectKeys); err != nil {
		return nil, err
	}
	if err := abortUploads(ctx, tx, `workspace_id`, id, s.now()); err != nil {
		return nil, err
	}
	if _, err := tx.exec(ctx, `DELETE FROM datasets WHERE workspace_id = ?`, id); err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, `DELETE FROM workspaces WHERE id = ?`, id)
	return objectKeys, err
}
