package column

import (
	"reflect"
	"testing"

	"assay/worker/profile/report"
)

// TestNumbersAndTimesAreCountedHoweverTheyAreWritten holds distinct counts and
// top values of columns with several spellings of a value.
func TestNumbersAndTimesAreCountedHoweverTheyAreWritten(t *testing.T) {
	for _, c := range []struct {
		cells []string
		want  []report.Top
	}{
		{[]string{"1", "1.0", "1.00", "2.5", "1", "2.50"}, []report.Top{{Value: "1", Count: 4}, {Value: "2.5", Count: 2}}},
		{[]string{"1,000", "1000", "1,000", "1e3", "7"}, []report.Top{{Value: "1,000", Count: 4}, {Value: "7", Count: 1}}},
		{[]string{"1,5", "1,50", "1.000,5", "1000,5"}, []report.Top{{Value: "1,5", Count: 2}, {Value: "1.000,5", Count: 2}}},
		{[]string{"9007199254740993", "9007199254740992", "+9007199254740993"}, []report.Top{{Value: "+9007199254740993", Count: 2}, {Value: "9007199254740992", Count: 1}}},
		{[]string{"0.1", "0.10000000000000000001", "0.10"}, []report.Top{{Value: "0.1", Count: 2}, {Value: "0.10000000000000000001", Count: 1}}},
		{[]string{"1.5", " NaN", "NaN", "inf", "-inf", "Infinity", "1.50"}, []report.Top{{Value: " NaN", Count: 2}, {Value: "1.5", Count: 2}, {Value: "Infinity", Count: 2}, {Value: "-inf", Count: 1}}},
		{[]string{"2024-01-02T12:00:00Z", "2024-01-02T13:00:00+01:00", "2024-01-03T00:00:00Z"}, []report.Top{{Value: "2024-01-02T12:00:00Z", Count: 2}, {Value: "2024-01-03T00:00:00Z", Count: 1}}},
		{[]string{"1/2/2024", "01/02/2024", "25/2/2024"}, []report.Top{{Value: "01/02/2024", Count: 2}, {Value: "25/2/2024", Count: 1}}},
		{[]string{"a", "A", "a "}, []report.Top{{Value: "A", Count: 1}, {Value: "a", Count: 1}, {Value: "a ", Count: 1}}},
	} {
		got := profile("x", c.cells...)
		if got.Distinct.Value != int64(len(c.want)) || !got.Distinct.Exact || !reflect.DeepEqual(got.Top, c.want) {
			t.Errorf("%q as %s: %d different, %+v", c.cells, got.Type, got.Distinct.Value, got.Top)
		}
	}
}
