package server

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

//go:embed openapi.json
var openAPI []byte

func (s *Server) getOpenAPI(c *call) error {
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "application/json", openAPI)
}

func (s *Server) getHealth(c *call) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// readiness remembers the last answer for a second: anybody may ask, and each
// asking would otherwise cost a round trip to three services.
type readiness struct {
	mu     sync.Mutex
	asked  time.Time
	status int
	view   readinessView
}

type readinessView struct {
	Status string            `json:"status"` // ok degraded unavailable
	Checks map[string]string `json:"checks"`
}

// getReadiness: without the store or the storage nothing works; without the
// queue uploads go on and jobs wait, which is no reason to take traffic away.
func (s *Server) getReadiness(c *call) error {
	r := &s.ready
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.asked) > time.Second {
		r.status, r.view = s.checkReadiness(c.ctx())
		r.asked = time.Now()
	}
	return c.JSON(r.status, r.view)
}

func (s *Server) checkReadiness(ctx context.Context) (int, readinessView) {
	// Not the request's own context: its leaving would be remembered as a fault.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	pings := map[string]func(context.Context) error{"store": s.store.Ping, "storage": s.bucket.Ping, "queue": s.queue.Ping}
	view := readinessView{Status: "ok", Checks: map[string]string{}}
	var mu sync.Mutex
	var group errgroup.Group
	for name, ping := range pings {
		group.Go(func() error {
			err := ping(ctx)
			mu.Lock()
			defer mu.Unlock()
			view.Checks[name] = "ok"
			if err != nil {
				view.Checks[name] = "down"
				s.log.LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("check", name), slog.Any("error", err))
			}
			return nil
		})
	}
	_ = group.Wait() // the functions report into view
	switch {
	case view.Checks["store"] == "down" || view.Checks["storage"] == "down":
		view.Status = "unavailable"
		return http.StatusServiceUnavailable, view
	case view.Checks["queue"] == "down":
		view.Status = "degraded"
	}
	return http.StatusOK, view
}
