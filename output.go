package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// output is a file that a command writes: beside the wanted one and renamed at
// the end, so that a file of that name is always whole. A link stays a link.
// What is no regular file (/dev/null, a pipe) cannot be replaced and is
// written to.
type output struct {
	*os.File
	target string // renamed to this at the end; "" where the file is the target itself
}

func createOutput(path string) (*output, error) {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			return &output{File: f}, err
		}
		mode = info.Mode().Perm()
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, err
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".assay-*")
	if err != nil {
		return nil, err
	}
	o := &output{File: f, target: path}
	if err := f.Chmod(mode); err != nil {
		o.discard()
		return nil, err
	}
	return o, nil
}

// keep closes the file and gives it its name.
func (o *output) keep() error {
	if err := o.Close(); err != nil || o.target == "" {
		return err
	}
	return os.Rename(o.Name(), o.target)
}

// discard leaves nothing behind of a file that was not kept.
func (o *output) discard() {
	o.Close()
	if o.target != "" {
		os.Remove(o.Name())
	}
}

// sameFile tells whether two names are of one file that exists.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil || !x.Mode().IsRegular() {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// pageMark stands near the beginning of every page that Assay writes.
const pageMark = `<meta name="generator" content="Assay">`

// replaceable refuses to put a page in the place of a file that is none of
// Assay's: in "--html data.csv other.csv" a name was forgotten, and data.csv is data.
func replaceable(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil // what cannot be read cannot be told; writing will say why
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, 8<<10)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	if bytes.Contains(head[:n], []byte(pageMark)) {
		return nil
	}
	return fmt.Errorf("--html would overwrite %s, which is no page of Assay's; remove it first, or name another", path)
}
