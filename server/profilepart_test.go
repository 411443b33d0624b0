package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"assay/store"
)

// wideReport has three columns whose members come in the engine's order, one of
// a kind that no engine knows yet.
const wideReport = `{"report_version":1,"rows":2,"tables":[{"name":"t"}],"columns":[
	{"name":"a \"x\" }]","index":0,"type":"integer","count":2,"nulls":0,"null_tokens":[],"distinct":{"value":2,"exact":true,"error":0},
		"evidence":[{"type":"integer","count":2,"first_row":1,"example":"7"}],
		"numeric":{"min":7,"zeros":0,"negatives":1,"nonfinite":0,"unit":"€","quantiles":{"0.5":7},"exact":true,"rank_error":0},
		"top":[{"value":"7","count":1}],"top_exact":true,"histogram":{"counts":[2]},"alerts":[]},
	{"name":"b\\","index":1,"type":"text","count":2,"nulls":1,"null_tokens":[{"value":"","count":1}],"distinct":{"value":1,"exact":true,"error":0},"evidence":[],
		"text":{"min_length":1,"max_length":1,"mean_length":1,"blank":0,"quantiles":{"0.5":1},"exact":true,"rank_error":0,"patterns":[{"mask":"a","count":1}],"patterns_exact":true},
		"top":[],"top_exact":true,"alerts":[{"code":"missing","severity":"warning","message":"Half is missing.","column":"b","rows":[2]}]},
	{"name":"c","index":2,"type":"date","semantic":"category","later":[1],"count":2,"nulls":0,"null_tokens":[],"distinct":{"value":2,"exact":true,"error":0},"evidence":[],
		"temporal":{"min":"2024-01-01","ambiguous":false,"exact":true,"rank_error":0},"numeric":null,"top":[],"top_exact":true,"alerts":null}],
	"keys":["a \"x\" }]","c"],"alerts":[{"code":"missing","severity":"warning","message":"Half is missing.","column":"b\\","rows":[2]},{"code":"few_rows","severity":"info","message":"Few rows."}],
	"correlations":[{"method":"pearson","columns":["a \"x\" }]","b\\","c"],"values":[[1,0.2,0.3],[0.2,1,0.6],[0.3,0.6,1]],"sample_rows":2}],
	"relationships":[{"method":"pearson","a":"a \"x\" }]","b":"b\\","value":0.2,"n":2},{"method":"pearson","a":"b\\","b":"c","value":0.6,"n":2}],
	"missing":{"bands":[[0],[0.5],[0]],"together":[{"a":"a \"x\" }]","b":"c","share":1}]},"sample":{"rows":[["7","x","2024-01-01"],["-1",null,"2024-01-02"]],"row_numbers":[1,2]}}`

func TestTheOtherColumnsOfAPageComeInBrief(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	u := i.dataset(ann, ann.home, "wide.csv")
	i.finish(i.run(u.JobID), store.Outcome{Status: store.StatusSucceeded, Complete: true, Report: gzipped(t, wideReport), Summary: json.RawMessage(`{}`)})
	path := "/api/v1/datasets/" + u.DatasetID + "/profile?columns="
	type answer struct {
		Columns []map[string]any
		Missing struct{ Bands [][]float64 }
		Sample  struct{ Rows [][]*string }
	}
	var r answer
	i.want(200, "GET", path+"0-0&others=brief", ann.token, nil).into(t, &r)
	if len(r.Columns) != 3 || len(r.Missing.Bands) != 3 || len(r.Sample.Rows[1]) != 1 {
		t.Fatalf("%d columns, %d bands, sample %v", len(r.Columns), len(r.Missing.Bands), r.Sample.Rows)
	}
	if whole := r.Columns[0]; whole["brief"] != nil || whole["name"] != `a "x" }]` || whole["histogram"] == nil {
		t.Errorf("the column that was asked for: %v", whole)
	}
	const text = `{"alerts":[{"code":"missing","message":"","severity":"warning"}],"brief":true,"count":2,"distinct":{"error":0,"exact":true,"value":1},"evidence":[],` +
		`"index":1,"name":"b\\","null_tokens":[],"nulls":1,"text":{"blank":0,"exact":true,"max_length":1,"mean_length":1,"min_length":1,"patterns":[],"rank_error":0},` +
		`"top":[],"top_exact":true,"type":"text"}`
	if got, _ := json.Marshal(r.Columns[1]); string(got) != text {
		t.Errorf("in brief:\n%s\nwant\n%s", got, text)
	}
	const date = `{"alerts":null,"brief":true,"count":2,"distinct":{"error":0,"exact":true,"value":2},"evidence":[],"index":2,"name":"c","null_tokens":[],"nulls":0,` +
		`"numeric":null,"semantic":"category","temporal":{"ambiguous":false,"exact":true,"rank_error":0},"top":[],"top_exact":true,"type":"date"}`
	if got, _ := json.Marshal(r.Columns[2]); string(got) != date {
		t.Errorf("in brief:\n%s\nwant\n%s", got, date)
	}

	// A page that has all of them is the report as it stands.
	if a := i.want(200, "GET", path+"0-99&others=brief", ann.token, nil); a.body != wideReport {
		t.Errorf("all columns: %s", a.body)
	}
	for spans, names := range map[string]string{"2-2,0-0": `[a "x" }] c]`, "1-2,0-1,9-12": `[a "x" }] b\ c]`} {
		r = answer{}
		i.want(200, "GET", path+spans, ann.token, nil).into(t, &r)
		var got []any
		for _, c := range r.Columns {
			got = append(got, c["name"])
		}
		if fmt.Sprint(got) != names || len(r.Missing.Bands) != len(got) || len(r.Sample.Rows[0]) != len(got) {
			t.Errorf("%s: %v, %d bands, sample %v", spans, got, len(r.Missing.Bands), r.Sample.Rows)
		}
	}
	a := i.want(200, "GET", path+"2-2,0-0&others=brief", ann.token, nil)
	i.want(304, "GET", path+"0-0,2-2&others=brief", ann.token, nil, "If-None-Match", a.Header.Get("ETag"))
	i.want(200, "GET", path+"0-0,2-2", ann.token, nil, "If-None-Match", a.Header.Get("ETag"))
	for _, wrong := range []string{"0-0,", ",", "0-0&others=all", "0-0,1", "&others=brief", strings.Repeat("0-0,", 500) + "0-0"} {
		i.want(400, "GET", path+wrong, ann.token, nil)
	}
}

func TestAPageSaysOfTheTableWhatIsOfItsColumns(t *testing.T) {
	for _, c := range []struct {
		part profilePart
		want []string
		not  []string
	}{
		{profilePart{spans: []span{{1, 1}}},
			[]string{`"keys":[]`, `"column":"b\\"`, `"few_rows"`, `"columns":["b\\"],"values":[[1]]`, `"value":0.2`, `"value":0.6`, `"together":[]`}, nil},
		{profilePart{spans: []span{{0, 0}, {2, 2}}},
			[]string{`"keys":["a \"x\" }]","c"]`, `"alerts":[{"code":"few_rows"`, `"values":[[1,0.3],[0.3,1]]`, `"value":0.2`, `"share":1`}, []string{`Half is missing`, `"values":[[1,0.2`}},
		{profilePart{spans: []span{{0, 0}}},
			[]string{`"keys":["a \"x\" }]"]`, `"value":0.2`, `"share":1`}, []string{`"value":0.6`}},
		{profilePart{spans: []span{{0, 0}}, brief: true},
			[]string{`Half is missing`, `"value":0.6`, `[0.3,0.6,1]`}, nil},
	} {
		cut, err := c.part.of([]byte(wideReport))
		if err != nil || !json.Valid(cut) {
			t.Fatalf("%v: %v, %s", c.part.spans, err, cut)
		}
		for _, want := range c.want {
			if !strings.Contains(string(cut), want) {
				t.Errorf("%v: %s is not in %s", c.part.spans, want, cut)
			}
		}
		for _, not := range c.not {
			if strings.Contains(string(cut), not) {
				t.Errorf("%v: %s is in %s", c.part.spans, not, cut)
			}
		}
	}
}

func TestWhatIsNoReportIsNoPageOfOne(t *testing.T) {
	part := profilePart{spans: []span{{0, 0}}, brief: true}
	for at := range len(wideReport) {
		if cut, err := part.of([]byte(wideReport[:at])); err == nil && strings.Contains(string(cut), "together") {
			t.Fatalf("cut after %d bytes, a report came out: %s", at, cut)
		}
	}
	for _, wrong := range []string{"", "1", `{"columns":[}`, `{"columns":{}}`, `{"columns":[{]}`, `{"columns":["a}`, `{"columns" [1]}`, `{columns:[1,2]}`, `[1]`, `{"columns":[1,,2]}`, `{"columns":[1,2]`} {
		if cut, err := part.of([]byte(wrong)); err == nil {
			t.Errorf("%q gave %q", wrong, cut)
		}
	}
}
