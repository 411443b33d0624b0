// Package profile is the engine: it turns the bytes of a data file into a
// report. It runs inside the parser's child process (worker/sandbox) and is a
// leaf: it imports nothing of Assay outside its own folder.
//
// A profile is a monoid: source cuts the file into segments, column makes a
// partial of each, partials merge in the segments' order.
package profile
