package server

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"
)

// The engine's own options are held against the same description by a test of
// the whole program: so the three name the same things.
func TestReadingOptionsAreTheDescribedOnes(t *testing.T) {
	text, err := os.ReadFile("openapi.json")
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
	// One of each kind, so that none is left out for being empty.
	rows := int64(1)
	o := readingOptions{"csv", ",", `"`, "none", "utf-8", "yes", &rows, "#", "t", "2024-12-31"}
	if reflect.TypeOf(o).NumField() != len(described) {
		t.Errorf("%d options, %d described", reflect.TypeOf(o).NumField(), len(described))
	}
	text, err = json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var names map[string]any
	if err := json.Unmarshal(text, &names); err != nil {
		t.Fatal(err)
	}
	var missing []string
	for name := range names {
		if _, ok := described[name]; !ok {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("not described: %v", missing)
	}
}
