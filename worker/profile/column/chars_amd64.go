package column

import "golang.org/x/sys/cpu"

// continuations answers how many bytes in whole blocks from b's start begin no
// character, and how long these blocks are together.
func continuations(b []byte) (n, looked int) {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasPOPCNT || len(b) < 32 {
		return 0, 0
	}
	return continuationsAVX2(&b[0], len(b)/32), len(b) &^ 31
}

// continuationsAVX2 looks at blocks (at least one) of 32 bytes.
//
//go:noescape
func continuationsAVX2(text *byte, blocks int) (n int)
