package storetest

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"assay/store"
)

var jobTests = map[string]func(*testing.T, *world){
	"a job is made with its options and is queued":   jobsAreMade,
	"a job's JSON is what the API shows":             jobJSON,
	"the line is numbered, everybody's in one":       queuePositions,
	"jobs are listed by status, newest first":        jobLists,
	"changes are told once, in their order":          changes,
	"a job is cancelled in every state but an end":   cancelling,
	"only a job that has ended is retried, all anew": retrying,
}

func jobsAreMade(_ *testing.T, w *world) {
	u, home := w.user("ann")
	first := w.file(u, home.ID, "", 1)
	equal(w, "attempt", first.Attempt, 1)
	equal(w, "fence", first.Fence, 0)
	equal(w, "status", first.Status, store.StatusQueued)
	equal(w, "stage", first.Stage, store.StageQueued)
	equal(w, "options", string(first.Options), "")
	equal(w, "maker", first.CreatedBy, u.ID)

	j := must1(w.CreateJob(w.ctx(), store.Job{DatasetID: first.DatasetID, Version: 1, CreatedBy: u.ID, Options: json.RawMessage(`{"delimiter":";"}`)}))(w)
	equal(w, "read back", string(must1(w.JobByID(w.ctx(), j.ID))(w).Options), `{"delimiter":";"}`)
	equal(w, "the version's newest job", must1(w.Version(w.ctx(), first.DatasetID, 1))(w).Job.ID, j.ID)
	_, err := w.CreateJob(w.ctx(), store.Job{DatasetID: first.DatasetID, Version: 2})
	w.want(err, store.ErrNotFound, "a missing version")
	_, err = w.JobByID(w.ctx(), "job_none")
	w.want(err, store.ErrNotFound, "a missing job")
}

func jobJSON(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j, _, err := w.Job(w.ctx(), u.ID, w.file(u, home.ID, "", 1).ID)
	w.must(err)
	var got map[string]any
	w.must(json.Unmarshal(must1(json.Marshal(j))(w), &got))
	var keys []string
	for key := range got {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	want := []string{"attempt", "created_at", "created_by", "dataset_id", "error", "finished_at", "id", "options", "progress",
		"queue_position", "stage", "started_at", "status", "version"}
	if !slices.Equal(keys, want) {
		w.Errorf("keys %v, want %v", keys, want)
	}
	equal(w, "error", got["error"], nil)
	equal(w, "options", got["options"], nil)
	equal(w, "started", got["started_at"], nil)
	equal(w, "place", got["queue_position"].(float64), 1)
	progress := got["progress"].(map[string]any)
	for _, key := range []string{"bytes_done", "bytes_total", "rows", "rows_per_second", "eta_seconds"} {
		if _, ok := progress[key]; !ok {
			w.Errorf("progress has no %s", key)
		}
	}
}

func (w *world) place(u store.User, j store.Job) int {
	w.Helper()
	got, _, err := w.Job(w.ctx(), u.ID, j.ID)
	w.must(err)
	if got.QueuePosition == nil {
		return 0
	}
	return *got.QueuePosition
}

func queuePositions(_ *testing.T, w *world) {
	ann, home := w.user("ann")
	bob, his := w.user("bob")
	first := w.file(ann, home.ID, "", 1)
	second := w.file(bob, his.ID, "", 1)
	third := w.file(ann, home.ID, "", 1)
	equal(w, "first", w.place(ann, first), 1)
	equal(w, "second", w.place(bob, second), 2)
	equal(w, "third", w.place(ann, third), 3)
	list, _, err := w.Jobs(w.ctx(), store.JobQuery{UserID: ann.ID})
	w.must(err)
	equal(w, "third in a list", *list[0].QueuePosition, 3)
	equal(w, "first in a list", *list[1].QueuePosition, 1)
	changed := must1(w.JobsChangedSince(w.ctx(), ann.ID, third.UpdatedAt, ""))(w)
	equal(w, "third among changes", *changed[0].QueuePosition, 3)

	running := w.claim(first)
	equal(w, "running", w.place(ann, first), 0)
	equal(w, "third moves up", w.place(ann, third), 2)
	// Handed back, it has kept its place.
	w.must(w.ReleaseJob(w.ctx(), running.ID, running.Fence))
	equal(w, "handed back", w.place(ann, first), 1)
	// After a failure it waits behind those who are ready.
	running = w.claim(must1(w.JobByID(w.ctx(), first.ID))(w))
	must1(w.RetryLater(w.ctx(), running.ID, running.Fence, store.JobError{Code: "x"}, time.Hour))(w)
	equal(w, "to be retried", w.place(ann, first), 3)
}

func jobLists(_ *testing.T, w *world) {
	u, home := w.user("ann")
	var want []string
	for range 5 {
		want = append([]string{w.file(u, home.ID, "", 1).ID}, want...)
	}
	running := w.claim(must1(w.JobByID(w.ctx(), want[0]))(w))
	must1(w.CancelJob(w.ctx(), want[1]))(w)
	list := func(statuses ...string) []string {
		return pages(w, 2, func(p store.Page) ([]store.Job, string, error) {
			return w.Jobs(w.ctx(), store.JobQuery{UserID: u.ID, Statuses: statuses, Page: p})
		}, func(j store.Job) string { return j.ID })
	}
	for _, c := range []struct {
		statuses []string
		want     []string
	}{{nil, want}, {[]string{store.StatusQueued}, want[2:]}, {[]string{store.StatusRunning, store.StatusCanceled}, want[:2]}, {[]string{store.StatusFailed}, nil}} {
		if got := list(c.statuses...); !slices.Equal(got, c.want) {
			w.Errorf("jobs with %v: %v, want %v", c.statuses, got, c.want)
		}
	}
	one, _, err := w.Jobs(w.ctx(), store.JobQuery{UserID: u.ID, DatasetID: running.DatasetID})
	w.must(err)
	equal(w, "jobs of one dataset", len(one), 1)
}

func changes(_ *testing.T, w *world) {
	u, home := w.user("ann")
	a, b := w.file(u, home.ID, "", 1), w.file(u, home.ID, "", 1)
	since := a.UpdatedAt
	// next returns what changed after the last call, and by it where to go on.
	next := func(id string) (changed []string) {
		w.Helper()
		for _, j := range must1(w.JobsChangedSince(w.ctx(), u.ID, since.Add(time.Microsecond), id))(w) {
			changed = append(changed, j.ID)
			if j.UpdatedAt.Before(since) {
				w.Error("not the oldest change first")
			}
			since = j.UpdatedAt
		}
		return changed
	}
	equalLists(w, next(""), b.ID)
	equalLists(w, next(""))
	b = w.claim(b)
	a = w.claim(a)
	equalLists(w, next(""), b.ID, a.ID)
	w.must(w.UpdateProgress(w.ctx(), b.ID, b.Fence, store.StageProfiling, store.Progress{Rows: 1}, lease))
	w.must(w.SaveProvisional(w.ctx(), a.ID, a.Fence, []byte("p")))
	equalLists(w, next(""), b.ID, a.ID)
	w.finish(b, "r")
	must1(w.CancelJob(w.ctx(), a.ID))(w)
	equalLists(w, next(a.ID), a.ID)
	since = b.UpdatedAt
	w.must(w.UpdateDataset(w.ctx(), a.DatasetID, store.DatasetPatch{Name: ptr("x")}))
	equalLists(w, next(""), b.ID, a.ID)
	must1(w.RetryJob(w.ctx(), b.ID))(w)
	equalLists(w, next(""), b.ID)
	// Asking with the very time of a change tells it again: nothing falls between.
	equal(w, "at its time", len(must1(w.JobsChangedSince(w.ctx(), u.ID, since, ""))(w)), 1)
}

func equalLists(w *world, got []string, want ...string) {
	w.Helper()
	if !slices.Equal(got, want) {
		w.Errorf("%v, want %v", got, want)
	}
}

func cancelling(_ *testing.T, w *world) {
	u, home := w.user("ann")
	queued := w.file(u, home.ID, "", 1)
	got := must1(w.CancelJob(w.ctx(), queued.ID))(w)
	equal(w, "status", got.Status, store.StatusCanceled)
	if got.FinishedAt == nil {
		w.Error("a cancelled job has no end")
	}
	_, err := w.ClaimJob(w.ctx(), queued.ID, queued.Fence, lease)
	w.want(err, store.ErrStale, "claim a cancelled job")

	running := w.claim(w.file(u, home.ID, "", 1))
	must1(w.CancelJob(w.ctx(), running.ID))(w)
	w.lateWriterWritesNothing(running)
	equal(w, "status after the late writer", w.status(running), store.StatusCanceled)

	done := w.claim(w.file(u, home.ID, "", 1))
	w.finish(done, "r")
	for _, j := range []store.Job{queued, running, done} {
		_, err := w.CancelJob(w.ctx(), j.ID)
		w.want(err, store.ErrState, "cancel what has ended")
	}
	_, err = w.CancelJob(w.ctx(), "job_none")
	w.want(err, store.ErrNotFound, "cancel a missing job")
}

func retrying(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	_, err := w.RetryJob(w.ctx(), j.ID)
	w.want(err, store.ErrState, "retry a queued job")
	running := w.claim(j)
	_, err = w.RetryJob(w.ctx(), j.ID)
	w.want(err, store.ErrState, "retry a running job")
	w.must(w.FinishJob(w.ctx(), j.ID, running.Fence, store.Outcome{Status: store.StatusFailed,
		Error: &store.JobError{Code: "truncated_file", Row: ptr(int64(3))}, Report: []byte("half"), Progress: store.Progress{Rows: 3}}))
	_, err = w.RetryJob(w.ctx(), "job_none")
	w.want(err, store.ErrNotFound, "retry a missing job")

	got := must1(w.RetryJob(w.ctx(), j.ID))(w)
	equal(w, "status", got.Status, store.StatusQueued)
	equal(w, "stage", got.Stage, store.StageQueued)
	equal(w, "attempt", got.Attempt, 1)
	equal(w, "fence rose", got.Fence > running.Fence, true)
	equal(w, "progress", got.Progress, store.Progress{})
	if got.Error != nil || got.StartedAt != nil || got.FinishedAt != nil || got.Complete != nil {
		w.Errorf("the retried job still knows of its failure: %+v", got)
	}
	w.lateWriterWritesNothing(running)
	w.finish(w.claim(got), "whole")
	equal(w, "status at last", w.status(j), store.StatusSucceeded)
}
