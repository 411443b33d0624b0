package main

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"assay/store"
)

var kills = flag.Int("kills", 5, "how many times the crash test kills the server")

// startProcess runs the program as a process of its own, which can be killed.
func startProcess(t testing.TB, data string, args ...string) (*instance, *exec.Cmd) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--log-level", "error"}, args...)...)
	cmd.Env = append(os.Environ(), "ASSAY_TEST_MAIN=1")
	var logs lockedBuffer
	cmd.Stderr = &logs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	in, err := watchStart(out, data)
	if err != nil {
		t.Fatalf("%v\n%s", err, logs.String())
	}
	return in, cmd
}

// pending is one file on its way through a server that keeps dying.
type pending struct {
	name    string
	content []byte
	rows    int64
	upload  uploadAnswer // ID is empty until the server has answered
	sealed  *sealedAnswer
}

// advance takes the file as far as the server lives. Every step is repeated
// after a crash from what the server says it has.
func (p *pending) advance(in *instance) error {
	if p.upload.ID == "" {
		status, err := in.call("POST", "/api/v1/uploads", map[string]any{"name": p.name, "size": len(p.content)}, &p.upload)
		if err != nil || status != http.StatusCreated {
			p.upload.ID = ""
			return fmt.Errorf("start: status %d, %w", status, err)
		}
	}
	var now uploadAnswer
	if status, err := in.call("GET", "/api/v1/uploads/"+p.upload.ID, nil, &now); err != nil || status != http.StatusOK {
		return fmt.Errorf("resume: status %d, %w", status, err)
	}
	have := map[int]bool{}
	for _, r := range now.Received {
		have[r.Number] = true
	}
	for n := 1; n <= now.PartCount && now.Status == "open"; n++ {
		if have[n] {
			continue
		}
		var more struct{ Parts []partURL }
		if status, err := in.call("POST", "/api/v1/uploads/"+p.upload.ID+"/parts", map[string]any{"numbers": []int{n}}, &more); err != nil || status != http.StatusOK {
			return fmt.Errorf("sign: status %d, %w", status, err)
		}
		from := int64(n-1) * now.PartSize
		if _, status, err := in.put(more.Parts[0], p.content[from:from+more.Parts[0].Size]); err != nil || status != http.StatusOK {
			return fmt.Errorf("put: status %d, %w", status, err)
		}
	}
	var sealed sealedAnswer
	status, err := in.call("POST", "/api/v1/uploads/"+p.upload.ID+"/complete", nil, &sealed)
	if err != nil || status != http.StatusAccepted {
		return fmt.Errorf("complete: status %d, %w", status, err)
	}
	if p.sealed != nil && *p.sealed != sealed {
		return fmt.Errorf("completion first answered %+v, later %+v", *p.sealed, sealed)
	}
	p.sealed = &sealed
	return nil
}

// TestKilledServerLosesNothing kills the server at random moments while files
// are uploaded and profiled. Whatever was acknowledged has exactly one job
// at the end, every job has ended with the right result, and the database is
// sound.
func TestKilledServerLosesNothing(t *testing.T) {
	data := t.TempDir()
	random := rand.New(rand.NewPCG(1, uint64(*kills)))
	var files []*pending
	for round := range *kills {
		in, cmd := startProcess(t, data)
		// A small file, and sometimes one of several parts whose job takes a while.
		rows := 1 + random.IntN(2000)
		if round%3 == 1 {
			rows = 600_000 + random.IntN(100_000)
		}
		files = append(files, &pending{name: fmt.Sprintf("file-%d.csv", round), content: crashCSV(rows), rows: int64(rows)})
		var wg sync.WaitGroup
		for _, p := range files {
			if p.sealed == nil || random.IntN(4) == 0 {
				wg.Go(func() { _ = p.advance(in) }) // the kill below is what makes it fail
			}
		}
		<-time.After(time.Duration(random.IntN(1200)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		wg.Wait()
	}

	in, cmd := startProcess(t, data)
	for _, p := range files {
		if err := p.advance(in); err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
	}
	for _, p := range files {
		if j := in.waitJob(t, p.sealed.JobID); j.Status != "succeeded" {
			t.Errorf("%s: job %s %s, %+v", p.name, j.ID, j.Status, j.Error)
		}
		var report struct {
			Rows     int64
			Complete bool
		}
		in.must(t, http.StatusOK, "GET", "/api/v1/datasets/"+p.sealed.DatasetID+"/profile", nil, &report)
		if report.Rows != p.rows || !report.Complete {
			t.Errorf("%s: report of %d rows (complete: %v), want %d", p.name, report.Rows, report.Complete, p.rows)
		}
	}
	jobs := map[string]int{}
	for cursor := ""; ; {
		var page struct {
			Items      []jobAnswer
			NextCursor string `json:"next_cursor"`
		}
		in.must(t, http.StatusOK, "GET", "/api/v1/jobs?limit=200&cursor="+cursor, nil, &page)
		for _, j := range page.Items {
			jobs[j.DatasetID]++
			if !j.ended() {
				t.Errorf("job %s is still %s", j.ID, j.Status)
			}
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	if len(jobs) != len(files) {
		t.Errorf("%d datasets have jobs, want %d", len(jobs), len(files))
	}
	for _, p := range files {
		if n := jobs[p.sealed.DatasetID]; n != 1 {
			t.Errorf("%s has %d jobs, want 1", p.name, n)
		}
	}
	stopProcess(t, cmd)

	rows, err := store.Open(t.Context(), fileURL("sqlite", filepath.Join(data, "assay.db")))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if err := rows.IntegrityCheck(t.Context()); err != nil {
		t.Error(err)
	}
}

func crashCSV(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("id,name,amount,at\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,name %d,%d.%02d,2024-01-%02d\n", i, i%977, i%10_000, i%100, 1+i%28)
	}
	return b.Bytes()
}

// startWorker runs assay worker as a process until the test ends.
func startWorker(t *testing.T, exe string, args []string) {
	t.Helper()
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), "ASSAY_TEST_MAIN=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopProcess(t, cmd) })
}
