package server

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// spec is openapi.json, ready to hold answers against it.
type spec struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

func loadSpec(t *testing.T) *spec {
	t.Helper()
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPI))
	if err != nil {
		t.Fatal(err)
	}
	s := &spec{doc: raw.(map[string]any), compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	// What the description does not name must not be in an answer. Clients are
	// told nothing of the kind: they must bear additions.
	for _, schema := range s.doc["components"].(map[string]any)["schemas"].(map[string]any) {
		closeObjects(schema)
	}
	s.compiler.DefaultDraft(jsonschema.Draft2020)
	s.compiler.AssertFormat()
	if err := s.compiler.AddResource("openapi.json", s.doc); err != nil {
		t.Fatal(err)
	}
	return s
}

func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		_, has := v["properties"]
		if _, said := v["additionalProperties"]; has && !said && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, member := range v {
			closeObjects(member)
		}
	case []any:
		for _, item := range v {
			closeObjects(item)
		}
	}
}

// operations lists "METHOD /path" as the description has them.
func (s *spec) operations() []string {
	var list []string
	for path, methods := range s.doc["paths"].(map[string]any) {
		for method := range methods.(map[string]any) {
			list = append(list, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(list)
	return list
}

// template finds the description's path that a request's path is one of.
func (s *spec) template(path string) string {
	for _, candidate := range slices.Sorted(maps.Keys(s.doc["paths"].(map[string]any))) {
		pattern := "^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(candidate), "[^/]+") + "$"
		if regexp.MustCompile(pattern).MatchString(path) {
			return candidate
		}
	}
	return ""
}

func pointer(parts ...string) string {
	for i, p := range parts {
		parts[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(p)
	}
	return "/" + strings.Join(parts, "/")
}

// check fails the test when an answer is not one that the description allows.
func (s *spec) check(t *testing.T, method, path string, a answer) {
	t.Helper()
	template := s.template(path)
	if template == "" || method == "HEAD" || method == "OPTIONS" || a.StatusCode == 405 || a.StatusCode == 421 || a.StatusCode == 500 {
		return
	}
	op, ok := s.doc["paths"].(map[string]any)[template].(map[string]any)[strings.ToLower(method)].(map[string]any)
	if !ok {
		return // no such method there
	}
	status := strconv.Itoa(a.StatusCode)
	response, ok := op["responses"].(map[string]any)[status].(map[string]any)
	at := []string{"paths", template, strings.ToLower(method), "responses", status}
	if !ok {
		if a.StatusCode == 403 && strings.Contains(a.body, "cross_origin") {
			return // may be said by any route
		}
		t.Errorf("openapi.json does not know that %s %s may answer %s: %s", method, template, status, a.body)
		return
	}
	if ref, ok := response["$ref"].(string); ok {
		at = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		response = s.doc["components"].(map[string]any)["responses"].(map[string]any)[at[2]].(map[string]any)
	}
	content, _ := response["content"].(map[string]any)
	mediaType, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	if content == nil {
		if a.body != "" && a.StatusCode != 302 {
			t.Errorf("%s %s: %s has a body that openapi.json does not know: %q", method, template, status, a.body)
		}
		return
	}
	if _, ok := content[mediaType]; !ok {
		t.Errorf("%s %s: %s is %q, which openapi.json does not know", method, template, status, mediaType)
		return
	}
	if !strings.HasSuffix(mediaType, "json") {
		return
	}
	location := "openapi.json#" + pointer(append(at, "content", mediaType, "schema")...)
	if s.compiled[location] == nil {
		schema, err := s.compiler.Compile(location)
		if err != nil {
			t.Fatalf("%s: %v", location, err)
		}
		s.compiled[location] = schema
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(a.body))
	if err != nil {
		t.Errorf("%s %s: %s is not JSON: %v", method, template, status, err)
		return
	}
	if err := s.compiled[location].Validate(value); err != nil {
		t.Errorf("%s %s: %s is not as openapi.json says: %v\n%s", method, template, status, err, a.body)
	}
}

func TestTheDescriptionNamesExactlyTheRoutes(t *testing.T) {
	var list []string
	for _, r := range routes() {
		list = append(list, r.method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.path, "{$1}"))
	}
	slices.Sort(list)
	described := loadSpec(t).operations()
	for _, r := range list {
		if !slices.Contains(described, r) {
			t.Errorf("openapi.json lacks %s", r)
		}
	}
	for _, d := range described {
		if !slices.Contains(list, d) {
			t.Errorf("openapi.json has %s, and there is no such route", d)
		}
	}
}

func TestTheDescriptionIsSound(t *testing.T) {
	s := loadSpec(t)
	if s.doc["openapi"] != "3.1.0" {
		t.Errorf("openapi: %v", s.doc["openapi"])
	}
	ids := map[string]bool{}
	for path, methods := range s.doc["paths"].(map[string]any) {
		for method, raw := range methods.(map[string]any) {
			op := raw.(map[string]any)
			id, _ := op["operationId"].(string)
			if id == "" || ids[id] {
				t.Errorf("%s %s: operationId %q is missing or taken", method, path, id)
			}
			ids[id] = true
			if op["summary"] == "" || op["security"] == nil {
				t.Errorf("%s %s has no summary or says nothing of security", method, path)
			}
		}
	}
	schemas := s.doc["components"].(map[string]any)["schemas"].(map[string]any)
	for name := range schemas {
		if _, err := s.compiler.Compile("openapi.json#" + pointer("components", "schemas", name)); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
	}
	// Every $ref leads somewhere, and every schema is used.
	refs := regexp.MustCompile(`"#/components/schemas/(\w+)"`).FindAllStringSubmatch(string(openAPI), -1)
	used := map[string]bool{}
	for _, ref := range refs {
		used[ref[1]] = true
		if schemas[ref[1]] == nil {
			t.Errorf("$ref to %s, which is not there", ref[1])
		}
	}
	for name := range schemas {
		if !used[name] {
			t.Errorf("schema %s is not used", name)
		}
	}
}

func TestTheDescriptionIsServed(t *testing.T) {
	i := start(t, nil)
	i.person("ann", true)
	a := i.want(200, "GET", "/api/openapi.json", "", nil)
	if !json.Valid([]byte(a.body)) || a.Header.Get("Content-Type") != "application/json" {
		t.Errorf("not the description: %s", a.Header.Get("Content-Type"))
	}
}
