package queue_test

import (
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"

	"assay/queue"
	"assay/queue/queuetest"
)

func TestRedis(t *testing.T) {
	base := redisURL(t)
	queuetest.Run(t, func(t *testing.T) queue.Queue { return openRedis(t, base) })
}

// redisURL is where the tests' Redis is: its databases are emptied.
func redisURL(t testing.TB) string {
	t.Helper()
	base := os.Getenv("ASSAY_TEST_REDIS")
	if base == "" {
		const how = "set ASSAY_TEST_REDIS=redis://127.0.0.1:PORT, a Redis server whose databases may be emptied (redis-server --port PORT --save '')"
		if slices.Contains(strings.Split(os.Getenv("ASSAY_TEST_REQUIRE"), ","), "redis") {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	return base
}

// database counts through a server's 16 databases, so that parallel tests do
// not see each other's tasks.
var database atomic.Int64

func openRedis(t testing.TB, base string) queue.Queue {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatalf("ASSAY_TEST_REDIS: %v", err)
	}
	u.Path = fmt.Sprintf("/%d", database.Add(1)%16)
	opts, err := redis.ParseURL(u.String())
	if err != nil {
		t.Fatalf("ASSAY_TEST_REDIS: %v", err)
	}
	c := redis.NewClient(opts)
	defer c.Close()
	if err := c.FlushDB(t.Context()).Err(); err != nil {
		t.Fatalf("ASSAY_TEST_REDIS: %v", err)
	}
	q, err := queue.Redis(t.Context(), u.String(), "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	return q
}
