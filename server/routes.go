package server

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"assay/store"
)

// route is one line of the API: what is called, who may, and what answers.
type route struct {
	method, path string
	may          access
	answer       func(*Server, *call) error
}

const (
	viewer = store.RoleViewer
	editor = store.RoleEditor
	owner  = store.RoleOwner
)

// routes is the whole API. An access rule such as inDataset(editor) also reads
// the thing that the path names; what a user may not see answers 404.
func routes() []route {
	const v = "/api/v1"
	return []route{
		{"POST", v + "/setup", always, (*Server).setUp},
		{"POST", v + "/login", anyone, (*Server).logIn},
		{"POST", v + "/logout", anyone, (*Server).logOut},
		{"POST", v + "/accept", anyone, (*Server).acceptLink},

		{"GET", v + "/me", signedIn, (*Server).getMe},
		{"PUT", v + "/me/password", inSession, (*Server).changePassword},
		{"GET", v + "/tokens", signedIn, (*Server).listTokens},
		{"POST", v + "/tokens", signedIn, (*Server).createToken},
		{"DELETE", v + "/tokens/:id", signedIn, (*Server).deleteToken},

		{"GET", v + "/users", admin, (*Server).listUsers},
		{"POST", v + "/users", admin, (*Server).createUser},
		{"PATCH", v + "/users/:id", admin, (*Server).updateUser},
		{"DELETE", v + "/users/:id", admin, (*Server).deleteUser},
		{"POST", v + "/users/:id/link", admin, (*Server).createUserLink},

		{"GET", v + "/workspaces", signedIn, (*Server).listWorkspaces},
		{"POST", v + "/workspaces", signedIn, (*Server).createWorkspace},
		{"PATCH", v + "/workspaces/:id", inWorkspace(owner), (*Server).renameWorkspace},
		{"DELETE", v + "/workspaces/:id", inWorkspace(owner), (*Server).deleteWorkspace},
		{"GET", v + "/workspaces/:id/members", inWorkspace(viewer), (*Server).listMembers},
		{"POST", v + "/workspaces/:id/members", inWorkspace(owner), (*Server).addMember},
		{"PATCH", v + "/workspaces/:id/members/:user_id", inWorkspace(owner), (*Server).updateMember},
		{"DELETE", v + "/workspaces/:id/members/:user_id", inWorkspace(viewer), (*Server).removeMember},

		{"POST", v + "/uploads", signedIn, (*Server).createUpload},
		{"GET", v + "/uploads", signedIn, (*Server).listUploads},
		{"GET", v + "/uploads/:id", ownUpload, (*Server).getUpload},
		{"DELETE", v + "/uploads/:id", ownUpload, (*Server).abortUpload},
		{"POST", v + "/uploads/:id/parts", ownUploadBy(editor), (*Server).signParts},
		{"POST", v + "/uploads/:id/complete", ownUploadBy(editor), (*Server).completeUpload},

		{"GET", v + "/jobs", signedIn, (*Server).listJobs},
		{"GET", v + "/jobs/:id", ofJob(viewer), (*Server).getJob},
		{"POST", v + "/jobs/:id/cancel", ofJob(editor), (*Server).cancelJob},
		{"POST", v + "/jobs/:id/retry", ofJob(editor), (*Server).retryJob},
		{"GET", v + "/events", signedIn, (*Server).streamEvents},

		{"GET", v + "/datasets", signedIn, (*Server).listDatasets},
		{"GET", v + "/datasets/:id", inDataset(viewer), (*Server).getDataset},
		{"PATCH", v + "/datasets/:id", inDataset(editor), (*Server).updateDataset},
		{"DELETE", v + "/datasets/:id", inDataset(editor), (*Server).deleteDataset},
		{"GET", v + "/datasets/:id/profile", inDataset(viewer), (*Server).getLatestProfile},
		{"GET", v + "/datasets/:id/versions", inDataset(viewer), (*Server).listVersions},
		{"GET", v + "/datasets/:id/versions/:n/profile", inDataset(viewer), (*Server).getProfile},
		{"GET", v + "/datasets/:id/versions/:n/page", inDataset(viewer), (*Server).getReportPage},
		{"GET", v + "/datasets/:id/versions/:n/download", inDataset(viewer), (*Server).download},
		{"POST", v + "/datasets/:id/versions/:n/jobs", inDataset(editor), (*Server).runJob},

		{"GET", "/api/openapi.json", anyone, (*Server).getOpenAPI},
		{"GET", "/healthz", always, (*Server).getHealth},
		{"GET", "/readyz", always, (*Server).getReadiness},
		{"GET", "/metrics", metricsReader, (*Server).getMetrics},
	}
}

// call is one request on its way through a route: the framework's context, who
// asks, and what the access rule has read.
type call struct {
	echo.Context
	user    store.User
	session string // hash of the session; "" when a token was used
	role    store.Role

	workspace store.Workspace
	dataset   store.Dataset
	job       store.Job
	upload    store.Upload
}

// access lets a call through or answers why not.
type access func(*Server, *call) error

func always(*Server, *call) error { return nil }

func anyone(s *Server, c *call) error { return s.requireSetup(c) }

func signedIn(s *Server, c *call) error {
	if err := s.requireSetup(c); err != nil {
		return err
	}
	return s.authenticate(c)
}

// inSession is for what only a person may do: a token that leaks must not be
// enough to choose its user's password. What else a token may make (other
// tokens; an admin's also users) stands in lists, and is taken away there.
func inSession(s *Server, c *call) error {
	if err := signedIn(s, c); err != nil {
		return err
	}
	if c.session == "" {
		return &problem{Status: http.StatusForbidden, Code: "session_required", Detail: "An API token is not enough for this.",
			Hint: "Sign in with a browser."}
	}
	return nil
}

func admin(s *Server, c *call) error {
	if err := signedIn(s, c); err != nil {
		return err
	}
	if !c.user.Admin {
		return forbidden("Only an admin may do this.", "Ask an admin of this Assay.")
	}
	return nil
}

func inWorkspace(least store.Role) access {
	return func(s *Server, c *call) (err error) {
		if err := signedIn(s, c); err != nil {
			return err
		}
		if c.workspace, err = s.store.Workspace(c.ctx(), c.user.ID, c.Param("id")); err != nil {
			return notFoundIn(err, "workspace")
		}
		c.role = c.workspace.Role
		return c.atLeast(least)
	}
}

func inDataset(least store.Role) access {
	return func(s *Server, c *call) (err error) {
		if err := signedIn(s, c); err != nil {
			return err
		}
		if c.dataset, c.role, err = s.store.Dataset(c.ctx(), c.user.ID, c.Param("id")); err != nil {
			return notFoundIn(err, "dataset")
		}
		return c.atLeast(least)
	}
}

func ofJob(least store.Role) access {
	return func(s *Server, c *call) (err error) {
		if err := signedIn(s, c); err != nil {
			return err
		}
		if c.job, c.role, err = s.store.Job(c.ctx(), c.user.ID, c.Param("id")); err != nil {
			return notFoundIn(err, "job")
		}
		return c.atLeast(least)
	}
}

// ownUpload: an upload is seen by who began it and by nobody else. It counts
// against their quota, so they may give it up even when they have left its
// workspace.
func ownUpload(s *Server, c *call) (err error) {
	if err := signedIn(s, c); err != nil {
		return err
	}
	if c.upload, err = s.store.Upload(c.ctx(), c.Param("id")); err != nil {
		return notFoundIn(err, "upload")
	}
	if c.upload.UserID != c.user.ID {
		return notFound("upload")
	}
	return nil
}

// ownUploadBy is for going on with an upload, which takes a role in its workspace.
func ownUploadBy(least store.Role) access {
	return func(s *Server, c *call) (err error) {
		if err := ownUpload(s, c); err != nil {
			return err
		}
		if c.role, err = s.store.RoleOf(c.ctx(), c.user.ID, c.upload.WorkspaceID); err != nil {
			return notFoundIn(err, "upload")
		}
		return c.atLeast(least)
	}
}

func (c *call) atLeast(least store.Role) error {
	if c.role.AtLeast(least) {
		return nil
	}
	return forbidden("You are "+roleName(c.role)+" in this workspace; this takes "+roleName(least)+".",
		"Ask an owner of the workspace for that role.")
}

func roleName(r store.Role) string {
	if r == store.RoleViewer {
		return "a viewer"
	}
	return "an " + string(r)
}

// mount puts a route into the framework's router. Every GET also answers HEAD,
// but for the event stream, which has no end to measure.
func (s *Server) mount(r route) {
	handle := func(ec echo.Context) error {
		c := &call{Context: ec}
		// What the API answers depends on who asks and changes at any moment.
		c.Response().Header().Set("Cache-Control", "no-store")
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxBody)
		if err := r.may(s, c); err != nil {
			return err
		}
		return r.answer(s, c)
	}
	s.echo.Add(r.method, r.path, handle)
	if r.method == http.MethodGet && r.path != "/api/v1/events" {
		s.echo.Add(http.MethodHead, r.path, handle)
	}
}

// notFoundIn turns the store's ErrNotFound into the 404 of that kind of thing.
func notFoundIn(err error, what string) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound(what)
	}
	return err
}
