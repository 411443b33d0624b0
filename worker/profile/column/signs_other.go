//go:build !amd64

package column

// signsOf leaves everything to those who look closer.
func signsOf([]byte) signs { return allSigns }
