//go:build !amd64

package source

// longRun is plainRun for texts of more than a few bytes.
func longRun(buf []byte, i int) (end int, high bool) { return longRunAnywhere(buf, i) }

// undo copies text without its escapes of two characters.
func undo(to, buf []byte) (read, wrote int, high bool) { return undoAnywhere(to, buf) }
