package sandbox

import (
	"encoding/binary"
	"fmt"
	"io"
)

// A frame is one byte of kind, four of length (little-endian) and the payload.
// Payloads are JSON unless said otherwise.
const (
	// From the child.
	frameBeat        = 'b' // empty: still alive, is anybody there?
	frameProgress    = 'p' // profile.Progress
	frameProvisional = 'v' // a report
	frameOutput      = 'o' // converted bytes
	frameRead        = 'r' // readRequest, binary: a range of the file is wanted
	frameReport      = 'R' // the last report, whole or of what was read
	frameHash        = 'h' // hex SHA-256 of the stream
	frameError       = 'E' // failure
	frameDone        = 'D' // farewell: nothing follows

	// From the parent.
	frameData = 'd' // readAnswer, binary, then the bytes
)

const (
	headerBytes = 5

	// maxReport leaves room above the 20 MB that a report is kept under.
	maxReport = 32 << 20
	// maxRead is the most that one request may ask for: what the parent
	// allocates for it is its own memory.
	maxRead   = 4 << 20
	maxOutput = 1 << 20
	maxSmall  = 64 << 10

	readRequestBytes = 4 + 8 + 4 // id, offset, length
	readAnswerBytes  = 4 + 1     // id, status
)

// The status of an answer to a readRequest.
const (
	readOK     = 0
	readEOF    = 1 // these are the last bytes
	readFailed = 2 // the parent knows why
)

// fromChild has the greatest length of each kind that a child may send.
func fromChild(kind byte) (limit uint32, known bool) {
	switch kind {
	case frameBeat:
		return 0, true
	case frameProgress, frameError, frameHash, frameDone:
		return maxSmall, true
	case frameProvisional, frameReport:
		return maxReport, true
	case frameOutput:
		return maxOutput, true
	case frameRead:
		return readRequestBytes, true
	}
	return 0, false
}

// frameRefused is the error for a frame that the protocol does not allow.
type frameRefused struct {
	kind   byte
	length uint32
}

func (e *frameRefused) Error() string {
	return fmt.Sprintf("frame of kind %q with %d bytes refused", e.kind, e.length)
}

// frame is a frame from the child.
type frame struct {
	kind    byte
	payload []byte
}

// readFrame reads one frame of a child. The length is held against the kind's
// limit before the payload is allocated. io.EOF comes only between frames.
func readFrame(r io.Reader) (frame, error) {
	var header [headerBytes]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return frame{}, err
	}
	kind, length := header[0], binary.LittleEndian.Uint32(header[1:])
	if most, known := fromChild(kind); !known || length > most {
		return frame{}, &frameRefused{kind, length}
	}
	f := frame{kind, make([]byte, length)}
	if _, err := io.ReadFull(r, f.payload); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return frame{}, err
	}
	return f, nil
}

// appendHeader begins a frame; its payload of length bytes must follow.
func appendHeader(b []byte, kind byte, length int) []byte {
	b = append(b, kind)
	return binary.LittleEndian.AppendUint32(b, uint32(length))
}

// A readRequest asks for a range; answers carry its id and come in any order.
type readRequest struct {
	id     uint32
	offset int64
	length uint32
}

func (q readRequest) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, q.id)
	b = binary.LittleEndian.AppendUint64(b, uint64(q.offset))
	return binary.LittleEndian.AppendUint32(b, q.length)
}

// parseReadRequest refuses what no honest child asks for.
func parseReadRequest(b []byte) (readRequest, error) {
	if len(b) != readRequestBytes {
		return readRequest{}, fmt.Errorf("read request of %d bytes refused", len(b))
	}
	q := readRequest{
		id:     binary.LittleEndian.Uint32(b),
		offset: int64(binary.LittleEndian.Uint64(b[4:])),
		length: binary.LittleEndian.Uint32(b[12:]),
	}
	if q.offset < 0 || q.length > maxRead {
		return readRequest{}, fmt.Errorf("read of %d bytes at %d refused", q.length, q.offset)
	}
	return q, nil
}
