package queue

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// embedded is an asynqQueue on a Redis of its own, in this process. It listens
// nowhere: connections are in-memory pipes.
type embedded struct {
	*asynqQueue
	server *miniredis.Miniredis
	stop   context.CancelFunc
	clock  sync.WaitGroup
}

// Embedded returns a queue inside this process. What waits in it is lost with
// the process; the sweep fills the next one.
func Embedded(log *slog.Logger) (Queue, error) {
	server := miniredis.NewMiniRedis()
	client := redis.NewClient(&redis.Options{
		Addr:   "embedded", // for error messages
		Dialer: func(context.Context, string, string) (net.Conn, error) { return server.Dial() },
		// The pipe cannot fail, it can only be slow, as when the machine sleeps.
		// A timeout would make go-redis repeat a script that was run already.
		MaxRetries:   -1,
		ReadTimeout:  -1,
		WriteTimeout: -1,

		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	ctx, stop := context.WithCancel(context.Background())
	q := &embedded{asynqQueue: newAsynqQueue("assay", client, log), server: server, stop: stop}
	if err := q.Ping(ctx); err != nil { // dials, which starts the server
		stop()
		client.Close()
		return nil, fmt.Errorf("embedded queue: %w", err)
	}
	q.clock.Go(func() { q.runClock(ctx) })
	return q, nil
}

// runClock makes keys expire: miniredis, made for tests, has no clock, so that
// an asynq lock that should last a second would last for ever. (Its ClockTTL
// option has one, but sorts all keys at every access.)
func (q *embedded) runClock(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			q.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

func (q *embedded) Close() error {
	if err := q.asynqQueue.Close(); err != nil {
		return err
	}
	q.stop()
	q.clock.Wait()
	q.server.Close()
	return nil
}
