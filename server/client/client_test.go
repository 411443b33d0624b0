package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/queue"
	"assay/server"
	"assay/storage"
	"assay/store"
)

// far is a server at the end of a bad line: fault sees every request first and
// says whether it has dealt with it.
type far struct {
	t     *testing.T
	url   string
	token string
	store *store.Store

	mu    sync.Mutex
	fault func(http.ResponseWriter, *http.Request) bool
	pass  http.HandlerFunc // the server itself
}

// noQueue takes tasks and loses them: the tests play the worker.
type noQueue struct{}

func (noQueue) Enqueue(context.Context, queue.Task) error { return nil }
func (noQueue) Len(context.Context) (int, error)          { return 0, nil }
func (noQueue) Ping(context.Context) error                { return nil }

func start(t *testing.T) *far {
	t.Helper()
	dir := t.TempDir()
	rows, err := store.Open(t.Context(), "sqlite://"+dir+"/assay.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rows.Close() })
	bucket, objects, err := storage.OpenURL(t.Context(), "file://"+dir+"/objects", storage.Options{SigningKey: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Config{Store: rows, Bucket: bucket, Objects: objects, Queue: noQueue{}, Loopback: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	f := &far{t: t, store: rows, token: server.NewSecret(server.TokenPrefix), pass: s.ServeHTTP}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		fault := f.fault
		f.mu.Unlock()
		if fault == nil || !fault(w, r) {
			s.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		web.Close()
	})
	f.url = web.URL
	ann, err := rows.CreateFirstUser(t.Context(), store.User{Username: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.CreateToken(t.Context(), store.Token{UserID: ann.ID, Name: "test", Hash: server.HashSecret(f.token)}); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *far) breaks(fault func(http.ResponseWriter, *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

func (f *far) client() *Client {
	c := New(f.url, f.token)
	c.retry = backoff{first: time.Millisecond, longest: 5 * time.Millisecond, tries: 6}
	return c
}

// file is n bytes that are not all the same.
func file(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return b
}

const mebibyte = 1 << 20

// stored reads back what was uploaded.
func (f *far) stored(t *testing.T, done Completion) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", f.url+"/api/v1/datasets/"+done.DatasetID+"/versions/1/download", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+f.token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAFileArrivesWhole(t *testing.T) {
	f := start(t)
	for _, size := range []int{0, 1, 8 * mebibyte, 25*mebibyte + 3} {
		data := file(size)
		var last, calls atomic.Int64
		done, err := f.client().Upload(t.Context(), "films.csv", bytes.NewReader(data), int64(size), UploadOptions{}, func(n int64) {
			last.Store(n)
			calls.Add(1)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.stored(t, done); !bytes.Equal(got, data) {
			t.Errorf("%d bytes became %d others", size, len(got))
		}
		if last.Load() != int64(size) {
			t.Errorf("progress ended at %d of %d", last.Load(), size)
		}
	}
}

func TestAFileArrivesOverABadLine(t *testing.T) {
	f := start(t)
	data := file(40*mebibyte + 1) // six parts
	var n atomic.Int64
	f.breaks(func(w http.ResponseWriter, r *http.Request) bool {
		switch k := n.Add(1); {
		case k%4 == 1: // the connection breaks, in the midst of a part if it is one
			_, _ = io.CopyN(io.Discard, r.Body, mebibyte)
			panic(http.ErrAbortHandler)
		case k%4 == 2: // a proxy answers
			http.Error(w, "<html>bad gateway</html>", http.StatusBadGateway)
			return true
		case k%5 == 0 && strings.HasPrefix(r.URL.Path, "/objects/"): // the URL has expired
			http.Error(w, "expired", http.StatusForbidden)
			return true
		}
		return false
	})
	done, err := f.client().Upload(t.Context(), "films.csv", bytes.NewReader(data), int64(len(data)), UploadOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f.breaks(nil)
	if got := f.stored(t, done); !bytes.Equal(got, data) {
		t.Error("other bytes arrived")
	}
	jobs, _, err := f.store.Uploads(t.Context(), store.UploadQuery{UserID: f.owner().ID, Statuses: []string{store.UploadCompleted}})
	if err != nil || len(jobs) != 1 {
		t.Errorf("%d completed uploads, %v", len(jobs), err)
	}
}

func (f *far) owner() store.User {
	f.t.Helper()
	u, err := f.store.UserByUsername(f.t.Context(), "ann")
	if err != nil {
		f.t.Fatal(err)
	}
	return u
}

func TestAnInterruptedUploadGoesOnAtItsMissingParts(t *testing.T) {
	f := start(t)
	data := file(33 * mebibyte) // five parts
	var puts atomic.Int64
	arrived := make(chan struct{})
	f.breaks(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut {
			return false
		}
		if puts.Add(1) == 1 {
			f.pass(w, r)
			close(arrived)
			return true
		}
		<-arrived // one part is there; then the network is gone for good
		panic(http.ErrAbortHandler)
	})
	_, err := f.client().Upload(t.Context(), "films.csv", bytes.NewReader(data), int64(len(data)), UploadOptions{}, nil)
	var interrupted *Interrupted
	if !errors.As(err, &interrupted) {
		t.Fatalf("%v", err)
	}
	if strings.Contains(err.Error(), "/objects/") {
		t.Errorf("the error has a signed URL in it: %v", err)
	}
	var u Upload
	if err := f.client().call(t.Context(), "GET", "/uploads/"+interrupted.UploadID, nil, &u); err != nil {
		t.Fatal(err)
	}
	if len(u.Received) != 1 {
		t.Fatalf("%d parts arrived before the network went", len(u.Received))
	}
	// Which parts are sent is counted, not how often: a request of the client
	// that gave up may still be on its way here.
	var mu sync.Mutex
	sent := make(map[string]bool)
	f.breaks(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			mu.Lock()
			sent[r.URL.Query().Get("part")] = true
			mu.Unlock()
		}
		return false
	})
	if _, err := f.client().Upload(t.Context(), "films.csv", bytes.NewReader(data[1:]), int64(len(data)-1), UploadOptions{UploadID: interrupted.UploadID}, nil); err == nil {
		t.Error("another file was taken for the rest of this one")
	}
	done, err := f.client().Upload(t.Context(), "films.csv", bytes.NewReader(data), int64(len(data)), UploadOptions{UploadID: interrupted.UploadID}, nil)
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	if len(sent) != 4 || sent[strconv.Itoa(u.Received[0].Number)] {
		t.Errorf("parts %v were sent, all but %d were missing", slices.Sorted(maps.Keys(sent)), u.Received[0].Number)
	}
	mu.Unlock()
	if !bytes.Equal(f.stored(t, done), data) {
		t.Error("other bytes arrived")
	}
	again, err := f.client().Upload(t.Context(), "films.csv", bytes.NewReader(data), int64(len(data)), UploadOptions{UploadID: interrupted.UploadID}, nil)
	if err != nil || again != done {
		t.Errorf("once more: %+v, %v", again, err)
	}
}

func TestAFileThatShrinksIsNotTriedAgain(t *testing.T) {
	f := start(t)
	var again atomic.Int64
	f.breaks(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/parts") { // each further try has its URL signed anew
			again.Add(1)
		}
		return false
	})
	for _, left := range []int{0, 1, mebibyte} {
		_, err := f.client().Upload(t.Context(), "films.csv", bytes.NewReader(file(left)), 2*mebibyte, UploadOptions{}, nil)
		if err == nil || !strings.Contains(err.Error(), "the file became shorter while it was sent") {
			t.Errorf("with %d bytes left: %v", left, err)
		}
	}
	if again.Load() > 0 {
		t.Errorf("sent again, %d times", again.Load())
	}
}

func TestARefusalIsNotTriedAgain(t *testing.T) {
	f := start(t)
	var n atomic.Int64
	f.breaks(func(http.ResponseWriter, *http.Request) bool { n.Add(1); return false })
	_, err := f.client().Upload(t.Context(), "film.mp4", bytes.NewReader(nil), 0, UploadOptions{}, nil)
	var p *Problem
	if !errors.As(err, &p) || p.Code != "unsupported_format" || p.Status != 415 || p.Hint == "" {
		t.Errorf("%v", err)
	}
	if n.Load() != 1 {
		t.Errorf("%d requests", n.Load())
	}
	c := New(f.url, "wrong")
	if _, err := c.Job(t.Context(), "job_x"); !errors.As(err, &p) || p.Code != "unauthenticated" {
		t.Errorf("%v", err)
	}
}

func TestAPartsURLGetsNoToken(t *testing.T) {
	f := start(t)
	f.breaks(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/objects/") && r.Header.Get("Authorization") != "" {
			t.Error("the storage was shown the API token")
		}
		return false
	})
	if _, err := f.client().Upload(t.Context(), "films.csv", strings.NewReader("a\n1\n"), 4, UploadOptions{}, nil); err != nil {
		t.Fatal(err)
	}
}

// work plays the worker: it runs the job in three steps.
func (f *far) work(t *testing.T, jobID string, end store.Outcome) {
	t.Helper()
	j, err := f.store.ClaimJob(t.Context(), jobID, 0, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.store.UpdateProgress(t.Context(), jobID, j.Fence, store.StageProfiling, store.Progress{Rows: 5}, time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := f.store.FinishJob(t.Context(), jobID, j.Fence, end); err != nil {
		t.Fatal(err)
	}
}

func TestFollowingAJobToItsEnd(t *testing.T) {
	for name, fault := range map[string]func(http.ResponseWriter, *http.Request) bool{
		"by events": nil,
		"where events are refused": func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/events") {
				http.Error(w, "no", http.StatusNotImplemented)
				return true
			}
			return false
		},
		"where a proxy answers a page instead": func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/events") {
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, "<html>")
				return true
			}
			return false
		},
		"where streams break at once": func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/events") {
				w.Header().Set("Content-Type", "text/event-stream")
				w.WriteHeader(http.StatusOK)
				panic(http.ErrAbortHandler)
			}
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := start(t)
			c := f.client()
			done, err := c.Upload(t.Context(), "films.csv", strings.NewReader("a\n1\n"), 4, UploadOptions{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			f.breaks(fault)
			var begin sync.Once
			var seen []string
			j, err := c.Follow(t.Context(), done.JobID, func(j Job) {
				seen = append(seen, j.Status)
				begin.Do(func() {
					f.work(t, done.JobID, store.Outcome{Status: store.StatusFailed, Error: &store.JobError{Code: "not_a_table", Message: "No table."},
						Progress: store.Progress{Rows: 5}})
				})
			})
			if err != nil || j.Status != "failed" || j.Error == nil || j.Error.Code != "not_a_table" || j.Progress.Rows != 5 {
				t.Errorf("%+v, %v", j, err)
			}
			if len(seen) == 0 || seen[0] != "queued" || seen[len(seen)-1] != "failed" {
				t.Errorf("seen: %v", seen)
			}
			var p *Problem
			if _, err := c.Profile(t.Context(), done.DatasetID, 1); !errors.As(err, &p) || p.Code != "job_failed" || p.JobID != done.JobID {
				t.Errorf("profile: %v", err)
			}
			if _, err := c.Follow(t.Context(), "job_unknown", nil); !errors.As(err, &p) || p.Code != "not_found" {
				t.Errorf("unknown job: %v", err)
			}
		})
	}
}

func TestFollowingStopsWhenItIsTold(t *testing.T) {
	f := start(t)
	c := f.client()
	done, err := c.Upload(t.Context(), "films.csv", strings.NewReader("a\n1\n"), 4, UploadOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := c.Follow(ctx, done.JobID, func(Job) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
