package source

import (
	"fmt"
	"math"
)

const (
	// freeCells is how many cells any file may unfold to, and freeText how many
	// bytes of text.
	freeCells = 64 << 20
	freeText  = cellText * freeCells
	// cellText is how long texts may be that are not counted: the bound of the
	// cells is one of theirs, too.
	cellText = 16
)

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

// textBound is MaxRatio for formats in which cells name texts that are written
// once: a megabyte that a million cells name is a terabyte to whoever reads it.
type textBound struct {
	ratio      int64
	most, used int64
}

func newTextBound(size int64, l Limits) textBound {
	b := textBound{ratio: l.MaxRatio, most: math.MaxInt64}
	if l.MaxRatio > 0 && size <= math.MaxInt64/l.MaxRatio {
		b.most = max(freeText, size*l.MaxRatio)
	}
	return b
}

// add counts the bytes of more cells.
func (b *textBound) add(n int64) error {
	if b.used += n; b.used <= b.most {
		return nil
	}
	return &Error{Code: "decompressed_too_large", Row: -1, Offset: -1,
		Message: fmt.Sprintf("The cells of the file hold more than %s times as much text as it has bytes, as decompression bombs do.", thousands(b.ratio)),
		Hint:    "If the file is genuine, raise the limit of the ratio, or write it as several files."}
}
