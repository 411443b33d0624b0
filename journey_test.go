package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/worker/profile/report"
)

// mixedTruth is what is known about the file that mixedCSV writes.
type mixedTruth struct {
	rows, nulls   int64
	sum           float64
	min, max      float64
	oddRow        int64
	distinctCodes int64
}

// mixedCSV has a column of every kind that people mistake for another one.
func mixedCSV(rows int) ([]byte, mixedTruth) {
	var b bytes.Buffer
	truth := mixedTruth{rows: int64(rows), min: math.Inf(1), max: math.Inf(-1), oddRow: int64(rows) - 2, distinctCodes: 500}
	b.WriteString("id,code,amount,note,day,flag,almost\n")
	for i := range rows {
		amount := ""
		if i%10 == 3 {
			truth.nulls++
		} else {
			v := float64(i%7919)*0.25 - 100
			amount = fmt.Sprintf("%.2f", v)
			truth.sum += v
			truth.min, truth.max = min(truth.min, v), max(truth.max, v)
		}
		almost := fmt.Sprint(i * 3)
		if int64(i+1) == truth.oddRow {
			almost = "K"
		}
		fmt.Fprintf(&b, "%d,%05d,%s,\"said \"\"%d\"\", then\nleft\",2023-%02d-%02d,%v,%s\n",
			i+1, i%500, amount, i%1000, 1+i%12, 1+i%28, i%2 == 0, almost)
	}
	return b.Bytes(), truth
}

func checkMixed(t *testing.T, r report.Report, want mixedTruth) {
	t.Helper()
	if r.Rows != want.rows || !r.Complete || r.Provisional {
		t.Fatalf("rows %d, complete %v, provisional %v; want %d rows, complete and final", r.Rows, r.Complete, r.Provisional, want.rows)
	}
	col := map[string]report.Column{}
	for _, c := range r.Columns {
		col[c.Name] = c
	}
	for name, kind := range map[string]string{"id": "integer", "code": "text", "amount": "decimal", "note": "text", "day": "date", "flag": "boolean", "almost": "text"} {
		if col[name].Type != kind {
			t.Errorf("column %s is %q, want %q", name, col[name].Type, kind)
		}
	}
	if d := col["code"].Distinct; d.Value != want.distinctCodes || !d.Exact {
		t.Errorf("code has %+v distinct, want exactly %d", d, want.distinctCodes)
	}
	amount := col["amount"]
	if amount.Nulls != want.nulls {
		t.Errorf("amount has %d nulls, want %d", amount.Nulls, want.nulls)
	}
	if n := amount.Numeric; n == nil || *n.Min != want.min || *n.Max != want.max || math.Abs(*n.Sum-want.sum) > 1e-6 {
		t.Errorf("amount is %+v, want min %v, max %v, sum %v", n, want.min, want.max, want.sum)
	}
	if top := col["code"].Top; len(top) == 0 || len(top[0].Value) != 5 || top[0].Value[0] != '0' {
		t.Errorf("codes lost their leading zeros: %+v", top)
	}
	evidence := col["almost"].Evidence
	if len(evidence) != 2 {
		t.Fatalf("almost has evidence %+v, want integers and one text", evidence)
	}
	for _, e := range evidence {
		if e.Type == "text" && (e.Count != 1 || e.FirstRow != want.oddRow || e.Example != "K") {
			t.Errorf("the odd value is reported as %+v, want one K in row %d", e, want.oddRow)
		}
	}
}

func (in *instance) report(t *testing.T, dataset string) report.Report {
	t.Helper()
	var r report.Report
	in.must(t, http.StatusOK, "GET", "/api/v1/datasets/"+dataset+"/profile", nil, &r)
	return r
}

// checkJourney is one file's way through one arrangement of back-ends.
func checkJourney(t *testing.T, in *instance) {
	t.Helper()
	content, truth := mixedCSV(20_000)
	sealed := in.upload(t, "mixed.csv", content, nil)
	if j := in.waitJob(t, sealed.JobID); j.Status != "succeeded" {
		t.Fatalf("the job %s: %+v", j.Status, j.Error)
	}
	checkMixed(t, in.report(t, sealed.DatasetID), truth)

	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write(content)
	w.Close()
	second := in.upload(t, "mixed.csv.gz", zipped.Bytes(), map[string]any{"dataset_id": sealed.DatasetID})
	if second.DatasetID != sealed.DatasetID || second.Version != 2 {
		t.Fatalf("the second file became %+v, want version 2 of %s", second, sealed.DatasetID)
	}
	if j := in.waitJob(t, second.JobID); j.Status != "succeeded" {
		t.Fatalf("the gzip job %s: %+v", j.Status, j.Error)
	}
	checkMixed(t, in.report(t, sealed.DatasetID), truth)

	resp, err := http.DefaultClient.Do(in.request(t, "GET", "/api/v1/datasets/"+sealed.DatasetID+"/versions/1/download"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var back bytes.Buffer
	if _, err := back.ReadFrom(resp.Body); err != nil || !bytes.Equal(back.Bytes(), content) {
		t.Errorf("the download has %d bytes (%v), want the %d that were uploaded", back.Len(), err, len(content))
	}

	again := "/api/v1/datasets/" + sealed.DatasetID + "/versions/1/jobs"
	in.must(t, http.StatusBadRequest, "POST", again, map[string]any{"options": map[string]any{"encoding": "klingon"}}, nil)
	var j jobAnswer
	in.must(t, http.StatusAccepted, "POST", again, map[string]any{"options": map[string]any{"header": "no"}}, &j)
	if j = in.waitJob(t, j.ID); j.Status != "succeeded" || j.Progress.Rows != truth.rows+1 {
		t.Errorf("read without a header, the job %s with %d rows, want %d: %+v", j.Status, j.Progress.Rows, truth.rows+1, j.Error)
	}

	junk := in.upload(t, "junk.csv", append([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0}, bytes.Repeat([]byte{0, 1, 255, 3}, 5000)...), nil)
	j = in.waitJob(t, junk.JobID)
	if j.Status != "failed" || j.Error == nil || j.Error.Code == "" || j.Error.Message == "" || j.Error.Hint == "" {
		t.Errorf("an executable named .csv ended %s with %+v, want failed with a code, a sentence and a hint", j.Status, j.Error)
	}

	in.must(t, http.StatusNoContent, "DELETE", "/api/v1/datasets/"+sealed.DatasetID, nil, nil)
	in.must(t, http.StatusNotFound, "GET", "/api/v1/datasets/"+sealed.DatasetID+"/profile", nil, nil)
}

func (in *instance) request(t testing.TB, method, path string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, in.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+in.token)
	return req
}

func TestJourneyEmbedded(t *testing.T) {
	in, stop := startInProcess(t, t.TempDir())
	checkJourney(t, in)
	if code := stop(); code != exitDone {
		t.Errorf("exit code %d, want 0", code)
	}
}

// needServer gives the address of a real server that the suite needs, or
// skips; where ASSAY_TEST_REQUIRE names the suite, as CI does, it must be there.
func needServer(t *testing.T, suite, variable string) string {
	t.Helper()
	address := os.Getenv(variable)
	if address == "" {
		if strings.Contains(","+os.Getenv("ASSAY_TEST_REQUIRE")+",", ","+suite+",") {
			t.Fatalf("%s is required but %s is not set", suite, variable)
		}
		t.Skipf("needs a real server: set %s, or run make integration", variable)
	}
	return address
}

func TestJourneyOnRedis(t *testing.T) {
	in, _ := startInProcess(t, t.TempDir(), "--redis", needServer(t, "redis", "ASSAY_TEST_REDIS"))
	checkJourney(t, in)
}

func TestJourneyOnS3(t *testing.T) {
	in, _ := startInProcess(t, t.TempDir(), "--storage", needServer(t, "s3", "ASSAY_TEST_S3"))
	checkJourney(t, in)
}

// A server without workers and a worker without pages meet in Redis, a shared
// folder and a shared database.
func TestJourneyAcrossRoles(t *testing.T) {
	shared := t.TempDir()
	args := []string{
		"--redis", needServer(t, "redis", "ASSAY_TEST_REDIS"),
		"--storage", fileURL("file", filepath.Join(shared, "objects")),
		"--database", fileURL("sqlite", filepath.Join(shared, "assay.db")),
	}
	in, _ := startInProcess(t, t.TempDir(), append(args, "--role", "server")...)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	startWorker(t, exe, append([]string{"worker", "--data", t.TempDir()}, args...))
	checkJourney(t, in)
}

func TestUploadsGoOnWithoutRedis(t *testing.T) {
	in, _ := startInProcess(t, t.TempDir(), "--redis", "redis://127.0.0.1:1")
	sealed := in.upload(t, "a.csv", []byte("a,b\n1,2\n"), nil)
	var j jobAnswer
	in.must(t, http.StatusOK, "GET", "/api/v1/jobs/"+sealed.JobID, nil, &j)
	if j.Status != "queued" {
		t.Errorf("the job is %s, want queued until Redis is back", j.Status)
	}
	in.must(t, http.StatusOK, "GET", "/readyz", nil, nil)
}

func TestCompletionIsIdempotentUnderFiftyCalls(t *testing.T) {
	in, _ := startInProcess(t, t.TempDir())
	content := []byte("a,b\n1,2\n")
	var up uploadAnswer
	in.must(t, http.StatusCreated, "POST", "/api/v1/uploads", map[string]any{"name": "a.csv", "size": len(content)}, &up)
	if _, status, err := in.put(up.Parts[0], content); err != nil || status != http.StatusOK {
		t.Fatalf("put: %d, %v", status, err)
	}
	answers := make([]sealedAnswer, 50)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			status, err := in.call("POST", "/api/v1/uploads/"+up.ID+"/complete", map[string]any{}, &answers[i])
			if err != nil || status != http.StatusAccepted {
				t.Errorf("call %d: status %d, %v", i, status, err)
			}
		})
	}
	wg.Wait()
	for i, a := range answers {
		if a != answers[0] || a.JobID == "" {
			t.Errorf("call %d answered %+v, the first one %+v", i, a, answers[0])
		}
	}
	if _, status, err := in.put(up.Parts[0], content); err != nil || status != http.StatusForbidden {
		t.Errorf("a part URL after completion answers %d (%v), want 403", status, err)
	}
}

// The API hands out what the engine's own test expects of the same files.
func TestAPIReportsTheGoldenFiles(t *testing.T) {
	in, _ := startInProcess(t, t.TempDir())
	const folder = "worker/profile/testdata/golden"
	goldens, err := filepath.Glob(folder + "/*.report.json")
	if err != nil || len(goldens) == 0 {
		t.Fatalf("no golden reports: %v", err)
	}
	for _, golden := range goldens {
		name := strings.TrimSuffix(filepath.Base(golden), ".report.json")
		t.Run(name, func(t *testing.T) {
			files, err := filepath.Glob(folder + "/" + name + ".[^r]*")
			if err != nil || len(files) != 1 {
				t.Fatalf("the file of %s: %v, %v", golden, files, err)
			}
			content, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			sealed := in.upload(t, filepath.Base(files[0]), content, nil)
			in.waitJob(t, sealed.JobID)
			var got, want map[string]any
			in.must(t, http.StatusOK, "GET", "/api/v1/datasets/"+sealed.DatasetID+"/profile", nil, &got)
			b, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &want); err != nil {
				t.Fatal(err)
			}
			delete(got, "engine") // of this run, not of the file
			delete(want, "engine")
			source := got["source"].(map[string]any)
			if day, err := time.Parse(time.DateOnly, fmt.Sprint(source["as_of"])); err != nil || time.Since(day) > 48*time.Hour {
				t.Errorf("the future begins behind %v, not behind the day of the upload", source["as_of"])
			}
			delete(source, "as_of")
			for part := range want {
				if !reflect.DeepEqual(got[part], want[part]) {
					t.Errorf("%s is\n%v\nnot\n%v", part, got[part], want[part])
				}
			}
			if len(got) != len(want) {
				t.Errorf("the report has %d parts, want %d", len(got), len(want))
			}
		})
	}
}

// Every table of a file is profiled by its one job, and served by its name.
func TestTheTablesOfAnArchive(t *testing.T) {
	data := t.TempDir()
	in, _ := startInProcess(t, data)
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for _, member := range []struct{ name, text string }{
		{"orders.csv", "id,amount\n1,2.5\n2,3.5\n3,4.5\n"},
		{"people/names.json", `[{"name":"Ann"},{"name":"Bob"}]`},
	} {
		w, err := z.Create(member.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, member.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	sealed := in.upload(t, "both.zip", file.Bytes(), nil)
	if j := in.waitJob(t, sealed.JobID); j.Status != "succeeded" {
		t.Fatalf("the job %s: %+v", j.Status, j.Error)
	}
	path := "/api/v1/datasets/" + sealed.DatasetID + "/profile"
	for query, want := range map[string]report.Source{
		"":                         {Table: "orders.csv", Format: "csv"},
		"?table=orders.csv":        {Table: "orders.csv", Format: "csv"},
		"?table=people/names.json": {Table: "people/names.json", Format: "json"},
	} {
		var r report.Report
		in.must(t, http.StatusOK, "GET", path+query, nil, &r)
		if r.Source.Table != want.Table || r.Source.Format != want.Format || len(r.Tables) != 2 {
			t.Errorf("%q: table %s, format %s, %d tables", query, r.Source.Table, r.Source.Format, len(r.Tables))
		}
		for i, rows := range []int64{3, 2} {
			if n := r.Tables[i].Rows; n == nil || *n != rows {
				t.Errorf("%q: the rows of %s are not known to be %d", query, r.Tables[i].Name, rows)
			}
		}
	}
	in.must(t, http.StatusNotFound, "GET", path+"?table=nothing", nil, nil)

	// push says of which table the rows are.
	name := filepath.Join(t.TempDir(), "again.zip")
	if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs lockedBuffer
	code := run(t.Context(), []string{"push", "--data", data, name}, noVariables, stdio{strings.NewReader(""), &out, &errs})
	if code != exitDone || !strings.HasPrefix(out.String(), name+": 3 rows in its first table, 5 rows in all, http") {
		t.Errorf("push: exit code %d, %q, %s", code, out.String(), errs.String())
	}
}

// A server that is stopped in the middle of a job takes it up again, without
// spending an attempt.
func TestRestartGoesOnWithRunningJob(t *testing.T) {
	data := t.TempDir()
	in, stop := startInProcess(t, data)
	sealed := in.upload(t, "big.csv", crashCSV(900_000), nil)
	eventually(t, time.Minute, func() bool {
		var j jobAnswer
		in.must(t, http.StatusOK, "GET", "/api/v1/jobs/"+sealed.JobID, nil, &j)
		return j.Status != "queued"
	})
	if code := stop(); code != exitDone {
		t.Fatalf("exit code %d, want 0", code)
	}
	in, _ = startInProcess(t, data)
	if j := in.waitJob(t, sealed.JobID); j.Status != "succeeded" || j.Attempt != 1 {
		t.Errorf("the job %s after attempt %d: %+v; want succeeded in the first", j.Status, j.Attempt, j.Error)
	}
	if r := in.report(t, sealed.DatasetID); r.Rows != 900_000 {
		t.Errorf("%d rows, want 900,000", r.Rows)
	}
}

func TestSecondServerOnOneFolderIsRefusedInOneLine(t *testing.T) {
	data := t.TempDir()
	startInProcess(t, data)
	var out, errs lockedBuffer
	code := run(t.Context(), []string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, noVariables, stdio{strings.NewReader(""), &out, &errs})
	if code != exitFail || strings.Count(strings.TrimSpace(errs.String()), "\n") != 0 || errs.String() == "" {
		t.Errorf("exit code %d and %q, want 1 and one line", code, errs.String())
	}
}

func TestWrongSettingsAreOneLine(t *testing.T) {
	for name, args := range map[string][]string{
		"unknown flag":          {"serve", "--nope"},
		"bad listen":            {"serve", "--listen", "nonsense"},
		"bad public URL":        {"serve", "--public-url", "ftp://x"},
		"role without backends": {"serve", "--role", "server"},
		"no workers":            {"serve", "--workers", "0"},
		"bad size":              {"serve", "--memory", "lots"},
		"bad proxies":           {"serve", "--trusted-proxies", "everyone"},
		"little memory":         {"serve", "--memory", "1KiB"},
		"no time":               {"profile", "--deadline", "0s", "x.csv"},
		"unknown encoding":      {"profile", "--encoding", "klingon", "x.csv"},
		"long delimiter":        {"convert", "--to", "csv", "--delimiter", "ab", "x.csv"},
		"no Redis URL":          {"serve", "--redis", "http://x"},
		"no storage URL":        {"serve", "--storage", "ftp://x"},
		"database of later":     {"serve", "--database", "postgres://x"},
		"half an admin":         {"serve", "--admin-user", "ann"},
		"no such port":          {"serve", "--listen", ":99999"},
		"public URL with path":  {"serve", "--public-url", "https://example.org/assay"},
		"queue below nothing":   {"serve", "--max-queued", "-1"},
		"no columns":            {"serve", "--max-columns", "0"},
		"token without a name":  {"token", "add", " "},
		"backup onto a folder":  {"backup", "--data", t.TempDir(), os.TempDir()},
		"convert to nothing":    {"convert", "x.csv"},
		"unknown command":       {"frobnicate"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs lockedBuffer
			code := run(t.Context(), args, noVariables, stdio{strings.NewReader(""), &out, &errs})
			if code != exitUsage {
				t.Errorf("exit code %d, want 2", code)
			}
			lines := strings.Split(strings.TrimSpace(errs.String()), "\n")
			if last := lines[len(lines)-1]; !strings.HasPrefix(last, "assay: ") || strings.Contains(errs.String(), "goroutine") {
				t.Errorf("said %q, want a line that begins with assay:", errs.String())
			}
		})
	}
}

func TestVariablesSetFlags(t *testing.T) {
	var out, errs lockedBuffer
	env := func(name string) string { return map[string]string{"ASSAY_ROLE": "server"}[name] }
	code := run(t.Context(), []string{"serve", "--data", t.TempDir()}, env, stdio{strings.NewReader(""), &out, &errs})
	if code != exitUsage || !strings.Contains(errs.String(), "--role server needs") {
		t.Errorf("ASSAY_ROLE=server gave exit code %d and %q", code, errs.String())
	}
}

func TestProfileCommand(t *testing.T) {
	content, truth := mixedCSV(5000)
	file := filepath.Join(t.TempDir(), "mixed.csv")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	command := func(stdin string, args ...string) (int, string, string) {
		var out, errs lockedBuffer
		code := run(t.Context(), args, noVariables, stdio{strings.NewReader(stdin), &out, &errs})
		return code, out.String(), errs.String()
	}
	t.Run("json of a file and of standard input", func(t *testing.T) {
		for _, args := range [][]string{{"profile", "--json", file}, {"profile", "--json", "-"}} {
			code, out, errs := command(string(content), args...)
			var r report.Report
			if err := json.Unmarshal([]byte(out), &r); code != exitDone || err != nil {
				t.Fatalf("%v: exit code %d, %v, %s", args, code, err, errs)
			}
			checkMixed(t, r, truth)
		}
	})
	t.Run("terminal", func(t *testing.T) {
		code, out, _ := command("", "profile", file)
		if code != exitDone || !strings.Contains(out, "amount") || strings.Contains(out, "\x1b") {
			t.Errorf("exit code %d; want a page without colours that names the columns:\n%s", code, out)
		}
	})
	t.Run("several files, one of them missing", func(t *testing.T) {
		code, out, errs := command("", "profile", "--json", file, file+".none", file)
		if code != exitFail || strings.Count(out, "\n") != 2 || strings.Count(errs, "\n") != 1 {
			t.Errorf("exit code %d, %d reports, said %q; want 1, 2 and one line", code, strings.Count(out, "\n"), errs)
		}
	})
	t.Run("broken file keeps what was read", func(t *testing.T) {
		code, out, errs := command(`[{"a":1},{"a":2},{"a":`, "profile", "--json", "--format", "json", "-")
		var r report.Report
		if err := json.Unmarshal([]byte(out), &r); code != exitFail || err != nil || r.Complete || r.Rows != 2 {
			t.Errorf("exit code %d, %v, %d rows, complete %v; want 1 and an incomplete report of 2 rows; said %q", code, err, r.Rows, r.Complete, errs)
		}
	})
	t.Run("convert round trip", func(t *testing.T) {
		code, out, errs := command("a;b\n1;\"x;\"\"y\"\n", "convert", "--to", "csv", "-")
		if code != exitDone || strings.ReplaceAll(out, "\r\n", "\n") != "a,b\n1,\"x;\"\"y\"\n" {
			t.Errorf("exit code %d, %q, %s", code, out, errs)
		}
		code, out, errs = command("a;b\n1;x\n", "convert", "--to", "ndjson", "-")
		if code != exitDone || out != "{\"a\":\"1\",\"b\":\"x\"}\n" {
			t.Errorf("exit code %d, %q, %s", code, out, errs)
		}
	})
	t.Run("convert leaves no half a file", func(t *testing.T) {
		target := filepath.Join(t.TempDir(), "out.csv")
		code, _, _ := command(`[{"a":1},`, "convert", "--format", "json", "--to", "csv", "-o", target, "-")
		if _, err := os.Stat(target); code != exitFail || err == nil {
			t.Errorf("exit code %d, and the file exists: %v", code, err == nil)
		}
	})
}

func TestPushAndBackup(t *testing.T) {
	data := t.TempDir()
	in, stop := startInProcess(t, data)
	file := filepath.Join(t.TempDir(), "small.csv")
	if err := os.WriteFile(file, []byte("a,b\n1,2\n3,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs lockedBuffer
	std := stdio{strings.NewReader(""), &out, &errs}
	if code := run(t.Context(), []string{"open", "--data", data}, noVariables, std); code != exitDone || !strings.HasPrefix(out.String(), in.url+"/signin#token=") {
		t.Errorf("open: exit code %d, %q; want a link to %s", code, out.String(), in.url)
	}
	out = lockedBuffer{}
	if code := run(t.Context(), []string{"push", "--data", data, "--json", file}, noVariables, std); code != exitDone {
		t.Fatalf("push: exit code %d, %s", code, errs.String())
	}
	var j jobAnswer
	if err := json.Unmarshal([]byte(out.String()), &j); err != nil || j.Status != "succeeded" || j.Progress.Rows != 2 {
		t.Fatalf("push printed %q (%v)", out.String(), err)
	}
	// An upload on its way is not in a backup: its parts could be half there.
	var open uploadAnswer
	in.must(t, http.StatusCreated, "POST", "/api/v1/uploads", map[string]any{"name": "half.csv", "size": 20 << 20}, &open)
	if _, status, err := in.put(open.Parts[0], make([]byte, open.Parts[0].Size)); err != nil || status != http.StatusOK {
		t.Fatalf("put: %d, %v", status, err)
	}
	backup := filepath.Join(t.TempDir(), "assay.tar")
	if code := run(t.Context(), []string{"backup", "--data", data, backup}, noVariables, std); code != exitDone {
		t.Fatalf("backup: exit code %d, %s", code, errs.String())
	}
	if info, err := os.Stat(backup); err != nil || info.Size() > 4<<20 {
		t.Errorf("the backup is %v (%v); the upload on its way is in it", info, err)
	}
	stop()
	// Cut off between two entries, a tar looks whole to package tar.
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	tail := len(whole) - len(bytes.TrimRight(whole, "\x00"))
	for _, lost := range []int{2 * tarBlock, tail/tarBlock*tarBlock + tarBlock, tail + 1} {
		cut := filepath.Join(t.TempDir(), "cut.tar")
		if err := os.WriteFile(cut, whole[:len(whole)-lost], 0o600); err != nil {
			t.Fatal(err)
		}
		if code := run(t.Context(), []string{"restore", "--data", t.TempDir(), cut}, noVariables, std); code != exitFail || !strings.Contains(errs.String(), "not a whole Assay backup") {
			t.Errorf("restoring a backup without its last %d bytes: exit code %d, %q", lost, code, errs.String())
		}
	}
	restored := t.TempDir()
	if code := run(t.Context(), []string{"restore", "--data", restored, backup}, noVariables, std); code != exitDone {
		t.Fatalf("restore: exit code %d, %s", code, errs.String())
	}
	again, _ := startInProcess(t, restored)
	if r := again.report(t, j.DatasetID); r.Rows != 2 {
		t.Errorf("after the restore the report has %d rows, want 2", r.Rows)
	}
	var half uploadAnswer
	again.must(t, http.StatusOK, "GET", "/api/v1/uploads/"+open.ID, nil, &half)
	if len(half.Received) != 0 {
		t.Errorf("after the restore the upload on its way has %d parts, want none", len(half.Received))
	}
	if status, err := again.call("POST", "/api/v1/uploads/"+open.ID+"/complete", nil, nil); err != nil || status < 400 {
		t.Errorf("completing what was not backed up answers %d (%v)", status, err)
	}
	resp, err := http.DefaultClient.Do(again.request(t, "GET", "/api/v1/datasets/"+j.DatasetID+"/versions/1/download"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("after the restore the download answers %d", resp.StatusCode)
	}
}
