package main

import (
	"encoding/json"
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
