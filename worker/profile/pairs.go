package profile

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strconv"

	"assay/worker/profile/column"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

const (
	mostCorrelated    = 64 // columns of a matrix
	mostRelationships = 1000
	mostTogether      = 100
	fewestPairs       = 5    // rows that a figure needs
	mostCategories    = 50   // different values of a category
	weakest           = 0.1  // relationships below are noise
	clearly           = 3    // standard deviations above what chance gives
	togetherFrom      = 0.5  // share from which columns are missing together
	coefficientDigits = 1e12 // kept: more would only be rounding
)

// pairs computes what columns have to do with each other, from a sample of
// rows. Time and memory are bounded by the number of columns in a matrix.
type pairs struct {
	rows    int
	names   []string
	numbers []variable
	groups  []variable
	gaps    []gap
}

// variable is a column of the sample: numbers with NaN for nulls, or codes of
// categories with -1 for nulls.
type variable struct {
	name   string
	values []float64
	codes  []int
	sizes  int   // number of categories
	order  []int // rows with a value, by value
	ranks  []float64
	// spread and ranked are of the values and the ranks, where no row lacks one.
	spread, ranked spread
}

type gap struct {
	name  string
	nulls []uint64 // a bit for each row
	n     int
}

func newPairs(rows []sampled, results []*column.Result) *pairs {
	p := &pairs{rows: len(rows)}
	roles := make([]role, len(results))
	var numbers, groups, gaps int
	for i, c := range results {
		r := &c.Report
		p.names = append(p.names, r.Name)
		if i >= pairColumns {
			break
		}
		varies := r.Distinct.Value > 1
		switch {
		case (r.Type == "integer" || r.Type == "decimal") && varies && numbers < mostCorrelated:
			roles[i].number = true
			numbers++
		case (r.Type == "text" || r.Type == "boolean") && varies && r.Distinct.Value <= mostCategories && groups < mostCorrelated:
			roles[i].group = true
			groups++
		}
		if r.Nulls > 0 && r.Nulls < r.Count && gaps < mostCorrelated {
			roles[i].gap = true
			gaps++
		}
	}
	p.read(rows, results, roles)
	return p
}

// role is what a column is good for.
type role struct{ number, group, gap bool }

// read takes the columns that have a role out of the rows.
func (p *pairs) read(rows []sampled, results []*column.Result, roles []role) {
	columns := len(roles)
	values, codes, nulls := make([][]float64, columns), make([][]int, columns), make([][]uint64, columns)
	known := make([]map[string]int, columns)
	var key []byte
	for i, r := range roles {
		if r.number {
			values[i] = make([]float64, len(rows))
		}
		if r.group {
			codes[i], known[i] = make([]int, len(rows)), map[string]int{}
		}
		if r.gap {
			nulls[i] = make([]uint64, len(rows)/64+1)
		}
	}
	for k := range rows {
		rows[k].each(min(len(results), pairColumns), func(i int, c *cell) {
			r := roles[i]
			if !r.number && !r.group && !r.gap {
				return
			}
			null := c.empty() || c.kind == source.Raw && results[i].IsNull(c.text)
			if r.gap && null {
				nulls[i][k/64] |= 1 << (k % 64)
			}
			if r.number {
				values[i][k] = math.NaN()
				if v, ok := results[i].Number(c.text); ok && !null && !c.cut {
					values[i][k] = v
				}
			}
			if r.group {
				codes[i][k] = code(c, null, known[i], &key)
			}
		})
	}
	for i, r := range roles {
		name := results[i].Report.Name
		if r.number {
			p.numbers = append(p.numbers, newNumber(name, values[i]))
		}
		if r.group {
			p.groups = append(p.groups, variable{name: name, codes: codes[i], sizes: len(known[i])})
		}
		if r.gap {
			g := gap{name: name, nulls: nulls[i]}
			for _, w := range g.nulls {
				g.n += bits.OnesCount64(w)
			}
			p.gaps = append(p.gaps, g)
		}
	}
}

// code numbers the values of a category; room is memory for a key.
func code(c *cell, null bool, known map[string]int, room *[]byte) int {
	if null {
		return -1
	}
	key := append((*room)[:0], byte(c.kind))
	key = append(key, c.text...)
	if c.cut {
		key = strconv.AppendUint(key, c.hash, 16)
	}
	*room = key
	n, ok := known[string(key)]
	if !ok {
		n = len(known)
		known[string(key)] = n
	}
	return n
}

func newNumber(name string, values []float64) variable {
	v := variable{name: name, values: values}
	sorted := make([]placed, 0, len(values))
	for i, x := range values {
		if !math.IsNaN(x) {
			sorted = append(sorted, placed{x, i})
		}
	}
	slices.SortFunc(sorted, placed.compare)
	v.order = make([]int, len(sorted))
	for i, x := range sorted {
		v.order[i] = x.row
	}
	v.ranks = make([]float64, len(values))
	rankOf(v.order, values, v.ranks)
	if len(v.order) > 0 {
		v.normalize()
	}
	if v.full() {
		v.spread, v.ranked = spreadOf(v.values), spreadOf(v.ranks)
	}
	return v
}

// full tells whether all rows have a value.
func (v *variable) full() bool { return len(v.order) == len(v.values) }

// placed is a number of a row.
type placed struct {
	value float64
	row   int
}

func (a placed) compare(b placed) int {
	switch {
	case a.value < b.value:
		return -1
	case a.value > b.value:
		return 1
	}
	return a.row - b.row
}

// normalize brings the values into [-1, 1], around their median: no measure
// here minds, and products of what is left neither overflow nor drown in a
// large offset.
func (v *variable) normalize() {
	low, high := v.values[v.order[0]], v.values[v.order[len(v.order)-1]]
	_, scale := math.Frexp(max(math.Abs(low), math.Abs(high)))
	unit := 0 // of the differences below
	if scale > 1000 {
		unit = 8
	}
	middle := math.Ldexp(v.values[v.order[len(v.order)/2]], -unit)
	_, scale = math.Frexp(max(math.Ldexp(high, -unit)-middle, middle-math.Ldexp(low, -unit)))
	for _, i := range v.order {
		v.values[i] = math.Ldexp(math.Ldexp(v.values[i], -unit)-middle, -scale)
	}
}

// rankOf gives each of the rows, which are in the order of their values, its
// rank; equal values share the mean of theirs.
func rankOf(order []int, values, ranks []float64) {
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && values[order[j]] == values[order[i]] {
			j++
		}
		for _, row := range order[i:j] {
			ranks[row] = float64(i+j-1) / 2
		}
		i = j
	}
}

// missingTogether lists columns that lack values in the same rows.
func (p *pairs) missingTogether() []report.Together {
	list := []report.Together{}
	for i, a := range p.gaps {
		for _, b := range p.gaps[i+1:] {
			both := 0
			for k, w := range a.nulls {
				both += bits.OnesCount64(w & b.nulls[k])
			}
			if either := a.n + b.n - both; either > 0 && float64(both) >= togetherFrom*float64(either) {
				list = append(list, report.Together{A: a.name, B: b.name, Share: share(int64(both), int64(either))})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b report.Together) int { return cmp.Compare(b.Share, a.Share) })
	return list[:min(mostTogether, len(list))]
}

// all computes the matrices, and lists the strongest pairs. Two columns of
// numbers are listed once, by the stronger of their two coefficients.
func (p *pairs) all() ([]report.Correlation, []report.Relationship) {
	matrices, list := []report.Correlation{}, []report.Relationship{}
	if n := p.numbers; len(n) > 1 {
		pearson, spearman := p.matrix("pearson", n), p.matrix("spearman", n)
		scratch := newScratch(p.rows)
		for i := range n {
			for j := range i {
				a, b, rows := linear(&n[i], &n[j], scratch)
				put(pearson, i, j, a)
				put(spearman, i, j, b)
				method, v := "pearson", a
				if math.IsNaN(a) || math.Abs(b) > math.Abs(a) {
					method, v = "spearman", b
				}
				sure := v*v*float64(rows) > clearly*clearly
				list = relate(list, method, n[j].name, n[i].name, v, rows, sure)
			}
		}
		matrices = append(matrices, *pearson, *spearman)
	}
	if g := p.groups; len(g) > 1 {
		m := p.matrix("cramers_v", g)
		for i := range g {
			for j := range i {
				v, rows, sure := cramersV(&g[i], &g[j])
				put(m, i, j, v)
				list = relate(list, "cramers_v", g[j].name, g[i].name, v, rows, sure)
			}
		}
		matrices = append(matrices, *m)
	}
	if len(p.groups) > 0 && len(p.numbers) > 0 {
		m := p.ratios(&list)
		matrices = append(matrices, *m)
	}
	slices.SortStableFunc(list, func(a, b report.Relationship) int {
		return cmp.Compare(math.Abs(b.Value), math.Abs(a.Value))
	})
	return matrices, list[:min(mostRelationships, len(list))]
}

// ratios is the matrix of categories and numbers.
func (p *pairs) ratios(list *[]report.Relationship) *report.Correlation {
	groups := p.groups[:min(len(p.groups), mostCorrelated/2)]
	numbers := p.numbers[:min(len(p.numbers), mostCorrelated-len(groups))]
	m := p.matrix("correlation_ratio", slices.Concat(groups, numbers))
	for i := range groups {
		for j := range numbers {
			v, rows, sure := correlationRatio(&groups[i], &numbers[j])
			put(m, i, len(groups)+j, v)
			*list = relate(*list, "correlation_ratio", groups[i].name, numbers[j].name, v, rows, sure)
		}
	}
	return m
}

func (p *pairs) matrix(method string, of []variable) *report.Correlation {
	m := &report.Correlation{Method: method, Columns: []string{}, Values: [][]*float64{}, SampleRows: int64(p.rows)}
	one := 1.0
	for i := range of {
		m.Columns = append(m.Columns, of[i].name)
		m.Values = append(m.Values, make([]*float64, len(of)))
		m.Values[i][i] = &one
	}
	return m
}

func put(m *report.Correlation, i, j int, v float64) {
	if !math.IsNaN(v) {
		m.Values[i][j], m.Values[j][i] = &v, &v
	}
}

func relate(list []report.Relationship, method, a, b string, v float64, rows int, sure bool) []report.Relationship {
	if math.IsNaN(v) || math.Abs(v) < weakest || !sure {
		return list
	}
	return append(list, report.Relationship{Method: method, A: a, B: b, Value: v, N: int64(rows)})
}

// coefficient brings rounding back into range.
func coefficient(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return math.NaN()
	}
	return math.Round(min(max(v, -1), 1)*coefficientDigits) / coefficientDigits
}

type scratch struct {
	x, y   []float64
	ra, rb []float64
	order  []int
}

func newScratch(rows int) *scratch {
	return &scratch{ra: make([]float64, rows), rb: make([]float64, rows)}
}

// linear is Pearson's coefficient of the rows in which both have a value, and
// Spearman's: the former of their ranks among these rows.
func linear(a, b *variable, s *scratch) (pearson, spearman float64, rows int) {
	if a.full() && b.full() && len(a.values) >= fewestPairs {
		return a.spread.correlate(&b.spread), a.ranked.correlate(&b.ranked), len(a.values)
	}
	ranksA, ranksB := s.ra, s.rb
	s.rank(a, b, ranksA)
	s.rank(b, a, ranksB)
	s.x, s.y = s.x[:0], s.y[:0]
	for i, v := range a.values {
		if !math.IsNaN(v) && !math.IsNaN(b.values[i]) {
			s.x = append(s.x, v)
			s.y = append(s.y, b.values[i])
		}
	}
	if rows = len(s.x); rows < fewestPairs {
		return math.NaN(), math.NaN(), rows
	}
	pearson = correlate(s.x, s.y)
	s.x, s.y = s.x[:0], s.y[:0]
	for i, v := range a.values {
		if !math.IsNaN(v) && !math.IsNaN(b.values[i]) {
			s.x = append(s.x, ranksA[i])
			s.y = append(s.y, ranksB[i])
		}
	}
	return pearson, correlate(s.x, s.y), rows
}

// rank ranks the rows of a in which b has a value, too.
func (s *scratch) rank(a, b *variable, ranks []float64) {
	s.order = s.order[:0]
	for _, row := range a.order {
		if !math.IsNaN(b.values[row]) {
			s.order = append(s.order, row)
		}
	}
	rankOf(s.order, a.ranks, ranks) // values are scaled by now, and close ones may have become one
}

// spread is how a column's numbers lie around their mean: most pairs are of
// columns without gaps, for which that need not be found out each time.
type spread struct {
	from    []float64 // what each lies away from the mean
	squares float64   // of these, added up
}

func spreadOf(x []float64) spread {
	s := spread{from: make([]float64, len(x))}
	var mean float64
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for i, v := range x {
		d := v - mean
		s.from[i] = d
		s.squares += d * d
	}
	return s
}

// correlate is Pearson's coefficient of two columns without gaps.
func (s *spread) correlate(o *spread) float64 {
	if s.squares <= 0 || o.squares <= 0 {
		return math.NaN()
	}
	x, y := s.from, o.from[:len(s.from)]
	var xy float64
	for i := range x {
		xy += x[i] * y[i]
	}
	return coefficient(xy / math.Sqrt(s.squares) / math.Sqrt(o.squares))
}

// correlate is Pearson's coefficient.
func correlate(x, y []float64) float64 {
	n := float64(len(x))
	var mx, my float64
	for i := range x {
		mx += x[i]
		my += y[i]
	}
	mx /= n
	my /= n
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xx += dx * dx
		yy += dy * dy
		xy += dx * dy
	}
	if xx <= 0 || yy <= 0 {
		return math.NaN()
	}
	return coefficient(xy / math.Sqrt(xx) / math.Sqrt(yy))
}

// cramersV is Cramér's V with Bergsma's correction of its bias (2013). It is
// sure if chi-squared is clearly above its degrees of freedom.
func cramersV(a, b *variable) (v float64, rows int, sure bool) {
	table := make([]float64, a.sizes*b.sizes)
	ra, cb := make([]float64, a.sizes), make([]float64, b.sizes)
	for i, x := range a.codes {
		if y := b.codes[i]; x >= 0 && y >= 0 {
			table[x*b.sizes+y]++
			ra[x]++
			cb[y]++
			rows++
		}
	}
	r, k, n := float64(positive(ra)), float64(positive(cb)), float64(rows)
	if rows < fewestPairs || r < 2 || k < 2 {
		return math.NaN(), rows, false
	}
	chi2 := -n // the sum of observed²/expected, less n
	for x := range ra {
		for y := range cb {
			if o := table[x*b.sizes+y]; o > 0 {
				chi2 += o * o * n / (ra[x] * cb[y])
			}
		}
	}
	freedom := (k - 1) * (r - 1)
	sure = chi2 > freedom+clearly*math.Sqrt(2*freedom)
	phi2 := max(0, chi2/n-(k-1)*(r-1)/(n-1))
	k -= (k - 1) * (k - 1) / (n - 1)
	r -= (r - 1) * (r - 1) / (n - 1)
	least := min(k-1, r-1)
	if least <= 0 {
		return math.NaN(), rows, false
	}
	return coefficient(math.Sqrt(phi2 / least)), rows, sure
}

func positive(counts []float64) (n int) {
	for _, c := range counts {
		if c > 0 {
			n++
		}
	}
	return n
}

// correlationRatio is eta: the root of the share of the numbers' variance that
// lies between the categories. It is sure if that share is clearly above what
// as many categories at random would get.
func correlationRatio(group, number *variable) (eta float64, rows int, sure bool) {
	sums, counts := make([]float64, group.sizes), make([]float64, group.sizes)
	var total float64
	for i, g := range group.codes {
		if v := number.values[i]; g >= 0 && !math.IsNaN(v) {
			total += v
			rows++
		}
	}
	mean := total / float64(rows)
	var all float64
	for i, g := range group.codes {
		if v := number.values[i]; g >= 0 && !math.IsNaN(v) {
			d := v - mean
			sums[g] += d
			counts[g]++
			all += d * d
		}
	}
	used := positive(counts)
	if rows < fewestPairs || used < 2 || used == rows || all <= 0 {
		return math.NaN(), rows, false
	}
	var between float64
	for g, n := range counts {
		if n > 0 {
			between += sums[g] * sums[g] / n
		}
	}
	freedom := float64(used - 1)
	sure = between/all*float64(rows-1) > freedom+clearly*math.Sqrt(2*freedom)
	return coefficient(math.Sqrt(between / all)), rows, sure
}
