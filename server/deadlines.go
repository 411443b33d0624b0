package server

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// patience is how long the other end of a connection may take. Without it
// anybody holds connections for ever, signed in or not: an http.Server's own
// ReadTimeout and WriteTimeout would bound parts and event streams too, so it
// has none, and after every answer it waits for the rest of the request.
type patience struct {
	body   time.Duration // from a request's head to the end of its body
	linger time.Duration // for the rest of a body that nobody wanted
	write  time.Duration // for each piece of an answer
}

var defaultPatience = patience{body: 30 * time.Second, linger: 5 * time.Second, write: 30 * time.Second}

// writePiece is what must arrive within patience.write.
const writePiece = 64 << 10

// deadlines stands outermost. It bounds how long a request's body may take to
// come and its answer to go. net/http takes both deadlines back before the next
// request of a connection. The disk storage rolls its own over parts and
// downloads, which take as long as they take. (Errors of setting a deadline are
// those of a test's writer, which knows none.)
func (s *Server) deadlines(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		w := &pacedWriter{ResponseWriter: c.Response().Writer, control: http.NewResponseController(c.Response().Writer), piece: s.patience.write}
		if !strings.HasPrefix(c.Request().URL.Path, "/objects/") {
			c.Response().Writer = w
		}
		if c.Request().ContentLength != 0 {
			b := &arrivingBody{ReadCloser: c.Request().Body, control: w.control}
			_ = b.control.SetReadDeadline(time.Now().Add(s.patience.body))
			c.Request().Body = b
			c.Response().Before(func() { b.leave(c.Response().Header(), s.patience.linger) })
		}
		err := next(c)
		w.extend() // what is buffered goes out after this
		return err
	}
}

// arrivingBody is a request's body under a deadline, which is taken back once
// the body has come: the connection is watched for its end from then on, by a
// read that a deadline would end.
type arrivingBody struct {
	io.ReadCloser
	control *http.ResponseController
	ended   bool // whole
	failed  bool // it will not come
}

func (b *arrivingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == io.EOF:
		b.ended = true
		_ = b.control.SetReadDeadline(time.Time{})
	case err != nil:
		b.failed = true
	}
	return n, err
}

// leave is called before the answer's head is written. net/http reads the rest
// of a body that the handler left, before the answer if the connection is to be
// kept and after it otherwise; the latter for a moment only.
func (b *arrivingBody) leave(h http.Header, linger time.Duration) {
	if b.ended {
		return
	}
	h.Set("Connection", "close")
	if !b.failed {
		_ = b.control.SetReadDeadline(time.Now().Add(linger))
	}
}

// pacedWriter gives every piece of an answer a deadline of its own. An answer
// as a whole has none: an event stream has no end, and a report of 20 MB takes
// its time on a slow line.
type pacedWriter struct {
	http.ResponseWriter
	control *http.ResponseController

	mu    sync.Mutex
	piece time.Duration
}

func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *pacedWriter) Write(p []byte) (n int, err error) {
	for {
		w.extend()
		m, err := w.ResponseWriter.Write(p[n:min(n+writePiece, len(p))])
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

// FlushError is http.ResponseController's Flush.
func (w *pacedWriter) FlushError() error {
	w.extend()
	return w.control.Flush()
}

func (w *pacedWriter) extend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.control.SetWriteDeadline(time.Now().Add(w.piece))
}

// hurry leaves a write that is under way, and each later one, only so long.
func (w *pacedWriter) hurry(piece time.Duration) {
	w.mu.Lock()
	w.piece = piece
	w.mu.Unlock()
	w.extend()
}
