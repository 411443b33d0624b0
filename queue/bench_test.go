package queue_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"assay/queue"
)

func backends(b *testing.B, run func(b *testing.B, q queue.Queue)) {
	b.Run("embedded", func(b *testing.B) { run(b, openEmbedded(b)) })
	b.Run("redis", func(b *testing.B) { run(b, openRedis(b, redisURL(b))) })
}

// BenchmarkStart measures the time from Enqueue to the start of the handler, in
// an idle queue: mostly what is left of the consumer's pause between two polls.
// It is the worst case for it, as each task comes when a pause has just begun.
func BenchmarkStart(b *testing.B) {
	backends(b, func(b *testing.B, q queue.Queue) {
		started := make(chan time.Time)
		go q.Consume(b.Context(), 2, func(context.Context, queue.Task) error { started <- time.Now(); return nil })
		var took []time.Duration
		for i := range b.N {
			begun := time.Now()
			if err := q.Enqueue(b.Context(), queue.Task{JobID: fmt.Sprint("job_", i)}); err != nil {
				b.Fatal(err)
			}
			took = append(took, (<-started).Sub(begun))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	})
}

// BenchmarkThroughput measures tasks that do nothing, from Enqueue to the end.
func BenchmarkThroughput(b *testing.B) {
	backends(b, func(b *testing.B, q queue.Queue) {
		done := make(chan struct{}, b.N)
		go q.Consume(b.Context(), 2, func(context.Context, queue.Task) error { done <- struct{}{}; return nil })
		b.ResetTimer()
		for i := range b.N {
			if err := q.Enqueue(b.Context(), queue.Task{JobID: fmt.Sprint("job_", i)}); err != nil {
				b.Fatal(err)
			}
		}
		for range b.N {
			<-done
		}
	})
}
