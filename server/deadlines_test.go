package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"assay/storage"
	"assay/store"
)

// impatient shortens every patience of an instance.
func impatient(t *testing.T, change func(*Config)) *instance {
	t.Helper()
	i := start(t, change)
	i.server.patience = patience{body: 100 * time.Millisecond, linger: 50 * time.Millisecond, write: 100 * time.Millisecond}
	return i
}

// wire is a connection that a test writes requests on by hand.
type wire struct {
	*testing.T
	net.Conn
	in *bufio.Reader
}

func (i *instance) dial() *wire {
	i.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(i.url, "http://"))
	if err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		i.t.Fatal(err)
	}
	return &wire{i.t, conn, bufio.NewReader(conn)}
}

func (w *wire) say(format string, args ...any) {
	w.Helper()
	if _, err := fmt.Fprintf(w.Conn, format, args...); err != nil {
		w.Fatal(err)
	}
}

func (w *wire) answer() answer {
	w.Helper()
	resp, err := http.ReadResponse(w.in, nil)
	if err != nil {
		w.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Fatal(err)
	}
	return answer{resp, string(body)}
}

// isClosed waits for the server to close the connection.
func (w *wire) isClosed(what string) {
	w.Helper()
	if _, err := io.Copy(io.Discard, w.in); errors.Is(err, os.ErrDeadlineExceeded) {
		w.Errorf("%s: the connection is held", what)
	}
}

// isKept holds that the server leaves the connection open, and says nothing on
// it, for so long.
func (w *wire) isKept(long time.Duration) {
	w.Helper()
	if err := w.SetReadDeadline(time.Now().Add(long)); err != nil {
		w.Fatal(err)
	}
	if _, err := w.in.Peek(1); !errors.Is(err, os.ErrDeadlineExceeded) {
		w.Fatalf("the connection between two requests: %v", err)
	}
	if err := w.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		w.Fatal(err)
	}
}

func TestABodyThatNeverComesHoldsNoConnection(t *testing.T) {
	i := impatient(t, nil)
	ann := i.person("ann", true)
	part := i.begin(ann, "a.csv", 1000).Parts[0].URL
	for _, c := range []struct {
		request string
		status  int
	}{
		{"POST /api/v1/nothing", 404},
		{"GET /api/v1/nothing", 404},
		{"GET /api/v1/me", 401},
		{"POST /api/v1/uploads", 401},
		{"POST /api/v1/login", 400},
		{"POST /api/v1/logout", 204},
		{"PUT /api/v1/login", 405},
		{"GET /healthz", 200},
		{"GET /", 200},
		{"DELETE /objects/x", 405},
		{"PUT /objects/x?part=1", 403},
		{"PUT " + part + "x", 403},
	} {
		for _, length := range []string{"Content-Length: 1000", "Transfer-Encoding: chunked"} {
			t.Run(strings.SplitN(c.request, "?", 2)[0]+" "+length, func(t *testing.T) {
				w := i.dial()
				w.T = t
				w.say("%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s\r\n\r\n", c.request, length)
				if a := w.answer(); a.StatusCode != c.status || !a.Close {
					t.Errorf("%d %v %s", a.StatusCode, a.Header, a.body)
				}
				w.isClosed("after the answer")
			})
		}
	}
}

func TestABodyInDripsIsCutAtItsDeadline(t *testing.T) {
	i := impatient(t, nil)
	i.person("ann", true)
	w := i.dial()
	w.say("POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				w.Conn.Write([]byte(" ")) // fails once the server has closed
			}
		}
	}()
	if a := w.answer(); a.StatusCode != 400 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	w.isClosed("after the answer")
}

func TestAConnectionIsKeptForTheNextRequest(t *testing.T) {
	i := impatient(t, nil)
	ann := i.person("ann", true)
	b := i.begin(ann, "a.csv", 5)
	w := i.dial()
	pause := func() { w.isKept(2 * i.server.patience.body) } // a deadline that was left would be over
	auth := "Host: localhost\r\nAuthorization: Bearer " + ann.token + "\r\n"
	for range 2 {
		w.say("GET /api/v1/me HTTP/1.1\r\n%s\r\n", auth)
		if a := w.answer(); a.StatusCode != 200 || a.Close {
			t.Fatalf("%d %v", a.StatusCode, a.Header)
		}
		pause()
		w.say("POST /api/v1/workspaces HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}", auth)
		if a := w.answer(); a.StatusCode != 201 || a.Close {
			t.Fatalf("%d %v %s", a.StatusCode, a.Header, a.body)
		}
		pause()
		// Refused, but all of it has been read.
		w.say("POST /api/v1/workspaces HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", auth)
		if a := w.answer(); a.StatusCode != 400 || a.Close {
			t.Fatalf("%d %v %s", a.StatusCode, a.Header, a.body)
		}
		pause()
		w.say("PUT %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12345", b.Parts[0].URL)
		if a := w.answer(); a.StatusCode != 200 || a.Close {
			t.Fatalf("%d %v %s", a.StatusCode, a.Header, a.body)
		}
		pause()
	}
}

func TestWhatTakesLongIsNotCutWhileItMoves(t *testing.T) {
	i := impatient(t, func(c *Config) {
		ui := testUI()
		ui["assets/big-abc.js"] = &fstest.MapFile{Data: bytes.Repeat([]byte("x"), 8<<20)}
		c.UI = ui
	})
	i.server.patience.write *= 4 // the server, too, may have to wait for a core
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "a.csv")

	s := i.listen(ann, "?job_id="+u.JobID)
	s.next("the present state", status("queued"))
	for attempt := 1; ; attempt++ {
		size, stall := i.readSlowly("/assets/big-abc.js")
		if size >= 8<<20 {
			break
		}
		// On a busy machine this test may be the one that did not move.
		if stall < i.server.patience.write/2 || attempt == 10 {
			t.Fatalf("cut after %d bytes, with no more than %v between two reads", size, stall)
		}
	}
	i.finish(i.run(u.JobID), store.Outcome{Status: store.StatusSucceeded})
	s.next("the end", status("succeeded"))
	s.ends("the job's end")
}

// readSlowly reads an answer for three times as long as one piece of it may
// take. It tells how much came, and how long it did not read at most.
func (i *instance) readSlowly(path string) (size int, stall time.Duration) {
	i.t.Helper()
	w := i.dial()
	w.say("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path)
	began, last := time.Now(), time.Now()
	pace := time.NewTicker(i.server.patience.write / 8)
	defer pace.Stop()
	buf := make([]byte, 512<<10)
	for {
		n, err := w.in.Read(buf)
		size += n
		stall, last = max(stall, time.Since(last)), time.Now()
		if err != nil {
			return size, stall
		}
		if time.Since(began) < 3*i.server.patience.write {
			<-pace.C
		}
	}
}

// slowBucket takes its time to begin an upload, and gives up with the request.
type slowBucket struct {
	storage.Bucket
	wait time.Duration
}

func (b *slowBucket) Start(ctx context.Context, key string, size, part int64) (string, error) {
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(b.wait):
		return b.Bucket.Start(ctx, key, size, part)
	}
}

func TestARequestThatHasComeMayTakeLonger(t *testing.T) {
	bucket := &slowBucket{}
	i := impatient(t, func(c *Config) {
		bucket.Bucket = c.Bucket
		c.Bucket = bucket
	})
	bucket.wait = 3 * i.server.patience.body
	i.begin(i.person("ann", true), "a.csv", 5)
}

func TestAPageThatNobodyReadsHoldsNoHandler(t *testing.T) {
	i := impatient(t, func(c *Config) {
		ui := testUI()
		// More than the sockets between us hold.
		ui["assets/big-abc.js"] = &fstest.MapFile{Data: bytes.Repeat([]byte("x"), 64<<20)}
		c.UI = ui
	})
	w := i.dial()
	w.say("GET /assets/big-abc.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if _, err := w.in.Peek(1); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(i.want(200, "GET", "/metrics", "", nil).body, `route="/*"`) { // counted when its handler is done
		if time.Now().After(deadline) {
			t.Fatal("the handler still waits for a reader")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestShutdownDoesNotWaitForAListenerThatReadsNothing(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	w := i.dial()
	w.say("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", ann.token)
	if _, err := w.in.Peek(1); err != nil {
		t.Fatal(err)
	}
	i.server.hub.mu.Lock()
	for l := range i.server.hub.feeds[ann.ID].listeners {
		l.offer([]store.Job{{ID: "job_x", Error: &store.JobError{Message: strings.Repeat("x", 64<<20)}}})
	}
	i.server.hub.mu.Unlock()
	// Once the first of it has come, the rest is being written.
	for {
		line, err := w.in.ReadSlice('\n')
		if err == bufio.ErrBufferFull && bytes.Contains(line, []byte("xxxx")) {
			break
		}
		if err != nil && err != bufio.ErrBufferFull {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*lastWords)
	defer cancel()
	if err := i.server.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}
