package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"assay/server/client"
	"assay/store"
	"assay/worker/profile"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
	"assay/worker/sandbox"
)

// byteSize is a flag such as 512MiB or, by thousands as the page shows sizes, 512MB;
// bare numbers are bytes.
type byteSize int64

func (b *byteSize) UnmarshalText(text []byte) error {
	s := strings.ToUpper(strings.TrimSpace(string(text)))
	digits := strings.TrimRight(s, "BIKMGT ")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is not a size such as 512MiB", text)
	}
	var unit int64
	switch strings.TrimSpace(s[len(digits):]) {
	case "", "B":
		unit = 1
	case "KB":
		unit = 1e3
	case "MB":
		unit = 1e6
	case "GB":
		unit = 1e9
	case "TB":
		unit = 1e12
	case "K", "KIB":
		unit = 1 << 10
	case "M", "MIB":
		unit = 1 << 20
	case "G", "GIB":
		unit = 1 << 30
	case "T", "TIB":
		unit = 1 << 40
	default:
		return fmt.Errorf("%q is not a size such as 512MiB", text)
	}
	if n > (1<<62)/unit {
		return fmt.Errorf("%q is too large", text)
	}
	*b = byteSize(n * unit)
	return nil
}

type profileCmd struct {
	readFlags
	limitFlags
	AsOf  string   `help:"The day behind which dates are in the future; unset: today." placeholder:"YYYY-MM-DD"`
	Files []string `arg:"" name:"file" help:"Files to profile; - is standard input."`
	JSON  bool     `help:"Print the report as JSON, one line a file."`
	HTML  string   `name:"html" help:"Write the report as one self-contained page; for several files name an existing folder; - is standard output." placeholder:"FILE" type:"path"`

	day string // one for all files and all their tables
}

// Run profiles each file in a child process of its own. A file that breaks
// midway still gets the report of what was read, and exit code 1.
func (c *profileCmd) Run(e *env) error {
	if err := checkReading(c.options(), c.limitFlags); err != nil {
		return err
	}
	if err := c.checkPages(); err != nil {
		return err
	}
	c.day = time.Now().UTC().Format(time.DateOnly)
	failed := false
	for i, name := range c.Files {
		if err := c.one(e, name, i > 0); err != nil {
			failed = true
			fmt.Fprintln(e.io.err, "assay:", describe(name, err))
		}
		if e.ctx.Err() != nil {
			return errSaid
		}
	}
	if failed {
		return errSaid
	}
	return nil
}

// options are readFlags' and the day: only a report has something to say of it.
func (c *profileCmd) options() source.Options {
	o := c.readFlags.options()
	o.AsOf = c.AsOf
	return o
}

// checkReading finds out what no file can be read with.
func checkReading(o source.Options, l limitFlags) error {
	if err := l.check(); err != nil {
		return usage{err}
	}
	var wrong *source.Error
	if err := o.Validate(); errors.As(err, &wrong) {
		return usage{errors.New(wrong.Message)}
	}
	return nil
}

func (c *profileCmd) one(e *env, name string, gap bool) error {
	spec, closeFile, err := openInput(e, name)
	if err != nil {
		return err
	}
	defer closeFile()
	spec.Options, spec.Limits, spec.Memory, spec.Timeout = c.options(), c.limits(), int64(c.Memory), c.Deadline
	spec.AsOf = c.day
	spec.TableSizes = c.HTML == "" || c.JSON
	bar := newProgressBar(e.io.err, filepath.Base(name))
	result, err := sandbox.Run(e.ctx, spec, sandbox.Events{Progress: bar.update})
	bar.clear()
	if c.HTML != "" && len(result.Report) > 0 {
		reports := [][]byte{result.Report}
		if err == nil {
			reports = append(reports, c.otherTables(e, name, result.Report)...)
		}
		if perr := c.writePage(e, name, reports, err); perr != nil {
			return errors.Join(perr, err)
		}
	}
	if len(result.Report) > 0 && (c.JSON || c.HTML == "") {
		if perr := c.print(e, result.Report, gap); perr != nil {
			return perr
		}
	}
	return err
}

func (c *profileCmd) print(e *env, b []byte, gap bool) error {
	if c.JSON {
		_, err := fmt.Fprintf(e.io.out, "%s\n", b)
		return err
	}
	var r report.Report
	if err := json.Unmarshal(b, &r); err != nil {
		return err
	}
	if gap {
		fmt.Fprintln(e.io.out)
	}
	width := terminalWidth(e.io.out)
	return report.Terminal(e.io.out, &r, report.TerminalOptions{
		Width: width, Color: width > 0 && e.get("NO_COLOR") == "" && e.get("TERM") != "dumb",
		Unicode: e.get("LC_ALL") != "C" && e.get("LC_ALL") != "POSIX",
	})
}

// openInput names what the child reads: the file itself where it can be read
// by ranges, otherwise a stream.
func openInput(e *env, name string) (sandbox.Spec, func(), error) {
	spec := sandbox.Spec{Name: filepath.Base(name), Workers: runtime.GOMAXPROCS(0), Version: buildVersion()}
	if name == "-" {
		spec.Name, spec.Size, spec.Stream = "stdin", -1, e.io.in
		return spec, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return spec, nil, plain(err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		f.Close()
		return spec, nil, plain(err)
	case info.IsDir():
		f.Close()
		return spec, nil, errors.New("this is a folder; name a file in it")
	case info.Mode().IsRegular():
		spec.Size, spec.File = info.Size(), f
	default: // a pipe
		spec.Size, spec.Stream = -1, f
	}
	return spec, func() { f.Close() }, nil
}

// plain drops the operation and path from an *os.PathError: the caller says
// which file it is about.
func plain(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// describe is one line: which file, what is wrong, where, and what to do.
func describe(name string, err error) string {
	if died := (*sandbox.Died)(nil); errors.As(err, &died) {
		return fmt.Sprintf("%s: %s %s [%s]", name, died.Message, died.Hint, died.Code)
	}
	var s *source.Error
	if !errors.As(err, &s) {
		return name + ": " + oneLine(err)
	}
	return name + ": " + fault(s.Message, s.Row, s.Offset, s.Hint, s.Code)
}

// fault words what is wrong with a file: row is 0 and offset negative where
// there is none.
func fault(message string, row, offset int64, hint, code string) string {
	var b strings.Builder
	b.WriteString(message)
	if row > 0 {
		fmt.Fprintf(&b, " (row %d", row)
		if offset >= 0 {
			fmt.Fprintf(&b, ", byte %d", offset)
		}
		b.WriteString(")")
	} else if offset >= 0 {
		fmt.Fprintf(&b, " (byte %d)", offset)
	}
	fmt.Fprintf(&b, " %s [%s]", hint, code)
	return strings.Join(strings.Fields(b.String()), " ")
}

// progressBar draws on a terminal only; logs and pipes see nothing of it.
type progressBar struct {
	w     io.Writer
	name  string
	width int
	start time.Time
	drawn time.Time
}

func newProgressBar(w io.Writer, name string) *progressBar {
	return &progressBar{w: w, name: name, width: terminalWidth(w), start: time.Now()}
}

func (p *progressBar) update(s profile.Progress) {
	now := time.Now()
	if p.width == 0 || now.Sub(p.start) < 300*time.Millisecond || now.Sub(p.drawn) < 100*time.Millisecond {
		return
	}
	p.drawn = now
	elapsed := now.Sub(p.start).Seconds()
	rate := float64(s.BytesDone) / elapsed
	text := fmt.Sprintf(" %s  %s  %s/s", humanBytes(s.BytesDone), humanRows(s.Rows), humanBytes(int64(rate)))
	bar := ""
	if s.BytesTotal > 0 {
		share := min(1, float64(s.BytesDone)/float64(s.BytesTotal))
		if rate > 0 {
			left := time.Duration(float64(s.BytesTotal-s.BytesDone) / rate * float64(time.Second))
			text += fmt.Sprintf("  %s left", max(left.Round(time.Second), time.Second))
		}
		n := max(0, min(30, p.width-len(text)-8))
		full := int(share * float64(n))
		bar = fmt.Sprintf("%s%s %3.0f%%", strings.Repeat("█", full), strings.Repeat("░", n-full), share*100)
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s%s", bar, text)
}

func (p *progressBar) clear() {
	if !p.drawn.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

func humanBytes(n int64) string {
	const unit = 1000
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	f, i := float64(n), -1
	for f >= unit && i < 4 {
		f, i = f/unit, i+1
	}
	return fmt.Sprintf("%.1f %cB", f, "kMGTP"[i])
}

// humanRows is a number of rows with its noun.
func humanRows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return humanCount(n) + " rows"
}

func humanCount(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

type convertCmd struct {
	readFlags
	limitFlags
	File   string `arg:"" help:"The file; - is standard input."`
	To     string `help:"The format to write." enum:"csv,ndjson,parquet" required:"" placeholder:"csv|ndjson|parquet"`
	Output string `short:"o" help:"Where to write; unset or -: standard output." placeholder:"FILE" type:"path"`
}

// Run leaves a whole file or none.
func (c *convertCmd) Run(e *env) error {
	if err := checkReading(c.options(), c.limitFlags); err != nil {
		return err
	}
	if c.Output == "-" {
		c.Output = ""
	}
	if c.Output != "" && c.File != "-" && sameFile(c.Output, c.File) {
		return usage{fmt.Errorf("--output would overwrite %s", c.File)}
	}
	spec, closeFile, err := openInput(e, c.File)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	defer closeFile()
	spec.Options, spec.Limits, spec.Memory, spec.Timeout = c.options(), c.limits(), int64(c.Memory), c.Deadline
	spec.Convert, spec.Output = c.To, e.io.out
	var out *output
	if c.Output != "" {
		if out, err = createOutput(c.Output); err != nil {
			return fmt.Errorf("%s: %w", c.Output, plain(err))
		}
		spec.Output = out
	}
	bar := newProgressBar(e.io.err, spec.Name)
	_, err = sandbox.Run(e.ctx, spec, sandbox.Events{Progress: bar.update})
	bar.clear()
	if err != nil {
		if out != nil {
			out.discard()
		}
		fmt.Fprintln(e.io.err, "assay:", describe(c.File, err))
		return errSaid
	}
	if out == nil {
		return nil
	}
	if err := out.keep(); err != nil {
		return fmt.Errorf("%s: %w", c.Output, plain(err))
	}
	return nil
}

type pushCmd struct {
	Files   []string `arg:"" name:"file" help:"Files to upload."`
	Server  string   `help:"The server; unset: the one on this machine." placeholder:"URL"`
	Token   string   `help:"API token; unset: the one in the data folder, for its own server only." placeholder:"SECRET"`
	Data    string   `help:"That server's data folder." placeholder:"DIR" type:"path"`
	Dataset string   `help:"Add a version to this dataset, instead of making one." placeholder:"ID"`
	JSON    bool     `help:"Print each finished job as one line of JSON."`
	NoWait  bool     `help:"Do not wait for the job."`
}

func (c *pushCmd) Run(e *env) error {
	token, data := c.Token, c.Data
	if data == "" {
		data, _ = userDataFolder(e.get) // "" has no token and no address
	}
	own := ""
	if c.Server == "" || token == "" {
		own = localServer(e, data)
	}
	if c.Server == "" {
		c.Server = own
	}
	u, err := url.Parse(c.Server)
	if err != nil || u.Host == "" {
		return usage{fmt.Errorf("--server %q is not a URL such as %s", c.Server, defaultServer)}
	}
	if token == "" {
		if !isOwn(u, own) {
			return usage{fmt.Errorf("%s is not the server of this machine, whose token it must not get: pass --token with one made there", c.Server)}
		}
		b, err := os.ReadFile(filepath.Join(data, ownerToken))
		if err != nil {
			return errors.New("no API token: pass --token, or --data with the folder of the server on this machine")
		}
		token = strings.TrimSpace(string(b))
	}
	api := client.New(strings.TrimSuffix(c.Server, "/"), token)
	failed := false
	for _, name := range c.Files {
		if err := c.one(e, api, name); err != nil {
			if e.ctx.Err() != nil {
				return errors.New("stopped")
			}
			fmt.Fprintf(e.io.err, "assay: %s: %s\n", name, oneLine(err))
			failed = true
		}
	}
	if failed {
		return errSaid
	}
	return nil
}

// localServer is where the server of a data folder on this machine was started
// last.
func localServer(e *env, data string) string {
	if _, err := os.Stat(filepath.Join(data, "assay.db")); err != nil {
		return defaultServer
	}
	rows, err := store.Open(e.ctx, fileURL("sqlite", filepath.Join(data, "assay.db")))
	if err != nil {
		return defaultServer
	}
	defer rows.Close()
	base, err := rows.Address(e.ctx)
	if err != nil {
		return defaultServer
	}
	return base
}

// isOwn tells whether a server may be sent the token that lies in the data folder:
// it is on this machine, or is where the folder's own server is reached.
func isOwn(server *url.URL, own string) bool {
	if a, err := netip.ParseAddr(server.Hostname()); server.Hostname() == "localhost" || err == nil && a.IsLoopback() {
		return true
	}
	o, err := url.Parse(own)
	return err == nil && o.Scheme == server.Scheme && strings.EqualFold(o.Host, server.Host)
}

func (c *pushCmd) one(e *env, api *client.Client, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return plain(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return plain(err)
	}
	if info.IsDir() {
		return errors.New("this is a folder; name a file in it")
	}
	if !info.Mode().IsRegular() {
		return errors.New("not a regular file, whose size is known; save it to a file first")
	}
	bar := newProgressBar(e.io.err, name)
	sealed, err := api.Upload(e.ctx, filepath.Base(name), f, info.Size(), client.UploadOptions{DatasetID: c.Dataset}, func(sent int64) {
		bar.update(profile.Progress{BytesDone: sent, BytesTotal: info.Size()})
	})
	bar.clear()
	if begun := (*client.Interrupted)(nil); errors.As(err, &begun) {
		// Nobody goes on with it: its parts would take room until it expires.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(e.ctx), 5*time.Second)
		defer cancel()
		_ = api.Abandon(ctx, begun.UploadID)
	}
	if err != nil {
		return err
	}
	if c.NoWait {
		if c.JSON {
			return json.NewEncoder(e.io.out).Encode(sealed)
		}
		_, err = fmt.Fprintf(e.io.out, "%s: uploaded as %s, job %s\n", name, sealed.DatasetID, sealed.JobID)
		return err
	}
	job, err := c.follow(e.ctx, api, sealed.JobID, newProgressBar(e.io.err, name))
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(e.io.out).Encode(job); err != nil {
			return err
		}
	} else if job.Status == "succeeded" {
		rows := humanRows(job.Progress.Rows)
		if first, err := api.Dataset(e.ctx, job.DatasetID); err == nil && first.Latest != nil && first.Latest.Version == job.Version &&
			first.Latest.Summary != nil && first.Latest.Summary.Rows < job.Progress.Rows {
			rows = humanRows(first.Latest.Summary.Rows) + " in its first table, " + humanRows(job.Progress.Rows) + " in all"
		}
		fmt.Fprintf(e.io.out, "%s: %s, %s/d/%s\n", name, rows, strings.TrimSuffix(c.Server, "/"), job.DatasetID)
	}
	if job.Status == "succeeded" {
		return nil
	}
	if bad := job.Error; bad != nil {
		row, offset := int64(0), int64(-1)
		if bad.Row != nil {
			row = *bad.Row
		}
		if bad.Offset != nil {
			offset = *bad.Offset
		}
		return errors.New(fault(bad.Message, row, offset, bad.Hint, bad.Code))
	}
	return fmt.Errorf("the job was %s", job.Status)
}

func (c *pushCmd) follow(ctx context.Context, api *client.Client, id string, bar *progressBar) (client.Job, error) {
	defer bar.clear()
	return api.Follow(ctx, id, func(j client.Job) {
		bar.update(profile.Progress{BytesDone: j.Progress.BytesDone, BytesTotal: j.Progress.BytesTotal, Rows: j.Progress.Rows})
	})
}
