//go:build unix

package queue_test

import (
	"context"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"assay/queue"
)

// BenchmarkIdle measures what a consumer with nothing to do costs: the share of
// one core that this process uses over five seconds.
func BenchmarkIdle(b *testing.B) {
	const span = 5 * time.Second
	backends(b, func(b *testing.B, q queue.Queue) {
		go q.Consume(b.Context(), 2, func(context.Context, queue.Task) error { return nil })
		<-time.After(time.Second) // let the start pass
		for b.Loop() {
			before := cpuTime(b)
			<-time.After(span)
			b.ReportMetric(100*float64(cpuTime(b)-before)/float64(span), "%core")
		}
	})
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
