package source

import (
	"context"
	"fmt"
	"io"
	"os"
)

// spooled is a stream that was kept in a temporary file, so that it can be read
// by ranges. The parser's process has a temporary folder of its own, which goes
// with it.
type spooled struct {
	*os.File
}

func (f spooled) remove() {
	f.Close()
	os.Remove(f.Name()) // what is left goes with the folder
}

// spool copies a stream, at most as far as the limit of unpacked bytes.
func spool(ctx context.Context, in io.Reader, l Limits) (spooled, int64, error) {
	file, err := os.CreateTemp("", "assay-")
	if err != nil {
		return spooled{}, 0, fmt.Errorf("keeping a stream: %w", err)
	}
	f := spooled{file}
	size, err := io.Copy(file, &limited{ctx: ctx, in: in, left: l.MaxDecompressed, limit: l.MaxDecompressed})
	if err != nil {
		f.remove()
		return spooled{}, 0, err
	}
	return f, size, nil
}

// limited reads no more than the limit, and stops with the context.
type limited struct {
	ctx         context.Context
	in          io.Reader
	left, limit int64
}

func (r *limited) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.in.Read(p)
	if r.left -= int64(n); r.left < 0 {
		return n, &Error{Code: "decompressed_too_large", Row: -1, Offset: r.limit,
			Message: fmt.Sprintf("The file is larger than %s.", sizeOf(r.limit)),
			Hint:    "Split the file, or raise the limit for unpacked files."}
	}
	return n, err
}
