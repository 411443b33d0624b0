package server

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"assay/store"
)

// There is no mail: an admin makes a link and hands it over. Its secret stands
// behind the #, where it reaches neither a server's log nor a Referer.

const linkLife = 7 * 24 * time.Hour

type linkView struct {
	Kind      string    `json:"kind"`
	URL       string    `json:"url"`
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
}

// makeLink stores l under a fresh secret and answers the link with it.
func (s *Server) makeLink(c *call, l store.Link) (linkView, error) {
	secret, now := NewSecret(""), time.Now().UTC().Truncate(time.Second)
	l.Hash, l.CreatedAt, l.ExpiresAt = HashSecret(secret), now, now.Add(linkLife)
	if err := s.store.CreateLink(c.ctx(), l); err != nil {
		return linkView{}, err
	}
	return linkView{Kind: l.Kind, URL: LinkURL(s.baseURL(c), l, secret), Token: secret, ExpiresAt: l.ExpiresAt}, nil
}

// LinkURL is the page where a link is used. Behind the # stand the secret and,
// for the page to greet with, whom the link is for.
func LinkURL(base string, l store.Link, secret string) string {
	fragment := "#token=" + secret
	switch l.Kind {
	case store.LinkSetup:
		return base + "/setup" + fragment
	case store.LinkInvite, store.LinkReset:
		fragment += "&kind=" + l.Kind
		if l.Username != "" {
			fragment += "&username=" + url.QueryEscape(l.Username)
		}
		return base + "/accept" + fragment
	}
	return base + "/signin" + fragment
}

func (s *Server) createUserLink(c *call) error {
	user, err := s.store.User(c.ctx(), c.Param("id"))
	if err != nil {
		return notFoundIn(err, "user")
	}
	link, err := s.makeLink(c, store.Link{Kind: store.LinkReset, UserID: user.ID})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, link)
}

// acceptLink is where an invitation becomes a user, and a reset link a new
// password. Everything that can be wrong is found out before the link is used
// up, so that a short password does not cost the invitation.
func (s *Server) acceptLink(c *call) error {
	var in struct{ Link, Username, Password string }
	if err := c.readSecret(&in); err != nil {
		return err
	}
	hash := HashSecret(in.Link)
	link, err := s.store.Link(c.ctx(), hash, store.LinkInvite)
	if errors.Is(err, store.ErrNotFound) {
		link, err = s.store.Link(c.ctx(), hash, store.LinkReset)
	}
	if err != nil {
		return linkProblem(err)
	}
	if problem := checkPassword(in.Password); problem != nil {
		return problem
	}
	if link.Kind == store.LinkReset {
		return s.acceptReset(c, link, in.Password)
	}
	return s.acceptInvitation(c, link, in.Username, in.Password)
}

func (s *Server) acceptReset(c *call, link store.Link, password string) error {
	user, err := s.store.User(c.ctx(), link.UserID)
	if err != nil || user.Disabled {
		return linkProblem(errors.Join(err, store.ErrNotFound))
	}
	// Hashed before the link is used up, and used up only together with the
	// password's change: a client that goes away, or is sent away because too
	// many are hashing, comes back with the same link.
	hash, err := s.passwords.hash(c.ctx(), password)
	if err != nil {
		return err
	}
	if user, err = s.store.ResetPassword(c.ctx(), link.Hash, hash, time.Now()); err != nil {
		return linkProblem(err)
	}
	return s.welcome(c, user, http.StatusOK)
}

func (s *Server) acceptInvitation(c *call, link store.Link, wanted, password string) error {
	if wanted == "" {
		wanted = link.Username
	}
	name, err := username(wanted)
	if err != nil {
		return err
	}
	if _, err := s.store.UserByUsername(c.ctx(), name); !errors.Is(err, store.ErrNotFound) {
		if err == nil {
			return usernameTaken()
		}
		return err
	}
	hash, err := s.passwords.hash(c.ctx(), password)
	if err != nil {
		return err
	}
	if _, err := s.store.UseLink(c.ctx(), link.Hash, link.Kind, time.Now()); err != nil {
		return linkProblem(err)
	}
	user, err := s.store.CreateUser(c.ctx(), store.User{Username: name, PasswordHash: hash, Admin: link.Admin})
	if errors.Is(err, store.ErrConflict) {
		return usernameTaken()
	}
	if err != nil {
		return err
	}
	return s.welcome(c, user, http.StatusOK)
}

// linkProblem says that a link is no good, without saying why: it may be
// guessed, used or expired.
func linkProblem(err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return &problem{Status: http.StatusForbidden, Code: "invalid_link",
		Detail: "This link is not valid: it was used already, or has expired.", Hint: "Ask for a new one."}
}
