package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"assay/server"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
	"assay/worker/sandbox"
)

// pageTemplate is where the UI's build leaves the page of profile --html.
const pageTemplate = "ui/dist/report/template.html"

// pagePath is where the page of a file goes: --html names it, or a folder in
// which each file gets one.
func (c *profileCmd) pagePath(name string) string {
	if info, err := os.Stat(c.HTML); err != nil || !info.IsDir() {
		return c.HTML
	}
	base := filepath.Base(name)
	if name == "-" {
		base = "stdin"
	}
	return filepath.Join(c.HTML, base+".html")
}

// checkPages finds out, before anything is read, what would make the pages of
// several files one.
func (c *profileCmd) checkPages() error {
	if c.HTML == "" {
		return nil
	}
	if c.HTML == "-" && c.JSON {
		return usage{errors.New("--json and --html - would both write to standard output")}
	}
	seen := map[string]string{}
	for _, name := range c.Files {
		path := c.pagePath(name)
		if other, taken := seen[path]; taken {
			if path == c.HTML {
				return usage{errors.New("--html FILE holds one report; name an existing folder for those of several files")}
			}
			return usage{fmt.Errorf("the pages of %s and %s would both be %s", other, name, path)}
		}
		seen[path] = name
		if name != "-" && sameFile(path, name) {
			return usage{fmt.Errorf("--html would overwrite %s", name)}
		}
		if err := replaceable(path); err != nil {
			return usage{err}
		}
	}
	return nil
}

// mostTables is how many tables of a file one page holds.
const mostTables = 24

// otherTables reads the other tables of the file that first is of, unless one
// was asked for. A table that cannot be read is not in the page, which names
// it all the same; standard input cannot be read again.
func (c *profileCmd) otherTables(e *env, name string, first []byte) [][]byte {
	var r report.Report
	if err := json.Unmarshal(first, &r); err != nil || c.Table != "" || len(r.Tables) < 2 {
		return nil
	}
	var others [][]byte
	for _, table := range r.Tables {
		if table.Name == r.Source.Table || len(others) == mostTables-1 || e.ctx.Err() != nil {
			continue
		}
		spec, closeFile, err := openInput(e, name)
		if err != nil {
			break
		}
		if spec.File != nil {
			spec.Options, spec.Limits, spec.Memory, spec.Timeout = c.options(), c.limits(), int64(c.Memory), c.Deadline
			spec.Options.Table = table.Name
			spec.AsOf = c.day
			if result, err := sandbox.Run(e.ctx, spec, sandbox.Events{}); err == nil {
				others = append(others, result.Report)
			}
		}
		closeFile()
	}
	return others
}

// writePage makes one page of the reports of a file's tables. failure is why
// reading ended early, or nil.
func (c *profileCmd) writePage(e *env, name string, encoded [][]byte, failure error) error {
	rows, page, err := pageOf(report.About{Made: time.Now(), Error: pageError(failure)}, encoded)
	if err != nil {
		return err
	}
	path := c.pagePath(name)
	size := len(page)
	if path == "-" {
		_, err := e.io.out.Write(page)
		return err
	}
	if err := writeWhole(path, page); err != nil {
		return fmt.Errorf("%s: %w", path, plain(err))
	}
	if !c.JSON {
		fmt.Fprintf(e.io.out, "%s: %s, %s (%s)\n", name, humanRows(rows), path, humanBytes(int64(size)))
	}
	return nil
}

// servedPage makes the page that a server hands out.
func servedPage(w io.Writer, p server.ReportPage) error {
	about := report.About{Made: p.Made}
	if f := p.Failure; f != nil {
		about.Error = &report.PageError{Code: f.Code, Message: f.Message, Hint: f.Hint}
		if f.Row != nil {
			about.Error.Row = *f.Row
		}
		if f.Offset != nil {
			about.Error.Offset = *f.Offset
		}
	}
	_, page, err := pageOf(about, p.Reports)
	if err == nil {
		_, err = w.Write(page)
	}
	return err
}

// pageOf fills the page with reports as JSON, and tells the rows of the first.
func pageOf(about report.About, encoded [][]byte) (rows int64, page []byte, err error) {
	template, err := fs.ReadFile(dist, pageTemplate)
	if err != nil {
		return 0, nil, err
	}
	reports := make([]*report.Report, len(encoded))
	for i, b := range encoded {
		reports[i] = new(report.Report)
		if err := json.Unmarshal(b, reports[i]); err != nil {
			return 0, nil, err
		}
	}
	sayTables(reports)
	var out bytes.Buffer
	err = report.Page(&out, template, about, reports...)
	return reports[0].Rows, out.Bytes(), err
}

// sayTables tells each report what the others know of their own tables.
func sayTables(reports []*report.Report) {
	known := map[string]report.Table{}
	for _, r := range reports {
		columns := len(r.Columns)
		known[r.Source.Table] = report.Table{Name: r.Source.Table, Rows: &r.Rows, Columns: &columns}
	}
	for _, r := range reports {
		for i, t := range r.Tables {
			if k, ok := known[t.Name]; ok {
				r.Tables[i] = k
			}
		}
	}
}

func writeWhole(path string, b []byte) error {
	out, err := createOutput(path)
	if err != nil {
		return err
	}
	if _, err := out.Write(b); err != nil {
		out.discard()
		return err
	}
	return out.keep()
}

// pageError is a failure in the words that the page shows.
func pageError(err error) *report.PageError {
	var s *source.Error
	var died *sandbox.Died
	switch {
	case err == nil:
		return nil
	case errors.As(err, &s):
		return &report.PageError{Code: s.Code, Message: s.Message, Hint: s.Hint, Row: max(0, s.Row), Offset: max(0, s.Offset)}
	case errors.As(err, &died):
		return &report.PageError{Code: died.Code, Message: died.Message, Hint: died.Hint}
	default:
		return &report.PageError{Code: "stopped", Message: strings.ToUpper(oneLine(err)[:1]) + oneLine(err)[1:] + "."}
	}
}
