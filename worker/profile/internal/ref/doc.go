// Package ref holds the slow, obviously right versions of what the engine does
// fast: it keeps everything in memory, sorts, counts in maps and calls the
// standard library. Only tests use it; they hold the engine against it.
package ref
