package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"time"
)

// Job is one processing run.
type Job struct {
	ID            string     `json:"id"`
	DatasetID     string     `json:"dataset_id"`
	Version       int        `json:"version"`
	Status        string     `json:"status"` // queued running succeeded failed canceled
	Stage         string     `json:"stage"`
	Attempt       int        `json:"attempt"`
	Progress      Progress   `json:"progress"`
	QueuePosition *int       `json:"queue_position"`
	Error         *JobError  `json:"error"`
	CreatedAt     time.Time  `json:"created_at"`
	StartedAt     *time.Time `json:"started_at"`
	FinishedAt    *time.Time `json:"finished_at"`
}

// Progress is how far a job is.
type Progress struct {
	BytesDone     int64    `json:"bytes_done"`
	BytesTotal    int64    `json:"bytes_total"`
	Rows          int64    `json:"rows"`
	RowsPerSecond float64  `json:"rows_per_second"`
	ETASeconds    *float64 `json:"eta_seconds"`
}

// JobError says why a job failed.
type JobError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Row     *int64 `json:"row"`
	Offset  *int64 `json:"offset"`
}

// Ended says whether the job will not change any more by itself.
func (j Job) Ended() bool {
	return j.Status == "succeeded" || j.Status == "failed" || j.Status == "canceled"
}

// Job asks for one job.
func (c *Client) Job(ctx context.Context, id string) (Job, error) {
	var j Job
	err := c.call(ctx, http.MethodGet, "/jobs/"+url.PathEscape(id), nil, &j)
	return j, err
}

const (
	pollEvery = 500 * time.Millisecond
	// firstEvent is how long a stream may stay silent at its beginning, where the
	// server always says something: behind some proxies nothing ever comes.
	firstEvent = 5 * time.Second
	// silence is three heartbeats.
	silence = 45 * time.Second
)

// Follow reports the job's states until it has ended, and returns the last one.
// It listens to the server's events; where these do not come through it polls.
// report may be nil.
func (c *Client) Follow(ctx context.Context, id string, report func(Job)) (Job, error) {
	tell := func(j Job) {
		if report != nil {
			report(j)
		}
	}
	deaf := false // events do not reach us
	for {
		if !deaf {
			j, heard := c.listen(ctx, id, tell)
			if j.Ended() {
				return j, nil
			}
			deaf = !heard // what is really wrong, polling will tell
		}
		j, err := c.Job(ctx, id)
		if err != nil {
			return j, err
		}
		tell(j)
		if j.Ended() {
			return j, nil
		}
		select {
		case <-time.After(pollEvery):
		case <-ctx.Done():
			return j, ctx.Err()
		}
	}
}

// listen reads the job's event stream until it ends or breaks. heard says whether
// any event came.
func (c *Client) listen(ctx context.Context, id string, tell func(Job)) (last Job, heard bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	alarm := time.AfterFunc(firstEvent, cancel)
	defer alarm.Stop()
	resp, err := c.send(ctx, http.MethodGet, "/events?job_id="+url.QueryEscape(id), nil)
	if err != nil {
		return last, false
	}
	defer resp.Body.Close()
	if t, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); t != "text/event-stream" {
		return last, false
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		alarm.Reset(silence)
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok {
			continue
		}
		var j Job // a fresh one: members that became null must not linger
		if err := json.Unmarshal(data, &j); err != nil {
			return last, heard
		}
		last, heard = j, true
		tell(last)
		if last.Ended() {
			return last, heard
		}
	}
	return last, heard
}
