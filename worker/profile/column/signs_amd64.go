package column

import "golang.org/x/sys/cpu"

// signsOf looks for the signs in a text that is long enough.
func signsOf(b []byte) signs {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasPOPCNT || len(b) < signsWidth {
		return allSigns
	}
	return signs(signsAVX2(&b[0], len(b)))
}

// signsAVX2 looks at a text of signsWidth bytes or more.
//
//go:noescape
func signsAVX2(text *byte, n int) (found uint32)
