package server

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
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
	page, paged, err := c.columns()
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
	// Weak: with and without gzip it is the same report.
	tag := `W/"` + p.ETag + `"`
	if paged {
		tag = fmt.Sprintf(`W/"%s-%d-%d"`, p.ETag, page.from, page.to)
	}
	h.Set("ETag", tag)
	if matches(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	body := p.Report
	if paged {
		whole, err := gunzip(p.Report)
		if err != nil {
			return err
		}
		if body, err = pageOfColumns(whole, page); err != nil {
			return err
		}
		return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, body)
	}
	if acceptsGzip(c.Request().Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, body)
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("stored report: %w", err)
	}
	return c.Stream(http.StatusOK, echo.MIMEApplicationJSON, r)
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

// span is a page of columns, zero-based, both ends included.
type span struct{ from, to int }

func (c *call) columns() (span, bool, error) {
	text := c.QueryParam("columns")
	if text == "" {
		return span{}, false, nil
	}
	a, b, ok := strings.Cut(text, "-")
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || from < 0 || to < from {
		return span{}, false, invalid("columns", "columns must be from-to, two numbers from 0 on.", "For the first hundred: ?columns=0-99.")
	}
	return span{from, to}, true, nil
}

// cutSpan returns the items of list that lie in the span; it may be none.
func cutSpan[T any](list []T, s span) []T {
	from := min(s.from, len(list))
	return slices.Clip(list[from:min(s.to+1, len(list))])
}

// pageOfColumns keeps of columns, missing.bands and the cells of sample.rows only
// those in the span. Everything else stays as it was written, whatever version
// of the report it is.
func pageOfColumns(report []byte, s span) ([]byte, error) {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(report, &whole); err != nil {
		return nil, fmt.Errorf("stored report: %w", err)
	}
	err := errors.Join(
		edit(whole, "columns", func(columns []json.RawMessage) []json.RawMessage { return cutSpan(columns, s) }),
		edit(whole, "missing", func(missing map[string]json.RawMessage) map[string]json.RawMessage {
			_ = edit(missing, "bands", func(bands []json.RawMessage) []json.RawMessage { return cutSpan(bands, s) })
			return missing
		}),
		edit(whole, "sample", func(sample map[string]json.RawMessage) map[string]json.RawMessage {
			_ = edit(sample, "rows", func(rows [][]json.RawMessage) [][]json.RawMessage {
				for i := range rows {
					rows[i] = cutSpan(rows[i], s)
				}
				return rows
			})
			return sample
		}),
	)
	if err != nil {
		return nil, err
	}
	return json.Marshal(whole)
}

// edit changes one member of an object; one that is missing or null stays so.
func edit[T any](object map[string]json.RawMessage, name string, change func(T) T) error {
	raw, ok := object[name]
	if !ok || string(raw) == "null" {
		return nil
	}
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return fmt.Errorf("stored report: %s: %w", name, err)
	}
	out, err := json.Marshal(change(v))
	if err != nil {
		return fmt.Errorf("stored report: %s: %w", name, err)
	}
	object[name] = out
	return nil
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
