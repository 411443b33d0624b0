package queue

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func openForTest(t *testing.T) *embedded {
	t.Helper()
	q, err := Embedded(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	return q.(*embedded)
}

func TestKeysExpireInTheEmbeddedRedis(t *testing.T) {
	t.Parallel()
	q := openForTest(t)
	if err := q.redis.Set(t.Context(), "lock", "held", 100*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(10 * time.Second); ; {
		if err := q.redis.Get(t.Context(), "lock").Err(); errors.Is(err, redis.Nil) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the key is still there")
		}
	}
}

func TestAnEndedTaskIsReplaced(t *testing.T) {
	t.Parallel()
	q := openForTest(t)
	task := Task{JobID: "job_a", Fence: 2}
	if err := q.Enqueue(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	if err := q.tasks.ArchiveTask(q.name, task.name()); err != nil {
		t.Fatal(err)
	}
	if state, err := q.State(t.Context(), task); err != nil || state != Ended {
		t.Fatalf("an archived task is %q (%v), want %q", state, err, Ended)
	}
	if err := q.Enqueue(t.Context(), task); err != nil {
		t.Fatalf("enqueue over an ended task: %v", err)
	}
	ran := make(chan Task, 1)
	go q.Consume(t.Context(), 1, func(_ context.Context, task Task) error { ran <- task; return nil })
	select {
	case got := <-ran:
		if got != task {
			t.Errorf("ran %v, want %v", got, task)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the task did not run")
	}
}

// A Redis without persistence comes back empty, while this process still
// believes that it has announced its queue.
func TestARedisThatLostItsDataIsFilledAgain(t *testing.T) {
	t.Parallel()
	q := openForTest(t)
	task := Task{JobID: "job_a"}
	if err := q.Enqueue(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	q.server.FlushAll()
	if state, err := q.State(t.Context(), task); err != nil || state != Unknown {
		t.Fatalf("state %q (%v), want %q", state, err, Unknown)
	}
	q.server.FlushAll()
	if err := q.Enqueue(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	if state, err := q.State(t.Context(), task); err != nil || state != Waiting {
		t.Errorf("state %q (%v), want %q", state, err, Waiting)
	}
	q.server.FlushAll()
	if n, err := q.Len(t.Context()); err != nil || n != 0 {
		t.Errorf("length %d (%v), want 0", n, err)
	}
}

func TestTaskNamesAreReadBack(t *testing.T) {
	t.Parallel()
	want := Task{JobID: "job_01j8x", Fence: 41}
	if got, err := parseTask(want.name()); err != nil || got != want {
		t.Errorf("%q was read as %v (%v)", want.name(), got, err)
	}
	for _, name := range []string{"", ":", "job", "job:", ":3", "job:x", "job:3:4", "job:99999999999999999999"} {
		if got, err := parseTask(name); err == nil {
			t.Errorf("%q was read as %v", name, got)
		}
	}
}
