package server

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"assay/store"
)

func (s *Server) getLatestProfile(c *call) error {
	p, err := s.store.LatestProfile(c.ctx(), c.dataset.ID)
	if errors.Is(err, store.ErrNotFound) {
		if c.dataset.Latest == nil {
			return notFound("version")
		}
		return s.noProfile(c, c.dataset.Latest.Number)
	}
	if err != nil {
		return err
	}
	return s.answerProfile(c, p)
}

func (s *Server) getProfile(c *call) error {
	p, err := s.profileOf(c)
	if err != nil {
		return err
	}
	return s.answerProfile(c, p)
}

// profileOf is the profile of the version that the path names.
func (s *Server) profileOf(c *call) (store.Profile, error) {
	n, err := c.versionNumber()
	if err != nil {
		return store.Profile{}, err
	}
	p, err := s.store.Profile(c.ctx(), c.dataset.ID, n)
	if errors.Is(err, store.ErrNotFound) {
		return p, s.noProfile(c, n)
	}
	return p, err
}

// noProfile says why a version has no report: its job is on its way, or failed.
func (s *Server) noProfile(c *call, version int) error {
	v, err := s.store.Version(c.ctx(), c.dataset.ID, version)
	if err != nil {
		return notFoundIn(err, "version")
	}
	var p *problem
	switch {
	case v.Job == nil || !v.Job.Ended():
		p = conflict("not_ready", "The report is not ready yet.", "Follow the job, then ask again.")
	case v.Job.Status == store.StatusCanceled:
		p = conflict("job_failed", "The job was canceled before there was a report.", "Retry the job.")
	default:
		p = conflict("job_failed", "The job has failed, and there is no report.", "Look at the job for the reason.")
		if v.Job.Error != nil {
			p.Detail = v.Job.Error.Message
			if v.Job.Error.Hint != "" {
				p.Hint = v.Job.Error.Hint
			}
		}
	}
	if v.Job != nil {
		p.JobID = v.Job.ID
	}
	return p
}

// answerProfile sends a stored report. Its bytes are gzip already, and go out as
// they are to whoever takes gzip, which is everybody but a few programs.
func (s *Server) answerProfile(c *call, p store.Profile) error {
	part, err := c.columns()
	if err != nil {
		return err
	}
	if table := c.QueryParam("table"); table != "" {
		if p, err = s.ofTable(c, p, table); err != nil {
			return err
		}
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Accept-Encoding")
	h.Add("Vary", "Cookie")
	h.Add("Vary", "Authorization")
	// Weak: with and without gzip it is the same report. What follows the first
	// "-" is the part of it.
	tag := `W/"` + p.ETag + part.tag() + `"`
	h.Set("ETag", tag)
	if matches(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	packed := p.Report
	if part.asked() {
		whole, err := gunzip(p.Report)
		if err != nil {
			return err
		}
		cut, err := part.of(whole)
		if err != nil {
			return fmt.Errorf("stored report: %w", err)
		}
		if cut != nil {
			return sendJSON(c, cut)
		}
	}
	if acceptsGzip(c.Request().Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, packed)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("stored report: %w", err)
	}
	return c.Stream(http.StatusOK, echo.MIMEApplicationJSON, r)
}

// sendJSON answers with JSON, packed fast for whoever takes gzip.
func sendJSON(c *call, body []byte) error {
	if !acceptsGzip(c.Request().Header.Get("Accept-Encoding")) {
		return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, body)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err = w.Write(body); err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Encoding", "gzip")
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, packed.Bytes())
}

// ofTable is the report of the named table of a file whose version's report is p.
func (s *Server) ofTable(c *call, p store.Profile, table string) (store.Profile, error) {
	other, err := s.store.TableProfile(c.ctx(), p.DatasetID, p.Version, table)
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return other, err
	}
	whole, err := gunzip(p.Report)
	if err != nil {
		return p, err
	}
	var r struct {
		Source struct{ Table string }
		Tables []struct{ Name string }
	}
	if err := json.Unmarshal(whole, &r); err != nil {
		return p, fmt.Errorf("stored report: %w", err)
	}
	if table == r.Source.Table || len(r.Tables) > 0 && r.Source.Table == "" && table == r.Tables[0].Name {
		return p, nil
	}
	for _, t := range r.Tables {
		if t.Name != table {
			continue
		}
		if p.Provisional {
			return p, &problem{Status: http.StatusConflict, Code: "not_ready", JobID: p.JobID, Field: "table",
				Detail: "This table's turn has not come yet.", Hint: "Follow the job, then ask again."}
		}
		fault := conflict("not_ready", "This table of the file has not been profiled.", "Run a job of this version with the option table.")
		fault.Field = "table"
		return p, fault
	}
	return p, &problem{Status: http.StatusNotFound, Code: "no_such_table", Field: "table",
		Detail: "The file has no table of that name.", Hint: "The report's tables lists the names."}
}

func gunzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("stored report: %w", err)
	}
	whole, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("stored report: %w", err)
	}
	return whole, nil
}

// matches is If-None-Match with weak comparison (RFC 9110, 13.1.2).
func matches(header, tag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for candidate := range strings.SplitSeq(header, ",") {
		if c := strings.TrimSpace(candidate); c != "" && strings.TrimPrefix(c, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3): a named coding goes
// before "*", and a weight of 0 refuses it.
func acceptsGzip(header string) bool {
	star := false
	for coding := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(coding, ";")
		weight := 1.0
		if q, ok := strings.CutPrefix(strings.ReplaceAll(strings.TrimSpace(params), " ", ""), "q="); ok {
			if w, err := strconv.ParseFloat(q, 64); err == nil {
				weight = w
			}
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return weight > 0
		case "*":
			star = weight > 0
		}
	}
	return star
}
