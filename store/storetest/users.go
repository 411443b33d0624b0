package storetest

import (
	"slices"
	"testing"
	"time"

	"assay/store"
)

var userTests = map[string]func(*testing.T, *world){
	"a new password puts out whoever came in by an older secret":       newPasswords,
	"a user is found by ID and by name in any case":                    usersAreFound,
	"a name is taken in any case":                                      namesAreTaken,
	"of racing set-ups one makes the first admin":                      firstUserRace,
	"a change touches only what it names":                              usersArePatched,
	"the last admin stays":                                             lastAdminStays,
	"a user's personal workspace follows the name":                     personalWorkspaceIsRenamed,
	"with a user go sign-ins and own data, what others share stays":    userDeletion,
	"the last owner of what others use stays":                          lastOwnerIsNotDeleted,
	"users of one age are paged without loss":                          usersArePaged,
	"a cursor of somebody's own making is refused":                     cursorsAreChecked,
	"a page without a limit has fifty items and none over two hundred": pageLimits,
}

func usersAreFound(_ *testing.T, w *world) {
	n := must1(w.CountUsers(w.ctx()))(w)
	equal(w, "users at first", n, 0)
	made := must1(w.CreateUser(w.ctx(), store.User{Username: "Änne", PasswordHash: "h", Admin: true}))(w)
	byID := must1(w.User(w.ctx(), made.ID))(w)
	equal(w, "by ID", byID, made)
	equal(w, "by name", must1(w.UserByUsername(w.ctx(), "äNNE"))(w), made)
	equal(w, "users", must1(w.CountUsers(w.ctx()))(w), 1)
	if made.CreatedAt.IsZero() || made.CreatedAt.Location() != time.UTC {
		w.Errorf("created at %v, want a time in UTC", made.CreatedAt)
	}
	_, err := w.User(w.ctx(), "usr_none")
	w.want(err, store.ErrNotFound, "a missing ID")
	_, err = w.UserByUsername(w.ctx(), "nobody")
	w.want(err, store.ErrNotFound, "a missing name")
}

func namesAreTaken(_ *testing.T, w *world) {
	w.user("ann")
	_, err := w.CreateUser(w.ctx(), store.User{Username: "ANN"})
	w.want(err, store.ErrConflict, "a second ann")
	bob, _ := w.user("bob")
	_, err = w.UpdateUser(w.ctx(), bob.ID, store.UserPatch{Username: ptr("Ann")})
	w.want(err, store.ErrConflict, "bob renamed to ann")
	equal(w, "users", must1(w.CountUsers(w.ctx()))(w), 2)
}

func firstUserRace(_ *testing.T, w *world) {
	won := w.race(10, store.ErrConflict, func() error {
		_, err := w.CreateFirstUser(w.ctx(), store.User{Username: store.NewID("u")})
		return err
	})
	equal(w, "first users", won, 1)
	users, _, err := w.Users(w.ctx(), store.Page{})
	w.must(err)
	if len(users) != 1 || !users[0].Admin {
		w.Errorf("users %+v, want one admin", users)
	}
}

func usersArePatched(_ *testing.T, w *world) {
	w.user("root")
	u, _ := w.user("ann")
	got := must1(w.UpdateUser(w.ctx(), u.ID, store.UserPatch{PasswordHash: ptr("new")}))(w)
	u.PasswordHash = "new"
	equal(w, "after a new password", got, u)
	got = must1(w.UpdateUser(w.ctx(), u.ID, store.UserPatch{Disabled: ptr(true)}))(w)
	u.Disabled = true
	equal(w, "disabled", got, u)
	equal(w, "stored", must1(w.User(w.ctx(), u.ID))(w), u)
	_, err := w.UpdateUser(w.ctx(), "usr_none", store.UserPatch{})
	w.want(err, store.ErrNotFound, "a missing user")
}

func newPasswords(_ *testing.T, w *world) {
	u, _ := w.user("ann")
	other, _ := w.user("bob")
	later := time.Now().Add(time.Hour)
	for _, who := range []store.User{u, other} {
		w.must(w.CreateSession(w.ctx(), store.Session{Hash: "s" + who.ID, UserID: who.ID, ExpiresAt: later}))
		for _, kind := range []string{store.LinkReset, store.LinkSignIn} {
			w.must(w.CreateLink(w.ctx(), store.Link{Hash: kind + who.ID, Kind: kind, UserID: who.ID, ExpiresAt: later}))
		}
	}
	must1(w.UpdateUser(w.ctx(), u.ID, store.UserPatch{Admin: ptr(true)}))(w)
	_, _, err := w.SessionByHash(w.ctx(), "s"+u.ID)
	w.want(err, nil, "the session after another change")
	must1(w.UpdateUser(w.ctx(), u.ID, store.UserPatch{PasswordHash: ptr("new")}))(w)
	for who, want := range map[string]error{u.ID: store.ErrNotFound, other.ID: nil} {
		_, _, err := w.SessionByHash(w.ctx(), "s"+who)
		w.want(err, want, "session")
		for _, kind := range []string{store.LinkReset, store.LinkSignIn} {
			_, err := w.UseLink(w.ctx(), kind+who, kind, time.Now())
			w.want(err, want, kind+" link")
		}
	}
}

func lastAdminStays(_ *testing.T, w *world) {
	root := must1(w.CreateFirstUser(w.ctx(), store.User{Username: "root"}))(w)
	w.user("ann")
	demote, disable := store.UserPatch{Admin: ptr(false)}, store.UserPatch{Disabled: ptr(true)}
	_, err := w.UpdateUser(w.ctx(), root.ID, demote)
	w.want(err, store.ErrState, "demote the last admin")
	_, err = w.UpdateUser(w.ctx(), root.ID, disable)
	w.want(err, store.ErrState, "disable the last admin")
	_, err = w.DeleteUser(w.ctx(), root.ID)
	w.want(err, store.ErrState, "delete the last admin")

	second := must1(w.CreateUser(w.ctx(), store.User{Username: "second", Admin: true}))(w)
	must1(w.UpdateUser(w.ctx(), second.ID, disable))(w)
	_, err = w.UpdateUser(w.ctx(), root.ID, demote)
	w.want(err, store.ErrState, "demote the last admin who can sign in")
	must1(w.UpdateUser(w.ctx(), second.ID, store.UserPatch{Disabled: ptr(false)}))(w)
	must1(w.UpdateUser(w.ctx(), root.ID, demote))(w)
	_, err = w.DeleteUser(w.ctx(), second.ID)
	w.want(err, store.ErrState, "delete the admin who is now the last")
	must1(w.DeleteUser(w.ctx(), root.ID))(w)
}

func personalWorkspaceIsRenamed(_ *testing.T, w *world) {
	u, home := w.user("ann")
	must1(w.UpdateUser(w.ctx(), u.ID, store.UserPatch{Username: ptr("anna")}))(w)
	equal(w, "name", must1(w.PersonalWorkspace(w.ctx(), u.ID))(w).Name, "anna")
	w.must(w.RenameWorkspace(w.ctx(), home.ID, "My things"))
	must1(w.UpdateUser(w.ctx(), u.ID, store.UserPatch{Username: ptr("anne")}))(w)
	equal(w, "name of its own", must1(w.PersonalWorkspace(w.ctx(), u.ID))(w).Name, "My things")
}

func userDeletion(_ *testing.T, w *world) {
	ann, home := w.user("ann")
	bob, _ := w.user("bob")
	shared := must1(w.CreateWorkspace(w.ctx(), "team", bob.ID))(w)
	w.must(w.SetMember(w.ctx(), shared.ID, ann.ID, store.RoleEditor))
	alone := must1(w.CreateWorkspace(w.ctx(), "alone", ann.ID))(w)

	now := time.Now()
	w.must(w.CreateSession(w.ctx(), store.Session{Hash: "s", UserID: ann.ID, CreatedAt: now, ExpiresAt: now.Add(time.Hour), SeenAt: now}))
	must1(w.CreateToken(w.ctx(), store.Token{UserID: ann.ID, Hash: "t"}))(w)
	w.must(w.CreateLink(w.ctx(), store.Link{Hash: "l", Kind: store.LinkReset, UserID: ann.ID, ExpiresAt: now.Add(time.Hour)}))
	inHome := w.file(ann, home.ID, "", 1)
	inAlone := w.file(ann, alone.ID, "", 1)
	inShared := w.file(ann, shared.ID, "", 1)
	onTheWay := w.open(ann, shared.ID, "", 1)

	keys := must1(w.DeleteUser(w.ctx(), ann.ID))(w)
	equal(w, "objects to delete", len(keys), 2)
	garbage := must1(w.Garbage(w.ctx(), 10))(w)
	slices.Sort(keys)
	slices.Sort(garbage)
	if !slices.Equal(keys, garbage) {
		w.Errorf("garbage %v, want %v", garbage, keys)
	}
	_, _, err := w.SessionByHash(w.ctx(), "s")
	w.want(err, store.ErrNotFound, "session")
	_, _, err = w.TokenByHash(w.ctx(), "t")
	w.want(err, store.ErrNotFound, "token")
	_, err = w.Link(w.ctx(), "l", store.LinkReset)
	w.want(err, store.ErrNotFound, "link")
	for _, j := range []store.Job{inHome, inAlone} {
		_, err = w.JobByID(w.ctx(), j.ID)
		w.want(err, store.ErrNotFound, "job of its own data")
	}
	_, role, err := w.Dataset(w.ctx(), bob.ID, inShared.DatasetID)
	w.must(err)
	equal(w, "bob's role", role, store.RoleOwner)
	equal(w, "the upload on its way", must1(w.Upload(w.ctx(), onTheWay.ID))(w).Status, store.UploadAborted)
	_, err = w.DeleteUser(w.ctx(), ann.ID)
	w.want(err, store.ErrNotFound, "delete once more")
	w.must(w.IntegrityCheck(w.ctx()))
}

func lastOwnerIsNotDeleted(_ *testing.T, w *world) {
	ann, _ := w.user("ann")
	bob, _ := w.user("bob")
	shared := must1(w.CreateWorkspace(w.ctx(), "team", ann.ID))(w)
	w.must(w.SetMember(w.ctx(), shared.ID, bob.ID, store.RoleEditor))
	_, err := w.DeleteUser(w.ctx(), ann.ID)
	w.want(err, store.ErrState, "delete the last owner")
	equal(w, "ann's role after the refusal", must1(w.RoleOf(w.ctx(), ann.ID, shared.ID))(w), store.RoleOwner)
	w.must(w.SetMember(w.ctx(), shared.ID, bob.ID, store.RoleOwner))
	must1(w.DeleteUser(w.ctx(), ann.ID))(w)
}

func usersArePaged(_ *testing.T, w *world) {
	same := time.UnixMicro(1_700_000_000_000_000)
	var want []string
	for i := range 11 {
		u := must1(w.CreateUser(w.ctx(), store.User{Username: store.NewID("u"), CreatedAt: same.Add(time.Duration(i/4) * time.Second)}))(w)
		want = append(want, u.ID)
	}
	for _, limit := range []int{1, 2, 3, 4, 11, 12} {
		got := pages(w, limit, func(p store.Page) ([]store.User, string, error) { return w.Users(w.ctx(), p) },
			func(u store.User) string { return u.ID })
		first := slices.Clone(got)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			w.Errorf("pages of %d give %d users, want %d", limit, len(got), len(want))
		}
		var last time.Time
		for i, id := range first {
			u := must1(w.User(w.ctx(), id))(w)
			if i > 0 && u.CreatedAt.After(last) {
				w.Errorf("pages of %d: not newest first", limit)
			}
			last = u.CreatedAt
		}
	}
}

func cursorsAreChecked(_ *testing.T, w *world) {
	for _, cursor := range []string{"x", "!!", "MTIz", "eHx5", "; DROP TABLE users"} {
		_, _, err := w.Users(w.ctx(), store.Page{Cursor: cursor})
		w.want(err, store.ErrCursor, cursor)
	}
}

func pageLimits(_ *testing.T, w *world) {
	u, _ := w.user("ann")
	for range 201 {
		must1(w.CreateToken(w.ctx(), store.Token{UserID: u.ID, Hash: store.NewID("h")}))(w)
	}
	for limit, want := range map[int]int{0: 50, -1: 50, 7: 7, 200: 200, 1000: 200} {
		tokens, next, err := w.Tokens(w.ctx(), u.ID, store.Page{Limit: limit})
		w.must(err)
		equal(w, "items of a page", len(tokens), want)
		equal(w, "there is a next page", next != "", true)
	}
}
