// Package storagetest is the contract of storage.Bucket as a test suite:
// what the rest of Assay relies on, whatever keeps the bytes. Every back-end
// runs it by a few lines.
package storagetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"assay/storage"
)

// Target is one back-end under test.
type Target struct {
	Bucket storage.Bucket
	// Origin is what relative URLs are relative to ("http://127.0.0.1:1234").
	Origin string
}

// partSize is the smallest that S3 takes for any part but the last.
const partSize = 5 << 20

// Run runs the suite. open is called once per test.
func Run(t *testing.T, open func(t *testing.T) Target) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *suite)
	}{
		{"an empty file is one empty part", testEmpty},
		{"sizes around part boundaries come back byte for byte", testSizes},
		{"parts may come in any order", testOutOfOrder},
		{"an upload resumes at the parts it lacks", testResume},
		{"a part may be sent again", testSentAgain},
		{"racing requests leave one consistent part", testRacingParts},
		{"a slow request that straddles completion cannot alter the object", testStraddle},
		{"a superseded request cannot alter the part", testSuperseded},
		{"completion refuses missing and wrong parts", testCompletionRefused},
		{"completion may be repeated by fifty at once", testCompleteTogether},
		{"an aborted upload is gone", testAbort},
		{"an unknown upload is none", testUnknownUpload},
		{"an upload belongs to its key", testForeignKey},
		{"an altered URL is refused", testAlteredURL},
		{"another length is refused", testOtherLength},
		{"another method is refused", testOtherMethod},
		{"an expired URL is refused", testExpiredURL},
		{"part URLs die with completion and abortion", testDeadURLs},
		{"a signed GET serves ranges", testRanges},
		{"a download keeps its name in any script", testFilename},
		{"an object reads at any offset", testReadAt},
		{"an object reads from many goroutines", testReadAtTogether},
		{"a deleted object is gone", testDelete},
		{"the storage answers", testPing},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.test(t, &suite{Target: open(t), ctx: t.Context()})
		})
	}
}

type suite struct {
	Target
	ctx context.Context
}

// transfer is an upload in the making.
type transfer struct {
	*suite
	key, id string
	data    []byte
	storage.Upload
}

func (s *suite) begin(t *testing.T, size int) *transfer {
	t.Helper()
	key := newKey()
	id, err := s.Bucket.Start(s.ctx, key, int64(size), partSize)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	x := &transfer{suite: s, key: key, id: id, data: content(1, size), Upload: s.Bucket.Upload(key, id)}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(s.ctx) // the test's own has ended
		if err := errors.Join(x.Abort(ctx), s.Bucket.Delete(ctx, key)); err != nil {
			t.Errorf("clean up: %v", err)
		}
	})
	return x
}

// seal sends all parts and completes.
func (s *suite) seal(t *testing.T, size int) *transfer {
	t.Helper()
	x := s.begin(t, size)
	for n := 1; n <= x.count(); n++ {
		x.put(t, n)
	}
	x.complete(t, nil)
	return x
}

func (x *transfer) count() int { return max(1, (len(x.data)+partSize-1)/partSize) }

func (x *transfer) part(n int) []byte {
	return x.data[(n-1)*partSize : min(n*partSize, len(x.data))]
}

func (x *transfer) sign(t *testing.T, n int) storage.SignedPart {
	t.Helper()
	return x.signFor(t, n, time.Hour)
}

func (x *transfer) signFor(t *testing.T, n int, expires time.Duration) storage.SignedPart {
	t.Helper()
	signed, err := x.SignPart(x.ctx, n, int64(len(x.part(n))), expires)
	if err != nil {
		t.Fatalf("SignPart(%d): %v", n, err)
	}
	if signed.Number != n || signed.Size != int64(len(x.part(n))) || signed.Headers == nil {
		t.Fatalf("SignPart(%d) = %+v", n, signed)
	}
	return signed
}

// put sends a part as it should be and answers its ETag as the header had it.
func (x *transfer) put(t *testing.T, n int) string {
	t.Helper()
	return x.putOther(t, n, x.part(n))
}

// putOther sends other bytes of the same length.
func (x *transfer) putOther(t *testing.T, n int, body []byte) string {
	t.Helper()
	a := x.send(x.sign(t, n), bytes.NewReader(body), int64(len(body)))
	if a.err != nil || a.status != http.StatusOK {
		t.Fatalf("PUT part %d: %s", n, a)
	}
	etag := a.header.Get("ETag")
	if len(etag) < 3 || etag[0] != '"' || etag[len(etag)-1] != '"' {
		t.Fatalf("PUT part %d: ETag %q is not quoted", n, etag)
	}
	return strings.Trim(etag, `"`)
}

func (x *transfer) complete(t *testing.T, parts []storage.Part) {
	t.Helper()
	info, err := x.Complete(x.ctx, parts)
	if err != nil {
		t.Fatalf("Complete: %v", err)
	}
	if info.Size != int64(len(x.data)) {
		t.Fatalf("Complete: %d bytes, want %d", info.Size, len(x.data))
	}
}

// wantObject reads the sealed object whole.
func (x *transfer) wantObject(t *testing.T, want []byte) {
	t.Helper()
	o, err := x.Bucket.Open(x.ctx, x.key)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer o.Close()
	if o.Size() != int64(len(want)) {
		t.Fatalf("object has %d bytes, want %d", o.Size(), len(want))
	}
	got := make([]byte, len(want))
	if n, err := o.ReadAt(got, 0); n != len(want) || (err != nil && err != io.EOF) {
		t.Fatalf("ReadAt = %d, %v", n, err)
	}
	wantBytes(t, got, want)
}

func wantBytes(t *testing.T, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Fatalf("bytes differ at %d (%d bytes, want %d)", at, len(got), len(want))
	}
}

// answer is a response read whole, or why there was none.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error
}

func (a answer) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return fmt.Sprintf("%d %s", a.status, a.body)
}

// refused is what a worthless URL must get.
func (a answer) refused() bool { return a.err == nil && a.status >= 400 && a.status < 500 }

func (s *suite) send(p storage.SignedPart, body io.Reader, length int64) answer {
	return s.request(http.MethodPut, p.URL, p.Headers, body, length)
}

// request has cookies and an Authorization on it wherever URLs are relative,
// as a browser's and a program's would: the signature alone must count.
func (s *suite) request(method, url string, headers map[string]string, body io.Reader, length int64) answer {
	if strings.HasPrefix(url, "/") {
		url = s.Origin + url
	}
	if length == 0 {
		body = http.NoBody
	}
	r, err := http.NewRequestWithContext(s.ctx, method, url, body)
	if err != nil {
		return answer{err: err}
	}
	r.ContentLength = length
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	if s.Origin != "" {
		r.Header.Set("Cookie", "session=whatever")
		r.Header.Set("Authorization", "Bearer whatever")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, b, err}
}

func newKey() string {
	var b [12]byte
	rand.Read(b[:])
	return "test/" + hex.EncodeToString(b[:])
}

// content is size bytes that depend on the seed alone.
func content(seed byte, size int) []byte {
	b := make([]byte, size)
	mathrand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}
