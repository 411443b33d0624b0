package storage

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// TestAFullDiskCountsNothing lets the kernel answer "no space left" by way of
// /dev/full in the place of the data.
func TestAFullDiskCountsNothing(t *testing.T) {
	d := newDisk(t)
	u := start(t, d, 10, 10)
	data := filepath.Join(d.uploadDir(u.id), "data")
	kept := data + ".kept"
	if err := os.Rename(data, kept); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/full", data); err != nil {
		t.Fatal(err)
	}
	server := d.serve(t)
	resp, body := do(t, http.MethodPut, server.URL+u.signed(t, 1, 10), "0123456789")
	wantRefusal(t, d, resp, body, 507, "storage_full")
	if have := u.have(t); len(have) != 0 {
		t.Fatalf("a part counts: %v", have)
	}
	// Once there is space again, the same URL goes on.
	if err := os.Rename(kept, data); err != nil {
		t.Fatal(err)
	}
	if resp, body := do(t, http.MethodPut, server.URL+u.signed(t, 1, 10), "0123456789"); resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
}

func TestAnUploadThatAFullDiskDoesNotTakeIsToldFromAStorageThatIsAway(t *testing.T) {
	full := os.WriteFile("/dev/full", []byte("x"), 0)
	if err := orFull(full); !errors.Is(err, ErrFull) || !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if err := orFull(os.ErrPermission); errors.Is(err, ErrFull) {
		t.Errorf("%v", err)
	}
}
