package source

import (
	"fmt"
	"math"
)

// freeCells is how many cells any file may unfold to.
const freeCells = 64 << 20

// boundCells is MaxRatio for formats whose run lengths and null columns make
// cells of no bytes at all: a cell counts as one. size is the file's.
func boundCells(rows int64, columns int, size int64, l Limits) error {
	if columns == 0 || l.MaxRatio <= 0 {
		return nil
	}
	most := int64(math.MaxInt64)
	if size <= most/l.MaxRatio {
		most = max(freeCells, size*l.MaxRatio)
	}
	if rows <= most/int64(columns) {
		return nil
	}
	return &Error{Code: "decompressed_too_large", Row: -1, Offset: -1,
		Message: fmt.Sprintf("The file unfolds to more than %s times as many cells as it has bytes, as decompression bombs do.", thousands(l.MaxRatio)),
		Hint:    "If the file is genuine, raise the limit of the ratio, or write it as several files."}
}
