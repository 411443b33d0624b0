// Package queuetest is what every queue.Queue must do. A back-end runs it with
//
//	queuetest.Run(t, func(t *testing.T) queue.Queue { … })
//
// where each call answers with a queue that holds nothing.
package queuetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/queue"
)

// patience is how long a test waits for what should happen soon.
const patience = 20 * time.Second

// Run runs the suite.
func Run(t *testing.T, open func(t *testing.T) queue.Queue) {
	for name, test := range map[string]func(*testing.T, queue.Queue){
		"a task enqueued many times runs once":                     enqueueIsIdempotent,
		"a name is free again once its task is over":               nameIsFreeAfterwards,
		"a new fence is a new task":                                newFenceIsNewTask,
		"states follow a task through its life":                    states,
		"tasks run in the order they came":                         order,
		"N workers run N tasks side by side and never more":        sideBySide,
		"five thousand tasks all run, each once":                   fiveThousand,
		"a handler's error neither repeats its task nor blocks it": errorsDoNotRepeat,
		"a panic in a handler kills neither process nor consumer":  panics,
		"the end of Consume ends the handlers' contexts at once":   drain,
		"a consumer that is stopped takes no new task":             stopTakesNothing,
		"a handler that ignores its context is left behind":        deafHandler,
		"Close ends the consumers":                                 closeEndsConsumers,
		"a cancelled context is an error, not a wait":              cancelledContext,
		"nonsense is refused":                                      nonsense,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := open(t)
			t.Cleanup(func() { q.Close() })
			test(t, q)
		})
	}
}

func enqueueIsIdempotent(t *testing.T, q queue.Queue) {
	task := queue.Task{JobID: "job_a", Fence: 3}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := q.Enqueue(t.Context(), task); err != nil {
				t.Errorf("enqueue: %v", err)
			}
		})
	}
	wg.Wait()
	wantLen(t, q, 1)

	ran := make(chan queue.Task, 20)
	consume(t, q, 4, func(_ context.Context, task queue.Task) error { ran <- task; return nil })
	if got := receive(t, ran); got != task {
		t.Errorf("ran %v, want %v", got, task)
	}
	// A second task shows that the first has not come again before it.
	enqueue(t, q, queue.Task{JobID: "job_b"})
	if got := receive(t, ran); got.JobID != "job_b" {
		t.Errorf("%v ran again", got)
	}
}

func nameIsFreeAfterwards(t *testing.T, q queue.Queue) {
	ran := make(chan queue.Task, 2)
	consume(t, q, 1, func(_ context.Context, task queue.Task) error { ran <- task; return nil })
	task := queue.Task{JobID: "job_a"}
	for range 2 {
		enqueue(t, q, task)
		receive(t, ran)
		wantState(t, q, task, queue.Unknown)
	}
}

func newFenceIsNewTask(t *testing.T, q queue.Queue) {
	enqueue(t, q, queue.Task{JobID: "job_a", Fence: 1})
	enqueue(t, q, queue.Task{JobID: "job_a", Fence: 2})
	wantLen(t, q, 2)
}

func states(t *testing.T, q queue.Queue) {
	task := queue.Task{JobID: "job_a"}
	wantState(t, q, task, queue.Unknown)
	enqueue(t, q, task)
	wantState(t, q, task, queue.Waiting)
	wantState(t, q, queue.Task{JobID: "job_a", Fence: 1}, queue.Unknown)

	release := make(chan struct{})
	consume(t, q, 1, func(context.Context, queue.Task) error { <-release; return nil })
	wantState(t, q, task, queue.Active)
	wantLen(t, q, 0)
	enqueue(t, q, task) // while it runs: nothing happens
	wantLen(t, q, 0)
	close(release)
	wantState(t, q, task, queue.Unknown)
}

func order(t *testing.T, q queue.Queue) {
	const n = 50
	for i := range n {
		enqueue(t, q, queue.Task{JobID: fmt.Sprintf("job_%03d", i)})
	}
	ran := make(chan queue.Task, n)
	consume(t, q, 1, func(_ context.Context, task queue.Task) error { ran <- task; return nil })
	for i := range n {
		if got := receive(t, ran); got.JobID != fmt.Sprintf("job_%03d", i) {
			t.Fatalf("task %d was %v", i, got)
		}
	}
}

func sideBySide(t *testing.T, q queue.Queue) {
	const workers, n = 4, 12
	var running, most atomic.Int32
	full := make(chan struct{}) // closed when all workers are at work
	done := make(chan struct{}, n)
	consume(t, q, workers, func(ctx context.Context, _ queue.Task) error {
		now := running.Add(1)
		defer running.Add(-1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		if now == workers {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		select {
		case <-full:
		case <-ctx.Done():
		}
		done <- struct{}{}
		return nil
	})
	for i := range n {
		enqueue(t, q, queue.Task{JobID: fmt.Sprint("job_", i)})
	}
	for range n {
		receive(t, done)
	}
	if got := most.Load(); got != workers {
		t.Errorf("at most %d ran side by side, want %d", got, workers)
	}
}

func fiveThousand(t *testing.T, q queue.Queue) {
	const n = 5000
	var mu sync.Mutex
	runs := map[string]int{}
	all := make(chan struct{})
	consume(t, q, 8, func(_ context.Context, task queue.Task) error {
		mu.Lock()
		defer mu.Unlock()
		runs[task.JobID]++
		if len(runs) == n {
			select {
			case <-all:
			default:
				close(all)
			}
		}
		return nil
	})
	var wg sync.WaitGroup
	for part := range 4 {
		wg.Go(func() {
			for i := part; i < n; i += 4 {
				if err := q.Enqueue(t.Context(), queue.Task{JobID: fmt.Sprint("job_", i)}); err != nil {
					t.Errorf("enqueue: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	select {
	case <-all:
	case <-time.After(2 * patience):
		mu.Lock()
		t.Fatalf("only %d of %d tasks have run", len(runs), n)
	}
	mu.Lock()
	defer mu.Unlock()
	for id, times := range runs {
		if times != 1 {
			t.Errorf("%s ran %d times", id, times)
		}
	}
}

func errorsDoNotRepeat(t *testing.T, q queue.Queue) {
	ran := make(chan queue.Task, 10)
	consume(t, q, 1, func(_ context.Context, task queue.Task) error { ran <- task; return errors.New("the database is away") })
	task := queue.Task{JobID: "job_a"}
	enqueue(t, q, task)
	receive(t, ran)
	wantState(t, q, task, queue.Unknown) // over, and not waiting for a retry
	enqueue(t, q, task)                  // the sweep brings it back under the same name
	if got := receive(t, ran); got != task {
		t.Errorf("ran %v, want %v", got, task)
	}
	wantState(t, q, task, queue.Unknown)
	if len(ran) > 0 {
		t.Error("the task was repeated")
	}
}

func panics(t *testing.T, q queue.Queue) {
	ran := make(chan queue.Task, 10)
	consume(t, q, 1, func(_ context.Context, task queue.Task) error {
		ran <- task
		if task.JobID == "job_poison" {
			panic("poison")
		}
		return nil
	})
	enqueue(t, q, queue.Task{JobID: "job_poison"})
	enqueue(t, q, queue.Task{JobID: "job_good"})
	receive(t, ran)
	if got := receive(t, ran); got.JobID != "job_good" {
		t.Errorf("after the panic came %v", got)
	}
	wantState(t, q, queue.Task{JobID: "job_poison"}, queue.Unknown)
}

func drain(t *testing.T, q queue.Queue) {
	started := make(chan struct{})
	handedBack := make(chan error, 1)
	stop, ended := consume(t, q, 2, func(ctx context.Context, _ queue.Task) error {
		close(started)
		<-ctx.Done()
		handedBack <- ctx.Err()
		return nil
	})
	enqueue(t, q, queue.Task{JobID: "job_a"})
	receive(t, started)
	begun := time.Now()
	stop()
	if err := receive(t, handedBack); !errors.Is(err, context.Canceled) {
		t.Errorf("the handler's context ended with %v", err)
	}
	if err := receive(t, ended); err != nil {
		t.Errorf("Consume: %v", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("Consume took %v to return after its only handler had", took)
	}
}

func stopTakesNothing(t *testing.T, q queue.Queue) {
	ran := make(chan queue.Task, 10)
	h := func(_ context.Context, task queue.Task) error { ran <- task; return nil }
	stop, ended := consume(t, q, 2, h)
	stop()
	receive(t, ended)
	task := queue.Task{JobID: "job_a"}
	enqueue(t, q, task)
	wantState(t, q, task, queue.Waiting)
	consume(t, q, 2, h) // the next consumer of the same queue gets it
	if got := receive(t, ran); got != task {
		t.Errorf("ran %v, want %v", got, task)
	}
}

func deafHandler(t *testing.T, q queue.Queue) {
	started, release := make(chan struct{}), make(chan struct{})
	stop, ended := consume(t, q, 1, func(context.Context, queue.Task) error {
		close(started)
		<-release
		return nil
	})
	t.Cleanup(func() { close(release) })
	enqueue(t, q, queue.Task{JobID: "job_a"})
	receive(t, started)
	begun := time.Now()
	stop()
	receive(t, ended)
	if took := time.Since(begun); took < 6*time.Second || took > 10*time.Second {
		t.Errorf("Consume returned after %v, want about 8s", took)
	}
}

func closeEndsConsumers(t *testing.T, q queue.Queue) {
	started := make(chan struct{})
	_, ended := consume(t, q, 1, func(ctx context.Context, _ queue.Task) error {
		close(started)
		<-ctx.Done()
		return nil
	})
	enqueue(t, q, queue.Task{JobID: "job_a"})
	receive(t, started)
	if err := q.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	receive(t, ended)
	if err := q.Ping(t.Context()); err == nil {
		t.Error("a closed queue still answers")
	}
	if err := q.Enqueue(t.Context(), queue.Task{JobID: "job_b"}); err == nil {
		t.Error("a closed queue still takes tasks")
	}
}

func cancelledContext(t *testing.T, q queue.Queue) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := q.Enqueue(ctx, queue.Task{JobID: "job_a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("Enqueue: %v", err)
	}
	if _, err := q.State(ctx, queue.Task{JobID: "job_a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("State: %v", err)
	}
	if _, err := q.Len(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Len: %v", err)
	}
}

func nonsense(t *testing.T, q queue.Queue) {
	if err := q.Consume(t.Context(), 0, func(context.Context, queue.Task) error { return nil }); err == nil {
		t.Error("a consumer without workers was accepted")
	}
	if err := q.Enqueue(t.Context(), queue.Task{}); err == nil {
		t.Error("a task without a job was accepted")
	}
}

// consume starts a consumer that ends with the test at the latest.
func consume(t *testing.T, q queue.Queue, workers int, h queue.Handler) (stop func(), ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- q.Consume(ctx, workers, h) }()
	t.Cleanup(cancel)
	return cancel, done
}

func enqueue(t *testing.T, q queue.Queue, task queue.Task) {
	t.Helper()
	if err := q.Enqueue(t.Context(), task); err != nil {
		t.Fatalf("enqueue %v: %v", task, err)
	}
}

func receive[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("nothing happened")
		panic("unreachable")
	}
}

func wantState(t *testing.T, q queue.Queue, task queue.Task, want queue.State) {
	t.Helper()
	Eventually(t, func() error {
		got, err := q.State(t.Context(), task)
		if err == nil && got != want {
			err = fmt.Errorf("%v is %s, want %s", task, got, want)
		}
		return err
	})
}

func wantLen(t *testing.T, q queue.Queue, want int) {
	t.Helper()
	Eventually(t, func() error {
		got, err := q.Len(t.Context())
		if err == nil && got != want {
			err = fmt.Errorf("%d tasks wait, want %d", got, want)
		}
		return err
	})
}

// Eventually waits until check finds nothing wrong.
func Eventually(t *testing.T, check func() error) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(err)
		}
	}
}
