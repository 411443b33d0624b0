package profile

import (
	"fmt"

	"assay/worker/profile/column"
)

// mostTwinned is how many columns are searched for twins in the sample of rows.
const mostTwinned = 64

// findTwins looks in the sample of rows for values that differ only in case, in
// columns of so many different values that they were not all kept.
func findTwins(rows []sampled, results []*column.Result) {
	results = results[:min(len(results), pairColumns)]
	found := make([]*column.Twins, len(results)) // nil for columns without interest
	some, last := 0, 0
	for i, c := range results {
		if c.Report.Type == "text" && !c.Report.TopExact && some < mostTwinned {
			found[i] = &column.Twins{}
			some, last = some+1, i
		}
	}
	if some == 0 {
		return
	}
	for k := range rows {
		rows[k].each(last+1, func(i int, c *cell) {
			if t := found[i]; t != nil && !c.cut && !c.empty() {
				t.Add(c.text, rows[k].row)
			}
		})
	}
	where := fmt.Sprintf(" in a sample of %s rows", column.Grouped(int64(len(rows))))
	for i, c := range results {
		if t := found[i]; t != nil {
			if alert, ok := t.Alert(c.Report.Name, where); ok {
				c.Report.Alerts = append(c.Report.Alerts, alert)
			}
		}
	}
}
