package storage

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func (d *disk) serve(t testing.TB) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(d.handler())
	t.Cleanup(s.Close)
	return s
}

func (u *diskUpload) signed(t testing.TB, n int, size int64) string {
	t.Helper()
	p, err := u.SignPart(t.Context(), n, size, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return p.URL
}

func do(t *testing.T, method, url, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

// wantRefusal checks an answer's status and code, and that it tells nothing
// that is nobody's business.
func wantRefusal(t *testing.T, d *disk, resp *http.Response, body string, status int, code string) {
	t.Helper()
	var p struct {
		Status int    `json:"status"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
		Hint   string `json:"hint"`
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%d %q: %v", resp.StatusCode, body, err)
	}
	if resp.StatusCode != status || p.Status != status || p.Code != code {
		t.Errorf("answer %d %s, want %d %s", resp.StatusCode, body, status, code)
	}
	if p.Detail == "" || p.Hint == "" {
		t.Errorf("%s says nothing, or not what to do", body)
	}
	if got := resp.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
	for _, secret := range []string{d.dir, "uploads", "sealed", "data", "goroutine"} {
		if strings.Contains(body, secret) {
			t.Errorf("%s tells %q", body, secret)
		}
	}
}

func TestRefusalsSayWhyAndNothingElse(t *testing.T) {
	d := newDisk(t)
	server := d.serve(t)
	u := start(t, d, 20, 10)
	put := func(path, body string) (*http.Response, string) { return do(t, http.MethodPut, server.URL+path, body) }

	resp, body := put(strings.Replace(u.signed(t, 1, 10), "part=1", "part=2", 1), "0123456789")
	wantRefusal(t, d, resp, body, 403, "url_not_valid")
	resp, body = put(u.signed(t, 1, 10), "012345678")
	wantRefusal(t, d, resp, body, 403, "url_not_valid")
	// Well signed, but not a part of this upload.
	resp, body = put(u.signed(t, 3, 10), "0123456789")
	wantRefusal(t, d, resp, body, 403, "url_not_valid")
	resp, body = put(u.signed(t, 1, 9), "012345678")
	wantRefusal(t, d, resp, body, 403, "url_not_valid")

	foreign := newDisk(t)
	foreign.key = bytes.Repeat([]byte{8}, 32)
	other := &diskUpload{foreign, u.key, u.id}
	resp, body = put(other.signed(t, 1, 10), "0123456789")
	wantRefusal(t, d, resp, body, 403, "url_not_valid")

	resp, body = do(t, http.MethodDelete, server.URL+u.signed(t, 1, 10), "")
	wantRefusal(t, d, resp, body, 405, "method_not_allowed")
	resp, body = do(t, http.MethodGet, server.URL+"/objects/", "")
	wantRefusal(t, d, resp, body, 403, "url_not_valid")

	get, err := d.SignGet(t.Context(), "no/such", GetOptions{Filename: "x", Expires: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	resp, body = do(t, http.MethodGet, server.URL+get, "")
	wantRefusal(t, d, resp, body, 404, "not_found")

	late := u.signed(t, 1, 10)
	d.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	resp, body = put(late, "0123456789")
	wantRefusal(t, d, resp, body, 403, "url_expired")
	d.now = time.Now

	u.send(t, 1, "0123456789")
	u.send(t, 2, "0123456789")
	if _, err := u.Complete(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	resp, body = put(u.signed(t, 1, 10), "XXXXXXXXXX")
	wantRefusal(t, d, resp, body, 403, "url_not_valid")
	u.want(t, "01234567890123456789")
}

func TestAPartOfUnknownLengthIsRefused(t *testing.T) {
	d := newDisk(t)
	u := start(t, d, 10, 10)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, d.serve(t).URL+u.signed(t, 1, 10), io.NopCloser(strings.NewReader("0123456789")))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, d, resp, string(body), 411, "length_required")
}

func TestDownloadCannotActOnOurOrigin(t *testing.T) {
	d := newDisk(t)
	u := start(t, d, 31, 100)
	page := "<script>alert(document.cookie)</"
	u.send(t, 1, page[:31])
	if _, err := u.Complete(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	get, err := d.SignGet(t.Context(), u.key, GetOptions{Filename: "page.html", Expires: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	server := d.serve(t)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		resp, body := do(t, method, server.URL+get, "")
		if resp.StatusCode != 200 || resp.ContentLength != 31 || (method == http.MethodGet) != (body == page[:31]) {
			t.Fatalf("%s: %d %q", method, resp.StatusCode, body)
		}
		for name, want := range map[string]string{
			"Content-Type":            "application/octet-stream",
			"Content-Disposition":     `attachment; filename="page.html"; filename*=UTF-8''page.html`,
			"X-Content-Type-Options":  "nosniff",
			"Content-Security-Policy": "default-src 'none'; sandbox",
			"Accept-Ranges":           "bytes",
		} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", method, name, got, want)
			}
		}
	}
	resp, _ := do(t, http.MethodGet, server.URL+strings.Replace(get, "page.html", "page.csv", 1), "")
	if resp.StatusCode != 403 {
		t.Errorf("another file name: %d", resp.StatusCode)
	}
}

func TestASilentClientIsCut(t *testing.T) {
	d := newDisk(t)
	d.stall = 50 * time.Millisecond
	u := start(t, d, 10, 10)
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.serve(t).URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234", u.signed(t, 1, 10))
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, d, resp, string(body), 408, "part_incomplete")
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("the connection stays open: %v", err)
	}
	if have := u.have(t); len(have) != 0 {
		t.Errorf("half a part counts: %v", have)
	}
}

func TestARefusedBodyThatNeverComesHoldsNoConnection(t *testing.T) {
	d := newDisk(t)
	d.stall = 50 * time.Millisecond
	u := start(t, d, 10, 10)
	server := d.serve(t)
	good := u.signed(t, 1, 10)
	for _, c := range []struct {
		request string
		status  int
	}{
		{"PUT " + good + "x", 403}, {"PUT /objects/", 403}, {"GET /objects/x", 403}, {"DELETE " + good, 405}, {"PUT " + good, 403}, // of another length
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", c.request)
		r := bufio.NewReader(conn)
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("%s: %v", c.request, err)
		}
		if resp.StatusCode != c.status || !resp.Close {
			t.Errorf("%s: %d %v", c.request, resp.StatusCode, resp.Header)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Errorf("%s: the connection is held: %v", c.request, err)
		}
	}
}

func TestEveryRefusalSaysWhatToDo(t *testing.T) {
	for _, err := range []error{errNotSigned, errSealed, ErrNoUpload, errExpired, ErrNotFound, errSuperseded,
		&bodyError{io.ErrUnexpectedEOF}, io.ErrUnexpectedEOF, fs.ErrPermission} {
		if r := refusalOf(err); r.status < 400 || r.code == "" || r.detail == "" || r.hint == "" {
			t.Errorf("%v: %+v", err, r)
		}
	}
}

func TestASlowClientIsNotCut(t *testing.T) {
	d := newDisk(t)
	d.stall = 100 * time.Millisecond
	u := start(t, d, 10, 10)
	server := d.serve(t)
	r, w := io.Pipe()
	go func() { // three times the limit in all, never silent for as long
		tick := time.NewTicker(30 * time.Millisecond)
		defer tick.Stop()
		for range 10 {
			<-tick.C
			w.Write([]byte("x"))
		}
	}()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL+u.signed(t, 1, 10), r)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 10
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Fatalf("status %d", resp.StatusCode)
	}
}

func TestADownloadThatStandsStillIsCut(t *testing.T) {
	d := newDisk(t)
	d.stall = 50 * time.Millisecond
	const size = 64 << 20 // more than the sockets between us hold; sparse
	id, err := d.Start(t.Context(), "a/b", size, size)
	if err != nil {
		t.Fatal(err)
	}
	u := &diskUpload{d, "a/b", id}
	if err := appendPart(d.uploadDir(id), partRecord{Part: 1, Size: size, ETag: "0"}); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Complete(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	server := httptest.NewUnstartedServer(d.handler())
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed {
			close(closed)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	get, err := d.SignGet(t.Context(), u.key, GetOptions{Expires: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", get)
	select { // and nobody reads
	case <-closed:
	case <-time.After(20 * time.Second):
		t.Fatal("the server still waits for a reader")
	}
}

func FuzzSignedURL(f *testing.F) {
	d := &disk{key: bytes.Repeat([]byte{7}, 32), now: func() time.Time { return time.Unix(1000, 0) }}
	good, err := d.signPart("a/b", strings.Repeat("0", 32), 3, 10, time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("/objects/a?signature=")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := url.Parse(text)
		if err != nil {
			return
		}
		if g, err := d.verify(http.MethodPut, u.Path, u.RawQuery); err == nil && (g.key != "a/b" || g.part != 3 || g.size != 10) {
			t.Fatalf("%q grants %+v", text, g)
		}
	})
}
