//go:build unix

package main

import (
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// stopProcess asks for an orderly end, which must come within ten seconds and
// exit 0.
func stopProcess(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("after SIGTERM: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("still running 10 s after SIGTERM")
		cmd.Process.Kill()
	}
}
