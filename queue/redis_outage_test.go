package queue_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"assay/queue"
	"assay/queue/queuetest"
)

func TestRedisAwayAtTheStartThenThere(t *testing.T) {
	t.Parallel()
	wire := newWire(t)
	q, err := queue.Redis(t.Context(), wire.url, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("a queue whose server is away does not start: %v", err)
	}
	t.Cleanup(func() { q.Close() })
	task := queue.Task{JobID: "job_a"}
	ran := make(chan queue.Task, 10)
	go q.Consume(t.Context(), 1, func(_ context.Context, task queue.Task) error { ran <- task; return nil })
	if err := q.Ping(t.Context()); err == nil {
		t.Error("a server that is away answers")
	}
	if err := q.Enqueue(t.Context(), task); err == nil {
		t.Error("a server that is away takes tasks")
	}

	for _, what := range []string{"came up", "came back"} {
		wire.connect(t)
		// A new task each time: the end of the last one may not have reached Redis.
		task.Fence++
		queuetest.Eventually(t, func() error { return q.Enqueue(t.Context(), task) })
		select {
		case got := <-ran:
			if got != task {
				t.Errorf("ran %v, want %v", got, task)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing ran after Redis %s", what)
		}
		wire.cut()
		if err := q.Ping(t.Context()); err == nil {
			t.Error("a server that is cut off answers")
		}
	}
}

// A worker that is killed leaves its task active, under a lease. asynq gives it
// to another worker a minute or two later, which the test brings about by
// setting the lease back. Nothing rests on this (the store's own leases are
// shorter), but the task must neither be lost to the archive nor stay for ever.
func TestRedisHandsOutTheTaskOfAKilledWorkerAgain(t *testing.T) {
	t.Parallel()
	wire := newWire(t)
	wire.connect(t)
	dying, err := queue.Redis(t.Context(), wire.url, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dying.Close() })
	task := queue.Task{JobID: "job_a"}
	if err := dying.Enqueue(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	go dying.Consume(t.Context(), 1, func(ctx context.Context, _ queue.Task) error {
		close(started)
		<-ctx.Done()
		return nil
	})
	<-started
	wire.cut()

	opts, err := redis.ParseURL(wire.target)
	if err != nil {
		t.Fatal(err)
	}
	direct := redis.NewClient(opts)
	t.Cleanup(func() { direct.Close() })
	if err := direct.ZAddXX(t.Context(), "asynq:{assay-test}:lease", redis.Z{
		Score: float64(time.Now().Add(-time.Minute).Unix()), Member: "job_a:0"}).Err(); err != nil {
		t.Fatal(err)
	}
	heir, err := queue.Redis(t.Context(), wire.target, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { heir.Close() })
	ran := make(chan queue.Task, 10)
	go heir.Consume(t.Context(), 1, func(_ context.Context, task queue.Task) error { ran <- task; return nil })
	select {
	case got := <-ran:
		if got != task {
			t.Errorf("ran %v, want %v", got, task)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the task did not come back")
	}
}

func TestRedisRefusesURLsWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "localhost:6379", "http://user:hunter2@localhost", "redis://user:hunter2@local host:1/0", "redis://:hunter2@localhost/x"} {
		_, err := queue.Redis(t.Context(), raw, "test", slog.New(slog.DiscardHandler))
		if err == nil {
			t.Errorf("%q was accepted", raw)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error for %q repeats its password: %v", raw, err)
		}
	}
}

// wire is the way to Redis, which can be cut: a forwarding port of our own.
type wire struct {
	url    string // through the wire
	target string // the server itself, in a database of this test's own

	mu    sync.Mutex
	addr  string
	next  string
	port  net.Listener
	conns []net.Conn
}

// newWire returns a wire that is cut.
func newWire(t *testing.T) *wire {
	t.Helper()
	base := redisURL(t)
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("ASSAY_TEST_REDIS: %v", err)
	}
	w := &wire{next: u.Host}
	u.Path = fmt.Sprintf("/%d", database.Add(1)%16)
	w.target = u.String()
	l, err := net.Listen("tcp", "127.0.0.1:0") // to learn of a free port
	if err != nil {
		t.Fatal(err)
	}
	w.addr = l.Addr().String()
	l.Close()
	u.Host = w.addr
	w.url = u.String()
	opts, err := redis.ParseURL(w.target)
	if err != nil {
		t.Fatalf("ASSAY_TEST_REDIS: %v", err)
	}
	c := redis.NewClient(opts)
	defer c.Close()
	if err := c.FlushDB(t.Context()).Err(); err != nil {
		t.Fatalf("ASSAY_TEST_REDIS: %v", err)
	}
	t.Cleanup(w.cut)
	return w
}

func (w *wire) connect(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.port = l
	w.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", w.next)
			if err != nil {
				in.Close()
				continue
			}
			w.mu.Lock()
			if w.port != l { // cut meanwhile
				in.Close()
				out.Close()
			}
			w.conns = append(w.conns, in, out)
			w.mu.Unlock()
			go io.Copy(in, out)
			go io.Copy(out, in)
		}
	}()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.port != nil {
		w.port.Close()
	}
	for _, c := range w.conns {
		c.Close()
	}
	w.port, w.conns = nil, nil
}

// A Redis that takes connections and never says a word (a hung machine, a
// firewall that swallows) must hold up neither the start nor the end.
func TestASilentRedisHoldsUpNeitherStartNorEnd(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	begun := time.Now()
	q, err := queue.Redis(t.Context(), "redis://"+l.Addr().String(), "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("the start took %v", took)
	}
	ctx, stop := context.WithCancel(t.Context())
	consumed := make(chan error)
	go func() { consumed <- q.Consume(ctx, 2, func(context.Context, queue.Task) error { return nil }) }()
	stop()
	begun = time.Now()
	if err := <-consumed; err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("the end took %v", took)
	}
	// A server that is left behind keeps its connections: see Close.
	t.Cleanup(func() { q.Close() })
}
