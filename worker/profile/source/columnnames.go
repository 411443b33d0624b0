package source

import (
	"fmt"
	"strconv"
)

// columnNames are the names of a table's columns, each of them once.
type columnNames struct {
	list []string
	used map[string]int // names, with the last number that one was given to be told apart
}

// add names the next column: by its place if the file has no name for it, with a
// number behind if another column has the same. written says that the file
// could have said it better, so that both are faults of the file.
func (c *columnNames) add(name string, written bool, f *faults) {
	if c.used == nil {
		c.used = map[string]int{}
	}
	if isBlank([]byte(name)) {
		if written {
			f.add("empty_column_names", 0, 0)
		}
		name = "column_" + strconv.Itoa(len(c.list)+1)
	} else if c.used[name] > 0 && written {
		f.add("duplicate_column_names", 0, 0)
	}
	unique := name
	// Ten thousand columns of one name must not try all numbers each.
	for n := c.used[name]; c.used[unique] > 0; c.used[name] = n {
		n++
		unique = fmt.Sprintf("%s_%d", name, n)
	}
	c.used[unique] = max(c.used[unique], 1)
	c.list = append(c.list, unique)
}

// uniqueNames names the columns of a format that has a schema.
func uniqueNames(names []string, f *faults) []string {
	var c columnNames
	for _, name := range names {
		c.add(name, true, f)
	}
	return c.list
}
