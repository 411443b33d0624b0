package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
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
