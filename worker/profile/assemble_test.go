package profile

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestShortNamesStayDifferent(t *testing.T) {
	long := strings.Repeat("x", 300)
	cut := long[:nameChars-1] + "…"
	got := shortNames([]string{"a", long + "1", "a_2", long + "2", "a", long + "3", cut, ""}, 9)
	want := []string{"a", cut, "a_2", cut + "_2", "a_3", cut + "_3", cut + "_4", "", "column_9"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestThousandsOfNamesOfOneBeginningCostNoMoreThanOthers(t *testing.T) {
	const n = 2000
	names := make([]string, n)
	for i := range names {
		names[i] = strings.Repeat("x", nameChars) + strconv.Itoa(i)
	}
	// The second name tries "_2", the third "_3": not each all of them.
	if allocs := testing.AllocsPerRun(1, func() { shortNames(names, n) }); allocs > 20*n {
		t.Errorf("%.0f allocations for %d names", allocs, n)
	}
}
