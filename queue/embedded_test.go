package queue_test

import (
	"log/slog"
	"testing"

	"assay/queue"
	"assay/queue/queuetest"
)

func TestEmbedded(t *testing.T) {
	queuetest.Run(t, func(t *testing.T) queue.Queue { return openEmbedded(t) })
}

func openEmbedded(t testing.TB) queue.Queue {
	t.Helper()
	q, err := queue.Embedded(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	return q
}
