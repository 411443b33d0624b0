package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func convert(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	var out, errs lockedBuffer
	code = run(t.Context(), append([]string{"convert"}, args...), noVariables, stdio{strings.NewReader(""), &out, &errs})
	return code, out.String() + errs.String()
}

func TestConvertedFileLeavesDevicesAndLinksInPlace(t *testing.T) {
	folder := t.TempDir()
	file := writeCSV(t, folder, "a.csv", "x\n1\n")
	if code, said := convert(t, file, "--to", "ndjson", "-o", os.DevNull); code != exitDone {
		t.Fatalf("exit code %d, %s", code, said)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s has become a file: %v, %v", os.DevNull, info, err)
	}
	target, link := filepath.Join(folder, "out.ndjson"), filepath.Join(folder, "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if code, said := convert(t, file, "--to", "ndjson", "-o", link); code != exitDone {
		t.Fatalf("exit code %d, %s", code, said)
	}
	if got := readPage(t, target); got != `{"x":"1"}`+"\n" {
		t.Errorf("the file behind the link holds %q", got)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode became %v, %v", info.Mode(), err)
	}
	if names, err := filepath.Glob(filepath.Join(folder, ".assay-*")); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

func TestADashIsStandardOutput(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	file := writeCSV(t, folder, "a.csv", "x\n1\n")
	if code, said := convert(t, file, "--to", "csv", "-o", "-"); code != exitDone || said != "x\r\n1\r\n" {
		t.Errorf("convert: exit code %d, %q", code, said)
	}
	var out, errs lockedBuffer
	code := run(t.Context(), []string{"profile", "--html", "-", file}, noVariables, stdio{strings.NewReader(""), &out, &errs})
	if page := out.String(); code != exitDone || !strings.HasPrefix(page, "<!doctype html>") {
		t.Errorf("profile: exit code %d, %.100q, %s", code, page, errs.String())
	}
	if _, err := os.Stat("-"); err == nil {
		t.Error("there is a file named -")
	}
}

func TestConvertHasNoUseForAReportsDay(t *testing.T) {
	file := writeCSV(t, t.TempDir(), "a.csv", "x\n1\n")
	if code, said := convert(t, file, "--to", "csv", "-o", "-", "--as-of", "2020-01-02"); code != exitUsage || !strings.Contains(said, "--as-of") {
		t.Errorf("exit code %d, %q", code, said)
	}
}

func TestConvertDoesNotReplaceItsInput(t *testing.T) {
	file := writeCSV(t, t.TempDir(), "a.csv", "x\n1\n")
	if code, said := convert(t, file, "--to", "parquet", "-o", file); code != exitUsage || strings.Count(said, "\n") != 1 {
		t.Errorf("exit code %d, said %q; want one line and %d", code, said, exitUsage)
	}
	if readPage(t, file) != "x\n1\n" {
		t.Error("the input was written over")
	}
}
