package source

import (
	"fmt"
	"strconv"
)

// uniqueNames gives each column of a format with types a name of its own, and counts the faults.
func uniqueNames(names []string, f *faults) []string {
	used := map[string]bool{}
	unique := make([]string, len(names))
	for i, name := range names {
		if isBlank([]byte(name)) {
			f.add("empty_column_names", 0, 0)
			name = "column_" + strconv.Itoa(i+1)
		} else if used[name] {
			f.add("duplicate_column_names", 0, 0)
		}
		u := name
		for n := 2; used[u]; n++ {
			u = fmt.Sprintf("%s_%d", name, n)
		}
		used[u] = true
		unique[i] = u
	}
	return unique
}
