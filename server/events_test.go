package server

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"assay/store"
)

// stream is an open event stream.
type stream struct {
	t      *testing.T
	resp   *http.Response
	events chan event // closed with the stream
	cancel context.CancelFunc
}

type event struct {
	id  string
	job store.Job
	at  time.Time
}

func (i *instance) listen(p person, query string, headers ...string) *stream {
	i.t.Helper()
	ctx, cancel := context.WithCancel(i.t.Context())
	i.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", i.url+"/api/v1/events"+query, nil)
	if err != nil {
		i.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	for n := 0; n+1 < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		i.t.Fatal(err)
	}
	s := &stream{t: i.t, resp: resp, events: make(chan event, 1000), cancel: cancel}
	go func() {
		defer close(s.events)
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		var e event
		for lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				e.id = id
			}
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				e.job, e.at = store.Job{}, time.Now()
				if err := json.Unmarshal([]byte(data), &e.job); err != nil {
					s.t.Errorf("event: %v: %s", err, data)
				}
				s.events <- e
			}
		}
	}()
	return s
}

// next waits for an event that fits.
func (s *stream) next(what string, fits func(store.Job) bool) event {
	s.t.Helper()
	deadline := time.After(5 * time.Second)
	for {
		select {
		case e, ok := <-s.events:
			if !ok {
				s.t.Fatalf("the stream ended before: %s", what)
			}
			if fits(e.job) {
				return e
			}
		case <-deadline:
			s.t.Fatalf("no event within 5 s: %s", what)
		}
	}
}

// ends waits for the end of the stream.
func (s *stream) ends(after string) {
	s.t.Helper()
	deadline := time.After(5 * time.Second)
	for {
		select {
		case _, ok := <-s.events:
			if !ok {
				return
			}
		case <-deadline:
			s.t.Fatalf("the stream did not end after %s", after)
		}
	}
}

func status(want string) func(store.Job) bool {
	return func(j store.Job) bool { return j.Status == want }
}

func TestAStreamFollowsAllMyJobsAndNobodyElses(t *testing.T) {
	i := start(t, nil)
	ann, bob := i.person("ann", true), i.person("bob", false)
	first := i.dataset(ann, ann.home, "a.csv")
	theirs := i.dataset(bob, bob.home, "b.csv")
	s := i.listen(ann, "")
	if s.resp.Header.Get("Content-Type") != "text/event-stream" || s.resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", s.resp.Header)
	}
	s.next("what there is at the beginning", func(j store.Job) bool { return j.ID == first.JobID && j.Status == "queued" })
	second := i.dataset(ann, ann.home, "c.csv")
	s.next("a new job", func(j store.Job) bool { return j.ID == second.JobID && *j.QueuePosition == 3 })
	// Bob's job leaves the line: mine moves up although its row does not change.
	i.finish(i.run(theirs.JobID), store.Outcome{Status: store.StatusFailed})
	s.next("a place in the queue", func(j store.Job) bool { return j.ID == second.JobID && *j.QueuePosition == 2 })
	job := i.run(first.JobID)
	s.next("running", func(j store.Job) bool { return j.ID == first.JobID && j.Status == "running" })
	if err := i.store.UpdateProgress(t.Context(), job.ID, job.Fence, store.StageProfiling, store.Progress{Rows: 5}, time.Minute); err != nil {
		t.Fatal(err)
	}
	s.next("progress", func(j store.Job) bool {
		if j.ID == theirs.JobID {
			t.Error("Bob's job is in Ann's stream")
		}
		return j.Progress.Rows == 5
	})
	i.finish(job, store.Outcome{Status: store.StatusSucceeded})
	s.next("its end", func(j store.Job) bool { return j.ID == first.JobID && j.Status == "succeeded" })
}

func TestAStreamOfOneJobEndsWithIt(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u, other := i.dataset(ann, ann.home, "a.csv"), i.dataset(ann, ann.home, "b.csv")
	s := i.listen(ann, "?job_id="+u.JobID)
	s.next("the present state", status("queued"))
	i.finish(i.run(other.JobID), store.Outcome{Status: store.StatusFailed})
	i.finish(i.run(u.JobID), store.Outcome{Status: store.StatusSucceeded})
	last := s.next("the end", func(j store.Job) bool {
		if j.ID != u.JobID {
			t.Errorf("another job: %s", j.ID)
		}
		return j.Status == "succeeded"
	})
	s.ends("the job's end")

	// The browser comes back by itself; 204 makes it stop.
	i.want(204, "GET", "/api/v1/events?job_id="+u.JobID, ann.token, nil, "Last-Event-ID", last.id)
	i.want(204, "GET", "/api/v1/events?job_id="+u.JobID, ann.token, nil, "Last-Event-ID", "something")
	// One that lost the connection before the last event still gets it.
	n, err := strconv.ParseInt(last.id, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	missed := i.listen(ann, "?job_id="+u.JobID, "Last-Event-ID", strconv.FormatInt(n-1, 10))
	missed.next("the end that was missed", status("succeeded"))
	missed.ends("that")
	// And one that asks for the first time.
	fresh := i.listen(ann, "?job_id="+u.JobID)
	fresh.next("the end", status("succeeded"))
	fresh.ends("that")
}

func TestAReturningBrowserLearnsWhatEndedMeanwhile(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "a.csv")
	s := i.listen(ann, "")
	seen := s.next("the present state", status("queued"))
	s.cancel()
	i.finish(i.run(u.JobID), store.Outcome{Status: store.StatusSucceeded})
	i.listen(ann, "", "Last-Event-ID", seen.id).next("the end", status("succeeded"))
}

func TestAtMostFourEventsASecondOfOneJob(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "a.csv")
	s := i.listen(ann, "?job_id="+u.JobID)
	job := i.run(u.JobID)
	began := time.Now()
	for rows := int64(1); time.Since(began) < 1200*time.Millisecond; rows++ {
		if err := i.store.UpdateProgress(t.Context(), job.ID, job.Fence, store.StageProfiling, store.Progress{Rows: rows}, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	i.finish(job, store.Outcome{Status: store.StatusSucceeded})
	var times []time.Time
	for {
		e := s.next("the end", func(store.Job) bool { return true })
		times = append(times, e.at)
		if e.job.Ended() {
			break
		}
	}
	if len(times) < 4 {
		t.Errorf("only %d events", len(times))
	}
	for n := 4; n < len(times); n++ {
		// A little less than a second, for the reader's own delays.
		if d := times[n].Sub(times[n-4]); d < 900*time.Millisecond {
			t.Errorf("five events within %v", d)
		}
	}
}

func TestShutdownEndsEveryStream(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "a.csv")
	a, b := i.listen(ann, ""), i.listen(ann, "?job_id="+u.JobID)
	a.next("a beginning", status("queued"))
	b.next("a beginning", status("queued"))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := i.server.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	a.ends("shutdown")
	b.ends("shutdown")
	i.want(503, "GET", "/api/v1/events", ann.token, nil)
}

func TestAUserCannotTakeAllStreams(t *testing.T) {
	i := start(t, func(c *Config) { c.Limits.Streams = 2 })
	ann, bob := i.person("ann", true), i.person("bob", false)
	i.dataset(ann, ann.home, "a.csv")
	i.dataset(bob, bob.home, "b.csv")
	first := i.listen(ann, "")
	first.next("a beginning", status("queued"))
	i.listen(ann, "").next("a beginning", status("queued"))
	if a := i.want(429, "GET", "/api/v1/events", ann.token, nil); a.code(t) != "too_many_streams" || a.Header.Get("Retry-After") == "" {
		t.Errorf("%s %v", a.body, a.Header)
	}
	i.listen(bob, "").next("a beginning", status("queued"))
	// One that was given up makes room.
	first.cancel()
	deadline := time.Now().Add(5 * time.Second)
	for i.server.hub.streams() > 2 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	i.listen(ann, "").next("a beginning", status("queued"))
}

func TestPollersGoWithTheirLastListener(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	_, leave, err := i.server.hub.listen(ann.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	leave()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := i.server.hub.shutdown(ctx); err != nil {
		t.Errorf("a poller is left: %v", err)
	}
}

func TestAListenerKeepsTheNewestState(t *testing.T) {
	l := &listener{wake: make(chan struct{}, 1), seen: map[string]mark{}}
	now := time.Now()
	l.offer([]store.Job{{ID: "a", Status: "running", UpdatedAt: now}, {ID: "b", UpdatedAt: now}})
	l.offer([]store.Job{{ID: "a", Status: "succeeded", UpdatedAt: now.Add(1)}})
	l.offer([]store.Job{{ID: "a", Status: "running", UpdatedAt: now}}) // read before, offered after
	jobs := l.take()
	if len(jobs) != 2 || jobs[0].Status != "succeeded" || jobs[1].ID != "b" {
		t.Errorf("%+v", jobs)
	}
	l.offer([]store.Job{{ID: "b", UpdatedAt: now}})
	if jobs := l.take(); len(jobs) != 0 {
		t.Errorf("offered again what was sent: %+v", jobs)
	}
}
