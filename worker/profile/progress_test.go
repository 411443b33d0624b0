package profile

import (
	"context"
	"testing"
	"time"

	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

func TestProgressAndProvisionalReportsComeOneAtATime(t *testing.T) {
	m := wildTable(30_000, 8)
	m.segment = 1000
	var provisional []*report.Report
	var last Progress
	r := &run{req: Request{Workers: 2, Source: source.Input{Name: "memory", Size: 5}}, scanner: m, dialect: m.Dialect(), table: newTable(m),
		hooks: Hooks{Progress: func(p Progress) { last = p }, Provisional: func(p *report.Report) { provisional = append(provisional, p) }}}
	if err := r.scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.tell(true)
	if len(provisional) == 0 || !provisional[0].Provisional || provisional[0].Rows == 0 || len(provisional[0].Columns) != len(m.names) {
		t.Fatalf("%d provisional reports", len(provisional))
	}
	mustFollow(t, compileSchema(t), provisional[0])
	if last.Rows != 30_000 || last.Stage != "profiling" || last.BytesTotal != 5 {
		t.Errorf("progress %+v", last)
	}
}

// halting is a table whose second segment comes only when it may.
type halting struct {
	*memory
	may <-chan struct{}
}

func (h halting) Scan(ctx context.Context, workers int, newSink func() source.Sink, done func(source.Segment, source.Sink) error) error {
	return h.memory.Scan(ctx, workers, newSink, func(s source.Segment, sink source.Sink) error {
		if s.Index == 1 {
			select {
			case <-h.may:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return done(s, sink)
	})
}

func TestTheFirstSegmentIsShownBeforeTheSecondIsRead(t *testing.T) {
	for _, workers := range []int{1, 2} {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		may := make(chan struct{})
		m := wildTable(2000, 4)
		m.segment = 1000
		shown := int64(0)
		_, err := runScanner(ctx, halting{m, may}, Request{Workers: workers, Source: source.Input{Name: "memory", Size: 5}},
			Hooks{Provisional: func(r *report.Report) {
				if shown == 0 {
					close(may)
				}
				shown = r.Rows
			}})
		stop()
		if err != nil || shown != 1000 {
			t.Errorf("%d workers: %d rows were shown, %v", workers, shown, err)
		}
	}
}

func TestATablesShareIsOfAllTables(t *testing.T) {
	three := []source.Table{{Name: "a", Bytes: 60}, {Name: "b", Bytes: 30}, {Name: "c", Bytes: 10}}
	if got := shareOf(three, "b"); got != 0.3 {
		t.Errorf("b takes %v of the file", got)
	}
	three[0].Bytes = 0
	if got := shareOf(three, "b"); got != 1.0/3 {
		t.Errorf("of tables whose size is not known b takes %v", got)
	}
	if got := shareOf(three[:1], "a"); got != 0 {
		t.Errorf("a table that stands alone has a share, %v", got)
	}
}
