package storage

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
)

// served counts what a chunked reader asks for.
type served struct {
	mu      sync.Mutex
	data    []byte
	offsets []int64
	fail    error // answered once
}

func (s *served) fetch(_ context.Context, offset, length int64) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offsets = append(s.offsets, offset)
	if err := s.fail; err != nil {
		s.fail = nil
		return nil, err
	}
	return bytes.Clone(s.data[offset : offset+length]), nil
}

func (s *served) asked() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	sorted := slices.Clone(s.offsets)
	slices.Sort(sorted)
	return sorted
}

func TestChunkedReaderFetchesEachChunkOnceGoingForward(t *testing.T) {
	s := &served{data: []byte("0123456789abcdefghijklmno")} // 25 bytes, chunks of 10
	for _, step := range []int{1, 3, 5, 10, 25, 40} {
		s.offsets = nil
		o := newChunked(t.Context(), s.fetch, 25, 10, 4)
		var got []byte
		for at := int64(0); ; {
			b := make([]byte, step)
			n, err := o.ReadAt(b, at)
			got = append(got, b[:n]...)
			at += int64(n)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if string(got) != string(s.data) || !slices.Equal(s.asked(), []int64{0, 10, 20}) {
			t.Errorf("steps of %d: %q, fetched at %v", step, got, s.asked())
		}
	}
}

func TestChunkedReaderLooksNoFurtherThanAsked(t *testing.T) {
	s := &served{data: make([]byte, 100)}
	o := newChunked(t.Context(), s.fetch, 100, 10, 4)
	for _, off := range []int64{52, 50, 51} {
		if _, err := o.ReadAt(make([]byte, 2), off); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.asked(); !slices.Equal(got, []int64{50}) {
		t.Errorf("fetched at %v", got)
	}
}

func TestChunkedReaderHoldsNoMoreThanItsLimit(t *testing.T) {
	s := &served{data: make([]byte, 1000)}
	o := newChunked(t.Context(), s.fetch, 1000, 10, 4)
	for off := int64(995); off > 0; off -= 10 { // backwards: nothing is read to its end
		if _, err := o.ReadAt(make([]byte, 1), off); err != nil {
			t.Fatal(err)
		}
		o.mu.Lock()
		held := len(o.chunks)
		o.mu.Unlock()
		if held > 4 {
			t.Fatalf("%d chunks held", held)
		}
	}
}

func TestChunkedReaderTriesAgainAfterAnError(t *testing.T) {
	away := errors.New("away")
	s := &served{data: []byte("0123456789"), fail: away}
	o := newChunked(t.Context(), s.fetch, 10, 10, 4)
	if _, err := o.ReadAt(make([]byte, 5), 0); !errors.Is(err, away) {
		t.Fatalf("ReadAt = %v", err)
	}
	// The failed chunk is dropped before or just after its readers hear of it.
	b := make([]byte, 5)
	for deadline := t.Context(); ; {
		if _, err := o.ReadAt(b, 0); err == nil {
			break
		} else if !errors.Is(err, away) || deadline.Err() != nil {
			t.Fatal(err)
		}
	}
	if string(b) != "01234" {
		t.Errorf("read %q", b)
	}
}

func TestChunkedReaderEndsWithItsContext(t *testing.T) {
	hang := func(ctx context.Context, _, _ int64) ([]byte, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	o := newChunked(t.Context(), hang, 10, 10, 4)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.ReadAt(make([]byte, 1), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("ReadAt after Close = %v", err)
	}
}
