package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// disk keeps objects in a folder:
//
//	sealed/ab/cdef…       objects, under the hash of their key
//	uploads/<id>/data     the object in the making, at its full length
//	uploads/<id>/parts    sidecar: the plan, and which parts are durable
//	uploads/<id>/fence    who may write (see fence)
//	uploads/<id>/again-…  a part that is being sent again (see partWriter)
//
// Everything that decides is in files, nothing in memory: several processes
// may work on one folder, and a kill at any moment loses only parts that were
// not acknowledged.
type disk struct {
	dir   string
	key   []byte
	log   *slog.Logger
	stall time.Duration
	now   func() time.Time
	bufs  sync.Pool // *[]byte of chunkSize
}

const (
	defaultStall = time.Minute

	// A start that never finished leaves a folder that nobody has the ID of;
	// a kill within a removal leaves one without its sidecar or its data.
	// They go when they are older than any start or removal can take.
	remainsAge = time.Hour
	// Uploads end by completion, abortion or the server's sweep of expired
	// ones. An older one was lost by its database (restored from a backup).
	forgottenAge = 90 * 24 * time.Hour
)

func openDisk(dir string, opts Options) (*disk, error) {
	if n := len(opts.SigningKey); n != 0 && n < 32 {
		return nil, fmt.Errorf("storage: the signing key has %d bytes, it needs 32", n)
	}
	d := &disk{
		dir:   dir,
		key:   opts.SigningKey,
		log:   opts.Log,
		stall: opts.Stall,
		now:   time.Now,
		bufs:  sync.Pool{New: func() any { b := make([]byte, chunkSize); return &b }},
	}
	if d.stall <= 0 {
		d.stall = defaultStall
	}
	for _, sub := range []string{"sealed", "uploads"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("storage folder cannot be used: %w", err)
		}
	}
	if err := syncDir(dir); err != nil {
		return nil, fmt.Errorf("storage folder cannot be used: %w", err)
	}
	d.sweep()
	return d, nil
}

// sweep removes what no upload owns any more.
func (d *disk) sweep() {
	uploads := filepath.Join(d.dir, "uploads")
	entries, err := os.ReadDir(uploads)
	if err != nil {
		d.log.Warn("storage: cannot look for remains of uploads", "err", err)
		return
	}
	for _, e := range entries {
		dir := filepath.Join(uploads, e.Name())
		info, err := e.Info()
		if err != nil || d.now().Sub(info.ModTime()) < remainsAge {
			continue
		}
		if d.remains(dir) {
			if err := os.RemoveAll(dir); err != nil {
				d.log.Warn("storage: cannot remove the remains of an upload", "err", err)
			}
		}
	}
}

func (d *disk) remains(dir string) bool {
	parts, err := os.Stat(filepath.Join(dir, "parts"))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	if d.now().Sub(parts.ModTime()) > forgottenAge {
		return true
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	_, err = readSidecar(dir)
	return errors.Is(err, ErrNoUpload)
}

func (d *disk) Start(ctx context.Context, key string, size, partSize int64) (string, error) {
	if !validKey(key) {
		return "", fmt.Errorf("storage: key %q has characters that keys may not have", key)
	}
	p, err := newPlan(size, partSize)
	if err != nil {
		return "", err
	}
	var random [16]byte
	rand.Read(random[:]) // never fails
	id := hex.EncodeToString(random[:])
	dir := d.uploadDir(id)
	if err := d.start(dir, key, p); err != nil {
		return "", errors.Join(fmt.Errorf("storage: start upload: %w", orFull(err)), os.RemoveAll(dir))
	}
	return id, nil
}

// orFull marks an error that is for want of room.
func orFull(err error) error {
	if isDiskFull(err) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

func (d *disk) start(dir, key string, p plan) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	data, err := openShared(filepath.Join(dir, "data"), os.O_CREATE|os.O_EXCL|os.O_RDWR)
	if err != nil {
		return err
	}
	defer data.Close()
	// The full length at once: parts land at their offsets in any order. The
	// file is sparse, so a large upload that never comes costs nothing.
	if err := data.Truncate(p.size); err != nil {
		return err
	}
	if err := data.Sync(); err != nil {
		return err
	}
	f, err := createFence(dir)
	if err != nil {
		return err
	}
	defer f.close()
	// The sidecar is last: a folder with a readable one is a whole upload.
	if err := createSidecar(dir, header{Key: key, Size: p.size, PartSize: p.partSize}); err != nil {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	return syncDir(filepath.Join(d.dir, "uploads"))
}

func (d *disk) Upload(key, uploadID string) Upload { return &diskUpload{d, key, uploadID} }

func (d *disk) SignGet(ctx context.Context, key string, opts GetOptions) (string, error) {
	return d.signGet(key, opts)
}

// diskObject is a sealed object; being the file itself, it can be handed to
// a child process.
type diskObject struct {
	file *os.File
	size int64
}

func (o *diskObject) ReadAt(p []byte, off int64) (int, error) { return o.file.ReadAt(p, off) }
func (o *diskObject) Size() int64                             { return o.size }
func (o *diskObject) File() *os.File                          { return o.file }
func (o *diskObject) Close() error                            { return o.file.Close() }

func (d *disk) Open(ctx context.Context, key string) (Object, error) {
	f, info, err := d.open(key)
	if err != nil {
		return nil, err
	}
	return &diskObject{f, info.Size()}, nil
}

func (d *disk) open(key string) (*os.File, os.FileInfo, error) {
	f, err := openShared(d.objectPath(key), os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNotFound
	}
	if err != nil {
		return nil, nil, fmt.Errorf("storage: open object: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("storage: open object: %w", err)
	}
	return f, info, nil
}

// stat answers ErrNotFound when the object is not sealed (yet, or any more).
func (d *disk) stat(key string) (Info, error) {
	info, err := os.Stat(d.objectPath(key))
	if errors.Is(err, fs.ErrNotExist) {
		return Info{}, ErrNotFound
	}
	if err != nil {
		return Info{}, fmt.Errorf("storage: stat object: %w", err)
	}
	return Info{Size: info.Size()}, nil
}

func (d *disk) Delete(ctx context.Context, key string) error {
	if err := os.Remove(d.objectPath(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("storage: delete object: %w", err)
	}
	return nil
}

func (d *disk) Ping(ctx context.Context) error {
	for _, sub := range []string{"sealed", "uploads"} {
		if _, err := os.Stat(filepath.Join(d.dir, sub)); err != nil {
			return fmt.Errorf("storage folder does not answer: %w", err)
		}
	}
	return nil
}

func (d *disk) handler() http.Handler { return diskHandler{d} }

// objectPath hashes the key, so that no key can name a place of its own
// choosing and folders stay evenly filled.
func (d *disk) objectPath(key string) string {
	sum := sha256.Sum256([]byte(key))
	h := hex.EncodeToString(sum[:])
	return filepath.Join(d.dir, "sealed", h[:2], h[2:])
}

func (d *disk) uploadDir(id string) string { return filepath.Join(d.dir, "uploads", id) }

// validUploadID keeps everything but our own IDs away from the file system.
func validUploadID(id string) bool {
	if len(id) != 32 {
		return false
	}
	return strings.Trim(id, "0123456789abcdef") == ""
}

// validKey accepts keys that stand in a URL path unescaped and that no proxy
// rewrites (no empty, "." or ".." segments).
func validKey(key string) bool {
	if len(key) > 512 {
		return false
	}
	for segment := range strings.SplitSeq(key, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return false
		}
	}
	for _, c := range key {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.ContainsRune("._-/", c):
		default:
			return false
		}
	}
	return true
}
