package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"

	"assay/store"
)

const (
	// mostPageTables is how many tables of a file one page holds, as of
	// assay profile --html.
	mostPageTables = 24
	// mostPageBytes bounds the reports, unpacked, that one page is made of. The
	// first table's always counts.
	mostPageBytes = 32 << 20
)

// ReportPage is what a page of a version is made of.
type ReportPage struct {
	Made    time.Time       // when the version was profiled
	Failure *store.JobError // why reading ended early; nil where it did not
	Reports [][]byte        // JSON; of the table that is shown first, then of the others
}

// getReportPage answers with the report, all tables of it that have room, as one
// HTML file. One is made at a time: a wide table's report takes a hundred
// megabytes while it is shortened.
func (s *Server) getReportPage(c *call) error {
	p, err := s.profileOf(c)
	if err != nil {
		return err
	}
	if p.Provisional {
		return &problem{Status: http.StatusConflict, Code: "not_ready", JobID: p.JobID,
			Detail: "The report is still being made.", Hint: "Follow the job, then ask again."}
	}
	first := p
	if table := c.QueryParam("table"); table != "" {
		if first, err = s.ofTable(c, p, table); err != nil {
			return err
		}
	}
	html, name, err := s.makePage(c, p, first)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".html"}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	return c.Blob(http.StatusOK, "text/html; charset=utf-8", html)
}

// makePage waits for its turn. Its turn ends before the page is sent: who reads
// slowly keeps nobody else waiting.
func (s *Server) makePage(c *call, p, first store.Profile) (html []byte, name string, err error) {
	select {
	case s.pages <- struct{}{}:
		defer func() { <-s.pages }()
	case <-c.ctx().Done():
		return nil, "", c.ctx().Err()
	}
	page := ReportPage{Made: p.CreatedAt}
	if !first.Complete {
		if job, err := s.store.JobByID(c.ctx(), first.JobID); err == nil {
			page.Failure = job.Error
		}
	}
	if page.Reports, name, err = s.pageReports(c, p, first); err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	err = s.writePage(&out, page)
	return out.Bytes(), name, err
}

// pageReports are the reports of the page that first comes first in, as far as
// they have room, and the file's name.
func (s *Server) pageReports(c *call, main, first store.Profile) (reports [][]byte, name string, err error) {
	whole, err := gunzip(main.Report)
	if err != nil {
		return nil, "", err
	}
	var r struct {
		Source struct{ Name, Table string }
		Tables []struct{ Name string }
	}
	if err := json.Unmarshal(whole, &r); err != nil {
		return nil, "", err
	}
	of := r.Source.Table // what main is about
	if of == "" && len(r.Tables) > 0 {
		of = r.Tables[0].Name
	}
	b, read := whole, of // what comes first, and its table
	if first.ETag != main.ETag {
		read = c.QueryParam("table")
		if b, err = gunzip(first.Report); err != nil {
			return nil, "", err
		}
	}
	reports = [][]byte{b}
	size := 0
	for _, t := range r.Tables {
		if len(r.Tables) == 1 || len(reports) == mostPageTables {
			break
		}
		switch t.Name {
		case read:
			continue
		case of:
			b = whole
		default:
			other, err := s.store.TableProfile(c.ctx(), main.DatasetID, main.Version, t.Name)
			if errors.Is(err, store.ErrNotFound) {
				continue // the page names the tables that it does not hold
			}
			if err != nil {
				return nil, "", err
			}
			if b, err = gunzip(other.Report); err != nil {
				return nil, "", err
			}
		}
		if size += len(b); size > mostPageBytes {
			break
		}
		reports = append(reports, b)
	}
	return reports, strings.TrimSpace(r.Source.Name), nil
}
