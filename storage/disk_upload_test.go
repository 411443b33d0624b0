package storage

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func newDisk(t testing.TB) *disk {
	t.Helper()
	b, _, err := OpenURL(t.Context(), "file://"+filepath.ToSlash(t.TempDir()), Options{SigningKey: bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	return b.(*disk)
}

func start(t testing.TB, d *disk, size, partSize int64) *diskUpload {
	t.Helper()
	id, err := d.Start(t.Context(), "a/b", size, partSize)
	if err != nil {
		t.Fatal(err)
	}
	return &diskUpload{d, "a/b", id}
}

func (u *diskUpload) writer(t testing.TB, n int) *partWriter {
	t.Helper()
	s, err := u.sidecar()
	if err != nil {
		t.Fatal(err)
	}
	w, err := newPartWriter(u.d.uploadDir(u.id), s, n)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	return w
}

func (u *diskUpload) send(t *testing.T, n int, body string) {
	t.Helper()
	w := u.writer(t, n)
	if err := w.write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.commit(); err != nil {
		t.Fatal(err)
	}
	w.close()
}

func (u *diskUpload) want(t *testing.T, content string) {
	t.Helper()
	o, err := u.d.Open(t.Context(), u.key)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	got, err := io.ReadAll(io.NewSectionReader(o, 0, o.Size()))
	if err != nil || string(got) != content {
		t.Fatalf("object is %q, %v; want %q", got, err, content)
	}
	if _, ok := o.(interface{ File() *os.File }); !ok {
		t.Error("a disk object has no File")
	}
}

func (u *diskUpload) have(t *testing.T) (numbers []int) {
	t.Helper()
	parts, err := u.ListParts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		numbers = append(numbers, p.Number)
	}
	return numbers
}

func TestWriterIsRefusedOnceSealed(t *testing.T) {
	u := start(t, newDisk(t), 20, 10)
	u.send(t, 1, "aaaaaaaaaa")
	u.send(t, 2, "bbbbbbbbbb")
	again := u.writer(t, 1)
	if err := again.write([]byte("XXXXX")); err != nil {
		t.Fatal(err)
	}
	idle := u.writer(t, 2)
	if _, err := u.Complete(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, w := range []*partWriter{again, idle} {
		if err := w.write([]byte("XXXXX")); !errors.Is(err, errSealed) {
			t.Errorf("write after sealing: %v", err)
		}
		w.written = w.length
		if _, err := w.commit(); !errors.Is(err, errSealed) {
			t.Errorf("commit after sealing: %v", err)
		}
	}
	u.want(t, "aaaaaaaaaabbbbbbbbbb")
}

func TestNewerWriterSupersedesTheOlder(t *testing.T) {
	for _, counted := range []bool{false, true} { // in place, and beside a part that counts
		u := start(t, newDisk(t), 10, 10)
		if counted {
			u.send(t, 1, "oooooooooo")
		}
		older := u.writer(t, 1)
		if err := older.write([]byte("XXXXX")); err != nil {
			t.Fatal(err)
		}
		newer := u.writer(t, 1)
		if err := older.write([]byte("XXXXX")); !errors.Is(err, errSuperseded) {
			t.Fatalf("the older writes on: %v", err)
		}
		if err := newer.write([]byte("nnnnnnnnnn")); err != nil {
			t.Fatal(err)
		}
		older.written = older.length
		if _, err := older.commit(); !errors.Is(err, errSuperseded) {
			t.Fatalf("the older counts: %v", err)
		}
		if _, err := newer.commit(); err != nil {
			t.Fatal(err)
		}
		if _, err := u.Complete(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		u.want(t, "nnnnnnnnnn")
	}
}

func TestPartCountsOnlyWhole(t *testing.T) {
	u := start(t, newDisk(t), 20, 10)
	w := u.writer(t, 1)
	if err := w.write([]byte("aaaaa")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.commit(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("half a part commits: %v", err)
	}
	if err := w.write([]byte("aaaaaX")); !errors.Is(err, io.ErrShortWrite) {
		t.Fatalf("a part runs over into the next: %v", err)
	}
	if have := u.have(t); len(have) != 0 {
		t.Fatalf("half a part counts: %v", have)
	}
}

func TestPartSentAgainKeepsTheOldUntilItIsWhole(t *testing.T) {
	u := start(t, newDisk(t), 10, 10)
	u.send(t, 1, "oooooooooo")
	w := u.writer(t, 1)
	if err := w.write([]byte("XXXXX")); err != nil {
		t.Fatal(err)
	}
	w.close() // the connection broke
	if _, err := u.Complete(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	u.want(t, "oooooooooo")
}

func TestPartHalfReplacedDoesNotCount(t *testing.T) {
	u := start(t, newDisk(t), 10, 10)
	u.send(t, 1, "oooooooooo")
	// What a kill within replace leaves: the record taken back, mixed bytes.
	if err := appendPart(u.d.uploadDir(u.id), partRecord{Part: 1, Void: true}); err != nil {
		t.Fatal(err)
	}
	var mismatch *ErrPartsMismatch
	if _, err := u.Complete(t.Context(), nil); !errors.As(err, &mismatch) {
		t.Fatalf("Complete = %v", err)
	}
	u.send(t, 1, "nnnnnnnnnn")
	if _, err := u.Complete(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	u.want(t, "nnnnnnnnnn")
}

func TestCompletionGoesOnAfterAKillAtEachStep(t *testing.T) {
	for name, kill := range map[string]func(t *testing.T, u *diskUpload, dir string){
		"state set": func(t *testing.T, u *diskUpload, dir string) {
			f, err := openFence(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer f.close()
			if err := f.setState(stateSealed); err != nil {
				t.Fatal(err)
			}
		},
		"renamed": func(t *testing.T, u *diskUpload, dir string) {
			if err := u.publish(10); err != nil {
				t.Fatal(err)
			}
		},
		"half removed": func(t *testing.T, u *diskUpload, dir string) {
			if err := u.publish(10); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(filepath.Join(dir, "fence")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			u := start(t, newDisk(t), 10, 10)
			u.send(t, 1, "aaaaaaaaaa")
			kill(t, u, u.d.uploadDir(u.id))
			for range 2 {
				if info, err := u.Complete(t.Context(), nil); err != nil || info.Size != 10 {
					t.Fatalf("Complete = %+v, %v", info, err)
				}
			}
			u.want(t, "aaaaaaaaaa")
		})
	}
}

func TestStartUpSweepsOnlyOldRemains(t *testing.T) {
	d := newDisk(t)
	u := start(t, d, 10, 10)
	u.send(t, 1, "aaaaaaaaaa")

	dirs := map[string]bool{u.d.uploadDir(u.id): true} // whether it stays
	make := func(name string, age time.Duration, stays bool, files ...string) {
		dir := d.uploadDir(name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if err := os.WriteFile(filepath.Join(dir, f), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		when := time.Now().Add(-age)
		if err := os.Chtimes(dir, when, when); err != nil {
			t.Fatal(err)
		}
		dirs[dir] = stays
	}
	make("being-made", time.Minute, true, "data")
	make("never-made", 2*time.Hour, false, "data", "fence")
	make("half-removed", 2*time.Hour, false, "parts")
	make("torn-header", 2*time.Hour, false, "data", "fence", "parts")
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(d.uploadDir(u.id), old, old); err != nil {
		t.Fatal(err)
	}

	if _, err := openDisk(d.dir, Options{Log: d.log}); err != nil {
		t.Fatal(err)
	}
	for dir, stays := range dirs {
		if _, err := os.Stat(dir); (err == nil) != stays {
			t.Errorf("%s: stays %v, want %v", filepath.Base(dir), err == nil, stays)
		}
	}
	if _, err := u.Complete(context.WithoutCancel(t.Context()), nil); err != nil {
		t.Fatal(err)
	}
}

func TestStartLeavesNothingBehindWhenItFails(t *testing.T) {
	d := newDisk(t)
	for _, c := range []struct {
		key            string
		size, partSize int64
	}{{"../x", 1, 1}, {"a", -1, 1}, {"a", maxParts + 1, 1}, {"a", 1 << 62, 1 << 60}} {
		if _, err := d.Start(t.Context(), c.key, c.size, c.partSize); err == nil {
			t.Errorf("Start(%+v) works", c)
		}
	}
	entries, err := os.ReadDir(filepath.Join(d.dir, "uploads"))
	if err != nil || len(entries) != 0 {
		t.Fatalf("left behind: %v, %v", entries, err)
	}
}
