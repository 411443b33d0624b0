package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func numberedRows(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, strings.ReplaceAll(format, "#", "%[1]d"), i+1)
	}
	return b.String()
}

func TestTheTableIsFoundBehindWhatProgramsWriteAboveIt(t *testing.T) {
	for _, c := range []struct {
		name, text, delim, quote string
		columns                  []string
		rows                     int
		first                    []string
	}{
		{"a logger's station, units and kinds of value",
			"\"TOA5\",\"CR1000\",\"CR1000\",\"1234\",\"Std.25\",\"CPU:met.CR1\",\"5555\",\"Table1\"\n\"TIMESTAMP\",\"RECORD\",\"Batt\",\"Air\"\n\"TS\",\"RN\",\"Volts\",\"Deg C\"\n\"\",\"\",\"Avg\",\"Smp\"\n" +
				numberedRows(12, "\"2014-01-1# 00:00:00\",#,12.#,5.#\n"),
			",", `"`, []string{"TIMESTAMP / TS", "RECORD / RN", "Batt / Volts / Avg", "Air / Deg C / Smp"}, 12, []string{"2014-01-11 00:00:00", "1", "12.1", "5.1"}},
		{"pairs of keys and values, more of them than rows", "Report:,Monthly\nBy:,Anna\nSite:,7\nUnit:,mm\nMode:,auto\nVer:,1.2\nLang:,en\n\nTime,Ch1,Ch2,Ch3\n" + numberedRows(3, "10:0#,1.#,2.#,3.#\n"),
			",", `"`, []string{"Time", "Ch1", "Ch2", "Ch3"}, 3, []string{"10:01", "1.1", "2.1", "3.1"}},
		{"ten lines of titles with the delimiters of the table", strings.Repeat("A report,,,\n", 10) + "id,name,n,x\n" + numberedRows(4, "#,n#,2#,#.5\n"),
			",", `"`, []string{"id", "name", "n", "x"}, 4, []string{"1", "n1", "21", "1.5"}},
		{"sentences longer than the rows", "Oxford\nLocation: 450900E 207200N, Lat 51.761 Lon -1.262, 63 metres\nEstimated data is marked with a * after the value.\n   yyyy  mm   tmax    rain\n" + numberedRows(40, "   19#   #   1.#    6.#\n"),
			" ", `"`, []string{"yyyy", "mm", "tmax", "rain"}, 40, []string{"191", "1", "1.1", "6.1"}},
		{"how many rows and columns follow", "3,2,,\na,b,c,kind\n" + numberedRows(5, "#.5,#.25,#,0\n"), ",", `"`, []string{"a", "b", "c", "kind"}, 5, []string{"1.5", "1.25", "1", "0"}},
		{"a row of strokes below the names", "id,name,value\n--,----,-----\n1,a,2.5\n2,b,3.5\n", ",", `"`, []string{"id", "name", "value"}, 2, []string{"1", "a", "2.5"}},
		{"a row of strokes between names and words", "first\tlast\n-----\t----\nAnna\tLee\nBob\tRay\n", "\t", `"`, []string{"first", "last"}, 2, []string{"Anna", "Lee"}},
		{"widths and kinds below the names", "agency_cd\tsite_no\tflow\n5s\t15s\t14n\nUSGS\t0164\t70\nUSGS\t0165\t71\nUSGS\t0166\t72\n", "\t", `"`, []string{"agency_cd", "site_no", "flow"}, 3, []string{"USGS", "0164", "70"}},
		{"empty columns behind the last one", "Name,Grade,Pay,,,,\n" + numberedRows(3, "Lee #,SCS#,\"£6#,000\",,,,\n"), ",", `"`, []string{"Name", "Grade", "Pay", "column_4", "column_5", "column_6", "column_7"}, 3, []string{"Lee 1", "SCS1", "£61,000", "", "", "", ""}},
		{"answers below a question", "ID,Date,What?,,,Text\n,,Apples,Pears,Other,Open\n" + numberedRows(4, "10#,01/0#/2023,Apples,,Figs,ok\n"), ",", `"`, []string{"ID", "Date", "What? / Apples", "What? / Pears", "What? / Other", "Text / Open"}, 4, []string{"101", "01/01/2023", "Apples", "", "Figs", "ok"}},
		{"tildes as quotes", numberedRows(4, "~0#~^~Butter, salted~^~A^B~^^4.#\n"), "^", "~", nil, 4, []string{"01", "Butter, salted", "A^B", "", "4.1"}},
		{"accents as quotes", "`id`,`town`\n" + numberedRows(4, "`#`,`Ulm, Neu`\n"), ",", "`", []string{"id", "town"}, 4, []string{"1", "Ulm, Neu"}},
		{"a rare delimiter between words", "name&colour&size\n" + numberedRows(9, "item#&off-white&L\n"), "&", `"`, []string{"name", "colour", "size"}, 9, []string{"item1", "off-white", "L"}},
		{"colons before digits that are no minutes", "id:name:age\n" + numberedRows(9, "#:N#:2#\n"), ":", `"`, []string{"id", "name", "age"}, 9, []string{"1", "N1", "21"}},
		{"decimal commas between spaces", "t v w\n0,1 1,5 2,25\n0,2 1,6 2,30\n0,3 1,7 2,35\n", " ", `"`, []string{"t", "v", "w"}, 3, []string{"0,1", "1,5", "2,25"}},
		{"quotations in cells that are not quoted", "id\ttitle\tyear\n" + numberedRows(30, "#\t\"Le clown\" et ses chiens\t18#\n"), "\t", "", []string{"id", "title", "year"}, 30, []string{"1", `"Le clown" et ses chiens`, "181"}},
		{"paths without a name", "/usr/bin/a\n/usr/bin/b\n/usr/lib/c\n", ",", `"`, []string{"column_1"}, 3, []string{"/usr/bin/a"}},
		{"a list as SAP prints it", strings.Repeat("-", 24) + "\n|Material|Werk|  Bestand|\n" + strings.Repeat("-", 24) + "\n" + numberedRows(3, "|10000#  |1000|   12,#00|\n") + strings.Repeat("-", 24) + "\n", "|", "", []string{"Material", "Werk", "Bestand"}, 3, []string{"100001", "1000", "12,100"}},
	} {
		s := open(t, bytesInput("table.csv", []byte(c.text)), Options{Format: "csv"})
		got, d := scanAll(t, s, 2), s.Dialect()
		if d.Delimiter != c.delim || d.Quote != c.quote {
			t.Errorf("%s: read with %q and quotes %q", c.name, d.Delimiter, d.Quote)
		}
		if c.columns != nil && !slices.Equal(got.columns, c.columns) {
			t.Errorf("%s: columns %q", c.name, got.columns)
		}
		if len(got.rows) != c.rows || len(got.rows) > 0 && !slices.Equal(got.rows[0], c.first) {
			t.Errorf("%s: %d rows, the first one of %q", c.name, len(got.rows), got.rows[:min(1, len(got.rows))])
		}
	}
}

func TestARowOfStrokesIsARowWhereNoNamesStandAboveIt(t *testing.T) {
	for _, text := range []string{
		"id,name\n1,a\n--,--\n2,b\n",            // missing values
		"id,name\n---,---\n1,a\n2,b\n---,---\n", // the second one
	} {
		got := readCSV(t, text, Options{})
		if len(got.rows) != 3 {
			t.Errorf("%q: %q", text, got.rows)
		}
	}
	got := readCSV(t, "id,name\n--,----\n1,a\n", Options{Header: "no"})
	if len(got.rows) != 3 {
		t.Errorf("without a header: %q", got.rows)
	}
	s := open(t, bytesInput("table.csv", []byte("title,\nid,name\n--,----\n1,a\n")), Options{})
	if got := scanAll(t, s, 1); len(got.problems) == 0 || got.problems[0].Code != "rule_row" || got.problems[0].Offset != 15 || s.Dialect().SkipRows != 1 {
		t.Errorf("%+v, %d lines in front", got.problems, s.Dialect().SkipRows)
	}
}

func TestNamesWithANumberStandOverValuesThatBeginWithNone(t *testing.T) {
	got := readCSV(t, "col_1,V2\n4.05 EUR,22°C\n602.38 EUR,-3°C\n592.54 EUR,38°C\n", Options{})
	if !slices.Equal(got.columns, []string{"col_1", "V2"}) || len(got.rows) != 3 {
		t.Errorf("columns %q over %q", got.columns, got.rows)
	}
	got = readCSV(t, "x1,A7\nx2,B3\nx3,C9\nx4,D2\n", Options{}) // codes below each other
	if len(got.rows) != 4 {
		t.Errorf("columns %q over %q", got.columns, got.rows)
	}
}

func TestOneColumnIsDoubtfulWhereEachLineHasTheSameMark(t *testing.T) {
	for text, sure := range map[string]bool{
		"red&blue\ngreen&black\nwhite&pink\n":                    false,
		"Gen 1:2\nGen 1:3\nEx 2:4\nEx 2:5\n":                     false,
		"red\ngreen\nwhite\n":                                    true,
		"https://a.org/#x\nhttps://b.org/#y\nhttps://c.org/#z\n": true,
		"12:30:00\n12:31:00\n12:32:00\n":                         true,
		"note\nred&blue\ngreen\nwhite&pink\n":                    true,
	} {
		s := open(t, bytesInput("table.csv", []byte(text)), Options{})
		got, d := scanAll(t, s, 1), s.Dialect()
		if len(got.columns) != 1 || (d.Confidence >= doubtful) != sure || (got.faults["dialect_uncertain"] == 0) != sure {
			t.Errorf("%q: %d columns, confidence %v, %v", text, len(got.columns), d.Confidence, got.faults)
		}
	}
}

func TestAMarkBetweenQuotesIsNoDelimiterOfThreeMarks(t *testing.T) {
	for text, want := range map[string]string{
		"~id~|~v~\n~1~|~2~\n~3~|~4~\n~5~|~6~\n": "|",
		"id~|~v~|~w\n1~|~2~|~3\n3~|~4~|~5\n":    "~|~",
	} {
		s := open(t, bytesInput("table.csv", []byte(text)), Options{})
		if got := scanAll(t, s, 1); s.Dialect().Delimiter != want || strings.Contains(fmt.Sprint(got.columns, got.rows), "~") {
			t.Errorf("%q: %q, %q", text, s.Dialect().Delimiter, got.rows)
		}
	}
}
