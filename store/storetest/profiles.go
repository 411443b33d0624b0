package storetest

import (
	"testing"

	"assay/store"
)

var profileTests = map[string]func(*testing.T, *world){
	"a provisional report is served while its job runs":            provisional,
	"a second run shows the old report until the new one lands":    rerun,
	"the latest report is that of the newest version that has one": latestProfile,
	"half a report does not replace a whole one":                   halfReports,
	"of two runs side by side the later one's report counts":       sideBySide,
	"a report's ETag changes with it":                              etags,
	"a file's other tables have reports of their own":              tables,
}

func (w *world) report(j store.Job) string {
	w.Helper()
	p, err := w.Profile(w.ctx(), j.DatasetID, j.Version)
	if err != nil {
		w.want(err, store.ErrNotFound, "report")
		return ""
	}
	if p.JobID == "" || p.ETag == "" || p.CreatedAt.IsZero() || p.DatasetID != j.DatasetID || p.Version != j.Version {
		w.Errorf("report %+v lacks something", p)
	}
	if p.Provisional {
		return string(p.Report) + " provisional"
	}
	return string(p.Report)
}

func provisional(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	equal(w, "queued", w.report(j), "")
	running := w.claim(j)
	equal(w, "running", w.report(j), "")
	w.must(w.SaveProvisional(w.ctx(), j.ID, running.Fence, []byte("a")))
	equal(w, "first", w.report(j), "a provisional")
	w.must(w.SaveProvisional(w.ctx(), j.ID, running.Fence, []byte("ab")))
	equal(w, "second", w.report(j), "ab provisional")
	p := must1(w.LatestProfile(w.ctx(), j.DatasetID))(w)
	equal(w, "the latest is provisional", p.Provisional && !p.Complete, true)
	w.finish(running, "abc")
	equal(w, "final", w.report(j), "abc")

	canceled := w.claim(w.file(u, home.ID, "", 1))
	w.must(w.SaveProvisional(w.ctx(), canceled.ID, canceled.Fence, []byte("a")))
	must1(w.CancelJob(w.ctx(), canceled.ID))(w)
	equal(w, "cancelled", w.report(canceled), "")
}

func rerun(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	w.finish(w.claim(j), "old")
	again := w.claim(must1(w.CreateJob(w.ctx(), store.Job{DatasetID: j.DatasetID, Version: 1, CreatedBy: u.ID}))(w))
	equal(w, "while it runs", w.report(j), "old")
	w.must(w.SaveProvisional(w.ctx(), again.ID, again.Fence, []byte("new")))
	equal(w, "while it knows something", w.report(j), "old")
	equal(w, "latest", string(must1(w.LatestProfile(w.ctx(), j.DatasetID))(w).Report), "old")
	w.finish(again, "new")
	equal(w, "once it landed", w.report(j), "new")
	equal(w, "its job", must1(w.Profile(w.ctx(), j.DatasetID, 1))(w).JobID, again.ID)
}

func latestProfile(_ *testing.T, w *world) {
	u, home := w.user("ann")
	first := w.file(u, home.ID, "", 1)
	_, err := w.LatestProfile(w.ctx(), first.DatasetID)
	w.want(err, store.ErrNotFound, "no report yet")
	latest := func() int {
		w.Helper()
		return must1(w.LatestProfile(w.ctx(), first.DatasetID))(w).Version
	}
	w.finish(w.claim(first), "one")
	equal(w, "first", latest(), 1)
	second := w.file(u, home.ID, first.DatasetID, 1)
	equal(w, "second queued", latest(), 1)
	running := w.claim(second)
	equal(w, "second running", latest(), 1)
	w.must(w.SaveProvisional(w.ctx(), second.ID, running.Fence, []byte("p")))
	equal(w, "second knows something", latest(), 2)
	w.must(w.ReleaseJob(w.ctx(), second.ID, running.Fence))
	equal(w, "second handed back", latest(), 1)
	w.finish(w.claim(must1(w.JobByID(w.ctx(), second.ID))(w)), "two")
	equal(w, "second", latest(), 2)
	_, err = w.Profile(w.ctx(), first.DatasetID, 3)
	w.want(err, store.ErrNotFound, "a missing version")
}

func halfReports(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	half := func(report string) {
		w.Helper()
		again := w.claim(must1(w.CreateJob(w.ctx(), store.Job{DatasetID: j.DatasetID, Version: 1, CreatedBy: u.ID}))(w))
		w.must(w.FinishJob(w.ctx(), again.ID, again.Fence, store.Outcome{Status: store.StatusFailed,
			Error: &store.JobError{Code: "truncated_file"}, Report: []byte(report), Summary: []byte(`"` + report + `"`)}))
	}
	half("half")
	equal(w, "half a report is better than none", w.report(j), "half")
	half("other half")
	equal(w, "a newer half", w.report(j), "other half")
	w.finish(w.claim(j), "whole")
	half("half again")
	equal(w, "the whole one stays", w.report(j), "whole")
	equal(w, "with its summary", string(must1(w.Version(w.ctx(), j.DatasetID, 1))(w).Summary), `{"of":"whole"}`)
}

func sideBySide(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	first := w.claim(j)
	second := w.claim(must1(w.CreateJob(w.ctx(), store.Job{DatasetID: j.DatasetID, Version: 1, CreatedBy: u.ID}))(w))
	w.finish(second, "asked for last")
	w.finish(first, "took longer")
	equal(w, "report", w.report(j), "asked for last")
	equal(w, "summary", string(must1(w.Version(w.ctx(), j.DatasetID, 1))(w).Summary), `{"of":"asked for last"}`)
	equal(w, "the slow job", w.status(first), store.StatusSucceeded)
	w.finish(w.claim(must1(w.RetryJob(w.ctx(), first.ID))(w)), "asked for once more")
	equal(w, "after a retry", w.report(j), "asked for once more")
}

func etags(_ *testing.T, w *world) {
	u, home := w.user("ann")
	tags := map[string]bool{}
	for _, report := range []string{"a", "b", "a"} {
		j := w.claim(w.file(u, home.ID, "", 1))
		w.finish(j, report)
		tags[must1(w.Profile(w.ctx(), j.DatasetID, 1))(w).ETag] = true
	}
	equal(w, "ETags of two different reports", len(tags), 2)
}

func tables(_ *testing.T, w *world) {
	u, home := w.user("ann")
	j := w.file(u, home.ID, "", 1)
	report := func(name string) string {
		w.Helper()
		p, err := w.TableProfile(w.ctx(), j.DatasetID, j.Version, name)
		if err != nil {
			w.want(err, store.ErrNotFound, "report of "+name)
			return ""
		}
		if p.JobID == "" || p.ETag == "" || p.CreatedAt.IsZero() || p.DatasetID != j.DatasetID || p.Version != 1 || p.Provisional {
			w.Errorf("report %+v lacks something", p)
		}
		return string(p.Report)
	}
	run := func(running store.Job, complete bool, others ...store.TableReport) {
		w.Helper()
		w.must(w.FinishJob(w.ctx(), running.ID, running.Fence, store.Outcome{Status: store.StatusSucceeded,
			Report: []byte("one"), Complete: complete, Summary: []byte(`{}`), Tables: others}))
	}
	again := func() store.Job {
		w.Helper()
		return w.claim(must1(w.CreateJob(w.ctx(), store.Job{DatasetID: j.DatasetID, Version: 1, CreatedBy: u.ID}))(w))
	}
	equal(w, "before the job", report("two"), "")
	run(w.claim(j), true, store.TableReport{Name: "two", Report: []byte("2"), Complete: true}, store.TableReport{Name: "three", Report: []byte("3")})
	equal(w, "two", report("two"), "2")
	equal(w, "three, in part", report("three"), "3")
	equal(w, "a table that does not exist", report("four"), "")
	equal(w, "whole", must1(w.TableProfile(w.ctx(), j.DatasetID, 1, "two"))(w).Complete, true)
	equal(w, "not whole", must1(w.TableProfile(w.ctx(), j.DatasetID, 1, "three"))(w).Complete, false)
	run(again(), false, store.TableReport{Name: "two", Report: []byte("half")})
	equal(w, "a run that is not kept", report("two"), "2")
	run(again(), true, store.TableReport{Name: "four", Report: []byte("4"), Complete: true})
	equal(w, "the next run has no two", report("two"), "")
	equal(w, "it has a four", report("four"), "4")
	must1(w.DeleteDataset(w.ctx(), j.DatasetID))(w)
	equal(w, "deleted", report("four"), "")
}
