package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestWhatIsNoRowIsLeftOutAndSaid names the problem, its first row and offset,
// and how often it is met.
func TestWhatIsNoRowIsLeftOutAndSaid(t *testing.T) {
	for _, c := range []struct {
		name, text, columns string
		rows                int
		code                string
		row, offset, count  int64
		comment             string
		headerRows, footer  int
	}{
		{"comments in front", "# made by hand\n# today\na,b\n1,2\n3,4\n", "a/b", 2, "comment_lines", 0, 0, 2, "#", 1, 0},
		{"comments within", "a,b\n1,2\n# so it is\n3,4\n5,6\n", "a/b", 3, "comment_lines", 2, 8, 1, "#", 1, 0},
		{"names behind a comment mark", "##format 1\n#a\tb\n1\t2\n3\t4\n", "#a/b", 2, "comment_lines", 0, 0, 2, "#", 1, 0},
		{"the header again", "a,b\n1,2\na,b\n3,4\n", "a/b", 2, "repeated_header", 2, 8, 1, "", 1, 0},
		{"units", "depth,speed\nm,km/h\n1,2\n3,4\n", "depth/speed", 2, "unit_row", 0, 12, 1, "", 1, 0},
		{"a source behind a gap", "a,b,c\n1,2,3\n4,5,6\n\nSource: me\n", "a/b/c", 2, "footer_rows", 3, 19, 1, "", 1, 1},
		{"notes without a gap", "a,b,c\n1,2,3\n4,5,6\nsee page 5\nand page 6\n", "a/b/c", 2, "footer_rows", 3, 18, 2, "", 1, 2},
		{"notes in a spreadsheet", "a,b,c\n1,2,3\n4,5,6\n,,\nas of May,,\n", "a/b/c", 2, "footer_rows", 3, 18, 2, "", 1, 2},
		{"groups of columns", "id,2019,,2020,\n,q1,q2,q1,q2\nx,1,2,3,4\ny,5,6,7,8\n", "id/2019 / q1/2019 / q2/2020 / q1/2020 / q2", 2, "", 0, 0, 0, "", 2, 0},
		{"names and their meaning", "q1,q2\nHow old are you?,How tall?\n30,170\n40,180\n", "q1 / How old are you?/q2 / How tall?", 2, "", 0, 0, 0, "", 2, 0},
		{"a delimiter that is said", "sep=;\na,b;c\n1,5;2\n2,5;3\n", "a,b/c", 2, "", 0, 0, 0, "", 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, bytesInput("x.csv", []byte(c.text)), Options{})
			s.plan.unit, s.block = 8, 4
			got := scanAll(t, s, 3)
			d := s.Dialect()
			if strings.Join(got.columns, "/") != c.columns || len(got.rows) != c.rows {
				t.Errorf("columns %q, rows %q", got.columns, got.rows)
			}
			if d.Comment != c.comment || d.HeaderRows != c.headerRows || d.FooterRows != c.footer {
				t.Errorf("dialect %+v", d)
			}
			if c.code == "" {
				if len(got.faults) > 0 {
					t.Errorf("problems %v", got.faults)
				}
				return
			}
			i := slices.IndexFunc(got.problems, func(p Problem) bool { return p.Code == c.code })
			if i < 0 || got.problems[i].Row != c.row || got.problems[i].Offset != c.offset || int64(got.faults[c.code]) != c.count || got.problems[i].Message == "" {
				t.Errorf("%+v", got.problems)
			}
		})
	}
}

// TestPlainTablesAreReadVerbatim has tables that only look as if some of their
// rows were none.
func TestPlainTablesAreReadVerbatim(t *testing.T) {
	for name, text := range map[string]string{
		"colours":                   "colour,name\n#ff0000,red\n#00ff00,green\n#0000ff,blue\n",
		"hashtags":                  "tag,n\n#one,1\n#two,2\nthree,3\n",
		"numbers with a mark":       "nr,n\n#1,5\n#2,6\n#3,7\n",
		"missing in the first row":  "a,b,c\nmissing,missing,missing\n1,2,3\n4,5,6\n",
		"not available at first":    "a,b\nNA,NA\n1,2\n3,4\n",
		"a key alone at the end":    "id,name,note\n1,a,x\n2,b,y\n3,c,z\n4,,\n",
		"a short row at the end":    "id,name,note\n1,a,x\n2,b,y\n3,c,z\n4\n",
		"a total":                   "item,price,n\nx,1,2\ny,2,3\nTotal,3,5\n",
		"text in a table of text":   "city,country\nParis,France\nRome,Italy\n",
		"blank lines all along":     "a,b,c\n\n1,2,3\n\n4,5,6\n\n7,8\n",
		"empty rows at the end":     "a,b\n1,2\n3,4\n,\n,\n",
		"units as values":           "unit,n\nkg,1\nm,2\ns,3\n",
		"minus signs":               "a,b\n--,1\n--,2\n5,3\n",
		"half-filled, last one too": "id,x,y\n1,,\n2,a,\n3,,\n4,,b\n5,,\n",
	} {
		s := open(t, bytesInput("x.csv", []byte(text)), Options{})
		got := scanAll(t, s, 1)
		lines := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\n\n", "\n"), "\n"), "\n")
		d := s.Dialect()
		if len(got.rows) != len(lines)-1 || d.HeaderRows != 1 || d.Comment != "" || d.SkipRows != 0 {
			t.Errorf("%s: %q, %d rows of %d, %+v, %v", name, got.columns, len(got.rows), len(lines)-1, d, got.faults)
		}
	}
}

func TestCommentsCanBeSaidOrRuledOut(t *testing.T) {
	const text = "# a,b\nx,y\n!1,2\n3,4\n# 5\n"
	for _, c := range []struct {
		comment string
		want    string
	}{
		{"none", "[[x y] [!1 2] [3 4] [# 5 ]]"},
		{"!", "[[x y] [3 4] [# 5 ]]"},
		{"#", "[[!1 2] [3 4]]"},
	} {
		if got := readCSV(t, text, Options{Comment: c.comment, Delimiter: ",", Header: "yes"}); fmt.Sprint(got.rows) != c.want {
			t.Errorf("%s: %q", c.comment, got.rows)
		}
	}
	for _, bad := range []string{"###", "x", ",", "é", `"`} {
		if err := (Options{Comment: bad, Delimiter: ",", Quote: `"`}).Validate(); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestADoubtfulDelimiterIsSaidWithItsRival(t *testing.T) {
	got := readCSV(t, "a/b/c\n1/2/3\n4/5/6\n7/8/9\n", Options{})
	i := slices.IndexFunc(got.problems, func(p Problem) bool { return p.Code == "dialect_uncertain" })
	if i < 0 || !strings.Contains(got.problems[i].Message, "'/'") {
		t.Errorf("%+v", got.problems)
	}
	if got := readCSV(t, "a,b\n1,2\n3,4\n", Options{}); len(got.problems) > 0 {
		t.Errorf("%+v", got.problems)
	}
}
