package server

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"assay/store"
)

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const fourColumns = `{"report_version":1,"rows":9007199254740993,"source":{"table":"films"},
	"tables":[{"name":"films","rows":2,"columns":4},{"name":"people","rows":1,"columns":1}],
	"columns":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}],
	"missing":{"bands":[[0],[0.5],[1],[0]],"together":[{"a":"b","b":"c","share":0.5}]},
	"sample":{"rows":[["1","2",null,"4"],["5"]],"row_numbers":[1,2]},"later":{"kept":true}}`

func TestAReportIsServedAsItIsStored(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "films.csv")
	latest, versioned := "/api/v1/datasets/"+u.DatasetID+"/profile", "/api/v1/datasets/"+u.DatasetID+"/versions/1/profile"
	for _, path := range []string{latest, versioned} {
		a := i.want(409, "GET", path, ann.token, nil)
		var p struct {
			Code  string
			JobID string `json:"job_id"`
		}
		a.into(t, &p)
		if p.Code != "not_ready" || p.JobID != u.JobID {
			t.Errorf("%s before its job ran: %s", path, a.body)
		}
	}
	job := i.run(u.JobID)
	if err := i.store.SaveProvisional(t.Context(), job.ID, job.Fence, gzipped(t, `{"provisional":true}`)); err != nil {
		t.Fatal(err)
	}
	provisional := i.want(200, "GET", latest, ann.token, nil)
	if provisional.body != `{"provisional":true}` {
		t.Errorf("provisional: %s", provisional.body)
	}
	i.finish(job, store.Outcome{Status: store.StatusSucceeded, Complete: true, Report: gzipped(t, fourColumns), Summary: json.RawMessage(
		`{"rows":2,"columns":4,"missing_share":0.25,"alerts":0,"format":"csv","size_bytes":12,"complete":true,"bands":[[0,1]],"types":{"integer":4}}`)})
	for _, path := range []string{latest, versioned} {
		plain := i.want(200, "GET", path, ann.token, nil, "Accept-Encoding", "identity")
		if plain.body != fourColumns || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s as it is: %s", path, plain.body)
		}
		packed := i.want(200, "GET", path, ann.token, nil) // the client asks for gzip and unpacks
		if packed.body != fourColumns || !packed.Uncompressed {
			t.Errorf("%s with gzip: %v %s", path, packed.Uncompressed, packed.body)
		}
		tag := plain.Header.Get("ETag")
		if tag == "" || tag != packed.Header.Get("ETag") || tag == provisional.Header.Get("ETag") {
			t.Errorf("ETags: %s, %s, before %s", tag, packed.Header.Get("ETag"), provisional.Header.Get("ETag"))
		}
		for _, header := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag, "*"} {
			if a := i.want(304, "GET", path, ann.token, nil, "If-None-Match", header); a.body != "" || a.Header.Get("ETag") != tag {
				t.Errorf("If-None-Match %s: %q %s", header, a.body, a.Header.Get("ETag"))
			}
		}
		i.want(200, "GET", path, ann.token, nil, "If-None-Match", `"x"`)
		if cache := plain.Header.Get("Cache-Control"); cache != "private, no-cache" {
			t.Errorf("Cache-Control: %s", cache)
		}
	}
	var d struct{ Latest *latestView }
	i.want(200, "GET", "/api/v1/datasets/"+u.DatasetID, ann.token, nil).into(t, &d)
	if d.Latest == nil || d.Latest.JobStatus == nil || *d.Latest.JobStatus != "succeeded" || !strings.Contains(string(d.Latest.Summary), `"missing_share":0.25`) {
		t.Errorf("dataset: %+v", d.Latest)
	}
	i.want(200, "GET", "/api/v1/datasets", ann.token, nil)
	i.want(200, "GET", "/api/v1/datasets/"+u.DatasetID+"/versions", ann.token, nil)
	// A re-run keeps showing the old report.
	i.want(202, "POST", "/api/v1/datasets/"+u.DatasetID+"/versions/1/jobs", ann.token, `{"options":{"delimiter":";"}}`)
	if a := i.want(200, "GET", latest, ann.token, nil); a.body != fourColumns {
		t.Errorf("during a re-run: %s", a.body)
	}
}

func TestAPageOfColumns(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "films.csv")
	i.finish(i.run(u.JobID), store.Outcome{Status: store.StatusSucceeded, Complete: true, Report: gzipped(t, fourColumns), Summary: json.RawMessage(`{}`)})
	path := "/api/v1/datasets/" + u.DatasetID + "/profile?columns="
	for _, c := range []struct {
		page, names, bands, sample string
		together                   int
	}{
		{"0-0", "[{a}]", "[[0]]", `[["1"],["5"]]`, 0},
		{"1-2", "[{b} {c}]", "[[0.5] [1]]", `[["2",null],[]]`, 1},
		{"3-300", "[{d}]", "[[0]]", `[["4"],[]]`, 0},
		{"4-5", "[]", "[]", `[[],[]]`, 0},
	} {
		var r struct {
			Columns []struct{ Name string }
			Missing struct {
				Bands    [][]float64
				Together []any
			}
			Sample struct{ Rows json.RawMessage }
			Later  struct{ Kept bool }
			Rows   json.Number
		}
		i.want(200, "GET", path+c.page, ann.token, nil).into(t, &r)
		if got := fmt.Sprint(r.Columns); got != c.names {
			t.Errorf("%s: columns %s, want %s", c.page, got, c.names)
		}
		if got := fmt.Sprint(r.Missing.Bands); got != c.bands {
			t.Errorf("%s: bands %s, want %s", c.page, got, c.bands)
		}
		if string(r.Sample.Rows) != c.sample {
			t.Errorf("%s: sample %s, want %s", c.page, r.Sample.Rows, c.sample)
		}
		if !r.Later.Kept || len(r.Missing.Together) != c.together || r.Rows != "9007199254740993" {
			t.Errorf("%s: the rest was not kept: %+v", c.page, r)
		}
	}
	for _, wrong := range []string{"1", "a-b", "2-1", "-1-2", "1-", "99999999999999999999-99999999999999999999"} {
		i.want(400, "GET", path+wrong, ann.token, nil)
	}
	tag := i.want(200, "GET", path+"0-1", ann.token, nil).Header.Get("ETag")
	i.want(304, "GET", path+"0-1", ann.token, nil, "If-None-Match", tag)
	i.want(200, "GET", path+"0-2", ann.token, nil, "If-None-Match", tag)

	table := "/api/v1/datasets/" + u.DatasetID + "/profile?table="
	i.want(200, "GET", table+"films", ann.token, nil)
	if a := i.want(409, "GET", table+"people", ann.token, nil); a.code(t) != "not_ready" {
		t.Errorf("a table that was not profiled: %s", a.body)
	}
	if a := i.want(404, "GET", table+"nothing", ann.token, nil); a.code(t) != "no_such_table" {
		t.Errorf("a table that does not exist: %s", a.body)
	}
}

func TestEachTableOfAFileHasItsReport(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "films.xlsx")
	const people = `{"report_version":1,"rows":1,"source":{"table":"people"},"columns":[{"name":"x"},{"name":"y"}]}`
	i.finish(i.run(u.JobID), store.Outcome{Status: store.StatusSucceeded, Complete: true, Report: gzipped(t, fourColumns), Summary: json.RawMessage(`{}`),
		Tables: []store.TableReport{{Name: "people", Report: gzipped(t, people), Complete: true}}})
	for _, path := range []string{"/api/v1/datasets/" + u.DatasetID + "/profile", "/api/v1/datasets/" + u.DatasetID + "/versions/1/profile"} {
		a := i.want(200, "GET", path+"?table=people", ann.token, nil)
		if a.body != people {
			t.Errorf("%s: %s", path, a.body)
		}
		tag := a.Header.Get("ETag")
		i.want(304, "GET", path+"?table=people", ann.token, nil, "If-None-Match", tag)
		if main := i.want(200, "GET", path, ann.token, nil, "If-None-Match", tag); main.body != fourColumns {
			t.Errorf("%s without a table: %s", path, main.body)
		}
		if films := i.want(200, "GET", path+"?table=films", ann.token, nil); films.body != fourColumns {
			t.Errorf("%s by name: %s", path, films.body)
		}
		var one struct{ Columns []struct{ Name string } }
		i.want(200, "GET", path+"?table=people&columns=1-1", ann.token, nil).into(t, &one)
		if len(one.Columns) != 1 || one.Columns[0].Name != "y" {
			t.Errorf("%s: a page of its columns: %+v", path, one)
		}
	}
}

func TestTheReportAsOnePage(t *testing.T) {
	var got []ReportPage
	i := start(t, func(c *Config) {
		c.WritePage = func(w io.Writer, p ReportPage) error {
			got = append(got, p)
			_, err := io.WriteString(w, "<!doctype html>")
			return err
		}
	})
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "films.xlsx")
	path := "/api/v1/datasets/" + u.DatasetID + "/versions/1/page"
	job := i.run(u.JobID)
	if err := i.store.SaveProvisional(t.Context(), job.ID, job.Fence, gzipped(t, fourColumns)); err != nil {
		t.Fatal(err)
	}
	if a := i.want(409, "GET", path, ann.token, nil); a.code(t) != "not_ready" {
		t.Errorf("of a job that runs: %s", a.body)
	}
	films := strings.Replace(fourColumns, `"table":"films"`, `"name":"films \"1\".xlsx","table":"films"`, 1)
	const people = `{"report_version":1,"rows":1,"source":{"name":"x","table":"people"},"tables":[{"name":"films"},{"name":"people"}],"columns":[]}`
	row := int64(7)
	i.finish(job, store.Outcome{Status: store.StatusFailed, Error: &store.JobError{Code: "truncated_file", Message: "Cut off.", Row: &row},
		Report: gzipped(t, films), Summary: json.RawMessage(`{}`),
		Tables: []store.TableReport{{Name: "people", Report: gzipped(t, people), Complete: true}}})
	a := i.want(200, "GET", path, ann.token, nil)
	if a.body != "<!doctype html>" || a.Header.Get("Content-Disposition") != `attachment; filename="films \"1\".xlsx.html"` ||
		a.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%s with %v", a.body, a.Header)
	}
	i.want(200, "GET", path+"?table=people", ann.token, nil)
	i.want(404, "GET", path+"?table=nothing", ann.token, nil)
	if len(got) != 2 {
		t.Fatalf("%d pages", len(got))
	}
	if p := got[0]; len(p.Reports) != 2 || string(p.Reports[0]) != films || string(p.Reports[1]) != people || p.Made.IsZero() ||
		p.Failure == nil || *p.Failure.Row != 7 {
		t.Errorf("the page is made of %s, %+v", p.Reports, p.Failure)
	}
	if p := got[1]; len(p.Reports) != 2 || string(p.Reports[0]) != people || string(p.Reports[1]) != films || p.Failure != nil {
		t.Errorf("the page of people is made of %s, %+v", p.Reports, p.Failure)
	}
}

func TestAPageThatIsReadSlowlyKeepsNoOtherWaiting(t *testing.T) {
	made := 0
	i := start(t, func(c *Config) {
		c.WritePage = func(w io.Writer, _ ReportPage) error {
			page := []byte("<!doctype html>")
			if made++; made == 1 { // more than the sockets between us hold
				page = bytes.Repeat(page, 64<<20/len(page))
			}
			_, err := w.Write(page)
			return err
		}
	})
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "films.csv")
	i.finish(i.run(u.JobID), store.Outcome{Status: store.StatusSucceeded, Complete: true, Report: gzipped(t, fourColumns), Summary: json.RawMessage(`{}`)})
	ask := "GET /api/v1/datasets/" + u.DatasetID + "/versions/1/page HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + ann.token + "\r\n\r\n"
	slow, other := i.dial(), i.dial()
	slow.say("%s", ask)
	if _, err := slow.in.Peek(1); err != nil {
		t.Fatal(err)
	}
	other.say("%s", ask)
	if a := other.answer(); a.StatusCode != 200 || a.body != "<!doctype html>" {
		t.Errorf("%d, %d bytes", a.StatusCode, len(a.body))
	}
}

func TestAFailedJobSaysWhyThereIsNoReport(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "films.csv")
	row := int64(7)
	i.finish(i.run(u.JobID), store.Outcome{Status: store.StatusFailed,
		Error: &store.JobError{Code: "not_a_table", Message: "This is no table.", Hint: "Look at it.", Row: &row}})
	a := i.want(409, "GET", "/api/v1/datasets/"+u.DatasetID+"/profile", ann.token, nil)
	if a.code(t) != "job_failed" || !strings.Contains(a.body, "This is no table.") || !strings.Contains(a.body, u.JobID) {
		t.Errorf("%s", a.body)
	}
	i.want(409, "POST", "/api/v1/jobs/"+u.JobID+"/cancel", ann.token, nil)
	var j store.Job
	i.want(202, "POST", "/api/v1/jobs/"+u.JobID+"/retry", ann.token, nil).into(t, &j)
	if j.Status != "queued" || j.Error != nil || j.Attempt != 1 {
		t.Errorf("retried: %+v", j)
	}
	last := i.queue.tasks[len(i.queue.tasks)-1]
	row2, err := i.store.JobByID(t.Context(), u.JobID)
	if err != nil || last.JobID != u.JobID || last.Fence != row2.Fence {
		t.Errorf("enqueued %v for fence %d (%v)", last, row2.Fence, err)
	}
	i.want(202, "POST", "/api/v1/jobs/"+u.JobID+"/cancel", ann.token, nil)
	if a := i.want(409, "GET", "/api/v1/datasets/"+u.DatasetID+"/profile", ann.token, nil); a.code(t) != "job_failed" {
		t.Errorf("canceled: %s", a.body)
	}
}

func TestOptionsOfANewRun(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "films.csv")
	path := "/api/v1/datasets/" + u.DatasetID + "/versions/1/jobs"
	for _, wrong := range []string{`{"options":{"delimeter":";"}}`, `{"options":{"delimiter":";;;;;"}}`, `{"options":{"header":"maybe"}}`,
		`{"options":{"skip_rows":-1}}`, `{"options":{"format":"pdf"}}`, `{"options":{"quote":"''"}}`, `{"options":[]}`, `{"option":{}}`} {
		i.want(400, "POST", path, ann.token, wrong)
	}
	for _, right := range []string{``, `{}`, `{"options":{"delimiter":"tab","quote":"none","encoding":"windows-1252","header":"no","skip_rows":2}}`, `{"options":{"delimiter":"§"}}`} {
		var j store.Job
		i.want(202, "POST", path, ann.token, right).into(t, &j)
		row, err := i.store.JobByID(t.Context(), j.ID)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(right, "tab") && string(row.Options) != `{"delimiter":"tab","quote":"none","encoding":"windows-1252","header":"no","skip_rows":2}` {
			t.Errorf("options: %s", row.Options)
		}
		var shown struct{ Options json.RawMessage }
		i.want(200, "GET", "/api/v1/jobs/"+j.ID, ann.token, nil).into(t, &shown)
		if want := cmp.Or(string(row.Options), "null"); string(shown.Options) != want {
			t.Errorf("the job shows the options %s, want %s", shown.Options, want)
		}
	}
	i.want(404, "POST", "/api/v1/datasets/"+u.DatasetID+"/versions/2/jobs", ann.token, nil)
	for _, n := range []string{"0", "-1", "x", "1.0", "99999999999999999999"} {
		i.want(404, "GET", "/api/v1/datasets/"+u.DatasetID+"/versions/"+n+"/profile", ann.token, nil)
	}
}

func TestAcceptEncodingIsReadByItsRules(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0, *": false,
		"*": true, "*;q=0": false, "identity": false, "deflate, GZIP": true, "xgzip": false,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("Accept-Encoding %q: %v", header, got)
		}
	}
}

func TestListsPageAndSearch(t *testing.T) {
	i := start(t, nil)
	ann, bob := i.person("ann", true), i.person("bob", false)
	for n := range 5 {
		i.dataset(ann, ann.home, fmt.Sprintf("films-%d.csv", n))
	}
	i.dataset(bob, bob.home, "films-of-bob.csv")
	type page struct {
		Items      []datasetView
		NextCursor *string `json:"next_cursor"`
	}
	var names []string
	cursor := ""
	for range 10 {
		var p page
		i.want(200, "GET", "/api/v1/datasets?limit=2&cursor="+cursor, ann.token, nil).into(t, &p)
		for _, d := range p.Items {
			names = append(names, d.Name)
		}
		if p.NextCursor == nil {
			break
		}
		cursor = *p.NextCursor
	}
	if strings.Join(names, " ") != "films-4.csv films-3.csv films-2.csv films-1.csv films-0.csv" {
		t.Errorf("%v", names)
	}
	for query, want := range map[string]int{"query=FILMS-3": 1, "query=%25": 0, "query=bob": 0, "query=": 5, "workspace_id=" + ann.home: 5} {
		var p page
		i.want(200, "GET", "/api/v1/datasets?"+query, ann.token, nil).into(t, &p)
		if len(p.Items) != want {
			t.Errorf("%s: %d, want %d", query, len(p.Items), want)
		}
	}
	i.want(404, "GET", "/api/v1/datasets?workspace_id="+bob.home, ann.token, nil)
	for _, wrong := range []string{"limit=0", "limit=201", "limit=x", "cursor=%21"} {
		i.want(400, "GET", "/api/v1/datasets?"+wrong, ann.token, nil)
	}
	i.want(400, "GET", "/api/v1/jobs?status=done", ann.token, nil)
	var jobs struct{ Items []store.Job }
	i.want(200, "GET", "/api/v1/jobs?status=queued,running", ann.token, nil).into(t, &jobs)
	if len(jobs.Items) != 5 {
		t.Errorf("%d jobs", len(jobs.Items))
	}
	// Times are RFC 3339 in UTC.
	if at := i.want(200, "GET", "/api/v1/jobs/"+jobs.Items[0].ID, ann.token, nil); !strings.Contains(at.body, `"created_at":"`+jobs.Items[0].CreatedAt.Format(time.RFC3339Nano)) ||
		!strings.Contains(at.body, `Z","started_at":null`) {
		t.Errorf("times: %s", at.body)
	}
}

func TestRenamingAndDescribing(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "films.csv")
	path := "/api/v1/datasets/" + u.DatasetID
	var d struct {
		Name, Description string
		Role              store.Role
	}
	i.want(200, "PATCH", path, ann.token, `{"name":"  Films ","description":"Two\nlines"}`).into(t, &d)
	if d.Name != "Films" || d.Description != "Two\nlines" || d.Role != store.RoleOwner {
		t.Errorf("%+v", d)
	}
	i.want(200, "PATCH", path, ann.token, `{"description":""}`).into(t, &d)
	if d.Name != "Films" || d.Description != "" {
		t.Errorf("%+v", d)
	}
	for _, wrong := range []string{`{"name":""}`, `{"name":" "}`, `{"name":"a\u0007"}`, `{"name":1}`, `{"description":"a\u0000"}`, `{"name":"a"}}`, `{"name":"a"} {}`, `{"description":"` + strings.Repeat("x", 10001) + `"}`} {
		i.want(400, "PATCH", path, ann.token, wrong)
	}
}
