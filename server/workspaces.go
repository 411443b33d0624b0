package server

import (
	"errors"
	"net/http"
	"time"

	"assay/store"
)

type workspaceView struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Personal  bool       `json:"personal"`
	Role      store.Role `json:"role"`
	CreatedAt time.Time  `json:"created_at"`
}

func viewWorkspace(w store.Workspace) workspaceView {
	return workspaceView{ID: w.ID, Name: w.Name, Personal: w.Personal, Role: w.Role, CreatedAt: w.CreatedAt}
}

func (s *Server) listWorkspaces(c *call) error {
	workspaces, err := s.store.Workspaces(c.ctx(), c.user.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(workspaces, "", viewWorkspace))
}

func (s *Server) createWorkspace(c *call) error {
	name, err := c.readName()
	if err != nil {
		return err
	}
	w, err := s.store.CreateWorkspace(c.ctx(), name, c.user.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, viewWorkspace(w))
}

func (s *Server) renameWorkspace(c *call) error {
	name, err := c.readName()
	if err != nil {
		return err
	}
	if err := s.store.RenameWorkspace(c.ctx(), c.workspace.ID, name); err != nil {
		return notFoundIn(err, "workspace")
	}
	c.workspace.Name = name
	return c.JSON(http.StatusOK, viewWorkspace(c.workspace))
}

func (c *call) readName() (string, error) {
	var in struct{ Name string }
	if err := c.read(&in); err != nil {
		return "", err
	}
	return text("name", in.Name, 100)
}

func (s *Server) deleteWorkspace(c *call) error {
	keys, err := s.store.DeleteWorkspace(c.ctx(), c.workspace.ID)
	if errors.Is(err, store.ErrState) {
		return conflict("personal_workspace", "A personal workspace goes only with its user.", "Delete its datasets instead.")
	}
	if err != nil {
		return notFoundIn(err, "workspace")
	}
	s.deleteObjects(c.ctx(), keys)
	return c.NoContent(http.StatusNoContent)
}
