package store

import (
	"crypto/rand"
	"encoding/base32"
	"time"
)

// crockford is Douglas Crockford's base 32 alphabet in lower case: its order is
// that of the bytes, so that encoded IDs sort like the times in them.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// NewID returns a new identifier: the prefix, "_" and 26 characters that carry
// 48 bits of time (milliseconds) and 80 random bits, as a ULID does.
func NewID(prefix string) string {
	var raw [16]byte
	ms := time.Now().UnixMilli()
	for i := range 6 {
		raw[i] = byte(ms >> (40 - 8*i))
	}
	rand.Read(raw[6:]) // never fails (crypto/rand)
	return prefix + "_" + base32.NewEncoding(crockford).WithPadding(base32.NoPadding).EncodeToString(raw[:])
}
