package storetest

import (
	"fmt"
	"slices"
	"testing"

	"assay/store"
)

var workspaceTests = map[string]func(*testing.T, *world){
	"everybody has a personal workspace and sees it first": personalFirst,
	"who is no member finds nothing":                       strangers,
	"roles are given, changed and taken":                   members,
	"the last owner stays":                                 lastOwnerStays,
	"roles are ordered and nonsense has no rights":         roles,
	"a personal workspace cannot be deleted":               personalStays,
	"with a workspace go its datasets and uploads":         workspaceDeletion,
}

func personalFirst(_ *testing.T, w *world) {
	u, home := w.user("zoe")
	equal(w, "home", home, store.Workspace{ID: home.ID, Name: "zoe", Personal: true, CreatedAt: home.CreatedAt, Role: store.RoleOwner})
	for _, name := range []string{"b team", "a team"} {
		must1(w.CreateWorkspace(w.ctx(), name, u.ID))(w)
	}
	bob, _ := w.user("bob")
	w.must(w.SetMember(w.ctx(), home.ID, bob.ID, store.RoleViewer))
	var names []string
	for _, ws := range must1(w.Workspaces(w.ctx(), u.ID))(w) {
		names = append(names, fmt.Sprintf("%s %s %v", ws.Name, ws.Role, ws.Personal))
	}
	if want := []string{"zoe owner true", "a team owner false", "b team owner false"}; !slices.Equal(names, want) {
		w.Errorf("workspaces %q, want %q", names, want)
	}
	list := must1(w.Workspaces(w.ctx(), bob.ID))(w)
	equal(w, "bob's own comes first", list[0].Name, "bob")
	equal(w, "bob in zoe's", list[1].Role, store.RoleViewer)
}

func strangers(_ *testing.T, w *world) {
	_, home := w.user("ann")
	bob, _ := w.user("bob")
	_, err := w.Workspace(w.ctx(), bob.ID, home.ID)
	w.want(err, store.ErrNotFound, "workspace")
	_, err = w.RoleOf(w.ctx(), bob.ID, home.ID)
	w.want(err, store.ErrNotFound, "role")
	_, err = w.PersonalWorkspace(w.ctx(), "usr_none")
	w.want(err, store.ErrNotFound, "personal workspace of nobody")
}

func members(_ *testing.T, w *world) {
	ann, _ := w.user("ann")
	bob, _ := w.user("Bob")
	team := must1(w.CreateWorkspace(w.ctx(), "team", ann.ID))(w)
	w.must(w.SetMember(w.ctx(), team.ID, bob.ID, store.RoleViewer))
	w.must(w.SetMember(w.ctx(), team.ID, bob.ID, store.RoleEditor))
	want := []store.Member{
		{WorkspaceID: team.ID, UserID: ann.ID, Username: "ann", Role: store.RoleOwner},
		{WorkspaceID: team.ID, UserID: bob.ID, Username: "Bob", Role: store.RoleEditor},
	}
	if got := must1(w.Members(w.ctx(), team.ID))(w); !slices.Equal(got, want) {
		w.Errorf("members %v, want %v", got, want)
	}
	equal(w, "bob's view", must1(w.Workspace(w.ctx(), bob.ID, team.ID))(w).Role, store.RoleEditor)
	w.must(w.RemoveMember(w.ctx(), team.ID, bob.ID))
	w.want(w.RemoveMember(w.ctx(), team.ID, bob.ID), store.ErrNotFound, "remove again")
	_, err := w.RoleOf(w.ctx(), bob.ID, team.ID)
	w.want(err, store.ErrNotFound, "bob's role")
	w.want(w.SetMember(w.ctx(), team.ID, "usr_none", store.RoleViewer), store.ErrNotFound, "a missing user")
	w.want(w.SetMember(w.ctx(), "ws_none", bob.ID, store.RoleViewer), store.ErrNotFound, "a missing workspace")
	if err := w.SetMember(w.ctx(), team.ID, bob.ID, "king"); err == nil {
		w.Error("a role that does not exist was given")
	}
}

func lastOwnerStays(_ *testing.T, w *world) {
	ann, _ := w.user("ann")
	bob, _ := w.user("bob")
	team := must1(w.CreateWorkspace(w.ctx(), "team", ann.ID))(w)
	w.must(w.SetMember(w.ctx(), team.ID, bob.ID, store.RoleEditor))
	w.want(w.SetMember(w.ctx(), team.ID, ann.ID, store.RoleEditor), store.ErrState, "demote")
	w.want(w.RemoveMember(w.ctx(), team.ID, ann.ID), store.ErrState, "remove")
	w.must(w.SetMember(w.ctx(), team.ID, bob.ID, store.RoleOwner))
	// Two owners that leave at once: one must stay.
	left := make(chan string, 2)
	leaving := make(chan string, 2)
	leaving <- ann.ID
	leaving <- bob.ID
	won := w.race(2, store.ErrState, func() error {
		id := <-leaving
		err := w.RemoveMember(w.ctx(), team.ID, id)
		if err == nil {
			left <- id
		}
		return err
	})
	equal(w, "owners that left", won, 1)
	equal(w, "members that stayed", len(must1(w.Members(w.ctx(), team.ID))(w)), 1)
}

func roles(_ *testing.T, w *world) {
	order := []store.Role{"", store.RoleViewer, store.RoleEditor, store.RoleOwner}
	for i, have := range order {
		for j, need := range order {
			equal(w, fmt.Sprintf("%q at least %q", have, need), have.AtLeast(need), i > 0 && i >= j)
		}
	}
	equal(w, "nonsense", store.Role("king").AtLeast(store.RoleViewer), false)
}

func personalStays(_ *testing.T, w *world) {
	_, home := w.user("ann")
	_, err := w.DeleteWorkspace(w.ctx(), home.ID)
	w.want(err, store.ErrState, "delete")
	_, err = w.DeleteWorkspace(w.ctx(), "ws_none")
	w.want(err, store.ErrNotFound, "delete a missing one")
	w.want(w.RenameWorkspace(w.ctx(), "ws_none", "x"), store.ErrNotFound, "rename a missing one")
}

func workspaceDeletion(_ *testing.T, w *world) {
	ann, home := w.user("ann")
	team := must1(w.CreateWorkspace(w.ctx(), "team", ann.ID))(w)
	first := w.file(ann, team.ID, "", 5)
	w.file(ann, team.ID, first.DatasetID, 5)
	kept := w.file(ann, home.ID, "", 5)
	running := w.claim(w.file(ann, team.ID, "", 5))
	unfinished := w.open(ann, team.ID, "", 5)

	keys := must1(w.DeleteWorkspace(w.ctx(), team.ID))(w)
	equal(w, "objects to delete", len(keys), 3)
	equal(w, "garbage", len(must1(w.Garbage(w.ctx(), 10))(w)), 3)
	w.want(w.UpdateProgress(w.ctx(), running.ID, running.Fence, store.StageProfiling, store.Progress{}, lease), store.ErrStale, "a worker's progress")
	_, err := w.Workspace(w.ctx(), ann.ID, team.ID)
	w.want(err, store.ErrNotFound, "the workspace")
	equal(w, "the other workspace's job", w.status(kept), store.StatusQueued)

	// The unfinished upload is kept until the storage has been cleaned.
	list := must1(w.UploadsToClean(w.ctx(), 10))(w)
	if len(list) != 1 || list[0].ID != unfinished.ID || list[0].StorageID != unfinished.StorageID {
		w.Fatalf("uploads to clean %+v, want %s", list, unfinished.ID)
	}
	w.must(w.UploadCleaned(w.ctx(), unfinished.ID))
	_, err = w.Upload(w.ctx(), unfinished.ID)
	w.want(err, store.ErrNotFound, "the upload once cleaned")
	used := must1(w.UsedBytes(w.ctx(), ann.ID))(w)
	equal(w, "bytes used", used, 5)
	w.must(w.IntegrityCheck(w.ctx()))
}
