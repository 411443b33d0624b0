package storage_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/storage"
	"assay/storage/storagetest"
)

// s3Address names the real server that these tests need, which CI starts
// (make integration).
func s3Address(t *testing.T) string {
	t.Helper()
	address := os.Getenv("ASSAY_TEST_S3")
	if address == "" {
		if slices.Contains(strings.Split(os.Getenv("ASSAY_TEST_REQUIRE"), ","), "s3") {
			t.Fatal("ASSAY_TEST_S3 is not set, and this suite is required")
		}
		t.Skip("needs an S3 server: make integration, or set ASSAY_TEST_S3=s3://bucket?endpoint=http://127.0.0.1:PORT with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	return address
}

func TestS3(t *testing.T) {
	address := s3Address(t)
	storagetest.Run(t, func(t *testing.T) storagetest.Target {
		b, _, err := storage.OpenURL(t.Context(), address, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return storagetest.Target{Bucket: b}
	})
}

func TestS3LetsAPageSendPartsAndSeeTheirETags(t *testing.T) {
	b, _, err := storage.OpenURL(t.Context(), s3Address(t), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := b.Start(t.Context(), "test/cors", 3, 8<<20)
	if err != nil {
		t.Fatal(err)
	}
	u := b.Upload("test/cors", id)
	defer u.Abort(t.Context())
	signed, err := u.SignPart(t.Context(), 1, 3, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	send := func(method string, header map[string]string) http.Header {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, signed.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodPut {
			r, err = http.NewRequestWithContext(t.Context(), method, signed.URL, strings.NewReader("abc"))
			if err != nil {
				t.Fatal(err)
			}
		}
		r.Header.Set("Origin", "https://assay.example")
		for k, v := range header {
			r.Header.Set(k, v)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode >= 300 {
			t.Fatalf("%s: %s", method, resp.Status)
		}
		return resp.Header
	}
	asked := send(http.MethodOptions, map[string]string{"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"})
	if origin := asked.Get("Access-Control-Allow-Origin"); origin != "*" && origin != "https://assay.example" {
		t.Errorf("the preflight allows origin %q", origin)
	}
	if got := asked.Get("Access-Control-Allow-Methods"); !strings.Contains(got, "PUT") {
		t.Errorf("the preflight allows %q", got)
	}
	if got := send(http.MethodPut, nil).Get("Access-Control-Expose-Headers"); !strings.Contains(strings.ToLower(got), "etag") && got != "*" {
		t.Errorf("the answer exposes %q", got)
	}
}

func TestS3WrongConfigurationIsSaidAtTheStart(t *testing.T) {
	address := s3Address(t)
	bucket, rest, _ := strings.Cut(strings.TrimPrefix(address, "s3://"), "?")
	if _, _, err := storage.OpenURL(t.Context(), "s3://"+bucket+"-missing?"+rest, storage.Options{}); err == nil || !strings.Contains(err.Error(), "no bucket") {
		t.Errorf("a missing bucket: %v", err)
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	if _, _, err := storage.OpenURL(t.Context(), address, storage.Options{}); err == nil || !strings.Contains(err.Error(), "credentials") {
		t.Errorf("a wrong secret: %v", err)
	}
}
