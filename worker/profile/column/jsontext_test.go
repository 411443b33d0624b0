package column

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCellsThatHoldObjectsAreJSON(t *testing.T) {
	c := profile("payload", repeat(20, `{"a": 1}`, ` {"b":[1,{"c":null}],"d":-1.5e3} `, `{"e":"x\"y"}`)...)
	if c.Type != "json" || c.Text == nil || c.Evidence[0].Count != 60 {
		t.Errorf("%s %+v", c.Type, c.Evidence)
	}
	for _, cell := range []string{`{}`, `{a: 1}`, `{'a': 1}`, `{"a": 1`, `{"a": 1}}`, `{"a" 1}`, `{"a": 01}`, `{"a": tru}`, `{"a": 1,}`, `{1: 2}`, `[1, 2]`, `"a"`, `{"a": "` + "\t" + `"}`} {
		if c := profile("x", cell); c.Type == "json" {
			t.Errorf("%s is taken for an object", cell)
		}
	}
}

func TestALongObjectIsKnownByItsBeginning(t *testing.T) {
	long := `{"text": "` + strings.Repeat("word ", 400) + `", "n": 1}`
	for _, c := range []struct {
		cell string
		want bool
	}{{long, true}, {long[:1500], true}, {strings.Replace(long, ":", ";", 1), false}, {"  " + long, true}} {
		if isObject([]byte(c.cell)) != c.want || isObject([]byte(c.cell[:keptBytes])) != c.want {
			t.Errorf("%.20s… of %d bytes: want %v", c.cell, len(c.cell), c.want)
		}
	}
}

func FuzzObjects(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":[true,false,null,{"b":"\u00e4"}],"c":-0.5E+7}`, `{"a":1,}`, `{"a" :[ ] , "b":{}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var members map[string]json.RawMessage
		if strings.ContainsAny(s, `\`) || len(s) >= keptBytes || strings.Count(s, "{")+strings.Count(s, "[") > mostNested {
			return // escapes are not looked at
		}
		want := json.Unmarshal([]byte(s), &members) == nil && len(members) > 0
		if got := isObject([]byte(s)); got && !want && json.Valid([]byte(s)) || !got && want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	})
}
