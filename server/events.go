package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"assay/store"
)

const (
	// heartbeat keeps proxies from cutting a silent stream, and is when the
	// stream asks again whether its listener may still listen.
	heartbeat = 15 * time.Second
	// lastWords is how long a listener may take to accept what is being sent to
	// it when the server ends.
	lastWords = 500 * time.Millisecond
	// catchUp is how far back a reconnecting browser is told of jobs that
	// ended while it was away.
	catchUp = time.Hour
)

// streamEvents follows the user's jobs: first each that has not ended, then
// every change, at most four a second of one job. With ?job_id= it follows that
// job to its end, and answers 204 to a browser that comes back afterwards, which
// is what makes an EventSource stop.
func (s *Server) streamEvents(c *call) error {
	jobID := c.QueryParam("job_id")
	last, returning := lastEventID(c.Request())
	var first []store.Job
	if jobID != "" {
		job, _, err := s.store.Job(c.ctx(), c.user.ID, jobID)
		if err != nil {
			return notFoundIn(err, "job")
		}
		if job.Ended() && returning && !job.UpdatedAt.After(last) {
			return c.NoContent(http.StatusNoContent)
		}
	}
	// Listening comes before looking: a change between the two is then seen twice
	// instead of never.
	l, leave, err := s.hub.listen(c.user.ID, jobID)
	if err != nil {
		return err
	}
	defer leave()
	if jobID != "" {
		job, _, err := s.store.Job(c.ctx(), c.user.ID, jobID)
		if err != nil {
			return notFoundIn(err, "job")
		}
		first = []store.Job{job}
	} else if first, err = s.present(c, last, returning); err != nil {
		return err
	}
	l.offer(first)
	return s.follow(c, l)
}

// present is what a new stream of all jobs begins with.
func (s *Server) present(c *call, last time.Time, returning bool) ([]store.Job, error) {
	jobs, err := unfinishedJobs(c.ctx(), s.store, c.user.ID)
	if err != nil || !returning {
		return jobs, err
	}
	if earliest := time.Now().Add(-catchUp); last.Before(earliest) {
		last = earliest
	}
	missed, err := s.store.JobsChangedSince(c.ctx(), c.user.ID, last, "")
	return append(jobs, missed...), err
}

// follow writes the stream until the listener goes, its job ends, or the server does.
func (s *Server) follow(c *call, l *listener) error {
	h := c.Response().Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would collect events into pages
	c.Response().WriteHeader(http.StatusOK)
	// The connection's own writer, since the framework's keeps the error of a
	// flush to itself. It gives each write a deadline, and the stream none.
	control := http.NewResponseController(c.Response().Writer)
	send := func(text string) error {
		if _, err := c.Response().Write([]byte(text)); err != nil {
			return err
		}
		return control.Flush()
	}
	if w, ok := c.Response().Writer.(*pacedWriter); ok {
		stop := context.AfterFunc(s.hub.life, func() { w.hurry(lastWords) })
		defer stop()
	}
	if send("retry: 2000\n\n") != nil {
		return nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-c.ctx().Done():
			return nil
		case <-s.hub.life.Done():
			return nil
		case <-beat.C:
			if !s.mayStillListen(c, l) || send(": \n\n") != nil {
				return nil
			}
			continue
		case <-l.wake:
		}
		for _, job := range l.take() {
			event, err := encodeEvent(job)
			if err != nil {
				return err
			}
			if send(event) != nil {
				return nil
			}
			if l.jobID != "" && job.Ended() {
				return nil
			}
		}
		// Four batches a second at most, whatever comes in.
		if !s.pause(c, pollEvery) {
			return nil
		}
	}
}

// mayStillListen: sessions end, tokens are revoked, and jobs go with their
// dataset, or out of sight with a membership.
func (s *Server) mayStillListen(c *call, l *listener) bool {
	if s.authenticate(c) != nil {
		return false
	}
	if l.jobID == "" {
		return true
	}
	_, _, err := s.store.Job(c.ctx(), c.user.ID, l.jobID)
	return err == nil
}

// pause waits, and says whether to go on.
func (s *Server) pause(c *call, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.ctx().Done():
	case <-s.hub.life.Done():
	}
	return false
}

// encodeEvent names an event by its job's last change, in microseconds, so that
// a returning browser says up to where it knows.
func encodeEvent(j store.Job) (string, error) {
	data, err := json.Marshal(j)
	if err != nil {
		return "", fmt.Errorf("encode job: %w", err)
	}
	return fmt.Sprintf("id: %d\ndata: %s\n\n", j.UpdatedAt.UnixMicro(), data), nil
}

// lastEventID reads what a reconnecting EventSource sends. An ID that is not one
// of ours counts as knowing everything.
func lastEventID(r *http.Request) (last time.Time, returning bool) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > time.Now().Add(time.Hour).UnixMicro() {
		return time.Now(), true
	}
	return time.UnixMicro(n), true
}
