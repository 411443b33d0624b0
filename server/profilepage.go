package server

import "bytes"

// columnNames are names of columns as they stand in a report, with quotes and
// escapes: one encoder wrote all of it.
type columnNames map[string]bool

func (n columnNames) add(column []byte) error {
	return members(column, func(name string, value []byte) error {
		if name == "name" {
			n[string(value)] = true
		}
		return nil
	})
}

// about writes what a list at the top of a report says of the columns: of a
// table of 10,000 that is hundreds of kilobytes, whatever the page.
func (n columnNames) about(out *bytes.Buffer, list string, value []byte) error {
	switch list {
	case "keys":
		return keepItems(out, value, func(name []byte) (bool, error) { return n[string(name)], nil })
	case "alerts": // those of the whole table name no column
		return keepItems(out, value, func(alert []byte) (bool, error) {
			keep := true
			err := members(alert, func(name string, value []byte) error {
				keep = keep && (name != "column" || n[string(value)])
				return nil
			})
			return keep, err
		})
	case "relationships":
		return n.pairs(out, value)
	default:
		return rewriteItems(out, value, func(_ int, matrix []byte) error { return n.matrix(out, matrix) })
	}
}

// pairs writes those of a list of pairs, a and b, that a column of ours is in.
func (n columnNames) pairs(out *bytes.Buffer, list []byte) error {
	return keepItems(out, list, func(pair []byte) (keep bool, err error) {
		err = members(pair, func(name string, value []byte) error {
			keep = keep || (name == "a" || name == "b") && n[string(value)]
			return nil
		})
		return keep, err
	})
}

// matrix writes the rows and columns of a matrix that are ours.
func (n columnNames) matrix(out *bytes.Buffer, matrix []byte) error {
	var ours []bool
	err := members(matrix, func(name string, value []byte) error {
		if name != "columns" {
			return nil
		}
		return items(value, func(_ int, column []byte) error {
			ours = append(ours, n[string(column)])
			return nil
		})
	})
	if err != nil {
		return err
	}
	keep := func(list []byte, write func(item []byte) error) error {
		out.WriteByte('[')
		n := 0
		err := items(list, func(i int, item []byte) error {
			if i >= len(ours) || !ours[i] {
				return nil
			}
			if n++; n > 1 {
				out.WriteByte(',')
			}
			return write(item)
		})
		out.WriteByte(']')
		return err
	}
	asItIs := func(item []byte) error {
		out.Write(item)
		return nil
	}
	return rewrite(out, matrix, func(name string, value []byte) error {
		switch name {
		case "columns":
			return keep(value, asItIs)
		case "values":
			return keep(value, func(row []byte) error { return keep(row, asItIs) })
		}
		out.Write(value)
		return nil
	})
}

// keepItems writes the items of a list that are to be kept. Null stays null.
func keepItems(out *bytes.Buffer, list []byte, keep func(item []byte) (bool, error)) error {
	if string(list) == "null" {
		out.Write(list)
		return nil
	}
	out.WriteByte('[')
	n := 0
	err := items(list, func(_ int, item []byte) error {
		kept, err := keep(item)
		if !kept || err != nil {
			return err
		}
		if n++; n > 1 {
			out.WriteByte(',')
		}
		out.Write(item)
		return nil
	})
	out.WriteByte(']')
	return err
}
