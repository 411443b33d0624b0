package sandbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/worker/profile"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

// The test binary is parent and child, as assay is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == Arg {
		os.Exit(runChild(engine{misbehave, convertUpper}))
	}
	if os.Getenv(parentVariable) != "" {
		os.Exit(parentToBeKilled())
	}
	os.Exit(m.Run())
}

const secret = "cell of somebody's salary"

// misbehave is the worst of engines. The file's name says how.
func misbehave(ctx context.Context, req profile.Request, hooks profile.Hooks) (*report.Report, error) {
	r := &report.Report{ReportVersion: report.Version, Complete: true}
	switch name := req.Source.Name; name {
	case "bomb":
		var hold [][]byte
		for {
			b := make([]byte, 1<<20)
			for i := range b {
				b[i] = byte(i)
			}
			hold = append(hold, b)
			r.Rows = int64(len(hold))
		}
	case "one huge block":
		b := make([]byte, 2<<30)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		r.Rows = int64(len(b))
	case "panic":
		done := make(chan bool)
		go func() {
			defer close(done)
			panic(secret)
		}()
		<-done
		select {}
	case "exit":
		os.Exit(7)
	case "hang":
		hooks.Progress(profile.Progress{Stage: "profiling", Rows: int64(os.Getpid())})
		select {}
	case "huge frame":
		writeRaw(appendHeader(nil, frameReport, 1<<31-1))
	case "unknown frame":
		writeRaw(appendHeader(nil, '?', 1))
	case "huge read":
		b := appendHeader(nil, frameRead, readRequestBytes)
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = binary.LittleEndian.AppendUint64(b, 0)
		writeRaw(binary.LittleEndian.AppendUint32(b, 1<<31))
	case "no JSON":
		writeRaw(append(appendHeader(nil, frameReport, 2), "{]"...))
	case "half a frame":
		time.AfterFunc(100*time.Millisecond, func() { os.Exit(0) })
		writeRaw(append(appendHeader(nil, frameReport, 200), "{"...))
	case "prints":
		fmt.Println("a library's idle talk")
	case "broken file":
		r.Complete = false
		return r, &source.Error{Code: "invalid_json", Message: "broken", Hint: "mend it", Row: 7, Offset: 99}
	case "progress":
		for i := range 5 {
			hooks.Progress(profile.Progress{Stage: "profiling", BytesDone: int64(i), BytesTotal: 5, Rows: int64(10 * i)})
		}
		hooks.Provisional(&report.Report{Provisional: true})
	case "walls":
		b, _ := json.Marshal(tryEverything())
		r.Source.Table = string(b)
	case "table.json":
		return profile.Run(ctx, req, hooks)
	default:
		sum, err := readAround(req.Source)
		if err != nil {
			return nil, err
		}
		r.Source.Table = sum
	}
	return r, nil
}

// writeRaw writes where frames are expected: os.Stdout leads elsewhere by now.
func writeRaw(b []byte) {
	stdout := os.NewFile(1, "stdout")
	_, _ = stdout.Write(b)
	select {} // holds on to the file, which would be closed with its last reference
}

// readAround hashes the file, reading it in pieces of many sizes and, where it
// may, from several goroutines.
func readAround(in source.Input) (string, error) {
	if in.Size < 0 {
		b, err := io.ReadAll(io.NewSectionReader(in, 0, 1<<40))
		sum := sha256.Sum256(b)
		return hex.EncodeToString(sum[:]), err
	}
	whole := make([]byte, in.Size)
	var wg sync.WaitGroup
	errs := make(chan error, 4)
	for g := range 4 {
		wg.Go(func() {
			from, to := in.Size*int64(g)/4, in.Size*int64(g+1)/4
			for from < to {
				n := min(1+rand.Int64N(10<<20), to-from)
				if _, err := in.ReadAt(whole[from:from+n], from); err != nil && err != io.EOF {
					errs <- err
					return
				}
				from += n
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		return "", err
	default:
	}
	if n, err := in.ReadAt(make([]byte, 10), in.Size-3); in.Size > 3 && (n != 3 || err != io.EOF) {
		return "", fmt.Errorf("reading over the end gave %d bytes and %v", n, err)
	}
	sum := sha256.Sum256(whole)
	return hex.EncodeToString(sum[:]), nil
}

func convertUpper(ctx context.Context, req profile.Request, to string, w io.Writer, hooks profile.Hooks) error {
	b, err := io.ReadAll(io.NewSectionReader(req.Source, 0, 1<<40))
	if err != nil {
		return err
	}
	_, err = w.Write(bytes.ToUpper(b))
	return err
}

// emptySpec is a run whose file does not matter.
func emptySpec(name string) Spec {
	return Spec{Name: name, ReaderAt: strings.NewReader(""), Memory: 256 << 20, Timeout: time.Minute, Workers: 2}
}

func TestAPoisonFileKillsOnlyItsChild(t *testing.T) {
	for _, c := range []struct {
		name, code, kind string
		linuxOnly        bool // elsewhere the child measures itself, too late for this one
	}{
		{"bomb", OutOfMemory, "", false},
		{"one huge block", OutOfMemory, "", true},
		{"panic", ParserCrashed, "panic", false},
		{"exit", ParserCrashed, "exit status 7", false},
		{"huge frame", ParserCrashed, "refused", false},
		{"unknown frame", ParserCrashed, "refused", false},
		{"huge read", ParserCrashed, "refused", false},
		{"no JSON", ParserCrashed, "JSON", false},
		{"half a frame", ParserCrashed, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.linuxOnly && !hardMemoryLimit {
				t.Log("no hard limit on this system, as doc.go says")
				return
			}
			result, err := Run(t.Context(), emptySpec(c.name), Events{})
			var died *Died
			if !errors.As(err, &died) || died.Code != c.code || !strings.Contains(died.Kind, c.kind) {
				t.Fatalf("ended with %v, want %s (%s)", err, c.code, c.kind)
			}
			if died.Message == "" || died.Hint == "" || result.Report != nil {
				t.Errorf("%+v with report %q", died, result.Report)
			}
			if strings.Contains(fmt.Sprintf("%+v %v", died, err), secret) {
				t.Error("what the child printed is shown")
			}
		})
	}
}

func TestADeadlineEndsAHangingParser(t *testing.T) {
	spec := emptySpec("hang")
	spec.Timeout = 300 * time.Millisecond
	_, err := Run(t.Context(), spec, Events{})
	var died *Died
	if !errors.As(err, &died) || died.Code != DeadlineExceeded {
		t.Errorf("ended with %v", err)
	}
}

func TestACancelledRunEndsAtOnceWithTheCallersCause(t *testing.T) {
	cause := errors.New("no longer wanted")
	for _, spec := range []Spec{emptySpec("hang"), {Name: "stream", Stream: blockingReader{}}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		began := time.Now()
		time.AfterFunc(200*time.Millisecond, func() { cancel(cause) })
		_, err := Run(ctx, spec, Events{})
		if !errors.Is(err, cause) || time.Since(began) > 3*time.Second {
			t.Errorf("%s: ended with %v after %s", spec.Name, err, time.Since(began))
		}
	}
}

// blockingReader is a terminal where nobody types.
type blockingReader struct{}

func (blockingReader) Read([]byte) (int, error) { select {} }

func TestTheChildLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	for _, name := range []string{"panic", "plain"} {
		_, _ = Run(t.Context(), emptySpec(name), Events{})
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

func TestFileFramesAndStreamGiveTheSameBytes(t *testing.T) {
	content := make([]byte, 25<<20+17)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(content)
	sum := sha256.Sum256(content)
	want := hex.EncodeToString(sum[:])
	name := filepath.Join(t.TempDir(), "content")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for how, spec := range map[string]Spec{
		"file":   {File: file, Size: int64(len(content))},
		"ranges": {ReaderAt: bytes.NewReader(content), Size: int64(len(content))},
		"stream": {Stream: bytes.NewReader(content)},
		"slow":   {Stream: io.MultiReader(strings.NewReader(string(content[:1])), bytes.NewReader(content[1:]))},
	} {
		t.Run(how, func(t *testing.T) {
			spec.Name, spec.SHA256, spec.Workers, spec.Memory = "content", true, 4, 512<<20
			var stages []string
			result, err := Run(t.Context(), spec, Events{Progress: func(p profile.Progress) { stages = append(stages, p.Stage) }})
			if err != nil {
				t.Fatal(err)
			}
			var r report.Report
			if err := json.Unmarshal(result.Report, &r); err != nil {
				t.Fatal(err)
			}
			if r.Source.Table != want || result.SHA256 != want || r.Source.SHA256 != want {
				t.Errorf("read %s, hashed %s, reported %s; want %s", r.Source.Table, result.SHA256, r.Source.SHA256, want)
			}
			if spec.Stream == nil && (len(stages) == 0 || stages[0] != "verifying") {
				t.Errorf("stages %v, want verifying first", stages)
			}
			if result.PeakMemory <= 0 {
				t.Error("peak memory is not known")
			}
		})
	}
}

func TestFileFramesAndStreamGiveTheSameReport(t *testing.T) {
	var doc strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&doc, "%c{\"id\":%d,\"name\":\"name %d\"}", "[,"[min(i, 1)], i, i%1000)
	}
	doc.WriteByte(']')
	name := filepath.Join(t.TempDir(), "table.json")
	if err := os.WriteFile(name, []byte(doc.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	size := int64(doc.Len())
	var first report.Report
	for i, spec := range []Spec{
		{File: file, Size: size, Workers: 2},
		{ReaderAt: file, Size: size, Workers: 1},
		{Stream: strings.NewReader(doc.String()), Workers: 2},
	} {
		spec.Name, spec.Memory = "table.json", 512<<20
		result, err := Run(t.Context(), spec, Events{})
		if err != nil {
			t.Fatal(err)
		}
		var r report.Report
		if err := json.Unmarshal(result.Report, &r); err != nil {
			t.Fatal(err)
		}
		r.Engine = report.Engine{}
		if i == 0 {
			first = r
		}
		first.Source.SizeBytes = r.Source.SizeBytes // a stream's is known at its end only
		a, _ := json.Marshal(first)
		b, _ := json.Marshal(r)
		if r.Rows != 200_000 || !r.Complete || !bytes.Equal(a, b) {
			t.Errorf("report %d differs (%d rows)", i, r.Rows)
		}
	}
}

func TestAnotherFileThanAnnouncedIsRefusedWhateverItsParserSays(t *testing.T) {
	spec := emptySpec("panic")
	spec.SHA256, spec.Expect = true, strings.Repeat("0", 64)
	_, err := Run(t.Context(), spec, Events{})
	var fault *source.Error
	if !errors.As(err, &fault) || fault.Code != ChecksumMismatch {
		t.Errorf("ended with %v", err)
	}
	content := bytes.Repeat([]byte("another file\n"), 1000)
	spec = Spec{Name: "content", ReaderAt: bytes.NewReader(content), Size: int64(len(content)), SHA256: true, Expect: strings.Repeat("0", 64)}
	result, err := Run(t.Context(), spec, Events{})
	if !errors.As(err, &fault) || fault.Code != ChecksumMismatch || result.Report != nil || result.SHA256 != "" {
		t.Errorf("a parser that had no fault to find: %v, %d bytes of report, SHA-256 %q", err, len(result.Report), result.SHA256)
	}
	sum := sha256.Sum256(nil)
	spec = emptySpec("plain")
	spec.SHA256, spec.Expect = true, strings.ToUpper(hex.EncodeToString(sum[:]))
	if _, err := Run(t.Context(), spec, Events{}); err != nil {
		t.Errorf("the right file: %v", err)
	}
}

func TestAFaultOfTheReaderIsNotTheFiles(t *testing.T) {
	broken := errors.New("connection lost")
	for _, spec := range []Spec{
		{Name: "content", Size: 100, ReaderAt: brokenReader{broken}},
		{Name: "content", Stream: io.MultiReader(strings.NewReader("x"), brokenReader{broken})},
	} {
		_, err := Run(t.Context(), spec, Events{})
		var fault *source.Error
		var died *Died
		if !errors.Is(err, broken) || errors.As(err, &fault) || errors.As(err, &died) {
			t.Errorf("ended with %v", err)
		}
	}
	_, err := Run(t.Context(), Spec{Name: "content", Size: 100, ReaderAt: strings.NewReader("short")}, Events{})
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a short object: ended with %v", err)
	}
}

type brokenReader struct{ err error }

func (b brokenReader) ReadAt([]byte, int64) (int, error) { return 0, b.err }
func (b brokenReader) Read([]byte) (int, error)          { return 0, b.err }

func TestABrokenFileKeepsWhatWasRead(t *testing.T) {
	result, err := Run(t.Context(), emptySpec("broken file"), Events{})
	var fault *source.Error
	if !errors.As(err, &fault) {
		t.Fatalf("ended with %v", err)
	}
	if *fault != (source.Error{Code: "invalid_json", Message: "broken", Hint: "mend it", Row: 7, Offset: 99}) {
		t.Errorf("fault %+v", fault)
	}
	if !bytes.Contains(result.Report, []byte(`"complete":false`)) {
		t.Errorf("report %s", result.Report)
	}
}

func TestProgressAndProvisionalReportsArrive(t *testing.T) {
	var seen []profile.Progress
	var provisional []byte
	_, err := Run(t.Context(), emptySpec("progress"), Events{
		Progress:    func(p profile.Progress) { seen = append(seen, p) },
		Provisional: func(b []byte) { provisional = b },
	})
	if err != nil || len(seen) != 5 || seen[4] != (profile.Progress{Stage: "profiling", BytesDone: 4, BytesTotal: 5, Rows: 40}) {
		t.Errorf("%v, %v", err, seen)
	}
	if !bytes.Contains(provisional, []byte(`"provisional":true`)) {
		t.Errorf("provisional report %s", provisional)
	}
}

func TestWhatALibraryPrintsIsNoFrame(t *testing.T) {
	if _, err := Run(t.Context(), emptySpec("prints"), Events{}); err != nil {
		t.Error(err)
	}
}

func TestConvertedBytesReachTheOutput(t *testing.T) {
	content := strings.Repeat("a line of text\n", 300_000)
	var out bytes.Buffer
	spec := Spec{Name: "x", Stream: strings.NewReader(content), Convert: "csv", Output: &out}
	if _, err := Run(t.Context(), spec, Events{}); err != nil || out.String() != strings.ToUpper(content) {
		t.Errorf("%v, %d bytes of %d", err, out.Len(), len(content))
	}
	full := errors.New("disk full")
	spec.Stream, spec.Output = strings.NewReader(content), writerFunc(func([]byte) (int, error) { return 0, full })
	if _, err := Run(t.Context(), spec, Events{}); !errors.Is(err, full) {
		t.Errorf("a full disk: ended with %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestFrames holds readFrame against what a broken child could send.
func TestFrames(t *testing.T) {
	for _, c := range []struct {
		bytes string
		want  error
	}{
		{"", io.EOF},
		{"p", io.ErrUnexpectedEOF},
		{"p\x05\x00\x00\x00ab", io.ErrUnexpectedEOF},
		{"p\x05\x00\x00\x00", io.ErrUnexpectedEOF},
		{"D\xff\xff\xff\xff", &frameRefused{}},
		{"b\x01\x00\x00\x00x", &frameRefused{}},
		{"r\x11\x00\x00\x00", &frameRefused{}},
		{"\x00\x00\x00\x00\x00", &frameRefused{}},
	} {
		_, err := readFrame(strings.NewReader(c.bytes))
		var refused *frameRefused
		if _, want := c.want.(*frameRefused); want != errors.As(err, &refused) || !want && err != c.want {
			t.Errorf("%q: %v, want %v", c.bytes, err, c.want)
		}
	}
	for _, b := range [][]byte{nil, make([]byte, 15), bytes.Repeat([]byte{0xff}, 16)} {
		if _, err := parseReadRequest(b); err == nil {
			t.Errorf("read request %x accepted", b)
		}
	}
	q := readRequest{id: 1, offset: 1 << 40, length: maxRead}
	if back, err := parseReadRequest(q.append(nil)); err != nil || back != q {
		t.Errorf("read request %+v came back as %+v, %v", q, back, err)
	}
}
