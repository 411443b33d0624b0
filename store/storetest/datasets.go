package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/store"
)

var datasetTests = map[string]func(*testing.T, *world){
	"only members see a dataset, with their role":        visibility,
	"lists show the newest activity first, page by page": datasetPages,
	"a text finds names in any case and nothing special": textSearch,
	"a list's summary is the newest profiled version's":  latestSummary,
	"a rename changes what it names":                     datasetPatches,
	"a deleted dataset leaves keys, not rows":            datasetDeletion,
	"garbage is listed until it is forgotten":            garbage,
}

func visibility(_ *testing.T, w *world) {
	ann, home := w.user("ann")
	bob, _ := w.user("bob")
	j := w.file(ann, home.ID, "", 1)
	d, role, err := w.Dataset(w.ctx(), ann.ID, j.DatasetID)
	w.must(err)
	equal(w, "ann's role", role, store.RoleOwner)
	equal(w, "workspace", d.WorkspaceID, home.ID)

	check := func(want error, n int) {
		w.Helper()
		_, _, err := w.Dataset(w.ctx(), bob.ID, j.DatasetID)
		w.want(err, want, "dataset")
		_, _, err = w.Job(w.ctx(), bob.ID, j.ID)
		w.want(err, want, "job")
		datasets, _, err := w.Datasets(w.ctx(), store.DatasetQuery{UserID: bob.ID})
		w.must(err)
		equal(w, "datasets", len(datasets), n)
		datasets, _, err = w.Datasets(w.ctx(), store.DatasetQuery{UserID: bob.ID, WorkspaceID: home.ID})
		w.must(err)
		equal(w, "datasets by workspace", len(datasets), n)
		jobs, _, err := w.Jobs(w.ctx(), store.JobQuery{UserID: bob.ID})
		w.must(err)
		equal(w, "jobs", len(jobs), n)
		jobs, _, err = w.Jobs(w.ctx(), store.JobQuery{UserID: bob.ID, DatasetID: j.DatasetID})
		w.must(err)
		equal(w, "jobs by dataset", len(jobs), n)
		jobs, err = w.JobsChangedSince(w.ctx(), bob.ID, d.CreatedAt, "")
		w.must(err)
		equal(w, "changed jobs", len(jobs), n)
		jobs, err = w.JobsChangedSince(w.ctx(), bob.ID, d.CreatedAt, j.ID)
		w.must(err)
		equal(w, "changed jobs by ID", len(jobs), n)
	}
	check(store.ErrNotFound, 0)
	w.must(w.SetMember(w.ctx(), home.ID, bob.ID, store.RoleViewer))
	check(nil, 1)
	_, role, err = w.Job(w.ctx(), bob.ID, j.ID)
	w.must(err)
	equal(w, "bob's role", role, store.RoleViewer)
	w.must(w.RemoveMember(w.ctx(), home.ID, bob.ID))
	check(store.ErrNotFound, 0)
}

func datasetPages(_ *testing.T, w *world) {
	u, home := w.user("ann")
	team := must1(w.CreateWorkspace(w.ctx(), "team", u.ID))(w)
	var want []string
	var first store.Job
	for i := range 9 {
		j := w.file(u, []string{home.ID, team.ID}[i%2], "", 1)
		if i == 0 {
			first = j
		}
		want = append([]string{j.DatasetID}, want...)
	}
	// The oldest gets a new version and comes to the top.
	w.file(u, home.ID, first.DatasetID, 1)
	want = append([]string{first.DatasetID}, want[:8]...)
	list := func(q store.DatasetQuery) func(store.Page) ([]store.Dataset, string, error) {
		return func(p store.Page) ([]store.Dataset, string, error) {
			q.UserID, q.Page = u.ID, p
			return w.Datasets(w.ctx(), q)
		}
	}
	id := func(d store.Dataset) string { return d.ID }
	for _, limit := range []int{1, 2, 4, 8, 9, 10} {
		if got := pages(w, limit, list(store.DatasetQuery{}), id); !slices.Equal(got, want) {
			w.Errorf("pages of %d: %v, want %v", limit, got, want)
		}
	}
	equal(w, "in one workspace", len(pages(w, 2, list(store.DatasetQuery{WorkspaceID: team.ID}), id)), 4)
}

func textSearch(_ *testing.T, w *world) {
	u, home := w.user("ann")
	for _, name := range []string{"Flüge 2024.csv", "100% cotton.csv", "a_b.csv", "wow!.csv", `back\slash.csv`} {
		j := w.file(u, home.ID, "", 1)
		w.must(w.UpdateDataset(w.ctx(), j.DatasetID, store.DatasetPatch{Name: &name}))
	}
	for text, want := range map[string]int{
		"": 5, "csv": 5, "FLÜGE": 1, "flug": 0, "%": 1, "100%": 1, "_": 1, "a_b": 1, "a%b": 0, "!": 1, "w!": 1, `\`: 1, "'": 0,
		strings.Repeat("x", 100_000): 0,
	} {
		list, _, err := w.Datasets(w.ctx(), store.DatasetQuery{UserID: u.ID, Text: text})
		w.must(err)
		equal(w, fmt.Sprintf("found by %.20q", text), len(list), want)
	}
}

func latestSummary(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 11)
	latest := func() store.VersionSummary {
		w.Helper()
		d, _, err := w.Dataset(w.ctx(), u.ID, j.DatasetID)
		w.must(err)
		if d.Latest == nil {
			w.Fatal("there is no latest version")
		}
		return *d.Latest
	}
	got := latest()
	equal(w, "number", got.Number, 1)
	equal(w, "size", got.Size, 11)
	equal(w, "job", got.JobID, j.ID)
	equal(w, "job's status", got.JobStatus, store.StatusQueued)
	equal(w, "summary", string(got.Summary), "")
	w.finish(w.claim(j), "one")
	equal(w, "summary once finished", string(latest().Summary), `{"of":"one"}`)

	second := w.file(u, home.ID, j.DatasetID, 22)
	got = latest()
	equal(w, "number", got.Number, 2)
	equal(w, "job", got.JobID, second.ID)
	equal(w, "summary while the second is queued", string(got.Summary), `{"of":"one"}`)
	w.finish(w.claim(second), "two")
	equal(w, "summary of the second", string(latest().Summary), `{"of":"two"}`)

	again := must1(w.CreateJob(w.ctx(), store.Job{DatasetID: j.DatasetID, Version: 1, CreatedBy: u.ID}))(w)
	w.finish(w.claim(again), "one again")
	equal(w, "summary after an older one ran again", string(latest().Summary), `{"of":"two"}`)
	v := must1(w.Version(w.ctx(), j.DatasetID, 1))(w)
	equal(w, "the older one's summary", string(v.Summary), `{"of":"one again"}`)
	equal(w, "the older one's newest job", v.Job.ID, again.ID)
}

func datasetPatches(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	before, _, err := w.Dataset(w.ctx(), u.ID, j.DatasetID)
	w.must(err)
	w.must(w.UpdateDataset(w.ctx(), j.DatasetID, store.DatasetPatch{Description: ptr("all of them")}))
	w.must(w.UpdateDataset(w.ctx(), j.DatasetID, store.DatasetPatch{Name: ptr("Flights")}))
	got, _, err := w.Dataset(w.ctx(), u.ID, j.DatasetID)
	w.must(err)
	equal(w, "name", got.Name, "Flights")
	equal(w, "description", got.Description, "all of them")
	equal(w, "created", got.CreatedAt, before.CreatedAt)
	equal(w, "updated_at rose", got.UpdatedAt.After(before.UpdatedAt), true)
	equal(w, "the file keeps its name", got.Latest.Name, before.Latest.Name)
	w.want(w.UpdateDataset(w.ctx(), "ds_none", store.DatasetPatch{Name: ptr("x")}), store.ErrNotFound, "a missing dataset")
}

func datasetDeletion(_ *testing.T, w *world) {
	u, home := w.user("ann")
	first := w.file(u, home.ID, "", 1)
	second := w.claim(w.file(u, home.ID, first.DatasetID, 1))
	w.must(w.SaveProvisional(w.ctx(), second.ID, second.Fence, []byte("p")))
	kept := w.file(u, home.ID, "", 1)
	open := w.open(u, home.ID, first.DatasetID, 1)
	sealing := w.completing(u, home.ID, first.DatasetID)
	elsewhere := w.open(u, home.ID, "", 1)

	keys := must1(w.DeleteDataset(w.ctx(), first.DatasetID))(w)
	equal(w, "objects to delete", len(keys), 2)
	if got := must1(w.Garbage(w.ctx(), 10))(w); !slices.Equal(got, keys) {
		w.Errorf("garbage %v, want %v", got, keys)
	}
	_, err := w.JobByID(w.ctx(), first.ID)
	w.want(err, store.ErrNotFound, "its queued job")
	w.want(w.FinishJob(w.ctx(), second.ID, second.Fence, store.Outcome{Status: store.StatusSucceeded, Report: []byte("r"), Complete: true}),
		store.ErrStale, "its worker's report")
	for _, up := range []store.Upload{open, sealing} {
		equal(w, "upload onto it", must1(w.Upload(w.ctx(), up.ID))(w).Status, store.UploadAborted)
	}
	equal(w, "to clean", len(must1(w.UploadsToClean(w.ctx(), 10))(w)), 2)
	_, err = w.CompleteUpload(w.ctx(), sealing.ID, "")
	w.want(err, store.ErrState, "complete onto it")
	equal(w, "another upload", must1(w.Upload(w.ctx(), elsewhere.ID))(w).Status, store.UploadOpen)
	equal(w, "another job", w.status(kept), store.StatusQueued)
	_, err = w.DeleteDataset(w.ctx(), first.DatasetID)
	w.want(err, store.ErrNotFound, "delete again")
	w.must(w.IntegrityCheck(w.ctx()))
}

func garbage(_ *testing.T, w *world) {
	u, home := w.user("ann")
	for range 3 {
		must1(w.DeleteDataset(w.ctx(), w.file(u, home.ID, "", 1).DatasetID))(w)
	}
	equal(w, "limited", len(must1(w.Garbage(w.ctx(), 2))(w)), 2)
	for left := 3; left > 0; left-- {
		keys := must1(w.Garbage(w.ctx(), 10))(w)
		equal(w, "keys", len(keys), left)
		w.must(w.ForgetGarbage(w.ctx(), keys[0]))
		w.must(w.ForgetGarbage(w.ctx(), keys[0]))
	}
	equal(w, "at last", len(must1(w.Garbage(w.ctx(), 10))(w)), 0)
}
