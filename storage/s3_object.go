package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/minio/minio-go/v7"
)

const (
	// A chunk is what one request fetches: long enough that its round trip is
	// cheap beside its bytes.
	s3ChunkSize = 4 << 20
	// s3MaxChunks bounds the memory of one open object (64 MiB).
	s3MaxChunks = 16
	// s3FetchTries counts whole requests: minio-go repeats a request that
	// gets no answer, but not one whose body breaks off.
	s3FetchTries = 3
)

// s3Object reads an object by ranged requests, a chunk at a time. A read past
// the middle of a chunk has the next one fetched: readers that go forward, one
// or several side by side, find it under way, and those that look here and
// there cost nothing more. A chunk that has been read to its end is dropped,
// since a reader that goes forward does not come back.
type s3Object struct {
	ctx    context.Context // of the Open call: ReadAt has none of its own
	cancel context.CancelFunc
	fetch  func(ctx context.Context, offset, length int64) ([]byte, error)
	size   int64
	chunk  int64
	limit  int

	mu     sync.Mutex
	chunks map[int64]*s3Chunk
	clock  int64 // counts uses, for the oldest to go first
}

type s3Chunk struct {
	done chan struct{} // closed once data or err stand
	data []byte
	err  error
	used int64
}

func newS3Object(ctx context.Context, b *s3, key string, size int64) *s3Object {
	fetch := func(ctx context.Context, offset, length int64) ([]byte, error) {
		return b.fetch(ctx, key, offset, length)
	}
	return newChunked(ctx, fetch, size, s3ChunkSize, s3MaxChunks)
}

func newChunked(ctx context.Context, fetch func(context.Context, int64, int64) ([]byte, error), size, chunk int64, limit int) *s3Object {
	o := &s3Object{fetch: fetch, size: size, chunk: chunk, limit: limit, chunks: make(map[int64]*s3Chunk)}
	o.ctx, o.cancel = context.WithCancel(ctx)
	return o
}

// fetch reads one range whole.
func (b *s3) fetch(ctx context.Context, key string, offset, length int64) ([]byte, error) {
	var err error
	for range s3FetchTries {
		var data []byte
		if data, err = b.fetchOnce(ctx, key, offset, length); err == nil {
			return data, nil
		}
		if errors.Is(err, ErrNotFound) || ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

func (b *s3) fetchOnce(ctx context.Context, key string, offset, length int64) ([]byte, error) {
	var opts minio.GetObjectOptions
	if err := opts.SetRange(offset, offset+length-1); err != nil {
		return nil, err
	}
	body, _, _, err := b.core.GetObject(ctx, b.bucket, key, opts)
	if err != nil {
		return nil, s3Error("read object", err)
	}
	defer body.Close()
	data := make([]byte, length)
	if _, err := io.ReadFull(body, data); err != nil {
		return nil, fmt.Errorf("storage: read object: %w", err)
	}
	return data, nil
}

func (o *s3Object) Size() int64 { return o.size }

// Close cancels the requests that are under way.
func (o *s3Object) Close() error {
	o.cancel()
	return nil
}

func (o *s3Object) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("storage: negative offset")
	}
	for n < len(p) {
		if off >= o.size {
			return n, io.EOF
		}
		i := off / o.chunk
		c := o.get(i)
		select {
		case <-c.done:
		case <-o.ctx.Done():
			return n, o.ctx.Err()
		}
		if c.err != nil {
			return n, c.err
		}
		m := copy(p[n:], c.data[off-i*o.chunk:])
		n += m
		off += int64(m)
		o.passed(i, c, off-i*o.chunk)
	}
	return n, nil
}

// get answers a chunk, under way or done.
func (o *s3Object) get(i int64) *s3Chunk {
	o.mu.Lock()
	defer o.mu.Unlock()
	c, ok := o.chunks[i]
	if !ok {
		return o.start(i)
	}
	o.clock++
	c.used = o.clock
	return c
}

// passed notes that a read has come to this place in a chunk.
func (o *s3Object) passed(i int64, c *s3Chunk, place int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, ok := o.chunks[i+1]; !ok && place >= o.chunk/2 && (i+1)*o.chunk < o.size {
		o.start(i + 1)
	}
	if place == int64(len(c.data)) && o.chunks[i] == c {
		delete(o.chunks, i)
	}
}

// start runs with the lock held.
func (o *s3Object) start(i int64) *s3Chunk {
	o.evict()
	o.clock++
	c := &s3Chunk{done: make(chan struct{}), used: o.clock}
	o.chunks[i] = c
	offset := i * o.chunk
	go func() {
		c.data, c.err = o.fetch(o.ctx, offset, min(o.chunk, o.size-offset))
		close(c.done)
		if c.err != nil {
			o.drop(i, c) // the next read tries again
		}
	}()
	return c
}

// evict makes room for one chunk. A reader that still waits for the evicted
// one holds it by itself.
func (o *s3Object) evict() {
	for len(o.chunks) >= o.limit {
		oldest := int64(-1)
		for i, c := range o.chunks {
			if oldest < 0 || c.used < o.chunks[oldest].used {
				oldest = i
			}
		}
		delete(o.chunks, oldest)
	}
}

func (o *s3Object) drop(i int64, c *s3Chunk) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.chunks[i] == c {
		delete(o.chunks, i)
	}
}
