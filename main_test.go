package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/worker/sandbox"
)

// The test binary is also the program: the sandbox starts it as its parser,
// and the crash test starts it as a server that it can kill.
func TestMain(m *testing.M) {
	if (len(os.Args) > 1 && os.Args[1] == sandbox.Arg) || os.Getenv("ASSAY_TEST_MAIN") == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// instance is an Assay that a test talks to over HTTP, as a stranger would.
type instance struct {
	url, token string
	data       string
	link       string
}

var readyLine = regexp.MustCompile(`ready on (http://\S+)`)
var linkLine = regexp.MustCompile(`http://\S+/(signin|setup)#token=\S+`)

// watchStart reads a server's standard output until it has said where it is
// and how to get in, then keeps the pipe drained.
func watchStart(r io.Reader, data string) (*instance, error) {
	in := &instance{data: data}
	lines := bufio.NewScanner(r)
	var seen strings.Builder
	for lines.Scan() {
		seen.WriteString(lines.Text() + "\n")
		if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
			in.url = m[1]
		}
		if m := linkLine.FindString(lines.Text()); m != "" {
			in.link = m
			go io.Copy(io.Discard, r)
			if b, err := os.ReadFile(filepath.Join(data, ownerToken)); err == nil {
				in.token = strings.TrimSpace(string(b))
			}
			return in, nil
		}
	}
	return nil, fmt.Errorf("the server ended before it was ready; it said: %s", seen.String())
}

// startInProcess runs the same wiring as the program, on a free port, and
// returns a function that stops it and gives its exit code.
func startInProcess(t *testing.T, data string, args ...string) (*instance, func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	r, w := io.Pipe()
	var logs lockedBuffer
	code := make(chan int, 1)
	go func() {
		c := run(ctx, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, args...), noVariables, stdio{strings.NewReader(""), w, &logs})
		w.CloseWithError(io.EOF)
		code <- c
	}()
	stop := sync.OnceValue(func() int { cancel(); return <-code })
	t.Cleanup(func() {
		stop()
		if t.Failed() {
			t.Logf("the server's log:\n%s", logs.String())
		}
	})
	in, err := watchStart(r, data)
	if err != nil {
		t.Fatalf("%v\n%s", err, logs.String())
	}
	return in, stop
}

func noVariables(string) string { return "" }

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// call sends JSON and decodes JSON; a network failure has status 0.
func (in *instance) call(method, path string, body, answer any) (int, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, in.url+path, r)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+in.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	if answer != nil && len(b) > 0 {
		if err := json.Unmarshal(b, answer); err != nil {
			return resp.StatusCode, fmt.Errorf("%s %s answered %d %q: %w", method, path, resp.StatusCode, b, err)
		}
	}
	return resp.StatusCode, nil
}

// must is call for the steps that have to work.
func (in *instance) must(t testing.TB, want int, method, path string, body, answer any) {
	t.Helper()
	var raw json.RawMessage
	status, err := in.call(method, path, body, &raw)
	if err != nil {
		t.Fatal(err)
	}
	if status != want {
		t.Fatalf("%s %s answered %d, want %d: %s", method, path, status, want, raw)
	}
	if answer != nil {
		if err := json.Unmarshal(raw, answer); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
}

type partURL struct {
	Number  int               `json:"number"`
	Size    int64             `json:"size"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
}

type uploadAnswer struct {
	ID        string    `json:"id"`
	Status    string    `json:"status"`
	PartSize  int64     `json:"part_size"`
	PartCount int       `json:"part_count"`
	Parts     []partURL `json:"parts"`
	Received  []struct {
		Number int    `json:"number"`
		Size   int64  `json:"size"`
		ETag   string `json:"etag"`
	} `json:"received"`
}

type sealedAnswer struct {
	DatasetID string `json:"dataset_id"`
	Version   int    `json:"version"`
	JobID     string `json:"job_id"`
}

type jobAnswer struct {
	ID        string `json:"id"`
	DatasetID string `json:"dataset_id"`
	Version   int    `json:"version"`
	Status    string `json:"status"`
	Stage     string `json:"stage"`
	Attempt   int    `json:"attempt"`
	Progress  struct {
		BytesDone  int64 `json:"bytes_done"`
		BytesTotal int64 `json:"bytes_total"`
		Rows       int64 `json:"rows"`
	} `json:"progress"`
	Error *struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Hint    string `json:"hint"`
		Row     *int64 `json:"row"`
		Offset  *int64 `json:"offset"`
	} `json:"error"`
}

func (j jobAnswer) ended() bool {
	return j.Status == "succeeded" || j.Status == "failed" || j.Status == "canceled"
}

// put sends one part to where its URL says.
func (in *instance) put(p partURL, body []byte) (etag string, status int, err error) {
	u := p.URL
	if strings.HasPrefix(u, "/") {
		u = in.url + u
	}
	req, err := http.NewRequest(http.MethodPut, u, bytes.NewReader(body))
	if err != nil {
		return "", 0, err
	}
	for k, v := range p.Headers {
		if !strings.EqualFold(k, "Content-Length") {
			req.Header.Set(k, v)
		}
	}
	if len(body) == 0 {
		req.Body = http.NoBody
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", 0, err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.Header.Get("ETag"), resp.StatusCode, nil
}

// upload takes a file through the whole API by hand.
func (in *instance) upload(t testing.TB, name string, content []byte, extra map[string]any) sealedAnswer {
	t.Helper()
	ask := map[string]any{"name": name, "size": len(content)}
	for k, v := range extra {
		ask[k] = v
	}
	var up uploadAnswer
	in.must(t, http.StatusCreated, "POST", "/api/v1/uploads", ask, &up)
	urls := up.Parts
	for n := len(urls) + 1; n <= up.PartCount; n++ {
		var more struct{ Parts []partURL }
		in.must(t, http.StatusOK, "POST", "/api/v1/uploads/"+up.ID+"/parts", map[string]any{"numbers": []int{n}}, &more)
		urls = append(urls, more.Parts...)
	}
	for _, p := range urls {
		from := int64(p.Number-1) * up.PartSize
		if _, status, err := in.put(p, content[from:from+p.Size]); err != nil || status != http.StatusOK {
			t.Fatalf("part %d: status %d, %v", p.Number, status, err)
		}
	}
	var sealed sealedAnswer
	in.must(t, http.StatusAccepted, "POST", "/api/v1/uploads/"+up.ID+"/complete", map[string]any{}, &sealed)
	return sealed
}

// waitJob polls, which alone must do, until the job has ended.
func (in *instance) waitJob(t testing.TB, id string) jobAnswer {
	t.Helper()
	var j jobAnswer
	eventually(t, time.Minute, func() bool {
		in.must(t, http.StatusOK, "GET", "/api/v1/jobs/"+id, nil, &j)
		return j.ended()
	})
	return j
}

// eventually polls until ok or the deadline.
func eventually(t testing.TB, within time.Duration, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatal("did not come true in time")
		}
	}
}
