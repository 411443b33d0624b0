// Package storage holds objects: the uploaded bytes, sealed and immutable.
// (Rows live in package store.)
//
// In the journey of a file it stands twice. The server has it sign one URL
// per part, the browser sends the parts straight to it, and "complete" seals
// them into one object. Later the worker opens that object by ranged reads.
//
// There are two back-ends with one behaviour, held together by the contract
// suite in storagetest: disk.go keeps a folder and serves its own signed
// URLs; s3.go talks to anything that speaks S3.
package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Bucket is where objects are kept. Keys are made by the caller: random,
// never used twice, of the characters A-Z a-z 0-9 . _ - and / only. Because no
// key is used twice, an object that exists under a key is the result of that
// key's one upload, which is what makes completion repeatable.
type Bucket interface {
	// Start opens a multipart upload of size bytes in parts of partSize (the
	// last one shorter; an empty file has one empty part). It answers the
	// upload's ID, which is opaque.
	Start(ctx context.Context, key string, size, partSize int64) (uploadID string, err error)
	// Upload is a handle on a started upload; it does no I/O.
	Upload(key, uploadID string) Upload
	// SignGet signs a URL that downloads the object as an attachment.
	SignGet(ctx context.Context, key string, opts GetOptions) (url string, err error)
	// Open opens a sealed object for reading, ErrNotFound if there is none.
	// The context bounds every read of the object, not only the opening.
	Open(ctx context.Context, key string) (Object, error)
	// Delete removes an object. A missing one is no error.
	Delete(ctx context.Context, key string) error
	// Ping tells whether the storage answers.
	Ping(ctx context.Context) error
}

// Upload is one multipart upload on its way to becoming an object.
type Upload interface {
	// SignPart signs the URL that takes exactly size bytes as the given part
	// (from 1). The URL dies with expiry, completion or abortion.
	SignPart(ctx context.Context, number int, size int64, expires time.Duration) (SignedPart, error)
	// ListParts lists the parts that are durable, by number: what a client
	// need not send again. ErrNoUpload once the upload has ended.
	ListParts(ctx context.Context) ([]Part, error)
	// Complete seals the object. Every part must be there with its exact
	// size, and those in parts must have the size (unless 0) and ETag (unless
	// empty) given there; otherwise *ErrPartsMismatch and nothing has changed.
	// A nil list takes what the storage has. Complete may be repeated, also
	// concurrently and after a crash: once sealed it answers the same again.
	// ErrNoUpload if the upload was aborted.
	Complete(ctx context.Context, parts []Part) (Info, error)
	// Abort throws the parts away. It may be repeated, and it never touches a
	// sealed object.
	Abort(ctx context.Context) error
}

// Object is a sealed object, open for reading from any number of goroutines.
// Objects that are local files also have a method File() *os.File, so that a
// child process can inherit the file itself.
type Object interface {
	io.ReaderAt
	Size() int64
	Close() error
}

// GetOptions shapes a download.
type GetOptions struct {
	Filename string        // as the browser should save it; any Unicode
	Expires  time.Duration // from now
}

// SignedPart is what a client needs to send one part: PUT exactly Size bytes
// to URL, with exactly Headers. A URL that starts with "/" is relative to the
// server's own origin.
type SignedPart struct {
	Number  int               `json:"number"`
	Size    int64             `json:"size"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
}

// Part is a durable part of an upload. ETag is bare, without quotes.
type Part struct {
	Number int    `json:"number"`
	Size   int64  `json:"size"`
	ETag   string `json:"etag"`
}

// Info describes a sealed object.
type Info struct {
	Size int64
}

// Options are what the back-ends need besides their URL.
type Options struct {
	// SigningKey signs the disk driver's URLs (32 bytes). Processes that
	// share a folder share the key; one that only reads may leave it empty.
	SigningKey []byte
	// AllowedOrigins are the origins whose pages may send parts to an S3
	// bucket (for its CORS rule). "*" is any origin, which is safe: a presigned
	// URL carries no cookie. Empty leaves the rule as it is, as a worker does.
	AllowedOrigins []string
	// Stall cuts a transfer through the disk driver that has not moved a
	// byte for this long. Zero means a minute.
	Stall time.Duration
	Log   *slog.Logger // nil discards
}

var (
	// ErrFull says that there is no room for what was to be written.
	ErrFull = errors.New("storage: full")
	// ErrNotFound says that there is no object under this key.
	ErrNotFound = errors.New("storage: no such object")
	// ErrNoUpload says that the upload never was, or has ended.
	ErrNoUpload = errors.New("storage: no such upload")
)

// ErrPartsMismatch refuses a completion: parts that are not there, and parts
// whose size or ETag is not the one expected. Both are sorted.
type ErrPartsMismatch struct {
	Missing []int
	Wrong   []int
}

func (e *ErrPartsMismatch) Error() string {
	var s []string
	if len(e.Missing) > 0 {
		s = append(s, fmt.Sprintf("%d missing (first: %d)", len(e.Missing), e.Missing[0]))
	}
	if len(e.Wrong) > 0 {
		s = append(s, fmt.Sprintf("%d of another size or ETag (first: %d)", len(e.Wrong), e.Wrong[0]))
	}
	return "storage: parts do not fit: " + strings.Join(s, ", ")
}

const (
	mebibyte = 1 << 20
	// minPartSize is above S3's own minimum of 5 MiB, and large enough that
	// the round trips and fsyncs of a part cost little beside its bytes.
	minPartSize = 8 * mebibyte
	maxParts    = 10_000 // S3's limit
)

// PartSize chooses how a file of size bytes is cut: parts of partSize bytes
// (a whole number of MiB), count of them. An empty file has one empty part.
func PartSize(size int64) (partSize int64, count int) {
	partSize = minPartSize
	if need := (size + maxParts - 1) / maxParts; need > partSize {
		partSize = (need + mebibyte - 1) / mebibyte * mebibyte
	}
	return partSize, partCount(size, partSize)
}

func partCount(size, partSize int64) int {
	if size == 0 {
		return 1
	}
	return int((size + partSize - 1) / partSize)
}

// plan is how an upload is cut.
type plan struct {
	size, partSize int64
}

func newPlan(size, partSize int64) (plan, error) {
	if size < 0 || partSize <= 0 {
		return plan{}, fmt.Errorf("storage: cannot cut %d bytes into parts of %d", size, partSize)
	}
	if (size+partSize-1)/partSize > maxParts {
		return plan{}, fmt.Errorf("storage: %d bytes in parts of %d are more than %d parts", size, partSize, maxParts)
	}
	return plan{size, partSize}, nil
}

func (p plan) count() int { return partCount(p.size, p.partSize) }

func (p plan) offset(number int) int64 { return int64(number-1) * p.partSize }

// length of a part, or -1 if there is no part of that number.
func (p plan) length(number int) int64 {
	if number < 1 || number > p.count() {
		return -1
	}
	return min(p.partSize, p.size-p.offset(number))
}

// check holds the stored parts against the plan and against the list that
// the client gave.
func (p plan) check(stored map[int]Part, given []Part) error {
	claimed := make(map[int]Part, len(given))
	var e ErrPartsMismatch
	for _, g := range given {
		claimed[g.Number] = g
	}
	for n := 1; n <= p.count(); n++ {
		have, ok := stored[n]
		claim, isClaimed := claimed[n]
		delete(claimed, n)
		switch {
		case !ok, given != nil && !isClaimed:
			e.Missing = append(e.Missing, n)
		case have.Size != p.length(n),
			claim.Size != 0 && claim.Size != have.Size,
			claim.ETag != "" && claim.ETag != have.ETag:
			e.Wrong = append(e.Wrong, n)
		}
	}
	for n := range claimed { // numbers outside the plan
		e.Wrong = append(e.Wrong, n)
	}
	if len(e.Missing) == 0 && len(e.Wrong) == 0 {
		return nil
	}
	return e.sorted()
}

func (e *ErrPartsMismatch) sorted() *ErrPartsMismatch {
	slices.Sort(e.Missing)
	slices.Sort(e.Wrong)
	return e
}
