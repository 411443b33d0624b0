// Package source turns the bytes of a file into blocks of rows: it undoes
// compression and encodings, finds out the format and dialect, and tokenises.
// It stands between the fetched object and the column statistics; it knows
// nothing of types or statistics.
package source

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// Input is the file, read by ranges. Name serves only to tell formats apart.
type Input struct {
	Name string
	Size int64 // bytes; -1 for a stream of unknown length, then ReadAt is only called in ascending order
	io.ReaderAt
}

// Options are what a user may say about the file; zero values mean "find out".
// The JSON names are those of the command line and of the jobs API.
type Options struct {
	Format    string `json:"format,omitempty"`    // csv ndjson json xlsx parquet arrow
	Delimiter string `json:"delimiter,omitempty"` // one character, two to four marks, or "tab"
	Quote     string `json:"quote,omitempty"`     // one character, or "none"
	Escape    string `json:"escape,omitempty"`    // one character, or "none" (doubled quotes always count)
	Encoding  string `json:"encoding,omitempty"`  // IANA name
	Header    string `json:"header,omitempty"`    // yes no; "" finds out
	SkipRows  *int64 `json:"skip_rows,omitempty"` // preamble lines before the header
	Comment   string `json:"comment,omitempty"`   // what a line to leave out begins with: one or two characters, or "none"
	Table     string `json:"table,omitempty"`     // which one, where the file has several
	AsOf      string `json:"as_of,omitempty"`     // YYYY-MM-DD: dates behind it are in the future; "" leaves that open
}

// Limits bound what a stranger's file may cost.
type Limits struct {
	MaxColumns      int   // 10,000
	MaxCellBytes    int64 // 16 MiB
	MaxDepth        int   // 64, of JSON
	MaxDecompressed int64 // 100 GiB
	MaxRatio        int64 // 200, decompressed to compressed (not applied below 16 MiB decompressed)
	// SegmentBytes is the length of the first segments, 0 for the usual one. With
	// a small one even a small text is cut into many segments and blocks.
	SegmentBytes int64
}

// Dialect is what was found out or given; it goes into report.Source.
type Dialect struct {
	Format, Compression, Encoding string
	Delimiter, Quote, Escape      string
	Header                        bool
	SkipRows                      int64
	Confidence                    float64
	// Comment is what the lines begin with that were left out as comments.
	Comment string
	// HeaderRows is how many rows the names were made of; 0 without a header.
	HeaderRows int
	// FooterRows is how many rows behind the table were left out.
	FooterRows int
	// EncodingConfidence is how sure Encoding is; 1 where it was given or marked.
	EncodingConfidence float64
	// Table is the name of the table that is read, where the file has several
	// or the options name it.
	Table string
	// Typed is true where the format itself stores nulls (JSON, Parquet, Arrow):
	// then only Null cells are nulls. In CSV and XLSX, empty cells and null tokens
	// are.
	Typed bool
}

// Kind is what the format says of one cell.
type Kind uint8

const (
	Raw    Kind = iota // CSV, texts and dates of XLSX: what may mean anything
	Null               // a null, or what a row does not have
	Bool               // true, false
	Number             // JSON: as written; Parquet and Arrow: so that it reads back as the same value
	String             // UTF-8; dates and times of Parquet and Arrow in the forms of RFC 3339
	JSON               // array (or object that is not flattened), compact text
)

// Vector is one column of a Batch. Cell i is Data[Start[i]:End[i]], valid UTF-8.
// Data is usually shared by all columns of a batch.
type Vector struct {
	Data       []byte
	Start, End []uint32
	Kinds      []Kind // nil means all Raw
	ASCII      bool   // every byte of the cells is; false where nobody looked
}

// Batch is a block of rows, column-wise. It belongs to its receiver until
// the receiver returns; then its memory is used again.
type Batch struct {
	Rows int
	// Cols has one Vector a column. In a JSON file later batches may have more
	// columns than earlier ones: earlier rows have Null there. Short CSV rows
	// are padded with empty cells, and long ones make extra columns.
	Cols []Vector
}

// Sink takes the batches of one segment, in order, from one goroutine at a time.
type Sink interface {
	Batch(*Batch) error
}

// Beginner is a Sink that wants to know which segment it gets, from 0, before its
// first batch. One that is not told may take every segment for the first one.
type Beginner interface{ Begin(segment int) }

// Segment says what a finished segment was. Segments are runs of whole rows
// whose cut points depend only on the file and the options, never on how many
// goroutines read it.
type Segment struct {
	Index     int // of sparse rows, segments that follow one another may have the same
	Rows      int64
	BytesDone int64 // bytes of the input (compressed ones) used up to the end of this segment
	Problems  []Problem
	Columns   []string // names known so far; in JSON later segments may add some
}

// Scanner reads one opened table. Open (in open.go) makes one:
//
//	func Open(ctx context.Context, in Input, o Options, l Limits) (Scanner, error)
type Scanner interface {
	Dialect() Dialect
	// Columns are the names in file order, made unique; in JSON they are
	// complete only after Scan.
	Columns() []string
	// Scan tokenises the segments on up to workers goroutines. Each segment's
	// batches go to a sink of its own, made by newSink. Once a segment and all
	// before it are known to be right, done is called with its sink, in
	// ascending order, from one goroutine at a time. A segment that was begun
	// at a wrong guess (inside quotes) is read again with a new sink; the old
	// one is dropped. The error is a *Error for everything the file is to blame for;
	// rows before it have been handed to done by then.
	Scan(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error
	Close() error
}

// Problem is a fault that did not stop the reading. Row is 1-based within its
// segment (0: none, as for the header); the consumer adds the rows of the
// segments before it. Offset is as in Error.
type Problem struct {
	Code    string
	Message string
	Row     int64
	Offset  int64
	Count   int64
}

// Error ends the reading. Code is stable; Message a plain sentence; Hint what
// the user can do. Row is the data row (1-based) in which the reading stopped,
// Offset the byte in the unpacked file; in another encoding than UTF-8 it counts
// the bytes that the text has in UTF-8. Both are -1 where unknown.
type Error struct {
	Code, Message, Hint string
	Row, Offset         int64
	Err                 error
}

func (e *Error) Error() string {
	if e.Row >= 0 {
		return fmt.Sprintf("%s (row %d): %s", e.Code, e.Row, e.Message)
	}
	return e.Code + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// JSON keeps options for the report, as given.
func (o Options) JSON() json.RawMessage {
	b, err := json.Marshal(o)
	if err != nil || string(b) == "{}" {
		return nil
	}
	return b
}
