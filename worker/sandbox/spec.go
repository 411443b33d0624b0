package sandbox

import (
	"io"
	"os"
	"time"

	"assay/worker/profile"
	"assay/worker/profile/source"
)

// Arg as the first argument makes an executable a child:
//
//	if len(os.Args) > 1 && os.Args[1] == sandbox.Arg {
//		os.Exit(sandbox.Child())
//	}
const Arg = "__assay-parse"

// Spec says what to parse and what it may cost. Exactly one of File, ReaderAt
// and Stream holds the bytes.
type Spec struct {
	Name     string      // of the file, to tell formats apart and for the report
	Size     int64       // bytes; not used for a Stream
	File     *os.File    // a local file, opened for reading only; its offset is left alone
	ReaderAt io.ReaderAt // anything else with ranges; read from several goroutines at a time
	Stream   io.Reader   // read once, in order

	Options source.Options
	Limits  source.Limits
	Memory  int64         // bytes; 0 sets no limit
	Timeout time.Duration // 0 sets no deadline
	Workers int           // goroutines (and processors) of the child; 0 takes all processors
	Version string        // of Assay, for the report

	AsOf       string // the day of the profile, YYYY-MM-DD
	TableSizes bool   // of the file's other tables are wanted in the report

	Convert string    // "csv", "ndjson" or "parquet": the table goes to Output instead of into a report
	Output  io.Writer // with Convert

	// SHA256 wants the bytes hashed too. A File or ReaderAt is read once more
	// for it, before the child starts.
	SHA256 bool
	// Expect is the hash in hex; "" expects nothing. The file is compared with it
	// while the child reads, and a mismatch ends that.
	Expect string
}

// Events are called from one goroutine at a time, between Run's beginning and
// its end. A slow receiver slows the child.
type Events struct {
	Progress func(profile.Progress)
	// Provisional is called at most once a second; the bytes are the receiver's.
	// Without it none are made, which saves a small file much of its time.
	Provisional func(reportJSON []byte)
}

// Result is what the child said last.
type Result struct {
	Report     []byte // JSON; nil when converting, or when nothing could be read
	SHA256     string // hex; "" unless asked for
	PeakMemory int64  // bytes resident at most, 0 where the system does not tell
}

// ChecksumMismatch is the code of the *source.Error for bytes that are not the
// expected ones.
const ChecksumMismatch = "checksum_mismatch"

// Codes of Died.
const (
	OutOfMemory      = "out_of_memory"
	DeadlineExceeded = "deadline_exceeded"
	ParserCrashed    = "parser_crashed"
)

// Died is the error of a child that did not end by itself. It says nothing
// about what the child printed: that may quote the file.
type Died struct {
	Code          string // OutOfMemory, DeadlineExceeded or ParserCrashed
	Message, Hint string // for the user
	Kind          string // for the log: "panic", "signal: segmentation fault", "exit status 3" …
}

func (d *Died) Error() string { return d.Code + ": " + d.Message + " (" + d.Kind + ")" }
