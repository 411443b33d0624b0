package store_test

import (
	"net/url"
	"path/filepath"
	"testing"

	"assay/store"
	"assay/store/storetest"
)

func TestSQLite(t *testing.T) { storetest.Run(t, openSQLite) }

func openSQLite(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), sqliteURL(filepath.Join(t.TempDir(), "assay.db")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// sqliteURL is the database URL of a file with any characters in its path.
func sqliteURL(file string) string {
	path := filepath.ToSlash(file)
	if path[0] != '/' {
		path = "/" + path // C:/… on Windows
	}
	return (&url.URL{Scheme: "sqlite", Path: path}).String()
}
