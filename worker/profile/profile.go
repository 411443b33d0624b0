// Package profile is the engine: it turns the bytes of a data file into a
// report. It runs inside the parser's child process (worker/sandbox) and is a
// leaf: it imports nothing of Assay outside its own folder.
//
// A profile is a monoid: source cuts the file into segments, column makes a
// partial of each, partials merge in the segments' order.
package profile

import (
	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

// Options and Limits are those of the reading.
type (
	Options = source.Options
	Limits  = source.Limits
)

// Request is one file to profile or to convert.
type Request struct {
	Source  source.Input
	Options source.Options
	Limits  source.Limits
	Workers int // goroutines that read; below 1 means 1. The report does not depend on it
	// AsOf is the day of the profile, YYYY-MM-DD, behind which dates are in the
	// future unless Options.AsOf says otherwise; "" leaves that open.
	AsOf string
	// TableSizes wants to know how large the file's other tables are, which
	// takes reading them.
	TableSizes bool
	Version    string // of Assay, for the report's engine block
}

func (r *Request) asOf() string {
	if r.Options.AsOf != "" {
		return r.Options.AsOf
	}
	return r.AsOf
}

// Progress says how far a run is. Bytes are those of the file as stored;
// BytesTotal is -1 where the length is unknown.
type Progress struct {
	Stage      string `json:"stage"` // "profiling" or "converting"
	BytesDone  int64  `json:"bytes_done"`
	BytesTotal int64  `json:"bytes_total"`
	Rows       int64  `json:"rows"`
	// Share is about how much of the file the table that is read takes, where
	// there are others in it; else 0. Bytes count as if it were all of the file.
	Share float64 `json:"share,omitempty"`
}

// Hooks are told of a run while it goes on, from one goroutine at a time;
// either may be nil. Progress is called at most about 20 times a second, and
// once at the end. Provisional gets a report of its own each time, the first
// within about a second, then at growing intervals.
type Hooks struct {
	Progress    func(Progress)
	Provisional func(*report.Report)
}
