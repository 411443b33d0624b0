package storage

import (
	"context"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestS3ThatIsAwayIsNoConfigurationError(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	// A port that was just free: nobody answers there.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	brief, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	b, h, err := OpenURL(brief, "s3://bucket?endpoint=http://"+l.Addr().String(), Options{})
	if err != nil || h != nil {
		t.Fatalf("OpenURL = %v, %v", h, err)
	}
	if err := b.Ping(brief); err == nil {
		t.Error("Ping finds a server")
	}
	// Signing needs no server: no request, so no error.
	if _, err := b.Upload("a", "10.10.id").SignPart(t.Context(), 1, 10, time.Minute); err != nil {
		t.Errorf("SignPart: %v", err)
	}
}

func TestS3SignsForThePublicEndpoint(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	const at = "s3://bucket/pre/fix?endpoint=http://127.0.0.1:1&public_endpoint=https://files.example.com&region=eu-central-1"
	b, _, err := OpenURL(t.Context(), at, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := b.Upload("a/b", "10.10.id").SignPart(t.Context(), 1, 10, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	get, err := b.SignGet(t.Context(), "a/b", GetOptions{Filename: "x", Expires: 100 * 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []string{p.URL, get} {
		if !strings.HasPrefix(u, "https://files.example.com/bucket/pre/fix/a/b?") || !strings.Contains(u, "eu-central-1") {
			t.Errorf("signed %s", u)
		}
	}
	if !strings.Contains(p.URL, "X-Amz-SignedHeaders=content-length%3Bhost") {
		t.Errorf("the length is not signed: %s", p.URL)
	}
	if !strings.Contains(get, "X-Amz-Expires=604800") {
		t.Errorf("S3 allows a week at most: %s", get)
	}
}

func TestPartsGoToTheEndpointThatTheURLNames(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for at, want := range map[string]string{
		"s3://bucket?endpoint=http://127.0.0.1:9000":                                "http://127.0.0.1:9000",
		"s3://bucket?endpoint=minio:9000&public_endpoint=https://files.example.com": "https://files.example.com",
		"s3://bucket?region=eu-west-1":                                              "https://bucket.s3.dualstack.eu-west-1.amazonaws.com",
	} {
		// A look at the server is not what this is about.
		over, cancel := context.WithCancel(t.Context())
		cancel()
		b, _, err := OpenURL(over, at, Options{})
		if err != nil {
			t.Fatal(err)
		}
		p, err := b.Upload("a", "10.10.id").SignPart(t.Context(), 1, 10, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if u, err := url.Parse(p.URL); err != nil || u.Scheme+"://"+u.Host != want {
			t.Errorf("%s: parts go to %s; want %s", at, p.URL, want)
		}
	}
}

func TestNoErrorRepeatsAPassword(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for _, at := range []string{
		"s3://key:hunter2@bucket?endpoint=http://127.0.0.1:1",
		"s3://key:hunter2@bucket\x00",
		"s3://key:hunter2@bucket:port",
		"s3://bucket?endpoint=http://key:hunter2@127.0.0.1:1",
		"s3://bucket?endpoint=ftp://key:hunter2@127.0.0.1:1",
		"s3://bucket?public_endpoint=http://key:hunter2@%zz",
		"s3://bucket?secret_key=hunter2",
		"https://key:hunter2@127.0.0.1:1/bucket",
		"gs:hunter2",
		"file://key:hunter2@host/dir",
		"file:dir?password=hunter2",
		"hunter2",
	} {
		if _, _, err := OpenURL(t.Context(), at, Options{}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", at, err)
		}
	}
}

func TestADownloadFromS3IsAnAttachment(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	b, _, err := OpenURL(t.Context(), "s3://bucket?endpoint=http://127.0.0.1:1", Options{})
	if err != nil {
		t.Fatal(err)
	}
	get, err := b.SignGet(t.Context(), "a/b", GetOptions{Filename: "page.html", Expires: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(get)
	if err != nil {
		t.Fatal(err)
	}
	// Of the six headers that S3 lets a URL choose. They are signed: who changes
	// them has no valid URL any more.
	for name, want := range map[string]string{
		"response-content-disposition": `attachment; filename="page.html"; filename*=UTF-8''page.html`,
		"response-content-type":        "application/octet-stream",
		"response-cache-control":       "private, no-store",
	} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
