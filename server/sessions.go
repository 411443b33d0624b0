package server

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"assay/store"
)

const wrongCredentialsHint = "An admin of this Assay can make a link to choose a new password."

// logIn takes a user name and a password, or the secret of a one-time sign-in link.
func (s *Server) logIn(c *call) error {
	var in struct{ Username, Password, Link string }
	if err := c.readSecret(&in); err != nil {
		return err
	}
	if in.Link != "" {
		return s.logInByLink(c, in.Link)
	}
	if in.Username == "" || in.Password == "" {
		return invalid("username", "Give a username and a password, or a link.", "`assay open` prints a sign-in link on the machine that Assay runs on.")
	}
	// Nobody has such a name or password: not worth a place in any line.
	if len(in.Username) > usernameMax {
		return invalid("username", fmt.Sprintf("A username is not longer than %d bytes.", usernameMax), wrongCredentialsHint)
	}
	if len(in.Password) > passwordMax {
		return invalid("password", fmt.Sprintf("A password is not longer than %d bytes.", passwordMax), wrongCredentialsHint)
	}
	guess := newGuess(in.Username, c.RealIP())
	if err := s.throttle.wait(c.ctx(), guess); err != nil {
		return err
	}
	// A user who does not exist is the zero User: no password fits it.
	user, err := s.store.UserByUsername(c.ctx(), in.Username)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	right, err := s.passwords.verify(c.ctx(), user.PasswordHash, in.Password)
	if err != nil {
		return err
	}
	if !right || user.Disabled {
		return &problem{Status: http.StatusUnauthorized, Code: "wrong_credentials",
			Detail: "The user name or the password is wrong.", Hint: wrongCredentialsHint}
	}
	s.throttle.right(guess)
	return s.welcome(c, user, http.StatusOK)
}

func (s *Server) logInByLink(c *call, secret string) error {
	link, err := s.store.UseLink(c.ctx(), HashSecret(secret), store.LinkSignIn, time.Now())
	if errors.Is(err, store.ErrNotFound) {
		return &problem{Status: http.StatusUnauthorized, Code: "invalid_link",
			Detail: "This sign-in link was used already, or has expired.", Hint: "`assay open` prints a fresh one."}
	}
	if err != nil {
		return err
	}
	user, err := s.store.User(c.ctx(), link.UserID)
	if errors.Is(err, store.ErrNotFound) || err == nil && user.Disabled {
		return unauthenticated("This user may not sign in.")
	}
	if err != nil {
		return err
	}
	return s.welcome(c, user, http.StatusOK)
}

// welcome signs the user in and answers who they are.
func (s *Server) welcome(c *call, user store.User, status int) error {
	if err := s.beginSession(c, user); err != nil {
		return err
	}
	return s.answerMe(c, status)
}

// logOut works without a session as well: the browser wants to be signed out,
// and it is.
func (s *Server) logOut(c *call) error {
	if cookie, err := c.Cookie(s.cookieName(c)); err == nil && cookie.Value != "" {
		if err := s.store.DeleteSession(c.ctx(), HashSecret(cookie.Value)); err != nil {
			return err
		}
	}
	s.setCookie(c, "", -1)
	return c.NoContent(http.StatusNoContent)
}

type meView struct {
	User       userView        `json:"user"`
	Workspaces []workspaceView `json:"workspaces"`
	Limits     limitsView      `json:"limits"`
	Version    string          `json:"version"`
}

type limitsView struct {
	MaxFileBytes int64 `json:"max_file_bytes"`
	QuotaBytes   int64 `json:"quota_bytes"`
	UsedBytes    int64 `json:"used_bytes"`
}

func (s *Server) getMe(c *call) error { return s.answerMe(c, http.StatusOK) }

func (s *Server) answerMe(c *call, status int) error {
	workspaces, err := s.store.Workspaces(c.ctx(), c.user.ID)
	if err != nil {
		return err
	}
	used, err := s.store.UsedBytes(c.ctx(), c.user.ID)
	if err != nil {
		return err
	}
	return c.JSON(status, meView{
		User:       viewUser(c.user),
		Workspaces: list(workspaces, "", viewWorkspace).Items,
		Limits:     limitsView{MaxFileBytes: s.limits.MaxFileBytes, QuotaBytes: s.limits.QuotaBytes, UsedBytes: used},
		Version:    s.version,
	})
}

// changePassword asks for the old password even of who is signed in: a browser
// left open must not be enough to take an account over. Who has none yet, the
// owner who came by a link, chooses a first one.
func (s *Server) changePassword(c *call) error {
	var in struct {
		Current  string `json:"current_password"`
		Password string `json:"password"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	if problem := checkPassword(in.Password); problem != nil {
		return problem
	}
	if c.user.PasswordHash != "" {
		guess := newGuess(c.user.Username, c.RealIP())
		if err := s.throttle.wait(c.ctx(), guess); err != nil {
			return err
		}
		right, err := s.passwords.verify(c.ctx(), c.user.PasswordHash, in.Current)
		if err != nil {
			return err
		}
		if !right {
			return &problem{Status: http.StatusForbidden, Code: "wrong_credentials", Field: "current_password", Detail: "The current password is wrong.",
				Hint: wrongCredentialsHint}
		}
		s.throttle.right(guess)
	}
	hash, err := s.passwords.hash(c.ctx(), in.Password)
	if err != nil {
		return err
	}
	// The store ends all sessions of a user whose password changes; this browser
	// stays signed in, with a new one.
	if _, err := s.store.UpdateUser(c.ctx(), c.user.ID, store.UserPatch{PasswordHash: &hash}); err != nil {
		return err
	}
	if err := s.beginSession(c, c.user); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
