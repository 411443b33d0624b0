package server

import (
	"errors"
	"net/http"
	"time"

	"assay/store"
)

// setUp makes the first user, who owns this Assay, for whoever holds the link
// that the server printed when it found an empty database.
func (s *Server) setUp(c *call) error {
	var in struct{ Token, Username, Password string }
	if err := c.readSecret(&in); err != nil {
		return err
	}
	n, err := s.store.CountUsers(c.ctx())
	if err != nil {
		return err
	}
	if n > 0 {
		return setupDone()
	}
	hash := HashSecret(in.Token)
	if _, err := s.store.Link(c.ctx(), hash, store.LinkSetup); err != nil {
		return linkProblem(err)
	}
	name, err := username(in.Username)
	if err != nil {
		return err
	}
	password, err := s.passwords.hash(c.ctx(), in.Password)
	if err != nil {
		return err
	}
	user, err := s.store.CreateFirstUser(c.ctx(), store.User{Username: name, PasswordHash: password})
	if errors.Is(err, store.ErrConflict) {
		return setupDone()
	}
	if err != nil {
		return err
	}
	// The link has done its work; that it could not be used twice is due to
	// CreateFirstUser, so a failure here leaves no hole.
	if _, err := s.store.UseLink(c.ctx(), hash, store.LinkSetup, time.Now()); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	s.hasUsers.Store(true)
	return s.welcome(c, user, http.StatusCreated)
}

func setupDone() *problem {
	return conflict("already_set_up", "This Assay has been set up already.", "Sign in.")
}
