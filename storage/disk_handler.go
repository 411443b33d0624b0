package storage

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// diskHandler serves the disk driver's signed URLs with S3's protocol: PUT a
// part and get its ETag, GET an object with ranges. The signature is all that
// counts; cookies and Authorization are never looked at.
type diskHandler struct {
	d *disk
}

func (h diskHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("Cache-Control", "private, no-store")
	if r.ContentLength != 0 {
		// Before anything is refused: the HTTP server waits for some of the body
		// after the answer, with a stranger's bad signature as with a good one.
		h.await(http.NewResponseController(w))
	}
	switch r.Method {
	case http.MethodPut, http.MethodGet, http.MethodHead:
	default:
		head.Set("Allow", "GET, HEAD, PUT")
		h.refuse(w, r, refusal{http.StatusMethodNotAllowed, "method_not_allowed", "Objects take GET, HEAD and PUT.",
			"Send exactly the request that the URL was made for."})
		return
	}
	g, err := h.d.verify(r.Method, r.URL.Path, r.URL.RawQuery)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	if r.Method == http.MethodPut {
		h.put(w, r, g)
		return
	}
	h.get(w, r, g)
}

func (h diskHandler) get(w http.ResponseWriter, r *http.Request, g grant) {
	f, info, err := h.d.open(g.key)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	defer f.Close()
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Content-Disposition", attachment(g.filename))
	head.Set("ETag", strconv.Quote(strconv.FormatInt(info.ModTime().UnixNano(), 36)+"-"+strconv.FormatInt(info.Size(), 36)))
	http.ServeContent(&stallWriter{w, http.NewResponseController(w), h.d.stall}, r, "", info.ModTime(), f)
}

// stallWriter gives a download that stands still a deadline, and one that
// moves none. It passes files on in pieces, so that sendfile stays possible.
type stallWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

func (s *stallWriter) Write(p []byte) (int, error) {
	s.extend()
	return s.ResponseWriter.Write(p)
}

func (s *stallWriter) ReadFrom(src io.Reader) (n int64, err error) {
	const piece = 1 << 20
	limit, ok := src.(*io.LimitedReader)
	if !ok {
		limit = &io.LimitedReader{R: src, N: 1<<63 - 1}
	}
	for limit.N > 0 && err == nil {
		s.extend()
		part := &io.LimitedReader{R: limit.R, N: min(piece, limit.N)}
		want := part.N
		var moved int64
		moved, err = io.Copy(s.ResponseWriter, part)
		n += moved
		limit.N -= moved
		if moved < want {
			break
		}
	}
	return n, err
}

// extend ignores a writer that knows no deadlines (a test's recorder).
func (s *stallWriter) extend() { _ = s.control.SetWriteDeadline(time.Now().Add(s.stall)) }

func (h diskHandler) put(w http.ResponseWriter, r *http.Request, g grant) {
	arrival := http.NewResponseController(w)
	if r.ContentLength < 0 {
		h.refuse(w, r, refusal{http.StatusLengthRequired, "length_required", "A part needs a Content-Length.",
			"Send the part with its exact length, not in chunks."})
		return
	}
	if r.ContentLength != g.size {
		h.fail(w, r, errNotSigned) // as S3 does: the length is part of what is signed
		return
	}
	etag, err := h.receive(r, g, arrival)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	_ = arrival.SetReadDeadline(time.Time{})
	w.Header().Set("ETag", strconv.Quote(etag))
	w.WriteHeader(http.StatusOK)
}

// await allows a client to be slow, but not silent. It ignores a request that
// knows no deadlines (a test's recorder).
func (h diskHandler) await(arrival *http.ResponseController) {
	_ = arrival.SetReadDeadline(time.Now().Add(h.d.stall))
}

// receive writes the part as it arrives.
func (h diskHandler) receive(r *http.Request, g grant, arrival *http.ResponseController) (etag string, err error) {
	u := &diskUpload{h.d, g.key, g.upload}
	s, err := u.sidecar()
	if err != nil {
		return "", err
	}
	if s.plan().length(g.part) != g.size {
		return "", errNotSigned
	}
	part, err := newPartWriter(h.d.uploadDir(u.id), s, g.part)
	if err != nil {
		return "", err
	}
	defer part.close()

	buf := h.d.bufs.Get().(*[]byte)
	defer h.d.bufs.Put(buf)
	for {
		h.await(arrival)
		n, err := r.Body.Read(*buf)
		if n > 0 {
			if err := part.write((*buf)[:n]); err != nil {
				return "", err
			}
		}
		if err == io.EOF {
			return part.commit()
		}
		if err != nil {
			return "", &bodyError{err}
		}
	}
}

// bodyError is the client's: it went away, or stood still.
type bodyError struct{ err error }

func (e *bodyError) Error() string { return "storage: the part did not arrive: " + e.err.Error() }
func (e *bodyError) Unwrap() error { return e.err }

// refusal is an answer that is no success, by RFC 9457 as the API's are.
type refusal struct {
	status int
	code   string
	detail string
	hint   string
}

const (
	askAgain = "Ask the server for a new one; a part's is signed again as long as its upload is open."
	tellHost = "Tell whoever runs this Assay; what has arrived is kept, and the upload can go on later."
)

// refusalOf is the one place where errors become answers. They name no path,
// and everything that makes a URL worthless gets the same one.
func refusalOf(err error) refusal {
	var body *bodyError
	switch {
	case errors.Is(err, errNotSigned), errors.Is(err, errSealed), errors.Is(err, ErrNoUpload):
		return refusal{http.StatusForbidden, "url_not_valid", "This URL is not valid, or not any more.", askAgain}
	case errors.Is(err, errExpired):
		return refusal{http.StatusForbidden, "url_expired", "This URL has expired.", askAgain}
	case errors.Is(err, ErrNotFound):
		return refusal{http.StatusNotFound, "not_found", "There is no such object.", "It may have been deleted meanwhile."}
	case errors.Is(err, errSuperseded):
		return refusal{http.StatusConflict, "superseded", "A newer request sends this part.", "Let that one end; nothing is to be done."}
	case errors.As(err, &body), errors.Is(err, io.ErrUnexpectedEOF):
		return refusal{http.StatusRequestTimeout, "part_incomplete", "The part did not arrive whole.", "Send it again."}
	case isDiskFull(err):
		return refusal{http.StatusInsufficientStorage, "storage_full", "The storage is full.", tellHost}
	}
	return refusal{http.StatusInternalServerError, "internal", "The storage failed.", tellHost}
}

func (h diskHandler) fail(w http.ResponseWriter, r *http.Request, err error) {
	answer := refusalOf(err)
	if answer.status >= 500 {
		h.d.log.Error("storage: object request failed", "code", answer.code, "err", err)
	}
	h.refuse(w, r, answer)
}

func (h diskHandler) refuse(w http.ResponseWriter, r *http.Request, answer refusal) {
	if r.ContentLength != 0 {
		// The rest of the body is not worth reading, and would keep the answer
		// back: the HTTP server reads it first where the connection is kept.
		w.Header().Set("Connection", "close")
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(answer.status)
	// A client that has gone is no news.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "urn:assay:problem:" + answer.code, "title": http.StatusText(answer.status), "status": answer.status,
		"code": answer.code, "detail": answer.detail, "hint": answer.hint,
	})
}
