package store

import "errors"

// What callers tell apart. Methods wrap these; compare with errors.Is.
var (
	// ErrNotFound: there is no such row, or the asking user may not see it.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the name or the row exists already.
	ErrConflict = errors.New("exists already")
	// ErrStale: the job was cancelled, deleted or taken over by another worker.
	// Nothing was written, and the caller's work is to be thrown away.
	ErrStale = errors.New("the job is no longer held under this fence")
	// ErrState: the row exists, but its status does not allow this.
	ErrState = errors.New("not allowed in this state")
	// ErrQuota: the upload would exceed what its user may store.
	ErrQuota = errors.New("quota exceeded")
	// ErrTooMany: the user has as many uploads under way as one may have.
	ErrTooMany = errors.New("too many uploads under way")
	// ErrCursor: a page's cursor was not made by this store.
	ErrCursor = errors.New("unreadable cursor")
	// ErrNewerSchema: a newer version of Assay has written this database.
	ErrNewerSchema = errors.New("the database was written by a newer version of Assay")
	// ErrLocked: another process holds the data folder.
	ErrLocked = errors.New("another Assay uses this data folder; stop it first, or choose another folder")
)
