package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
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
