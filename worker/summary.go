package worker

import (
	"encoding/json"

	"assay/worker/profile/report"
)

// The summary of a report is what lists of datasets show; its fingerprint has
// at most so many columns and bands.
const (
	summaryColumns = 12
	summaryBands   = 48
)

type summary struct {
	Rows         int64          `json:"rows"`
	Columns      int            `json:"columns"`
	MissingShare float64        `json:"missing_share"` // of all cells
	Alerts       int            `json:"alerts"`
	Format       string         `json:"format"`
	SizeBytes    int64          `json:"size_bytes"`
	Complete     bool           `json:"complete"`
	Bands        [][]float64    `json:"bands"` // share of nulls, by column and band of rows
	Types        map[string]int `json:"types"` // columns of each type
}

// summarise also tells whether the report covers the whole file.
func summarise(reportJSON []byte) (_ json.RawMessage, complete bool, err error) {
	var r report.Report
	if err := json.Unmarshal(reportJSON, &r); err != nil {
		return nil, false, err
	}
	s := summary{
		Rows: r.Rows, Columns: len(r.Columns), Alerts: r.AlertCount(), Format: r.Source.Format,
		SizeBytes: r.Source.SizeBytes, Complete: r.Complete, Bands: [][]float64{}, Types: map[string]int{},
	}
	var nulls int64
	for _, c := range r.Columns {
		nulls += c.Nulls
		s.Types[c.Type]++
	}
	if cells := float64(r.Rows) * float64(len(r.Columns)); cells > 0 {
		s.MissingShare = float64(nulls) / cells
	}
	for _, bands := range r.Missing.Bands[:min(len(r.Missing.Bands), summaryColumns)] {
		s.Bands = append(s.Bands, coarser(bands, summaryBands))
	}
	b, err := json.Marshal(s)
	return b, r.Complete, err
}

// coarser averages neighbouring bands, which are of equal size, until there
// are at most n.
func coarser(bands []float64, n int) []float64 {
	if len(bands) <= n {
		return append([]float64{}, bands...)
	}
	out := make([]float64, n)
	for i := range out {
		from, to := i*len(bands)/n, (i+1)*len(bands)/n
		for _, share := range bands[from:to] {
			out[i] += share / float64(to-from)
		}
	}
	return out
}
