package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"assay/store"
)

type datasetView struct {
	ID          string      `json:"id"`
	WorkspaceID string      `json:"workspace_id"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	CreatedBy   string      `json:"created_by"`
	CreatedAt   time.Time   `json:"created_at"`
	UpdatedAt   time.Time   `json:"updated_at"`
	Latest      *latestView `json:"latest"`
}

type latestView struct {
	Version   int             `json:"version"`
	Name      string          `json:"name"`
	Size      int64           `json:"size"`
	CreatedAt time.Time       `json:"created_at"`
	JobID     *string         `json:"job_id"`
	JobStatus *string         `json:"job_status"`
	Summary   json.RawMessage `json:"summary"`
}

func viewDataset(d store.Dataset) datasetView {
	v := datasetView{ID: d.ID, WorkspaceID: d.WorkspaceID, Name: d.Name, Description: d.Description,
		CreatedBy: d.CreatedBy, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt}
	if l := d.Latest; l != nil {
		v.Latest = &latestView{Version: l.Number, Name: l.Name, Size: l.Size, CreatedAt: l.CreatedAt,
			JobID: orNull(l.JobID), JobStatus: orNull(l.JobStatus), Summary: l.Summary}
	}
	return v
}

func (s *Server) listDatasets(c *call) error {
	page, err := c.page()
	if err != nil {
		return err
	}
	query := store.DatasetQuery{UserID: c.user.ID, WorkspaceID: c.QueryParam("workspace_id"), Text: c.QueryParam("query"), Page: page}
	if query.WorkspaceID != "" {
		if _, err := s.store.RoleOf(c.ctx(), c.user.ID, query.WorkspaceID); err != nil {
			return notFoundIn(err, "workspace")
		}
	}
	datasets, next, err := s.store.Datasets(c.ctx(), query)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(datasets, next, viewDataset))
}

func (s *Server) getDataset(c *call) error { return s.answerDataset(c) }

// answerDataset adds the asking user's role: it tells a page which buttons to show.
func (s *Server) answerDataset(c *call) error {
	return c.JSON(http.StatusOK, struct {
		datasetView
		Role store.Role `json:"role"`
	}{viewDataset(c.dataset), c.role})
}

func (s *Server) updateDataset(c *call) error {
	var in struct {
		Name        *string `json:"name"`
		Description *string `json:"description"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	patch := store.DatasetPatch{Description: in.Description}
	if in.Name != nil {
		name, err := text("name", *in.Name, 255)
		if err != nil {
			return err
		}
		patch.Name = &name
	}
	if in.Description != nil {
		if len(*in.Description) > 10_000 {
			return invalid("description", fmt.Sprintf("description must not be longer than %d bytes.", 10_000), "Shorten it.")
		}
		if strings.ContainsFunc(*in.Description, func(r rune) bool { return unprintable(r) && r != '\n' && r != '\t' && r != '\r' }) {
			return invalid("description", "description has control characters in it.", "Take them out; line breaks and tabs may stay.")
		}
	}
	if err := s.store.UpdateDataset(c.ctx(), c.dataset.ID, patch); err != nil {
		return notFoundIn(err, "dataset")
	}
	var err error
	if c.dataset, c.role, err = s.store.Dataset(c.ctx(), c.user.ID, c.dataset.ID); err != nil {
		return notFoundIn(err, "dataset")
	}
	return s.answerDataset(c)
}

func (s *Server) deleteDataset(c *call) error {
	keys, err := s.store.DeleteDataset(c.ctx(), c.dataset.ID)
	if err != nil {
		return notFoundIn(err, "dataset")
	}
	s.deleteObjects(c.ctx(), keys)
	return c.NoContent(http.StatusNoContent)
}
