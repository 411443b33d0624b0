package server

import (
	"strings"
	"testing"
)

func TestCommandsHoldUsernamesToTheRulesOfTheAPI(t *testing.T) {
	for _, name := range []string{"ann", "Ann.Lee", "ann@example.org", "x", "žofie", strings.Repeat("a", 64)} {
		if err := CheckUsername(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", " ", "ann ", " ann", "a b", ".ann", "a/b", "a\x00b", "a\u202eb", "a\u200bb", "z\u030cofie", strings.Repeat("a", 65)} {
		if err := CheckUsername(name); err == nil || strings.Contains(err.Error(), "invalid:") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
