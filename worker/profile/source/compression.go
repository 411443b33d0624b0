package source

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// compressionOf tells by its first bytes how a file is compressed; "" is not.
func compressionOf(head []byte) string {
	switch {
	case len(head) >= 3 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8:
		return "gzip"
	case len(head) >= 4 && bytes.Equal(head[1:4], []byte{0xb5, 0x2f, 0xfd}) && head[0] >= 0x22 && head[0] <= 0x28:
		return "zstd"
	case len(head) >= 8 && head[0]&0xf0 == 0x50 && bytes.Equal(head[1:4], []byte{0x2a, 0x4d, 0x18}):
		return "zstd" // a skippable frame first, as pzstd writes
	case len(head) >= 10 && string(head[:3]) == "BZh" && head[3] >= '1' && head[3] <= '9' && string(head[4:10]) == "1AY&SY":
		return "bzip2"
	}
	return ""
}

// innerName takes the compression's suffix off a file name.
func innerName(name, compression string) string {
	suffixes := map[string][]string{"gzip": {".gz", ".gzip"}, "zstd": {".zst", ".zstd"}, "bzip2": {".bz2"}}
	for _, s := range suffixes[compression] {
		if n := len(name) - len(s); n > 0 && strings.EqualFold(name[n:], s) {
			return name[:n]
		}
	}
	return name
}

// countingReader counts what was read through it.
type countingReader struct {
	in io.Reader
	n  int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

// decompressor undoes one compression and holds it to the limits.
type decompressor struct {
	name   string
	out    io.Reader
	raw    *countingReader
	limits Limits
	// ratioFrom is how large a text may get whatever it was compressed from.
	ratioFrom int64
	n         int64 // decompressed so far
	err       error
	close     func()
}

const (
	maxWindow = 128 << 20 // of zstd, --long=27
	// Small texts may be as regular as they like.
	ratioFrom = 16 << 20
)

func newDecompressor(name string, in io.Reader, l Limits) (*decompressor, error) {
	d := &decompressor{name: name, raw: &countingReader{in: in}, limits: l, ratioFrom: ratioFrom, close: func() {}}
	buffered := bufio.NewReaderSize(d.raw, 128<<10)
	switch name {
	case "gzip":
		d.out = &gzipMembers{in: buffered}
	case "zstd":
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		d.out, d.close = z, z.Close
	case "bzip2":
		d.out = bzip2.NewReader(buffered)
	}
	return d, nil
}

func (d *decompressor) Read(p []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	n, err := d.out.Read(p)
	d.n += int64(n)
	if err != nil && err != io.EOF {
		err = d.explain(err)
	}
	if d.limits.MaxDecompressed > 0 && d.n > d.limits.MaxDecompressed {
		err = &Error{Code: "decompressed_too_large", Row: -1, Offset: d.limits.MaxDecompressed,
			Message: fmt.Sprintf("The file unpacks to more than %s.", sizeOf(d.limits.MaxDecompressed)),
			Hint:    "Split the file, or raise the limit for unpacked files."}
	} else if d.limits.MaxRatio > 0 && d.n > d.ratioFrom && d.n > d.limits.MaxRatio*d.raw.n {
		err = &Error{Code: "decompressed_too_large", Row: -1, Offset: d.n,
			Message: fmt.Sprintf("The file unpacks to more than %s times its size, as decompression bombs do.", thousands(d.limits.MaxRatio)),
			Hint:    "If the file is genuine, unpack it and upload what is in it."}
	}
	d.err = err
	return n, err
}

// explain turns a decoder's error into ours. Errors of reading the file itself
// pass through: the file is not to blame for them.
func (d *decompressor) explain(err error) error {
	var ours *Error
	if errors.As(err, &ours) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Code: "truncated_file", Row: -1, Offset: d.n, Err: err,
			Message: fmt.Sprintf("The %s data ends too early: the file is cut off.", d.name),
			Hint:    "Copy or upload the file again: a part of it is missing."}
	}
	// Later on, a reference beyond the window is damage.
	if d.n == 0 && (errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded)) {
		return &Error{Code: "bad_compression", Row: -1, Offset: d.n, Err: err,
			Message: "The zstd data needs a window of more than 128 MiB to unpack.",
			Hint:    "Compress the file again with a window of at most 128 MiB (zstd without --ultra, and --long=27 at most)."}
	}
	if errors.Is(err, zstd.ErrUnknownDictionary) {
		return &Error{Code: "bad_compression", Row: -1, Offset: d.n, Err: err,
			Message: "The zstd data was compressed with a dictionary, which is not in the file.",
			Hint:    "Compress the file again without a dictionary."}
	}
	if isCorrupt(err) {
		return &Error{Code: "bad_compression", Row: -1, Offset: d.n, Err: err,
			Message: fmt.Sprintf("The %s data is damaged after %s unpacked bytes.", d.name, thousands(d.n)),
			Hint:    "Compress the original again, and check it with the tool that made it."}
	}
	return err
}

// rawError marks errors of reading the compressed file, so that they are not
// taken for damage.
type rawError struct{ error }

func (e rawError) Unwrap() error { return e.error }

// isCorrupt holds for every error that did not come from reading the file: the
// decoders have many of their own, most of them unexported.
func isCorrupt(err error) bool {
	var raw rawError
	return !errors.As(err, &raw)
}

// gzipMembers reads gzip members one after another. The library's own way of
// doing that calls zero padding behind the last member damage; tape and
// block-wise tools write such padding.
type gzipMembers struct {
	in       *bufio.Reader
	z        *gzip.Reader
	done     bool
	trailing bool // something that is no member stands behind the last one
}

func (g *gzipMembers) Read(p []byte) (int, error) {
	if g.done {
		return 0, io.EOF
	}
	if g.z == nil {
		z, err := gzip.NewReader(g.in)
		if err != nil {
			return 0, unexpected(err)
		}
		g.z = z
		g.z.Multistream(false)
	}
	for {
		n, err := g.z.Read(p)
		if err != io.EOF || n > 0 {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
		if err := g.next(); err != nil {
			return 0, err
		}
	}
}

func (g *gzipMembers) next() error {
	for {
		b, err := g.in.Peek(1)
		if err == io.EOF {
			g.done = true
			return io.EOF
		}
		if err != nil {
			return err
		}
		if b[0] != 0 {
			break
		}
		if _, err := g.in.Discard(1); err != nil {
			return err
		}
	}
	if b, err := g.in.Peek(2); err != nil && err != io.EOF {
		return err
	} else if len(b) < 2 || b[0] != 0x1f || b[1] != 0x8b { // gzip itself ignores that, too, with a warning
		g.done, g.trailing = true, true
		return io.EOF
	}
	if err := g.z.Reset(g.in); err != nil {
		return unexpected(err)
	}
	g.z.Multistream(false)
	return nil
}

// unexpected makes the end of the file within a header what it is.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
