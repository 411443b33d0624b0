package server

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"assay/store"
)

// observe stands around everything: it names the request, turns errors and
// panics into problems, and writes one line into the log and one figure into
// the metrics. The line has no query, no header and no body; of an object's
// address, which is a signature's, it has nothing but the first word.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		r := c.Request()
		id := store.NewID("req")
		c.Response().Header().Set("Server", "Assay") // by which a second start knows the first
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		if err := s.caught(next, c); err != nil {
			s.answerError(err, c)
		}
		took := time.Since(began)
		status := c.Response().Status
		path := r.URL.Path
		if strings.HasPrefix(path, "/objects/") {
			path = "/objects/"
		}
		s.metrics.observe(r.Method, c.Path(), status, took)
		level := slog.LevelInfo
		switch {
		case status >= 500:
			level = slog.LevelError
		case !strings.HasPrefix(path, "/api/"):
			level = slog.LevelDebug
		}
		s.log.LogAttrs(r.Context(), level, "request",
			slog.String("request_id", id), slog.String("method", r.Method), slog.String("path", path),
			slog.Int("status", status), slog.Int64("bytes", c.Response().Size),
			slog.Duration("took", took), slog.String("ip", c.RealIP()))
		return nil
	}
}

// caught runs the handler; a panic becomes an error, its stack goes to the log.
func (s *Server) caught(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if r == http.ErrAbortHandler {
			panic(r) // net/http's own way to drop a connection
		}
		s.log.Error("panic", slog.String("request_id", c.Response().Header().Get(echo.HeaderXRequestID)),
			slog.String("panic", fmt.Sprint(r)), slog.String("stack", string(debug.Stack())))
		err = &problem{Status: http.StatusInternalServerError, Code: "internal",
			Detail: "Something went wrong on the server.", Hint: "The request's ID leads to the reason in the server's log.",
			cause: fmt.Errorf("panic: %v", r)}
	}()
	return next(c)
}

// checkHost refuses requests for a foreign name when the server listens on
// loopback. A web page of attacker.example that has its name resolve to 127.0.0.1
// is of the same origin as itself to a browser, and would read everything.
func (s *Server) checkHost(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		host := c.Request().Host
		if !s.loopback || isLoopbackHost(host) || s.public != nil && strings.EqualFold(host, s.public.Host) {
			return next(c)
		}
		return &problem{Status: http.StatusMisdirectedRequest, Code: "wrong_host",
			Detail: "This Assay listens on this machine alone and does not answer to that host name.",
			Hint:   "Use http://127.0.0.1 with its port, or start it with --public-url."}
	}
}

func isLoopbackHost(hostport string) bool {
	host, _ := splitHost(hostport)
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// splitHost takes a Host header apart; the port may be missing, IPv6 addresses
// stand in brackets.
func splitHost(hostport string) (host, port string) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return strings.Trim(hostport, "[]"), ""
	}
	return host, port
}

// crossOrigin refuses writes that another site's page makes a browser send with
// our cookie (net/http.CrossOriginProtection). The storage's own addresses are
// not its business: they need a signature and take no cookie.
func (s *Server) crossOrigin() (echo.MiddlewareFunc, error) {
	protection := http.NewCrossOriginProtection()
	if s.public != nil {
		if err := protection.AddTrustedOrigin(s.public.String()); err != nil {
			return nil, fmt.Errorf("public URL: %w", err)
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if strings.HasPrefix(c.Request().URL.Path, "/objects/") {
				return next(c)
			}
			if err := protection.Check(c.Request()); err != nil {
				return &problem{Status: http.StatusForbidden, Code: "cross_origin",
					Detail: "Writes from other web sites are refused.",
					Hint:   "Behind a proxy, start Assay with --public-url and the address that browsers use.", cause: err}
			}
			return next(c)
		}
	}, nil
}

// secureHeaders is for answers that are data. The page sets its own policy,
// and the disk storage that of downloads.
func secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if strings.HasPrefix(c.Request().URL.Path, "/objects/") {
			return next(c)
		}
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		return next(c)
	}
}

// extractors say whose word counts on where a request came from: the
// connection's, or that of the proxies that the operator named.
func extractors(trusted []netip.Prefix) (echo.IPExtractor, echo.SchemeExtractor) {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect(), echo.ExtractSchemeDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		p = p.Masked()
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP:   p.Addr().AsSlice(),
			Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...), echo.ExtractSchemeFromHeaders(options...)
}
