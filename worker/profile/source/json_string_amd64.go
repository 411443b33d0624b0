package source

import "golang.org/x/sys/cpu"

// longRun is plainRun for texts of more than a few bytes.
func longRun(buf []byte, i int) (end int, high bool) {
	if !cpu.X86.HasAVX2 {
		return longRunAnywhere(buf, i)
	}
	n, h := longRunAVX2(&buf[i])
	return i + n, h != 0
}

// longRunAVX2 looks at 32 bytes at a time, of which the last may stand behind
// a special one.
//
//go:noescape
func longRunAVX2(text *byte) (n int, high uint32)

// undo is undoAnywhere, faster.
func undo(to, buf []byte) (read, wrote int, high bool) {
	if !cpu.X86.HasAVX2 || len(to) < undoneRoom {
		return undoAnywhere(to, buf)
	}
	read, wrote, h := undoAVX2(&to[0], &buf[0], len(to)-undoneRoom)
	return read, wrote, h != 0
}

// undoAVX2 goes on while no more than most bytes are written. It writes up to
// undoneRoom bytes behind these.
//
//go:noescape
func undoAVX2(to, text *byte, most int) (read, wrote int, high uint32)
