package storage

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestPartSizeStaysWithinWhatStorageAllows(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		size, partSize int64
		count          int
	}{
		{0, 8 * mebibyte, 1},
		{1, 8 * mebibyte, 1},
		{8 * mebibyte, 8 * mebibyte, 1},
		{8*mebibyte + 1, 8 * mebibyte, 2},
		{10 * gib, 8 * mebibyte, 1280},
		{maxParts * 8 * mebibyte, 8 * mebibyte, maxParts},
		{maxParts*8*mebibyte + 1, 9 * mebibyte, 8889},
	} {
		partSize, count := PartSize(c.size)
		if partSize != c.partSize || count != c.count {
			t.Errorf("PartSize(%d) = %d, %d; want %d, %d", c.size, partSize, count, c.partSize, c.count)
		}
	}
}

func TestPlanCutsTheWholeFileOnce(t *testing.T) {
	for _, partSize := range []int64{1, 7, 100} {
		for size := range int64(300) {
			p, err := newPlan(size, partSize)
			if err != nil {
				t.Fatal(err)
			}
			var at int64
			for n := 1; n <= p.count(); n++ {
				if p.offset(n) != at || (p.length(n) <= 0 && size > 0) {
					t.Fatalf("%+v: part %d is %d bytes at %d, want them at %d", p, n, p.length(n), p.offset(n), at)
				}
				at += p.length(n)
			}
			if at != size || p.length(0) != -1 || p.length(p.count()+1) != -1 {
				t.Fatalf("%+v: parts cover %d bytes", p, at)
			}
		}
	}
}

func TestPlanRefusesMoreThanTenThousandParts(t *testing.T) {
	for _, c := range []struct{ size, partSize int64 }{{-1, 10}, {10, 0}, {10, -1}, {maxParts + 1, 1}} {
		if _, err := newPlan(c.size, c.partSize); err == nil {
			t.Errorf("newPlan(%d, %d) is allowed", c.size, c.partSize)
		}
	}
}

func TestKeysAndUploadIDsCannotLeaveTheFolder(t *testing.T) {
	for _, k := range []string{"", "/", "a//b", "/a", "a/", "..", "a/../b", "a/.", "a b", "a%2e", "ä", `a\b`, "a\x00", "a?b", strings.Repeat("a", 513)} {
		if validKey(k) {
			t.Errorf("key %q is valid", k)
		}
	}
	for _, k := range []string{"a", "ws_1/ds_2/v1.bin", "..a", "A-Z_0.9"} {
		if !validKey(k) {
			t.Errorf("key %q is not valid", k)
		}
	}
	for _, id := range []string{"", "..", "../0123456789abcdef0123456789abc", strings.Repeat("g", 32), strings.Repeat("A", 32), strings.Repeat("0", 31)} {
		if validUploadID(id) {
			t.Errorf("upload ID %q is valid", id)
		}
	}
}

func TestConfigurationErrorsAreOneClearLine(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "")
	t.Setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "")
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
	for url, want := range map[string]string{
		"":                                  "neither",
		"/data/objects":                     "neither",
		"gs://bucket":                       "neither",
		"file://data/objects":               "three slashes",
		"file:objects":                      "absolute",
		"s3://":                             "bucket name",
		"s3://B!":                           "bucket name",
		"s3://bucket":                       "AWS_ACCESS_KEY_ID",
		"s3://key:secret@bucket":            "credentials do not belong",
		"s3://bucket?endpiont=http://x":     "unknown parameter",
		"s3://bucket?endpoint=ftp://x":      "endpoint",
		"s3://bucket?endpoint=http://x/y":   "endpoint",
		"s3://bucket/a%20b?endpoint=x":      "prefix",
		"s3://bucket?public_endpoint=a%20b": "endpoint",
	} {
		_, _, err := OpenURL(t.Context(), url, Options{})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v; want one line with %q", url, err, want)
		}
	}
	if _, _, err := OpenURL(t.Context(), "file://"+t.TempDir(), Options{SigningKey: []byte("short")}); err == nil {
		t.Error("a short signing key is taken")
	}
}

func TestMismatchTellsPartsInOrder(t *testing.T) {
	p := plan{size: 50, partSize: 10}
	stored := map[int]Part{2: {2, 10, "b"}, 4: {4, 9, "d"}, 5: {5, 10, "e"}}
	err := p.check(stored, []Part{{9, 0, ""}, {7, 0, ""}, {5, 0, "x"}, {4, 0, ""}, {3, 0, ""}, {2, 0, ""}, {1, 0, ""}})
	var e *ErrPartsMismatch
	if !errors.As(err, &e) || !slices.Equal(e.Missing, []int{1, 3}) || !slices.Equal(e.Wrong, []int{4, 5, 7, 9}) {
		t.Fatalf("check = %+v", err)
	}
	if want := "2 missing (first: 1), 4 of another size or ETag (first: 4)"; !strings.Contains(err.Error(), want) {
		t.Errorf("%q lacks %q", err, want)
	}
}

func TestAttachmentNames(t *testing.T) {
	for name, want := range map[string]string{
		"data.csv":  `attachment; filename="data.csv"; filename*=UTF-8''data.csv`,
		"":          `attachment; filename="download"; filename*=UTF-8''download`,
		"a b%.csv":  `attachment; filename="a b_.csv"; filename*=UTF-8''a%20b%25.csv`,
		"ä\"/\\\n":  `attachment; filename="_____"; filename*=UTF-8''%C3%A4%22___`,
		"bad\xff":   `attachment; filename="bad_"; filename*=UTF-8''bad_`,
		"=1+1.csv":  `attachment; filename="=1+1.csv"; filename*=UTF-8''%3D1+1.csv`,
		"a'b;c.csv": `attachment; filename="a'b;c.csv"; filename*=UTF-8''a%27b%3Bc.csv`,
	} {
		if got := attachment(name); got != want {
			t.Errorf("attachment(%q) = %s, want %s", name, got, want)
		}
	}
}
