package server

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// page serves the embedded UI. Files under assets/ have a hash in their names
// and never change; every other address that is no file is one of the page's
// own routes and gets index.html.
type page struct {
	files fs.FS
	index []byte
	csp   string
}

// newPage reads the UI; storageOrigin is an S3 server's, or "".
func newPage(files fs.FS, storageOrigin string) (*page, error) {
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("the embedded UI has no index.html: %w", err)
	}
	connect := "'self'"
	if storageOrigin != "" {
		connect += " " + storageOrigin
	}
	return &page{files: files, index: index, csp: strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "img-src 'self' data: blob:",
		"connect-src " + connect, "manifest-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
	}, "; ")}, nil
}

// otherwise serves what no route is for. It is no route itself: a "/*" would
// also match the API's addresses, and make of every unknown one a known one
// with the wrong method, and the other way round.
func otherwise(serve echo.HandlerFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			err := next(c)
			if errors.Is(err, echo.ErrNotFound) { // handlers say so by problems
				return serve(c)
			}
			return err
		}
	}
}

// missing is for a server without pages.
func missing(echo.Context) error { return echo.ErrNotFound }

func (p *page) serve(c echo.Context) error {
	name := strings.TrimPrefix(path.Clean(c.Request().URL.Path), "/")
	first, _, _ := strings.Cut(name, "/")
	if first == "api" || first == "objects" {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	if m := c.Request().Method; m != http.MethodGet && m != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		return echo.ErrMethodNotAllowed
	}
	c.SetPath("/*") // its name in the metrics
	h.Set("Content-Security-Policy", p.csp)
	if name == "" || name == "index.html" || !fs.ValidPath(name) {
		return p.answerIndex(c)
	}
	body, err := fs.ReadFile(p.files, name)
	switch {
	case err == nil:
	case first == "assets":
		// A page from before an update asks for a file that is gone: it must
		// learn so, and not get HTML for a script.
		return echo.ErrNotFound
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid), isFolder(p.files, name):
		return p.answerIndex(c)
	default:
		return err
	}
	h.Set("Cache-Control", "no-cache")
	if first == "assets" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return c.Blob(http.StatusOK, contentType(name), body)
}

func isFolder(files fs.FS, name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && info.IsDir()
}

func (p *page) answerIndex(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.HTMLBlob(http.StatusOK, p.index)
}

// contentType does not ask the operating system's tables first, which on some
// machines call JavaScript plain text; with nosniff that breaks the page.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".webmanifest":
		return "application/json"
	case ".woff2":
		return "font/woff2"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
