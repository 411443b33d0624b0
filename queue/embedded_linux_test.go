package queue_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestEmbeddedListensOnNoPort(t *testing.T) {
	before := listeningSockets(t)
	q := openEmbedded(t)
	if err := q.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := listeningSockets(t); after != before {
		t.Errorf("%d sockets listen, before the queue was opened it were %d", after, before)
	}
}

// listeningSockets counts this process's listening TCP sockets: those of the
// network namespace (state 0A in /proc) whose inode is among our descriptors.
func listeningSockets(t *testing.T) int {
	t.Helper()
	ours := map[string]bool{}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		target, err := os.Readlink("/proc/self/fd/" + fd.Name())
		if err != nil {
			continue // the descriptor ReadDir itself used
		}
		var inode string
		if n, _ := fmt.Sscanf(target, "socket:[%s", &inode); n == 1 {
			ours[strings.TrimSuffix(inode, "]")] = true
		}
	}
	n := 0
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue // no IPv6 here
		}
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" && ours[f[9]] {
				n++
			}
		}
	}
	return n
}
