package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"assay/queue"
	"assay/storage"
	"assay/store"
)

// instance is a whole server on a port of its own: a real store, a real storage
// in a folder, and a queue that only remembers.
type instance struct {
	t      *testing.T
	server *Server
	url    string
	file   string // the database's
	store  *store.Store
	bucket storage.Bucket
	queue  *rememberedQueue
	spec   *spec
}

// rememberedQueue notes what was enqueued; nobody consumes it.
type rememberedQueue struct {
	mu    sync.Mutex
	tasks []queue.Task
	err   error // answered by every method when set
}

func (q *rememberedQueue) Enqueue(_ context.Context, t queue.Task) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.tasks = append(q.tasks, t)
	}
	return q.err
}

func (q *rememberedQueue) Len(context.Context) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.tasks), q.err
}

func (q *rememberedQueue) Ping(context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}

func (q *rememberedQueue) fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err = err
}

func testUI() fstest.MapFS {
	return fstest.MapFS{
		"index.html":         {Data: []byte("<!doctype html><title>Assay</title>")},
		"assets/main-abc.js": {Data: []byte("export {}")},
		"sample/films.csv":   {Data: []byte("title\nAlien\n")},
	}
}

// start starts an instance; change may alter its configuration.
func start(t *testing.T, change func(*Config)) *instance {
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
	i := &instance{t: t, store: rows, bucket: bucket, queue: &rememberedQueue{}, spec: loadSpec(t), file: dir + "/assay.db"}
	config := Config{Store: rows, Bucket: bucket, Objects: objects, Queue: i.queue, UI: testUI(), Loopback: true, Version: "test"}
	if change != nil {
		change(&config)
	}
	if i.server, err = New(config); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(i.server)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := i.server.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		web.Close()
	})
	i.url = web.URL
	return i
}

// person is a user with a token.
type person struct {
	store.User
	token string
	home  string // personal workspace
}

func (i *instance) person(name string, admin bool) person {
	i.t.Helper()
	u, err := i.store.CreateUser(i.t.Context(), store.User{Username: name, Admin: admin})
	if err != nil {
		i.t.Fatal(err)
	}
	secret := NewSecret(TokenPrefix)
	if _, err := i.store.CreateToken(i.t.Context(), store.Token{UserID: u.ID, Name: "test", Hash: HashSecret(secret)}); err != nil {
		i.t.Fatal(err)
	}
	w, err := i.store.PersonalWorkspace(i.t.Context(), u.ID)
	if err != nil {
		i.t.Fatal(err)
	}
	return person{User: u, token: secret, home: w.ID}
}

// answer is a response, read.
type answer struct {
	*http.Response
	body string
}

// into decodes the answer's JSON.
func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		t.Fatalf("%s is not the expected JSON: %v", a.body, err)
	}
}

func (a answer) code(t *testing.T) string {
	t.Helper()
	var p struct{ Code string }
	a.into(t, &p)
	return p.Code
}

// call sends a request. body may be nil, a string of JSON, or a value to encode;
// headers are pairs of name and value. Every answer of the API is held against
// openapi.json.
func (i *instance) call(method, path, token string, body any, headers ...string) answer {
	i.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		if b != "" {
			reader = strings.NewReader(b)
		}
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			i.t.Fatal(err)
		}
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(i.t.Context(), method, i.url+path, reader)
	if err != nil {
		i.t.Fatal(err)
	}
	if reader != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for n := 0; n+1 < len(headers); n += 2 {
		if headers[n] == "Host" {
			r.Host = headers[n+1]
		}
		r.Header.Set(headers[n], headers[n+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		i.t.Fatal(err)
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(resp.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	a := answer{resp, string(read)}
	i.spec.check(i.t, method, r.URL.Path, a)
	return a
}

// want calls and fails unless the status is the wanted one.
func (i *instance) want(status int, method, path, token string, body any, headers ...string) answer {
	i.t.Helper()
	a := i.call(method, path, token, body, headers...)
	if a.StatusCode != status {
		i.t.Fatalf("%s %s: %d, want %d: %s", method, path, a.StatusCode, status, a.body)
	}
	return a
}

// dataset makes a dataset with one version and its queued job, without sending
// any bytes.
func (i *instance) dataset(p person, workspaceID, name string) store.Upload {
	i.t.Helper()
	ctx := i.t.Context()
	u := store.Upload{ID: store.NewID("up"), WorkspaceID: workspaceID, UserID: p.ID, Name: name, Size: 12, PartSize: 8 << 20,
		PartCount: 1, ObjectKey: NewSecret("o"), StorageID: "none", ExpiresAt: time.Now().Add(time.Hour)}
	if err := i.store.CreateUpload(ctx, u, 0); err != nil {
		i.t.Fatal(err)
	}
	if err := i.store.SetUploadStatus(ctx, u.ID, []string{store.UploadOpen}, store.UploadCompleting, nil); err != nil {
		i.t.Fatal(err)
	}
	u, err := i.store.CompleteUpload(ctx, u.ID, "")
	if err != nil {
		i.t.Fatal(err)
	}
	return u
}

// run claims a job, as a worker would.
func (i *instance) run(jobID string) store.Job {
	i.t.Helper()
	j, err := i.store.JobByID(i.t.Context(), jobID)
	if err == nil {
		j, err = i.store.ClaimJob(i.t.Context(), jobID, j.Fence, time.Minute)
	}
	if err != nil {
		i.t.Fatal(err)
	}
	return j
}

func (i *instance) finish(j store.Job, o store.Outcome) {
	i.t.Helper()
	if err := i.store.FinishJob(i.t.Context(), j.ID, j.Fence, o); err != nil {
		i.t.Fatal(err)
	}
}

// send puts a part where its URL says, as a browser does.
func (i *instance) send(part storage.SignedPart, body string) (etag string) {
	i.t.Helper()
	r, err := http.NewRequestWithContext(i.t.Context(), http.MethodPut, i.url+part.URL, strings.NewReader(body))
	if err != nil {
		i.t.Fatal(err)
	}
	for name, value := range part.Headers {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		i.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		i.t.Fatalf("part %d: %s", part.Number, resp.Status)
	}
	return resp.Header.Get("ETag")
}

// begun is the answer to a new upload.
type begun struct {
	ID        string
	PartSize  int64 `json:"part_size"`
	PartCount int   `json:"part_count"`
	Parts     []storage.SignedPart
}

func (i *instance) begin(p person, name string, size int) begun {
	i.t.Helper()
	var b begun
	i.want(201, "POST", "/api/v1/uploads", p.token, fmt.Sprintf(`{"name":%q,"size":%d}`, name, size)).into(i.t, &b)
	return b
}
