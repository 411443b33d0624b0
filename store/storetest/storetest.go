// Package storetest is what every database behind store.Store must do. A
// back-end runs it with
//
//	storetest.Run(t, func(t *testing.T) *store.Store { … })
//
// where each call answers with an empty store.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/store"
)

const lease = time.Minute

// Run runs the suite.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, part := range []struct {
		name  string
		tests map[string]func(*testing.T, *world)
	}{
		{"users", userTests},
		{"access", accessTests},
		{"workspaces", workspaceTests},
		{"uploads", uploadTests},
		{"datasets", datasetTests},
		{"jobs", jobTests},
		{"claims", claimTests},
		{"sweeps", sweepTests},
		{"profiles", profileTests},
	} {
		t.Run(part.name, func(t *testing.T) {
			for name, test := range part.tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, &world{T: t, Store: open(t)})
				})
			}
		})
	}
}

// world is a store and the short ways to fill it. Its methods fail the test.
type world struct {
	*testing.T
	*store.Store
	keys atomic.Int64 // made so far
}

func (w *world) ctx() context.Context { return w.Context() }

// must fails the test on an error.
func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// must1 returns v unless there is an error.
func must1[V any](v V, err error) func(*world) V {
	return func(w *world) V {
		w.Helper()
		w.must(err)
		return v
	}
}

// want fails unless err is target.
func (w *world) want(err, target error, what string) {
	w.Helper()
	if !errors.Is(err, target) {
		w.Errorf("%s: error %v, want %v", what, err, target)
	}
}

func equal[V comparable](w *world, what string, got, want V) {
	w.Helper()
	if got != want {
		w.Errorf("%s: %v, want %v", what, got, want)
	}
}

// user adds a user and returns it with its personal workspace.
func (w *world) user(name string) (store.User, store.Workspace) {
	w.Helper()
	u := must1(w.CreateUser(w.ctx(), store.User{Username: name, PasswordHash: "hash of " + name}))(w)
	return u, must1(w.PersonalWorkspace(w.ctx(), u.ID))(w)
}

// open starts an upload.
func (w *world) open(u store.User, workspace, dataset string, size int64) store.Upload {
	w.Helper()
	up := w.upload(u, workspace, dataset, size)
	w.must(w.CreateUpload(w.ctx(), up, 0))
	return must1(w.Upload(w.ctx(), up.ID))(w)
}

func (w *world) upload(u store.User, workspace, dataset string, size int64) store.Upload {
	n := w.keys.Add(1)
	return store.Upload{
		ID: store.NewID("up"), WorkspaceID: workspace, DatasetID: dataset, UserID: u.ID,
		Name: fmt.Sprintf("file-%d.csv", n), Size: size, PartSize: 8 << 20, PartCount: 1,
		ObjectKey: fmt.Sprintf("objects/%d", n), StorageID: fmt.Sprintf("multipart-%d", n),
		ExpiresAt: time.Now().Add(time.Hour),
	}
}

// file uploads a file to the end and returns its queued job.
func (w *world) file(u store.User, workspace, dataset string, size int64) store.Job {
	w.Helper()
	up := w.open(u, workspace, dataset, size)
	w.must(w.SetUploadStatus(w.ctx(), up.ID, []string{store.UploadOpen}, store.UploadCompleting, nil))
	done := must1(w.CompleteUpload(w.ctx(), up.ID, ""))(w)
	return must1(w.JobByID(w.ctx(), done.JobID))(w)
}

// claim takes a queued job.
func (w *world) claim(j store.Job) store.Job {
	w.Helper()
	return must1(w.ClaimJob(w.ctx(), j.ID, j.Fence, lease))(w)
}

// finish ends a claimed job with a complete report of the given text.
func (w *world) finish(j store.Job, report string) {
	w.Helper()
	w.must(w.FinishJob(w.ctx(), j.ID, j.Fence, store.Outcome{
		Status: store.StatusSucceeded, Report: []byte(report), Complete: true, Summary: json.RawMessage(`{"of":"` + report + `"}`),
	}))
}

// status reads a job's status.
func (w *world) status(j store.Job) string {
	w.Helper()
	return must1(w.JobByID(w.ctx(), j.ID))(w).Status
}

// race calls f n times at once and returns how many calls succeeded; the
// others must fail with loser.
func (w *world) race(n int, loser error, f func() error) (won int) {
	w.Helper()
	var count atomic.Int32
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			<-start
			switch err := f(); {
			case err == nil:
				count.Add(1)
			case !errors.Is(err, loser):
				w.Errorf("the losers' error is %v, want %v", err, loser)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(count.Load())
}

// pages reads a whole list page by page and returns its IDs; it fails when one
// comes twice.
func pages[V any](w *world, limit int, list func(store.Page) ([]V, string, error), id func(V) string) []string {
	w.Helper()
	var ids []string
	seen := map[string]bool{}
	for page := (store.Page{Limit: limit}); ; {
		items, next, err := list(page)
		w.must(err)
		if len(items) > limit {
			w.Fatalf("a page of %d has %d items", limit, len(items))
		}
		for _, item := range items {
			if seen[id(item)] {
				w.Fatalf("%s comes twice", id(item))
			}
			seen[id(item)] = true
			ids = append(ids, id(item))
		}
		if next == "" {
			return ids
		}
		if len(items) < limit {
			w.Fatal("a page that is not full has a next one")
		}
		page.Cursor = next
	}
}

func ptr[V any](v V) *V { return &v }
