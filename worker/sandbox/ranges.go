package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// rangeReader reads the file through the parent: the child's side of answerer.
type rangeReader struct {
	out *frameWriter

	mu      sync.Mutex
	last    uint32
	waiting map[uint32]*pendingRead
}

type pendingRead struct {
	p    []byte
	n    int
	err  error
	done chan struct{}
}

// errParentRead stands for an error that the parent knows better.
var errParentRead = errors.New("the file could not be read")

func newRangeReader(out *frameWriter, answers io.Reader) *rangeReader {
	r := &rangeReader{out: out, waiting: map[uint32]*pendingRead{}}
	go func() {
		for {
			if err := r.take(answers); err != nil {
				os.Exit(exitOrphan) // the parent's end of the pipe is closed
			}
		}
	}()
	return r
}

// take reads one answer straight into the buffer of whoever waits for it.
func (r *rangeReader) take(answers io.Reader) error {
	var head [headerBytes + readAnswerBytes]byte
	if _, err := io.ReadFull(answers, head[:]); err != nil {
		return err
	}
	length := int(binary.LittleEndian.Uint32(head[1:])) - readAnswerBytes
	id := binary.LittleEndian.Uint32(head[headerBytes:])
	r.mu.Lock()
	w := r.waiting[id]
	delete(r.waiting, id)
	r.mu.Unlock()
	if head[0] != frameData || w == nil || length < 0 || length > len(w.p) {
		return fmt.Errorf("answer %d of %d bytes refused", id, length)
	}
	n, err := io.ReadFull(answers, w.p[:length])
	if err != nil {
		return err
	}
	w.n = n
	switch head[headerBytes+4] {
	case readEOF:
		w.err = io.EOF
	case readFailed:
		w.err = errParentRead
	}
	close(w.done)
	return nil
}

// ask reads at most maxRead bytes; fewer than wanted come with an error, or
// from a stream.
func (r *rangeReader) ask(p []byte, offset int64) (int, error) {
	w := &pendingRead{p: p[:min(len(p), maxRead)], done: make(chan struct{})}
	r.mu.Lock()
	r.last++
	id := r.last
	r.waiting[id] = w
	r.mu.Unlock()
	var b [readRequestBytes]byte
	r.out.send(frameRead, readRequest{id, offset, uint32(len(w.p))}.append(b[:0]))
	<-w.done
	return w.n, w.err
}

// ReadAt implements io.ReaderAt; it may be called from several goroutines.
func (r *rangeReader) ReadAt(p []byte, offset int64) (n int, err error) {
	if offset < 0 {
		return 0, errors.New("negative offset")
	}
	for n < len(p) {
		k, err := r.ask(p[n:], offset+int64(n))
		n += k
		if err == io.EOF && n == len(p) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// streamReader reads the bytes once, in order, hashing them on the way.
type streamReader struct {
	ranges *rangeReader
	in     *input
	next   int64
}

func (s *streamReader) ReadAt(p []byte, offset int64) (n int, err error) {
	if offset != s.next {
		return 0, fmt.Errorf("stream read at %d, which stands at %d", offset, s.next)
	}
	for n < len(p) && err == nil {
		if s.in.ended {
			return n, io.EOF
		}
		var k int
		k, err = s.ranges.ask(p[n:], s.next)
		if s.in.hash != nil {
			s.in.hash.Write(p[n : n+k])
		}
		n += k
		s.next += int64(k)
		s.in.ended = err == io.EOF
	}
	return n, err
}
