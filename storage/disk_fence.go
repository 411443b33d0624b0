package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// fence decides who may write into an upload. It is a small file of 8-byte
// slots beside the data: slot 0 is the upload's state, slot n the generation
// of part n, raised by every PUT of that part.
//
// The rule that everything rests on: a writer looks at both and writes its
// chunk under one shared lock; whoever changes a slot holds the lock
// exclusively. So once a completion has set the state, or a newer PUT has
// raised the generation, no byte of an older writer can follow, in this
// process or another; and nobody ever waits longer than for a chunk.
//
// The lock is the operating system's on the file (freed by a kill). Every
// fence has its own handle, hence its own lock, also within one process.
type fence struct {
	f *os.File
}

type uploadState uint64

const (
	stateOpen uploadState = iota
	stateSealed
	stateAborted
)

var (
	errSealed     = errors.New("storage: the upload takes no more parts")
	errSuperseded = errors.New("storage: a newer request sends this part")
)

func createFence(dir string) (*fence, error) {
	return openFenceFile(dir, os.O_CREATE|os.O_EXCL|os.O_RDWR)
}

// openFence answers ErrNoUpload when there is no such folder.
func openFence(dir string) (*fence, error) { return openFenceFile(dir, os.O_RDWR) }

func openFenceFile(dir string, flag int) (*fence, error) {
	f, err := openShared(filepath.Join(dir, "fence"), flag)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoUpload
	}
	if err != nil {
		return nil, fmt.Errorf("storage: open fence: %w", err)
	}
	return &fence{f}, nil
}

func (f *fence) close() { f.f.Close() }

// shared runs fn while nobody changes a slot.
func (f *fence) shared(fn func() error) error { return f.locked(false, fn) }

// exclusive runs fn while nobody else writes.
func (f *fence) exclusive(fn func() error) error { return f.locked(true, fn) }

func (f *fence) locked(exclusive bool, fn func() error) error {
	if err := lockFile(f.f, exclusive); err != nil {
		return fmt.Errorf("storage: lock fence: %w", err)
	}
	err := fn()
	if uerr := unlockFile(f.f); uerr != nil {
		return errors.Join(err, fmt.Errorf("storage: unlock fence: %w", uerr))
	}
	return err
}

func (f *fence) state() (uploadState, error) {
	v, err := f.slot(0)
	return uploadState(v), err
}

func (f *fence) setState(s uploadState) error { return f.setSlot(0, uint64(s)) }

// raise makes the caller the one writer of a part and answers its generation.
func (f *fence) raise(part int) (uint64, error) {
	g, err := f.slot(part)
	if err != nil {
		return 0, err
	}
	return g + 1, f.setSlot(part, g+1)
}

// allows is nil while the upload is open and generation is the part's newest.
func (f *fence) allows(part int, generation uint64) error {
	state, err := f.state()
	if err != nil {
		return err
	}
	if state != stateOpen {
		return errSealed
	}
	g, err := f.slot(part)
	if err != nil {
		return err
	}
	if g != generation {
		return errSuperseded
	}
	return nil
}

// slot reads a slot; one that was never written is 0.
func (f *fence) slot(n int) (uint64, error) {
	var b [8]byte
	if _, err := f.f.ReadAt(b[:], int64(n)*8); err != nil && err != io.EOF {
		return 0, fmt.Errorf("storage: read fence: %w", err)
	}
	return binary.LittleEndian.Uint64(b[:]), nil
}

func (f *fence) setSlot(n int, v uint64) error {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	if _, err := f.f.WriteAt(b[:], int64(n)*8); err != nil {
		return fmt.Errorf("storage: write fence: %w", err)
	}
	return nil
}
