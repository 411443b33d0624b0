package source

import (
	"fmt"
	"strings"
	"testing"
)

// TestReadingsThatPeopleAgreeOn has files whose delimiter, quotes, header or rows
// are plain to a person, and of which each has misled some reader.
func TestReadingsThatPeopleAgreeOn(t *testing.T) {
	for _, c := range []struct{ name, text, delim, columns, rows string }{
		// columns are joined by /, cells by /, rows by |
		{"two marks", "id::at\n1::10:15\n2::11:20\n", "::", "id/at", "1/10:15|2/11:20"},
		{"three marks", "id~|~name~|~n\n1~|~~|~3\n2~|~a~b~|~4\n", "~|~", "id/name/n", "1//3|2/a~b/4"},
		{"three marks and quotes", "\"id\"|@|\"name\"\n\"1\"|@|\"a|@|\"\"b\"\n\"2\"|@|\"c\"\n", "|@|", "id/name", "1/a|@|\"b|2/c"},
		{"a sign in front of a tab", "n\tp\tq\n1%\tx\ty\n2%\tz\tw\n", "\t", "n/p/q", "1%/x/y|2%/z/w"},
		{"marks that stand alone, too", "a|b\n1||2|\n3|4\n", "|", "a/b/column_3/column_4", "1//2/|3/4//"},
		{"names over rows with empty cells", "a|b|c|d|e\n" + strings.Repeat("1||||z\n", 25), "|", "a/b/c/d/e", strings.Repeat("1////z|", 24) + "1////z"},
		{"marks in all cells of a column", "symbol,n\n" + strings.Repeat("std::map::at,1\n", 25), ",", "symbol/n", strings.Repeat("std::map::at/1|", 24) + "std::map::at/1"},
		{"one column of rules", "rule\na1 => b1\na2 => b2\na3 => b3\na4 => b4\na5 => b5\na6 => b6\n", "", "rule", "a1 => b1|a2 => b2|a3 => b3|a4 => b4|a5 => b5|a6 => b6"},
		{"one column of addresses", "url\nhttps://a.org/?x=1&&y=2\nhttps://a.org/?x=3&&y=4\nhttps://b.org/?x=5&&y=6\nhttps://c.org/?x=7&&y=8\nhttps://c.org/?x=9&&y=1\n", "", "url", "https://a.org/?x=1&&y=2|https://a.org/?x=3&&y=4|https://b.org/?x=5&&y=6|https://c.org/?x=7&&y=8|https://c.org/?x=9&&y=1"},
		{"a title over two marks", "Sales of all\nid||name||n\n1||Ann||3\n2||Bob||4\n3||Cy||5\n", "||", "id/name/n", "1/Ann/3|2/Bob/4|3/Cy/5"},
		{"strokes for missing values", "id|status|note\n1|ok|fine\n--|--|--\n3|ok|well\n4|no|fine\n", "|", "id/status/note", "1/ok/fine|--/--/--|3/ok/well|4/no/fine"},
		{"a section sign", "id§name§n\n1§a§2\n2§b§3\n", "§", "id/name/n", "1/a/2|2/b/3"},
		{"number signs, five rows", "id#name#n#day\n1#a#2#2024-01-01\n2#b#3#2024-01-02\n3#c#4#2024-01-03\n", "#", "id/name/n/day", "1/a/2/2024-01-01|2/b/3/2024-01-02|3/c/4/2024-01-03"},
		{"plus signs with spaces behind", "Jo's+ Oak Hill+ 2/1/03\nBlue+ Elm Park+ 12/8/02\nTim+ Red Isle+ 1/9/02\n", "+", "column_1/column_2/column_3", "Jo's/ Oak Hill/ 2/1/03|Blue/ Elm Park/ 12/8/02|Tim/ Red Isle/ 1/9/02"},
		{"one column of times", "at\n12:30\n13:45\n14:50\n", "", "at", "12:30|13:45|14:50"},
		{"one column of names", "name\nAnn Lee\nBob Ray\nCy Dee\n", "", "name", "Ann Lee|Bob Ray|Cy Dee"},
		{"telephone numbers under one name", "phone\n+49 89 1234 56\n+49 89 6543 21\n+49 89 2222 33\n+49 89 7777 10\n", "", "phone", "+49 89 1234 56|+49 89 6543 21|+49 89 2222 33|+49 89 7777 10"},
		{"telephone numbers behind a comma", "note,fax\na,+33 9 12 37 40\nb,+33 9 12 37 41\nc,+33 9 12 37 42\nd,+33 9 12 37 43\n", ",", "note/fax", "a/+33 9 12 37 40|b/+33 9 12 37 41|c/+33 9 12 37 42|d/+33 9 12 37 43"},
		{"sentences under one name", "comment\nIt is good, so far\nIt is bad, so far\nNot now, I fear\nNo way, I say\n", "", "comment", "It is good, so far|It is bad, so far|Not now, I fear|No way, I say"},
		{"codes under a name with a digit", "sha1\n1f2e3d4c5b6a\n2f3e4d5c6b7a\n3f4e5d6c7b8a\n", "", "sha1", "1f2e3d4c5b6a|2f3e4d5c6b7a|3f4e5d6c7b8a"},
		{"numbers below each other, two by two", "  1.0   2.0\n  3.0   4.0\n 15.0  16.0\n", " ", "column_1/column_2", "1.0/2.0|3.0/4.0|15.0/16.0"},
		{"quotes of names", "name,n\nO'Neil,1\n'Tis,2\nok',3\n", ",", "name/n", "O'Neil/1|'Tis/2|ok'/3"},
		{"JSON between tabs", "id\tdoc\n1\t{\"a\":1,\"b\":[2]}\n2\t{\"a\":3,\"b\":[]}\n", "\t", "id/doc", `1/{"a":1,"b":[2]}|2/{"a":3,"b":[]}`},
		{"only one cell quoted, singly", "n\tx\n1\ta\n2\t'b\tc'\n3\td\n", "\t", "n/x", "1/a|2/b\tc|3/d"},
		{"decimal commas and currency", "11,76 €;3,678,750\n44,93 €;1,185,168\n38,03 €;4,739,191\n", ";", "column_1/column_2", "11,76 €/3,678,750|44,93 €/1,185,168|38,03 €/4,739,191"},
		{"names told apart below", "id,price,price\n,low,high\n1,2,3\n4,5,6\n", ",", "id/price / low/price / high", "1/2/3|4/5/6"},
		{"years below groups", "Region,Sales,,Costs,\n,2019,2020,2019,2020\nN,1,2,3,4\nS,5,6,7,8\n", ",", "Region/Sales / 2019/Sales / 2020/Costs / 2019/Costs / 2020", "N/1/2/3/4|S/5/6/7/8"},
		{"text of street and town below", "id,name,address,address\n,,street,town\n1,Ann,Elm 3,Bern\n2,Bob,Oak 4,Rome\n", ",", "id/name/address / street/address / town", "1/Ann/Elm 3/Bern|2/Bob/Oak 4/Rome"},
		{"a sparse first row is none", "id,name,n\n,unknown,\n1,Ann,3\n2,Bob,4\n", ",", "id/name/n", "/unknown/|1/Ann/3|2/Bob/4"},
		{"a fuller first row is none", "id,name,n\n,Ann,many\n1,Bob,3\n2,Cy,4\n", ",", "id/name/n", "/Ann/many|1/Bob/3|2/Cy/4"},
		{"two years", "name,2019,2020\nA,1,2\nB,3,4\n", ",", "name/2019/2020", "A/1/2|B/3/4"},
		{"days over numbers", "name,2020-01-01,2020-02-01\nA,1,2\nB,3,4\n", ",", "name/2020-01-01/2020-02-01", "A/1/2|B/3/4"},
		{"numbered columns and rows", ",0,1\n0,5.5,6.5\n1,8.5,9.5\n", ",", "column_1/0/1", "0/5.5/6.5|1/8.5/9.5"},
		{"a total behind a gap", "item,n,price\na,1,2.5\nb,2,3.5\n\nTotal,,6.0\n", ",", "item/n/price", "a/1/2.5|b/2/3.5"},
		{"a total among the rows", "item,n\na,1\nb,2\nTotal,3\n", ",", "item/n", "a/1|b/2|Total/3"},
		{"the end of a DOS text", "a,b\n1,2\n3,4\n\x1a", ",", "a/b", "1/2|3/4"},
		{"a report's first lines with commas", "Report, Q1, 2024\nBy: Jones, Ann\n\nid,a,b,c\n1,2,3,4\n4,5,6,7\n", ",", "id/a/b/c", "1/2/3/4|4/5/6/7"},
		{"a log of a web server", "#Software: X\n#Fields: date time ip status\n2024-01-01 00:00:01 10.0.0.1 200\n2024-01-01 00:00:02 10.0.0.2 404\n2024-01-01 00:00:03 10.0.0.3 200\n", " ", "date/time/ip/status",
			"2024-01-01/00:00:01/10.0.0.1/200|2024-01-01/00:00:02/10.0.0.2/404|2024-01-01/00:00:03/10.0.0.3/200"},
	} {
		s := open(t, bytesInput("t.csv", []byte(c.text)), Options{})
		got := scanAll(t, s, 1)
		rows := make([]string, len(got.rows))
		for i, row := range got.rows {
			rows[i] = strings.Join(row, "/")
		}
		d := s.Dialect()
		if len(got.columns) > 1 && d.Delimiter != c.delim || strings.Join(got.columns, "/") != c.columns || strings.Join(rows, "|") != c.rows {
			t.Errorf("%s: delimiter %q, columns %q, rows %q", c.name, d.Delimiter, got.columns, got.rows)
		}
	}
}

// TestAStrayQuoteCostsNoOtherCell puts a quote in front of each cell in turn.
func TestAStrayQuoteCostsNoOtherCell(t *testing.T) {
	rows := [][]string{{"12", "Boots, high", "so good", "x"}, {"13", "Hat", "48\" wide, round", ""}, {"14", "Sofa", "dry", "y"}}
	write := func(cell string) string {
		if strings.ContainsAny(cell, `,"`) {
			return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		return cell
	}
	for r := range rows {
		for c := range rows[r] {
			text := "id,name,text,code\n"
			for i, row := range rows {
				for k, cell := range row {
					if k > 0 {
						text += ","
					}
					if i == r && k == c {
						text += `"`
					}
					text += write(cell)
				}
				text += "\n"
			}
			got := readCSV(t, text, Options{Quote: `"`})
			want := fmt.Sprint(rows)
			if len(got.rows) == len(rows) && c < len(got.rows[r]) {
				if got.rows[r][c] != `"`+rows[r][c] {
					t.Errorf("row %d, cell %d is %q", r+1, c+1, got.rows[r][c])
				}
				got.rows[r][c] = rows[r][c]
			}
			if fmt.Sprint(got.rows) != want || got.faults["unclosed_quote"]+got.faults["text_after_quote"] != 1 {
				t.Errorf("a quote in row %d, cell %d: %q, %v", r+1, c+1, got.rows, got.faults)
			}
		}
	}
}

// TestHeadsThatAreCostlyToJudge must not take long: each guess reads a long line to
// its end. The bound is wide, as machines differ; hundreds of guesses break it.
func TestHeadsThatAreCostlyToJudge(t *testing.T) {
	const marks = "a~b#c&d*e!f@g%h$i+j=k<l>m?n/o_p-q:r s;t|u^v\"w'x\\y"
	for name, text := range map[string]string{
		"a line of all marks": strings.Repeat(marks, (1<<20)/len(marks)) + "\n",
		"quotes":              strings.Repeat(`"`, 1<<20),
		"open quotes":         "a,b\n" + `"x` + strings.Repeat(`,"y`, 300_000),
	} {
		if gs := guessesFor(firstLines([]byte(text)), Options{}); len(gs)*len(text) > 40<<20 {
			t.Errorf("%s: %d guesses of %d bytes", name, len(gs), len(text))
		}
	}
}
