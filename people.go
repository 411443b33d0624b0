package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"assay/server"
	"assay/store"
)

const (
	localOwner    = "owner"
	ownerToken    = "owner.token"
	signinLinkTTL = 24 * time.Hour
	setupLinkTTL  = 7 * 24 * time.Hour
	defaultServer = "http://127.0.0.1:8420"
)

// firstLink returns the link that lets somebody in, "" where there is none to
// give. On loopback whoever sees this terminal is the owner; on an open
// address the first start hands out the right to set up, once.
func (c *serveCmd) firstLink(ctx context.Context, data string, rows *store.Store) (string, error) {
	n, err := rows.CountUsers(ctx)
	if err != nil {
		return "", err
	}
	if n == 0 && c.AdminUser != "" {
		if err := createAdmin(ctx, rows, c.AdminUser, c.AdminPasswordFile); err != nil {
			return "", err
		}
		n = 1
	}
	if c.loopback() {
		owner, err := ensureOwner(ctx, rows)
		if err != nil {
			return "", err
		}
		if err := ensureOwnerToken(ctx, data, rows, owner); err != nil {
			return "", err
		}
		return newLink(ctx, rows, c.baseURL(), store.Link{Kind: store.LinkSignIn, UserID: owner.ID}, signinLinkTTL)
	}
	if n > 0 {
		return "", nil
	}
	return newLink(ctx, rows, c.baseURL(), store.Link{Kind: store.LinkSetup, Admin: true}, setupLinkTTL)
}

func createAdmin(ctx context.Context, rows *store.Store, name, passwordFile string) error {
	if err := server.CheckUsername(name); err != nil {
		return fmt.Errorf("--admin-user: %w", err)
	}
	b, err := os.ReadFile(passwordFile)
	if err != nil {
		return fmt.Errorf("could not read --admin-password-file: %w", err)
	}
	hash, err := server.HashPassword(ctx, strings.TrimRight(string(b), "\r\n"))
	if err != nil {
		return fmt.Errorf("the password in --admin-password-file: %w", err)
	}
	_, err = rows.CreateFirstUser(ctx, store.User{Username: name, PasswordHash: hash, Admin: true})
	if errors.Is(err, store.ErrConflict) {
		return nil // another server on the same database was first
	}
	return err
}

// ensureOwner returns the first admin, whom a first start makes without a
// password: he signs in by links that only this machine's user can see.
func ensureOwner(ctx context.Context, rows *store.Store) (store.User, error) {
	owner, err := rows.CreateFirstUser(ctx, store.User{Username: localOwner, Admin: true})
	if errors.Is(err, store.ErrConflict) {
		return rows.FirstAdmin(ctx)
	}
	return owner, err
}

// ensureOwnerToken keeps a working API token of the owner in the data folder,
// for assay push on the same machine.
func ensureOwnerToken(ctx context.Context, data string, rows *store.Store, owner store.User) error {
	file := filepath.Join(data, ownerToken)
	if b, err := os.ReadFile(file); err == nil {
		if _, _, err := rows.TokenByHash(ctx, server.HashSecret(strings.TrimSpace(string(b)))); err == nil {
			return os.Chmod(file, 0o600)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	secret, err := newToken(ctx, rows, owner.ID, "this machine ("+ownerToken+")")
	if err != nil {
		return err
	}
	temp := file + ".new"
	if err := os.WriteFile(temp, []byte(secret+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, file)
}

func newToken(ctx context.Context, rows *store.Store, userID, name string) (secret string, err error) {
	secret = server.NewSecret("assay_")
	_, err = rows.CreateToken(ctx, store.Token{UserID: userID, Name: name, Hash: server.HashSecret(secret)})
	return secret, err
}

// newLink stores a link's hash and returns the link. The secret stands in the
// fragment, which browsers keep from servers and logs.
func newLink(ctx context.Context, rows *store.Store, base string, l store.Link, ttl time.Duration) (string, error) {
	secret := server.NewSecret("")
	l.Hash, l.ExpiresAt = server.HashSecret(secret), time.Now().Add(ttl)
	if err := rows.CreateLink(ctx, l); err != nil {
		return "", err
	}
	return server.LinkURL(base, l, secret), nil
}

// localFlags name the data folder of a server on this machine, whose database
// a command opens beside it.
type localFlags struct {
	Data     string `help:"The server's data folder." placeholder:"DIR" type:"path"`
	Database string `help:"The server's database, where it is not in the data folder." placeholder:"URL"`
	Server   string `help:"The server's address; unset: where it started last." placeholder:"URL"`
}

// address is where the server of this data folder is reached.
func (f localFlags) address(e *env, rows *store.Store) (string, error) {
	if f.Server != "" {
		return strings.TrimSuffix(f.Server, "/"), nil
	}
	base, err := rows.Address(e.ctx)
	if errors.Is(err, store.ErrNotFound) {
		return defaultServer, nil
	}
	return base, err
}

func (f localFlags) open(e *env) (string, *store.Store, error) {
	flags := serveFlags{Data: f.Data, Database: f.Database}
	data := f.Data
	if data == "" {
		var err error
		if data, err = userDataFolder(e.get); err != nil {
			return "", nil, err
		}
	}
	if _, err := os.Stat(filepath.Join(data, "assay.db")); err != nil && f.Database == "" {
		return "", nil, fmt.Errorf("there is no Assay in %s; start it once with assay serve, or name its folder with --data", data)
	}
	rows, err := store.Open(e.ctx, flags.databaseURL(data))
	return data, rows, err
}

type openCmd struct {
	localFlags
	NoBrowser bool `help:"Only print the link."`
}

func (c *openCmd) Run(e *env) error {
	_, rows, err := c.open(e)
	if err != nil {
		return err
	}
	defer rows.Close()
	base, err := c.address(e, rows)
	if err != nil {
		return err
	}
	return openBrowserAt(e, rows, base, !c.NoBrowser)
}

// openBrowserAt prints a fresh sign-in link for the local owner.
func openBrowserAt(e *env, rows *store.Store, base string, browser bool) error {
	owner, err := rows.FirstAdmin(e.ctx)
	if errors.Is(err, store.ErrNotFound) {
		return errors.New("this Assay is not set up yet; use the link that its first start printed")
	} else if err != nil {
		return err
	}
	link, err := newLink(e.ctx, rows, base, store.Link{Kind: store.LinkSignIn, UserID: owner.ID}, signinLinkTTL)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.io.out, link)
	if browser && terminalWidth(e.io.out) > 0 {
		openBrowser(link)
	}
	return nil
}

type userCmd struct {
	List   userListCmd   `cmd:"" help:"List users."`
	Add    userAddCmd    `cmd:"" help:"Add a user, and print the link with which they choose a password."`
	Link   userLinkCmd   `cmd:"" help:"Print a link with which a user chooses a new password."`
	Remove userRemoveCmd `cmd:"" help:"Remove a user with their personal workspace."`
}

type userListCmd struct{ localFlags }

func (c *userListCmd) Run(e *env) error {
	_, rows, err := c.open(e)
	if err != nil {
		return err
	}
	defer rows.Close()
	w := tabwriter.NewWriter(e.io.out, 0, 0, 2, ' ', 0)
	defer w.Flush()
	fmt.Fprintln(w, "NAME\tADMIN\tSTATE\tCREATED")
	return eachPage(func(page store.Page) (string, error) {
		users, next, err := rows.Users(e.ctx, page)
		for _, u := range users {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.Username, yesNo(u.Admin), map[bool]string{true: "disabled", false: "active"}[u.Disabled], u.CreatedAt.Format(time.DateOnly))
		}
		return next, err
	})
}

// eachPage reads a list to its end; read answers the cursor of the next page, ""
// after the last.
func eachPage(read func(store.Page) (next string, err error)) error {
	for page := (store.Page{Limit: 200}); ; {
		next, err := read(page)
		if err != nil || next == "" {
			return err
		}
		page.Cursor = next
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

type userAddCmd struct {
	localFlags
	Name  string `arg:"" help:"The user's name."`
	Admin bool   `help:"May manage users."`
}

func (c *userAddCmd) Run(e *env) error {
	_, rows, err := c.open(e)
	if err != nil {
		return err
	}
	defer rows.Close()
	if err := server.CheckUsername(c.Name); err != nil {
		return usage{err}
	}
	if _, err := rows.UserByUsername(e.ctx, c.Name); err == nil {
		return fmt.Errorf("there is already a user named %s", c.Name)
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return c.printLink(e, rows, store.Link{Kind: store.LinkInvite, Username: c.Name, Admin: c.Admin})
}

func (f localFlags) printLink(e *env, rows *store.Store, l store.Link) error {
	base, err := f.address(e, rows)
	if err != nil {
		return err
	}
	link, err := newLink(e.ctx, rows, base, l, setupLinkTTL)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.io.out, link)
	return nil
}

type userLinkCmd struct {
	localFlags
	Name string `arg:"" help:"The user's name."`
}

func (c *userLinkCmd) Run(e *env) error {
	return c.withUser(e, c.Name, func(rows *store.Store, u store.User) error {
		return c.printLink(e, rows, store.Link{Kind: store.LinkReset, UserID: u.ID, Username: u.Username})
	})
}

func (f localFlags) withUser(e *env, name string, do func(*store.Store, store.User) error) error {
	_, rows, err := f.open(e)
	if err != nil {
		return err
	}
	defer rows.Close()
	var u store.User
	if name == "" {
		u, err = rows.FirstAdmin(e.ctx)
	} else {
		u, err = rows.UserByUsername(e.ctx, name)
	}
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no user named %q", name)
	} else if err != nil {
		return err
	}
	return do(rows, u)
}

type userRemoveCmd struct {
	localFlags
	Name string `arg:"" help:"The user's name."`
}

func (c *userRemoveCmd) Run(e *env) error {
	return c.withUser(e, c.Name, func(rows *store.Store, u store.User) error {
		_, err := rows.DeleteUser(e.ctx, u.ID)
		if errors.Is(err, store.ErrState) {
			return errors.New("this is the last admin; make another one first")
		}
		return err
	})
}

type tokenCmd struct {
	List   tokenListCmd   `cmd:"" help:"List a user's tokens."`
	Add    tokenAddCmd    `cmd:"" help:"Make a token and print its secret, once."`
	Remove tokenRemoveCmd `cmd:"" help:"Remove a token; programs that use it are refused from then on."`
}

type tokenUser struct {
	localFlags
	User string `help:"Whose; unset: the local owner." placeholder:"NAME"`
}

type tokenListCmd struct{ tokenUser }

func (c *tokenListCmd) Run(e *env) error {
	return c.withUser(e, c.User, func(rows *store.Store, u store.User) error {
		w := tabwriter.NewWriter(e.io.out, 0, 0, 2, ' ', 0)
		defer w.Flush()
		fmt.Fprintln(w, "ID\tNAME\tCREATED")
		return eachPage(func(page store.Page) (string, error) {
			tokens, next, err := rows.Tokens(e.ctx, u.ID, page)
			for _, t := range tokens {
				fmt.Fprintf(w, "%s\t%s\t%s\n", t.ID, t.Name, t.CreatedAt.Format(time.DateOnly))
			}
			return next, err
		})
	})
}

type tokenAddCmd struct {
	tokenUser
	Name string `arg:"" help:"What the token is for."`
}

func (c *tokenAddCmd) Run(e *env) error {
	if strings.TrimSpace(c.Name) == "" {
		return usage{errors.New("name what the token is for, such as: assay token add nightly-import")}
	}
	return c.withUser(e, c.User, func(rows *store.Store, u store.User) error {
		secret, err := newToken(e.ctx, rows, u.ID, c.Name)
		if err == nil {
			fmt.Fprintln(e.io.out, secret)
		}
		return err
	})
}

type tokenRemoveCmd struct {
	tokenUser
	ID string `arg:"" name:"id" help:"The token's ID."`
}

func (c *tokenRemoveCmd) Run(e *env) error {
	return c.withUser(e, c.User, func(rows *store.Store, u store.User) error {
		err := rows.DeleteToken(e.ctx, u.ID, c.ID)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("%s has no token %s", u.Username, c.ID)
		}
		return err
	})
}
