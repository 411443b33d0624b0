package sandbox

import (
	"encoding/json"

	"assay/worker/profile/source"
)

// requestVariable is the only variable of the child's environment that Assay
// sets. The request does not come by standard input, which may be the file.
const requestVariable = "ASSAY_PARSE_REQUEST"

// Where a child's standard input comes from.
const (
	inputFile   = "file"   // it is the file
	inputRanges = "ranges" // frames; any range may be asked for
	inputStream = "stream" // frames; only the bytes that follow the last ones
)

type request struct {
	Name        string
	Size        int64
	Input       string
	Options     source.Options
	Limits      source.Limits
	Memory      int64
	Workers     int
	Version     string
	Convert     string
	SHA256      string // for the report
	HashStream  bool   // find it out while reading
	Provisional bool   // provisional reports are wanted
	AsOf        string // profile.Request's
	TableSizes  bool   // profile.Request's
	TempDir     string
	Lifeline    bool // file descriptor 3 ends with the parent
}

// failure is the error of a child that ended by itself.
type failure struct {
	File    bool // the file is to blame: a source.Error
	Code    string
	Message string
	Hint    string
	Row     int64
	Offset  int64
}

// farewell comes with frameDone.
type farewell struct {
	PeakMemory int64
}

func (q request) String() string {
	b, err := json.Marshal(q)
	if err != nil { // a struct of strings and numbers cannot fail
		panic(err)
	}
	return string(b)
}
