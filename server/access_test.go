package server

import (
	"regexp"
	"strings"
	"testing"

	"assay/store"
)

// who are the people of the access table, all but the first signed in. The
// stranger has an account and nothing else; viewer, editor and owner are in
// one workspace; the admin manages users and is in none.
var who = [...]string{"anonymous", "stranger", "viewer", "editor", "owner", "admin"}

// accessTable has a row for every route: the status that each of them gets. The
// upload and the token that rows name are the editor's.
var accessTable = map[string]struct {
	body string
	want [len(who)]int
}{
	"POST /api/v1/setup":  {`{"token":"x","username":"x","password":"long enough"}`, [...]int{409, 409, 409, 409, 409, 409}},
	"POST /api/v1/login":  {`{"link":"x"}`, [...]int{401, 401, 401, 401, 401, 401}},
	"POST /api/v1/logout": {``, [...]int{204, 204, 204, 204, 204, 204}},
	"POST /api/v1/accept": {`{"link":"x","password":"long enough"}`, [...]int{403, 403, 403, 403, 403, 403}},

	"GET /api/v1/me":            {``, [...]int{401, 200, 200, 200, 200, 200}},
	"PUT /api/v1/me/password":   {`{"password":"short"}`, [...]int{401, 403, 403, 403, 403, 403}},
	"GET /api/v1/tokens":        {``, [...]int{401, 200, 200, 200, 200, 200}},
	"POST /api/v1/tokens":       {`{"name":"ci"}`, [...]int{401, 201, 201, 201, 201, 201}},
	"DELETE /api/v1/tokens/:id": {``, [...]int{401, 404, 404, 204, 404, 404}},

	"GET /api/v1/users":           {``, [...]int{401, 403, 403, 403, 403, 200}},
	"POST /api/v1/users":          {`{"username":"new"}`, [...]int{401, 403, 403, 403, 403, 201}},
	"PATCH /api/v1/users/:id":     {`{"admin":false}`, [...]int{401, 403, 403, 403, 403, 200}},
	"DELETE /api/v1/users/:id":    {``, [...]int{401, 403, 403, 403, 403, 204}},
	"POST /api/v1/users/:id/link": {``, [...]int{401, 403, 403, 403, 403, 201}},

	"GET /api/v1/workspaces":                         {``, [...]int{401, 200, 200, 200, 200, 200}},
	"POST /api/v1/workspaces":                        {`{"name":"new"}`, [...]int{401, 201, 201, 201, 201, 201}},
	"PATCH /api/v1/workspaces/:id":                   {`{"name":"new"}`, [...]int{401, 404, 403, 403, 200, 404}},
	"DELETE /api/v1/workspaces/:id":                  {``, [...]int{401, 404, 403, 403, 204, 404}},
	"GET /api/v1/workspaces/:id/members":             {``, [...]int{401, 404, 200, 200, 200, 404}},
	"POST /api/v1/workspaces/:id/members":            {`{"username":"stranger","role":"viewer"}`, [...]int{401, 404, 403, 403, 200, 404}},
	"PATCH /api/v1/workspaces/:id/members/:user_id":  {`{"role":"editor"}`, [...]int{401, 404, 403, 403, 200, 404}},
	"DELETE /api/v1/workspaces/:id/members/:user_id": {``, [...]int{401, 404, 403, 403, 204, 404}},

	"POST /api/v1/uploads":              {`{"name":"a.csv","size":3,"dataset_id":"DATASET"}`, [...]int{401, 404, 403, 201, 201, 404}},
	"GET /api/v1/uploads":               {``, [...]int{401, 200, 200, 200, 200, 200}},
	"GET /api/v1/uploads/:id":           {``, [...]int{401, 404, 404, 200, 404, 404}},
	"DELETE /api/v1/uploads/:id":        {``, [...]int{401, 404, 404, 204, 404, 404}},
	"POST /api/v1/uploads/:id/parts":    {`{"numbers":[1]}`, [...]int{401, 404, 404, 200, 404, 404}},
	"POST /api/v1/uploads/:id/complete": {``, [...]int{401, 404, 404, 409, 404, 404}},

	"GET /api/v1/jobs":             {``, [...]int{401, 200, 200, 200, 200, 200}},
	"GET /api/v1/jobs/:id":         {``, [...]int{401, 404, 200, 200, 200, 404}},
	"POST /api/v1/jobs/:id/cancel": {``, [...]int{401, 404, 403, 202, 202, 404}},
	"POST /api/v1/jobs/:id/retry":  {``, [...]int{401, 404, 403, 409, 409, 404}},
	// Not of all jobs, whose stream would not end.
	"GET /api/v1/events": {`?job_id=JOB`, [...]int{401, 404, 200, 200, 200, 404}},

	"GET /api/v1/datasets":                          {`?workspace_id=WORKSPACE`, [...]int{401, 404, 200, 200, 200, 404}},
	"GET /api/v1/datasets/:id":                      {``, [...]int{401, 404, 200, 200, 200, 404}},
	"PATCH /api/v1/datasets/:id":                    {`{"name":"new"}`, [...]int{401, 404, 403, 200, 200, 404}},
	"DELETE /api/v1/datasets/:id":                   {``, [...]int{401, 404, 403, 204, 204, 404}},
	"GET /api/v1/datasets/:id/profile":              {``, [...]int{401, 404, 409, 409, 409, 404}},
	"GET /api/v1/datasets/:id/versions":             {``, [...]int{401, 404, 200, 200, 200, 404}},
	"GET /api/v1/datasets/:id/versions/:n/profile":  {``, [...]int{401, 404, 409, 409, 409, 404}},
	"GET /api/v1/datasets/:id/versions/:n/page":     {``, [...]int{401, 404, 409, 409, 409, 404}},
	"GET /api/v1/datasets/:id/versions/:n/download": {``, [...]int{401, 404, 302, 302, 302, 404}},
	"POST /api/v1/datasets/:id/versions/:n/jobs":    {``, [...]int{401, 404, 403, 202, 202, 404}},

	"GET /api/openapi.json": {``, [...]int{200, 200, 200, 200, 200, 200}},
	"GET /healthz":          {``, [...]int{200, 200, 200, 200, 200, 200}},
	"GET /readyz":           {``, [...]int{200, 200, 200, 200, 200, 200}},
	"GET /metrics":          {``, [...]int{401, 403, 403, 403, 403, 200}},
}

func TestEveryRouteAnswersEachPersonAsTheTableSays(t *testing.T) {
	i := start(t, func(c *Config) { c.Loopback = false })
	people := map[string]person{"anonymous": {}}
	for _, name := range who[1:] {
		people[name] = i.person(name, name == "admin")
	}
	for _, r := range routes() {
		route := r.method + " " + r.path
		row, ok := accessTable[route]
		if !ok {
			t.Errorf("%s has no row in the access table", route)
			continue
		}
		for n, name := range who {
			f := i.furnish(people)
			path, body := f.fill(r.path), f.fill(row.body)
			if strings.HasPrefix(body, "?") {
				path, body = path+body, ""
			}
			if r.path == "/api/v1/events" && row.want[n] == 200 {
				i.finish(i.run(f.upload.JobID), store.Outcome{Status: store.StatusFailed}) // so that the stream ends
			}
			a := i.call(r.method, path, people[name].token, body)
			if a.StatusCode != row.want[n] {
				t.Errorf("%s by the %s: %d, want %d: %s", route, name, a.StatusCode, row.want[n], a.body)
			}
			if a.StatusCode >= 400 {
				if strings.Contains(a.body, "confidential") {
					t.Errorf("%s by the %s gives a name away: %s", route, name, a.body)
				}
			}
		}
	}
	if len(accessTable) != len(routes()) {
		t.Errorf("the access table has %d rows for %d routes", len(accessTable), len(routes()))
	}
}

// furniture is what one cell of the table acts upon.
type furniture struct {
	workspace store.Workspace
	upload    store.Upload // completed; has the dataset and the job
	open      string       // an open upload of the editor
	token     store.Token  // of the editor
	target    store.User   // nobody's friend
}

func (i *instance) furnish(people map[string]person) furniture {
	i.t.Helper()
	ctx := i.t.Context()
	var f furniture
	var err error
	must := func(e error) {
		if e != nil {
			i.t.Fatal(e)
		}
	}
	f.workspace, err = i.store.CreateWorkspace(ctx, "confidential workspace", people["owner"].ID)
	must(err)
	must(i.store.SetMember(ctx, f.workspace.ID, people["editor"].ID, store.RoleEditor))
	must(i.store.SetMember(ctx, f.workspace.ID, people["viewer"].ID, store.RoleViewer))
	f.target, err = i.store.CreateUser(ctx, store.User{Username: "u" + strings.ToLower(NewSecret("")[:20])})
	must(err)
	must(i.store.SetMember(ctx, f.workspace.ID, f.target.ID, store.RoleViewer))
	f.upload = i.dataset(people["editor"], f.workspace.ID, "confidential.csv")
	var b begun
	i.want(201, "POST", "/api/v1/uploads", people["editor"].token,
		map[string]any{"name": "confidential.csv", "size": 5, "workspace_id": f.workspace.ID}).into(i.t, &b)
	f.open = b.ID
	f.token, err = i.store.CreateToken(ctx, store.Token{UserID: people["editor"].ID, Name: "other", Hash: HashSecret(NewSecret(""))})
	must(err)
	return f
}

// fill puts the furniture's IDs into a route's path or a row's body.
func (f furniture) fill(s string) string {
	ids := map[string]string{"datasets": f.upload.DatasetID, "jobs": f.upload.JobID, "uploads": f.open,
		"workspaces": f.workspace.ID, "users": f.target.ID, "tokens": f.token.ID}
	s = regexp.MustCompile(`(\w+)/:id`).ReplaceAllStringFunc(s, func(m string) string {
		kind := strings.TrimSuffix(m, "/:id")
		return kind + "/" + ids[kind]
	})
	return strings.NewReplacer(":user_id", f.target.ID, ":n", "1",
		"DATASET", f.upload.DatasetID, "JOB", f.upload.JobID, "WORKSPACE", f.workspace.ID).Replace(s)
}

func TestWhoeverIsPutOutOfAWorkspaceCanOnlyGiveUpAnUpload(t *testing.T) {
	i := start(t, func(c *Config) { c.Limits.QuotaBytes = 5 })
	owner, editor, other := i.person("owner", true), i.person("editor", false), i.person("other", false)
	w, err := i.store.CreateWorkspace(t.Context(), "shared", owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	role := func(r store.Role) {
		t.Helper()
		if err := i.store.SetMember(t.Context(), w.ID, editor.ID, r); err != nil {
			t.Fatal(err)
		}
	}
	role(store.RoleEditor)
	var b begun
	i.want(201, "POST", "/api/v1/uploads", editor.token, map[string]any{"name": "a.csv", "size": 5, "workspace_id": w.ID}).into(t, &b)
	role(store.RoleViewer)
	i.want(403, "POST", "/api/v1/uploads/"+b.ID+"/parts", editor.token, `{"numbers":[1]}`)
	i.want(403, "POST", "/api/v1/uploads/"+b.ID+"/complete", editor.token, nil)
	if err := i.store.RemoveMember(t.Context(), w.ID, editor.ID); err != nil {
		t.Fatal(err)
	}
	i.want(404, "POST", "/api/v1/uploads/"+b.ID+"/parts", editor.token, `{"numbers":[1]}`)
	i.want(404, "POST", "/api/v1/uploads/"+b.ID+"/complete", editor.token, nil)
	i.want(404, "GET", "/api/v1/uploads/"+b.ID, other.token, nil)
	// It still counts against the quota, so they must be able to get rid of it.
	i.want(413, "POST", "/api/v1/uploads", editor.token, `{"name":"b.csv","size":5}`)
	i.want(200, "GET", "/api/v1/uploads/"+b.ID, editor.token, nil)
	i.want(204, "DELETE", "/api/v1/uploads/"+b.ID, editor.token, nil)
	i.want(201, "POST", "/api/v1/uploads", editor.token, `{"name":"b.csv","size":5}`)
}
