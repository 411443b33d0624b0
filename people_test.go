package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/server"
	"assay/store"
)

func TestPushSendsTheOwnersTokenToNoOtherServer(t *testing.T) {
	var asked lockedBuffer
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(&asked, r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer other.Close()
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, ownerToken), []byte("assay_mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(data, "a.csv")
	if err := os.WriteFile(file, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rows, err := store.Open(t.Context(), fileURL("sqlite", filepath.Join(data, "assay.db")))
	if err != nil {
		t.Fatal(err)
	}
	if err := rows.SetAddress(t.Context(), "https://assay.example.org"); err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	push := func(args ...string) (int, string) {
		var errs lockedBuffer
		code := run(t.Context(), append([]string{"push", "--data", data, file}, args...), noVariables, stdio{strings.NewReader(""), &lockedBuffer{}, &errs})
		return code, errs.String()
	}
	for _, stranger := range []string{"http://stranger.invalid", "http://assay.example.org", "http://assay.example.org.stranger.invalid", "http://localhost.stranger.invalid", "http://127.0.0.1.stranger.invalid"} {
		if code, said := push("--server", stranger); code != exitUsage || !strings.Contains(said, "--token") {
			t.Errorf("%s: exit code %d, %s", stranger, code, said)
		}
	}
	if code, said := push("--server", other.URL); code != exitFail || asked.String() != "Bearer assay_mine\n" {
		t.Errorf("a server on this machine: exit code %d, %s, was sent %q", code, said, asked.String())
	}
	if code, said := push("--server", other.URL, "--token", "assay_theirs"); code != exitFail || !strings.HasSuffix(asked.String(), "\nBearer assay_theirs\n") {
		t.Errorf("with its token: exit code %d, %s, was sent %q", code, said, asked.String())
	}
}

func TestListsOnTheTerminalAreWhole(t *testing.T) {
	data := t.TempDir()
	rows, err := store.Open(t.Context(), fileURL("sqlite", filepath.Join(data, "assay.db")))
	if err != nil {
		t.Fatal(err)
	}
	owner, err := rows.CreateFirstUser(t.Context(), store.User{Username: localOwner})
	if err != nil {
		t.Fatal(err)
	}
	const tokens = 201 // one more than a page of the store has
	for range tokens {
		if _, err := rows.CreateToken(t.Context(), store.Token{UserID: owner.ID, Name: "x", Hash: server.HashSecret(server.NewSecret(""))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	var out, errs lockedBuffer
	if code := run(t.Context(), []string{"token", "list", "--data", data}, noVariables, stdio{strings.NewReader(""), &out, &errs}); code != exitDone {
		t.Fatalf("exit code %d, %s", code, errs.String())
	}
	if n := strings.Count(out.String(), "\n"); n != tokens+1 {
		t.Errorf("%d lines for %d tokens and a head", n, tokens)
	}
}

func TestAPushThatIsStoppedLeavesNoPartsBehind(t *testing.T) {
	data := t.TempDir()
	in, _ := startInProcess(t, data)
	server, err := url.Parse(in.url)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	behind := httputil.NewSingleHostReverseProxy(server)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPut {
			behind.ServeHTTP(w, r)
			return
		}
		// The part never gets its answer: meanwhile Ctrl-C is pressed.
		_, _ = io.Copy(io.Discard, r.Body)
		stop()
		<-r.Context().Done()
	}))
	defer front.Close()
	file := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(file, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var errs lockedBuffer
	if code := run(ctx, []string{"push", "--data", data, "--server", front.URL, file}, noVariables, stdio{strings.NewReader(""), &lockedBuffer{}, &errs}); code != exitFail {
		t.Errorf("exit code %d, %s", code, errs.String())
	}
	var uploads struct{ Items []uploadAnswer }
	in.must(t, http.StatusOK, "GET", "/api/v1/uploads", nil, &uploads)
	if len(uploads.Items) != 1 || uploads.Items[0].Status != "aborted" {
		t.Errorf("uploads afterwards: %+v", uploads.Items)
	}
}

func TestAPushTellsWhereTheFileIsWrong(t *testing.T) {
	data := t.TempDir()
	startInProcess(t, data)
	file := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(file, []byte(`[{"a":1},{"a":2,]`), 0o600); err != nil {
		t.Fatal(err)
	}
	var errs lockedBuffer
	code := run(t.Context(), []string{"push", "--data", data, file}, noVariables, stdio{strings.NewReader(""), &lockedBuffer{}, &errs})
	if code != exitFail || !strings.Contains(errs.String(), "(row 2, byte 16)") {
		t.Errorf("exit code %d, %s", code, errs.String())
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(file, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"--max-columns must be at least 1":                {"serve", "--max-columns", "0"},
		"--max-queued is -1":                              {"serve", "--max-queued=-1"},
		"--public-url must be like":                       {"serve", "--public-url", "https://example.org/assay"},
		"no command; assay profile " + file:               {file},
		"frobnicate; assay --help lists":                  {"frobnicate"},
		`--header must be one of "yes","no" but got "up"`: {"profile", "--header", "up", file},
		filepath.Join("nowhere", "a.tar") + ": no such":   {"backup", "--data", filepath.Dir(file), filepath.Join(filepath.Dir(file), "nowhere", "a.tar")},
	} {
		if args[0] == "backup" {
			rows, err := store.Open(t.Context(), fileURL("sqlite", filepath.Join(filepath.Dir(file), "assay.db")))
			if err != nil {
				t.Fatal(err)
			}
			rows.Close()
		}
		var errs lockedBuffer
		run(t.Context(), args, noVariables, stdio{strings.NewReader(""), io.Discard, &errs})
		if !strings.Contains(errs.String(), want) {
			t.Errorf("%v said %q, want %q in it", args, errs.String(), want)
		}
	}
}
