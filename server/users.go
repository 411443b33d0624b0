package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode"

	"assay/store"
)

type userView struct {
	ID        string    `json:"id"`
	Username  string    `json:"username"`
	Admin     bool      `json:"admin"`
	Disabled  bool      `json:"disabled"`
	CreatedAt time.Time `json:"created_at"`
}

func viewUser(u store.User) userView {
	return userView{ID: u.ID, Username: u.Username, Admin: u.Admin, Disabled: u.Disabled, CreatedAt: u.CreatedAt}
}

const usernameMax = 64 // bytes

// username checks a name that people sign in with. Spaces and signs that look
// like nothing are not allowed: two names must not look the same.
func username(name string) (string, error) {
	name, err := text("username", name, usernameMax)
	if err != nil {
		return "", err
	}
	for i, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && i > 0 || i > 0 && strings.ContainsRune("._-+@", r) {
			continue
		}
		return "", invalid("username", "A username has letters, digits and . _ - + @, and begins with a letter or a digit.", "Choose another name.")
	}
	return name, nil
}

// CheckUsername holds a name against the rules for user names, for commands that
// write users without a server. The error is fit to be shown.
func CheckUsername(name string) error {
	clean, err := username(name)
	var p *problem
	switch {
	case errors.As(err, &p):
		return errors.New(p.Detail)
	case err != nil:
		return err
	case clean != name:
		// The API stores the cleaned name; a command would store this one.
		return errors.New("a username must not begin or end with a space, and its letters must be in Unicode's composed form")
	}
	return nil
}

func usernameTaken() *problem {
	p := conflict("username_taken", "There is a user of that name already.", "Choose another name.")
	p.Field = "username"
	return p
}

func (s *Server) listUsers(c *call) error {
	page, err := c.page()
	if err != nil {
		return err
	}
	users, next, err := s.store.Users(c.ctx(), page)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(users, next, viewUser))
}

// createUser makes a user who can sign in at once, or without a password an
// invitation with which the user chooses one.
func (s *Server) createUser(c *call) error {
	var in struct {
		Username string  `json:"username"`
		Password *string `json:"password"`
		Admin    bool    `json:"admin"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	name, err := username(in.Username)
	if err != nil {
		return err
	}
	var answer struct {
		User *userView `json:"user"`
		Link *linkView `json:"link"`
	}
	if in.Password == nil {
		if _, err := s.store.UserByUsername(c.ctx(), name); !errors.Is(err, store.ErrNotFound) {
			if err == nil {
				return usernameTaken()
			}
			return err
		}
		link, err := s.makeLink(c, store.Link{Kind: store.LinkInvite, Username: name, Admin: in.Admin})
		if err != nil {
			return err
		}
		answer.Link = &link
		return c.JSON(http.StatusCreated, answer)
	}
	hash, err := s.passwords.hash(c.ctx(), *in.Password)
	if err != nil {
		return err
	}
	user, err := s.store.CreateUser(c.ctx(), store.User{Username: name, PasswordHash: hash, Admin: in.Admin})
	if errors.Is(err, store.ErrConflict) {
		return usernameTaken()
	}
	if err != nil {
		return err
	}
	view := viewUser(user)
	answer.User = &view
	return c.JSON(http.StatusCreated, answer)
}

func (s *Server) updateUser(c *call) error {
	var in struct {
		Username *string `json:"username"`
		Password *string `json:"password"`
		Admin    *bool   `json:"admin"`
		Disabled *bool   `json:"disabled"`
	}
	if err := c.read(&in); err != nil {
		return err
	}
	patch := store.UserPatch{Admin: in.Admin, Disabled: in.Disabled}
	if in.Username != nil {
		name, err := username(*in.Username)
		if err != nil {
			return err
		}
		patch.Username = &name
	}
	if in.Password != nil {
		hash, err := s.passwords.hash(c.ctx(), *in.Password)
		if err != nil {
			return err
		}
		patch.PasswordHash = &hash
	}
	user, err := s.store.UpdateUser(c.ctx(), c.Param("id"), patch)
	switch {
	case errors.Is(err, store.ErrConflict):
		return usernameTaken()
	case errors.Is(err, store.ErrState):
		return lastAdmin()
	case err != nil:
		return notFoundIn(err, "user")
	}
	if in.Password != nil || user.Disabled {
		if err := s.store.DeleteSessionsOf(c.ctx(), user.ID); err != nil {
			return err
		}
	}
	return c.JSON(http.StatusOK, viewUser(user))
}

func lastAdmin() *problem {
	return conflict("last_admin", "Somebody must stay admin of this Assay.", "Make another user an admin first.")
}

func (s *Server) deleteUser(c *call) error {
	keys, err := s.store.DeleteUser(c.ctx(), c.Param("id"))
	if errors.Is(err, store.ErrState) {
		return conflict("still_needed", "This user is the last admin, or the last owner of a workspace that others use.",
			"Give that role to somebody else first.")
	}
	if err != nil {
		return notFoundIn(err, "user")
	}
	s.deleteObjects(c.ctx(), keys)
	return c.NoContent(http.StatusNoContent)
}

// deleteObjects deletes the objects of rows that are gone. The store has noted
// them as garbage, so what fails here, or was not reached, the worker's sweep does.
func (s *Server) deleteObjects(ctx context.Context, keys []string) {
	// The client does not wait for long, and its leaving must not stop it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, key := range keys {
		err := s.bucket.Delete(ctx, key)
		if err == nil {
			err = s.store.ForgetGarbage(ctx, key)
		}
		if err != nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "object not deleted yet, the sweep will", slog.Any("error", err))
			return
		}
	}
}
