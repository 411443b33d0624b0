package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

type diskUpload struct {
	d   *disk
	key string
	id  string
}

func (u *diskUpload) SignPart(ctx context.Context, number int, size int64, expires time.Duration) (SignedPart, error) {
	url, err := u.d.signPart(u.key, u.id, number, size, expires)
	if err != nil {
		return SignedPart{}, err
	}
	return SignedPart{Number: number, Size: size, URL: url, Headers: map[string]string{}}, nil
}

func (u *diskUpload) ListParts(ctx context.Context) ([]Part, error) {
	s, err := u.sidecar()
	if err != nil {
		return nil, err
	}
	return s.list(), nil
}

// sidecar reads the upload's own; the upload of another key is none.
func (u *diskUpload) sidecar() (*sidecar, error) {
	if !validUploadID(u.id) {
		return nil, ErrNoUpload
	}
	s, err := readSidecar(u.d.uploadDir(u.id))
	if err != nil {
		return nil, err
	}
	if s.header.Key != u.key {
		return nil, ErrNoUpload
	}
	return s, nil
}

func (u *diskUpload) Complete(ctx context.Context, parts []Part) (Info, error) {
	if info, err := u.d.stat(u.key); !errors.Is(err, ErrNotFound) {
		// Sealed already. What a kill left of the upload goes here.
		return info, errors.Join(err, u.Abort(ctx))
	}
	if _, err := u.sidecar(); err != nil {
		return u.orSealed(err)
	}
	f, err := openFence(u.d.uploadDir(u.id))
	if err != nil {
		return u.orSealed(err)
	}
	defer f.close()
	var info Info
	err = f.exclusive(func() (err error) {
		info, err = u.seal(f, parts)
		return err
	})
	return info, err
}

// orSealed turns ErrNoUpload into the answer of the completion that ended
// this upload between our two looks.
func (u *diskUpload) orSealed(cause error) (Info, error) {
	if !errors.Is(cause, ErrNoUpload) {
		return Info{}, cause
	}
	info, err := u.d.stat(u.key)
	if errors.Is(err, ErrNotFound) {
		return Info{}, ErrNoUpload
	}
	return info, err
}

// seal runs under the exclusive lock. Each of its steps can be repeated after
// a kill: the list is checked again, the state set again, and once the rename
// has happened the object is found by stat.
func (u *diskUpload) seal(f *fence, parts []Part) (Info, error) {
	state, err := f.state()
	if err != nil {
		return Info{}, err
	}
	if state == stateAborted {
		return Info{}, ErrNoUpload
	}
	s, err := u.sidecar()
	if err != nil {
		return u.orSealed(err)
	}
	p := s.plan()
	if err := p.check(s.parts, parts); err != nil {
		return Info{}, err
	}
	// From here on no writer that is still open can touch the data.
	if err := f.setState(stateSealed); err != nil {
		return Info{}, err
	}
	if err := u.publish(p.size); err != nil {
		return Info{}, fmt.Errorf("storage: seal: %w", err)
	}
	u.discard()
	return Info{Size: p.size}, nil
}

// publish makes the data the object, durably.
func (u *diskUpload) publish(size int64) error {
	path := filepath.Join(u.d.uploadDir(u.id), "data")
	data, err := openShared(path, os.O_RDWR)
	if err != nil {
		return err
	}
	info, err := data.Stat()
	if err == nil && info.Size() != size {
		err = fmt.Errorf("data has %d bytes instead of %d", info.Size(), size)
	}
	if err = errors.Join(err, data.Sync(), data.Close()); err != nil {
		return err
	}
	target := u.d.objectPath(u.key)
	folder := filepath.Dir(target)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(folder)); err != nil {
		return err
	}
	if err := os.Rename(path, target); err != nil {
		return err
	}
	return syncDir(folder)
}

// discard removes the upload's folder. What cannot be removed now (Windows,
// while a writer has it open) goes with the sweep of the next start.
func (u *diskUpload) discard() {
	if err := os.RemoveAll(u.d.uploadDir(u.id)); err != nil {
		u.d.log.Warn("storage: cannot remove an ended upload yet", "err", err)
	}
}

func (u *diskUpload) Abort(ctx context.Context) error {
	if _, err := u.sidecar(); errors.Is(err, ErrNoUpload) {
		return nil
	} else if err != nil {
		return err
	}
	f, err := openFence(u.d.uploadDir(u.id))
	if errors.Is(err, ErrNoUpload) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.close()
	return f.exclusive(func() error {
		if err := f.setState(stateAborted); err != nil {
			return err
		}
		u.discard()
		return nil
	})
}
