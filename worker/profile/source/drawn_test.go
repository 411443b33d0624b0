package source

import (
	"fmt"
	"testing"
)

// drawnTables are one and the same table as programs print it.
var drawnTables = map[string]string{
	"psql":              " id | name  | amount \n----+-------+--------\n  1 | Anna  |   12.5\n  2 |       |    7.0\n 30 | A|B C |   99.1\n(3 rows)\n\n",
	"Markdown":          "| id | name | amount |\n|----|:-----|-------:|\n| 1 | Anna | 12.5 |\n| 2 | | 7.0 |\n| 30 | A\\|B C | 99.1 |\n",
	"bare Markdown":     "id | name | amount\n---|---|---\n1 | Anna | 12.5\n2 | | 7.0\n30 | A\\|B C | 99.1\n",
	"MySQL":             "+----+-------+--------+\n| id | name  | amount |\n+----+-------+--------+\n|  1 | Anna  |   12.5 |\n|  2 |       |    7.0 |\n| 30 | A|B C |   99.1 |\n+----+-------+--------+\n3 rows in set (0.00 sec)\n",
	"a grid":            "+----+-------+--------+\n| id | name  | amount |\n+====+=======+========+\n| 1  | Anna  | 12.5   |\n+----+-------+--------+\n| 2  |       | 7.0    |\n+----+-------+--------+\n| 30 | A|B C | 99.1   |\n+----+-------+--------+\n",
	"box drawing":       "┌────┬───────┬────────┐\n│ id │ name  │ amount │\n├────┼───────┼────────┤\n│  1 │ Anna  │   12.5 │\n│  2 │       │    7.0 │\n│ 30 │ A|B C │   99.1 │\n└────┴───────┴────────┘\n",
	"reStructuredText":  "==== ====== ======\nid   name   amount\n==== ====== ======\n1    Anna   12.5\n2           7.0\n30   A|B C  99.1\n==== ====== ======\n",
	"SQL*Plus":          "id   name   amount\n---- ------ ------\n   1 Anna     12.5\n   2           7.0\n  30 A|B C    99.1\n\n3 rows selected.\n",
	"a query in front":  "postgres=# select * from t;\n id | name  | amount \n----+-------+--------\n  1 | Anna  |   12.5\n  2 |       |    7.0\n 30 | A|B C |   99.1\n(3 rows)\n",
	"carriage returns":  "id   name   amount\r\n---- ------ ------\r\n   1 Anna     12.5\r\n   2           7.0\r\n  30 A|B C    99.1\r\n",
	"columns by places": "id    name     amount\n1     Anna     12.5\n2              7.0\n30    A|B C    99.1\n",
	"numbers right":     "id    name     amount\n 1    Anna       12.5\n 2                7.0\n30    A|B C      99.1\n",
}

func TestTablesPrintedForPeopleAreRead(t *testing.T) {
	for name, text := range drawnTables {
		s, err := Open(t.Context(), bytesInput("t.txt", []byte(text)), Options{}, Limits{SegmentBytes: 16})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := scanAll(t, s, 2)
		if fmt.Sprint(got.columns, got.rows) != "[id name amount] [[1 Anna 12.5] [2  7.0] [30 A|B C 99.1]]" || got.faults["drawn_table"] != 1 || got.err != nil {
			t.Errorf("%s: %q %q %v %v", name, got.columns, got.rows, got.faults, got.err)
		}
		s.Close()
	}
}

// TestTextThatOnlyLooksDrawnIsReadAsItStands has strokes and gaps in other files.
func TestTextThatOnlyLooksDrawnIsReadAsItStands(t *testing.T) {
	for name, c := range map[string]struct{ text, delim string }{
		"a line of dashes in a CSV":  {"a,b\n--,---\n1,2\n3,4\n", ","},
		"pipes and a note of dashes": {"a|b|c\n1|2|3\n-- --\n4|5|6\n", "|"},
		"sentences":                  {"So it  is.\nThat was  all that they said.\nAnd then  nothing more came.\nThe end  of it.\n", ""},
		"a log":                      {"10:15:01  start   ok\n10:15:02  load    ok\n10:15:09  stop    bad\n10:16:00  start   ok\n", " "},
	} {
		s := open(t, bytesInput("t.txt", []byte(c.text)), Options{})
		if got := scanAll(t, s, 1); got.faults["drawn_table"] > 0 || s.Dialect().Delimiter != c.delim && c.delim != "" {
			t.Errorf("%s: %q %q %v", name, s.Dialect().Delimiter, got.rows, got.faults)
		}
	}
}

// TestADelimiterThatIsSaidRulesOutADrawing leaves a way to read the text as it is.
func TestADelimiterThatIsSaidRulesOutADrawing(t *testing.T) {
	if got := readCSV(t, drawnTables["psql"], Options{Delimiter: "|"}); got.faults["drawn_table"] > 0 || len(got.rows) < 5 {
		t.Errorf("%q", got.rows)
	}
}
