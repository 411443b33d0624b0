//go:build !amd64

package source

// findMasks makes masks of the first len(out)*maskWidth bytes of text, and
// tells whether some of these bytes are not ASCII, or NUL.
func findMasks(text []byte, b markBytes, out []masks) (high, nul bool) {
	return findMasksAnywhere(text, b, out)
}
