package server

import (
	"net/http"
	"time"

	"assay/store"
)

type tokenView struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	ExpiresAt  *time.Time `json:"expires_at"`
}

func viewToken(t store.Token) tokenView {
	return tokenView{ID: t.ID, Name: t.Name, CreatedAt: t.CreatedAt, LastUsedAt: t.LastUsedAt, ExpiresAt: t.ExpiresAt}
}

func (s *Server) listTokens(c *call) error {
	page, err := c.page()
	if err != nil {
		return err
	}
	tokens, next, err := s.store.Tokens(c.ctx(), c.user.ID, page)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(tokens, next, viewToken))
}

// createToken shows the secret once; the store has only its hash.
func (s *Server) createToken(c *call) error {
	var in struct {
		Name      string     `json:"name"`
		ExpiresAt *time.Time `json:"expires_at"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	name, err := text("name", in.Name, 100)
	if err != nil {
		return err
	}
	if in.ExpiresAt != nil && !in.ExpiresAt.After(time.Now()) {
		return invalid("expires_at", "expires_at must be in the future.", "Leave it out for a token that does not expire.")
	}
	secret := NewSecret(TokenPrefix)
	token, err := s.store.CreateToken(c.ctx(), store.Token{
		UserID: c.user.ID, Name: name, Hash: HashSecret(secret), ExpiresAt: utc(in.ExpiresAt),
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, struct {
		tokenView
		Token string `json:"token"`
	}{viewToken(token), secret})
}

func (s *Server) deleteToken(c *call) error {
	if err := s.store.DeleteToken(c.ctx(), c.user.ID, c.Param("id")); err != nil {
		return notFoundIn(err, "token")
	}
	return c.NoContent(http.StatusNoContent)
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC().Truncate(time.Microsecond) // as the store keeps it
	return &u
}
