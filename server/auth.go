package server

import (
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"assay/store"
)

const (
	sessionLife = 30 * 24 * time.Hour
	// touchEvery spares the database a write for every request: "last used" is
	// right to within this.
	touchEvery = 5 * time.Minute
)

// requireSetup refuses everything while there is no user at all: nobody may
// use, or look around in, an Assay that its owner has not taken yet.
func (s *Server) requireSetup(c *call) error {
	if s.hasUsers.Load() {
		return nil
	}
	n, err := s.store.CountUsers(c.ctx())
	if err != nil {
		return err
	}
	if n == 0 {
		return &problem{Status: http.StatusUnauthorized, Code: "setup_required", Detail: "Nobody has set this Assay up yet.",
			Hint: "Open the set-up link that the server printed when it started."}
	}
	s.hasUsers.Store(true)
	return nil
}

// authenticate finds out who asks: a bearer token counts alone (a wrong one is
// not rescued by a cookie), otherwise the session cookie does.
func (s *Server) authenticate(c *call) error {
	if header := c.Request().Header.Get(echo.HeaderAuthorization); header != "" {
		return s.authenticateToken(c, header)
	}
	cookie, err := c.Cookie(s.cookieName(c))
	if err != nil || cookie.Value == "" {
		return unauthenticated("You are not signed in.")
	}
	hash := HashSecret(cookie.Value)
	session, user, err := s.store.SessionByHash(c.ctx(), hash)
	if errors.Is(err, store.ErrNotFound) {
		return unauthenticated("This session has ended.")
	}
	if err != nil {
		return err
	}
	if !sameHash(session.Hash, hash) {
		return unauthenticated("This session has ended.")
	}
	c.user, c.session = user, hash
	if now := time.Now(); now.Sub(session.SeenAt) > touchEvery {
		s.noted(c, s.store.TouchSession(c.ctx(), hash, now))
	}
	return nil
}

// noted logs that "last used" could not be written: with the database busy or
// the disk full, reading must go on.
func (s *Server) noted(c *call, err error) {
	if err != nil {
		s.log.LogAttrs(c.ctx(), slog.LevelWarn, "last use not noted", slog.String("user", c.user.ID), slog.Any("error", err))
	}
}

func (s *Server) authenticateToken(c *call, header string) error {
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return unauthenticated("The Authorization header is not of the form Bearer TOKEN.")
	}
	hash := HashSecret(strings.TrimSpace(secret))
	token, user, err := s.store.TokenByHash(c.ctx(), hash)
	if errors.Is(err, store.ErrNotFound) || err == nil && !sameHash(token.Hash, hash) {
		return unauthenticated("This token is unknown, expired or revoked.")
	}
	if err != nil {
		return err
	}
	c.user = user
	if now := time.Now(); token.LastUsedAt == nil || now.Sub(*token.LastUsedAt) > touchEvery {
		s.noted(c, s.store.TouchToken(c.ctx(), token.ID, now))
	}
	return nil
}

func sameHash(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func unauthenticated(detail string) *problem {
	return &problem{Status: http.StatusUnauthorized, Code: "unauthenticated", Detail: detail,
		Hint: "Sign in, or send Authorization: Bearer with an API token. On this machine, `assay open` prints a fresh sign-in link."}
}

// beginSession signs the browser in and ends the session it had before.
func (s *Server) beginSession(c *call, user store.User) error {
	if old, err := c.Cookie(s.cookieName(c)); err == nil && old.Value != "" {
		if err := s.store.DeleteSession(c.ctx(), HashSecret(old.Value)); err != nil {
			return err
		}
	}
	secret, now := NewSecret(""), time.Now()
	err := s.store.CreateSession(c.ctx(), store.Session{
		Hash: HashSecret(secret), UserID: user.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionLife),
	})
	if err != nil {
		return err
	}
	c.user = user
	s.setCookie(c, secret, int(sessionLife/time.Second))
	return nil
}

func (s *Server) setCookie(c *call, value string, maxAge int) {
	c.SetCookie(&http.Cookie{
		Name: s.cookieName(c), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: s.secure(c), SameSite: http.SameSiteLaxMode,
	})
}

// cookieName has the port in it, because browsers do not keep cookies of
// different ports apart: two Assays on one machine would sign each other out.
// Under HTTPS the __Host- prefix keeps sister domains from planting a session.
func (s *Server) cookieName(c *call) string {
	name := "assay_session"
	if _, port := splitHost(c.Request().Host); port != "" {
		name += "_" + port
	}
	if s.secure(c) {
		name = "__Host-" + name
	}
	return name
}

// secure tells whether the browser speaks HTTPS, as far as this is known: from
// the connection, from a trusted proxy, or because it asked for the public URL.
func (s *Server) secure(c echo.Context) bool {
	if c.Scheme() == "https" {
		return true
	}
	return s.public != nil && s.public.Scheme == "https" && strings.EqualFold(s.public.Host, c.Request().Host)
}

// baseURL is the address to put into a link.
func (s *Server) baseURL(c *call) string {
	if s.public != nil {
		return s.public.String()
	}
	return c.Scheme() + "://" + c.Request().Host
}
