package column

import "math/bits"

// Budget bounds the memory of one column. It depends on the number of columns
// alone, so that the same file always gets the same report.
type Budget struct {
	Distinct int   // values of a dictionary
	Text     int   // bytes of a dictionary's values
	HLL      uint8 // registers, as a power of two
	KLL      int
	Frequent int
	Blocks   int  // of rows, in which nulls are counted
	Hashes   bool // all different values may be told apart by their hashes
}

// BudgetFor is the budget of each column of a table of so many columns. Wide
// tables get less a column: 10,000 columns and the handful of partials that
// are under way at a time must fit the job's memory.
func BudgetFor(columns int) Budget {
	width := bits.Len(uint(max(columns, 1) - 1)) // columns <= 1<<width
	b := Budget{
		Distinct: max(64, min(16384, 1<<19>>width)),
		Text:     max(16<<10, min(4<<20, 64<<20>>width)),
		HLL:      14, KLL: 400, Frequent: 1500, Hashes: width <= 10,
		Blocks: max(512, min(16384, 1<<22>>width)),
	}
	switch {
	case width > 12:
		b.HLL, b.KLL, b.Frequent = 9, 40, 12
	case width > 10:
		b.HLL, b.KLL, b.Frequent = 10, 64, 24
	case width > 7:
		b.HLL, b.KLL, b.Frequent = 12, 160, 192
	}
	return b
}
