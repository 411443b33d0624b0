//go:build !amd64

package column

// glanceAll leaves everything to those who look at each cell.
func glanceAll(*selection, []uint32, []glance) int { return 0 }
