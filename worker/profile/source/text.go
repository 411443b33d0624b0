package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// text is a file whose compression and encoding have been undone: UTF-8 (of
// which single bytes may still be wrong) without its byte order mark. Offsets
// count from the first character.
type text interface {
	// ReadAt fills p from off; it may be called from several goroutines. Fewer
	// bytes than len(p) come only with an error: io.EOF at the end of the text,
	// a *Error where the file is broken, anything else where reading it failed.
	ReadAt(p []byte, off int64) (int, error)
	// size is the length in bytes, -1 while it is unknown.
	size() int64
	// release tells that nothing before off will be asked for again.
	release(off int64)
	// consumed is the share of the file, in bytes, that the text up to off took.
	consumed(off int64) int64
}

// fileText is text that stands in the file as it is, so that any range can be
// read at any time.
type fileText struct {
	file io.ReaderAt
	base int64 // length of the byte order mark
	end  int64 // size of the file
}

func (t fileText) size() int64              { return t.end - t.base }
func (t fileText) release(int64)            {}
func (t fileText) consumed(off int64) int64 { return t.base + off }

func (t fileText) ReadAt(p []byte, off int64) (int, error) {
	short := false
	if rest := t.size() - off; int64(len(p)) > rest {
		p, short = p[:max(rest, 0)], true
	}
	if len(p) == 0 {
		if short {
			return 0, io.EOF
		}
		return 0, nil
	}
	n, err := t.file.ReadAt(p, t.base+off)
	switch {
	case n == len(p) && short:
		return n, io.EOF
	case n == len(p):
		return n, nil
	case errors.Is(err, io.EOF) || err == nil:
		return n, &Error{Code: "truncated_file", Row: -1, Offset: off + int64(n),
			Message: fmt.Sprintf("The file ends after %s bytes, but it should have %s.", thousands(t.base+off+int64(n)), thousands(t.end)),
			Hint:    "Copy or upload the file again."}
	}
	return n, err
}

const chunkSize = 256 << 10

// streamText is text that can only be made from front to back. It keeps what
// was made and not yet released. There is no goroutine behind it: whoever asks
// for text that does not exist yet makes it, while the others go on with what
// there is. So decompression runs beside the parsing as soon as there are two
// workers, and nothing is left running when the scan is given up.
type streamText struct {
	ctx context.Context
	in  io.Reader    // decoded text
	raw func() int64 // bytes of the file used so far

	mu     sync.Mutex
	made   sync.Cond
	making bool
	chunks []chunk
	base   int64 // offset of the first kept chunk
	end    int64 // offset just behind the last one
	err    error // why there is nothing behind end
	spare  [][]byte
}

type chunk struct {
	data []byte
	raw  int64 // bytes of the file used when this chunk was made
}

func newStreamText(ctx context.Context, in io.Reader, raw func() int64) *streamText {
	t := &streamText{ctx: ctx, in: in, raw: raw}
	t.made.L = &t.mu
	return t
}

func (t *streamText) size() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == io.EOF {
		return t.end
	}
	return -1
}

func (t *streamText) ReadAt(p []byte, off int64) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if off < t.base {
		return 0, fmt.Errorf("source: text at %d was given up, the window begins at %d", off, t.base)
	}
	for t.end < off+int64(len(p)) && t.err == nil {
		if t.making {
			t.made.Wait()
			continue
		}
		t.makeChunk()
	}
	n := 0
	// Every chunk but the last one is full.
	for i := int((off - t.base) / chunkSize); n < len(p) && i >= 0 && i < len(t.chunks); i++ {
		at := off + int64(n) - (t.base + int64(i)*chunkSize)
		if at >= int64(len(t.chunks[i].data)) {
			break
		}
		n += copy(p[n:], t.chunks[i].data[at:])
	}
	if n < len(p) {
		return n, t.err
	}
	return n, nil
}

// makeChunk reads the next chunk. It is called with the lock held and lets go
// of it while it reads.
func (t *streamText) makeChunk() {
	var buf []byte
	if k := len(t.spare); k > 0 {
		buf, t.spare = t.spare[k-1], t.spare[:k-1]
	} else {
		buf = make([]byte, chunkSize)
	}
	t.making = true
	t.mu.Unlock()
	n, err := io.ReadFull(t.in, buf[:chunkSize])
	if err == io.ErrUnexpectedEOF { // of ReadFull: readers below mark theirs as *Error
		err = io.EOF
	}
	if err == nil {
		err = t.ctx.Err()
	}
	raw := t.raw()
	t.mu.Lock()
	t.making = false
	if n > 0 {
		t.chunks = append(t.chunks, chunk{buf[:n], raw})
		t.end += int64(n)
	}
	t.err = err
	t.made.Broadcast()
}

func (t *streamText) release(off int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := 0
	for k < len(t.chunks)-1 && t.base+chunkSize <= off {
		t.spare = append(t.spare, t.chunks[k].data[:0])
		t.base += chunkSize
		k++
	}
	t.chunks = append(t.chunks[:0], t.chunks[k:]...)
	if len(t.spare) > 64 {
		t.spare = t.spare[:64]
	}
}

func (t *streamText) consumed(off int64) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.chunks) == 0 {
		return t.raw()
	}
	i := (off - 1 - t.base) / chunkSize
	return t.chunks[min(max(i, 0), int64(len(t.chunks)-1))].raw
}
