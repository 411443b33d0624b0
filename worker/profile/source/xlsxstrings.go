package source

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
)

const (
	stringsInMemory = 32 << 20 // bytes of text; what is more lies in a temporary file
	mostStrings     = 24 << 20
	stringPage      = 64 << 10
	stringPages     = 256 // in memory, of the file
)

// sharedStrings are the texts that the cells of a workbook name by number.
// There may be more of them than fit into memory; cells mostly name them in
// the order in which they stand.
type sharedStrings struct {
	ends  []uint32 // offset behind each, in memory and file together
	text  []byte   // the first ones
	file  spooled  // the others
	size  int64    // of both
	pages [stringPages]struct {
		number int64 // +1; 0 is none
		data   []byte
	}
}

func (t *sharedStrings) close() {
	if t.file.File != nil {
		t.file.remove()
	}
}

// readStrings reads the part, if the workbook has it.
func (w *workbook) readStrings(ctx context.Context) error {
	name := w.parts["sharedStrings"]
	if name == "" || w.part(name) == nil {
		return nil
	}
	in, x, err := w.openPart(name)
	if err != nil {
		return err
	}
	defer in.close()
	return w.strings.read(ctx, x)
}

func (t *sharedStrings) read(ctx context.Context, x *xmlReader) error {
	var spill *bufio.Writer
	var one []byte
	for {
		switch x.next() {
		case xmlFault:
			return x.err
		case xmlEnd:
			if x.depth == 0 {
				if spill != nil {
					if err := spill.Flush(); err != nil {
						return fmt.Errorf("keeping strings: %w", err)
					}
				}
				return nil
			}
			continue
		case xmlText:
			continue
		}
		if string(x.name) != "si" {
			continue
		}
		var err error
		if one, err = x.richText(one[:0]); err != nil {
			return err
		}
		if len(t.ends)%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		t.size += int64(len(one))
		if len(t.ends) >= mostStrings || t.size > math.MaxUint32 {
			return &Error{Code: "workbook_too_large", Row: -1, Offset: -1,
				Message: fmt.Sprintf("The workbook has more than %s different texts or 4 GiB of them.", thousands(mostStrings)),
				Hint:    "Save the sheet as CSV (UTF-8) and upload that."}
		}
		t.ends = append(t.ends, uint32(t.size))
		if spill == nil && t.size <= stringsInMemory {
			t.text = append(t.text, one...)
			continue
		}
		if spill == nil {
			f, err := os.CreateTemp("", "assay-")
			if err != nil {
				return fmt.Errorf("keeping strings: %w", err)
			}
			t.file = spooled{f}
			spill = bufio.NewWriterSize(f, 256<<10)
		}
		if _, err := spill.Write(one); err != nil {
			return fmt.Errorf("keeping strings: %w", err)
		}
	}
}

// richText appends the text of the element that was begun: of its runs, but
// not of the readings that stand above East Asian text.
func (x *xmlReader) richText(dst []byte) ([]byte, error) {
	from := len(dst)
	escaped := false
	inText := 0 // depth of t
	for depth := x.depth; ; {
		switch x.next() {
		case xmlFault:
			return dst, x.err
		case xmlStart:
			switch string(x.name) {
			case "t":
				inText = x.depth
			case "rPh":
				if !x.leave() {
					return dst, x.err
				}
			}
		case xmlText:
			if inText == 0 {
				continue
			}
			dst = append(dst, x.text...)
			for i := 0; i+1 < len(x.text) && !escaped; i++ {
				escaped = x.text[i] == '_' && x.text[i+1] == 'x'
			}
			if len(dst)-from > x.longest {
				return dst, cellTooLarge(int64(x.longest))
			}
		case xmlEnd:
			inText = 0
			if x.depth < depth {
				if escaped {
					dst = append(dst[:from], appendUnescaped(nil, dst[from:])...)
				}
				return dst, nil
			}
		}
	}
}

// get appends string i; false if there is none.
func (t *sharedStrings) get(dst []byte, i int) ([]byte, bool, error) {
	if i < 0 || i >= len(t.ends) {
		return dst, false, nil
	}
	var from int64
	if i > 0 {
		from = int64(t.ends[i-1])
	}
	to := int64(t.ends[i])
	if to <= int64(len(t.text)) {
		return append(dst, t.text[from:to]...), true, nil
	}
	from, to = from-int64(len(t.text)), to-int64(len(t.text)) // memory holds whole strings
	for from < to {
		page := &t.pages[from/stringPage%stringPages]
		if n := from/stringPage + 1; page.number != n {
			if page.data == nil {
				page.data = make([]byte, stringPage)
			}
			k, err := t.file.ReadAt(page.data[:stringPage], (n-1)*stringPage)
			if page.number = n; k == 0 {
				page.number = 0
				return dst, false, fmt.Errorf("reading strings: %w", err)
			}
		}
		at := from % stringPage
		n := min(to-from, stringPage-at)
		dst = append(dst, page.data[at:at+n]...)
		from += n
	}
	return dst, true, nil
}
