//go:build !linux

package store

// NetworkFilesystem is only known on Linux; elsewhere every folder counts as local.
func NetworkFilesystem(dir string) (name string, yes bool) { return "", false }
