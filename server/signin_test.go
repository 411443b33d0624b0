package server

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/store"
)

// link stores a link and returns its secret.
func (i *instance) link(l store.Link, life time.Duration) string {
	i.t.Helper()
	secret := NewSecret("")
	l.Hash, l.ExpiresAt = HashSecret(secret), time.Now().Add(life)
	if err := i.store.CreateLink(i.t.Context(), l); err != nil {
		i.t.Fatal(err)
	}
	return secret
}

func cookieOf(t *testing.T, a answer) *http.Cookie {
	t.Helper()
	for _, c := range a.Cookies() {
		if strings.Contains(c.Name, "assay_session") {
			return c
		}
	}
	t.Fatalf("no session cookie: %d %s", a.StatusCode, a.body)
	return nil
}

func TestAnEmptyAssayAnswersNothingButSetup(t *testing.T) {
	i := start(t, func(c *Config) { c.Loopback = false })
	secret := i.link(store.Link{Kind: store.LinkSetup, Admin: true}, time.Hour)
	for _, r := range routes() {
		if r.path == "/healthz" || r.path == "/readyz" || strings.HasSuffix(r.path, "/setup") {
			continue
		}
		if a := i.call(r.method, strings.NewReplacer(":id", "x", ":n", "1", ":user_id", "x").Replace(r.path), "", nil); a.StatusCode != 401 || a.code(t) != "setup_required" {
			t.Errorf("%s %s: %d %s", r.method, r.path, a.StatusCode, a.body)
		}
	}
	i.want(200, "GET", "/healthz", "", nil)
	i.want(200, "GET", "/setup", "", nil) // the page

	for _, c := range []struct {
		body   string
		status int
	}{
		{`{"token":"wrong","username":"ann","password":"long enough"}`, 403},
		{`{"username":"ann","password":"long enough"}`, 403},
		{`{"token":"` + secret + `","username":"ann","password":"short"}`, 400},
		{`{"token":"` + secret + `","username":"a b","password":"long enough"}`, 400},
		{`{"token":"` + secret + `","username":"ann","password":"` + strings.Repeat("x", 1025) + `"}`, 400},
		{`{"token":"` + secret + `","username":"ann","password":"long enough"}`, 201},
		{`{"token":"` + secret + `","username":"bob","password":"long enough"}`, 409},
	} {
		if a := i.call("POST", "/api/v1/setup", "", c.body); a.StatusCode != c.status {
			t.Errorf("%s: %d, want %d: %s", c.body, a.StatusCode, c.status, a.body)
		}
	}
	a := i.want(200, "POST", "/api/v1/login", "", `{"username":"ANN","password":"long enough"}`)
	var me meView
	a.into(t, &me)
	if !me.User.Admin || me.User.Username != "ann" || len(me.Workspaces) != 1 {
		t.Errorf("%+v", me)
	}
}

func TestASessionFromSignInToSignOut(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	secret := i.link(store.Link{Kind: store.LinkSignIn, UserID: ann.ID}, time.Hour)
	a := i.want(200, "POST", "/api/v1/login", "", `{"link":"`+secret+`"}`)
	c := cookieOf(t, a)
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.Domain != "" || c.MaxAge <= 0 {
		t.Errorf("cookie: %+v", c)
	}
	if strings.Contains(a.body, c.Value) {
		t.Error("the secret is in the body")
	}
	if a := i.want(401, "POST", "/api/v1/login", "", `{"link":"`+secret+`"}`); a.code(t) != "invalid_link" {
		t.Errorf("the link works twice: %s", a.body)
	}
	session := c.Name + "=" + c.Value
	i.want(200, "GET", "/api/v1/me", "", nil, "Cookie", session)
	// A wrong token is not rescued by a right cookie.
	i.want(401, "GET", "/api/v1/me", "wrong", nil, "Cookie", session)
	i.want(401, "GET", "/api/v1/me", "", nil, "Cookie", c.Name+"="+HashSecret(c.Value))
	out := i.want(204, "POST", "/api/v1/logout", "", nil, "Cookie", session)
	if cookieOf(t, out).MaxAge >= 0 {
		t.Error("the cookie is not taken back")
	}
	i.want(401, "GET", "/api/v1/me", "", nil, "Cookie", session)
}

func TestChangingThePassword(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	other := i.want(200, "POST", "/api/v1/login", "", `{"link":"`+i.link(store.Link{Kind: store.LinkSignIn, UserID: ann.ID}, time.Hour)+`"}`)
	mine := i.want(200, "POST", "/api/v1/login", "", `{"link":"`+i.link(store.Link{Kind: store.LinkSignIn, UserID: ann.ID}, time.Hour)+`"}`)
	session := func(a answer) string { c := cookieOf(t, a); return c.Name + "=" + c.Value }

	// Who has no password chooses a first one; from then on the old one is asked for.
	changed := i.want(204, "PUT", "/api/v1/me/password", "", `{"password":"first password"}`, "Cookie", session(mine))
	i.want(401, "GET", "/api/v1/me", "", nil, "Cookie", session(other))
	i.want(401, "GET", "/api/v1/me", "", nil, "Cookie", session(mine))
	i.want(200, "GET", "/api/v1/me", "", nil, "Cookie", session(changed))
	i.want(403, "PUT", "/api/v1/me/password", "", `{"password":"second password"}`, "Cookie", session(changed))
	i.want(403, "PUT", "/api/v1/me/password", "", `{"password":"second password","current_password":"x"}`, "Cookie", session(changed))
	i.want(204, "PUT", "/api/v1/me/password", "", `{"password":"second password","current_password":"first password"}`, "Cookie", session(changed))
	i.want(401, "POST", "/api/v1/login", "", `{"username":"ann","password":"first password"}`)
	i.want(200, "POST", "/api/v1/login", "", `{"username":"ann","password":"second password"}`)
}

func TestNobodySignsInWhoMayNot(t *testing.T) {
	i := start(t, nil)
	ann, bob := i.person("ann", true), i.person("bob", false)
	i.want(200, "PATCH", "/api/v1/users/"+bob.ID, ann.token, `{"password":"bobs password"}`)
	signedIn := i.want(200, "POST", "/api/v1/login", "", `{"username":"bob","password":"bobs password"}`)
	c := cookieOf(t, signedIn)
	i.want(200, "PATCH", "/api/v1/users/"+bob.ID, ann.token, `{"disabled":true}`)
	i.want(401, "GET", "/api/v1/me", "", nil, "Cookie", c.Name+"="+c.Value)
	i.want(401, "GET", "/api/v1/me", bob.token, nil)

	// What is wrong is not told: a disabled user, a user without a password, no
	// such user and a wrong password get the same words.
	words := ""
	for _, body := range []string{`{"username":"bob","password":"bobs password"}`, `{"username":"ann","password":"anything at all"}`,
		`{"username":"nobody","password":"anything at all"}`, `{"username":"bob","password":"wrong"}`} {
		a := i.want(401, "POST", "/api/v1/login", "", body)
		var p wireProblem
		a.into(t, &p)
		p.RequestID = ""
		if text := p.Code + p.Detail + p.Hint; words == "" {
			words = text
		} else if text != words {
			t.Errorf("%s: %s instead of %s", body, text, words)
		}
	}
	i.want(401, "POST", "/api/v1/login", "", `{"link":"`+i.link(store.Link{Kind: store.LinkSignIn, UserID: bob.ID}, time.Hour)+`"}`)
	if a := i.want(409, "PATCH", "/api/v1/users/"+ann.ID, ann.token, `{"admin":false}`); a.code(t) != "last_admin" {
		t.Errorf("the last admin: %s", a.body)
	}
}

func TestInvitationsAndResets(t *testing.T) {
	i := start(t, func(c *Config) { c.PublicURL = "http://assay.example" })
	ann := i.person("ann", true)
	var made struct {
		User *userView
		Link *linkView
	}
	i.want(201, "POST", "/api/v1/users", ann.token, `{"username":"bob"}`).into(t, &made)
	if made.User != nil || made.Link == nil || made.Link.URL != "http://assay.example/accept#token="+made.Link.Token+"&kind=invite&username=bob" {
		t.Fatalf("%+v", made)
	}
	accept := func(status int, link, rest string) answer {
		t.Helper()
		return i.want(status, "POST", "/api/v1/accept", "", `{"link":"`+link+`"`+rest+`}`)
	}
	// What is wrong does not cost the invitation.
	accept(400, made.Link.Token, `,"password":"short"`)
	accept(409, made.Link.Token, `,"password":"bobs password","username":"Ann"`)
	var me meView
	accept(200, made.Link.Token, `,"password":"bobs password"`).into(t, &me)
	if me.User.Username != "bob" || me.User.Admin {
		t.Errorf("%+v", me.User)
	}
	accept(403, made.Link.Token, `,"password":"bobs password"`)
	var reset linkView
	i.want(201, "POST", "/api/v1/users/"+me.User.ID+"/link", ann.token, nil).into(t, &reset)
	accept(200, reset.Token, `,"password":"another password"`)
	i.want(401, "POST", "/api/v1/login", "", `{"username":"bob","password":"bobs password"}`)
	i.want(200, "POST", "/api/v1/login", "", `{"username":"bob","password":"another password"}`)
	// A sign-in link is none to choose a password with.
	accept(403, i.link(store.Link{Kind: store.LinkSignIn, UserID: ann.ID}, time.Hour), `,"password":"bobs password"`)
	if a := i.want(409, "POST", "/api/v1/users", ann.token, `{"username":"BOB","password":"long enough"}`); a.code(t) != "username_taken" {
		t.Errorf("%s", a.body)
	}
}

func TestATokenIsShownOnceAndExpires(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	var made struct{ ID, Token string }
	i.want(201, "POST", "/api/v1/tokens", ann.token, map[string]any{"name": "ci", "expires_at": time.Now().Add(time.Hour)}).into(t, &made)
	if !strings.HasPrefix(made.Token, TokenPrefix) {
		t.Errorf("token: %s", made.Token)
	}
	i.want(200, "GET", "/api/v1/me", made.Token, nil)
	if a := i.want(200, "GET", "/api/v1/tokens", ann.token, nil); strings.Contains(a.body, made.Token) || strings.Contains(a.body, HashSecret(made.Token)) {
		t.Errorf("the secret or its hash is listed: %s", a.body)
	}
	i.want(204, "DELETE", "/api/v1/tokens/"+made.ID, ann.token, nil)
	i.want(401, "GET", "/api/v1/me", made.Token, nil)
	i.want(400, "POST", "/api/v1/tokens", ann.token, map[string]any{"name": "ci", "expires_at": time.Now().Add(-time.Hour)})
}

func TestGuessesAreSlowedButNobodyIsLockedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle()
		guess := func(ip string) time.Duration {
			began := time.Now()
			if err := th.wait(t.Context(), newGuess("ann", ip)); err != nil {
				t.Fatal(err)
			}
			return time.Since(began)
		}
		want := []time.Duration{0, 0, 0, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 4 * time.Second}
		for n, w := range want {
			if got := guess("1.2.3.4"); got != w {
				t.Errorf("guess %d waits %v, want %v", n+1, got, w)
			}
		}
		// From elsewhere, the real Ann is not slowed.
		if got := guess("5.6.7.8"); got != 0 {
			t.Errorf("elsewhere: %v", got)
		}
		th.right(newGuess("ann", "1.2.3.4"))
		if got := guess("1.2.3.4"); got != 0 {
			t.Errorf("after the right password: %v", got)
		}
		for range 6 {
			guess("1.2.3.4")
		}
		time.Sleep(forgetAfter + time.Second)
		if got := guess("1.2.3.4"); got != 0 {
			t.Errorf("a quarter of an hour later: %v", got)
		}
	})
}

func TestGuessingInParallelIsNoFaster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle()
		began := time.Now()
		waits := make(chan time.Duration, 100)
		for range 100 {
			go func() {
				if err := th.wait(t.Context(), newGuess("ann", "1.2.3.4")); err != nil {
					waits <- -1
					return
				}
				waits <- time.Since(began)
			}()
		}
		let, refused := 0, 0
		for range 100 {
			if w := <-waits; w < 0 {
				refused++
			} else {
				let++
			}
		}
		// 3 at once, then at 0.25, 0.75, 1.75, 3.75, 7.75 and 11.75 s; later places are not given.
		if let != 9 || refused != 91 {
			t.Errorf("%d were let through, %d sent away", let, refused)
		}
	})
}

func TestTryingManyNamesIsSlowedByAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle()
		began := time.Now()
		let, refused := 0, 0
		results := make(chan error, 500)
		for n := range cap(results) {
			go func() { results <- th.wait(t.Context(), newGuess(fmt.Sprint("user", n), "1.2.3.4")) }()
		}
		for range cap(results) {
			if <-results == nil {
				let++
			} else {
				refused++
			}
		}
		// 20 at once, then at 0.1, 0.3 and every 0.4 s up to 12 s.
		if took := time.Since(began); let != 51 || took > longestLine {
			t.Errorf("%d of %d names tried within %v", let, let+refused, took)
		}
		// From elsewhere nobody is slowed.
		began = time.Now()
		if err := th.wait(t.Context(), newGuess("user1", "5.6.7.8")); err != nil || time.Since(began) > 0 {
			t.Errorf("elsewhere: %v after %v", err, time.Since(began))
		}
	})
}

func TestRightPasswordsDoNotSlowAnOffice(t *testing.T) {
	th, now := newThrottle(), time.Now()
	for n := range 1000 {
		g := newGuess(fmt.Sprint("user", n), "1.2.3.4")
		if delay, problem := th.place(g, now); problem != nil || delay > 0 {
			t.Fatalf("user %d waits %v %v", n, delay, problem)
		}
		th.right(g)
	}
	// But an account of one's own buys no guesses at others.
	for n := range 25 {
		th.place(newGuess(fmt.Sprint("victim", n), "1.2.3.4"), now)
		mine := newGuess("mine", "1.2.3.4")
		th.place(mine, now)
		th.right(mine)
	}
	if delay, _ := th.place(newGuess("victim", "1.2.3.4"), now); delay == 0 {
		t.Error("25 wrong guesses were forgotten")
	}
}

func TestTheThrottleDoesNotGrowWithoutBound(t *testing.T) {
	th, now := newThrottle(), time.Now()
	for n := range manyLines + 100 {
		ip := netip.AddrFrom4([4]byte{1, byte(n >> 16), byte(n >> 8), byte(n)}).String()
		if _, problem := th.place(newGuess(fmt.Sprint("user", n), ip), now); problem != nil {
			t.Fatal(problem)
		}
	}
	if len(th.names.of) > manyLines || len(th.addresses.of) > manyLines {
		t.Errorf("%d and %d lines", len(th.names.of), len(th.addresses.of))
	}
}

func TestNamesAndPasswordsThatNobodyHasCostNothing(t *testing.T) {
	i := start(t, nil)
	i.person("ann", true)
	for body, status := range map[string]int{
		`{"username":"` + strings.Repeat("a", 65) + `","password":"x"}`:              400,
		`{"username":"ann","password":"` + strings.Repeat("a", 1025) + `"}`:          400,
		`{"username":"` + strings.Repeat("a", secretBody) + `","password":"x"}`:      413,
		`{"username":"ann","password":"` + strings.Repeat(`\u0041`, 1024) + `"}`:     401,
		`{"username":"ann","password":"x","link":"` + strings.Repeat("a", 10) + `"}`: 401,
	} {
		i.want(status, "POST", "/api/v1/login", "", body)
	}
	huge := `{"link":"` + strings.Repeat("a", secretBody) + `"}`
	i.want(413, "POST", "/api/v1/accept", "", huge)
	i.want(413, "POST", "/api/v1/setup", "", huge)
	i.server.throttle.mu.Lock()
	defer i.server.throttle.mu.Unlock()
	if n := len(i.server.throttle.names.of); n != 1 {
		t.Errorf("%d names are in line", n)
	}
}

func TestALoginStormWaitsInAShortLine(t *testing.T) {
	i := start(t, nil)
	i.person("ann", true)
	p := i.server.passwords
	for range cap(p.slots) { // as if hashes were being made
		p.slots <- struct{}{}
	}
	for range cap(p.line) - 1 {
		p.line <- struct{}{}
	}
	last := make(chan answer)
	go func() {
		last <- i.call("POST", "/api/v1/login", "", `{"username":"ann","password":"wrong"}`)
	}()
	for deadline := time.Now().Add(10 * time.Second); len(p.line) < cap(p.line); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the last place in line stays free")
		}
	}
	// The line is full: nobody else waits, and a reset link is not used up.
	bob := i.person("bob", false)
	reset := `{"link":"` + i.link(store.Link{Kind: store.LinkReset, UserID: bob.ID}, time.Hour) + `","password":"long enough"}`
	for path, body := range map[string]string{
		"/api/v1/login": `{"username":"bob","password":"wrong"}`, "/api/v1/accept": reset,
	} {
		if a := i.want(429, "POST", path, "", body); a.code(t) != "too_many_attempts" || a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	for range cap(p.slots) {
		<-p.slots
	}
	if a := <-last; a.StatusCode != 401 {
		t.Errorf("the last in line: %d %s", a.StatusCode, a.body)
	}
	i.want(200, "POST", "/api/v1/accept", "", reset)
	i.want(403, "POST", "/api/v1/accept", "", reset)
}

func TestATokenCannotChooseAPassword(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	if a := i.want(403, "PUT", "/api/v1/me/password", ann.token, `{"password":"taken over"}`); a.code(t) != "session_required" {
		t.Errorf("%s", a.body)
	}
}

func TestWhoCannotBeNotedIsStillLetIn(t *testing.T) {
	i := start(t, nil)
	ann := i.person("ann", true)
	c := cookieOf(t, i.want(200, "POST", "/api/v1/login", "", `{"link":"`+i.link(store.Link{Kind: store.LinkSignIn, UserID: ann.ID}, time.Hour)+`"}`))
	db, err := sql.Open("sqlite", i.file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{
		`UPDATE sessions SET seen_at = 0`, // long ago: to be noted again
		`CREATE TRIGGER no_session BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
		`CREATE TRIGGER no_token BEFORE UPDATE ON tokens BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	i.want(200, "GET", "/api/v1/me", ann.token, nil)
	i.want(200, "GET", "/api/v1/me", "", nil, "Cookie", c.Name+"="+c.Value)
}

func TestAnIPv6NetworkIsOneGuesser(t *testing.T) {
	if newGuess("Ann", "2001:db8::1") != newGuess("ann", "2001:db8::ffff:2") {
		t.Error("two addresses of one network are told apart")
	}
	if newGuess("ann", "1.2.3.4").name == newGuess("ann", "1.2.3.5").name || newGuess("ann", "1.2.3.4").name == newGuess("bob", "1.2.3.4").name {
		t.Error("two guessers are one")
	}
	if newGuess("ann", "1.2.3.4").address != newGuess("bob", "1.2.3.4").address {
		t.Error("one address is two")
	}
}

func TestAForgedForwardingHeaderDodgesNothing(t *testing.T) {
	i := start(t, nil)
	i.person("ann", true)
	for n := range 4 {
		i.want(401, "POST", "/api/v1/login", "", `{"username":"ann","password":"wrong"}`,
			"X-Forwarded-For", netip.AddrFrom4([4]byte{9, 9, 9, byte(n)}).String(), "X-Real-IP", "8.8.8.8", "Forwarded", "for=7.7.7.7")
	}
	i.server.throttle.mu.Lock()
	defer i.server.throttle.mu.Unlock()
	if len(i.server.throttle.names.of) != 1 || i.server.throttle.names.of[newGuess("ann", "127.0.0.1").name].attempts != 4 {
		t.Errorf("guesses were counted as %d guessers", len(i.server.throttle.names.of))
	}
}

func TestATrustedProxySaysForWhomItAsks(t *testing.T) {
	i := start(t, func(c *Config) {
		c.Loopback, c.PublicURL = false, "https://assay.example"
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	ann := i.person("ann", true)
	body := `{"link":"` + i.link(store.Link{Kind: store.LinkSignIn, UserID: ann.ID}, time.Hour) + `"}`
	a := i.want(200, "POST", "/api/v1/login", "", body, "Host", "assay.example", "X-Forwarded-Proto", "https", "X-Forwarded-For", "6.6.6.6, 203.0.113.7")
	if c := cookieOf(t, a); !c.Secure || c.Name != "__Host-assay_session" {
		t.Errorf("cookie: %+v", c)
	}
	i.want(401, "POST", "/api/v1/login", "", `{"username":"ann","password":"wrong"}`, "Host", "assay.example", "X-Forwarded-For", "6.6.6.6, 203.0.113.7")
	i.server.throttle.mu.Lock()
	defer i.server.throttle.mu.Unlock()
	// The last address that the proxy itself added counts, not what came before it.
	if i.server.throttle.names.of[newGuess("ann", "203.0.113.7").name] == nil {
		t.Error("counted for somebody else")
	}
}

func TestPasswordHashes(t *testing.T) {
	hash := hashPassword("correct horse")
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("not OWASP's setting: %s", hash)
	}
	p := newPasswords()
	for _, c := range []struct {
		hash, password string
		right          bool
	}{
		{hash, "correct horse", true},
		{hash, "correct horsf", false},
		{hash, "", false},
		{"", "correct horse", false},
		{hash, strings.Repeat("x", 1<<20), false},
	} {
		right, err := p.verify(t.Context(), c.hash, c.password)
		if err != nil || right != c.right {
			t.Errorf("%.20q: %v %v, want %v", c.password, right, err, c.right)
		}
	}
	for _, broken := range []string{"x", "$argon2i$v=19$m=1,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "$argon2id$v=16$m=8,t=1,p=1$AAAA$AAAA"} {
		if right, err := p.verify(t.Context(), broken, "correct horse"); err == nil || right {
			t.Errorf("%s: %v %v", broken, right, err)
		}
	}
	if hashPassword("correct horse") == hash {
		t.Error("two hashes of one password are the same")
	}
}
