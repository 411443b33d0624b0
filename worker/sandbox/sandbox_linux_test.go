package sandbox

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"assay/worker/profile"
	"assay/worker/profile/report"

	"golang.org/x/sys/unix"
)

const hardMemoryLimit = !raceDetector

// attempts is what a child tried: "" where it got through.
type attempts struct {
	Env                                       []string
	Temp                                      string
	TempFile, Open, Write, Socket, Exec, Kill string
	Signals                                   map[string]string // ways to signal or to limit the parent
	Own                                       string            // a signal to the child itself
}

func tryEverything() attempts {
	say := func(err error) string {
		if err != nil {
			return err.Error()
		}
		return ""
	}
	a := attempts{Env: os.Environ(), Temp: os.TempDir()}
	file := filepath.Join(os.TempDir(), "spill")
	a.TempFile = say(os.WriteFile(file, []byte("x"), 0o600))
	if b, err := os.ReadFile(file); err != nil || string(b) != "x" {
		a.TempFile = say(err)
	}
	_, err := os.ReadFile("/etc/passwd")
	a.Open = say(err)
	a.Write = say(os.WriteFile(filepath.Join(filepath.Dir(os.TempDir()), "assay-sandbox-escape"), nil, 0o600))
	// On several threads: each of them must be confined.
	results := make(chan error)
	for range 8 {
		go func() {
			fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
			if err == nil {
				unix.Close(fd)
			}
			results <- err
		}()
	}
	for range 8 {
		if err := <-results; err != nil {
			a.Socket = say(err)
		} else {
			a.Socket = ""
			break
		}
	}
	a.Exec = say(exec.Command("/bin/true").Run())
	a.Kill = say(syscall.Kill(os.Getppid(), 0))
	parent := os.Getppid()
	limit := unix.Rlimit{}
	raw := func(call, a, b, c, d uintptr) error {
		if _, _, errno := unix.Syscall6(call, a, b, c, d, 0, 0); errno != 0 {
			return errno
		}
		return nil
	}
	info := make([]byte, 128) // siginfo_t, which the kernel wants to see negative (SI_QUEUE)
	binary.NativeEndian.PutUint32(info[8:], ^uint32(0))
	at := uintptr(unsafe.Pointer(&info[0]))
	a.Signals = map[string]string{
		"tgkill":            say(unix.Tgkill(parent, parent, 0)),
		"tkill":             say(raw(unix.SYS_TKILL, uintptr(parent), 0, 0, 0)),
		"rt_sigqueueinfo":   say(raw(unix.SYS_RT_SIGQUEUEINFO, uintptr(parent), 0, at, 0)),
		"rt_tgsigqueueinfo": say(raw(unix.SYS_RT_TGSIGQUEUEINFO, uintptr(parent), uintptr(parent), 0, at)),
		"prlimit64":         say(unix.Prlimit(parent, unix.RLIMIT_NOFILE, nil, &limit)),
	}
	a.Own = say(unix.Tgkill(os.Getpid(), unix.Gettid(), 0))
	return a
}

func TestTheChildStandsBehindWalls(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "nobody's business")
	result, err := Run(t.Context(), emptySpec("walls"), Events{})
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	var a attempts
	if err := json.Unmarshal(result.Report, &r); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(r.Source.Table), &a); err != nil {
		t.Fatal(err)
	}
	for _, v := range a.Env {
		if !strings.HasPrefix(v, "TMP") && !strings.HasPrefix(v, "TEMP=") && v != "TZ=UTC" {
			t.Errorf("the environment has %s", v)
		}
	}
	if a.TempFile != "" || !strings.Contains(a.Temp, "assay-parse-") {
		t.Errorf("temporary folder %s: %s", a.Temp, a.TempFile)
	}
	if a.Socket == "" || a.Kill == "" || a.Exec == "" {
		t.Errorf("the filter let through: %+v", a)
	}
	for way, refused := range a.Signals {
		if refused != unix.EPERM.Error() {
			t.Errorf("%s reaches the parent: %q", way, refused)
		}
	}
	if a.Own != "" {
		t.Errorf("the runtime cannot signal its own threads: %s", a.Own)
	}
	abi, _, errno := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	_, _, threads := syscall.AllThreadsSyscall(unix.SYS_GETPPID, 0, 0, 0)
	if errno != 0 || threads != 0 {
		message := fmt.Sprintf("needs a kernel with Landlock (%v) and a build without cgo (%v): CONFIG_SECURITY_LANDLOCK, lsm=landlock", errno, threads)
		if strings.Contains(os.Getenv("ASSAY_TEST_REQUIRE"), "landlock") {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	t.Logf("Landlock %d", abi)
	if a.Open == "" || a.Write == "" {
		t.Errorf("the file system is in reach: %+v", a)
	}
}

const parentVariable = "ASSAY_TEST_SANDBOX_PARENT"

// parentToBeKilled is a process that has a child and says which.
func parentToBeKilled() int {
	spec := emptySpec("hang")
	if os.Getenv(parentVariable) == "file" {
		file, err := os.Open("/dev/null")
		if err != nil {
			return 1
		}
		spec.ReaderAt, spec.File = nil, file
	}
	_, err := Run(context.Background(), spec, Events{Progress: func(p profile.Progress) { fmt.Println(p.Rows) }})
	fmt.Println(err)
	return 1
}

func TestAKilledParentLeavesNoChild(t *testing.T) {
	for _, how := range []string{"file", "frames"} {
		parent := exec.Command("/proc/self/exe")
		parent.Env = []string{parentVariable + "=" + how, "TMPDIR=" + t.TempDir()}
		out, err := parent.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := parent.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		pid, convErr := strconv.Atoi(strings.TrimSpace(line))
		if err != nil || convErr != nil || !alive(pid) {
			t.Fatalf("%s: the child does not run: %q %v", how, line, err)
		}
		_ = parent.Process.Kill()
		_ = parent.Wait()
		deadline := time.Now().Add(5 * time.Second)
		for alive(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: the child %d lives on", how, pid)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func alive(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if errors.Is(err, os.ErrNotExist) {
		return false
	}
	_, state, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(state, "Z") // a dead one that nobody has asked for
}
