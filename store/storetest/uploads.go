package storetest

import (
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"assay/store"
)

var uploadTests = map[string]func(*testing.T, *world){
	"an upload is read back as it was written":                       uploadsAreRead,
	"fifty completions at once make one dataset, version and job":    completionRace,
	"completion adds a version to a named dataset":                   completionAddsVersion,
	"racing completions number the versions of a dataset 1 to n":     versionRace,
	"only a completing upload is completed":                          completionNeedsState,
	"a status changes only from where it may":                        statusChanges,
	"of racing completion and abort one wins":                        statusRace,
	"stored, open and completing bytes count against the quota":      quotas,
	"of racing uploads only as many start as the quota holds":        quotaRace,
	"a user has only so many uploads under way, however small":       uploadsUnderWay,
	"an upload needs its workspace and its dataset in it":            uploadsNeedTheirPlace,
	"uploads are listed by user and status":                          uploadLists,
	"the sweep finds expired, stuck and unclean uploads and no more": uploadSweeps,
}

func uploadsAreRead(_ *testing.T, w *world) {
	u, home := w.user("ann")
	want := w.upload(u, home.ID, "", 123)
	want.SHA256 = "abc"
	w.must(w.CreateUpload(w.ctx(), want, 0))
	got := must1(w.Upload(w.ctx(), want.ID))(w)
	if got.CreatedAt.IsZero() || got.UpdatedAt.IsZero() {
		w.Error("times are not set")
	}
	want.Status, want.CreatedAt, want.UpdatedAt = store.UploadOpen, got.CreatedAt, got.UpdatedAt
	want.ExpiresAt = want.ExpiresAt.UTC().Truncate(time.Microsecond)
	equal(w, "upload", got, want)
	_, err := w.Upload(w.ctx(), "up_none")
	w.want(err, store.ErrNotFound, "a missing upload")
	w.want(w.CreateUpload(w.ctx(), want, 0), store.ErrConflict, "the same again")
}

// completing moves a new upload to where CompleteUpload may be called.
func (w *world) completing(u store.User, workspace, dataset string) store.Upload {
	w.Helper()
	up := w.open(u, workspace, dataset, 1)
	w.must(w.SetUploadStatus(w.ctx(), up.ID, []string{store.UploadOpen}, store.UploadCompleting, nil))
	return up
}

func completionRace(_ *testing.T, w *world) {
	u, home := w.user("ann")
	up := w.completing(u, home.ID, "")
	var mu sync.Mutex
	answers := map[store.Upload]int{}
	won := w.race(50, nil, func() error {
		got, err := w.CompleteUpload(w.ctx(), up.ID, "")
		mu.Lock()
		defer mu.Unlock()
		answers[got]++
		return err
	})
	equal(w, "completions", won, 50)
	if len(answers) != 1 {
		w.Fatalf("%d different answers, want 1: %v", len(answers), answers)
	}
	jobs, _, err := w.Jobs(w.ctx(), store.JobQuery{UserID: u.ID})
	w.must(err)
	equal(w, "jobs", len(jobs), 1)
	datasets, _, err := w.Datasets(w.ctx(), store.DatasetQuery{UserID: u.ID})
	w.must(err)
	equal(w, "datasets", len(datasets), 1)
	for got := range answers {
		equal(w, "status", got.Status, store.UploadCompleted)
		equal(w, "dataset", got.DatasetID, datasets[0].ID)
		equal(w, "dataset's name", datasets[0].Name, up.Name)
		equal(w, "version", got.Version, 1)
		equal(w, "job", got.JobID, jobs[0].ID)
	}
	v := must1(w.Version(w.ctx(), datasets[0].ID, 1))(w)
	equal(w, "object", v.ObjectKey, up.ObjectKey)
	equal(w, "upload", v.UploadID, up.ID)
	equal(w, "maker", v.CreatedBy, u.ID)
	equal(w, "version's job", v.Job.ID, jobs[0].ID)
}

func completionAddsVersion(_ *testing.T, w *world) {
	u, home := w.user("ann")
	first := w.file(u, home.ID, "", 1)
	up := w.completing(u, home.ID, first.DatasetID)
	got := must1(w.CompleteUpload(w.ctx(), up.ID, "cafe"))(w)
	equal(w, "dataset", got.DatasetID, first.DatasetID)
	equal(w, "version", got.Version, 2)
	equal(w, "checksum", must1(w.Version(w.ctx(), first.DatasetID, 2))(w).SHA256, "cafe")
	equal(w, "the answer's checksum", got.SHA256, "cafe")
}

func versionRace(_ *testing.T, w *world) {
	const n = 12
	u, home := w.user("ann")
	first := w.file(u, home.ID, "", 1)
	ups := make(chan store.Upload, n)
	for range n {
		ups <- w.completing(u, home.ID, first.DatasetID)
	}
	equal(w, "completions", w.race(n, nil, func() error {
		_, err := w.CompleteUpload(w.ctx(), (<-ups).ID, "")
		return err
	}), n)
	numbers := map[int]bool{}
	for page := (store.Page{Limit: 5}); ; {
		list, next, err := w.Versions(w.ctx(), first.DatasetID, page)
		w.must(err)
		for i, v := range list {
			numbers[v.Number] = true
			if i > 0 && v.Number != list[i-1].Number-1 {
				w.Errorf("version %d follows %d", v.Number, list[i-1].Number)
			}
			equal(w, "job's version", v.Job.Version, v.Number)
		}
		if page.Cursor = next; next == "" {
			break
		}
	}
	for i := range n + 1 {
		if !numbers[i+1] {
			w.Errorf("there is no version %d", i+1)
		}
	}
	equal(w, "versions", len(numbers), n+1)
}

func completionNeedsState(_ *testing.T, w *world) {
	u, home := w.user("ann")
	up := w.open(u, home.ID, "", 1)
	_, err := w.CompleteUpload(w.ctx(), up.ID, "")
	w.want(err, store.ErrState, "an open upload")
	w.must(w.SetUploadStatus(w.ctx(), up.ID, []string{store.UploadOpen}, store.UploadAborted, nil))
	_, err = w.CompleteUpload(w.ctx(), up.ID, "")
	w.want(err, store.ErrState, "an aborted upload")
	_, err = w.CompleteUpload(w.ctx(), "up_none", "")
	w.want(err, store.ErrNotFound, "a missing upload")
	datasets, _, err := w.Datasets(w.ctx(), store.DatasetQuery{UserID: u.ID})
	w.must(err)
	equal(w, "datasets made", len(datasets), 0)
}

func statusChanges(_ *testing.T, w *world) {
	u, home := w.user("ann")
	up := w.open(u, home.ID, "", 1)
	ways := []string{store.UploadOpen, store.UploadCompleting}
	w.want(w.SetUploadStatus(w.ctx(), up.ID, []string{store.UploadCompleting}, store.UploadOpen, nil), store.ErrState, "from where it is not")
	fault := store.JobError{Code: "checksum_mismatch", Message: "It differs.", Hint: "Upload it again.", Offset: ptr(int64(7))}
	w.must(w.SetUploadStatus(w.ctx(), up.ID, ways, store.UploadFailed, &fault))
	got := must1(w.Upload(w.ctx(), up.ID))(w)
	equal(w, "status", got.Status, store.UploadFailed)
	if got.Error == nil || got.Error.Code != fault.Code || got.Error.Hint != fault.Hint || got.Error.Row != nil || *got.Error.Offset != 7 {
		w.Errorf("error %+v, want %+v", got.Error, fault)
	}
	if !got.UpdatedAt.After(up.UpdatedAt) {
		w.Error("updated_at did not rise")
	}
	w.want(w.SetUploadStatus(w.ctx(), up.ID, ways, store.UploadAborted, nil), store.ErrState, "from an end")
	w.want(w.SetUploadStatus(w.ctx(), "up_none", ways, store.UploadAborted, nil), store.ErrNotFound, "a missing upload")
}

func statusRace(_ *testing.T, w *world) {
	u, home := w.user("ann")
	for range 10 {
		up := w.completing(u, home.ID, "")
		var wg sync.WaitGroup
		var completed, aborted error
		wg.Go(func() { _, completed = w.CompleteUpload(w.ctx(), up.ID, "") })
		wg.Go(func() {
			aborted = w.SetUploadStatus(w.ctx(), up.ID, []string{store.UploadOpen, store.UploadCompleting}, store.UploadAborted, nil)
		})
		wg.Wait()
		got := must1(w.Upload(w.ctx(), up.ID))(w)
		switch {
		case completed == nil && errors.Is(aborted, store.ErrState):
			equal(w, "status", got.Status, store.UploadCompleted)
		case aborted == nil && errors.Is(completed, store.ErrState):
			equal(w, "status", got.Status, store.UploadAborted)
			equal(w, "job", got.JobID, "")
		default:
			w.Errorf("complete: %v, abort: %v", completed, aborted)
		}
	}
}

func quotas(_ *testing.T, w *world) {
	u, home := w.user("ann")
	bob, _ := w.user("bob")
	w.must(w.SetMember(w.ctx(), home.ID, bob.ID, store.RoleEditor))
	try := func(size, quota int64) error { return w.CreateUpload(w.ctx(), w.upload(u, home.ID, "", size), quota) }

	w.want(try(101, 100), store.ErrQuota, "more than all")
	w.file(u, home.ID, "", 40)  // stored
	w.file(bob, home.ID, "", 9) // somebody else's
	open := w.open(u, home.ID, "", 30)
	w.must(w.SetUploadStatus(w.ctx(), w.open(u, home.ID, "", 20).ID, []string{store.UploadOpen}, store.UploadCompleting, nil))
	equal(w, "used", must1(w.UsedBytes(w.ctx(), u.ID))(w), 90)
	w.want(try(11, 100), store.ErrQuota, "one too many")
	w.want(try(math.MaxInt64, 100), store.ErrQuota, "more than can be added up")
	w.must(try(10, 100))
	w.want(try(1, 100), store.ErrQuota, "one more")
	w.must(try(1<<40, 0)) // no quota
	must1(w.UsedBytes(w.ctx(), u.ID))(w)

	w.must(w.SetUploadStatus(w.ctx(), open.ID, []string{store.UploadOpen}, store.UploadAborted, nil))
	equal(w, "used after an abort", must1(w.UsedBytes(w.ctx(), u.ID))(w), 70+1<<40)
}

func uploadsUnderWay(_ *testing.T, w *world) {
	u, home := w.user("ann")
	bob, hisHome := w.user("bob")
	open := w.open(u, home.ID, "", 0)
	for range store.MostUploads - 2 {
		w.open(u, home.ID, "", 0)
	}
	won := w.race(5, store.ErrTooMany, func() error { return w.CreateUpload(w.ctx(), w.upload(u, home.ID, "", 0), 0) })
	equal(w, "uploads beside those that there are", won, 1)
	w.must(w.CreateUpload(w.ctx(), w.upload(bob, hisHome.ID, "", 0), 0))
	w.must(w.SetUploadStatus(w.ctx(), open.ID, []string{store.UploadOpen}, store.UploadAborted, nil))
	w.must(w.CreateUpload(w.ctx(), w.upload(u, home.ID, "", 0), 0))
}

func quotaRace(_ *testing.T, w *world) {
	u, home := w.user("ann")
	won := w.race(20, store.ErrQuota, func() error {
		return w.CreateUpload(w.ctx(), w.upload(u, home.ID, "", 10), 75)
	})
	equal(w, "uploads of 10 within 75", won, 7)
}

func uploadsNeedTheirPlace(_ *testing.T, w *world) {
	u, home := w.user("ann")
	_, other := w.user("bob")
	j := w.file(u, home.ID, "", 1)
	w.want(w.CreateUpload(w.ctx(), w.upload(u, "ws_none", "", 1), 0), store.ErrNotFound, "a missing workspace")
	w.want(w.CreateUpload(w.ctx(), w.upload(u, home.ID, "ds_none", 1), 0), store.ErrNotFound, "a missing dataset")
	w.want(w.CreateUpload(w.ctx(), w.upload(u, other.ID, j.DatasetID, 1), 0), store.ErrNotFound, "a dataset of another workspace")
}

func uploadLists(_ *testing.T, w *world) {
	u, home := w.user("ann")
	bob, hisHome := w.user("bob")
	w.open(bob, hisHome.ID, "", 1)
	same := time.Now().UTC()
	for i := range 7 {
		up := w.upload(u, home.ID, "", 1)
		up.CreatedAt = same
		w.must(w.CreateUpload(w.ctx(), up, 0))
		if i < 2 {
			w.must(w.SetUploadStatus(w.ctx(), up.ID, []string{store.UploadOpen}, store.UploadAborted, nil))
		}
	}
	for _, c := range []struct {
		statuses []string
		want     int
	}{{nil, 7}, {[]string{store.UploadOpen}, 5}, {[]string{store.UploadAborted, store.UploadFailed}, 2}, {[]string{store.UploadFailed}, 0}} {
		ids := pages(w, 2, func(p store.Page) ([]store.Upload, string, error) {
			return w.Uploads(w.ctx(), store.UploadQuery{UserID: u.ID, Statuses: c.statuses, Page: p})
		}, func(u store.Upload) string { return u.ID })
		equal(w, "uploads", len(ids), c.want)
	}
}

func uploadSweeps(_ *testing.T, w *world) {
	u, home := w.user("ann")
	now := time.Now()
	old := w.upload(u, home.ID, "", 1)
	old.ExpiresAt = now.Add(-time.Minute)
	w.must(w.CreateUpload(w.ctx(), old, 0))
	w.open(u, home.ID, "", 1)
	stuck := w.completing(u, home.ID, "")
	done := w.file(u, home.ID, "", 1)

	expired := must1(w.ExpiredUploads(w.ctx(), now, 10))(w)
	if len(expired) != 1 || expired[0].ID != old.ID {
		w.Errorf("expired %+v, want %s", expired, old.ID)
	}
	equal(w, "stuck for long", len(must1(w.CompletingUploads(w.ctx(), now.Add(-time.Hour), 10))(w)), 0)
	completing := must1(w.CompletingUploads(w.ctx(), now.Add(time.Hour), 10))(w)
	if len(completing) != 1 || completing[0].ID != stuck.ID {
		w.Errorf("completing %+v, want %s", completing, stuck.ID)
	}
	equal(w, "unclean at first", len(must1(w.UploadsToClean(w.ctx(), 10))(w)), 0)

	w.must(w.SetUploadStatus(w.ctx(), old.ID, []string{store.UploadOpen}, store.UploadExpired, nil))
	unclean := must1(w.UploadsToClean(w.ctx(), 10))(w)
	if len(unclean) != 1 || unclean[0].ID != old.ID {
		w.Errorf("unclean %+v, want %s", unclean, old.ID)
	}
	w.must(w.UploadCleaned(w.ctx(), old.ID))
	equal(w, "unclean at last", len(must1(w.UploadsToClean(w.ctx(), 10))(w)), 0)
	equal(w, "a cleaned upload still answers", must1(w.Upload(w.ctx(), old.ID))(w).Status, store.UploadExpired)
	equal(w, "the finished one's job", w.status(done), store.StatusQueued)
}
