package storage

import (
	"errors"
	"maps"
	"os"
	"testing"
)

func writeSidecar(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := createSidecar(dir, header{Key: "a/b", Size: 25, PartSize: 10}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []partRecord{{Part: 3, Size: 5, ETag: "c"}, {Part: 1, Size: 10, ETag: "a"}, {Part: 3, Void: true}, {Part: 2, Size: 10, ETag: "b"}} {
		if err := appendPart(dir, r); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSidecarSurvivesATearAtEveryByte(t *testing.T) {
	dir := writeSidecar(t)
	whole, err := os.ReadFile(sidecarPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	// What each number of whole records tells. A torn one tells nothing.
	states := []map[int]Part{
		{},
		{3: {3, 5, "c"}},
		{3: {3, 5, "c"}, 1: {1, 10, "a"}},
		{1: {1, 10, "a"}},
		{1: {1, 10, "a"}, 2: {2, 10, "b"}},
	}
	at := 0
	for cut := range len(whole) + 1 {
		s, err := parseSidecar(whole[:cut])
		if errors.Is(err, ErrNoUpload) && at == 0 {
			continue // the header is not whole yet
		}
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if at+1 < len(states) && maps.Equal(s.parts, states[at+1]) {
			at++
		}
		if !maps.Equal(s.parts, states[at]) {
			t.Fatalf("cut at %d: %v, want %v", cut, s.parts, states[at])
		}
		// Whatever the tail, the next record stands.
		if err := os.WriteFile(sidecarPath(dir), whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := appendPart(dir, partRecord{Part: 9, Size: 1, ETag: "i"}); err != nil {
			t.Fatal(err)
		}
		after, err := readSidecar(dir)
		if err != nil || after.parts[9] != (Part{9, 1, "i"}) || len(after.parts) != len(s.parts)+1 {
			t.Fatalf("appended after a cut at %d: %+v, %v", cut, after, err)
		}
	}
	if at != len(states)-1 {
		t.Fatalf("only %d records were ever whole", at)
	}
}

func TestSidecarIgnoresAFlippedBit(t *testing.T) {
	whole, err := os.ReadFile(sidecarPath(writeSidecar(t)))
	if err != nil {
		t.Fatal(err)
	}
	good, err := parseSidecar(whole)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		bad := append([]byte(nil), whole...)
		bad[i] ^= 4
		s, err := parseSidecar(bad)
		if err != nil {
			continue // the header
		}
		if s.header != good.header {
			t.Fatalf("bit flipped in byte %d: header %+v", i, s.header)
		}
		for n, p := range s.parts {
			if n != 3 && p != good.parts[n] {
				t.Fatalf("bit flipped in byte %d: part %+v", i, p)
			}
		}
	}
}

func FuzzSidecar(f *testing.F) {
	f.Add([]byte("\n{\"key\":\"a\",\"size\":25,\"part_size\":10} 00000000\n"))
	f.Add([]byte("{} 8a9136aa\nx"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseSidecar(text)
		if err == nil && s.header.Key == "" {
			t.Fatal("a sidecar without a key is read")
		}
		if err != nil && !errors.Is(err, ErrNoUpload) {
			t.Fatal(err)
		}
	})
}
