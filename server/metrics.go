package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the server's own figures; the worker adds its own to the same registry.
type metrics struct {
	handler  http.Handler
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	uploads  *prometheus.CounterVec
}

func newMetrics(registry *prometheus.Registry, s *Server) *metrics {
	m := &metrics{
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_http_requests_total", Help: "Requests answered, by route."}, []string{"method", "route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "assay_http_request_seconds", Help: "Time to answer, by route; of an event stream, its life.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 8)}, []string{"route"}),
		uploads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "assay_uploads_total", Help: "Uploads by what became of them."}, []string{"event"}),
	}
	registry.MustRegister(m.requests, m.took, m.uploads,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "assay_event_streams", Help: "Open event streams."},
			func() float64 { return float64(s.hub.streams()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "assay_queue_waiting", Help: "Tasks that wait in the queue; -1 when it does not answer."},
			s.queueLength))
	return m
}

// observe counts a request under its route, never its path: paths are without end.
func (m *metrics) observe(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
	default:
		method = "other" // a client may invent methods
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
}

func (s *Server) queueLength() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	n, err := s.queue.Len(ctx)
	if err != nil {
		return -1
	}
	return float64(n)
}

// metricsReader: figures tell a stranger how much is going on here, so they are
// open only where nobody but this machine can ask. A public URL means that a
// proxy may stand in front and pass strangers on; then it takes an admin.
func metricsReader(s *Server, c *call) error {
	if s.loopback && (s.public == nil || isLoopbackHost(s.public.Host)) && c.Request().Header.Get("X-Forwarded-For") == "" {
		return nil
	}
	return admin(s, c)
}

func (s *Server) getMetrics(c *call) error {
	s.metrics.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}
