package storage

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// childDir names the folder that a child process of these tests serves.
const childDir = "ASSAY_STORAGE_TEST_CHILD_DIR"

// TestServeInChild is no test of its own: it is the other process of
// TestProcessesShareAFolder, and ends with its standard input.
func TestServeInChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		return
	}
	d, err := openDisk(dir, Options{SigningKey: sharedKey, Log: newDisk(t).log})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(d.handler())
	defer server.Close()
	os.Stdout.WriteString("serving " + server.URL + "\n")
	io.Copy(io.Discard, os.Stdin)
}

var sharedKey = []byte("0123456789abcdef0123456789abcdef")

// serveInChild answers the child's address, and a way to kill it.
func serveInChild(t *testing.T, d *disk) (url string, kill func()) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServeInChild$")
	c.Env = append(os.Environ(), childDir+"="+d.dir)
	in, err := c.StdinPipe() // held open for as long as we live
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		c.Process.Kill()
		c.Wait() // it was killed: the error says so
		in.Close()
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "serving ") {
		t.Fatalf("child said %q, %v", line, err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "serving ")), kill
}

// slowPut begins a PUT and waits until its first bytes have been written into
// the upload; rest sends the remaining ones and answers the status (0: the
// connection broke).
func slowPut(t *testing.T, url, body string, begun func() bool) (rest func() int) {
	t.Helper()
	r, w := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, r)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = int64(len(body))
	status := make(chan int, 1)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		r.Close()
		if err != nil {
			status <- 0
			return
		}
		resp.Body.Close()
		status <- resp.StatusCode
	}()
	half := len(body) / 2
	if _, err := w.Write([]byte(body[:half])); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); !begun(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the first bytes never arrived")
		}
	}
	return func() int {
		w.Write([]byte(body[half:])) // refused already: the status tells
		w.Close()
		return <-status
	}
}

func TestProcessesShareAFolder(t *testing.T) {
	d := newDisk(t)
	d.key = sharedKey
	url, _ := serveInChild(t, d)
	u := start(t, d, 20, 10)
	u.send(t, 2, "bbbbbbbbbb")

	// Sent to the child, seen and superseded here.
	slow := slowPut(t, url+u.signed(t, 1, 10), "XXXXXXXXXX", u.dataHas(t, "XXXXX"))
	u.send(t, 1, "aaaaaaaaaa")
	if status := slow(); status != http.StatusConflict {
		t.Errorf("the superseded PUT got %d", status)
	}
	// Straddling a completion by another process than its own.
	slow = slowPut(t, url+u.signed(t, 1, 10), "YYYYYYYYYY", func() bool { return u.raised(t) >= 3 })
	if _, err := u.Complete(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if status := slow(); status != http.StatusForbidden {
		t.Errorf("the straddling PUT got %d", status)
	}
	u.want(t, "aaaaaaaaaabbbbbbbbbb")
}

func TestKillLosesOnlyThePartUnderWay(t *testing.T) {
	d := newDisk(t)
	d.key = sharedKey
	url, kill := serveInChild(t, d)
	u := start(t, d, 30, 10)
	for n, body := range map[int]string{1: "aaaaaaaaaa", 3: "cccccccccc"} {
		if resp, text := do(t, http.MethodPut, url+u.signed(t, n, 10), body); resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, text)
		}
	}
	slow := slowPut(t, url+u.signed(t, 2, 10), "XXXXXXXXXX", u.dataHas(t, "XXXXX"))
	kill()
	if status := slow(); status == 200 {
		t.Error("a dead process accepted a part")
	}

	restarted, _ := serveInChild(t, d)
	if have := u.have(t); len(have) != 2 || have[0] != 1 || have[1] != 3 {
		t.Fatalf("after the kill there are parts %v", have)
	}
	if resp, text := do(t, http.MethodPut, restarted+u.signed(t, 2, 10), "bbbbbbbbbb"); resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, text)
	}
	if _, err := u.Complete(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	u.want(t, "aaaaaaaaaabbbbbbbbbbcccccccccc")
}

// dataHas tells whether the data file holds some bytes yet.
func (u *diskUpload) dataHas(t *testing.T, text string) func() bool {
	return func() bool {
		data, err := os.ReadFile(u.d.uploadDir(u.id) + "/data")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(data), text)
	}
}

// raised is the generation of part 1: how many PUTs of it have begun.
func (u *diskUpload) raised(t *testing.T) uint64 {
	f, err := openFence(u.d.uploadDir(u.id))
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	g, err := f.slot(1)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
