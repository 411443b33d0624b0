package column

import "golang.org/x/sys/cpu"

// glanceAll looks at the cells in some rows of a vector, and answers with how
// many of them it has looked at: up to the first behind which there is no room to
// read on.
func glanceAll(c *selection, rows []uint32, out []glance) int {
	limit := min(cap(c.Data), 1<<32-1) - glanceWidth
	if !cpu.X86.HasAVX2 || limit < 0 || len(rows) == 0 {
		return 0
	}
	_ = out[len(rows)-1]
	return glanceAVX2(&c.Data[:1][0], &c.Start[0], &c.End[0], &rows[0], len(rows), &out[0], limit)
}

// glanceAVX2 looks at cells (one at least) that begin at limit or before.
//
//go:noescape
func glanceAVX2(data *byte, start, end, rows *uint32, cells int, out *glance, limit int) (looked int)
