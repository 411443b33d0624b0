package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"assay/worker/profile"
	"assay/worker/profile/source"
)

// errDeadline is the cause of a context that Spec.Timeout ended.
var errDeadline = errors.New("sandbox: out of time")

// Run parses one file in a child process and waits for its end. The error is
//
//   - a *source.Error for what the file is to blame for; then Result.Report may
//     hold what was read before;
//   - a *Died if the child crashed or went past its memory or time;
//   - ctx's error if ctx ended, after the child was killed;
//   - anything else: a fault of this machine, of the reader or of Spec.Output.
func Run(ctx context.Context, spec Spec, events Events) (Result, error) {
	if spec.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, spec.Timeout, errDeadline)
		defer cancel()
	}
	result, err := run(ctx, spec, events)
	if err != nil && errors.Is(context.Cause(ctx), errDeadline) {
		return result, outOfTime(spec.Timeout)
	}
	return result, err
}

func run(ctx context.Context, spec Spec, events Events) (Result, error) {
	var result Result
	tell := func(p profile.Progress) {
		if events.Progress != nil {
			events.Progress(p)
		}
	}
	var expected *comparison
	switch {
	case !spec.SHA256 || spec.Stream != nil:
	case spec.Expect != "":
		ctx, expected = compareBeside(ctx, spec)
		defer expected.cancel(nil)
		result.SHA256 = strings.ToLower(spec.Expect)
	default:
		sum, err := SHA256(ctx, spec.reader(), spec.Size, func(done int64) { tell(spec.verifying(done, 0)) })
		if err != nil && ctx.Err() == nil {
			err = fmt.Errorf("sandbox: read: %w", err)
		}
		if err != nil {
			return result, err
		}
		result.SHA256 = sum
	}
	tempDir, err := os.MkdirTemp("", "assay-parse-")
	if err != nil {
		return result, fmt.Errorf("sandbox: temporary folder: %w", err)
	}
	defer os.RemoveAll(tempDir)

	c, err := start(spec, result.SHA256, tempDir, events.Provisional != nil)
	if err != nil {
		return result, fmt.Errorf("sandbox: start: %w", err)
	}
	defer c.release()
	kill := context.AfterFunc(ctx, c.kill)
	talk := c.listen(ctx, spec, events, &result)
	if talk.err != nil {
		c.kill() // it broke the protocol, or its output has nowhere to go
	}
	ended := c.wait()
	kill()
	if expected != nil {
		if err := expected.wait(func(done int64) { tell(spec.verifying(done, talk.rows)) }); err != nil {
			return Result{}, err // the report, if there is one, is about another file
		}
	}
	if ctx.Err() != nil && !talk.done {
		return result, context.Cause(ctx)
	}
	return result, talk.judge(ended, c, spec.Memory)
}

// child is a running child process as its parent sees it.
type child struct {
	cmd     *exec.Cmd
	out     io.Reader
	stderr  *firstBytes
	answers *answerer // nil where the file is standard input
	release func()
}

// start begins the process; whatever it returns must be waited for and released.
func start(spec Spec, sum, tempDir string, provisional bool) (*child, error) {
	exe, err := executable()
	if err != nil {
		return nil, err
	}
	req := request{
		Name: spec.Name, Size: spec.Size, Options: spec.Options, Limits: spec.Limits,
		Memory: spec.Memory, Workers: spec.Workers, Version: spec.Version, Convert: spec.Convert,
		SHA256: sum, HashStream: spec.SHA256 && spec.Stream != nil, TempDir: tempDir,
		Provisional: provisional, AsOf: spec.AsOf, TableSizes: spec.TableSizes,
	}
	cmd := exec.Command(exe, Arg)
	c := &child{cmd: cmd, stderr: &firstBytes{most: 64 << 10}}
	cmd.Stderr = c.stderr
	cmd.WaitDelay = 5 * time.Second
	switch {
	case spec.File != nil:
		req.Input = inputFile
		cmd.Stdin = spec.File
	case spec.ReaderAt != nil:
		req.Input = inputRanges
	case spec.Stream != nil:
		req.Input = inputStream
		req.Size = -1
	default:
		return nil, errors.New("nothing to read")
	}
	if req.Input != inputFile {
		in, err := cmd.StdinPipe()
		if err != nil {
			return nil, err
		}
		c.answers = newAnswerer(in, spec)
	}
	if c.out, err = cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	lifeline, closeLifeline, err := newLifeline(cmd)
	if err != nil {
		return nil, err
	}
	req.Lifeline = lifeline
	// Systems add what a process cannot start without (SYSTEMROOT on Windows).
	cmd.Env = []string{requestVariable + "=" + req.String()}
	freeThread, err := startOnThread(cmd)
	if err != nil {
		closeLifeline()
		return nil, err
	}
	c.release = func() { closeLifeline(); freeThread() }
	return c, nil
}

// startOnThread starts the process on a thread that lives until the returned
// function is called: on Linux the death signal follows the thread that made
// the child, not the parent process.
func startOnThread(cmd *exec.Cmd) (free func(), err error) {
	started, end := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		cmd.SysProcAttr = dieWithParent()
		started <- cmd.Start()
		<-end
	}()
	if err := <-started; err != nil {
		close(end)
		return nil, err
	}
	return func() { close(end) }, nil
}

func (c *child) kill() {
	// The error is os.ErrProcessDone: then it is dead as wanted.
	_ = c.cmd.Process.Kill()
}

// wait returns when the process, which has said its last word or died, is gone.
// Only then its input is closed, which it would take for the parent's death.
func (c *child) wait() error {
	defer time.AfterFunc(5*time.Second, c.kill).Stop()
	return c.cmd.Wait()
}

// said is what a child's frames amounted to.
type said struct {
	failed   *failure
	farewell farewell
	rows     int64 // of the last progress
	done     bool  // it ended by itself
	err      error // the protocol broke, or the output could not be written
}

// listen reads frames until the child is silent.
func (c *child) listen(ctx context.Context, spec Spec, events Events, result *Result) said {
	var s said
	in := bufio.NewReaderSize(c.out, 64<<10)
	for !s.done {
		f, err := readFrame(in)
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, os.ErrClosed) {
				s.err = err
			}
			return s
		}
		if err := c.take(ctx, f, spec, events, result, &s); err != nil {
			s.err = err
			return s
		}
	}
	return s
}

func (c *child) take(ctx context.Context, f frame, spec Spec, events Events, result *Result, s *said) error {
	payload := f.payload
	switch f.kind {
	case frameBeat:
	case frameProgress:
		var p profile.Progress
		if err := json.Unmarshal(payload, &p); err != nil {
			return err
		}
		s.rows = p.Rows
		if events.Progress != nil {
			events.Progress(p)
		}
	case frameProvisional:
		if !json.Valid(payload) {
			return errors.New("provisional report is no JSON")
		}
		if events.Provisional != nil {
			events.Provisional(payload)
		}
	case frameReport:
		if !json.Valid(payload) {
			return errors.New("report is no JSON")
		}
		result.Report = payload
	case frameOutput:
		if spec.Output == nil {
			return errors.New("output that nobody asked for")
		}
		if _, err := spec.Output.Write(payload); err != nil {
			return &outputError{err}
		}
	case frameRead:
		q, err := parseReadRequest(payload)
		if err != nil {
			return err
		}
		if c.answers == nil {
			return errors.New("read request for a file that the child has")
		}
		c.answers.answer(ctx, q)
	case frameHash:
		if spec.SHA256 && spec.Stream != nil && len(payload) == 64 {
			result.SHA256 = string(payload)
		}
	case frameError:
		s.failed = new(failure)
		return json.Unmarshal(payload, s.failed)
	case frameDone:
		s.done = true
		if err := json.Unmarshal(payload, &s.farewell); err != nil {
			return err
		}
		result.PeakMemory = s.farewell.PeakMemory
	}
	return nil
}

// outputError is a fault of Spec.Output, not of the child.
type outputError struct{ err error }

func (e *outputError) Error() string { return "the output could not be written: " + e.err.Error() }
func (e *outputError) Unwrap() error { return e.err }

// judge turns how the child ended into Run's error.
func (s said) judge(ended error, c *child, memory int64) error {
	var output *outputError
	switch {
	case errors.As(s.err, &output):
		return output
	case s.err != nil:
		return crashed("protocol: " + s.err.Error())
	case !s.done || ended != nil:
		return autopsy(ended, c.stderr.String(), memory)
	case s.failed == nil:
		return nil
	case s.failed.File:
		f := s.failed
		return &source.Error{Code: f.Code, Message: f.Message, Hint: f.Hint, Row: f.Row, Offset: f.Offset}
	}
	if c.answers != nil {
		if err := c.answers.fault(); err != nil {
			return fmt.Errorf("sandbox: read: %w", err)
		}
	}
	return fmt.Errorf("sandbox: child: %s", s.failed.Message)
}

// autopsy tells from the exit status and the runtime's last words why a child
// died. The words are matched, never kept.
func autopsy(ended error, lastWords string, memory int64) *Died {
	kind := "vanished"
	if ended != nil {
		kind = ended.Error()
	}
	var exit *exec.ExitError
	if errors.As(ended, &exit) && exit.ExitCode() == exitMemory {
		return outOfMemory(memory, "own measure")
	}
	// In builds with cgo it is the C library that takes a thread's stack.
	for _, words := range []string{"out of memory", "cannot allocate memory", "errno=12", "pthread_create failed"} {
		if strings.Contains(lastWords, words) {
			return outOfMemory(memory, "runtime: "+words)
		}
	}
	if kind == "signal: killed" { // not by us: the system's own killer
		return outOfMemory(memory, kind)
	}
	for _, words := range []string{"stack overflow", "fatal error", "panic"} {
		if strings.Contains(lastWords, words) {
			return crashed(words)
		}
	}
	return crashed(kind)
}

func crashed(kind string) *Died {
	return &Died{
		Code: ParserCrashed, Kind: kind,
		Message: "The parser crashed on this file.",
		Hint:    "The file is probably damaged, or made to do harm. If it opens elsewhere, please report this as a fault of Assay.",
	}
}

func outOfMemory(memory int64, kind string) *Died {
	d := &Died{
		Code: OutOfMemory, Kind: kind,
		Message: "Reading this file took more memory than a job may use.",
		Hint:    "Raise the memory limit of jobs, or split the file.",
	}
	if memory > 0 {
		d.Message = fmt.Sprintf("Reading this file took more than the %d MiB of memory that a job may use.", memory>>20)
	}
	return d
}

func outOfTime(limit time.Duration) *Died {
	return &Died{
		Code: DeadlineExceeded, Kind: "killed at the deadline",
		Message: fmt.Sprintf("Reading this file took longer than the %s that a job may take.", limit.Round(time.Second)),
		Hint:    "Raise the time limit of jobs, or split the file.",
	}
}

// firstBytes keeps the beginning of what is written to it: that is where a
// dying Go program says why.
type firstBytes struct {
	most int
	b    []byte
}

func (f *firstBytes) Write(p []byte) (int, error) {
	f.b = append(f.b, p[:min(len(p), f.most-len(f.b))]...)
	return len(p), nil
}

func (f *firstBytes) String() string { return string(f.b) }
