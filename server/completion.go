package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"assay/queue"
	"assay/storage"
	"assay/store"
)

// sealTime is how long sealing may take: an S3 server copies what has thousands
// of parts for a while. What is not done by then, the next call or a sweep does.
const sealTime = 2 * time.Minute

// completeUpload seals the file and queues its job, in steps that can each be
// repeated: commit "completing"; seal the object; one transaction writes the
// version and the job. Killed anywhere between, the client's next call or the
// worker's sweep goes on, and every call gets the same answer.
func (s *Server) completeUpload(c *call) error {
	var in struct {
		Parts []struct {
			Number int    `json:"number"`
			ETag   string `json:"etag"`
		} `json:"parts"`
	}
	if err := c.readOptional(&in, false); err != nil {
		return err
	}
	var given []storage.Part // nil: the storage's own list counts
	if in.Parts != nil {
		given = make([]storage.Part, 0, len(in.Parts))
		for _, p := range in.Parts {
			if p.Number < 1 || p.Number > c.upload.PartCount {
				return invalid("parts", fmt.Sprintf("This upload has the parts 1 to %d.", c.upload.PartCount), "Number the parts from 1.")
			}
			if p.ETag == "" {
				return invalid("parts", "Every part needs the etag that the storage answered.",
					"Leave parts out, and the storage's own list counts.")
			}
			given = append(given, storage.Part{Number: p.Number, ETag: bareETag(p.ETag)})
		}
		slices.SortFunc(given, func(a, b storage.Part) int { return a.Number - b.Number })
		for i := 1; i < len(given); i++ {
			if given[i].Number == given[i-1].Number {
				return invalid("parts", fmt.Sprintf("Part %d is named twice.", given[i].Number), "Name each part once, with the newest ETag.")
			}
		}
	}
	// Once begun, sealing is not stopped by a client that goes away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx()), sealTime)
	defer cancel()
	u, err := s.seal(ctx, c.upload.ID, given)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, struct {
		DatasetID string `json:"dataset_id"`
		Version   int    `json:"version"`
		JobID     string `json:"job_id"`
	}{u.DatasetID, u.Version, u.JobID})
}

// bareETag takes the quotes (and a proxy's weakness mark) off.
func bareETag(etag string) string {
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(etag), "W/"), `"`)
}

// seal brings an upload from open, or from wherever an earlier attempt left it,
// to completed. The calls of one upload wait for each other here; those of other
// servers meet in the store, where exactly one version and one job result.
func (s *Server) seal(ctx context.Context, id string, given []storage.Part) (store.Upload, error) {
	defer s.seals.lock(id)()
	u, err := s.notEnded(ctx, id)
	if err != nil || u.Status == store.UploadCompleted {
		return u, err
	}
	err = s.store.SetUploadStatus(ctx, id, []string{store.UploadOpen, store.UploadCompleting}, store.UploadCompleting, nil)
	if errors.Is(err, store.ErrState) {
		return s.sealedElsewhere(ctx, id)
	}
	if err != nil {
		return u, notFoundIn(err, "upload")
	}
	info, err := s.bucket.Upload(u.ObjectKey, u.StorageID).Complete(ctx, given)
	if err != nil {
		return u, s.notSealed(ctx, u, err)
	}
	if info.Size != u.Size {
		return u, s.fail(ctx, u, "size_mismatch", fmt.Sprintf("The sealed file has %d bytes, not the %d that were announced.", info.Size, u.Size))
	}
	u, err = s.store.CompleteUpload(ctx, id, "")
	if errors.Is(err, store.ErrState) || errors.Is(err, store.ErrNotFound) {
		return s.sealedElsewhere(ctx, id) // its dataset was deleted meanwhile
	}
	if err != nil {
		return u, err
	}
	s.metrics.uploads.WithLabelValues("completed").Inc()
	s.enqueue(ctx, u.JobID, 0)
	return u, nil
}

// sealedElsewhere looks again at an upload whose status changed under our hands.
func (s *Server) sealedElsewhere(ctx context.Context, id string) (store.Upload, error) {
	u, err := s.notEnded(ctx, id)
	if err != nil || u.Status == store.UploadCompleted {
		return u, err
	}
	return u, conflict("upload_"+u.Status, "This upload is just being changed.", "Ask again.")
}

// notEnded reads an upload that is completed or still can be; what was given up,
// has failed or expired is an error.
func (s *Server) notEnded(ctx context.Context, id string) (store.Upload, error) {
	u, err := s.store.Upload(ctx, id)
	if err != nil {
		return u, notFoundIn(err, "upload")
	}
	if problem := notOpen(u); problem != nil {
		return u, problem
	}
	return u, nil
}

// notSealed answers why the storage did not seal the object. Parts that are
// missing or wrong can still be sent, so the upload opens again.
func (s *Server) notSealed(ctx context.Context, u store.Upload, cause error) error {
	var mismatch *storage.ErrPartsMismatch
	switch {
	case errors.As(cause, &mismatch):
		err := s.store.SetUploadStatus(ctx, u.ID, []string{store.UploadCompleting}, store.UploadOpen, nil)
		if err != nil && !errors.Is(err, store.ErrState) {
			return notFoundIn(err, "upload")
		}
		if len(mismatch.Missing) > 0 {
			p := conflict("parts_missing", fmt.Sprintf("%d of %d parts have not arrived.", len(mismatch.Missing), u.PartCount),
				"Send them, then complete again.")
			p.Numbers = mismatch.Missing
			return p
		}
		p := conflict("part_mismatch", "Some parts are not the ones that were named: their ETag or size differs.",
			"Send them again, then complete with the new ETags.")
		p.Numbers = mismatch.Wrong
		return p
	case errors.Is(cause, storage.ErrNoUpload):
		return s.fail(ctx, u, "object_missing", "The storage has lost the parts of this upload.")
	}
	// The upload stays "completing": the next call or the sweep goes on.
	return storageFailed(cause)
}

// fail ends an upload for good.
func (s *Server) fail(ctx context.Context, u store.Upload, code, message string) error {
	fault := &store.JobError{Code: code, Message: message, Hint: "Upload the file again."}
	err := s.store.SetUploadStatus(ctx, u.ID, []string{store.UploadCompleting}, store.UploadFailed, fault)
	if err != nil && !errors.Is(err, store.ErrState) {
		return notFoundIn(err, "upload")
	}
	s.metrics.uploads.WithLabelValues("failed").Inc()
	return conflict("upload_failed", message, fault.Hint)
}

// enqueue tells the queue of a job whose row is committed. A queue that is away
// is no error: the row is the truth, and the worker's sweep enqueues it.
func (s *Server) enqueue(ctx context.Context, jobID string, fence int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := s.queue.Enqueue(ctx, queue.Task{JobID: jobID, Fence: fence}); err != nil {
		s.log.LogAttrs(ctx, slog.LevelWarn, "job not enqueued, the sweep will", slog.String("job", jobID), slog.Any("error", err))
	}
}
