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
	switch r.Method {
	case http.MethodPut, http.MethodGet, http.MethodHead:
	default:
		head.Set("Allow", "GET, HEAD, PUT")
		refuse(w, refusal{http.StatusMethodNotAllowed, "method_not_allowed", "Objects take GET, HEAD and PUT."})
		return
	}
	g, err := h.d.verify(r.Method, r.URL.Path, r.URL.RawQuery)
	if err != nil {
		h.fail(w, err)
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
		h.fail(w, err)
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
	// The read deadline rolls from here on. After a refusal it stays, since
	// the HTTP server then waits for some of the body itself.
	h.await(arrival)
	if r.ContentLength < 0 {
		refuse(w, refusal{http.StatusLengthRequired, "length_required", "A part needs a Content-Length."})
		return
	}
	if r.ContentLength != g.size {
		h.fail(w, errNotSigned) // as S3 does: the length is part of what is signed
		return
	}
	etag, err := h.receive(r, g, arrival)
	if err != nil {
		// The rest of the body is not worth reading, but answering before it
		// has come would reach the client as a reset connection.
		w.Header().Set("Connection", "close")
		h.fail(w, err)
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

type refusal struct {
	status int
	code   string
	detail string
}

// fail is the one place where errors become answers. They name no path, and
// everything that makes a URL worthless gets the same one.
func (h diskHandler) fail(w http.ResponseWriter, err error) {
	var body *bodyError
	switch {
	case errors.Is(err, errNotSigned), errors.Is(err, errSealed), errors.Is(err, ErrNoUpload):
		refuse(w, refusal{http.StatusForbidden, "url_not_valid", "This URL is not valid, or not any more. Ask for a new one."})
	case errors.Is(err, errExpired):
		refuse(w, refusal{http.StatusForbidden, "url_expired", "This URL has expired. Ask for a new one."})
	case errors.Is(err, ErrNotFound):
		refuse(w, refusal{http.StatusNotFound, "not_found", "There is no such object."})
	case errors.Is(err, errSuperseded):
		refuse(w, refusal{http.StatusConflict, "superseded", "A newer request sends this part."})
	case errors.As(err, &body), errors.Is(err, io.ErrUnexpectedEOF):
		refuse(w, refusal{http.StatusRequestTimeout, "part_incomplete", "The part did not arrive whole. Send it again."})
	case isDiskFull(err):
		h.d.log.Error("storage: disk full")
		refuse(w, refusal{http.StatusInsufficientStorage, "storage_full", "The storage is full."})
	default:
		h.d.log.Error("storage: object request failed", "err", err)
		refuse(w, refusal{http.StatusInternalServerError, "internal", "The storage failed."})
	}
}

func refuse(w http.ResponseWriter, r refusal) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(r.status)
	// A client that has gone is no news.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "about:blank", "title": http.StatusText(r.status), "status": r.status, "code": r.code, "detail": r.detail,
	})
}
