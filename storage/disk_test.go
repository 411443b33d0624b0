package storage_test

import (
	"bytes"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"testing"

	"assay/storage"
	"assay/storage/storagetest"
)

func TestDisk(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storagetest.Target {
		b, h, err := storage.OpenURL(t.Context(), fileURL(t.TempDir()), storage.Options{SigningKey: key})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return storagetest.Target{Bucket: b, Origin: server.URL}
	})
}

var key = bytes.Repeat([]byte{7}, 32)

func fileURL(dir string) string {
	p := filepath.ToSlash(dir)
	if p[0] != '/' { // a Windows drive
		p = "/" + p
	}
	return (&url.URL{Scheme: "file", Path: p}).String()
}
