package storage_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"assay/storage"
	"assay/storage/storagetest"
)

// TestS3 needs a real server, which CI starts (make integration).
func TestS3(t *testing.T) {
	address := os.Getenv("ASSAY_TEST_S3")
	if address == "" {
		if slices.Contains(strings.Split(os.Getenv("ASSAY_TEST_REQUIRE"), ","), "s3") {
			t.Fatal("ASSAY_TEST_S3 is not set, and this suite is required")
		}
		t.Skip("needs an S3 server: make integration, or set ASSAY_TEST_S3=s3://bucket?endpoint=http://127.0.0.1:PORT with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	storagetest.Run(t, func(t *testing.T) storagetest.Target {
		b, _, err := storage.OpenURL(t.Context(), address, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return storagetest.Target{Bucket: b}
	})
}
