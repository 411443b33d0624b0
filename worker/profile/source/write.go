package source

import "bytes"

// AppendCSVHeader appends the names as a CSV line.
func AppendCSVHeader(dst []byte, names []string) []byte {
	for i, n := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCSVCell(dst, []byte(n), len(names) == 1)
	}
	return append(dst, '\r', '\n')
}

// AppendCSVRow appends one row of a batch as RFC 4180 writes it: cells
// verbatim, between commas, quoted where they have to be, CRLF behind. Nulls
// are empty cells. Rows of fewer than width columns are filled up.
func AppendCSVRow(dst []byte, b *Batch, row, width int) []byte {
	for c := range max(width, len(b.Cols)) {
		if c > 0 {
			dst = append(dst, ',')
		}
		if c < len(b.Cols) {
			v := &b.Cols[c]
			dst = appendCSVCell(dst, v.Data[v.Start[row]:v.End[row]], width == 1)
		}
	}
	return append(dst, '\r', '\n')
}

// appendCSVCell quotes a cell that would not read back as itself. An empty
// cell alone on its line would be a blank line.
func appendCSVCell(dst, cell []byte, alone bool) []byte {
	plain := !(alone && len(cell) == 0)
	for _, c := range cell {
		if c == ',' || c == '"' || c == '\n' || c == '\r' {
			plain = false
			break
		}
	}
	if plain {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	for k := bytes.IndexByte(cell, '"'); k >= 0; k = bytes.IndexByte(cell, '"') {
		dst = append(append(dst, cell[:k+1]...), '"')
		cell = cell[k+1:]
	}
	return append(append(dst, cell...), '"')
}

// NDJSONKeys prepares names for AppendNDJSONRow: each as a JSON string with a colon.
func NDJSONKeys(names []string) [][]byte {
	keys := make([][]byte, len(names))
	for i, n := range names {
		keys[i] = append(appendJSONString(nil, []byte(n)), ':')
	}
	return keys
}

// AppendNDJSONRow appends one row of a batch as a JSON object on a line of its
// own, its members in the order of the columns. Raw cells are strings, the
// kinds of JSON stay what they were. There are at least as many keys as the
// batch has columns; columns that the batch does not have yet are left out.
func AppendNDJSONRow(dst []byte, keys [][]byte, b *Batch, row int) []byte {
	dst = append(dst, '{')
	for c := range b.Cols {
		if c > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, keys[c]...)
		v := &b.Cols[c]
		cell := v.Data[v.Start[row]:v.End[row]]
		kind := Raw
		if v.Kinds != nil {
			kind = v.Kinds[row]
		}
		dst = AppendJSONCell(dst, cell, kind)
	}
	return append(dst, '}', '\n')
}

// appendJSONString appends valid UTF-8 as a JSON string.
func appendJSONString(dst, s []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i, c := range s {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(dst, s[from:]...), '"')
}
