package source

import (
	"errors"
	"fmt"
	"testing"
)

const severalTables = "made by hand\nSales\nid,n\n1,2\n3,4\n5,6\n\nCosts\nx,y,z\n7,8,9\n10,11,12\n\nk,v\na,1\nb,2\n\nSource: me\n"

func TestTablesBelowEachOtherAreTablesOfTheFile(t *testing.T) {
	for name, in := range map[string]func() Input{
		"a file": func() Input { return bytesInput("t.csv", []byte("\ufeff"+severalTables)) },
		"a stream": func() Input {
			return Input{Name: "t.csv", Size: -1, ReaderAt: &pipe{t: t, data: []byte(severalTables), step: 7}}
		},
	} {
		for _, c := range []struct {
			table, read, want string
			skip              int64
			footer            int
		}{
			{"", "Sales", "[id n] [[1 2] [3 4] [5 6]]", 2, 0},
			{"t.csv", "Sales", "[id n] [[1 2] [3 4] [5 6]]", 2, 0},
			{"Costs", "Costs", "[x y z] [[7 8 9] [10 11 12]]", 8, 0},
			{"table 3", "table 3", "[k v] [[a 1] [b 2]]", 12, 1},
		} {
			s := open(t, in(), Options{Table: c.table})
			got := scanAll(t, s, 2)
			d := s.Dialect()
			if fmt.Sprint(got.columns, got.rows) != c.want || d.Table != c.read || d.SkipRows != c.skip || d.FooterRows != c.footer || got.err != nil {
				t.Errorf("%s, %q: %q %q %+v", name, c.table, got.columns, got.rows, d)
			}
			if tables := TablesOf(s); len(tables) != 3 || tables[1].Name != "Costs" || tables[1].Columns != 3 {
				t.Errorf("%s: %+v", name, tables)
			}
			if got.faults["more_tables"] != 2 {
				t.Errorf("%s: %v", name, got.faults)
			}
		}
	}
}

func TestATableThatIsNotThereIsSaid(t *testing.T) {
	for _, text := range []string{severalTables, "a,b\n1,2\n3,4\n"} {
		var e *Error
		if _, err := Open(t.Context(), bytesInput("t.csv", []byte(text)), Options{Table: "Profits"}, Limits{}); !errors.As(err, &e) || e.Code != "no_such_table" {
			t.Errorf("%v", err)
		}
	}
}

// TestBlankLinesWithinATableMakeNoOther has rows of the same table behind a gap.
func TestBlankLinesWithinATableMakeNoOther(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		rows int
	}{
		"words":                 {"name,city\nAnn,Bern\nBob,Rome\n\nCy,Oslo\nDan,Lima\n", 4},
		"numbers":               {"a,b\n1,2\n3,4\n\n5,6\n7,8\n", 4},
		"keys and values first": {"Name:,Report\nDate:,today\n\nid,a,b\n1,2,3\n4,5,6\n", 2},
		"a cell with a gap":     {"a,b\n1,\"x\n\ny,z,w\n1,2,3\n\"\n2,x\n", 2},
		"names once more":       {"id,name\n1,Ann\n2,Bob\n\nid,name\n3,Cy\n4,Dan\n", 4},
		"words and their tags":  {"the\tDT\tO\ncat\tNN\tO\nran\tVB\tO\n\nin\tNN\tO\n.\tNN\tB-LOC\n.\tVB\tB-LOC\n", 6},
		"rows of a longer kind": {"a,b\n1,2\n3,4\n\n5,6,7\n7,8,9\n", 4},
	} {
		s := open(t, bytesInput("t.csv", []byte(c.text)), Options{})
		if got := scanAll(t, s, 1); len(got.rows) != c.rows || TablesOf(s) != nil {
			t.Errorf("%s: %q, tables %v", name, got.rows, TablesOf(s))
		}
	}
}
