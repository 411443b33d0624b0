package server

import (
	"errors"
	"net/http"

	"assay/store"
)

type memberView struct {
	UserID   string     `json:"user_id"`
	Username string     `json:"username"`
	Role     store.Role `json:"role"`
}

func viewMember(m store.Member) memberView {
	return memberView{UserID: m.UserID, Username: m.Username, Role: m.Role}
}

func (s *Server) listMembers(c *call) error {
	members, err := s.store.Members(c.ctx(), c.workspace.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(members, "", viewMember))
}

// addMember finds the new member by user name. An owner thereby learns that the
// name exists; without that, nobody but an admin could ever add anybody.
func (s *Server) addMember(c *call) error {
	var in struct {
		Username string
		Role     store.Role
	}
	if err := c.read(&in); err != nil {
		return err
	}
	if err := checkRole(in.Role); err != nil {
		return err
	}
	user, err := s.store.UserByUsername(c.ctx(), in.Username)
	if err != nil {
		return notFoundIn(err, "user")
	}
	return s.setMember(c, store.Member{UserID: user.ID, Username: user.Username, Role: in.Role})
}

func (s *Server) updateMember(c *call) error {
	var in struct{ Role store.Role }
	if err := c.read(&in); err != nil {
		return err
	}
	if err := checkRole(in.Role); err != nil {
		return err
	}
	member, err := s.member(c)
	if err != nil {
		return err
	}
	member.Role = in.Role
	return s.setMember(c, member)
}

// member finds the member that the path names.
func (s *Server) member(c *call) (store.Member, error) {
	members, err := s.store.Members(c.ctx(), c.workspace.ID)
	if err != nil {
		return store.Member{}, err
	}
	for _, m := range members {
		if m.UserID == c.Param("user_id") {
			return m, nil
		}
	}
	return store.Member{}, notFound("member")
}

func (s *Server) setMember(c *call, m store.Member) error {
	if m.Role != owner {
		if err := s.keepHome(c, m.UserID); err != nil {
			return err
		}
	}
	err := s.store.SetMember(c.ctx(), c.workspace.ID, m.UserID, m.Role)
	if errors.Is(err, store.ErrState) {
		return lastOwner()
	}
	if err != nil {
		return notFoundIn(err, "member")
	}
	return c.JSON(http.StatusOK, viewMember(m))
}

// removeMember is for owners, and for members who leave.
func (s *Server) removeMember(c *call) error {
	if c.Param("user_id") != c.user.ID {
		if err := c.atLeast(owner); err != nil {
			return err
		}
	}
	if err := s.keepHome(c, c.Param("user_id")); err != nil {
		return err
	}
	err := s.store.RemoveMember(c.ctx(), c.workspace.ID, c.Param("user_id"))
	if errors.Is(err, store.ErrState) {
		return lastOwner()
	}
	if err != nil {
		return notFoundIn(err, "member")
	}
	return c.NoContent(http.StatusNoContent)
}

// keepHome refuses to take a user's personal workspace from that user: it is
// where uploads go that name no other one.
func (s *Server) keepHome(c *call, userID string) error {
	if !c.workspace.Personal {
		return nil
	}
	home, err := s.store.PersonalWorkspace(c.ctx(), userID)
	if errors.Is(err, store.ErrNotFound) || err == nil && home.ID != c.workspace.ID {
		return nil
	}
	if err != nil {
		return err
	}
	return conflict("personal_workspace", "A personal workspace stays its user's own.",
		"Make another workspace and share that one.")
}

func checkRole(r store.Role) error {
	switch r {
	case viewer, editor, owner:
		return nil
	}
	return invalid("role", "role must be viewer, editor or owner.", "A viewer reads, an editor also uploads, an owner also manages members.")
}

func lastOwner() *problem {
	return conflict("last_owner", "A workspace must keep an owner.", "Make another member an owner first.")
}
