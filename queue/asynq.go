package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

const (
	taskType = "job"

	// never is asynq's timeout of a task. The job has a deadline of its own;
	// asynq's would abandon the handler, which would then run beside its own
	// retry. (Zero would mean 30 minutes.)
	never = 30 * 24 * time.Hour
)

// asynqQueue is a Queue on any Redis.
type asynqQueue struct {
	name   string // of the queue in Redis
	redis  redis.UniversalClient
	client *asynq.Client
	tasks  *asynq.Inspector
	log    *slog.Logger

	closing   context.Context // done when Close begins
	close     context.CancelFunc
	consumers sync.WaitGroup // calls of Consume
	servers   sync.WaitGroup // asynq's shutdowns
}

func newAsynqQueue(name string, c redis.UniversalClient, log *slog.Logger) *asynqQueue {
	closing, cancel := context.WithCancel(context.Background())
	return &asynqQueue{
		name:    name,
		redis:   c,
		client:  asynq.NewClientFromRedisClient(c),
		tasks:   asynq.NewInspectorFromRedisClient(c),
		log:     log,
		closing: closing,
		close:   cancel,
	}
}

func (q *asynqQueue) Enqueue(ctx context.Context, t Task) error {
	if _, err := parseTask(t.name()); err != nil {
		return fmt.Errorf("enqueue: %w", err)
	}
	err := q.enqueue(ctx, t)
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		// Waiting or running: all is well. But an archived task (only a person
		// with asynq's own tools archives here) holds its name for ever.
		state, stateErr := q.State(ctx, t)
		if stateErr != nil || state != Ended {
			return stateErr
		}
		if err := q.tasks.DeleteTask(q.name, t.name()); err != nil && !errors.Is(err, asynq.ErrTaskNotFound) {
			return fmt.Errorf("enqueue: replace an ended task: %w", err)
		}
		if err = q.enqueue(ctx, t); errors.Is(err, asynq.ErrTaskIDConflict) {
			return nil // somebody else has just replaced it
		}
	}
	if err != nil {
		return fmt.Errorf("enqueue: %w", err)
	}
	return nil
}

func (q *asynqQueue) enqueue(ctx context.Context, t Task) error {
	// One retry is all asynq needs to bring back a task whose process was
	// killed (with none it would archive it): see config, where that is not
	// counted as one.
	_, err := q.client.EnqueueContext(ctx, asynq.NewTask(taskType, []byte(t.name())),
		asynq.Queue(q.name), asynq.TaskID(t.name()), asynq.MaxRetry(1), asynq.Timeout(never))
	return err
}

func (q *asynqQueue) State(ctx context.Context, t Task) (State, error) {
	if err := ctx.Err(); err != nil {
		return "", err // asynq's inspector takes no context
	}
	info, err := q.tasks.GetTaskInfo(q.name, t.name())
	if errors.Is(err, asynq.ErrQueueNotFound) {
		if err := q.announce(ctx); err != nil {
			return "", fmt.Errorf("task state: %w", err)
		}
		info, err = q.tasks.GetTaskInfo(q.name, t.name())
	}
	switch {
	case errors.Is(err, asynq.ErrTaskNotFound):
		return Unknown, nil
	case err != nil:
		return "", fmt.Errorf("task state: %w", err)
	}
	switch info.State {
	case asynq.TaskStateActive:
		return Active, nil
	case asynq.TaskStateArchived, asynq.TaskStateCompleted:
		return Ended, nil
	default: // pending; scheduled or in retry after its worker was killed
		return Waiting, nil
	}
}

// Len asks Redis itself: asynq's inspector would also measure how much memory
// the tasks take.
func (q *asynqQueue) Len(ctx context.Context) (int, error) {
	n, err := q.redis.LLen(ctx, "asynq:{"+q.name+"}:pending").Result()
	if err != nil {
		return 0, fmt.Errorf("queue length: %w", err)
	}
	return int(n), nil
}

// announce lists our queue where asynq's inspector looks for it. asynq's client
// does so at its first task only: after that a Redis that lost its data would
// run our tasks and yet deny that their queue exists.
func (q *asynqQueue) announce(ctx context.Context) error {
	return q.redis.SAdd(ctx, "asynq:queues", q.name).Err()
}

func (q *asynqQueue) Ping(ctx context.Context) error {
	if err := q.redis.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping the queue: %w", err)
	}
	return nil
}

func (q *asynqQueue) Close() error {
	q.close()
	q.consumers.Wait()
	if !q.serversEnded() {
		// A server that is left behind must keep its connections: asynq's
		// subscriber would crash the process when they are closed before it.
		return errors.New("close the queue: a consumer hangs")
	}
	if err := q.redis.Close(); err != nil {
		return fmt.Errorf("close the queue: %w", err)
	}
	return nil
}

func (q *asynqQueue) serversEnded() bool {
	ended := make(chan struct{})
	go func() {
		q.servers.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return true
	case <-time.After(time.Second):
		return false
	}
}
