//go:build !amd64

package source

// longRun is plainRun for texts of more than a few bytes.
func longRun(buf []byte, i int) (end int, high bool) { return longRunAnywhere(buf, i) }
