package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"assay/store"
)

var claimTests = map[string]func(*testing.T, *world){
	"of racing workers one gets the job":                claimRace,
	"a claim is a running job under the next fence":     claims,
	"a claim with another fence or too early is stale":  staleClaims,
	"progress is kept and renews the lease":             progress,
	"a job that ended well has all it was given":        success,
	"a bad file fails with its error and what was read": failure,
	"a worker that lost its job writes nothing":         fencing,
	"finish and cancel race to one end":                 finishRace,
	"three attempts and no more":                        attempts,
	"a job handed back has spent nothing":               release,
}

func claimRace(_ *testing.T, w *world) {
	u, home := w.user("ann")
	for range 5 {
		j := w.file(u, home.ID, "", 1)
		won := w.race(20, store.ErrStale, func() error {
			_, err := w.ClaimJob(w.ctx(), j.ID, j.Fence, lease)
			return err
		})
		equal(w, "claims", won, 1)
		got := must1(w.JobByID(w.ctx(), j.ID))(w)
		equal(w, "fence", got.Fence, 1)
		equal(w, "attempt", got.Attempt, 1)
	}
}

func claims(_ *testing.T, w *world) {
	u, home := w.user("ann")
	before := time.Now().Add(-time.Second)
	j := w.claim(w.file(u, home.ID, "", 1))
	equal(w, "status", j.Status, store.StatusRunning)
	equal(w, "stage", j.Stage, store.StageFetching)
	equal(w, "fence", j.Fence, 1)
	if j.StartedAt == nil || j.StartedAt.Before(before) {
		w.Errorf("started at %v", j.StartedAt)
	}
	if d := time.Until(j.LeaseUntil); d < lease/2 || d > lease {
		w.Errorf("the lease lasts %v, want %v", d, lease)
	}
}

func staleClaims(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	for _, fence := range []int64{-1, 1, 99} {
		_, err := w.ClaimJob(w.ctx(), j.ID, fence, lease)
		w.want(err, store.ErrStale, "another fence")
	}
	_, err := w.ClaimJob(w.ctx(), "job_none", 0, lease)
	w.want(err, store.ErrStale, "a missing job")
	running := w.claim(j)
	must1(w.RetryLater(w.ctx(), j.ID, running.Fence, store.JobError{Code: "x"}, time.Hour))(w)
	_, err = w.ClaimJob(w.ctx(), j.ID, running.Fence, lease)
	w.want(err, store.ErrStale, "an hour too early")
	equal(w, "ready jobs", len(must1(w.QueuedJobs(w.ctx(), time.Now(), 10))(w)), 0)
	equal(w, "ready jobs in an hour", len(must1(w.QueuedJobs(w.ctx(), time.Now().Add(2*time.Hour), 10))(w)), 1)
}

func progress(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.claim(w.file(u, home.ID, "", 1))
	want := store.Progress{BytesDone: 1 << 40, BytesTotal: 1 << 41, Rows: 7, RowsPerSecond: 2.5, ETASeconds: ptr(12.25)}
	w.must(w.UpdateProgress(w.ctx(), j.ID, j.Fence, store.StageProfiling, want, time.Hour))
	got := must1(w.JobByID(w.ctx(), j.ID))(w)
	equal(w, "stage", got.Stage, store.StageProfiling)
	if got.Progress.ETASeconds == nil {
		w.Fatal("the time left is lost")
	}
	equal(w, "time left", *got.Progress.ETASeconds, 12.25)
	got.Progress.ETASeconds = want.ETASeconds
	equal(w, "progress", got.Progress, want)
	equal(w, "lease renewed", time.Until(got.LeaseUntil) > 30*time.Minute, true)
	equal(w, "updated_at rose", got.UpdatedAt.After(j.UpdatedAt), true)
	want.ETASeconds = nil
	w.must(w.UpdateProgress(w.ctx(), j.ID, j.Fence, store.StageStoring, want, time.Hour))
	equal(w, "unknown time left", must1(w.JobByID(w.ctx(), j.ID))(w).Progress, want)
}

func success(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.claim(w.file(u, home.ID, "", 1))
	before, _, err := w.Dataset(w.ctx(), u.ID, j.DatasetID)
	w.must(err)
	w.must(w.FinishJob(w.ctx(), j.ID, j.Fence, store.Outcome{Status: store.StatusSucceeded, Report: []byte("report"),
		Summary: json.RawMessage(`{"rows":3}`), Complete: true, SHA256: "beef", Progress: store.Progress{Rows: 3, BytesDone: 9, BytesTotal: 9}}))
	got := must1(w.JobByID(w.ctx(), j.ID))(w)
	equal(w, "status", got.Status, store.StatusSucceeded)
	equal(w, "stage", got.Stage, store.StageDone)
	equal(w, "rows", got.Progress.Rows, 3)
	if got.FinishedAt == nil || got.Complete == nil || !*got.Complete || got.Error != nil || !got.Ended() {
		w.Errorf("the job ended as %+v", got)
	}
	v := must1(w.Version(w.ctx(), j.DatasetID, 1))(w)
	equal(w, "checksum", v.SHA256, "beef")
	equal(w, "summary", string(v.Summary), `{"rows":3}`)
	p := must1(w.Profile(w.ctx(), j.DatasetID, 1))(w)
	equal(w, "report", string(p.Report), "report")
	after, _, err := w.Dataset(w.ctx(), u.ID, j.DatasetID)
	w.must(err)
	equal(w, "the dataset has activity", after.UpdatedAt.After(before.UpdatedAt), true)
	w.lateWriterWritesNothing(j)
}

func failure(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.claim(w.file(u, home.ID, "", 1))
	w.must(w.UpdateProgress(w.ctx(), j.ID, j.Fence, store.StageProfiling, store.Progress{}, lease))
	if err := w.FinishJob(w.ctx(), j.ID, j.Fence, store.Outcome{Status: store.StatusQueued}); err == nil {
		w.Error("a job was finished as queued")
	}
	fault := store.JobError{Code: "truncated_file", Message: "The file ends early.", Hint: "Export it again.", Row: ptr(int64(12)), Offset: ptr(int64(345))}
	w.must(w.FinishJob(w.ctx(), j.ID, j.Fence, store.Outcome{Status: store.StatusFailed, Error: &fault, Report: []byte("half")}))
	got := must1(w.JobByID(w.ctx(), j.ID))(w)
	equal(w, "status", got.Status, store.StatusFailed)
	equal(w, "stage stays where it failed", got.Stage, store.StageProfiling)
	if got.Error == nil || got.Error.Message != fault.Message || *got.Error.Row != 12 || *got.Error.Offset != 345 {
		w.Errorf("error %+v, want %+v", got.Error, fault)
	}
	if got.Complete == nil || *got.Complete {
		w.Error("half a report is called complete")
	}
	equal(w, "complete", must1(w.Profile(w.ctx(), j.DatasetID, 1))(w).Complete, false)

	bare := w.claim(w.file(u, home.ID, "", 1))
	w.must(w.FinishJob(w.ctx(), bare.ID, bare.Fence, store.Outcome{Status: store.StatusFailed, Error: &fault}))
	if got := must1(w.JobByID(w.ctx(), bare.ID))(w); got.Complete != nil {
		w.Error("a job without a report knows whether it is complete")
	}
	_, err := w.Profile(w.ctx(), bare.DatasetID, 1)
	w.want(err, store.ErrNotFound, "the report of a job that made none")
}

// lateWriterWritesNothing makes every write a worker can make for a job it no
// longer holds, and compares the job and its report before and after.
func (w *world) lateWriterWritesNothing(j store.Job) {
	w.Helper()
	before := must1(w.JobByID(w.ctx(), j.ID))(w)
	profile, profileErr := w.Profile(w.ctx(), j.DatasetID, j.Version)
	version := must1(w.Version(w.ctx(), j.DatasetID, j.Version))(w)

	fault := store.JobError{Code: "late"}
	w.want(w.UpdateProgress(w.ctx(), j.ID, j.Fence, store.StageStoring, store.Progress{Rows: 999}, time.Hour), store.ErrStale, "late progress")
	w.want(w.SaveProvisional(w.ctx(), j.ID, j.Fence, []byte("late")), store.ErrStale, "late provisional report")
	w.want(w.FinishJob(w.ctx(), j.ID, j.Fence, store.Outcome{Status: store.StatusSucceeded, Report: []byte("late"),
		Summary: json.RawMessage(`"late"`), Complete: true, SHA256: "late"}), store.ErrStale, "late report")
	w.want(w.FinishJob(w.ctx(), j.ID, j.Fence, store.Outcome{Status: store.StatusFailed, Error: &fault}), store.ErrStale, "late failure")
	_, err := w.RetryLater(w.ctx(), j.ID, j.Fence, fault, 0)
	w.want(err, store.ErrStale, "late retry")
	w.want(w.ReleaseJob(w.ctx(), j.ID, j.Fence), store.ErrStale, "late release")

	after := must1(w.JobByID(w.ctx(), j.ID))(w)
	equal(w, "the job", string(must1(json.Marshal(after))(w)), string(must1(json.Marshal(before))(w)))
	equal(w, "its fence", after.Fence, before.Fence)
	equal(w, "its change", after.UpdatedAt, before.UpdatedAt)
	got, err := w.Profile(w.ctx(), j.DatasetID, j.Version)
	equal(w, "there is a report", err == nil, profileErr == nil)
	equal(w, "the report", string(got.Report), string(profile.Report))
	v := must1(w.Version(w.ctx(), j.DatasetID, j.Version))(w)
	equal(w, "the summary", string(v.Summary), string(version.Summary))
	equal(w, "the checksum", v.SHA256, version.SHA256)
}

func fencing(_ *testing.T, w *world) {
	u, home := w.user("ann")
	late := w.claim(w.file(u, home.ID, "", 1))
	equal(w, "leases expired", must1(w.ExpireLeases(w.ctx(), time.Now().Add(2*lease)))(w), 1)
	w.lateWriterWritesNothing(late) // queued again
	current := w.claim(must1(w.JobByID(w.ctx(), late.ID))(w))
	w.lateWriterWritesNothing(late) // another worker has it
	w.must(w.SaveProvisional(w.ctx(), current.ID, current.Fence, []byte("current")))
	w.lateWriterWritesNothing(late)
	w.finish(current, "current")
	w.lateWriterWritesNothing(late) // it has ended
	equal(w, "status", w.status(late), store.StatusSucceeded)
}

func finishRace(_ *testing.T, w *world) {
	u, home := w.user("ann")
	for range 10 {
		j := w.claim(w.file(u, home.ID, "", 1))
		turn := make(chan int, 2)
		turn <- 0
		turn <- 1
		var finished, canceled error
		w.race(2, nil, func() error {
			if <-turn == 0 {
				finished = w.FinishJob(w.ctx(), j.ID, j.Fence, store.Outcome{Status: store.StatusSucceeded, Report: []byte("r"), Complete: true})
			} else {
				_, canceled = w.CancelJob(w.ctx(), j.ID)
			}
			return nil
		})
		_, err := w.Profile(w.ctx(), j.DatasetID, 1)
		switch w.status(j) {
		case store.StatusSucceeded:
			w.must(finished)
			w.must(err)
			w.want(canceled, store.ErrState, "the loser's cancel")
		case store.StatusCanceled:
			w.must(canceled)
			w.want(err, store.ErrNotFound, "the report")
			w.want(finished, store.ErrStale, "the loser's report")
		default:
			w.Errorf("the job is %s", w.status(j))
		}
	}
}

func attempts(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	for attempt := 1; attempt <= 3; attempt++ {
		running := w.claim(must1(w.JobByID(w.ctx(), j.ID))(w))
		equal(w, "attempt", running.Attempt, attempt)
		w.must(w.SaveProvisional(w.ctx(), j.ID, running.Fence, []byte("p")))
		again := must1(w.RetryLater(w.ctx(), j.ID, running.Fence, store.JobError{Code: "parser_crashed", Message: "It died."}, 0))(w)
		equal(w, "again", again, attempt < 3)
		_, err := w.Profile(w.ctx(), j.DatasetID, 1)
		w.want(err, store.ErrNotFound, "the provisional report of a run that died")
	}
	got := must1(w.JobByID(w.ctx(), j.ID))(w)
	equal(w, "status", got.Status, store.StatusFailed)
	equal(w, "attempt", got.Attempt, 3)
	equal(w, "error", got.Error.Code, "parser_crashed")
	if got.FinishedAt == nil {
		w.Error("a failed job has no end")
	}
}

func release(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.claim(w.file(u, home.ID, "", 1))
	w.must(w.SaveProvisional(w.ctx(), j.ID, j.Fence, []byte("p")))
	w.must(w.UpdateProgress(w.ctx(), j.ID, j.Fence, store.StageProfiling, store.Progress{Rows: 5}, lease))
	w.must(w.ReleaseJob(w.ctx(), j.ID, j.Fence))
	got := must1(w.JobByID(w.ctx(), j.ID))(w)
	equal(w, "status", got.Status, store.StatusQueued)
	equal(w, "stage", got.Stage, store.StageQueued)
	equal(w, "attempt", got.Attempt, 1)
	equal(w, "interruptions", got.Interruptions, 0)
	equal(w, "progress", got.Progress, store.Progress{})
	if got.StartedAt != nil {
		w.Error("a job in the line has started")
	}
	w.lateWriterWritesNothing(j)
	next := w.claim(got)
	_, err := w.Profile(w.ctx(), j.DatasetID, 1)
	w.want(err, store.ErrNotFound, "what the first run knew")
	w.finish(next, "r")
}
