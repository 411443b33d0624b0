package server

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/storage"
	"assay/store"
)

func TestThePageComesWithAStrictPolicy(t *testing.T) {
	i := start(t, nil)
	for _, path := range []string{"/", "/d/ds_01?v=2", "/jobs/job_01", "/signin", "/index.html", "/..%2f..%2fetc/passwd"} {
		a := i.want(200, "GET", path, "", nil)
		if !strings.Contains(a.body, "<title>Assay") || a.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %s %s", path, a.Header.Get("Cache-Control"), a.body)
		}
		csp := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp+";", part+";") {
				t.Errorf("%s: the policy lacks %s: %s", path, part, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: a weak policy: %s", path, csp)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Server": "Assay"} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	script := i.want(200, "GET", "/assets/main-abc.js", "", nil)
	if script.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || !strings.HasPrefix(script.Header.Get("Content-Type"), "text/javascript") {
		t.Errorf("asset: %v", script.Header)
	}
	i.want(404, "GET", "/assets/main-old.js", "", nil)
	if a := i.want(200, "GET", "/sample/films.csv", "", nil); a.body != "title\nAlien\n" || a.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("sample: %v", a.Header)
	}
	i.want(405, "POST", "/", "", `{}`)
}

func TestAPolicyLetsPartsReachAnS3Server(t *testing.T) {
	i := start(t, func(c *Config) { c.Bucket = elsewhere{c.Bucket} })
	a := i.want(200, "GET", "/", "", nil)
	if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "connect-src 'self' https://s3.example:9000;") {
		t.Errorf("%s", csp)
	}
}

// elsewhere signs URLs as an S3 server on another host does.
type elsewhere struct{ storage.Bucket }

func (elsewhere) SignGet(context.Context, string, storage.GetOptions) (string, error) {
	return "https://s3.example:9000/bucket/key?X-Amz-Signature=0", nil
}

func TestUnknownAddressesAnswerProblems(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	check := func(method, path string, status int, allow string) {
		t.Helper()
		a := i.call(method, path, ann.token, nil)
		isProblem := a.Header.Get("Content-Type") == "application/problem+json"
		if a.StatusCode != status || !isProblem && method != "HEAD" || a.Header.Get("Allow") != allow {
			t.Errorf("%s %s: %d %s, Allow %q: %s", method, path, a.StatusCode, a.Header.Get("Content-Type"), a.Header.Get("Allow"), a.body)
		}
	}
	for _, path := range []string{"/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/uploads", "/api/v1/uploads/up_x/nothing", "/assets/old.js"} {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			if strings.HasPrefix(path, "/api") {
				check(method, path, 404, "")
			} else if method != "GET" && method != "HEAD" {
				check(method, path, 405, "GET, HEAD")
			}
		}
	}
	check("GET", "/api/v1/datasets/ds_unknown", 404, "")
	check("GET", "/api/v1/jobs/..%2f..%2fsecret", 404, "")
	check("GET", "/api/v1/login", 405, "OPTIONS, POST")
	check("PUT", "/api/v1/me", 405, "OPTIONS, GET, HEAD")
	check("TRACE", "/api/v1/me", 405, "OPTIONS, GET, HEAD")
	check("BREW", "/api/v1/uploads", 405, "OPTIONS, GET, HEAD, POST")
	check("GET", "/api/v1/datasets/ds_x/versions/1/jobs", 405, "OPTIONS, POST")
	check("POST", "/healthz", 405, "OPTIONS, GET, HEAD")
}

func TestOtherSitesPagesCannotWrite(t *testing.T) {
	i := start(t, func(c *Config) { c.PublicURL, c.Loopback = "https://assay.example", false })
	ann := i.person("ann", true)
	a := i.want(200, "POST", "/api/v1/login", "", `{"link":"`+i.link(store.Link{Kind: store.LinkSignIn, UserID: ann.ID}, time.Hour)+`"}`)
	c := cookieOf(t, a)
	session := c.Name + "=" + c.Value
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"},
	} {
		for _, method := range []string{"POST", "PATCH", "DELETE", "PUT"} {
			a := i.call(method, "/api/v1/workspaces", "", `{"name":"x"}`, append(headers, "Cookie", session)...)
			if a.StatusCode != 403 || a.code(t) != "cross_origin" {
				t.Errorf("%s with %v: %d %s", method, headers, a.StatusCode, a.body)
			}
		}
	}
	// Ours may: the same origin, the public one, and programs.
	for _, headers := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://assay.example", "Sec-Fetch-Site", "cross-site"}, {"Origin", i.url}, nil} {
		i.want(201, "POST", "/api/v1/workspaces", "", `{"name":"x"}`, append(headers, "Cookie", session)...)
	}
	i.want(415, "POST", "/api/v1/workspaces", ann.token, `{"name":"x"}`, "Content-Type", "text/plain")
}

func TestALoopbackServerAnswersOnlyToItsOwnNames(t *testing.T) {
	i := start(t, nil)
	for host, status := range map[string]int{
		"127.0.0.1:8420": 200, "localhost": 200, "LOCALHOST:5173": 200, "[::1]:8420": 200, "assay.localhost": 200, "127.9.9.9": 200,
		"evil.example": 421, "evil.example:8420": 421, "localhost.evil.example": 421, "192.168.1.1": 421, "127.0.0.1.evil.example": 421,
	} {
		a := i.call("GET", "/healthz", "", nil, "Host", host)
		if a.StatusCode != status {
			t.Errorf("Host %s: %d, want %d", host, a.StatusCode, status)
		}
	}
	public := start(t, func(c *Config) { c.PublicURL = "https://assay.example" })
	public.want(200, "GET", "/healthz", "", nil, "Host", "assay.example")
	public.want(421, "GET", "/healthz", "", nil, "Host", "evil.example")
}

func TestMetricsAreForThisMachineOrForAdmins(t *testing.T) {
	i := start(t, nil)
	i.person("ann", true)
	if a := i.want(200, "GET", "/metrics", "", nil); !strings.Contains(a.body, "assay_queue_waiting 0") {
		t.Errorf("%s", a.body)
	}
	i.want(401, "GET", "/metrics", "", nil, "X-Forwarded-For", "9.9.9.9") // a proxy passes a stranger on
	// Paths are without end and would be too many series; routes are not.
	i.call("GET", "/api/v1/datasets/ds_something", "", nil)
	if a := i.want(200, "GET", "/metrics", "", nil); strings.Contains(a.body, "ds_something") || !strings.Contains(a.body, `route="/api/v1/datasets/:id"`) {
		t.Errorf("series: %s", a.body)
	}
}

func TestHealthAndReadiness(t *testing.T) {
	i := start(t, nil)
	i.want(200, "GET", "/healthz", "", nil)
	i.want(200, "HEAD", "/healthz", "", nil)
	if a := i.want(200, "GET", "/readyz", "", nil); a.body != `{"status":"ok","checks":{"queue":"ok","storage":"ok","store":"ok"}}`+"\n" {
		t.Errorf("%s", a.body)
	}
}

func TestABodyHasAnEnd(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	a := i.want(413, "POST", "/api/v1/workspaces", ann.token, `{"name":"`+strings.Repeat("x", maxBody)+`"}`)
	if a.code(t) != "body_too_large" {
		t.Errorf("%s", a.body)
	}
	// The longest completion that there can be fits.
	b := i.begin(ann, "big.csv", 1)
	if a := i.call("POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token,
		`{"parts":[`+strings.TrimSuffix(strings.Repeat(`{"number":10000,"etag":"\"0123456789abcdef0123456789abcdef-10000\""},`, 10_000), ",")+`]}`); a.StatusCode != 400 {
		t.Errorf("10,000 parts: %d", a.StatusCode)
	}
}

// journal collects what is logged.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

func TestFaultsAreLoggedAndNotTold(t *testing.T) {
	var j journal
	i := start(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&j, nil)) })
	ann := i.person("ann", true)
	i.server.mount(route{"GET", "/api/v1/panics", always, func(*Server, *call) error { panic("secret of the inside") }})
	a := i.call("GET", "/api/v1/panics", "", nil)
	if a.StatusCode != 500 || a.code(t) != "internal" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	i.want(200, "GET", "/api/v1/me", ann.token, nil)
	i.store.Close()
	b := i.call("GET", "/api/v1/me", ann.token, nil)
	if b.StatusCode != 500 {
		t.Errorf("with a closed store: %d", b.StatusCode)
	}
	for _, body := range []string{a.body, b.body} {
		for _, secret := range []string{"secret of the inside", "sql", "SELECT", ".go", "goroutine", i.t.TempDir()[:5], "assay.db"} {
			if strings.Contains(body, secret) {
				t.Errorf("the answer has %q in it: %s", secret, body)
			}
		}
		var p wireProblem
		answer{body: body}.into(t, &p)
		if p.RequestID == "" || !strings.Contains(j.String(), p.RequestID) {
			t.Errorf("the log does not know request %q", p.RequestID)
		}
	}
	if !strings.Contains(j.String(), "secret of the inside") {
		t.Error("the panic is not in the log")
	}
}

func TestTheLogHasNoSecrets(t *testing.T) {
	var j journal
	i := start(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&j, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	ann := i.person("ann", true)
	link := i.link(store.Link{Kind: store.LinkSignIn, UserID: ann.ID}, time.Hour)
	c := cookieOf(t, i.want(200, "POST", "/api/v1/login", "", `{"link":"`+link+`"}`))
	i.want(401, "POST", "/api/v1/login", "", `{"username":"ann","password":"the very password"}`)
	i.want(200, "GET", "/api/v1/me?token=in-the-query", "", nil, "Cookie", c.Name+"="+c.Value)
	b := i.begin(ann, "films-of-1979.csv", 12)
	i.send(b.Parts[0], "title\nAlien\n")
	i.want(202, "POST", "/api/v1/uploads/"+b.ID+"/complete", ann.token, nil)
	text := j.String()
	for name, secret := range map[string]string{"the link": link, "the session": c.Value, "the token": ann.token, "a password": "the very password",
		"a query": "in-the-query", "a part's URL": b.Parts[0].URL, "its signature": strings.SplitAfter(b.Parts[0].URL, "?")[1], "a file's name": "films-of-1979"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in the log", name)
		}
	}
	if !strings.Contains(text, "path=/api/v1/uploads") || !strings.Contains(text, "path=/objects/ ") {
		t.Errorf("the log lacks requests:\n%s", text)
	}
}

func TestAServerThatCannotBeMade(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a server without a store was made")
	}
	i := start(t, nil)
	for _, public := range []string{"assay.example", "ftp://assay.example", "https://assay.example/sub/folder", "https://"} {
		if _, err := New(Config{Store: i.store, Bucket: i.bucket, Queue: i.queue, PublicURL: public}); err == nil {
			t.Errorf("public URL %q was taken", public)
		}
	}
}

func TestNothingOfTheAPIIsCached(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	for _, path := range []string{"/api/v1/me", "/api/v1/datasets", "/api/v1/nothing"} {
		a := i.call("GET", path, ann.token, nil)
		if a.Header.Get("Cache-Control") != "no-store" && a.StatusCode == http.StatusOK {
			t.Errorf("%s: %q", path, a.Header.Get("Cache-Control"))
		}
	}
}
