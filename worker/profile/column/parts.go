package column

import "strings"

// exchanged tells whether the values are lists between commas: their parts stand
// in any place, alone too, as genres do. Those of "Springfield, Ohio" and "Smith,
// John" have their places.
func (f *figures) exchanged() bool {
	type places struct{ first, later bool }
	seen := map[string]*places{}
	parts, lists, values := 0, int64(0), int64(0)
	for _, t := range f.top {
		if t.cut || len(t.text) > 200 {
			return false
		}
		list := strings.Split(t.text, ",")
		if values += t.count; len(list) > 1 {
			lists += t.count
		}
		for i, part := range list {
			part = strings.ToLower(strings.TrimSpace(part))
			if seen[part] == nil {
				seen[part] = &places{}
			}
			seen[part].first = seen[part].first || i == 0
			seen[part].later = seen[part].later || i > 0
		}
		parts += len(list)
	}
	both, later := 0, 0
	for _, p := range seen { // sums: in any order
		if p.later {
			if later++; p.first {
				both++
			}
		}
	}
	return lists*4 >= values && later > 1 && both*2 >= later && 2*parts >= 3*len(seen)
}
