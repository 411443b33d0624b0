package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"assay/worker/profile"
	"assay/worker/profile/source"
)

// SHA256 hashes size bytes of r and answers in hex. It calls progress (which
// may be nil) with the bytes done after each few MiB, and stops with ctx.
func SHA256(ctx context.Context, r io.ReaderAt, size int64, progress func(done int64)) (string, error) {
	h := sha256.New()
	buf := make([]byte, min(maxRead, max(size, 1)))
	for done := int64(0); done < size; {
		if err := ctx.Err(); err != nil {
			return "", context.Cause(ctx)
		}
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-done)], done)
		h.Write(buf[:n])
		done += int64(n)
		if err != nil && (done < size || !errors.Is(err, io.EOF)) {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
		if progress != nil {
			progress(done)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (s Spec) reader() io.ReaderAt {
	if s.File != nil {
		return s.File
	}
	return s.ReaderAt
}

// verifying is the progress of a hash; the file's rows may be read already.
func (s Spec) verifying(done, rows int64) profile.Progress {
	return profile.Progress{Stage: "verifying", BytesDone: done, BytesTotal: s.Size, Rows: rows}
}

// comparison of the file's hash with the announced one goes on while the child
// reads: whoever waits for a first look at a large file need not wait until all
// of it is hashed. What the child says counts only if they agree.
type comparison struct {
	cancel context.CancelCauseFunc
	ended  chan error // has one in the end
	tell   atomic.Pointer[func(done int64)]
}

// compareBeside begins. The context it gives ends, with a *source.Error for its
// cause, when the file is another one.
func compareBeside(ctx context.Context, spec Spec) (context.Context, *comparison) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &comparison{cancel: cancel, ended: make(chan error, 1)}
	go func() {
		err := c.compare(ctx, spec)
		if err != nil {
			cancel(err)
		}
		c.ended <- err
	}()
	return ctx, c
}

func (c *comparison) compare(ctx context.Context, spec Spec) error {
	sum, err := SHA256(ctx, spec.reader(), spec.Size, func(done int64) {
		if tell := c.tell.Load(); tell != nil {
			(*tell)(done)
		}
	})
	switch {
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("sandbox: read: %w", err)
	case err == nil && !strings.EqualFold(sum, spec.Expect):
		return &source.Error{Code: ChecksumMismatch, Row: -1, Offset: -1,
			Message: "The file is not the one that was announced: its SHA-256 differs.",
			Hint:    "Upload it again; it was changed or damaged on its way."}
	}
	return err
}

// wait is for the end; from now on tell may be called with the bytes done.
func (c *comparison) wait(tell func(done int64)) error {
	c.tell.Store(&tell)
	return <-c.ended
}
