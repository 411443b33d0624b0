package storage

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// chunkSize is how much of a part is written at a time. It bounds how long a
// completion or a newer PUT waits for the lock.
const chunkSize = 256 << 10

// partWriter is one PUT of one part. Normally it writes in place, into the
// data file at the part's offset. A part that is already durable and is sent
// again goes to a file of its own first and replaces the old bytes only when
// it is whole; until then, and for a completion that comes between, the old
// part stands (as on S3).
//
// The ETag is the CRC32C of the part's bytes.
type partWriter struct {
	dir        string
	number     int
	length     int64
	offset     int64 // in the data file
	fence      *fence
	generation uint64
	file       *os.File
	again      string // path of the file of its own, "" in place
	written    int64
	crc        uint32
}

// newPartWriter claims the part: an older PUT of it, if there is one, cannot
// write any more. Errors: ErrNoUpload, errSealed.
func newPartWriter(dir string, s *sidecar, number int) (*partWriter, error) {
	f, err := openFence(dir)
	if err != nil {
		return nil, err
	}
	p := s.plan()
	w := &partWriter{dir: dir, number: number, length: p.length(number), offset: p.offset(number), fence: f}
	if err := f.exclusive(w.claim); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *partWriter) claim() error {
	state, err := w.fence.state()
	if err != nil {
		return err
	}
	if state != stateOpen {
		return errSealed
	}
	// Read again, under the lock: an older PUT may just have finished.
	s, err := readSidecar(w.dir)
	if err != nil {
		return err
	}
	if w.generation, err = w.fence.raise(w.number); err != nil {
		return err
	}
	if _, durable := s.parts[w.number]; durable {
		w.again = filepath.Join(w.dir, fmt.Sprintf("again-%d-%d", w.number, w.generation))
		w.file, err = openShared(w.again, os.O_CREATE|os.O_EXCL|os.O_RDWR)
	} else {
		w.file, err = openShared(filepath.Join(w.dir, "data"), os.O_RDWR)
	}
	return err
}

// write takes the next bytes of the part. Errors: errSealed, errSuperseded,
// or the file system's.
func (w *partWriter) write(p []byte) error {
	if w.written+int64(len(p)) > w.length {
		return io.ErrShortWrite
	}
	at := w.written
	if w.again == "" {
		at += w.offset
	}
	err := w.fence.shared(func() error {
		if err := w.fence.allows(w.number, w.generation); err != nil {
			return err
		}
		_, err := w.file.WriteAt(p, at)
		return err
	})
	if err != nil {
		return err
	}
	w.crc = crc32.Update(w.crc, castagnoli(), p)
	w.written += int64(len(p))
	return nil
}

// commit makes the part durable and then counts it. Anything short of its
// full length is refused.
func (w *partWriter) commit() (etag string, err error) {
	if w.written != w.length {
		return "", io.ErrUnexpectedEOF
	}
	if err := w.file.Sync(); err != nil {
		return "", err
	}
	record := partRecord{Part: w.number, Size: w.length, ETag: fmt.Sprintf("%08x", w.crc)}
	if w.again != "" {
		return record.ETag, w.fence.exclusive(func() error { return w.replace(record) })
	}
	// Shared is enough: the claim of a newer PUT and a completion are
	// exclusive, so what is allowed here stays so until the record stands.
	return record.ETag, w.fence.shared(func() error {
		if err := w.fence.allows(w.number, w.generation); err != nil {
			return err
		}
		return appendPart(w.dir, record)
	})
}

// replace puts a part that was sent again in the place of the old one.
func (w *partWriter) replace(record partRecord) error {
	if err := w.fence.allows(w.number, w.generation); err != nil {
		return err
	}
	s, err := readSidecar(w.dir)
	if err != nil {
		return err
	}
	if old, ok := s.parts[w.number]; ok {
		if old.ETag == record.ETag && old.Size == record.Size {
			return nil // the usual case: only the answer had got lost
		}
		// From here on a kill leaves a mixture: it must not count.
		if err := appendPart(w.dir, partRecord{Part: w.number, Void: true}); err != nil {
			return err
		}
	}
	data, err := openShared(filepath.Join(w.dir, "data"), os.O_RDWR)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.NewOffsetWriter(data, w.offset), io.NewSectionReader(w.file, 0, w.length))
	if err = errors.Join(err, data.Sync(), data.Close()); err != nil {
		return err
	}
	return appendPart(w.dir, record)
}

func (w *partWriter) close() {
	if w.file != nil {
		w.file.Close()
	}
	if w.again != "" {
		os.Remove(w.again) // gone already when the upload has ended
	}
	w.fence.close()
}
