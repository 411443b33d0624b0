package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"assay/worker/profile"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

// Exit codes of a child, next to the runtime's 2 for a panic and the race
// detector's 66.
const (
	exitRequest = 70 // it was not started by a parent
	exitOrphan  = 71 // the parent is gone
	exitMemory  = 72 // it measured itself past its memory
)

// engine is what a child runs; tests put worse ones in its place.
type engine struct {
	profile func(context.Context, profile.Request, profile.Hooks) (*report.Report, error)
	convert func(ctx context.Context, req profile.Request, to string, w io.Writer, hooks profile.Hooks) error
}

// Child is main of the child process; the answer is its exit code.
func Child() int { return runChild(engine{profile.Run, profile.Convert}) }

func runChild(e engine) int {
	var req request
	if err := json.Unmarshal([]byte(os.Getenv(requestVariable)), &req); err != nil {
		fmt.Fprintln(os.Stderr, "This command is started by Assay itself.")
		return exitRequest
	}
	os.Clearenv()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} { // unix, Windows
		os.Setenv(name, req.TempDir)
	}
	os.Setenv("TZ", "UTC") // no report depends on the machine's zone
	out := &frameWriter{w: os.Stdout}
	os.Stdout = os.Stderr // what a library prints must not look like a frame

	if req.Lifeline {
		watchLifeline()
	}
	go out.beat()
	peak := openPeakMemory()
	if req.Workers > 0 {
		runtime.GOMAXPROCS(req.Workers)
	}
	if req.Memory > 0 {
		limitMemory(req.Memory)
		if req.Size < 0 || req.Size >= smallFile {
			takeLargePages(min(largePages, req.Memory/4))
		}
		// Below the hard limit, so that the collector works harder before
		// the system refuses.
		steerCollector(req.Memory - req.Memory/8)
	}
	confine(req.TempDir)

	in := req.input(out)
	err := e.serve(req, in, out, peak)
	if in.hash != nil && in.ended {
		out.send(frameHash, []byte(hex.EncodeToString(in.hash.Sum(nil))))
	}
	if err != nil {
		out.sendJSON(frameError, asFailure(err))
	}
	out.sendJSON(frameDone, farewell{PeakMemory: peak()})
	return 0
}

// serve does what the request wants and sends all but the error.
func (e engine) serve(req request, in *input, out *frameWriter, peak func() int64) error {
	ctx := context.Background() // the parent ends it by killing the process
	preq := profile.Request{
		Source:  source.Input{Name: req.Name, Size: req.Size, ReaderAt: in},
		Options: req.Options, Limits: req.Limits, Workers: req.Workers, Version: req.Version, AsOf: req.AsOf, TableSizes: req.TableSizes,
	}
	hooks := profile.Hooks{Progress: func(p profile.Progress) { out.sendJSON(frameProgress, p) }}
	if req.Convert != "" {
		return e.convert(ctx, preq, req.Convert, outputWriter{out}, hooks)
	}
	if req.Provisional {
		var last time.Time
		hooks.Provisional = func(r *report.Report) {
			if time.Since(last) < time.Second {
				return
			}
			r.Source.SHA256 = req.SHA256
			if b, err := json.Marshal(r); err == nil && len(b) <= maxReport {
				out.send(frameProvisional, b)
			}
			last = time.Now() // after the sending, which a slow parent delays
		}
	}
	r, err := e.profile(ctx, preq, hooks)
	if r == nil {
		return err
	}
	r.Source.SHA256 = req.SHA256
	if in.hash != nil && in.ended {
		r.Source.SHA256 = hex.EncodeToString(in.hash.Sum(nil))
	}
	r.Engine.PeakMemoryBytes = peak()
	b, marshalErr := json.Marshal(r)
	if marshalErr != nil {
		return errors.Join(err, fmt.Errorf("report: %w", marshalErr))
	}
	if len(b) > maxReport {
		return errors.Join(err, fmt.Errorf("report of %d bytes is too large", len(b)))
	}
	out.send(frameReport, b)
	return err
}

func asFailure(err error) failure {
	var fault *source.Error
	if errors.As(err, &fault) {
		return failure{
			File: true, Code: fault.Code, Message: clip(fault.Message), Hint: clip(fault.Hint),
			Row: fault.Row, Offset: fault.Offset,
		}
	}
	return failure{Message: clip(err.Error()), Row: -1, Offset: -1}
}

// clip keeps a text well inside a small frame.
func clip(s string) string {
	const most = 2 << 10
	if len(s) > most {
		s = s[:most] + "…"
	}
	return s
}

// frameWriter sends frames, each in one write. A parent that no longer reads
// ends the process.
type frameWriter struct {
	mu  sync.Mutex
	w   io.Writer
	buf []byte
}

func (o *frameWriter) send(kind byte, payload []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.buf = append(appendHeader(o.buf[:0], kind, len(payload)), payload...)
	if _, err := o.w.Write(o.buf); err != nil {
		os.Exit(exitOrphan)
	}
	if cap(o.buf) > maxSmall {
		o.buf = nil
	}
}

func (o *frameWriter) sendJSON(kind byte, v any) {
	b, err := json.Marshal(v)
	if err != nil { // structs of numbers and strings, NaN aside: skip that one
		return
	}
	o.send(kind, b)
}

// beat finds out that the parent is gone where nothing else tells.
func (o *frameWriter) beat() {
	for range time.Tick(500 * time.Millisecond) {
		o.send(frameBeat, nil)
	}
}

// outputWriter cuts converted bytes into frames.
type outputWriter struct{ out *frameWriter }

func (w outputWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		k := min(len(p), maxOutput)
		w.out.send(frameOutput, p[:k])
		p = p[k:]
	}
	return n, nil
}

// input is the file as the engine sees it.
type input struct {
	io.ReaderAt
	hash  hash.Hash // of a stream, if wanted
	ended bool      // the stream was read to its end
}

func (q request) input(out *frameWriter) *input {
	if q.Input == inputFile {
		return &input{ReaderAt: os.Stdin}
	}
	ranges := newRangeReader(out, os.Stdin)
	if q.Input == inputRanges {
		return &input{ReaderAt: ranges}
	}
	in := &input{}
	if q.HashStream {
		in.hash = sha256.New()
	}
	in.ReaderAt = &streamReader{ranges: ranges, in: in}
	return in
}
