// Package queue holds what is waiting: it carries the names of jobs from the
// server, which has just committed their rows, to the workers that run them.
//
// It is a cache of the store's jobs, never the truth. A task may get lost, come
// twice or come late; whoever gets one must claim the job in the store, whose
// fence decides, and a sweep over the store enqueues again what went missing.
// That is why nothing here retries, keeps results or outlives its process.
//
// Two back-ends run the same asynq: Embedded on a Redis inside this process,
// Redis on a server of that name. Both pass queue/queuetest.
package queue

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Task names one claim to be tried: a job, and the fence that its row had when
// the task was enqueued. A job whose fence has risen gets a task of a new name,
// and the old one, should it still come, claims nothing.
type Task struct {
	JobID string
	Fence int64
}

// name is the task's identity in the queue, JOBID:FENCE.
func (t Task) name() string { return t.JobID + ":" + strconv.FormatInt(t.Fence, 10) }

func parseTask(name string) (Task, error) {
	id, fence, ok := strings.Cut(name, ":")
	n, err := strconv.ParseInt(fence, 10, 64)
	if !ok || id == "" || err != nil {
		return Task{}, fmt.Errorf("%q is no task", name)
	}
	return Task{id, n}, nil
}

// State is what the queue knows of a task.
type State string

const (
	Unknown State = "unknown" // never heard of it, or done with it
	Waiting State = "waiting"
	Active  State = "active" // with a worker, or with one that died lately
	Ended   State = "ended"  // kept, but never to run again: Enqueue replaces it
)

// Handler does the work of a task. An error (or a panic) is a fault of the
// infrastructure: it is logged and the task is over, the sweep brings the job
// back. ctx ends when the consumer stops, and the handler then hands its job
// back at once.
type Handler func(ctx context.Context, t Task) error

// Queue is safe for concurrent use.
type Queue interface {
	// Enqueue adds a task. One of the same name that waits or runs already is
	// left alone, without an error.
	Enqueue(ctx context.Context, t Task) error
	State(ctx context.Context, t Task) (State, error)
	// Len returns how many tasks wait.
	Len(ctx context.Context) (int, error)
	Ping(ctx context.Context) error
	// Consume hands tasks to h, at most workers at a time and roughly in the
	// order they were enqueued, until ctx is done. Then it takes no new ones,
	// ends the handlers' contexts and returns when the last handler has
	// returned, but after 8 seconds in any case.
	Consume(ctx context.Context, workers int, h Handler) error
	// Close ends all consumers, as if their ctx were done, then the connections.
	Close() error
}
