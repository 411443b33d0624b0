// Command assay tells people what is in a data file.
//
// This is where the journey starts: the commands, and for assay serve the
// wiring of the rooms a file passes through, in that order: ui, server,
// storage, queue, worker, store.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"assay/worker/profile/source"
	"assay/worker/sandbox"
)

// version is set by release builds (-ldflags "-X main.version=…").
var version = ""

// Exit codes, the same for every command.
const (
	exitDone  = 0
	exitFail  = 1 // the input or the job failed
	exitUsage = 2
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == sandbox.Arg {
		os.Exit(sandbox.Child())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an orderly end; the second one ends at once.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], os.Getenv, stdio{os.Stdin, os.Stdout, os.Stderr})
	os.Exit(code)
}

// stdio is where a command reads and writes; tests pass their own.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// terminalWidth returns the width of the terminal that w is, or 0.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		return width
	}
	return 80
}

// cli is every command and flag. Each flag can also be set by a variable
// ASSAY_ plus its name in capitals (ASSAY_PUBLIC_URL for --public-url).
type cli struct {
	Serve   serveCmd   `cmd:"" default:"withargs" help:"Run the server (this is what a bare assay does)."`
	Worker  workerCmd  `cmd:"" help:"Run only workers: serve --role worker."`
	Open    openCmd    `cmd:"" help:"Print a fresh sign-in link for the local owner, and open it on a desktop."`
	Profile profileCmd `cmd:"" help:"Say what is in a file, here on the terminal, without a server."`
	Convert convertCmd `cmd:"" help:"Write the table as Assay reads it, as CSV, NDJSON or Parquet."`
	Push    pushCmd    `cmd:"" help:"Upload files to a server and follow their jobs."`
	User    userCmd    `cmd:"" help:"Manage the people of a server on this machine."`
	Token   tokenCmd   `cmd:"" help:"Manage API tokens of a server on this machine."`
	Backup  backupCmd  `cmd:"" help:"Write the database and all objects of a data folder into one file."`
	Restore restoreCmd `cmd:"" help:"Fill an empty data folder from a backup."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// env is what a command gets beside its flags.
type env struct {
	ctx  context.Context
	io   stdio
	get  func(string) string
	bare bool // no arguments at all: the user double-clicked or typed "assay"
}

// usage is an error that the command line caused: one line, exit 2. All others
// are exit 1.
type usage struct{ error }

func run(ctx context.Context, args []string, getenv func(string) string, std stdio) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("assay"),
		kong.Description("Assay tells you what is in a data file.\n\nEvery flag can be set by a variable: ASSAY_ and its name, as ASSAY_DATA for --data."),
		kong.Resolvers(variables(getenv)),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(std.err, "assay:", err)
		return exitUsage
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintln(std.err, "assay:", misuse(err, args))
		return exitUsage
	}
	err = command.Run(&env{ctx: ctx, io: std, get: getenv, bare: len(args) == 0})
	var wrong usage
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &wrong):
		fmt.Fprintln(std.err, "assay:", oneLine(err))
		return exitUsage
	default:
		if !errors.Is(err, errSaid) {
			fmt.Fprintln(std.err, "assay:", oneLine(err))
		}
		return exitFail
	}
}

// errSaid is returned by commands that have already told the user what failed.
var errSaid = errors.New("said")

// misuse words what kong cannot make of the arguments.
func misuse(err error, args []string) string {
	text := strings.Replace(oneLine(err), `must be one of "",`, "must be one of ", 1)
	if len(args) > 0 && text == "unexpected argument "+args[0] {
		if _, err := os.Stat(args[0]); err == nil {
			return fmt.Sprintf("%s is no command; assay profile %s tells what is in it", args[0], args[0])
		}
		text += "; assay --help lists the commands"
	}
	return text
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// variables resolves flags from the environment that run was given, instead
// of kong's own look at the process's, so that tests need not change it.
func variables(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
		if v := getenv("ASSAY_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))); v != "" {
			return v, nil
		}
		return nil, nil
	})
}

// readFlags are what a user may say about a file; the jobs API has the same names.
type readFlags struct {
	Format    string `help:"The format, instead of finding out." enum:",csv,ndjson,json,parquet,arrow,xlsx" default:"" placeholder:"csv|ndjson|json|parquet|arrow|xlsx"`
	Delimiter string `help:"What stands between cells (CSV): a character, two to four marks, tab, or a code point as U+0001." placeholder:"CHAR"`
	Quote     string `help:"The quote character (CSV), or none." placeholder:"CHAR"`
	Escape    string `help:"The escape character inside quotes (CSV), or none." placeholder:"CHAR"`
	Comment   string `help:"What lines begin with that are comments (CSV), or none." placeholder:"CHAR"`
	Encoding  string `help:"The encoding, by its IANA name." placeholder:"NAME"`
	Header    string `help:"Whether the first row is a header." enum:",yes,no" default:"" placeholder:"yes|no"`
	SkipRows  *int64 `help:"Lines before the header (CSV)." placeholder:"N"`
	Table     string `help:"Which table, where a file has several." placeholder:"NAME"`
}

func (f readFlags) options() source.Options {
	return source.Options{Format: f.Format, Delimiter: f.Delimiter, Quote: f.Quote, Escape: f.Escape,
		Comment: f.Comment, Encoding: f.Encoding, Header: f.Header, SkipRows: f.SkipRows, Table: f.Table}
}

// limitFlags bound what one file may cost.
type limitFlags struct {
	MaxDecompressed byteSize      `help:"Most bytes a compressed file may unfold to." default:"100GiB"`
	MaxRatio        int64         `help:"Most times its own size a compressed file may unfold to." default:"200"`
	MaxColumns      int           `help:"Most columns a table may have." default:"10000"`
	MaxCell         byteSize      `help:"Largest cell." default:"16MiB"`
	MaxDepth        int           `help:"Deepest nesting of JSON." default:"64"`
	Memory          byteSize      `help:"Memory of the process that parses one file." default:"512MiB"`
	Deadline        time.Duration `help:"Longest time one job may take." default:"30m"`
}

func (f limitFlags) limits() source.Limits {
	return source.Limits{MaxColumns: f.MaxColumns, MaxCellBytes: int64(f.MaxCell), MaxDepth: f.MaxDepth,
		MaxDecompressed: int64(f.MaxDecompressed), MaxRatio: f.MaxRatio}
}

// leastMemory is what the parser needs for itself, and some for the file.
const leastMemory = 128 << 20

func (f limitFlags) check() error {
	switch {
	case f.Memory < leastMemory:
		return fmt.Errorf("--memory must be at least %dMiB", leastMemory>>20)
	case f.Deadline < time.Second:
		return errors.New("--deadline must be at least 1s")
	}
	for _, limit := range []struct {
		flag  string
		value int64
	}{
		{"--max-decompressed", int64(f.MaxDecompressed)}, {"--max-ratio", f.MaxRatio}, {"--max-columns", int64(f.MaxColumns)},
		{"--max-cell", int64(f.MaxCell)}, {"--max-depth", int64(f.MaxDepth)},
	} {
		if limit.value < 1 {
			return fmt.Errorf("%s must be at least 1", limit.flag)
		}
	}
	return nil
}

type versionCmd struct{}

func (versionCmd) Run(e *env) error {
	fmt.Fprintln(e.io.out, "assay", buildVersion())
	return nil
}

// buildVersion is the release's name, or for a build from a checkout its
// commit.
func buildVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	var rev, dirty string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			rev = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+changes"
		}
	}
	if rev == "" {
		return "dev"
	}
	return "dev-" + rev + dirty
}
