package server

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// TokenPrefix begins every API token, so that secret scanners can find one
// that was committed by mistake.
const TokenPrefix = "assay_"

// NewSecret makes a secret that cannot be guessed: prefix and 256 random bits
// in URL-safe characters.
func NewSecret(prefix string) string {
	b := make([]byte, 32)
	rand.Read(b) // never fails: crypto/rand aborts the process instead
	return prefix + base64.RawURLEncoding.EncodeToString(b)
}

// HashSecret is what the store keeps of a session, token or link: hex SHA-256.
// A secret of 256 random bits needs no slow hash and no salt. Looking rows up by
// the hash leaks nothing through timing that would help to find a secret.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
