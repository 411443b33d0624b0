package main

import (
	"encoding/json"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"

	"assay/worker/profile/source"
)

// The server may not import the engine, yet takes the engine's options: both
// are held against the API's description, here and in the server's own test.
func TestEngineOptionsAreTheDescribedOnes(t *testing.T) {
	text, err := os.ReadFile("server/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas struct {
				Options struct {
					Properties map[string]any `json:"properties"`
				}
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	described := doc.Components.Schemas.Options.Properties
	options := reflect.TypeFor[source.Options]()
	for i := range options.NumField() {
		name, _, _ := strings.Cut(options.Field(i).Tag.Get("json"), ",")
		if _, ok := described[name]; !ok {
			t.Errorf("the engine's option %q is not described", name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("the described option %q is none of the engine's", name)
	}
}

// What the server checks by itself must not be stricter than the engine, or a
// reading that the command line takes is refused by the page.
func TestTheServerTakesTheOptionsThatTheCommandLineTakes(t *testing.T) {
	in, stop := startInProcess(t, t.TempDir())
	defer stop()
	sealed := in.upload(t, "a.csv", []byte("a~|~b\n1~|~2\n"), nil)
	path := "/api/v1/datasets/" + sealed.DatasetID + "/versions/1/jobs"
	rows := int64(0)
	for _, o := range []source.Options{
		{Delimiter: "~|~"}, {Delimiter: "::::"}, {Delimiter: "||"}, {Delimiter: "TAB"}, {Delimiter: `\t`}, {Delimiter: "§"},
		{Quote: "none", Escape: "none", Comment: "none"}, {Quote: "'", Escape: `\`, Comment: "//"},
		{Format: "arrow"}, {Header: "no", SkipRows: &rows}, {Encoding: "windows-1252"}, {AsOf: "2024-12-31"}, {Table: "a.csv"},
	} {
		if err := o.Validate(); err != nil {
			t.Fatalf("%+v: %v", o, err)
		}
		var answer json.RawMessage
		if status, err := in.call("POST", path, map[string]any{"options": o}, &answer); err != nil || status != http.StatusAccepted {
			t.Errorf("%+v: %d %v", o, status, err)
		}
	}
	for _, o := range []source.Options{{Delimiter: "ab"}, {Delimiter: ";;"}, {Quote: "''"}, {Comment: "ab"}, {Encoding: "none"}, {Header: "maybe"}} {
		if o.Validate() == nil {
			t.Fatalf("%+v is right", o)
		}
		if status, err := in.call("POST", path, map[string]any{"options": o}, nil); status != http.StatusBadRequest {
			t.Errorf("%+v: %d %v", o, status, err)
		}
	}
}
