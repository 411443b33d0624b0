package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"assay/store"
)

// A job's JSON is that of store.Job: the row is what the API shows.

func (s *Server) getJob(c *call) error { return c.JSON(http.StatusOK, c.job) }

func (s *Server) listJobs(c *call) error {
	page, err := c.page()
	if err != nil {
		return err
	}
	statuses, err := c.statuses(store.StatusQueued, store.StatusRunning, store.StatusSucceeded, store.StatusFailed, store.StatusCanceled)
	if err != nil {
		return err
	}
	jobs, next, err := s.store.Jobs(c.ctx(), store.JobQuery{
		UserID: c.user.ID, Statuses: statuses, DatasetID: c.QueryParam("dataset_id"), Page: page,
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(jobs, next, func(j store.Job) store.Job { return j }))
}

// cancelJob writes the row; the worker learns of it at its next write.
func (s *Server) cancelJob(c *call) error {
	job, err := s.store.CancelJob(c.ctx(), c.job.ID)
	if errors.Is(err, store.ErrState) {
		return conflict("job_ended", "This job has ended already.", "There is nothing to cancel; a retry runs it again.")
	}
	if err != nil {
		return notFoundIn(err, "job")
	}
	return c.JSON(http.StatusAccepted, job)
}

// mayQueue refuses what leads to one more job while as many of the user's wait as
// may: all users share one line. Requests that come at the same moment may exceed
// it by their number; what was uploaded is queued in any case.
func (s *Server) mayQueue(c *call) error {
	if s.limits.QueuedJobs <= 0 {
		return nil
	}
	n, err := s.store.CountQueuedJobs(c.ctx(), c.user.ID)
	if err != nil || n < s.limits.QueuedJobs {
		return err
	}
	p := tooMany("too_many_jobs", fmt.Sprintf("%d of your jobs are waiting, and no more may.", n), 5)
	p.Hint = "Try again when some have run, or cancel what you do not need."
	return p
}

func (s *Server) retryJob(c *call) error {
	if err := s.mayQueue(c); err != nil {
		return err
	}
	job, err := s.store.RetryJob(c.ctx(), c.job.ID)
	if errors.Is(err, store.ErrState) {
		p := conflict("job_not_ended", "This job has not ended yet.", "Cancel it first.")
		p.JobID = c.job.ID
		return p
	}
	if err != nil {
		return notFoundIn(err, "job")
	}
	return s.queued(c, job)
}

// runJob profiles a version again, with what the user says about the file.
func (s *Server) runJob(c *call) error {
	n, err := c.versionNumber()
	if err != nil {
		return err
	}
	var in struct {
		Options readingOptions `json:"options"`
	}
	// Strict: an option that is misspelt must not silently be none.
	if err := c.readOptional(&in, true); err != nil {
		return err
	}
	if err := checkOptions(in.Options); err != nil {
		return err
	}
	if err := s.mayQueue(c); err != nil {
		return err
	}
	var options json.RawMessage
	if in.Options != (readingOptions{}) {
		var err error
		if options, err = json.Marshal(in.Options); err != nil {
			return err
		}
		if problem := s.engineRefuses(options); problem != "" {
			return invalid("options", problem, leaveOut)
		}
	}
	job, err := s.store.CreateJob(c.ctx(), store.Job{
		DatasetID: c.dataset.ID, Version: n, Options: options, CreatedBy: c.user.ID,
	})
	if err != nil {
		return notFoundIn(err, "version")
	}
	return s.queued(c, job)
}

// queued enqueues a job and answers it, with its place in the queue.
func (s *Server) queued(c *call, job store.Job) error {
	s.enqueue(c.ctx(), job.ID, job.Fence)
	if fresh, _, err := s.store.Job(c.ctx(), c.user.ID, job.ID); err == nil {
		job = fresh
	}
	return c.JSON(http.StatusAccepted, job)
}
