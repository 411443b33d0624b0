package storetest

import (
	"testing"
	"time"

	"assay/store"
)

var accessTests = map[string]func(*testing.T, *world){
	"a session lets its user in until it ends":          sessions,
	"a token lets its user in until it ends":            tokens,
	"only its user can revoke a token":                  tokensAreRevoked,
	"of all who use a link at once one gets in":         linksWorkOnce,
	"a link of another kind or age does not work":       linksAreChecked,
	"a link, session or token needs an existing user":   accessNeedsUser,
	"what has expired is swept and nothing else":        expiredAccessIsSwept,
	"a disabled user is not let in, and later is again": disabledUsers,
}

func (w *world) session(u store.User, hash string, expires time.Time) store.Session {
	w.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	s := store.Session{Hash: hash, UserID: u.ID, CreatedAt: now, ExpiresAt: expires.UTC().Truncate(time.Microsecond), SeenAt: now}
	w.must(w.CreateSession(w.ctx(), s))
	return s
}

func sessions(_ *testing.T, w *world) {
	u, _ := w.user("ann")
	later := time.Now().Add(time.Hour)
	want := w.session(u, "a", later)
	got, user, err := w.SessionByHash(w.ctx(), "a")
	w.must(err)
	equal(w, "session", got, want)
	equal(w, "user", user, u)

	want.SeenAt = want.SeenAt.Add(time.Minute)
	w.must(w.TouchSession(w.ctx(), "a", want.SeenAt))
	got, _, err = w.SessionByHash(w.ctx(), "a")
	w.must(err)
	equal(w, "touched session", got, want)

	w.session(u, "old", time.Now().Add(-time.Second))
	_, _, err = w.SessionByHash(w.ctx(), "old")
	w.want(err, store.ErrNotFound, "an expired session")
	w.must(w.DeleteSession(w.ctx(), "a"))
	w.must(w.DeleteSession(w.ctx(), "a"))
	_, _, err = w.SessionByHash(w.ctx(), "a")
	w.want(err, store.ErrNotFound, "a session signed out of")

	bob, _ := w.user("bob")
	w.session(u, "b", later)
	w.session(u, "c", later)
	w.session(bob, "d", later)
	w.must(w.DeleteSessionsOf(w.ctx(), u.ID))
	for hash, want := range map[string]error{"b": store.ErrNotFound, "c": store.ErrNotFound, "d": nil} {
		_, _, err = w.SessionByHash(w.ctx(), hash)
		w.want(err, want, hash)
	}
}

func tokens(_ *testing.T, w *world) {
	u, _ := w.user("ann")
	expires := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	made := must1(w.CreateToken(w.ctx(), store.Token{UserID: u.ID, Name: "laptop", Hash: "a", ExpiresAt: &expires}))(w)
	got, user, err := w.TokenByHash(w.ctx(), "a")
	w.must(err)
	equal(w, "user", user, u)
	equal(w, "name", got.Name, "laptop")
	equal(w, "expires", *got.ExpiresAt, expires)
	if got.LastUsedAt != nil {
		w.Errorf("a new token was used at %v", got.LastUsedAt)
	}
	w.must(w.TouchToken(w.ctx(), made.ID, expires))
	got, _, err = w.TokenByHash(w.ctx(), "a")
	w.must(err)
	equal(w, "last use", *got.LastUsedAt, expires)

	must1(w.CreateToken(w.ctx(), store.Token{UserID: u.ID, Hash: "old", ExpiresAt: ptr(time.Now().Add(-time.Second))}))(w)
	_, _, err = w.TokenByHash(w.ctx(), "old")
	w.want(err, store.ErrNotFound, "an expired token")
	must1(w.CreateToken(w.ctx(), store.Token{UserID: u.ID, Hash: "ever"}))(w)
	_, _, err = w.TokenByHash(w.ctx(), "ever")
	w.must(err)
	_, err = w.CreateToken(w.ctx(), store.Token{UserID: u.ID, Hash: "a"})
	w.want(err, store.ErrConflict, "the same secret twice")
}

func tokensAreRevoked(_ *testing.T, w *world) {
	ann, _ := w.user("ann")
	bob, _ := w.user("bob")
	token := must1(w.CreateToken(w.ctx(), store.Token{UserID: ann.ID, Hash: "a"}))(w)
	w.want(w.DeleteToken(w.ctx(), bob.ID, token.ID), store.ErrNotFound, "by another user")
	list, _, err := w.Tokens(w.ctx(), bob.ID, store.Page{})
	w.must(err)
	equal(w, "bob's tokens", len(list), 0)
	w.must(w.DeleteToken(w.ctx(), ann.ID, token.ID))
	_, _, err = w.TokenByHash(w.ctx(), "a")
	w.want(err, store.ErrNotFound, "a revoked token")
	w.want(w.DeleteToken(w.ctx(), ann.ID, token.ID), store.ErrNotFound, "twice")
}

func linksWorkOnce(_ *testing.T, w *world) {
	u, _ := w.user("ann")
	now := time.Now()
	w.must(w.CreateLink(w.ctx(), store.Link{Hash: "a", Kind: store.LinkSignIn, UserID: u.ID, ExpiresAt: now.Add(time.Hour)}))
	won := w.race(20, store.ErrNotFound, func() error {
		l, err := w.UseLink(w.ctx(), "a", store.LinkSignIn, now)
		if err == nil && l.UserID != u.ID {
			w.Errorf("the link is for %q, want %q", l.UserID, u.ID)
		}
		return err
	})
	equal(w, "uses", won, 1)
}

func linksAreChecked(_ *testing.T, w *world) {
	now := time.Now()
	want := store.Link{Hash: "a", Kind: store.LinkInvite, Username: "carl", Admin: true,
		CreatedAt: now.UTC().Truncate(time.Microsecond), ExpiresAt: now.Add(time.Hour).UTC().Truncate(time.Microsecond)}
	w.must(w.CreateLink(w.ctx(), want))
	equal(w, "looked at", must1(w.Link(w.ctx(), "a", store.LinkInvite))(w), want)
	_, err := w.Link(w.ctx(), "a", store.LinkReset)
	w.want(err, store.ErrNotFound, "another kind")
	_, err = w.UseLink(w.ctx(), "a", store.LinkReset, now)
	w.want(err, store.ErrNotFound, "used as another kind")
	_, err = w.UseLink(w.ctx(), "a", store.LinkInvite, now.Add(2*time.Hour))
	w.want(err, store.ErrNotFound, "used too late")
	equal(w, "used", must1(w.UseLink(w.ctx(), "a", store.LinkInvite, now))(w), want)
	_, err = w.Link(w.ctx(), "a", store.LinkInvite)
	w.want(err, store.ErrNotFound, "looked at after use")
}

func accessNeedsUser(_ *testing.T, w *world) {
	later := time.Now().Add(time.Hour)
	w.want(w.CreateSession(w.ctx(), store.Session{Hash: "a", UserID: "usr_none", ExpiresAt: later}), store.ErrNotFound, "session")
	_, err := w.CreateToken(w.ctx(), store.Token{Hash: "a", UserID: "usr_none"})
	w.want(err, store.ErrNotFound, "token")
	w.want(w.CreateLink(w.ctx(), store.Link{Hash: "a", Kind: store.LinkReset, UserID: "usr_none", ExpiresAt: later}), store.ErrNotFound, "link")
}

func expiredAccessIsSwept(_ *testing.T, w *world) {
	u, _ := w.user("ann")
	now := time.Now()
	for hash, expires := range map[string]time.Time{"a": now.Add(time.Hour), "b": now.Add(2 * time.Hour)} {
		w.session(u, hash, expires)
		w.must(w.CreateLink(w.ctx(), store.Link{Hash: hash, Kind: store.LinkSetup, ExpiresAt: expires}))
	}
	w.must(w.DeleteExpiredSessions(w.ctx(), now.Add(90*time.Minute)))
	w.must(w.DeleteExpiredLinks(w.ctx(), now.Add(90*time.Minute)))
	for hash, want := range map[string]error{"a": store.ErrNotFound, "b": nil} {
		_, _, err := w.SessionByHash(w.ctx(), hash)
		w.want(err, want, "session "+hash)
		_, err = w.Link(w.ctx(), hash, store.LinkSetup)
		w.want(err, want, "link "+hash)
	}
}

func disabledUsers(_ *testing.T, w *world) {
	u, _ := w.user("ann")
	w.session(u, "s", time.Now().Add(time.Hour))
	must1(w.CreateToken(w.ctx(), store.Token{UserID: u.ID, Hash: "t"}))(w)
	for disabled, want := range map[bool]error{true: store.ErrNotFound, false: nil} {
		must1(w.UpdateUser(w.ctx(), u.ID, store.UserPatch{Disabled: &disabled}))(w)
		_, _, err := w.SessionByHash(w.ctx(), "s")
		w.want(err, want, "session")
		_, _, err = w.TokenByHash(w.ctx(), "t")
		w.want(err, want, "token")
	}
}
