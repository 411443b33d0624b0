package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/storage"
	"assay/store"
)

const part8 = 8 << 20 // the smallest part there is

func TestAFileGoesFromItsFirstPartToAQueuedJob(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	b := i.begin(ann, "films.csv", 12)
	if b.PartCount != 1 || len(b.Parts) != 1 || b.Parts[0].Size != 12 {
		t.Fatalf("parts: %+v", b)
	}
	etag := i.send(b.Parts[0], "title\nAlien\n")

	var u struct {
		Status   string
		Received []storage.Part
	}
	i.want(200, "GET", "/api/v1/uploads/"+b.ID, ann.token, nil).into(t, &u)
	if u.Status != "open" || len(u.Received) != 1 || u.Received[0].ETag != strings.Trim(etag, `"`) {
		t.Errorf("before completion: %+v, sent with ETag %s", u, etag)
	}
	var done struct {
		DatasetID string `json:"dataset_id"`
		Version   int
		JobID     string `json:"job_id"`
	}
	i.want(202, "POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, fmt.Sprintf(`{"parts":[{"number":1,"etag":%q}]}`, etag)).into(t, &done)
	if done.Version != 1 || len(i.queue.tasks) != 1 || i.queue.tasks[0].JobID != done.JobID {
		t.Errorf("completed as %+v, enqueued %v", done, i.queue.tasks)
	}
	var job store.Job
	i.want(200, "GET", "/api/v1/jobs/"+done.JobID, ann.token, nil).into(t, &job)
	if job.Status != "queued" || job.QueuePosition == nil || *job.QueuePosition != 1 {
		t.Errorf("job: %+v", job)
	}
	if again := i.call("POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, nil); again.StatusCode != 202 || !strings.Contains(again.body, done.JobID) {
		t.Errorf("completed again: %d %s", again.StatusCode, again.body)
	}
	i.want(409, "DELETE", "/api/v1/uploads/"+b.ID, ann.token, nil)
	i.want(409, "POST", "/api/v1/uploads/"+b.ID+"/parts", ann.token, `{"numbers":[1]}`)
	if a := i.call("PUT", b.Parts[0].URL, "", "title\nOther\n"); a.StatusCode < 400 {
		t.Errorf("a part's URL works after completion: %d", a.StatusCode)
	}
	down := i.want(302, "GET", "/api/v1/datasets/"+done.DatasetID+"/versions/1/download", ann.token, nil)
	file := i.call("GET", down.Header.Get("Location"), "", nil)
	if file.body != "title\nAlien\n" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("download: %q %v", file.body, file.Header)
	}
}

func TestFiftyCallsToCompleteMakeOneJob(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	b := i.begin(ann, "films.csv", 12)
	i.send(b.Parts[0], "title\nAlien\n")
	answers := make([]string, 50)
	var group sync.WaitGroup
	for n := range answers {
		group.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), "POST", i.url+"/api/v1/uploads/"+b.ID+"/complete", nil)
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("Authorization", "Bearer "+ann.token)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != 202 {
				t.Errorf("%d %s %v", resp.StatusCode, body, err)
			}
			answers[n] = string(body)
		})
	}
	group.Wait()
	for _, a := range answers {
		if a != answers[0] {
			t.Fatalf("two answers: %s and %s", answers[0], a)
		}
	}
	var jobs struct{ Items []store.Job }
	i.want(200, "GET", "/api/v1/jobs", ann.token, nil).into(t, &jobs)
	if len(jobs.Items) != 1 || len(i.queue.tasks) != 1 {
		t.Errorf("%d jobs, %d tasks", len(jobs.Items), len(i.queue.tasks))
	}
}

func TestCompletionNamesThePartsThatAreNotThere(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	b := i.begin(ann, "big.csv", 2*part8+1)
	if b.PartCount != 3 {
		t.Fatalf("%d parts", b.PartCount)
	}
	complete := "/api/v1/uploads/" + b.ID + "/complete"
	numbers := func(a answer) string {
		var p struct{ Numbers []int }
		a.into(t, &p)
		return fmt.Sprint(p.Numbers)
	}
	body := strings.Repeat("x", part8)
	etag := i.send(b.Parts[1], body)
	a := i.want(409, "POST", complete, ann.token, nil)
	if a.code(t) != "parts_missing" || numbers(a) != "[1 3]" {
		t.Errorf("with one part of three: %s", a.body)
	}
	// The upload is open again: the others can still come.
	var u struct{ Status string }
	i.want(200, "GET", "/api/v1/uploads/"+b.ID, ann.token, nil).into(t, &u)
	if u.Status != "open" {
		t.Errorf("status: %s", u.Status)
	}
	first, last := i.send(b.Parts[0], body), i.send(b.Parts[2], "x")
	a = i.want(409, "POST", complete, ann.token, fmt.Sprintf(`{"parts":[{"number":1,"etag":%q},{"number":2,"etag":"wrong"},{"number":3,"etag":%q}]}`, first, last))
	if a.code(t) != "part_mismatch" || numbers(a) != "[2]" {
		t.Errorf("with a wrong ETag: %s", a.body)
	}
	for _, wrong := range []string{
		`{"parts":[{"number":4,"etag":"x"}]}`, `{"parts":[{"number":0,"etag":"x"}]}`, `{"parts":[{"number":1,"etag":""}]}`,
		`{"parts":[{"number":1,"etag":"x"},{"number":1,"etag":"x"}]}`, `{"parts":"all"}`, `[`,
	} {
		i.want(400, "POST", complete, ann.token, wrong)
	}
	// Quoted and bare, in any order.
	i.want(202, "POST", complete, ann.token, fmt.Sprintf(`{"parts":[{"number":3,"etag":%q},{"number":2,"etag":%q},{"number":1,"etag":%q}]}`,
		last, strings.Trim(etag, `"`), first))
}

func TestUploadsThatAreRefused(t *testing.T) {
	i := start(t, func(c *Config) { c.Limits = Limits{MaxFileBytes: 1000, QuotaBytes: 1500} })
	ann := i.person("ann", true)
	for _, c := range []struct {
		body   string
		status int
		code   string
		field  string
	}{
		{`{"size":1}`, 400, "invalid", "name"},
		{`{"name":"a.csv"}`, 400, "invalid", "size"},
		{`{"name":"a.csv","size":-1}`, 400, "invalid", "size"},
		{`{"name":"a.csv","size":1.5}`, 400, "invalid", "size"},
		{`{"name":"a.csv","size":"1"}`, 400, "invalid", "size"},
		{`{"name":"a.csv","size":99999999999999999999}`, 400, "invalid", "size"},
		{`{"name":"` + strings.Repeat("a", 256) + `","size":1}`, 400, "invalid", "name"},
		{`{"name":"a\u0000.csv","size":1}`, 400, "invalid", "name"},
		{`{"name":"a\n.csv","size":1}`, 400, "invalid", "name"},
		{`{"name":"vsc.\u202Etxt","size":1}`, 400, "invalid", "name"},
		{`{"name":"../../etc/passwd","size":1}`, 400, "invalid", "name"},
		{`{"name":"C:\\a.csv","size":1}`, 400, "invalid", "name"},
		{`{"name":"..","size":1}`, 400, "invalid", "name"},
		{"{\"name\":\"a\xff.csv\",\"size\":1}", 400, "invalid", ""},
		{`{"name":"a\ud800.csv","size":1}`, 400, "invalid", "name"},
		{`{"name":"a.csv","size":1,"sha256":"abc"}`, 400, "invalid", "sha256"},
		{`{"name":"a.csv","size":1001}`, 413, "too_large", "size"},
		{`{"name":"report.pdf","size":1}`, 415, "unsupported_format", "name"},
		{`{"name":"Film.MP4","size":1}`, 415, "unsupported_format", "name"},
		{`{"name":"setup.exe.gz","size":1}`, 415, "unsupported_format", "name"},
		{`{"name":"a.csv","size":1,"workspace_id":"ws_unknown"}`, 404, "not_found", ""},
		{`{"name":"a.csv","size":1,"dataset_id":"ds_unknown"}`, 404, "not_found", ""},
		{`{"name":"a.csv","size":1} {}`, 400, "invalid", ""},
		{`null garbage`, 400, "invalid", ""},
		{``, 400, "invalid", ""},
	} {
		a := i.call("POST", "/api/v1/uploads", ann.token, c.body)
		var p struct{ Code, Field string }
		a.into(t, &p)
		if a.StatusCode != c.status || p.Code != c.code || p.Field != c.field {
			t.Errorf("%s: %d %s of %q, want %d %s of %q", c.body, a.StatusCode, p.Code, p.Field, c.status, c.code, c.field)
		}
	}
	i.want(201, "POST", "/api/v1/uploads", ann.token, `{"name":"a.csv","size":1000}`)
	if a := i.want(413, "POST", "/api/v1/uploads", ann.token, `{"name":"b.csv","size":501}`); a.code(t) != "quota_exceeded" {
		t.Errorf("beyond the quota: %s", a.body)
	}
	i.want(201, "POST", "/api/v1/uploads", ann.token, `{"name":"b.csv","size":500}`)
	var list struct{ Items []struct{ Name string } }
	i.want(200, "GET", "/api/v1/uploads?status=open", ann.token, nil).into(t, &list)
	if len(list.Items) != 2 {
		t.Errorf("refused uploads left something behind: %+v", list.Items)
	}
	var me struct{ Limits limitsView }
	i.want(200, "GET", "/api/v1/me", ann.token, nil).into(t, &me)
	if me.Limits != (limitsView{MaxFileBytes: 1000, QuotaBytes: 1500, UsedBytes: 1500}) {
		t.Errorf("limits: %+v", me.Limits)
	}
}

func TestAUserHasOnlySoManyUploadsUnderWay(t *testing.T) {
	i := start(t, nil)
	ann, bob := i.person("ann", true), i.person("bob", false)
	first := i.begin(ann, "a.csv", 5)
	for n := 1; n < store.MostUploads; n++ {
		u := store.Upload{ID: store.NewID("up"), WorkspaceID: ann.home, UserID: ann.ID, Name: "a.csv", PartSize: 1, PartCount: 1,
			ObjectKey: NewSecret("o"), ExpiresAt: time.Now().Add(time.Hour)}
		if err := i.store.CreateUpload(t.Context(), u, 0); err != nil {
			t.Fatal(err)
		}
	}
	a := i.want(429, "POST", "/api/v1/uploads", ann.token, `{"name":"a.csv","size":0}`)
	if a.code(t) != "too_many_uploads" || a.Header.Get("Retry-After") == "" {
		t.Errorf("%s with %v", a.body, a.Header)
	}
	i.begin(bob, "a.csv", 5) // of others nobody is kept
	i.want(204, "DELETE", "/api/v1/uploads/"+first.ID, ann.token, nil)
	i.begin(ann, "a.csv", 5)
}

func TestAUsersWaitingJobsAreLimited(t *testing.T) {
	i := start(t, func(c *Config) { c.Limits.QueuedJobs = 2 })
	ann, bob := i.person("ann", true), i.person("bob", false)
	begun := i.begin(ann, "c.csv", 0)
	i.send(begun.Parts[0], "")
	first, ended := i.dataset(ann, ann.home, "a.csv"), i.dataset(ann, ann.home, "b.csv")
	i.want(202, "POST", "/api/v1/jobs/"+ended.JobID+"/cancel", ann.token, nil)
	again := "/api/v1/datasets/" + first.DatasetID + "/versions/1/jobs"
	i.want(202, "POST", again, ann.token, nil)
	for _, r := range []struct{ path, body string }{
		{again, ``}, {"/api/v1/jobs/" + ended.JobID + "/retry", ``}, {"/api/v1/uploads", `{"name":"d.csv","size":0}`},
	} {
		if a := i.want(429, "POST", r.path, ann.token, r.body); a.code(t) != "too_many_jobs" || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %s with %v", r.path, a.body, a.Header)
		}
	}
	i.begin(bob, "a.csv", 5) // others are not kept
	// What has been sent is not thrown away for it.
	var sealed struct {
		JobID string `json:"job_id"`
	}
	i.want(202, "POST", "/api/v1/uploads/"+begun.ID+"/complete", ann.token, nil).into(t, &sealed)
	i.run(sealed.JobID)
	i.run(first.JobID) // a running job waits no more
	i.want(202, "POST", again, ann.token, nil)
}

func TestAPartsURLNeedsItsSignatureAndNothingElse(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	b := i.begin(ann, "films.csv", 12)
	if strings.Contains(b.Parts[0].URL, "://") {
		t.Errorf("not relative: %s", b.Parts[0].URL)
	}
	for name, address := range map[string]string{
		"another part":  strings.Replace(b.Parts[0].URL, "1", "2", 1),
		"no signature":  strings.Split(b.Parts[0].URL, "?")[0],
		"cut signature": b.Parts[0].URL[:len(b.Parts[0].URL)-1],
	} {
		if a := i.call("PUT", address, ann.token, "title\nAlien\n"); a.StatusCode != 403 && a.StatusCode != 404 && a.StatusCode != 400 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	// From another site's page the bytes may come too: the signature decides.
	if a := i.call("PUT", b.Parts[0].URL, "", "title\nAlien\n", "Origin", "http://elsewhere.example", "Sec-Fetch-Site", "cross-site"); a.StatusCode != 200 {
		t.Errorf("with another origin: %d %s", a.StatusCode, a.body)
	}
}

func TestURLsForMoreParts(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	b := i.begin(ann, "big.csv", 101*part8+5)
	if b.PartCount != 102 || len(b.Parts) != 100 {
		t.Fatalf("%d parts, %d URLs", b.PartCount, len(b.Parts))
	}
	var more struct{ Parts []storage.SignedPart }
	path := "/api/v1/uploads/" + b.ID + "/parts"
	i.want(200, "POST", path, ann.token, `{"numbers":[102,1]}`).into(t, &more)
	if len(more.Parts) != 2 || more.Parts[0].Number != 102 || more.Parts[0].Size != 5 || more.Parts[1].Size != part8 {
		t.Errorf("%+v", more)
	}
	for _, wrong := range []string{`{}`, `{"numbers":[]}`, `{"numbers":[0]}`, `{"numbers":[103]}`, `{"numbers":[-1]}`,
		`{"numbers":[` + strings.TrimSuffix(strings.Repeat("1,", 1001), ",") + `]}`} {
		i.want(400, "POST", path, ann.token, wrong)
	}
}

func TestAnUploadThatWasGivenUp(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	b := i.begin(ann, "films.csv", 12)
	i.send(b.Parts[0], "title\nAlien\n")
	for range 3 {
		i.want(204, "DELETE", "/api/v1/uploads/"+b.ID, ann.token, nil)
	}
	if a := i.call("PUT", b.Parts[0].URL, "", "title\nAlien\n"); a.StatusCode < 400 {
		t.Errorf("its URL still works: %d", a.StatusCode)
	}
	for _, path := range []string{"/complete", "/parts"} {
		if a := i.want(409, "POST", "/api/v1/uploads/"+b.ID+path, ann.token, `{"numbers":[1]}`); a.code(t) != "upload_aborted" {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}

func TestAnUploadThatHasExpired(t *testing.T) {
	i := start(t, func(c *Config) { c.Limits.UploadTTL = time.Nanosecond })
	ann := i.person("ann", true)
	b := i.begin(ann, "films.csv", 12)
	for _, path := range []string{"/complete", "/parts"} {
		if a := i.want(410, "POST", "/api/v1/uploads/"+b.ID+path, ann.token, `{"numbers":[1]}`); a.code(t) != "upload_expired" {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}

func TestAQueueThatIsAwayStopsNoUpload(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	i.queue.fail(errors.New("connection to 10.1.2.3 refused"))
	b := i.begin(ann, "films.csv", 12)
	i.send(b.Parts[0], "title\nAlien\n")
	i.want(202, "POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, nil)
	if a := i.want(200, "GET", "/readyz", "", nil); !strings.Contains(a.body, "degraded") || strings.Contains(a.body, "10.1.2.3") {
		t.Errorf("readiness: %s", a.body)
	}
}

// brokenBucket does not answer while it is broken.
type brokenBucket struct {
	storage.Bucket
	broken *sync.Map // by method
}

var errBroken = errors.New("dial tcp 10.1.2.3: https://storage.example/secret-bucket refused")

func (b brokenBucket) is(method string) bool { _, ok := b.broken.Load(method); return ok }

func (b brokenBucket) Start(ctx context.Context, key string, size, partSize int64) (string, error) {
	if b.is("Start") {
		return "", errBroken
	}
	if b.is("room") {
		return "", fmt.Errorf("start upload: %w", storage.ErrFull)
	}
	return b.Bucket.Start(ctx, key, size, partSize)
}

func (b brokenBucket) Ping(ctx context.Context) error {
	if b.is("Ping") {
		return errBroken
	}
	return b.Bucket.Ping(ctx)
}

func (b brokenBucket) Upload(key, id string) storage.Upload {
	return brokenUpload{b.Bucket.Upload(key, id), b}
}

type brokenUpload struct {
	storage.Upload
	bucket brokenBucket
}

func (u brokenUpload) Complete(ctx context.Context, parts []storage.Part) (storage.Info, error) {
	if u.bucket.is("Complete") {
		return storage.Info{}, errBroken
	}
	if u.bucket.is("lost") {
		return storage.Info{}, storage.ErrNoUpload
	}
	return u.Upload.Complete(ctx, parts)
}

func TestAStorageThatIsAwayLosesNothing(t *testing.T) {
	broken := &sync.Map{}
	i := start(t, func(c *Config) { c.Bucket = brokenBucket{c.Bucket, broken} })
	ann := i.person("ann", true)
	b := i.begin(ann, "films.csv", 12)
	i.send(b.Parts[0], "title\nAlien\n")

	for _, method := range []string{"Start", "Complete", "Ping"} {
		broken.Store(method, true)
	}
	for _, a := range []answer{
		i.want(503, "POST", "/api/v1/uploads", ann.token, `{"name":"b.csv","size":1}`),
		i.want(503, "POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, nil),
		i.want(503, "GET", "/readyz", "", nil),
	} {
		for _, secret := range []string{"10.1.2.3", "secret-bucket", "dial"} {
			if strings.Contains(a.body, secret) {
				t.Errorf("the answer gives %q away: %s", secret, a.body)
			}
		}
	}
	var u struct{ Status string }
	i.want(200, "GET", "/api/v1/uploads/"+b.ID, ann.token, nil).into(t, &u)
	if u.Status != "completing" {
		t.Errorf("stopped between, it is %s", u.Status)
	}
	broken.Clear()
	i.want(202, "POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, nil)
}

func TestAFullStorageIsSaidAndNotWaitedFor(t *testing.T) {
	broken := &sync.Map{}
	i := start(t, func(c *Config) { c.Bucket = brokenBucket{c.Bucket, broken} })
	ann := i.person("ann", true)
	broken.Store("room", true)
	if a := i.want(507, "POST", "/api/v1/uploads", ann.token, `{"name":"a.csv","size":1}`); a.code(t) != "storage_full" || strings.Contains(a.body, "retry_after") {
		t.Errorf("%s", a.body)
	}
	broken.Clear()
	i.begin(ann, "a.csv", 1)
}

func TestAStorageThatHasLostAnUploadEndsIt(t *testing.T) {
	broken := &sync.Map{}
	i := start(t, func(c *Config) { c.Bucket = brokenBucket{c.Bucket, broken} })
	ann := i.person("ann", true)
	b := i.begin(ann, "films.csv", 12)
	broken.Store("lost", true)
	for range 2 {
		if a := i.want(409, "POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, nil); a.code(t) != "upload_failed" {
			t.Errorf("%s", a.body)
		}
	}
	var u struct {
		Status string
		Error  *store.JobError
	}
	i.want(200, "GET", "/api/v1/uploads/"+b.ID, ann.token, nil).into(t, &u)
	if u.Status != "failed" || u.Error == nil || u.Error.Code != "object_missing" {
		t.Errorf("%+v", u)
	}
}

func TestASecondVersionOfADataset(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	first := i.dataset(ann, ann.home, "films.csv")
	var b begun
	i.want(201, "POST", "/api/v1/uploads", ann.token, map[string]any{"name": "films2.csv", "size": 0, "dataset_id": first.DatasetID}).into(t, &b)
	i.send(b.Parts[0], "")
	var done struct {
		DatasetID string `json:"dataset_id"`
		Version   int
	}
	i.want(202, "POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, nil).into(t, &done)
	if done.DatasetID != first.DatasetID || done.Version != 2 {
		t.Errorf("%+v", done)
	}
	// Its dataset is deleted: the upload goes with it.
	i.want(204, "DELETE", "/api/v1/datasets/"+first.DatasetID, ann.token, nil)
	i.want(404, "GET", "/api/v1/uploads/"+b.ID, ann.token, nil)
}

func TestDeletingADatasetDeletesItsObjects(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	b := i.begin(ann, "films.csv", 12)
	i.send(b.Parts[0], "title\nAlien\n")
	var done struct {
		DatasetID string `json:"dataset_id"`
	}
	i.want(202, "POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, nil).into(t, &done)
	v, err := i.store.Version(t.Context(), done.DatasetID, 1)
	if err != nil {
		t.Fatal(err)
	}
	i.want(204, "DELETE", "/api/v1/datasets/"+done.DatasetID, ann.token, nil)
	if _, err := i.bucket.Open(t.Context(), v.ObjectKey); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the object: %v", err)
	}
	if keys, err := i.store.Garbage(t.Context(), 10); err != nil || len(keys) != 0 {
		t.Errorf("garbage: %v %v", keys, err)
	}
	i.want(404, "GET", "/api/v1/datasets/"+done.DatasetID, ann.token, nil)
}

func TestAnUploadExpiresWhenItsFirstAnswerSaid(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	var created, read struct {
		ID        string
		ExpiresAt string `json:"expires_at"`
	}
	i.want(201, "POST", "/api/v1/uploads", ann.token, `{"name":"a.csv","size":5}`).into(t, &created)
	i.want(200, "GET", "/api/v1/uploads/"+created.ID, ann.token, nil).into(t, &read)
	if created.ExpiresAt != read.ExpiresAt {
		t.Errorf("%s, then %s", created.ExpiresAt, read.ExpiresAt)
	}
}

func TestAMemberOfAWrongTypeIsToldItsType(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	for body, want := range map[string]string{
		`{"name":"a.csv","size":1.5}`:                  "size must be a whole number.",
		`{"name":7,"size":1}`:                          "name must be a string.",
		`{"name":"a.csv","size":{}}`:                   "size must be a whole number.",
		`{"name":["a.csv"],"size":1}`:                  "name must be a string.",
		`{"name":"a.csv","size":99999999999999999999}`: "size must be a whole number.",
	} {
		if a := i.want(400, "POST", "/api/v1/uploads", ann.token, body); !strings.Contains(a.body, want) {
			t.Errorf("%s: %s", body, a.body)
		}
	}
	if a := i.want(400, "PATCH", "/api/v1/users/"+ann.ID, ann.token, `{"admin":"yes"}`); !strings.Contains(a.body, "admin must be true or false.") {
		t.Errorf("%s", a.body)
	}
}
