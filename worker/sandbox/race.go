//go:build race

package sandbox

// The race detector maps far more memory than a child may have.
const raceDetector = true
