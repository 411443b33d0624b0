package worker

import (
	"context"
	"errors"
	"testing"
	"time"

	"assay/queue"
	"assay/storage"
	"assay/store"
)

func TestTheSweepEnqueuesWhatTheQueueLost(t *testing.T) {
	w := newWorld(t)
	lost, known := w.job("a.csv", "x", nil), w.job("b.csv", "x", nil)
	w.must(w.queue.Enqueue(t.Context(), task(known)))
	newSweep(w.config()).pass(t.Context())
	if s, _ := w.queue.State(t.Context(), task(lost)); s != queue.Waiting {
		t.Errorf("the lost task is %s", s)
	}
	if n, _ := w.queue.Len(t.Context()); n != 2 {
		t.Errorf("%d tasks wait, want 2", n)
	}
}

func TestATaskThatNobodyRunsGetsANewName(t *testing.T) {
	for _, c := range []struct {
		state   queue.State
		stuck   time.Duration
		renamed bool
	}{
		{queue.Ended, stuckAfter, true},
		{queue.Active, -1, true},
		{queue.Active, stuckAfter, false}, // its worker is about to claim it
	} {
		w := newWorld(t)
		j := w.job("a.csv", "x", nil)
		w.queue.states[task(j)] = c.state
		s := newSweep(w.config())
		s.stuckAfter = c.stuck
		s.pass(t.Context())
		after := w.jobNow(j.ID)
		state, _ := w.queue.State(t.Context(), task(after))
		if renamed := after.Fence == j.Fence+1 && state == queue.Waiting; renamed != c.renamed || !renamed && after.Fence != j.Fence {
			t.Errorf("%s: fence %d -> %d, %s", c.state, j.Fence, after.Fence, state)
		}
	}
}

func TestTheQueueHoldsAWindowOfTheBacklog(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.job("a.csv", "x", nil)
	}
	w.queue.length = window - 2
	newSweep(w.config()).pass(t.Context())
	if n, _ := w.queue.Len(t.Context()); n != window {
		t.Errorf("%d tasks wait, want %d", n, window)
	}
}

func TestAnAbandonedJobIsQueuedAgain(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	_, err := w.store.ClaimJob(t.Context(), j.ID, j.Fence, -time.Second)
	w.must(err)
	newSweep(w.config()).pass(t.Context())
	j = w.jobNow(j.ID)
	if s, _ := w.queue.State(t.Context(), task(j)); j.Status != store.StatusQueued || j.Interruptions != 1 || s != queue.Waiting {
		t.Errorf("job %+v, task %s", j, s)
	}
}

func TestAnExpiredUploadLeavesNothing(t *testing.T) {
	w := newWorld(t)
	u := w.startUpload("a.csv", []byte("half"), func(u *store.Upload) { u.ExpiresAt = time.Now().Add(-time.Second) })
	newSweep(w.config()).pass(t.Context())
	after, err := w.store.Upload(t.Context(), u.ID)
	w.must(err)
	if after.Status != store.UploadExpired {
		t.Errorf("upload %s", after.Status)
	}
	if _, err := w.bucket.Upload(u.ObjectKey, u.StorageID).ListParts(t.Context()); !errors.Is(err, storage.ErrNoUpload) {
		t.Errorf("the storage still has its parts: %v", err)
	}
	if left, _ := w.store.UploadsToClean(t.Context(), 10); len(left) > 0 {
		t.Errorf("%d uploads to clean", len(left))
	}
}

func TestAnUploadThatStoppedWhileCompletingGetsItsOneJob(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		w := newWorld(t)
		u := w.startUpload("a.csv", []byte("x"), nil)
		w.must(w.store.SetUploadStatus(t.Context(), u.ID, []string{store.UploadOpen}, store.UploadCompleting, nil))
		if sealed {
			_, err := w.bucket.Upload(u.ObjectKey, u.StorageID).Complete(t.Context(), nil)
			w.must(err)
		}
		s := newSweep(w.config())
		s.pass(t.Context())
		if after, _ := w.store.Upload(t.Context(), u.ID); after.Status != store.UploadCompleting {
			t.Errorf("taken from whoever is completing it: %s", after.Status)
		}
		s.sealAfter = -time.Second
		s.pass(t.Context())
		s.pass(t.Context())
		after, err := w.store.Upload(t.Context(), u.ID)
		w.must(err)
		jobs, _, err := w.store.Jobs(t.Context(), store.JobQuery{UserID: w.user.ID})
		w.must(err)
		if after.Status != store.UploadCompleted || len(jobs) != 1 || jobs[0].ID != after.JobID {
			t.Fatalf("upload %+v, jobs %+v", after, jobs)
		}
		if s, _ := w.queue.State(t.Context(), task(jobs[0])); s != queue.Waiting {
			t.Errorf("its task is %s", s)
		}
	}
}

func TestAnUploadThatCannotBeCompletedIsOpenAgainOrFails(t *testing.T) {
	w := newWorld(t)
	missing, lost := w.startUpload("a.csv", nil, nil), w.startUpload("b.csv", nil, nil)
	for _, u := range []store.Upload{missing, lost} {
		w.must(w.store.SetUploadStatus(t.Context(), u.ID, []string{store.UploadOpen}, store.UploadCompleting, nil))
	}
	w.must(w.bucket.Upload(lost.ObjectKey, lost.StorageID).Abort(t.Context()))
	s := newSweep(w.config())
	s.sealAfter = -time.Second
	s.pass(t.Context())
	for _, c := range []struct{ id, want string }{{missing.ID, store.UploadOpen}, {lost.ID, store.UploadFailed}} {
		if u, err := w.store.Upload(t.Context(), c.id); err != nil || u.Status != c.want {
			t.Errorf("upload %s is %s (%v), want %s", u.Name, u.Status, err, c.want)
		}
	}
}

func TestObjectsOfDeletedDatasetsAreDeleted(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	keys, err := w.store.DeleteDataset(t.Context(), j.DatasetID)
	w.must(err)
	newSweep(w.config()).pass(t.Context())
	if _, err := w.bucket.Open(t.Context(), keys[0]); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the object is still there: %v", err)
	}
	if left, _ := w.store.Garbage(t.Context(), 10); len(left) > 0 {
		t.Errorf("garbage %v", left)
	}
}

func TestOneRoomInTroubleDoesNotStopTheOthers(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	expired := w.startUpload("b.csv", []byte("x"), func(u *store.Upload) { u.ExpiresAt = time.Now().Add(-time.Second) })
	away := errors.New("away")
	c := w.config()
	c.Bucket = awayBucket{w.bucket, away}
	newSweep(c).pass(t.Context())
	if s, _ := w.queue.State(t.Context(), task(j)); s != queue.Waiting {
		t.Errorf("without storage: the task is %s", s)
	}
	w.queue.away = away
	newSweep(w.config()).pass(t.Context())
	if _, err := w.bucket.Upload(expired.ObjectKey, expired.StorageID).ListParts(t.Context()); !errors.Is(err, storage.ErrNoUpload) {
		t.Errorf("without queue: the parts are still there: %v", err)
	}
}

type awayBucket struct {
	storage.Bucket
	err error
}

func (b awayBucket) Upload(string, string) storage.Upload { return awayUpload{err: b.err} }
func (b awayBucket) Delete(context.Context, string) error { return b.err }

type awayUpload struct {
	storage.Upload
	err error
}

func (u awayUpload) Abort(context.Context) error { return u.err }

func TestReconcileBeginsAtOnceAndEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Reconcile(ctx, w.config()) }()
	w.eventually("the task", func() bool {
		s, _ := w.queue.State(ctx, task(j))
		return s == queue.Waiting
	})
	stop()
	w.must(<-ended)
}

// picky is a storage that fails with what it has been told to.
type picky struct {
	storage.Bucket
	refuses map[string]bool // keys
	asked   int
}

func (p *picky) Delete(ctx context.Context, key string) error {
	p.asked++
	if p.refuses[key] {
		return errors.New("access denied")
	}
	return p.Bucket.Delete(ctx, key)
}

func TestWhatCannotBeDeletedDoesNotBlockTheRest(t *testing.T) {
	w := newWorld(t)
	bucket := &picky{Bucket: w.bucket, refuses: map[string]bool{}}
	c := w.config()
	c.Bucket = bucket
	s := newSweep(c)
	// More than a pass takes, in both lists; what can be deleted comes last.
	for n := range perPass + 5 {
		j := w.job("a.csv", "x", nil)
		u := w.startUpload("b.csv", nil, nil)
		w.must(w.store.SetUploadStatus(t.Context(), u.ID, []string{store.UploadOpen}, store.UploadAborted, nil))
		keys, err := w.store.DeleteDataset(t.Context(), j.DatasetID)
		w.must(err)
		if n < perPass {
			bucket.refuses[keys[0]], bucket.refuses[u.ObjectKey] = true, true
		}
	}
	left := func() (garbage, uploads int) {
		keys, err := w.store.Garbage(t.Context(), 1000)
		w.must(err)
		list, err := w.store.UploadsToClean(t.Context(), 1000)
		w.must(err)
		return len(keys), len(list)
	}
	s.pass(t.Context())
	s.pass(t.Context())
	if g, u := left(); g != perPass || u != perPass {
		t.Errorf("%d objects and %d uploads are left, want the %d that fail", g, u, perPass)
	}
	if s.fault["garbage"] == "" || s.fault["remains of uploads"] == "" {
		t.Errorf("said to work again: %v", s.fault)
	}
	// They are not asked for in every pass, but are not given up either.
	asked := bucket.asked
	s.pass(t.Context())
	if bucket.asked != asked {
		t.Errorf("asked again at once %d times", bucket.asked-asked)
	}
	clear(bucket.refuses)
	for _, b := range []*backoff{s.cleaning, s.deleting} {
		for id, f := range b.failed {
			f.next = time.Now()
			b.failed[id] = f
		}
	}
	s.pass(t.Context())
	if g, u := left(); g != 0 || u != 0 {
		t.Errorf("%d objects and %d uploads are left", g, u)
	}
	if s.fault["garbage"] != "" || len(s.deleting.failed) > 0 {
		t.Errorf("still said to fail: %v", s.fault)
	}
}

func TestARetryWaitsLongerEachTime(t *testing.T) {
	b, now := newBackoff(time.Minute, 5*time.Minute), time.Now()
	for _, want := range []time.Duration{1, 2, 4, 5, 5} {
		b.note("a", errors.New("no"), now)
		if wait := b.failed["a"].next.Sub(now); wait != want*time.Minute || b.due("a", now) || !b.due("a", now.Add(wait)) {
			t.Errorf("waits %v, want %d minutes", wait, want)
		}
	}
	b.note("a", nil, now)
	b.note("b", errors.New("no"), now)
	if !b.due("a", now) || b.due("b", now) {
		t.Error("success is not remembered")
	}
	b.keep(map[string]bool{})
	if len(b.failed) > 0 {
		t.Error("what is gone is remembered")
	}
}
