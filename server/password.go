package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Argon2id with OWASP's second setting (Password Storage Cheat Sheet): 19 MiB,
// two passes, one lane.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16
	argonKey     = 32

	// hashesAtOnce bounds what a storm of logins can take: 38 MiB and two cores.
	hashesAtOnce = 2
	// hashesWaiting bounds the line before them to a few seconds. Who comes
	// later is sent away: a longer line would only grow, in memory and in time.
	hashesWaiting = 64

	passwordMin = 10   // characters
	passwordMax = 1024 // bytes
)

// HashPassword checks the rules for passwords and hashes one, as the PHC string
// that store.User keeps, for commands that write users without a server. The
// error is fit to be shown.
func HashPassword(ctx context.Context, password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", errors.New(err.Detail)
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return hashPassword(password), nil
}

func checkPassword(password string) *problem {
	switch {
	case utf8.RuneCountInString(password) < passwordMin:
		return invalid("password", fmt.Sprintf("The password must have at least %d characters.", passwordMin), "A few words in a row are easy to keep in mind.")
	case len(password) > passwordMax:
		return invalid("password", fmt.Sprintf("The password must not be longer than %d bytes.", passwordMax), "Choose a shorter one.")
	}
	return nil
}

func hashPassword(password string) string {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// passwords hashes a few at a time.
type passwords struct {
	slots chan struct{}
	line  chan struct{} // places, those in the slots included
	// nobody is verified against when there is no such user, so that the
	// answer takes as long as for one who exists.
	nobody string
}

func newPasswords() *passwords {
	return &passwords{slots: make(chan struct{}, hashesAtOnce), line: make(chan struct{}, hashesAtOnce+hashesWaiting), nobody: hashPassword(NewSecret(""))}
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	var encoded string
	err := p.inSlot(ctx, func() { encoded = hashPassword(password) })
	return encoded, err
}

// verify takes the same time whatever the reason for a refusal. encoded is ""
// for a user without a password, or for no user.
func (p *passwords) verify(ctx context.Context, encoded, password string) (bool, error) {
	real := encoded != ""
	if !real {
		encoded = p.nobody
	}
	if len(password) > passwordMax {
		password = password[:passwordMax] // no password is that long: refused, at the same price
	}
	var same bool
	var err error
	slotErr := p.inSlot(ctx, func() { same, err = verifyPassword(encoded, password) })
	return same && real, errors.Join(slotErr, err)
}

func (p *passwords) inSlot(ctx context.Context, work func()) error {
	select {
	case p.line <- struct{}{}:
		defer func() { <-p.line }()
	default:
		return tooMany("too_many_attempts", "Too many passwords are being checked at this moment.", 5)
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.slots }()
	work()
	return nil
}

func verifyPassword(encoded, password string) (bool, error) {
	var version int
	var memory, time uint32
	var threads uint8
	fields := strings.Split(encoded, "$")
	if len(fields) != 6 || fields[1] != "argon2id" {
		return false, errors.New("stored password hash is not argon2id")
	}
	if _, err := fmt.Sscanf(fields[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errors.New("stored password hash has an unknown version")
	}
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false, fmt.Errorf("stored password hash: %w", err)
	}
	// A row that somebody tampered with must not take the machine down.
	if memory < 1 || memory > 1<<20 || time < 1 || time > 100 || threads < 1 {
		return false, errors.New("stored password hash has unreasonable costs")
	}
	salt, err := base64.RawStdEncoding.DecodeString(fields[4])
	if err != nil {
		return false, fmt.Errorf("stored password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(fields[5])
	if err != nil || len(want) < 16 {
		return false, errors.New("stored password hash has no key")
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
