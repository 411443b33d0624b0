package queue

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hibiken/asynq"
)

// drain is how long Consume waits for handlers once its context is done. asynq
// gives them a second less, so that it can put their tasks back meanwhile.
const drain = 8 * time.Second

// farewell is how long Consume waits for asynq alone, once no handler runs. It
// is done in a moment, unless Redis does not answer, and nothing is lost by leaving it then.
const farewell = 2 * time.Second

// asynq finds tasks by polling alone, so its pace is a choice between latency
// and idling. The pause is 50-150 % of this interval. Measured on a busy machine:
// a task that comes just after a poll, the worst case, starts after 84 ms
// (median, BenchmarkStart), and a waiting consumer takes 0.8 % of a core
// (BenchmarkIdle).
const pollInterval = 80 * time.Millisecond

func (q *asynqQueue) Consume(ctx context.Context, workers int, h Handler) error {
	if workers < 1 {
		return fmt.Errorf("consume: %d workers", workers)
	}
	q.consumers.Add(1)
	defer q.consumers.Done()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(q.closing, stop)()

	c := &consumer{ctx: ctx, handler: h, log: q.log, slots: make(chan struct{}, workers)}
	server := asynq.NewServerFromRedisClient(q.redis, q.config(workers))
	if err := server.Start(asynq.HandlerFunc(c.process)); err != nil {
		return fmt.Errorf("consume: %w", err)
	}
	<-ctx.Done()

	shut := make(chan struct{})
	q.servers.Go(func() {
		server.Shutdown() // waits for the tasks that asynq still counts
		close(shut)
	})
	done := make(chan struct{})
	go func() {
		<-shut
		c.running.Wait() // and we for those whose lease it has given up
		close(done)
	}()
	idle := make(chan struct{})
	go func() {
		for range workers {
			c.slots <- struct{}{} // and no handler begins any more
		}
		close(idle)
	}()
	select {
	case <-done:
	case <-idle:
		select {
		case <-done:
		case <-time.After(farewell):
			q.log.Warn("the queue's Redis does not answer; left without its word", "after", farewell)
		}
	case <-time.After(drain):
		q.log.Warn("handlers did not return in time", "after", drain)
	}
	return nil
}

func (q *asynqQueue) config(workers int) asynq.Config {
	lost := false // touched by asynq's health checker alone
	return asynq.Config{
		Concurrency:              workers,
		Queues:                   map[string]int{q.name: 1},
		TaskCheckInterval:        pollInterval,
		DelayedTaskCheckInterval: 5 * time.Second,
		JanitorInterval:          time.Hour, // it deletes kept results, and we keep none
		ShutdownTimeout:          drain - time.Second,

		// The only error asynq ever sees is that of a lease that ran out, because
		// a process was killed or Redis was away for long. It is nobody's
		// failure: the task is handed out again, and its claim decides.
		IsFailure:      func(error) bool { return false },
		RetryDelayFunc: func(int, error, *asynq.Task) time.Duration { return time.Second },

		Logger:   asynqLog{q.log},
		LogLevel: asynq.DebugLevel,
		HealthCheckFunc: func(err error) {
			if err != nil && !lost {
				q.log.Warn("the queue's Redis is away; jobs stay in the database until it is back", "error", err)
			} else if err == nil && lost {
				q.log.Info("the queue's Redis is back")
			}
			lost = err != nil
		},
		HealthCheckInterval: 5 * time.Second,
	}
}

// consumer runs the handler for one Consume.
type consumer struct {
	ctx     context.Context // the handlers'
	handler Handler
	log     *slog.Logger
	slots   chan struct{} // one for each worker
	running sync.WaitGroup
}

// process is asynq's handler. It always reports success, which deletes the
// task: an error would make asynq archive or repeat what only the store may
// decide about.
//
// leased ends when asynq loses its hold on the task. The job is held by a lease
// in the store, not by that, so a running handler goes on; but as asynq no
// longer counts it, the slots keep the number of workers.
func (c *consumer) process(leased context.Context, task *asynq.Task) error {
	c.running.Add(1)
	defer c.running.Done()
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-leased.Done():
		return nil
	case <-c.ctx.Done():
	}
	if c.ctx.Err() != nil {
		return nil // dropped: the sweep brings it to who still works
	}
	t, err := parseTask(string(task.Payload()))
	if err != nil {
		c.log.Error("a task that is not ours", "error", err)
		return nil
	}
	if err := c.handle(t); err != nil {
		c.log.Error("the task failed; the sweep will bring its job back", "job", t.JobID, "fence", t.Fence, "error", err)
	}
	return nil
}

func (c *consumer) handle(t Task) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return c.handler(c.ctx, t)
}

// asynqLog takes asynq's words to our log, all of them for debugging: what an
// operator should know of them, Consume says itself, once.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.log.Debug("asynq", "says", fmt.Sprint(args...)) }
func (l asynqLog) Info(args ...any)  { l.Debug(args...) }
func (l asynqLog) Warn(args ...any)  { l.Debug(args...) }
func (l asynqLog) Error(args ...any) { l.Debug(args...) }

// Fatal is required by asynq's interface; a server started with Start, not Run,
// never calls it.
func (l asynqLog) Fatal(args ...any) { l.log.Error("asynq", "says", fmt.Sprint(args...)) }
