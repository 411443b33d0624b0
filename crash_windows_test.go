package main

import (
	"os/exec"
	"testing"
)

// stopProcess: Windows has no SIGTERM that another process can send.
func stopProcess(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
}
