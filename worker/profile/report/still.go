package report

import (
	"fmt"
	"html"
	"strings"
)

// stillColumns is how many columns the still page lists: it is for a look, and
// must not take the room of the reports.
const stillColumns = 100

// still is what a page shows where scripts are turned off, as previews of mail
// and of shared folders do: the report's numbers and one row a column, as on a
// terminal. It is HTML without markup of the file's.
func still(r *Report) string {
	text := func(s string, most int) string { return html.EscapeString(fit(printable(s), most)) }
	var b strings.Builder
	fmt.Fprintf(&b, "<h1>%s</h1>\n<p>%s, %s, %s of cells missing, %s, %s.", text(r.Source.Name, 200), plural(r.Rows, "row"),
		plural(int64(len(r.Columns)), "column"), missingShare(r), duplicatesText(r.Duplicates), plural(int64(r.AlertCount()), "alert"))
	if !r.Complete {
		b.WriteString(" The file could not be read to its end.")
	}
	b.WriteString("</p>\n")
	if len(r.Columns) == 0 {
		return b.String()
	}
	b.WriteString("<table><thead><tr><th>Column<th>Type<th>Complete<th>Distinct<th>Typical</thead><tbody>\n")
	for _, c := range r.Columns[:min(len(r.Columns), stillColumns)] {
		about := ""
		if !c.Distinct.Exact {
			about = "about "
		}
		fmt.Fprintf(&b, "<tr><th>%s<td>%s<td>%s<td>%s%s<td>%s\n", text(c.Name, 60), text(c.Type, 20), share(c.Count-c.Nulls, c.Count),
			about, grouped(c.Distinct.Value), text(typicalValues(c), 90))
	}
	b.WriteString("</tbody></table>\n")
	if more := len(r.Columns) - stillColumns; more > 0 {
		fmt.Fprintf(&b, "<p>… and %s more.</p>\n", plural(int64(more), "column"))
	}
	return b.String()
}
