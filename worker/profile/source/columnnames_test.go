package source

import (
	"fmt"
	"slices"
	"testing"
)

func TestColumnsOfOneNameAreToldApart(t *testing.T) {
	var f faults
	got := uniqueNames([]string{"a", "a_2", "a", "", "column_4", "a", "column_4_2", "A"}, &f)
	if want := []string{"a", "a_2", "a_3", "column_4", "column_4_2", "a_4", "column_4_2_2", "A"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if s := fmt.Sprintf("%s %d, %s %d", f.list[0].Code, f.list[0].Count, f.list[1].Code, f.list[1].Count); s != "duplicate_column_names 4, empty_column_names 1" {
		t.Errorf("faults %s", s)
	}
}
