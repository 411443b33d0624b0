package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"testing/synctest"
)

// gate is a file that cannot be read until it is opened.
type gate struct {
	strings.Reader
	open chan struct{}
}

func (g *gate) ReadAt(p []byte, off int64) (int, error) {
	<-g.open
	return g.Reader.ReadAt(p, off)
}

func TestAComparisonTellsHowFarItIsOnceTheChildHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const content = "id,name\n1,Ada\n"
		sum := sha256.Sum256([]byte(content))
		file := &gate{Reader: *strings.NewReader(content), open: make(chan struct{})}
		_, c := compareBeside(t.Context(), Spec{ReaderAt: file, Size: int64(len(content)), Expect: hex.EncodeToString(sum[:])})
		defer c.cancel(nil)
		var told []int64
		ended := make(chan error)
		go func() { ended <- c.wait(func(done int64) { told = append(told, done) }) }()
		synctest.Wait()
		close(file.open)
		if err := <-ended; err != nil || len(told) != 1 || told[0] != int64(len(content)) {
			t.Errorf("told %v, %v", told, err)
		}
	})
}
