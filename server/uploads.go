package server

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"assay/storage"
	"assay/store"
)

// firstParts is how many URLs the answer to a new upload has; /parts signs more.
const firstParts = 100

type uploadRequest struct {
	Name        string `json:"name"`
	Size        *int64 `json:"size"`
	WorkspaceID string `json:"workspace_id"`
	DatasetID   string `json:"dataset_id"`
	SHA256      string `json:"sha256"`
}

// createUpload begins an upload: the bytes go from the browser straight to the
// storage, with the URLs that this answers.
func (s *Server) createUpload(c *call) error {
	var in uploadRequest
	if err := c.read(&in); err != nil {
		return err
	}
	if err := s.checkFile(&in); err != nil {
		return err
	}
	workspaceID, err := s.uploadTarget(c, in)
	if err != nil {
		return err
	}
	if err := s.mayQueue(c); err != nil {
		return err
	}
	used, err := s.store.UsedBytes(c.ctx(), c.user.ID)
	if err != nil {
		return err
	}
	if s.limits.QuotaBytes > 0 && *in.Size > s.limits.QuotaBytes-used {
		return quotaExceeded() // found out before the storage has any work; CreateUpload makes sure
	}
	partSize, count := storage.PartSize(*in.Size)
	now := time.Now().UTC().Truncate(time.Microsecond) // as the store keeps it
	u := store.Upload{
		ID: store.NewID("up"), WorkspaceID: workspaceID, DatasetID: in.DatasetID, UserID: c.user.ID,
		Name: in.Name, Size: *in.Size, PartSize: partSize, PartCount: count, SHA256: in.SHA256,
		ObjectKey: NewSecret("o"), Status: store.UploadOpen, CreatedAt: now, ExpiresAt: now.Add(s.limits.UploadTTL),
	}
	if u.StorageID, err = s.bucket.Start(c.ctx(), u.ObjectKey, u.Size, u.PartSize); err != nil {
		return storageFailed(err)
	}
	if err := s.store.CreateUpload(c.ctx(), u, s.limits.QuotaBytes); err != nil {
		s.abort(c, u)
		switch {
		case errors.Is(err, store.ErrQuota):
			return quotaExceeded()
		case errors.Is(err, store.ErrTooMany):
			return tooMany("too_many_uploads", fmt.Sprintf("You have %d uploads under way, and may not have more.", store.MostUploads), 30)
		}
		return notFoundIn(err, "dataset")
	}
	numbers := make([]int, min(count, firstParts))
	for i := range numbers {
		numbers[i] = i + 1
	}
	parts, err := s.sign(c, u, numbers)
	if err != nil {
		return err
	}
	s.metrics.uploads.WithLabelValues("begun").Inc()
	return c.JSON(http.StatusCreated, struct {
		ID        string               `json:"id"`
		PartSize  int64                `json:"part_size"`
		PartCount int                  `json:"part_count"`
		Parts     []storage.SignedPart `json:"parts"`
		ExpiresAt time.Time            `json:"expires_at"`
	}{u.ID, u.PartSize, u.PartCount, parts, u.ExpiresAt})
}

// checkFile holds what is said of the file against the rules. The name is kept
// as it is: whoever resumes compares it with that of the file chosen again.
func (s *Server) checkFile(in *uploadRequest) error {
	switch {
	case strings.TrimSpace(in.Name) == "":
		return invalid("name", "name must not be empty.", "Send the file's name.")
	case len(in.Name) > 255:
		return invalid("name", "name must not be longer than 255 bytes.", "Send a shorter name: only its end says something of the format.")
	case strings.ContainsFunc(in.Name, unprintable), strings.ContainsAny(in.Name, `/\`), in.Name == ".", in.Name == "..", strings.ContainsRune(in.Name, utf8.RuneError):
		return invalid("name", "name must be a file's name, without folders and control characters.",
			"Send what comes after the last slash.")
	case in.Size == nil || *in.Size < 0:
		return invalid("size", "size must be the number of bytes.", "Send the file's size, 0 if it is empty.")
	case *in.Size > s.limits.MaxFileBytes:
		return &problem{Status: http.StatusRequestEntityTooLarge, Code: "too_large", Field: "size",
			Detail: fmt.Sprintf("The file has %d bytes; this Assay takes files up to %d.", *in.Size, s.limits.MaxFileBytes),
			Hint:   "Compress it with gzip or zstd, or split it."}
	}
	if in.SHA256 != "" {
		if sum, err := hex.DecodeString(in.SHA256); err != nil || len(sum) != 32 {
			return invalid("sha256", "sha256 must be 64 hexadecimal digits.", "Leave it out, and nothing is compared.")
		}
		in.SHA256 = strings.ToLower(in.SHA256)
	}
	if what := foreignFormat(in.Name); what != "" {
		return &problem{Status: http.StatusUnsupportedMediaType, Code: "unsupported_format", Field: "name",
			Detail: fmt.Sprintf("%s is %s, not a table that Assay reads.", in.Name, what), Hint: readableFormats}
	}
	return nil
}

// uploadTarget finds the workspace that the upload goes to, and checks that the
// user may add to it.
func (s *Server) uploadTarget(c *call, in uploadRequest) (workspaceID string, err error) {
	switch {
	case in.DatasetID != "":
		var d store.Dataset
		if d, c.role, err = s.store.Dataset(c.ctx(), c.user.ID, in.DatasetID); err != nil {
			return "", notFoundIn(err, "dataset")
		}
		if in.WorkspaceID != "" && in.WorkspaceID != d.WorkspaceID {
			return "", invalid("workspace_id", "The dataset is in another workspace.", "Leave workspace_id out: the dataset says where.")
		}
		workspaceID = d.WorkspaceID
	case in.WorkspaceID != "":
		if c.role, err = s.store.RoleOf(c.ctx(), c.user.ID, in.WorkspaceID); err != nil {
			return "", notFoundIn(err, "workspace")
		}
		workspaceID = in.WorkspaceID
	default:
		w, err := s.store.PersonalWorkspace(c.ctx(), c.user.ID)
		if err != nil {
			return "", notFoundIn(err, "workspace")
		}
		workspaceID, c.role = w.ID, w.Role
	}
	return workspaceID, c.atLeast(editor)
}

func quotaExceeded() *problem {
	return &problem{Status: http.StatusRequestEntityTooLarge, Code: "quota_exceeded", Field: "size",
		Detail: "With this file you would store more than you may.",
		Hint:   "Delete datasets that you do not need, or give up open uploads: they count as well."}
}

// signParts signs the URLs of parts that were not in the first answer, or whose
// URLs have expired.
func (s *Server) signParts(c *call) error {
	var in struct{ Numbers []int }
	if err := c.read(&in); err != nil {
		return err
	}
	if len(in.Numbers) < 1 || len(in.Numbers) > 1000 {
		return invalid("numbers", "numbers must name 1 to 1,000 parts.", "Ask for more parts in further requests.")
	}
	for _, n := range in.Numbers {
		if n < 1 || n > c.upload.PartCount {
			return invalid("numbers", fmt.Sprintf("This upload has the parts 1 to %d.", c.upload.PartCount), "Number the parts from 1.")
		}
	}
	if c.upload.Status == store.UploadCompleting || c.upload.Status == store.UploadCompleted {
		return conflict("upload_"+c.upload.Status, "This upload has been sealed; it takes no more parts.", "Ask for its completion again to get its job.")
	}
	if problem := notOpen(c.upload); problem != nil {
		return problem
	}
	parts, err := s.sign(c, c.upload, in.Numbers)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, struct {
		Parts []storage.SignedPart `json:"parts"`
	}{parts})
}

func (s *Server) sign(c *call, u store.Upload, numbers []int) ([]storage.SignedPart, error) {
	upload := s.bucket.Upload(u.ObjectKey, u.StorageID)
	// No URL outlives the upload it belongs to.
	life := max(min(s.limits.PartURLTTL, time.Until(u.ExpiresAt)), time.Second)
	parts := make([]storage.SignedPart, 0, len(numbers))
	for _, n := range numbers {
		part, err := upload.SignPart(c.ctx(), n, partLength(u, n), life)
		if err != nil {
			return nil, storageFailed(err)
		}
		if part.Headers == nil {
			part.Headers = map[string]string{}
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func partLength(u store.Upload, number int) int64 {
	return min(u.PartSize, u.Size-int64(number-1)*u.PartSize)
}

// notOpen answers why an upload takes nothing any more, or nil if it does.
func notOpen(u store.Upload) *problem {
	switch {
	case u.Status == store.UploadExpired, u.Status == store.UploadOpen && !u.ExpiresAt.After(time.Now()):
		return &problem{Status: http.StatusGone, Code: "upload_expired",
			Detail: "This upload has expired and its parts are deleted.", Hint: "Begin a new one."}
	case u.Status == store.UploadAborted:
		return conflict("upload_aborted", "This upload was given up.", "Begin a new one.")
	case u.Status == store.UploadFailed:
		p := conflict("upload_failed", "This upload has failed.", "Begin a new one.")
		if u.Error != nil {
			p.Detail = u.Error.Message
		}
		return p
	}
	return nil
}

type uploadView struct {
	ID          string          `json:"id"`
	Name        string          `json:"name"`
	Size        int64           `json:"size"`
	Status      string          `json:"status"`
	PartSize    int64           `json:"part_size"`
	PartCount   int             `json:"part_count"`
	Received    []storage.Part  `json:"received"`
	WorkspaceID string          `json:"workspace_id"`
	DatasetID   *string         `json:"dataset_id"`
	Version     *int            `json:"version"`
	JobID       *string         `json:"job_id"`
	Error       *store.JobError `json:"error"`
	CreatedAt   time.Time       `json:"created_at"`
	ExpiresAt   time.Time       `json:"expires_at"`
}

// viewUpload asks the storage for the parts of an open upload: its list is the
// truth, and it is what lets a client go on where it stopped.
func (s *Server) viewUpload(c *call, u store.Upload) (uploadView, error) {
	v := uploadView{
		ID: u.ID, Name: u.Name, Size: u.Size, Status: u.Status, PartSize: u.PartSize, PartCount: u.PartCount,
		Received: []storage.Part{}, WorkspaceID: u.WorkspaceID, DatasetID: orNull(u.DatasetID), JobID: orNull(u.JobID),
		Error: u.Error, CreatedAt: u.CreatedAt, ExpiresAt: u.ExpiresAt,
	}
	if u.Version > 0 {
		v.Version = &u.Version
	}
	if u.Status != store.UploadOpen {
		return v, nil
	}
	parts, err := s.bucket.Upload(u.ObjectKey, u.StorageID).ListParts(c.ctx())
	switch {
	case errors.Is(err, storage.ErrNoUpload):
		// Sealed or aborted this very moment, or lost by the storage; asking for
		// completion tells which.
	case err != nil:
		return v, storageFailed(err)
	case len(parts) > 0:
		v.Received = parts
	}
	return v, nil
}

func (s *Server) getUpload(c *call) error {
	v, err := s.viewUpload(c, c.upload)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, v)
}

func (s *Server) listUploads(c *call) error {
	page, err := c.page()
	if err != nil {
		return err
	}
	statuses, err := c.statuses(store.UploadOpen, store.UploadCompleting, store.UploadCompleted,
		store.UploadAborted, store.UploadExpired, store.UploadFailed)
	if err != nil {
		return err
	}
	uploads, next, err := s.store.Uploads(c.ctx(), store.UploadQuery{UserID: c.user.ID, Statuses: statuses, Page: page})
	if err != nil {
		return err
	}
	views := make([]uploadView, len(uploads))
	var group errgroup.Group
	group.SetLimit(8)
	for i, u := range uploads {
		group.Go(func() (err error) {
			views[i], err = s.viewUpload(c, u)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(views, next, func(v uploadView) uploadView { return v }))
}

// abortUpload gives an upload up. It may be repeated.
func (s *Server) abortUpload(c *call) error {
	err := s.store.SetUploadStatus(c.ctx(), c.upload.ID, []string{store.UploadOpen}, store.UploadAborted, nil)
	if err != nil && !errors.Is(err, store.ErrState) {
		return notFoundIn(err, "upload")
	}
	if err != nil {
		u, err := s.store.Upload(c.ctx(), c.upload.ID)
		if err != nil {
			return notFoundIn(err, "upload")
		}
		if u.Status == store.UploadCompleting || u.Status == store.UploadCompleted {
			return conflict("upload_"+u.Status, "This upload has been sealed and cannot be given up any more.", "Delete its dataset instead.")
		}
		return c.NoContent(http.StatusNoContent)
	}
	s.abort(c, c.upload)
	s.metrics.uploads.WithLabelValues("aborted").Inc()
	return c.NoContent(http.StatusNoContent)
}

// abort throws the parts away; where that fails, a sweep does it later.
func (s *Server) abort(c *call, u store.Upload) {
	if err := s.bucket.Upload(u.ObjectKey, u.StorageID).Abort(c.ctx()); err != nil {
		s.log.LogAttrs(c.ctx(), slog.LevelWarn, "parts not deleted yet, the sweep will", slog.String("upload", u.ID), slog.Any("error", err))
	}
}
