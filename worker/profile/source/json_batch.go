package source

// jsonBatch collects cells row by row and hands them on column by column. Rows
// that lack a column cost nothing until the batch is handed on.
type jsonBatch struct {
	sink  Sink
	rows  int // whole ones
	width int // columns used by this segment's whole rows
	used  int // … and by the row under way
	cols  []jsonVector
	batch Batch
}

type jsonVector struct {
	start, end []uint32
	kinds      []Kind
	filled     int  // rows that have a cell or were padded
	clean      int  // rows from filled up to here are Null
	high       bool // some cell may be not all ASCII
}

// padding is how many rows ahead a column with gaps is made Null: where most
// rows lack a column, the next ones will.
const padding = 256

// batchCells bounds a batch: sparse tables of many columns have few rows in one.
const batchCells = 1 << 18

// begin points the batch at the sink of a new segment.
func (b *jsonBatch) begin(sink Sink) {
	b.sink, b.rows, b.width, b.used = sink, 0, 0, 0
	for i := range b.cols {
		b.cols[i].filled, b.cols[i].clean = 0, 0
	}
}

// set gives the row under way its cell of a column. It answers false where
// there was one already, which is then replaced.
func (b *jsonBatch) set(column int, kind Kind, start, end int) bool {
	if column >= b.used {
		b.used = column + 1
		for len(b.cols) < b.used {
			b.cols = append(b.cols, jsonVector{})
		}
	}
	v := &b.cols[column]
	if b.rows >= len(v.kinds) {
		v.grow(b.rows + 1)
	}
	if v.filled < b.rows {
		v.pad(b.rows)
	}
	v.start[b.rows], v.end[b.rows], v.kinds[b.rows] = uint32(start), uint32(end), kind
	first := v.filled == b.rows
	v.filled = b.rows + 1
	return first
}

// clear takes the cell of a column back from the row under way.
func (b *jsonBatch) clear(column int) {
	b.cols[column].drop(b.rows)
}

func (b *jsonBatch) endRow() {
	b.rows++
	b.width = b.used
}

// dropRow forgets the cells of a row that will not be whole.
func (b *jsonBatch) dropRow() {
	for i := range b.cols[:b.used] {
		b.cols[i].drop(b.rows)
	}
	b.used = b.width
}

func (b *jsonBatch) full() bool { return b.rows*max(b.width, 8) >= batchCells }

// flush hands the whole rows on; their cells stand in data.
func (b *jsonBatch) flush(data []byte) error {
	if b.rows == 0 {
		return nil
	}
	if cap(b.batch.Cols) < b.width {
		b.batch.Cols = make([]Vector, b.width, 2*b.width)
	}
	b.batch.Cols = b.batch.Cols[:b.width]
	for i := range b.batch.Cols {
		v := &b.cols[i]
		if b.rows > len(v.kinds) {
			v.grow(b.rows)
		}
		v.pad(b.rows)
		b.batch.Cols[i] = Vector{Data: data, Start: v.start[:b.rows], End: v.end[:b.rows], Kinds: v.kinds[:b.rows], ASCII: !v.high}
		v.filled, v.clean, v.high = 0, 0, false
	}
	b.batch.Rows = b.rows
	b.rows = 0
	return b.sink.Batch(&b.batch)
}

// pad makes the cells up to row Null.
func (v *jsonVector) pad(row int) {
	if v.filled >= row {
		return
	}
	if from := max(v.filled, v.clean); from < row {
		v.clean = min(row+padding, len(v.kinds))
		clear(v.start[from:v.clean])
		clear(v.end[from:v.clean])
		kinds := v.kinds[from:v.clean]
		for i := range kinds {
			kinds[i] = Null
		}
	}
	v.filled = row
}

// drop takes the cell of a row back, the last one if it has any.
func (v *jsonVector) drop(row int) {
	if v.filled > row {
		v.start[row], v.end[row], v.kinds[row] = 0, 0, Null
		v.filled = row
	}
}

func (v *jsonVector) grow(rows int) {
	n := max(64, 2*len(v.kinds))
	for n < rows {
		n *= 2
	}
	v.start = append(make([]uint32, 0, n), v.start...)[:n]
	v.end = append(make([]uint32, 0, n), v.end...)[:n]
	v.kinds = append(make([]Kind, 0, n), v.kinds...)[:n]
}
