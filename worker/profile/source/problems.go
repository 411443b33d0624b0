package source

// faults collects the problems of one segment: the first place and the number
// of each kind.
type faults struct {
	list []Problem
}

// problemText says what each kind of problem is, and what was done about it.
func problemText(code string) string {
	switch code {
	case "ragged_rows":
		return "Rows have fewer or more cells than the table has columns; missing cells were taken as empty."
	case "unclosed_quote":
		return "A quote is opened and never closed; it was taken as a plain character."
	case "nul_bytes":
		return "The text contains NUL characters; they were kept."
	case "invalid_utf8":
		return "The text contains bytes that are not valid UTF-8; they were replaced."
	case "quote_in_unquoted":
		return "A quote stands inside a cell that is not quoted; it was taken as a plain character."
	case "text_after_quote":
		return "Text follows a closing quote; it was kept as part of the cell."
	case "mixed_line_ends":
		return "Lines end in different ways in this file; all of them were taken as line ends."
	case "blank_lines":
		return "Blank lines were skipped."
	case "comment_lines":
		return "Lines that begin with the comment character were left out."
	case "repeated_header":
		return "The header comes again between the rows, as in files put together; these rows were left out."
	case "footer_rows":
		return "Rows behind the table do not fit it, as notes and sources do; they were left out."
	case "unit_row":
		return "The row below the header holds units; it was left out."
	case "trailing_data":
		return "Something that is not compressed stands behind the compressed data; it was left out."
	case "rule_row":
		return "A row of nothing but strokes stands below the header; it was left out."
	case "more_tables":
		return "Behind a blank line, other names stand over rows of their own: the text holds several tables."
	case "drawn_table":
		return "The table is drawn for people, with rules, bars or columns below each other; these, the padding and lines of other text were left out."
	case "duplicate_column_names":
		return "Several columns have the same name; a number was added to tell them apart."
	case "empty_column_names":
		return "Columns without a name were named by their position."
	case "mixed_rows":
		return "Rows are not of the same kind as the first one (object, array or single value); they have columns of their own."
	case "duplicate_keys":
		return "A key comes more than once in an object; the last value counts."
	case "binary_values":
		return "Values are bytes that are no text; they are shown in hexadecimal."
	case "lone_surrogates":
		return "An escape like \\ud800 is half a character; it was replaced."
	case "members_ignored":
		return "The archive also holds files that are no tables; they were left out."
	case "members_unreadable":
		return "Members of the archive are encrypted or packed in a way that Assay does not read; they were left out."
	case "formulas_without_values":
		return "Formulas have no stored results, as their program did not work them out; they were taken as empty cells."
	case "leap_day_1900":
		return "Dates name February 29, 1900, which never was, but is in Excel's calendar; they were taken as February 28."
	case "rows_out_of_order":
		return "Rows do not stand in the order of their numbers; they were taken as they come."
	}
	return ""
}

// add counts one more fault of a kind, at a row of the segment (1-based, 0 for
// none) and a text offset.
func (f *faults) add(code string, row, offset int64) { f.addMany(code, row, offset, 1) }

func (f *faults) addMany(code string, row, offset, count int64) {
	for i := range f.list {
		if f.list[i].Code == code {
			f.list[i].Count += count
			return
		}
	}
	f.list = append(f.list, Problem{Code: code, Message: problemText(code), Row: row, Offset: offset, Count: count})
}
