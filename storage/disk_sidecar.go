package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The sidecar tells which parts are durable. It is append-only text, one JSON
// record a line, each with its own checksum:
//
//	{"key":"…","size":20000000,"part_size":8388608} 8f3a01cc
//	{"part":1,"size":8388608,"etag":"1b2c3d4e"} 09ab77f1
//	{"part":1,"void":true} 5d01e2aa
//
// A line whose checksum is wrong was torn by a kill and is ignored: its part
// was never acknowledged. Every append begins on a line of its own, so a torn
// tail spoils nothing that follows.
type sidecar struct {
	header header
	parts  map[int]Part
}

type header struct {
	Key      string `json:"key"`
	Size     int64  `json:"size"`
	PartSize int64  `json:"part_size"`
}

type partRecord struct {
	Part int    `json:"part"`
	Size int64  `json:"size,omitempty"`
	ETag string `json:"etag,omitempty"`
	// Void takes an earlier record of the part back: its bytes are about to
	// be overwritten.
	Void bool `json:"void,omitempty"`
}

func (s *sidecar) plan() plan { return plan{s.header.Size, s.header.PartSize} }

// list is the durable parts by number.
func (s *sidecar) list() []Part {
	list := make([]Part, 0, len(s.parts))
	for _, p := range s.parts {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Part) int { return a.Number - b.Number })
	return list
}

func sidecarPath(dir string) string { return filepath.Join(dir, "parts") }

func createSidecar(dir string, h header) error {
	f, err := os.OpenFile(sidecarPath(dir), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return writeRecord(f, h)
}

// appendPart makes a record durable.
func appendPart(dir string, r partRecord) error {
	f, err := os.OpenFile(sidecarPath(dir), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return writeRecord(f, r)
}

// writeRecord writes, syncs and closes. Records of several writers do not
// mix: each is one short write in append mode.
func writeRecord(f *os.File, record any) error {
	payload, err := json.Marshal(record)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	line := fmt.Appendf(nil, "\n%s %08x\n", payload, crc32.Checksum(payload, castagnoli()))
	if _, err := f.Write(line); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// readSidecar answers ErrNoUpload when there is none, or none that tells what
// the upload is.
func readSidecar(dir string) (*sidecar, error) {
	text, err := os.ReadFile(sidecarPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoUpload
	}
	if err != nil {
		return nil, fmt.Errorf("storage: read sidecar: %w", err)
	}
	return parseSidecar(text)
}

func parseSidecar(text []byte) (*sidecar, error) {
	s := &sidecar{parts: make(map[int]Part)}
	started := false
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		payload, ok := checkedLine(line)
		if !ok {
			continue
		}
		if !started {
			if err := json.Unmarshal(payload, &s.header); err != nil || s.header.Key == "" {
				return nil, ErrNoUpload
			}
			started = true
			continue
		}
		var r partRecord
		if err := json.Unmarshal(payload, &r); err != nil {
			continue
		}
		if r.Void {
			delete(s.parts, r.Part)
		} else {
			s.parts[r.Part] = Part{Number: r.Part, Size: r.Size, ETag: r.ETag}
		}
	}
	if !started {
		return nil, ErrNoUpload
	}
	return s, nil
}

// checkedLine cuts the checksum off a line and says whether it holds.
func checkedLine(line []byte) ([]byte, bool) {
	i := bytes.LastIndexByte(line, ' ')
	if i < 0 {
		return nil, false
	}
	payload, sum := line[:i], string(line[i+1:])
	return payload, sum == fmt.Sprintf("%08x", crc32.Checksum(payload, castagnoli()))
}

// castagnoli is the polynomial that processors compute.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }
