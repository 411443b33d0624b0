//go:build unix

package sandbox

import (
	"io"
	"os"
	"os/exec"
)

// newLifeline gives the child a pipe whose other end closes with the parent,
// however that dies.
func newLifeline(cmd *exec.Cmd) (given bool, closeIt func(), err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return false, nil, err
	}
	cmd.ExtraFiles = []*os.File{r}
	return true, func() { r.Close(); w.Close() }, nil
}

func watchLifeline() {
	pipe := os.NewFile(3, "lifeline")
	go func() {
		_, _ = io.Copy(io.Discard, pipe)
		os.Exit(exitOrphan)
	}()
}
