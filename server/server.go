// Package server is the door: HTTP in, JSON out.
//
// In the journey of a file it comes after the page and before everything
// else. It says who may do what, has the storage sign the URLs of an upload's
// parts (the bytes themselves never pass through here), seals the file, writes
// its job, tells the queue, and later hands out what the worker found.
//
// routes.go is the whole API; openapi.json describes it to others. Types of
// the web framework stay inside this package.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"assay/queue"
	"assay/storage"
	"assay/store"
)

// Config is what a server is made of. Store, Bucket and Queue are required.
type Config struct {
	Store   *store.Store
	Bucket  storage.Bucket
	Objects http.Handler // the disk storage's own URLs, served at /objects/; nil with S3
	Queue   Enqueuer
	UI      fs.FS // index.html and hashed assets; nil serves the API alone

	// PublicURL is how people reach the server (scheme, host, port), where
	// that is not the address it listens on. It is in links and in cookies' rules.
	PublicURL string
	// Loopback says that the server listens on a loopback address. Requests
	// must then name a loopback host (or PublicURL's), so that a stranger's
	// web page cannot reach it by pointing its own name at 127.0.0.1.
	Loopback bool
	// TrustedProxies may say for whom they ask (X-Forwarded-For, -Proto).
	// Everybody else's word on that is ignored.
	TrustedProxies []netip.Prefix

	// EngineRefuses is what the engine has against a job's options, a sentence,
	// or "". The server may not import the engine; nil leaves it to the job.
	EngineRefuses func(options json.RawMessage) string
	// WritePage makes one HTML file of a version's reports, by the engine's rules
	// for what has room in it; nil serves no such pages.
	WritePage func(w io.Writer, page ReportPage) error

	Limits   Limits
	Log      *slog.Logger         // nil discards
	Version  string               // of Assay
	Registry *prometheus.Registry // nil makes one of its own
}

// Enqueuer is the part of the queue that the server needs.
type Enqueuer interface {
	Enqueue(ctx context.Context, t queue.Task) error
	Len(ctx context.Context) (int, error)
	Ping(ctx context.Context) error
}

// Limits bound what users may store. Zero values mean the defaults.
type Limits struct {
	MaxFileBytes int64         // of one file; 10 GiB
	QuotaBytes   int64         // of all of one user's files; 0 means no limit
	QueuedJobs   int           // jobs of one user that may wait; 0 means no limit
	UploadTTL    time.Duration // until an open upload expires; 24 hours
	PartURLTTL   time.Duration // until a part's URL expires; 1 hour
	Streams      int           // event streams a user may hold open; 20
}

func (l Limits) withDefaults() Limits {
	if l.MaxFileBytes <= 0 {
		l.MaxFileBytes = 10 << 30
	}
	if l.UploadTTL <= 0 {
		l.UploadTTL = 24 * time.Hour
	}
	if l.PartURLTTL <= 0 {
		l.PartURLTTL = time.Hour
	}
	if l.Streams <= 0 {
		l.Streams = 20
	}
	return l
}

// Server answers every request of an Assay process. It is an http.Handler.
type Server struct {
	store         *store.Store
	bucket        storage.Bucket
	queue         Enqueuer
	limits        Limits
	engineRefuses func(options json.RawMessage) string
	writePage     func(w io.Writer, page ReportPage) error
	pages         chan struct{} // holds one while a page is made
	log           *slog.Logger
	version       string

	echo      *echo.Echo
	public    *url.URL // nil when not configured
	loopback  bool
	patience  patience
	passwords *passwords
	throttle  *throttle
	seals     *keyedMutex
	hub       *hub
	ready     readiness
	metrics   *metrics

	hasUsers atomic.Bool // set once, for ever: the last admin cannot be deleted
}

// New wires a server. It starts nothing: that is up to an http.Server.
func New(c Config) (*Server, error) {
	if c.Store == nil || c.Bucket == nil || c.Queue == nil {
		return nil, errors.New("server: a store, a bucket and a queue are required")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.EngineRefuses == nil {
		c.EngineRefuses = func(json.RawMessage) string { return "" }
	}
	if c.WritePage == nil {
		c.WritePage = func(io.Writer, ReportPage) error { return notFound("page") }
	}
	if c.Registry == nil {
		c.Registry = prometheus.NewRegistry()
	}
	s := &Server{
		store: c.Store, bucket: c.Bucket, queue: c.Queue,
		limits: c.Limits.withDefaults(), engineRefuses: c.EngineRefuses, writePage: c.WritePage, pages: make(chan struct{}, 1), log: c.Log, version: c.Version,
		loopback:  c.Loopback,
		patience:  defaultPatience,
		passwords: newPasswords(), throttle: newThrottle(), seals: newKeyedMutex(),
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			return nil, errors.New("the public URL must be http://host or https://host, without a path")
		}
		s.public = &url.URL{Scheme: u.Scheme, Host: u.Host}
	}
	s.hub = newHub(c.Store, c.Log, s.limits.Streams)
	s.metrics = newMetrics(c.Registry, s)

	s.echo = echo.New()
	s.echo.IPExtractor, s.echo.SchemeExtractor = extractors(c.TrustedProxies)
	s.echo.HTTPErrorHandler = s.answerError
	origin, err := s.storageOrigin()
	if err != nil {
		return nil, err
	}
	crossOrigin, err := s.crossOrigin()
	if err != nil {
		return nil, err
	}
	pages := missing
	if c.UI != nil {
		page, err := newPage(c.UI, origin)
		if err != nil {
			return nil, err
		}
		pages = page.serve
	}
	s.echo.Use(s.deadlines, s.observe, s.checkHost, crossOrigin, secureHeaders, otherwise(pages))
	for _, r := range routes() {
		s.mount(r)
	}
	if c.Objects != nil {
		// Its own signature lets a request in; nothing of ours may stand before
		// it but the log.
		s.echo.Any("/objects/*", echo.WrapHandler(c.Objects))
	}
	return s, nil
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Shutdown ends the event streams, which otherwise outlive an http.Server's
// patience, and waits until they have gone: at once, but for a listener that
// reads nothing, which gets half a second. Call it before http.Server.Shutdown.
func (s *Server) Shutdown(ctx context.Context) error { return s.hub.shutdown(ctx) }

// storageOrigin is where browsers must be allowed to send parts: the origin of
// an S3 server, or "" where the storage is this server itself.
func (s *Server) storageOrigin() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	signed, err := s.bucket.SignGet(ctx, "origin", storage.GetOptions{Filename: "origin", Expires: time.Minute})
	if err != nil {
		return "", err
	}
	u, err := url.Parse(signed)
	if err != nil || u.Host == "" {
		return "", err
	}
	return u.Scheme + "://" + u.Host, nil
}

// keyedMutex locks by name: completions of one upload wait for each other, and
// for nobody else.
type keyedMutex struct {
	mu    sync.Mutex
	locks map[string]*keyedLock
}

type keyedLock struct {
	sync.Mutex
	users int
}

func newKeyedMutex() *keyedMutex { return &keyedMutex{locks: map[string]*keyedLock{}} }

func (k *keyedMutex) lock(name string) (unlock func()) {
	k.mu.Lock()
	l := k.locks[name]
	if l == nil {
		l = &keyedLock{}
		k.locks[name] = l
	}
	l.users++
	k.mu.Unlock()
	l.Lock()
	return func() {
		l.Unlock()
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(k.locks, name)
		}
	}
}
