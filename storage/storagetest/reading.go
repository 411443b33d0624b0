package storagetest

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/storage"
)

func (x *transfer) get(t *testing.T, filename string) string {
	t.Helper()
	u, err := x.Bucket.SignGet(x.ctx, x.key, storage.GetOptions{Filename: filename, Expires: time.Hour})
	if err != nil {
		t.Fatalf("SignGet: %v", err)
	}
	return u
}

func testRanges(t *testing.T, s *suite) {
	x := s.seal(t, partSize+1000)
	u, size := x.get(t, "data.csv"), len(x.data)

	whole := s.request(http.MethodGet, u, nil, nil, 0)
	if whole.err != nil || whole.status != http.StatusOK {
		t.Fatalf("GET: %s", whole)
	}
	wantBytes(t, whole.body, x.data)

	for _, c := range []struct {
		header   string
		from, to int
	}{
		{"bytes=0-9", 0, 10},
		{"bytes=5242870-5242889", partSize - 10, partSize + 10},
		{"bytes=-7", size - 7, size},
		{"bytes=5243000-", 5243000, size},
		{"bytes=0-99999999", 0, size},
	} {
		a := s.request(http.MethodGet, u, map[string]string{"Range": c.header}, nil, 0)
		if a.err != nil || a.status != http.StatusPartialContent {
			t.Fatalf("%s: %d %v", c.header, a.status, a.err)
		}
		wantBytes(t, a.body, x.data[c.from:c.to])
	}
	if a := s.request(http.MethodGet, u, map[string]string{"Range": "bytes=99999999-"}, nil, 0); a.status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a range past the end: %s", a)
	}
}

func testFilename(t *testing.T, s *suite) {
	x := s.seal(t, 10)
	for _, name := range []string{"plain.csv", "Größe, Maß.csv", "売上 2024.csv", `a"b;c.csv`, "100%.csv"} {
		a := s.request(http.MethodGet, x.get(t, name), nil, nil, 0)
		if a.err != nil || a.status != http.StatusOK {
			t.Fatalf("%s: %s", name, a)
		}
		wantBytes(t, a.body, x.data)
		kind, params, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
		if err != nil || kind != "attachment" || params["filename"] != name {
			t.Errorf("%s: Content-Disposition %q: %s %q, %v", name, a.header.Get("Content-Disposition"), kind, params["filename"], err)
		}
		if got := a.header.Get("Content-Type"); got != "application/octet-stream" {
			t.Errorf("%s: Content-Type %q", name, got)
		}
	}
	// A name is no path and no header.
	a := s.request(http.MethodGet, x.get(t, "../x\r\nSet-Cookie: a=b"), nil, nil, 0)
	if _, params, err := mime.ParseMediaType(a.header.Get("Content-Disposition")); err != nil || strings.ContainsAny(params["filename"], "/\r\n") || a.header.Get("Set-Cookie") != "" {
		t.Errorf("a hostile name: %v, %v", a.header, err)
	}
}

func testReadAt(t *testing.T, s *suite) {
	x := s.seal(t, 2*partSize+10)
	o, err := s.Bucket.Open(s.ctx, x.key)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	size := len(x.data)
	for _, c := range []struct{ off, length, want int }{
		{0, 0, 0}, {0, 1, 1}, {partSize - 5, 10, 10}, {4<<20 - 1, 2, 2}, {0, size, size},
		{size - 1, 1, 1}, {size - 5, 10, 5}, {size, 1, 0}, {size + 100, 1, 0}, {partSize, size, partSize + 10},
	} {
		b := make([]byte, c.length)
		n, err := o.ReadAt(b, int64(c.off))
		if n != c.want || (n < c.length && err != io.EOF) || (n == c.length && err != nil && err != io.EOF) {
			t.Fatalf("ReadAt(%d bytes at %d) = %d, %v; want %d", c.length, c.off, n, err, c.want)
		}
		wantBytes(t, b[:n], x.data[min(c.off, size):min(c.off+n, size)])
	}
	if _, err := o.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("a negative offset is read")
	}
}

func testReadAtTogether(t *testing.T, s *suite) {
	x := s.seal(t, 2*partSize+10)
	o, err := s.Bucket.Open(s.ctx, x.key)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	const readers = 8
	errs := make([]error, readers)
	var wg sync.WaitGroup
	for i := range readers {
		wg.Go(func() { // each reads its own stretch forward, in odd steps
			from, to := i*len(x.data)/readers, (i+1)*len(x.data)/readers
			got, err := io.ReadAll(io.NewSectionReader(o, int64(from), int64(to-from)))
			if err == nil && string(got) != string(x.data[from:to]) {
				err = errors.New("bytes differ")
			}
			errs[i] = err
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func testDelete(t *testing.T, s *suite) {
	x := s.seal(t, 10)
	u := x.get(t, "data.csv")
	for range 2 {
		if err := s.Bucket.Delete(s.ctx, x.key); err != nil {
			t.Fatalf("Delete: %v", err)
		}
	}
	if _, err := s.Bucket.Open(s.ctx, x.key); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("Open = %v, want ErrNotFound", err)
	}
	if a := s.request(http.MethodGet, u, nil, nil, 0); a.status != http.StatusNotFound {
		t.Errorf("GET: %s", a)
	}
}

func testPing(t *testing.T, s *suite) {
	if err := s.Bucket.Ping(s.ctx); err != nil {
		t.Fatal(err)
	}
}
