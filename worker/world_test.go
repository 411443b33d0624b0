package worker

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"assay/queue"
	"assay/storage"
	"assay/store"
	"assay/worker/sandbox"

	"github.com/klauspost/compress/gzip"
)

// Jobs of these tests may run in real children.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == sandbox.Arg {
		os.Exit(sandbox.Child())
	}
	os.Exit(m.Run())
}

// world is a store and a storage in a folder, with one user.
type world struct {
	*testing.T
	store   *store.Store
	bucket  storage.Bucket
	objects http.Handler
	queue   *fakeQueue
	user    store.User
	home    store.Workspace
	files   int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := filepath.ToSlash(t.TempDir())
	if dir[0] != '/' {
		dir = "/" + dir
	}
	w := &world{T: t, queue: &fakeQueue{states: map[queue.Task]queue.State{}}}
	var err error
	w.store, err = store.Open(t.Context(), "sqlite://"+dir+"/assay.db")
	w.must(err)
	t.Cleanup(func() { w.store.Close() })
	w.bucket, w.objects, err = storage.OpenURL(t.Context(), "file://"+dir+"/objects", storage.Options{SigningKey: bytes.Repeat([]byte{7}, 32)})
	w.must(err)
	w.user, err = w.store.CreateUser(t.Context(), store.User{Username: "ann", PasswordHash: "x"})
	w.must(err)
	w.home, err = w.store.PersonalWorkspace(t.Context(), w.user.ID)
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// startUpload opens an upload and sends its bytes, unless content is nil.
func (w *world) startUpload(name string, content []byte, change func(*store.Upload)) store.Upload {
	w.Helper()
	w.files++
	size := int64(len(content))
	if content == nil {
		size = 10
	}
	part, count := storage.PartSize(size)
	u := store.Upload{
		ID: store.NewID("up"), WorkspaceID: w.home.ID, UserID: w.user.ID, Name: name, Size: size, PartSize: part, PartCount: count,
		ObjectKey: fmt.Sprintf("test/%d", w.files), ExpiresAt: time.Now().Add(time.Hour),
	}
	var err error
	u.StorageID, err = w.bucket.Start(w.Context(), u.ObjectKey, size, part)
	w.must(err)
	if change != nil {
		change(&u)
	}
	w.must(w.store.CreateUpload(w.Context(), u, 1<<40))
	if content != nil {
		w.send(u, content)
	}
	return u
}

func (w *world) send(u store.Upload, content []byte) {
	w.Helper()
	signed, err := w.bucket.Upload(u.ObjectKey, u.StorageID).SignPart(w.Context(), 1, int64(len(content)), time.Minute)
	w.must(err)
	r := httptest.NewRequest(http.MethodPut, signed.URL, bytes.NewReader(content))
	for k, v := range signed.Headers {
		r.Header.Set(k, v)
	}
	answer := httptest.NewRecorder()
	w.objects.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		w.Fatalf("part: %d %s", answer.Code, answer.Body)
	}
}

// job uploads content and answers with its queued job.
func (w *world) job(name, content string, change func(*store.Upload)) store.Job {
	w.Helper()
	u := w.startUpload(name, []byte(content), change)
	w.must(w.store.SetUploadStatus(w.Context(), u.ID, []string{store.UploadOpen}, store.UploadCompleting, nil))
	_, err := w.bucket.Upload(u.ObjectKey, u.StorageID).Complete(w.Context(), nil)
	w.must(err)
	u, err = w.store.CompleteUpload(w.Context(), u.ID, "")
	w.must(err)
	return w.jobNow(u.JobID)
}

func (w *world) jobNow(id string) store.Job {
	w.Helper()
	j, err := w.store.JobByID(w.Context(), id)
	w.must(err)
	return j
}

// report is the stored report of a job's version, unpacked.
func (w *world) report(j store.Job) (store.Profile, string) {
	w.Helper()
	p, err := w.store.Profile(w.Context(), j.DatasetID, j.Version)
	w.must(err)
	z, err := gzip.NewReader(bytes.NewReader(p.Report))
	w.must(err)
	b, err := io.ReadAll(z)
	w.must(err)
	return p, string(b)
}

func (w *world) config() Config {
	return Config{Store: w.store, Bucket: w.bucket, Queue: w.queue, Workers: 1, Version: "test"}
}

// worker makes one whose children are a function.
func (w *world) worker(parse func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error)) *Worker {
	worker := New(w.config())
	worker.parse = parse
	worker.retryDelay = func(int) time.Duration { return 0 }
	return worker
}

// eventually waits for what another goroutine brings about.
func (w *world) eventually(what string, is func() bool) {
	w.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("%s: not within ten seconds", what)
		}
	}
}

// fakeQueue remembers tasks and runs none.
type fakeQueue struct {
	mu     sync.Mutex
	states map[queue.Task]queue.State
	length int // claimed to wait besides
	away   error
}

func (q *fakeQueue) Enqueue(_ context.Context, t queue.Task) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.away == nil && (q.states[t] == "" || q.states[t] == queue.Ended) {
		q.states[t] = queue.Waiting
	}
	return q.away
}

func (q *fakeQueue) State(_ context.Context, t queue.Task) (queue.State, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if s := q.states[t]; s != "" {
		return s, q.away
	}
	return queue.Unknown, q.away
}

func (q *fakeQueue) Len(context.Context) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := q.length
	for _, s := range q.states {
		if s == queue.Waiting {
			n++
		}
	}
	return n, q.away
}

func (q *fakeQueue) Ping(context.Context) error { return q.away }
func (q *fakeQueue) Consume(ctx context.Context, _ int, _ queue.Handler) error {
	<-ctx.Done()
	return nil
}
func (q *fakeQueue) Close() error { return nil }
