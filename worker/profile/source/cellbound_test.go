package source

import (
	"errors"
	"math"
	"testing"
)

func TestCellsOfNoBytesHaveABound(t *testing.T) {
	l := Limits{}.withDefaults()
	for _, c := range []struct {
		rows    int64
		columns int
		size    int64
		fits    bool
	}{
		{freeCells, 1, 100, true},
		{freeCells + 1, 1, 100, false},
		{freeCells / 1000, 1000, 100, true},
		{freeCells/1000 + 1, 1001, 100, false},
		{math.MaxInt64, 10_000, 100, false},
		{math.MaxInt64, 0, 100, true},
		{3_000_000 * 200, 5, 15_000_000, true}, // 200 cells a byte
		{3_000_000*200 + 1, 5, 15_000_000, false},
		{math.MaxInt64, 1, math.MaxInt64, true},
	} {
		err := boundCells(c.rows, c.columns, c.size, l)
		var fault *Error
		if (err == nil) != c.fits || err != nil && (!errors.As(err, &fault) || fault.Code != "decompressed_too_large") {
			t.Errorf("%d rows of %d columns in %d bytes: %v", c.rows, c.columns, c.size, err)
		}
	}
}
