package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"assay/queue"
	"assay/server"
	"assay/storage"
	"assay/store"
	"assay/worker"
	"assay/worker/profile/source"
)

// drainTime is how long an orderly end may take: requests, then running jobs.
const drainTime = 9 * time.Second

// serveFlags are shared by serve and worker.
type serveFlags struct {
	limitFlags

	Data     string `help:"The data folder." placeholder:"DIR" type:"path"`
	Redis    string `help:"Queue on a Redis server; unset: embedded." placeholder:"URL"`
	Storage  string `help:"Where objects live: file:///dir or s3://bucket?endpoint=…&region=…&public_endpoint=…; unset: in the data folder." placeholder:"URL"`
	Database string `help:"Where rows live: sqlite:///file; unset: in the data folder." placeholder:"URL"`
	Workers  int    `help:"Jobs that run side by side, sharing the cores." default:"2"`
	LogLevel string `help:"Least level that is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	LogJSON  bool   `help:"Log as JSON lines." name:"log-json"`
}

type serveCmd struct {
	serveFlags

	Listen            string        `help:"Address to listen on (${default})." default:"127.0.0.1:8420" placeholder:"ADDR"`
	PublicURL         string        `help:"The address people use, where it differs (behind a proxy)." placeholder:"URL"`
	Role              string        `help:"all, server (no jobs) or worker (no pages)." enum:"all,server,worker" default:"all"`
	TrustedProxies    []string      `help:"Networks whose X-Forwarded-* headers are believed." placeholder:"CIDR"`
	AdminUser         string        `help:"First start on an open address: name of the admin." placeholder:"NAME"`
	AdminPasswordFile string        `help:"First start on an open address: file with the admin's password." placeholder:"FILE"`
	MaxFile           byteSize      `help:"Largest file that may be uploaded." default:"10GiB"`
	Quota             byteSize      `help:"Bytes one user may keep; 0 is no limit." default:"100GiB"`
	MaxQueued         int           `help:"Jobs of one user that may wait; 0 is no limit." default:"10000"`
	UploadExpiry      time.Duration `help:"How long an unfinished upload is kept." default:"24h"`
	NoBrowser         bool          `help:"Never open a browser."`
}

type workerCmd struct{ serveFlags }

func (c *workerCmd) Run(e *env) error {
	return (&serveCmd{serveFlags: c.serveFlags, Role: "worker"}).Run(e)
}

// Run starts every room that the role needs, waits for the end, and stops
// them so that nothing is lost: no new requests and tasks; what runs ends or
// is handed back; only then the queue and the rows are closed.
func (c *serveCmd) Run(e *env) error {
	if err := c.check(); err != nil {
		return usage{err}
	}
	log := c.logger(e)
	data, err := c.dataFolder(e.get)
	if err != nil {
		return err
	}
	if c.Role != "worker" && e.bare && c.alreadyRunning() {
		rows, err := store.Open(e.ctx, c.databaseURL(data))
		if err != nil {
			return err
		}
		defer rows.Close()
		return openBrowserAt(e, rows, c.baseURL(), true)
	}

	rooms, err := c.open(e.ctx, data, log)
	if err != nil {
		return err
	}
	defer rooms.close()

	g, ctx := errgroup.WithContext(e.ctx)
	cfg := worker.Config{
		Store: rooms.store, Bucket: rooms.bucket, Queue: rooms.queue, Workers: c.Workers, Log: log,
		Limits: c.limits(), Memory: int64(c.Memory), Deadline: c.Deadline, Version: buildVersion(),
		Metrics: rooms.metrics,
	}
	if c.Redis == "" && c.Role == "all" {
		// Nobody else can be running these jobs: this process holds the folder's lock.
		if n, err := rooms.store.ReleaseAll(ctx); err != nil {
			return fmt.Errorf("could not take over interrupted jobs: %w", err)
		} else if n > 0 {
			log.Info("took over interrupted jobs", "jobs", n)
		}
	}
	if c.Role != "worker" {
		if err := c.listen(ctx, g, e, data, rooms, log); err != nil {
			return err
		}
	}
	g.Go(func() error { return worker.Reconcile(ctx, cfg) })
	if c.Role != "server" {
		w := worker.New(cfg)
		g.Go(func() error { return w.Run(ctx) })
	}
	if c.Role == "worker" {
		fmt.Fprintln(e.io.out, "Assay worker is ready.")
	}

	ended := make(chan error, 1)
	go func() { ended <- g.Wait() }()
	select {
	case err = <-ended:
	case <-afterDone(ctx, drainTime):
		return errors.New("could not stop in time; jobs that were running go on at the next start")
	}
	if e.ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return nil
	}
	return err
}

// afterDone is closed when ctx has been done for d.
func afterDone(ctx context.Context, d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	context.AfterFunc(ctx, func() { time.AfterFunc(d, func() { close(c) }) })
	return c
}

// check refuses settings that contradict each other, before anything starts.
func (c *serveCmd) check() error {
	if c.Workers < 1 || c.Workers > 64 {
		return fmt.Errorf("--workers is %d; it must be from 1 to 64", c.Workers)
	}
	if err := c.limitFlags.check(); err != nil {
		return err
	}
	for _, u := range []struct {
		flag, value, example string
		schemes              []string
	}{
		{"--redis", c.Redis, "redis://127.0.0.1:6379", []string{"redis", "rediss"}},
		{"--storage", c.Storage, "s3://bucket?endpoint=https://s3.example.org&region=eu-1", []string{"file", "s3"}},
		{"--database", c.Database, "sqlite:///srv/assay/assay.db", []string{"sqlite"}},
	} {
		// The value may hold a password: it is not repeated.
		if scheme, _, found := strings.Cut(u.value, "://"); u.value != "" && (!found || !slices.Contains(u.schemes, scheme)) {
			return fmt.Errorf("%s must be a URL that begins with %s://, such as %s", u.flag, strings.Join(u.schemes, ":// or "), u.example)
		}
	}
	if c.Role != "all" {
		var missing []string
		for _, f := range []struct{ name, value string }{{"--redis", c.Redis}, {"--storage", c.Storage}, {"--database", c.Database}} {
			if f.value == "" {
				missing = append(missing, f.name)
			}
		}
		if len(missing) > 0 {
			return fmt.Errorf("--role %s needs a queue, a storage and a database that both sides reach: set %s", c.Role, strings.Join(missing, ", "))
		}
	}
	if c.Role == "worker" {
		return nil
	}
	_, port, err := net.SplitHostPort(c.Listen)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("--listen %q is not an address such as 127.0.0.1:8420", c.Listen)
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("--public-url %q is not a URL such as https://assay.example.org", c.PublicURL)
		}
		if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return errors.New("--public-url must be like https://assay.example.org, without a path or anything else behind it")
		}
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	if c.MaxFile < 1 || c.UploadExpiry < time.Minute {
		return errors.New("--max-file must be at least 1 byte, and --upload-expiry at least 1m")
	}
	if c.MaxQueued < 0 {
		return fmt.Errorf("--max-queued is %d; it must be at least 1, or 0 for no limit", c.MaxQueued)
	}
	if (c.AdminUser == "") != (c.AdminPasswordFile == "") {
		return errors.New("--admin-user and --admin-password-file belong together")
	}
	return nil
}

func (c *serveCmd) proxies() ([]netip.Prefix, error) {
	var nets []netip.Prefix
	for _, s := range c.TrustedProxies {
		p, err := netip.ParsePrefix(s)
		if a, aerr := netip.ParseAddr(s); err != nil && aerr == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies %q is not a network such as 10.0.0.0/8", s)
		}
		nets = append(nets, p)
	}
	return nets, nil
}

func (c *serveFlags) logger(e *env) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // kong has checked it
	opts := &slog.HandlerOptions{Level: level}
	if c.LogJSON {
		return slog.New(slog.NewJSONHandler(e.io.err, opts))
	}
	return slog.New(slog.NewTextHandler(e.io.err, opts))
}

// rooms are what the server and the workers share.
type rooms struct {
	store   *store.Store
	bucket  storage.Bucket
	objects http.Handler // nil unless the bucket is on this disk
	queue   queue.Queue
	metrics *prometheus.Registry
	unlock  func() error
}

func (r *rooms) close() {
	if r.queue != nil {
		_ = r.queue.Close()
	}
	if r.store != nil {
		_ = r.store.Close()
	}
	if r.unlock != nil {
		_ = r.unlock()
	}
}

// open readies the data folder, rows, objects and the queue. A Redis that is
// away is no error: uploads go on, and the sweep enqueues later.
func (c *serveCmd) open(ctx context.Context, data string, log *slog.Logger) (_ *rooms, err error) {
	r := &rooms{metrics: prometheus.NewRegistry()}
	r.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	if c.Role == "all" || c.Storage == "" || c.Database == "" {
		if r.unlock, err = store.LockData(data); err != nil {
			return nil, err
		}
		if kind, slow := store.NetworkFilesystem(data); slow {
			log.Warn("the data folder is on a network file system, where locks may not hold", "kind", kind)
		}
	}
	if r.store, err = store.Open(ctx, c.databaseURL(data)); err != nil {
		return nil, err
	}
	key, err := r.store.Secret(ctx, "object-urls", func() []byte { b := make([]byte, 32); rand.Read(b); return b })
	if err != nil {
		return nil, err
	}
	r.bucket, r.objects, err = storage.OpenURL(ctx, c.storageURL(data), storage.Options{SigningKey: key, AllowedOrigins: c.origins(), Log: log})
	if err != nil {
		return nil, err
	}
	if c.Redis == "" {
		r.queue, err = queue.Embedded(log)
	} else {
		// Installations that share a Redis have queues of their own.
		var id []byte
		if id, err = r.store.Secret(ctx, "installation", func() []byte { return []byte(store.NewID("in")) }); err != nil {
			return nil, err
		}
		r.queue, err = queue.Redis(ctx, c.Redis, string(id), log)
	}
	return r, err
}

func (c *serveFlags) databaseURL(data string) string {
	if c.Database != "" {
		return c.Database
	}
	return fileURL("sqlite", filepath.Join(data, "assay.db"))
}

func (c *serveFlags) storageURL(data string) string {
	if c.Storage != "" {
		return c.Storage
	}
	return fileURL("file", filepath.Join(data, "objects"))
}

// fileURL writes C:\x as scheme:///C:/x.
func fileURL(scheme, path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: scheme, Path: path}).String()
}

// origins are the pages that may PUT parts to an S3 bucket. A worker has no
// pages, and a server that listens everywhere may have any name.
func (c *serveCmd) origins() []string {
	if c.Role == "worker" {
		return nil
	}
	if c.PublicURL != "" {
		u, _ := url.Parse(c.PublicURL)
		return []string{u.Scheme + "://" + u.Host}
	}
	host, port, _ := net.SplitHostPort(c.Listen)
	if a, err := netip.ParseAddr(host); port == "0" || host == "" || (err == nil && a.IsUnspecified()) {
		return []string{"*"}
	}
	return []string{c.baseURL(), "http://localhost:" + port}
}

// listen serves pages, API and objects, and says where.
func (c *serveCmd) listen(ctx context.Context, g *errgroup.Group, e *env, data string, r *rooms, log *slog.Logger) error {
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("could not listen on %s: %w. %sChoose another address with --listen", c.Listen, errors.Unwrap(err), perhapsTaken(err))
	}
	c.Listen = l.Addr().String() // port 0 has become a real one
	proxies, _ := c.proxies()
	ui, err := fs.Sub(dist, "ui/dist")
	if err != nil {
		return err
	}
	srv, err := server.New(server.Config{
		Store: r.store, Bucket: r.bucket, Objects: r.objects, Queue: r.queue, UI: ui,
		PublicURL: c.PublicURL, Loopback: c.loopback(), TrustedProxies: proxies,
		Limits:        server.Limits{MaxFileBytes: int64(c.MaxFile), QuotaBytes: int64(c.Quota), QueuedJobs: c.MaxQueued, UploadTTL: c.UploadExpiry},
		EngineRefuses: engineRefuses, WritePage: servedPage,
		Log: log, Version: buildVersion(), Registry: r.metrics,
	})
	if err != nil {
		l.Close()
		return err
	}
	if err := r.store.SetAddress(ctx, c.baseURL()); err != nil {
		l.Close()
		return err
	}
	link, err := c.firstLink(ctx, data, r.store)
	if err != nil {
		l.Close()
		return err
	}
	httpd := &http.Server{
		Handler: srv, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), MaxHeaderBytes: 64 << 10,
	}
	g.Go(func() error {
		if err := httpd.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		var streams sync.WaitGroup
		streams.Go(func() { srv.Shutdown(grace) }) // event streams have no end of their own
		defer streams.Wait()
		if err := httpd.Shutdown(grace); err != nil {
			httpd.Close() // parts still on their way are resumed after the restart
		}
		return nil
	})
	c.greet(e, link)
	if e.bare && !c.NoBrowser && terminalWidth(e.io.out) > 0 {
		openBrowser(link)
	}
	return nil
}

// perhapsTaken asks what may be wrong with an address, where it may be that.
func perhapsTaken(err error) string {
	if errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, fs.ErrPermission) {
		return ""
	}
	return "Is Assay already running there? "
}

// engineRefuses is the engine's word on the options of a job that is asked for.
func engineRefuses(options json.RawMessage) string {
	var o source.Options
	var wrong *source.Error
	if err := json.Unmarshal(options, &o); err != nil {
		return "The options cannot be read."
	}
	if err := o.Validate(); errors.As(err, &wrong) {
		return wrong.Message
	}
	return ""
}

func (c *serveCmd) greet(e *env, link string) {
	fmt.Fprintf(e.io.out, "Assay is ready on %s\n", c.baseURL())
	switch {
	case strings.Contains(link, "/setup#"):
		fmt.Fprintf(e.io.out, "\nSet it up (this link works until that is done):\n\n    %s\n\n", link)
	case link != "":
		fmt.Fprintf(e.io.out, "\nSign in (this link works once):\n\n    %s\n\n", link)
	}
}

// baseURL is where people reach the server.
func (c *serveCmd) baseURL() string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	host, port, _ := net.SplitHostPort(c.Listen)
	if a, err := netip.ParseAddr(host); host == "" || (err == nil && a.IsUnspecified()) {
		if host, err = os.Hostname(); err != nil {
			host = "localhost"
		}
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (c *serveCmd) loopback() bool {
	host, _, _ := net.SplitHostPort(c.Listen)
	a, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && a.IsLoopback())
}

// alreadyRunning tells whether the address answers as an Assay.
func (c *serveCmd) alreadyRunning() bool {
	client := http.Client{Timeout: time.Second}
	resp, err := client.Get("http://" + c.Listen + "/healthz")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK && strings.HasPrefix(resp.Header.Get("Server"), "Assay")
}

// dataFolder makes the folder that --data names, or the user's own.
func (c *serveFlags) dataFolder(getenv func(string) string) (string, error) {
	dir := c.Data
	if dir == "" {
		var err error
		if dir, err = userDataFolder(getenv); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("could not make the data folder: %w. Choose another with --data", err)
	}
	return filepath.Abs(dir)
}

// userDataFolder follows each system's custom (XDG Base Directory on Unix).
func userDataFolder(getenv func(string) string) (string, error) {
	home := getenv("HOME")
	switch {
	case runtime.GOOS == "windows" && getenv("LocalAppData") != "":
		return filepath.Join(getenv("LocalAppData"), "Assay"), nil
	case runtime.GOOS == "darwin" && home != "":
		return filepath.Join(home, "Library", "Application Support", "Assay"), nil
	case getenv("XDG_DATA_HOME") != "":
		return filepath.Join(getenv("XDG_DATA_HOME"), "assay"), nil
	case home != "":
		return filepath.Join(home, ".local", "share", "assay"), nil
	}
	return "", errors.New("no home folder to keep data in; choose one with --data")
}

// openBrowser is best effort: the link is printed in any case.
func openBrowser(link string) {
	var name string
	var args []string
	switch runtime.GOOS {
	case "darwin":
		name, args = "open", []string{link}
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", link}
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return
		}
		name, args = "xdg-open", []string{link}
	}
	if cmd := exec.Command(name, args...); cmd.Start() == nil {
		go cmd.Wait()
	}
}
