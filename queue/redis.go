package queue

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// firstLook bounds the look at the server that only serves a warning: whoever
// starts must not wait for a Redis that takes connections and says nothing.
const firstLook = 500 * time.Millisecond

// Redis returns a queue on the server at url, redis:// or rediss:// (TLS), with
// user, password and database number as usual. The server may be away: Ping
// tells, Enqueue fails, and a consumer goes on as soon as it is there.
// Installations of different names may share the server.
func Redis(ctx context.Context, url, installation string, log *slog.Logger) (Queue, error) {
	if !strings.HasPrefix(url, "redis://") && !strings.HasPrefix(url, "rediss://") {
		return nil, errors.New("the queue's URL must begin with redis:// or rediss://")
	}
	opts, err := redis.ParseURL(url)
	if err != nil {
		// Its error may repeat the URL, and with it the password.
		return nil, errors.New("the queue's URL cannot be read: want redis://user:password@host:6379/0")
	}
	// Who enqueues may be answering a request: fail soon, the sweep repeats.
	// Above all, never repeat blindly: a script that takes a task from the queue
	// may have run although its answer was lost.
	opts.MaxRetries = -1
	opts.DialTimeout = 2 * time.Second
	opts.DialerRetries = 1
	opts.ContextTimeoutEnabled = true
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	silenceDriver()
	q := newAsynqQueue("assay-"+installation, redis.NewClient(opts), log)
	ctx, cancel := context.WithTimeout(ctx, firstLook)
	defer cancel()
	if err := q.Ping(ctx); err != nil {
		log.Warn("the queue's Redis does not answer yet", "host", opts.Addr, "error", err)
	}
	return q, nil
}

// silenceDriver stops go-redis from writing to standard error, past our log,
// whenever a connection fails; each such failure reaches us as an error too.
// The driver has one logger for the whole process, hence once.
var silenceDriver = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}
