package server

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"assay/storage"
	"assay/store"
)

// downloadLife is how long a download may take to begin. The URL is used at
// once, by the browser that was redirected to it.
const downloadLife = 5 * time.Minute

type versionView struct {
	DatasetID string          `json:"dataset_id"`
	Version   int             `json:"version"`
	Name      string          `json:"name"`
	Size      int64           `json:"size"`
	SHA256    *string         `json:"sha256"`
	CreatedBy string          `json:"created_by"`
	CreatedAt time.Time       `json:"created_at"`
	Job       *store.Job      `json:"job"`
	Summary   json.RawMessage `json:"summary"`
}

func viewVersion(v store.Version) versionView {
	return versionView{DatasetID: v.DatasetID, Version: v.Number, Name: v.Name, Size: v.Size, SHA256: orNull(v.SHA256),
		CreatedBy: v.CreatedBy, CreatedAt: v.CreatedAt, Job: v.Job, Summary: v.Summary}
}

// versionNumber reads the path's {n}. What is no number is no version.
func (c *call) versionNumber() (int, error) {
	n, err := strconv.Atoi(c.Param("n"))
	if err != nil || n < 1 {
		return 0, notFound("version")
	}
	return n, nil
}

func (s *Server) listVersions(c *call) error {
	page, err := c.page()
	if err != nil {
		return err
	}
	versions, next, err := s.store.Versions(c.ctx(), c.dataset.ID, page)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(versions, next, viewVersion))
}

// download sends the browser to the storage, which sends the file as an attachment.
func (s *Server) download(c *call) error {
	n, err := c.versionNumber()
	if err != nil {
		return err
	}
	v, err := s.store.Version(c.ctx(), c.dataset.ID, n)
	if err != nil {
		return notFoundIn(err, "version")
	}
	url, err := s.bucket.SignGet(c.ctx(), v.ObjectKey, storage.GetOptions{Filename: v.Name, Expires: downloadLife})
	if err != nil {
		return storageFailed(err)
	}
	return c.Redirect(http.StatusFound, url)
}
