package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"assay/storage"
	"assay/store"
)

// problem is the one kind of error that clients see: RFC 9457, with a stable
// code for programs, a sentence for people and a hint for what to do next.
// The cause is only logged: it may hold a path or a query.
type problem struct {
	Status     int
	Code       string
	Detail     string
	Hint       string
	Field      string // the request's member that is wrong
	Numbers    []int  // of parts
	JobID      string
	RetryAfter int // seconds
	cause      error
}

func (p *problem) Error() string {
	if p.cause != nil {
		return fmt.Sprintf("%s: %s: %v", p.Code, p.Detail, p.cause)
	}
	return p.Code + ": " + p.Detail
}

func (p *problem) Unwrap() error { return p.cause }

func notFound(what string) *problem {
	hint := "It may have been deleted, or be in a workspace that you are not a member of."
	switch what {
	case "user":
		hint = "Whoever has not used their invitation yet is none."
	case "member":
		hint = "They may have left the workspace."
	case "token":
		hint = "It may have been revoked."
	case "workspace":
		hint = "It may have been deleted, or you are not a member of it."
	}
	return &problem{Status: http.StatusNotFound, Code: "not_found", Detail: "There is no such " + what + ".", Hint: hint}
}

func forbidden(detail, hint string) *problem {
	return &problem{Status: http.StatusForbidden, Code: "forbidden", Detail: detail, Hint: hint}
}

func invalid(field, detail, hint string) *problem {
	return &problem{Status: http.StatusBadRequest, Code: "invalid", Field: field, Detail: detail, Hint: hint}
}

func conflict(code, detail, hint string) *problem {
	return &problem{Status: http.StatusConflict, Code: code, Detail: detail, Hint: hint}
}

func tooMany(code, detail string, seconds int) *problem {
	return &problem{Status: http.StatusTooManyRequests, Code: code, Detail: detail,
		Hint: "Try again a little later.", RetryAfter: seconds}
}

func storageFailed(cause error) *problem {
	if errors.Is(cause, storage.ErrFull) {
		return &problem{Status: http.StatusInsufficientStorage, Code: "storage_full",
			Detail: "The storage is full.", Hint: "Delete datasets that you do not need, or tell whoever runs this Assay.", cause: cause}
	}
	return &problem{Status: http.StatusServiceUnavailable, Code: "storage_unavailable",
		Detail: "The storage does not answer.", Hint: "Try again in a moment; nothing is lost.", RetryAfter: 5, cause: cause}
}

// asProblem maps every error that a handler may return; it is the only place
// where errors become HTTP.
func asProblem(err error) *problem {
	var p *problem
	var tooLarge *http.MaxBytesError
	var he *echo.HTTPError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &tooLarge):
		return &problem{Status: http.StatusRequestEntityTooLarge, Code: "body_too_large",
			Detail: fmt.Sprintf("The body of a request may have %d bytes.", tooLarge.Limit),
			Hint:   "Files are not sent here: begin an upload with POST /api/v1/uploads."}
	case errors.Is(err, store.ErrNotFound):
		return &problem{Status: http.StatusNotFound, Code: "not_found", Detail: "There is no such thing.",
			Hint: "It may just have been deleted.", cause: err}
	case errors.Is(err, store.ErrCursor):
		return &problem{Status: http.StatusBadRequest, Code: "invalid", Field: "cursor", Detail: "This cursor was not made by this list.",
			Hint: "Pass next_cursor of the page before, or leave it out.", cause: err}
	case errors.Is(err, store.ErrConflict):
		return &problem{Status: http.StatusConflict, Code: "conflict", Detail: "This exists already.",
			Hint: "Choose another name.", cause: err}
	case errors.Is(err, store.ErrState):
		return &problem{Status: http.StatusConflict, Code: "state", Detail: "Its state does not allow this.",
			Hint: "Look at it again: it may just have changed.", cause: err}
	case errors.As(err, &he):
		return httpProblem(he)
	case errors.Is(err, context.Canceled):
		return &problem{Status: http.StatusServiceUnavailable, Code: "canceled", Detail: "The request was given up.",
			Hint: "Send it again.", cause: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{Status: http.StatusServiceUnavailable, Code: "unavailable",
			Detail: "This took too long.", Hint: "Try again in a moment.", RetryAfter: 5, cause: err}
	}
	return &problem{Status: http.StatusInternalServerError, Code: "internal",
		Detail: "Something went wrong on the server.", Hint: "The request's ID leads to the reason in the server's log.", cause: err}
}

// httpProblem is for what the router itself answers.
func httpProblem(he *echo.HTTPError) *problem {
	switch he.Code {
	case http.StatusNotFound:
		return &problem{Status: he.Code, Code: "not_found", Detail: "There is nothing at this address.",
			Hint: "GET /api/openapi.json lists what there is."}
	case http.StatusMethodNotAllowed:
		return &problem{Status: he.Code, Code: "method_not_allowed", Detail: "This address does not take this method.",
			Hint: "The Allow header names the ones it takes."}
	}
	return &problem{Status: he.Code, Code: "http", Detail: http.StatusText(he.Code) + ".",
		Hint: "GET /api/openapi.json describes every request.", cause: he}
}

// wireProblem is a problem as it is sent; openapi.json has it as Problem.
type wireProblem struct {
	Type       string `json:"type"`
	Title      string `json:"title"`
	Status     int    `json:"status"`
	Code       string `json:"code"`
	Detail     string `json:"detail"`
	Hint       string `json:"hint"`
	RequestID  string `json:"request_id,omitempty"`
	Field      string `json:"field,omitempty"`
	Numbers    []int  `json:"numbers,omitempty"`
	JobID      string `json:"job_id,omitempty"`
	RetryAfter int    `json:"retry_after,omitempty"`
}

// answerError writes err as a problem, unless an answer has begun already.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := asProblem(err)
	id := c.Response().Header().Get(echo.HeaderXRequestID)
	if p.Status >= 500 && p.Code != "canceled" {
		s.log.LogAttrs(c.Request().Context(), slog.LevelError, "request failed",
			slog.String("request_id", id), slog.String("code", p.Code), slog.Any("error", p.cause))
	}
	body, encodeErr := json.Marshal(wireProblem{
		Type: "urn:assay:problem:" + p.Code, Title: http.StatusText(p.Status), Status: p.Status,
		Code: p.Code, Detail: p.Detail, Hint: p.Hint, RequestID: id,
		Field: p.Field, Numbers: p.Numbers, JobID: p.JobID, RetryAfter: p.RetryAfter,
	})
	if encodeErr != nil { // a struct of texts and numbers always encodes
		s.log.Error("problem does not encode", slog.Any("error", encodeErr))
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	h.Del("Content-Encoding")
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="assay"`)
	}
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if err := c.Blob(p.Status, "application/problem+json", body); err != nil {
		s.log.Debug("problem not sent", slog.String("request_id", id), slog.Any("error", err))
	}
}
