package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"assay/worker/profile/report"
)

func profilePages(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	var out, errs lockedBuffer
	code = run(t.Context(), append([]string{"profile"}, args...), noVariables, stdio{strings.NewReader("a,b\n1,2\n"), &out, &errs})
	return code, out.String() + errs.String()
}

func writeCSV(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// address finds what a browser would ask another place for; the names of XML
// and of the fonts' licences are none.
var address = regexp.MustCompile(`(?i)(?:src|href|action|data|poster)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import|<link[^>]+stylesheet|<(?:iframe|object|embed|base|img)\b`)

func TestProfileWritesAPageThatStandsAlone(t *testing.T) {
	folder := t.TempDir()
	file := writeCSV(t, folder, "orders.csv", "id,</script><b>,note\n1,x,\"</script><script>alert(1)</script>\"\n2,y,\"http://example.org/a.png\"\n3,,z\n")
	target := filepath.Join(folder, "out.html")
	code, said := profilePages(t, "--html", target, file)
	if code != exitDone || !strings.Contains(said, target) {
		t.Fatalf("exit code %d, %s", code, said)
	}
	page := readPage(t, target)
	if len(page) > 600_000 {
		t.Errorf("the page of a small file has %d bytes", len(page))
	}
	frame, _, _ := strings.Cut(page, `<script type="application/json" id="about">`)
	if found := address.FindString(frame); found != "" {
		t.Errorf("the page would ask another place: %s", found)
	}
	if strings.Count(page, "alert(1)</") != 0 {
		t.Error("a cell of the file has become a part of the page")
	}
	if !strings.Contains(page, "<title>orders.csv</title>") {
		t.Error("the page is not called by its file")
	}
	checkPolicy(t, page)
	var r report.Report
	_, held, _ := strings.Cut(page, `<script type="application/json" id="report-0">`)
	held, _, _ = strings.Cut(held, "</script>")
	if err := json.Unmarshal([]byte(held), &r); err != nil || r.Rows != 3 || r.Columns[1].Name != "</script><b>" {
		t.Errorf("the page's report: %v, %d rows", err, r.Rows)
	}
}

var (
	policyHash   = regexp.MustCompile(`'sha256-([^']+)'`)
	inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	inlineStyle  = regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`)
)

// checkPolicy holds that the page lets in nothing but its own scripts and
// styles, and those as they stand in it.
func checkPolicy(t *testing.T, page string) {
	t.Helper()
	_, policy, _ := strings.Cut(page, `http-equiv="Content-Security-Policy" content="`)
	policy, _, _ = strings.Cut(policy, `"`)
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("the page's policy is %q", policy)
	}
	allowed := map[string]bool{}
	for _, hash := range policyHash.FindAllStringSubmatch(policy, -1) {
		allowed[hash[1]] = true
	}
	for _, parts := range [][][]string{inlineScript.FindAllStringSubmatch(page, -1), inlineStyle.FindAllStringSubmatch(page, -1)} {
		if len(parts) < 2 {
			t.Errorf("the page has %d scripts or styles of its own, want at least 2", len(parts))
		}
		for _, part := range parts {
			if sum := sha256.Sum256([]byte(part[1])); !allowed[base64.StdEncoding.EncodeToString(sum[:])] {
				t.Errorf("the policy does not know %.60q", part[1])
			}
		}
	}
}

func TestPagesOfSeveralFilesGoIntoAFolder(t *testing.T) {
	folder := t.TempDir()
	a, b := writeCSV(t, folder, "a.csv", "x\n1\n"), writeCSV(t, folder, "b.csv", "x\n2\n")
	pages := filepath.Join(folder, "pages")
	if err := os.Mkdir(pages, 0o700); err != nil {
		t.Fatal(err)
	}
	if code, said := profilePages(t, "--html", pages, a, b, "-"); code != exitDone {
		t.Fatalf("exit code %d, %s", code, said)
	}
	for _, name := range []string{"a.csv.html", "b.csv.html", "stdin.html"} {
		if page := readPage(t, filepath.Join(pages, name)); !strings.Contains(page, `id="report-0"`) {
			t.Errorf("%s has no report", name)
		}
	}
}

func TestPageCannotReplaceAnotherOrItsFile(t *testing.T) {
	folder := t.TempDir()
	a, b := writeCSV(t, folder, "a.csv", "x\n1\n"), writeCSV(t, folder, "b.csv", "x\n2\n")
	foreign := writeCSV(t, folder, "index.html", "<!doctype html><title>A page of somebody's</title>")
	for _, args := range [][]string{
		{"--html", filepath.Join(folder, "one.html"), a, b},
		{"--html", folder, a, a},
		{"--html", a, a},
		{"--html", a, b}, // the name of the page was forgotten
		{"--html", foreign, a},
	} {
		if code, said := profilePages(t, args...); code != exitUsage || strings.Count(said, "\n") != 1 {
			t.Errorf("%v: exit code %d, said %q; want one line and %d", args, code, said, exitUsage)
		}
	}
	if readPage(t, a) != "x\n1\n" {
		t.Error("the file was written over")
	}
	own := filepath.Join(folder, "own.html")
	for range 2 {
		if code, said := profilePages(t, "--html", own, a); code != exitDone {
			t.Errorf("a page of Assay's: exit code %d, said %q", code, said)
		}
	}
	if code, said := profilePages(t, "--html", filepath.Join(folder, "none", "x.html"), a); code != exitFail || strings.Count(said, "\n") != 1 {
		t.Errorf("no such folder: exit code %d, said %q", code, said)
	}
}

func TestPageOfABrokenFileSaysWhereItBroke(t *testing.T) {
	folder := t.TempDir()
	file := writeCSV(t, folder, "cut.json", `[{"a":1},{"a":2},{"a":`)
	target := filepath.Join(folder, "cut.html")
	code, said := profilePages(t, "--html", target, file)
	if code != exitFail || !strings.Contains(said, "cut.json") {
		t.Errorf("exit code %d, said %q", code, said)
	}
	page := readPage(t, target)
	_, about, _ := strings.Cut(page, `id="about">`)
	about, _, _ = strings.Cut(about, "</script>")
	var facts struct {
		Error report.PageError `json:"error"`
	}
	if err := json.Unmarshal([]byte(about), &facts); err != nil || facts.Error.Code == "" || facts.Error.Message == "" {
		t.Errorf("%v: the page says %s", err, about)
	}
}

func TestPageOfAVeryWideFileStaysSmall(t *testing.T) {
	folder := t.TempDir()
	var b strings.Builder
	for row := range 30 {
		for column := range 3000 {
			if column > 0 {
				b.WriteByte(',')
			}
			if row == 0 {
				fmt.Fprintf(&b, "measurement %d", column)
			} else {
				fmt.Fprint(&b, (row*column*7919)%100_003)
			}
		}
		b.WriteByte('\n')
	}
	target := filepath.Join(folder, "wide.html")
	if code, said := profilePages(t, "--html", target, writeCSV(t, folder, "wide.csv", b.String())); code != exitDone {
		t.Fatalf("exit code %d, %s", code, said)
	}
	if page := readPage(t, target); len(page) >= report.PageLimit {
		t.Errorf("the page has %d bytes", len(page))
	}
}

func TestPageHoldsEveryTableOfTheFile(t *testing.T) {
	folder := t.TempDir()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, member := range [][2]string{{"one.csv", "a\n1\n2\n"}, {"two.csv", "b,c\n1,2\n"}} {
		w, err := z.Create(member[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(member[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file, target := writeCSV(t, folder, "both.zip", b.String()), filepath.Join(folder, "both.html")
	for _, test := range []struct {
		args []string
		want int
	}{{nil, 2}, {[]string{"--table", "two.csv"}, 1}} {
		if code, said := profilePages(t, append([]string{"--html", target, file}, test.args...)...); code != exitDone {
			t.Fatalf("exit code %d, %s", code, said)
		}
		if n := strings.Count(readPage(t, target), `id="report-`); n != test.want {
			t.Errorf("%v: the page holds %d tables, want %d", test.args, n, test.want)
		}
	}
}
