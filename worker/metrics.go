package worker

import (
	"time"

	"assay/store"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics count jobs; the server's own are in package server.
type metrics struct {
	ended   *prometheus.CounterVec
	running prometheus.Gauge
	took    *prometheus.HistogramVec
	waited  prometheus.Histogram
	bytes   prometheus.Counter
}

// Outcomes of a run, as the metrics name them.
const (
	outcomeSucceeded = "succeeded"
	outcomeFailed    = "failed"
	outcomeRetried   = "retried"
	outcomeReleased  = "released" // handed back at a shutdown
	outcomeLost      = "lost"     // cancelled, or taken over by another worker
)

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_jobs_total", Help: "Runs of jobs by how they ended."}, []string{"outcome"}),
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "assay_jobs_running", Help: "Jobs that this worker runs."}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "assay_job_seconds", Help: "Time from claim to end, by outcome.",
			Buckets: prometheus.ExponentialBuckets(0.05, 3, 10)}, []string{"outcome"}),
		waited: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "assay_job_wait_seconds", Help: "Time from when a job could be run to its claim.",
			Buckets: prometheus.ExponentialBuckets(0.01, 4, 10)}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "assay_job_bytes_total", Help: "Bytes of the files profiled."}),
	}
	if r != nil {
		r.MustRegister(m.ended, m.running, m.took, m.waited, m.bytes)
	}
	return m
}

func (m *metrics) claimed(j store.Job) {
	ready := j.CreatedAt
	if j.NotBefore.After(ready) {
		ready = j.NotBefore
	}
	if j.StartedAt != nil && j.Interruptions == 0 {
		m.waited.Observe(max(j.StartedAt.Sub(ready), 0).Seconds())
	}
	m.running.Inc()
}

func (m *metrics) endedAs(outcome string, took time.Duration, bytes int64) {
	m.running.Dec()
	m.ended.WithLabelValues(outcome).Inc()
	m.took.WithLabelValues(outcome).Observe(took.Seconds())
	m.bytes.Add(float64(max(bytes, 0)))
}
