package storage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// s3UploadID is S3's own upload ID together with the plan, which S3 does not
// keep: completion needs it to know that the parts are all there.
type s3UploadID struct {
	plan plan
	id   string
}

func (u s3UploadID) String() string {
	return fmt.Sprintf("%d.%d.%s", u.plan.size, u.plan.partSize, u.id)
}

func parseS3UploadID(text string) (s3UploadID, error) {
	fields := strings.SplitN(text, ".", 3)
	if len(fields) != 3 || fields[2] == "" {
		return s3UploadID{}, ErrNoUpload
	}
	size, err1 := strconv.ParseInt(fields[0], 10, 64)
	partSize, err2 := strconv.ParseInt(fields[1], 10, 64)
	if err1 != nil || err2 != nil {
		return s3UploadID{}, ErrNoUpload
	}
	p, err := newPlan(size, partSize)
	if err != nil {
		return s3UploadID{}, ErrNoUpload
	}
	return s3UploadID{p, fields[2]}, nil
}

type s3Upload struct {
	b   *s3
	key string
	id  s3UploadID
	err error // the ID is not one of ours
}

func (u *s3Upload) SignPart(ctx context.Context, number int, size int64, expires time.Duration) (SignedPart, error) {
	if u.err != nil {
		return SignedPart{}, u.err
	}
	if number < 1 || number > maxParts || size < 0 {
		return SignedPart{}, errBadPartRange
	}
	if expires <= 0 {
		return SignedPart{}, errBadExpiry
	}
	q := url.Values{}
	q.Set("partNumber", strconv.Itoa(number))
	q.Set("uploadId", u.id.id)
	// The length is signed as a header. Every client sends it by itself, and
	// browsers let nobody set it, so it is not among the headers to send.
	length := http.Header{"Content-Length": {strconv.FormatInt(size, 10)}}
	signed, err := u.b.public.PresignHeader(ctx, http.MethodPut, u.b.bucket, u.key, s3Expiry(expires), q, length)
	if err != nil {
		return SignedPart{}, fmt.Errorf("storage: sign: %w", err)
	}
	return SignedPart{Number: number, Size: size, URL: signed.String(), Headers: map[string]string{}}, nil
}

func (u *s3Upload) ListParts(ctx context.Context) ([]Part, error) {
	if u.err != nil {
		return nil, u.err
	}
	var parts []Part
	for marker := 0; ; {
		page, err := u.b.core.ListObjectParts(ctx, u.b.bucket, u.key, u.id.id, marker, 1000)
		if err != nil {
			err = s3Error("list parts", err)
			if errors.Is(err, ErrNotFound) { // what some servers call it
				err = ErrNoUpload
			}
			return nil, err
		}
		for _, p := range page.ObjectParts {
			parts = append(parts, Part{Number: p.PartNumber, Size: p.Size, ETag: strings.Trim(p.ETag, `"`)})
		}
		if !page.IsTruncated || page.NextPartNumberMarker <= marker {
			break
		}
		marker = page.NextPartNumberMarker
	}
	slices.SortFunc(parts, func(a, b Part) int { return a.Number - b.Number })
	return parts, nil
}

func (u *s3Upload) Complete(ctx context.Context, given []Part) (Info, error) {
	if u.err != nil {
		return Info{}, u.err
	}
	// Stat first, and again after every failure: a repeated completion is
	// answered by NoSuchUpload, and one that runs beside another by whatever
	// the server stumbled over.
	info, err := u.b.stat(ctx, u.key)
	if !errors.Is(err, ErrNotFound) {
		return info, err
	}
	cause := u.seal(ctx, given)
	if cause == nil {
		return Info{Size: u.id.plan.size}, nil
	}
	patience := time.Duration(0)
	if errors.Is(cause, ErrNoUpload) {
		patience = u.assembly()
	}
	info, err = u.awaitObject(ctx, patience)
	if errors.Is(err, ErrNotFound) {
		return Info{}, cause
	}
	return info, err
}

// assembly is how long another completion of this upload may take to put the
// object together. Some servers (versitygw) have no upload any more while
// they do, and no object yet; others take no time at all.
func (u *s3Upload) assembly() time.Duration {
	const bytesPerSecond = 64 << 20
	return time.Second + time.Duration(u.id.plan.size/bytesPerSecond)*time.Second
}

// awaitObject looks for the object at least once, and until patience is over.
func (u *s3Upload) awaitObject(ctx context.Context, patience time.Duration) (Info, error) {
	over := time.Now().Add(patience)
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		info, err := u.b.stat(ctx, u.key)
		if !errors.Is(err, ErrNotFound) || time.Now().After(over) {
			return info, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return Info{}, ctx.Err()
		}
	}
}

func (u *s3Upload) seal(ctx context.Context, given []Part) error {
	stored, err := u.ListParts(ctx)
	if err != nil {
		return err
	}
	byNumber := make(map[int]Part, len(stored))
	list := make([]minio.CompletePart, 0, len(stored))
	for _, p := range stored {
		byNumber[p.Number] = p
		list = append(list, minio.CompletePart{PartNumber: p.Number, ETag: p.ETag})
	}
	if err := u.id.plan.check(byNumber, given); err != nil {
		return err
	}
	// The server holds these ETags against its parts once more, so a part
	// replaced since the listing cannot slip in.
	_, err = u.b.core.CompleteMultipartUpload(ctx, u.b.bucket, u.key, u.id.id, list, minio.PutObjectOptions{})
	return s3Error("complete upload", err)
}

func (u *s3Upload) Abort(ctx context.Context) error {
	if u.err != nil {
		return nil
	}
	err := s3Error("abort upload", u.b.core.AbortMultipartUpload(ctx, u.b.bucket, u.key, u.id.id))
	if errors.Is(err, ErrNoUpload) || errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
