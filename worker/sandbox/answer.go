package sandbox

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sync"
)

// answerer serves a child's read requests from the parent's reader. Requests
// of different goroutines of the child overlap, which hides the latency of a
// remote object.
type answerer struct {
	size   int64
	at     io.ReaderAt
	stream io.Reader
	slots  chan []byte // one buffer for each request that may be under way

	mu  sync.Mutex // guards the writing and err
	in  io.WriteCloser
	err error
}

// readsUnderWay bounds the parent's memory for a child: as many times maxRead.
const readsUnderWay = 4

func newAnswerer(in io.WriteCloser, spec Spec) *answerer {
	n := readsUnderWay
	if spec.Stream != nil {
		n = 1 // its bytes have an order
	}
	a := &answerer{in: in, size: spec.Size, at: spec.ReaderAt, stream: spec.Stream, slots: make(chan []byte, n)}
	for range n {
		a.slots <- nil
	}
	return a
}

// answer begins one answer, waiting for a free slot unless ctx ends.
func (a *answerer) answer(ctx context.Context, q readRequest) {
	var buf []byte
	select {
	case buf = <-a.slots:
	case <-ctx.Done():
		return
	}
	if cap(buf) < int(q.length) {
		buf = make([]byte, q.length)
	}
	go func() {
		n, status, err := a.read(buf[:q.length], q.offset)
		a.write(q.id, status, buf[:n], err)
		a.slots <- buf
	}()
}

func (a *answerer) read(p []byte, offset int64) (n int, status byte, err error) {
	if a.stream != nil {
		for n == 0 && err == nil && len(p) > 0 {
			n, err = a.stream.Read(p)
		}
	} else if offset >= a.size {
		err = io.EOF
	} else {
		p = p[:min(int64(len(p)), a.size-offset)]
		n, err = a.at.ReadAt(p, offset)
		if n == len(p) {
			err = nil
		} else if errors.Is(err, io.EOF) { // shorter than it was said to be
			err = io.ErrUnexpectedEOF
		}
		if err == nil && offset+int64(n) == a.size {
			err = io.EOF
		}
	}
	switch {
	case err == nil:
		return n, readOK, nil
	case errors.Is(err, io.EOF):
		return n, readEOF, nil
	}
	return 0, readFailed, err
}

func (a *answerer) write(id uint32, status byte, b []byte, fault error) {
	head := appendHeader(nil, frameData, readAnswerBytes+len(b))
	head = binary.LittleEndian.AppendUint32(head, id)
	head = append(head, status)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.err = fault
	}
	// A write fails only when the child is gone: Run finds that out by itself.
	if _, err := a.in.Write(head); err == nil {
		_, _ = a.in.Write(b)
	}
}

// fault is the first error of the reader.
func (a *answerer) fault() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}
