package source

import "golang.org/x/sys/cpu"

// findMasks makes masks of the first len(out)*maskWidth bytes of text, and
// tells whether some of these bytes are not ASCII, or NUL.
func findMasks(text []byte, b markBytes, out []masks) (high, nul bool) {
	if !cpu.X86.HasAVX2 || len(out) == 0 {
		return findMasksAnywhere(text, b, out)
	}
	_ = text[len(out)*maskWidth-1]
	h, n := findMasksAVX2(&text[0], &out[0], len(out), b)
	return h != 0, n != 0
}

// findMasksAVX2 is findMasks, 32 bytes at a time; words is at least 1.
//
//go:noescape
func findMasksAVX2(text *byte, out *masks, words int, b markBytes) (high, nul uint32)
