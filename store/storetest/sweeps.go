package storetest

import (
	"context"
	"testing"
	"time"

	"assay/store"
)

var sweepTests = map[string]func(*testing.T, *world){
	"a lease that ran out gives the job to others":     leases,
	"the twentieth interruption fails the job":         interruptions,
	"a start alone takes back all that ran":            releaseAll,
	"the line is served in order":                      line,
	"a task that nobody runs gets a new name":          requeue,
	"two sweeps at once count one interruption":        sweepRace,
	"an interruption forgets the provisional report":   interruptedProvisional,
	"a waiting for the write lock ends with its asker": cancelledWait,
}

func leases(_ *testing.T, w *world) {
	u, home := w.user("ann")
	running := w.claim(w.file(u, home.ID, "", 1))
	queued := w.file(u, home.ID, "", 1)
	equal(w, "expired in time", must1(w.ExpireLeases(w.ctx(), time.Now()))(w), 0)
	equal(w, "status in time", w.status(running), store.StatusRunning)
	equal(w, "expired", must1(w.ExpireLeases(w.ctx(), time.Now().Add(2*lease)))(w), 1)
	got := must1(w.JobByID(w.ctx(), running.ID))(w)
	equal(w, "status", got.Status, store.StatusQueued)
	equal(w, "fence", got.Fence, running.Fence+1)
	equal(w, "interruptions", got.Interruptions, 1)
	equal(w, "attempt", got.Attempt, 1)
	equal(w, "the queued one's fence", must1(w.JobByID(w.ctx(), queued.ID))(w).Fence, 0)
	equal(w, "expired again", must1(w.ExpireLeases(w.ctx(), time.Now().Add(2*lease)))(w), 0)
}

func interruptions(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	for n := 1; n <= 20; n++ {
		w.claim(must1(w.JobByID(w.ctx(), j.ID))(w))
		expire := w.ReleaseAll
		if n%2 == 0 {
			expire = func(ctx context.Context) (int, error) { return w.ExpireLeases(ctx, time.Now().Add(2*lease)) }
		}
		equal(w, "interrupted", must1(expire(w.ctx()))(w), 1)
		want := store.StatusQueued
		if n == 20 {
			want = store.StatusFailed
		}
		got := must1(w.JobByID(w.ctx(), j.ID))(w)
		equal(w, "status", got.Status, want)
		equal(w, "interruptions", got.Interruptions, n)
		equal(w, "attempt", got.Attempt, 1)
	}
	got := must1(w.JobByID(w.ctx(), j.ID))(w)
	if got.Error == nil || got.Error.Code != "interrupted" || got.Error.Hint == "" || got.FinishedAt == nil {
		w.Errorf("the job failed as %+v", got)
	}
	equal(w, "interruptions after a retry", must1(w.RetryJob(w.ctx(), j.ID))(w).Interruptions, 0)
}

func releaseAll(_ *testing.T, w *world) {
	u, home := w.user("ann")
	var running []store.Job
	for range 3 {
		running = append(running, w.claim(w.file(u, home.ID, "", 1)))
	}
	done := w.claim(w.file(u, home.ID, "", 1))
	w.finish(done, "r")
	w.file(u, home.ID, "", 1)
	equal(w, "taken back", must1(w.ReleaseAll(w.ctx()))(w), 3)
	for _, j := range running {
		w.lateWriterWritesNothing(j)
		equal(w, "status", w.status(j), store.StatusQueued)
	}
	equal(w, "the finished one", w.status(done), store.StatusSucceeded)
	equal(w, "ready", len(must1(w.QueuedJobs(w.ctx(), time.Now(), 10))(w)), 4)
	equal(w, "taken back again", must1(w.ReleaseAll(w.ctx()))(w), 0)
}

func line(_ *testing.T, w *world) {
	u, home := w.user("ann")
	var ids []string
	for range 5 {
		ids = append(ids, w.file(u, home.ID, "", 1).ID)
	}
	w.claim(must1(w.JobByID(w.ctx(), ids[0]))(w))
	must1(w.CancelJob(w.ctx(), ids[2]))(w)
	var got []string
	for _, j := range must1(w.QueuedJobs(w.ctx(), time.Now(), 10))(w) {
		got = append(got, j.ID)
	}
	equalLists(w, got, ids[1], ids[3], ids[4])
	equal(w, "limited", len(must1(w.QueuedJobs(w.ctx(), time.Now(), 2))(w)), 2)
}

func requeue(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	fence := must1(w.RequeueJob(w.ctx(), j.ID, j.Fence))(w)
	equal(w, "fence", fence, j.Fence+1)
	_, err := w.RequeueJob(w.ctx(), j.ID, j.Fence)
	w.want(err, store.ErrStale, "requeue with the old fence")
	_, err = w.ClaimJob(w.ctx(), j.ID, j.Fence, lease)
	w.want(err, store.ErrStale, "claim by the old task")
	running := must1(w.ClaimJob(w.ctx(), j.ID, fence, lease))(w)
	_, err = w.RequeueJob(w.ctx(), j.ID, running.Fence)
	w.want(err, store.ErrStale, "requeue a running job")
	equal(w, "attempt", running.Attempt, 1)
	equal(w, "interruptions", running.Interruptions, 0)
}

func sweepRace(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.claim(w.file(u, home.ID, "", 1))
	w.race(8, nil, func() error {
		_, err := w.ExpireLeases(w.ctx(), time.Now().Add(2*lease))
		return err
	})
	equal(w, "interruptions", must1(w.JobByID(w.ctx(), j.ID))(w).Interruptions, 1)
}

func interruptedProvisional(_ *testing.T, w *world) {
	u, home := w.user("ann")
	lost, kept := w.claim(w.file(u, home.ID, "", 1)), w.claim(w.file(u, home.ID, "", 1))
	for _, j := range []store.Job{lost, kept} {
		w.must(w.SaveProvisional(w.ctx(), j.ID, j.Fence, []byte("p")))
	}
	w.must(w.UpdateProgress(w.ctx(), kept.ID, kept.Fence, store.StageProfiling, store.Progress{}, time.Hour))
	equal(w, "expired", must1(w.ExpireLeases(w.ctx(), time.Now().Add(2*lease)))(w), 1)
	w.claim(must1(w.JobByID(w.ctx(), lost.ID))(w))
	_, err := w.Profile(w.ctx(), lost.DatasetID, 1)
	w.want(err, store.ErrNotFound, "what the lost run knew")
	must1(w.Profile(w.ctx(), kept.DatasetID, 1))(w)
}

func cancelledWait(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	ctx, cancel := context.WithCancel(w.ctx())
	cancel()
	_, err := w.ClaimJob(ctx, j.ID, j.Fence, lease)
	w.want(err, context.Canceled, "claim under a cancelled context")
	equal(w, "status", w.status(j), store.StatusQueued)
}
