package worker

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"assay/queue"
	"assay/store"
	"assay/worker/profile"
	"assay/worker/profile/source"
	"assay/worker/sandbox"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	wholeReport  = `{"report_version":1,"complete":true,"rows":4,"source":{"format":"csv","size_bytes":9},"columns":[{"name":"a","type":"integer","nulls":1},{"name":"b","type":"text","nulls":0,"alerts":[{}]}],"missing":{"bands":[[0,0,0.5],[0,0,0]]},"alerts":[{},{"column":"b"}]}`
	brokenReport = `{"report_version":1,"complete":false,"rows":2}`
)

func task(j store.Job) queue.Task { return queue.Task{JobID: j.ID, Fence: j.Fence} }

// waits is a child that works until it is killed.
func waits(ctx context.Context, _ sandbox.Spec, _ sandbox.Events) (sandbox.Result, error) {
	<-ctx.Done()
	return sandbox.Result{}, context.Cause(ctx)
}

func TestAFilesReportReachesItsRow(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "a,b\n1,2\n", nil)
	registry := prometheus.NewRegistry()
	c := w.config()
	c.Metrics = registry
	worker := New(c)
	worker.parse = func(_ context.Context, s sandbox.Spec, e sandbox.Events) (sandbox.Result, error) {
		if s.Name != "a.csv" || s.Size != 8 || s.File == nil || s.SHA256 {
			t.Errorf("parsed %+v", s)
		}
		e.Progress(profile.Progress{Stage: "profiling", BytesDone: 8, BytesTotal: 8, Rows: 4})
		return sandbox.Result{Report: []byte(wholeReport)}, nil
	}
	w.must(worker.handle(t.Context(), task(j)))

	j = w.jobNow(j.ID)
	if j.Status != store.StatusSucceeded || j.Stage != store.StageDone || j.Error != nil || j.Progress.BytesDone != 8 || j.Progress.Rows != 4 {
		t.Errorf("job %+v", j)
	}
	p, report := w.report(j)
	if report != wholeReport || p.Provisional || !p.Complete {
		t.Errorf("report %s (%+v)", report, p)
	}
	v, err := w.store.Version(t.Context(), j.DatasetID, j.Version)
	w.must(err)
	const want = `{"rows":4,"columns":2,"missing_share":0.125,"alerts":2,"format":"csv","size_bytes":9,"complete":true,"bands":[[0,0,0.5],[0,0,0]],"types":{"integer":1,"text":1}}`
	if string(v.Summary) != want {
		t.Errorf("summary %s\nwant    %s", v.Summary, want)
	}
	families, err := registry.Gather()
	w.must(err)
	counted := map[string]float64{}
	for _, f := range families {
		if f.GetName() == "assay_jobs_total" {
			counted[f.GetMetric()[0].GetLabel()[0].GetValue()] = f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	if len(counted) != 1 || counted["succeeded"] != 1 {
		t.Errorf("counted %v", counted)
	}
	w.must(worker.handle(t.Context(), task(j))) // comes twice: nothing happens
}

func TestABrokenFileFailsAtOnceAndKeepsWhatWasRead(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.json", "[1,", nil)
	worker := w.worker(func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error) {
		return sandbox.Result{Report: []byte(brokenReport)},
			&source.Error{Code: "truncated_file", Message: "It ends.", Hint: "Get it again.", Row: 3, Offset: -1}
	})
	w.must(worker.handle(t.Context(), task(j)))
	j = w.jobNow(j.ID)
	if j.Status != store.StatusFailed || j.Attempt != 1 || j.Error == nil {
		t.Fatalf("job %+v", j)
	}
	if e := j.Error; e.Code != "truncated_file" || e.Message == "" || e.Hint == "" || e.Row == nil || *e.Row != 3 || e.Offset != nil {
		t.Errorf("error %+v", e)
	}
	if p, report := w.report(j); report != brokenReport || p.Complete {
		t.Errorf("report %s (%+v)", report, p)
	}
}

func TestACrashIsTriedThreeTimes(t *testing.T) {
	for _, code := range []string{sandbox.ParserCrashed, sandbox.OutOfMemory} {
		w := newWorld(t)
		j := w.job("a.csv", "x", nil)
		worker := w.worker(func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error) {
			return sandbox.Result{}, &sandbox.Died{Code: code, Message: "It died.", Hint: "Look."}
		})
		for attempt := 1; attempt <= 3; attempt++ {
			if j.Status != store.StatusQueued || j.Attempt != attempt {
				t.Fatalf("before attempt %d: %+v", attempt, j)
			}
			w.must(worker.handle(t.Context(), task(j)))
			j = w.jobNow(j.ID)
		}
		if j.Status != store.StatusFailed || j.Error == nil || j.Error.Code != code {
			t.Errorf("after three: %+v", j)
		}
	}
}

func TestAnUnreadableReportIsTriedThreeTimes(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "a,b\n1,2\n", nil)
	worker := w.worker(func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error) {
		return sandbox.Result{Report: []byte(`{"rows":`)}, nil
	})
	for attempt := 1; attempt <= 3; attempt++ {
		w.must(worker.handle(t.Context(), task(j)))
		j = w.jobNow(j.ID)
		if last := attempt == 3; last != (j.Status == store.StatusFailed) || !last && (j.Status != store.StatusQueued || j.Attempt != attempt+1) {
			t.Fatalf("after attempt %d: %+v", attempt, j)
		}
	}
	if j.Error == nil || j.Error.Code != "invalid_report" || j.Error.Hint == "" {
		t.Errorf("error %+v", j.Error)
	}
	if _, err := w.store.Profile(t.Context(), j.DatasetID, j.Version); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the report was stored: %v", err)
	}
}

func TestABrokenFileFailsEvenIfItsReportCannotBeRead(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "a,b\n1,2\n", nil)
	worker := w.worker(func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error) {
		return sandbox.Result{Report: []byte(`{"rows":`)}, &source.Error{Code: "truncated_file", Row: -1, Offset: -1, Message: "It ends."}
	})
	w.must(worker.handle(t.Context(), task(j)))
	if j = w.jobNow(j.ID); j.Status != store.StatusFailed || j.Error == nil || j.Error.Code != "truncated_file" {
		t.Errorf("%+v", j)
	}
}

func TestAJobPastItsDeadlineIsNotTriedAgain(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	w.must(w.worker(func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error) {
		return sandbox.Result{}, &sandbox.Died{Code: sandbox.DeadlineExceeded, Message: "Too long.", Hint: "Split it."}
	}).handle(t.Context(), task(j)))
	if j = w.jobNow(j.ID); j.Status != store.StatusFailed || j.Attempt != 1 || j.Error.Code != sandbox.DeadlineExceeded {
		t.Errorf("job %+v", j)
	}
}

func TestACancelledJobStopsWithinHalfASecond(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	started, ended := make(chan bool), make(chan error, 1)
	worker := w.worker(func(ctx context.Context, s sandbox.Spec, e sandbox.Events) (sandbox.Result, error) {
		close(started)
		return waits(ctx, s, e)
	})
	go func() { ended <- worker.handle(t.Context(), task(j)) }()
	<-started
	canceled, err := w.store.CancelJob(t.Context(), j.ID)
	w.must(err)
	select {
	case err := <-ended:
		w.must(err)
	case <-time.After(500 * time.Millisecond):
		t.Fatal("the child still runs half a second later")
	}
	if j = w.jobNow(j.ID); j.Status != store.StatusCanceled || !j.UpdatedAt.Equal(canceled.UpdatedAt) {
		t.Errorf("written to after it was cancelled: %+v", j)
	}
}

func TestADrainHandsTheJobBackUnspent(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	ctx, stop := context.WithCancel(t.Context())
	worker := w.worker(func(ctx context.Context, s sandbox.Spec, e sandbox.Events) (sandbox.Result, error) {
		stop()
		return waits(ctx, s, e)
	})
	w.must(worker.handle(ctx, task(j)))
	after := w.jobNow(j.ID)
	if after.Status != store.StatusQueued || after.Attempt != 1 || after.Interruptions != 0 || after.Fence <= j.Fence {
		t.Errorf("job %+v", after)
	}
}

func TestWhatIsWrongWithTheObjectIsSaid(t *testing.T) {
	w := newWorld(t)
	worker := w.worker(sandbox.Run) // gets no further than the object
	gone := w.job("a.csv", "x", nil)
	v, err := w.store.Version(t.Context(), gone.DatasetID, gone.Version)
	w.must(err)
	w.must(w.bucket.Delete(t.Context(), v.ObjectKey))
	altered := w.job("a.csv", "x", func(u *store.Upload) { u.SHA256 = strings.Repeat("0", 64) })
	for _, c := range []struct {
		job  store.Job
		code string
	}{{gone, "object_missing"}, {altered, "checksum_mismatch"}} {
		w.must(worker.handle(t.Context(), task(c.job)))
		if j := w.jobNow(c.job.ID); j.Status != store.StatusFailed || j.Error == nil || j.Error.Code != c.code {
			t.Errorf("%s: job %+v", c.code, j)
		}
	}
}

func TestAStorageInTroubleIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	w.must(w.worker(func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error) {
		return sandbox.Result{}, errors.New("connection lost to s3.internal.example")
	}).handle(t.Context(), task(j)))
	j = w.jobNow(j.ID)
	if j.Status != store.StatusQueued || j.Attempt != 2 || j.Error == nil || strings.Contains(j.Error.Message, "example") {
		t.Errorf("job %+v", j)
	}
}

// TestProgressIsSeenButNotTooOften floods a job with progress for a second.
func TestProgressIsSeenButNotTooOften(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	worker := w.worker(func(ctx context.Context, _ sandbox.Spec, e sandbox.Events) (sandbox.Result, error) {
		writes := map[time.Time]store.Job{}
		for n := int64(0); len(writes) < 5; n++ {
			e.Progress(profile.Progress{Stage: "profiling", BytesDone: n, BytesTotal: 1 << 40, Rows: 2 * n})
			e.Provisional([]byte(brokenReport))
			now := w.jobNow(j.ID)
			writes[now.UpdatedAt] = now
			if now.Stage == store.StageProfiling && (now.Progress.BytesDone > n || now.Progress.Rows != 2*now.Progress.BytesDone) {
				t.Errorf("progress %+v at byte %d", now.Progress, n)
			}
		}
		return sandbox.Result{Report: []byte(wholeReport)}, nil
	})
	began := time.Now()
	w.must(worker.handle(t.Context(), task(j)))
	// The claim, three beats and a provisional report at least lie between.
	if took := time.Since(began); took < 3*reportEvery-reportEvery/2 {
		t.Errorf("five states of the row within %s", took)
	}
}

func TestAProvisionalReportIsServedWhileTheJobRuns(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	worker := w.worker(func(_ context.Context, _ sandbox.Spec, e sandbox.Events) (sandbox.Result, error) {
		e.Provisional([]byte(brokenReport))
		w.eventually("provisional report", func() bool {
			p, err := w.store.Profile(t.Context(), j.DatasetID, j.Version)
			return err == nil && p.Provisional
		})
		return sandbox.Result{Report: []byte(wholeReport)}, nil
	})
	w.must(worker.handle(t.Context(), task(j)))
	if p, report := w.report(j); p.Provisional || report != wholeReport {
		t.Errorf("afterwards: %s", report)
	}
}

func TestTimeLeftIsTruthful(t *testing.T) {
	var s speed
	at := time.Now()
	note := func(seconds float64, bytes, rows int64) {
		s.note(at.Add(time.Duration(seconds*float64(time.Second))), bytes, rows)
	}
	note(0, 0, 0)
	if s.eta(100) != nil {
		t.Error("known before anything happened")
	}
	for i := 1; i <= 20; i++ { // 1000 bytes and 10 rows a second
		note(float64(i)/4, int64(250*i), int64(10*i/4))
	}
	if eta := s.eta(10_000); eta == nil || math.Abs(*eta-10) > 0.5 || math.Abs(s.rows-10) > 1 {
		t.Errorf("time left %v, %v rows a second; want 10 and 10", *eta, s.rows)
	}
	for i := 1; i <= 60; i++ { // then a tenth of it: the old speed is forgotten
		note(5+float64(i)/4, int64(5000+25*i), int64(50+i/4))
	}
	if eta := s.eta(1000); eta == nil || math.Abs(*eta-10) > 1.5 {
		t.Errorf("after slowing down: time left %v, want 10", *eta)
	}
	if s.eta(-1) != nil {
		t.Error("known for a stream")
	}
}

func TestOptionsReachTheParser(t *testing.T) {
	w := newWorld(t)
	j := w.job("a.csv", "x", nil)
	j, err := w.store.CreateJob(t.Context(), store.Job{DatasetID: j.DatasetID, Version: j.Version, Options: json.RawMessage(`{"delimiter":";"}`), CreatedBy: w.user.ID})
	w.must(err)
	w.must(w.worker(func(_ context.Context, s sandbox.Spec, _ sandbox.Events) (sandbox.Result, error) {
		if s.Options.Delimiter != ";" {
			t.Errorf("options %+v", s.Options)
		}
		return sandbox.Result{Report: []byte(wholeReport)}, nil
	}).handle(t.Context(), task(j)))
}

func TestSummariesStaySmall(t *testing.T) {
	bands := make([]float64, 240)
	for i := range bands {
		bands[i] = float64(i % 2)
	}
	if got := coarser(bands, summaryBands); len(got) != 48 || math.Abs(got[0]-0.4) > 1e-9 || math.Abs(got[1]-0.6) > 1e-9 {
		t.Errorf("bands %v", got)
	}
	if got := coarser([]float64{1}, summaryBands); len(got) != 1 || got[0] != 1 {
		t.Errorf("one band became %v", got)
	}
}
