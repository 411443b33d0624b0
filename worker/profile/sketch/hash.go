// Package sketch holds summaries of long streams in little memory: how many
// different values, which are frequent, what the quantiles and moments are.
// They know nothing of columns or files. worker/profile/column fills one set
// for every column and segment of a file, then merges them in order.
//
// All are deterministic: the same values in the same order, merged in the same
// order, give the same state.
package sketch

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Odd constants without pattern, those of wyhash.
const (
	secret0 = 0xa0761d6478bd642f
	secret1 = 0xe7037ed1a0b428db
	secret2 = 0x8ebc6af09c88c6e3
	secret3 = 0x589965cc75374cc3
	secret4 = 0x1d8e4e27c47d124f
)

func mum(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// Mix spreads every bit of a over the result.
func Mix(a, b uint64) uint64 { return mum(a^secret0, b^secret2) }

// HashWords is Hash of a text of n <= 16 bytes that has been loaded by Words.
func HashWords(w0, w1 uint64, n int) uint64 {
	return mum(secret1^uint64(n), mum(w0^secret1, w1^secret0))
}

// Words loads a text of at most 16 bytes into two words, which together with
// its length tell it apart from every other one: up to 8 bytes stand in w0,
// above them w0 is the first 8 and w1 the last 8.
func Words(b []byte) (w0, w1 uint64) {
	n := len(b)
	switch {
	case n > 8:
		return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n == 8:
		return binary.LittleEndian.Uint64(b), 0
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<(8*(n-4)), 0
	}
	for i := n - 1; i >= 0; i-- {
		w0 = w0<<8 | uint64(b[i])
	}
	return w0, 0
}

// inFront is what Words takes of the 16 bytes in which a text begins: the bytes
// of w0, whether there is a w1, and where.
var inFront = func() (t [17]struct{ w0, w1, at uint64 }) {
	for n := range t {
		t[n].w0 = 1<<(8*n) - 1
		if n > 8 {
			t[n].w0, t[n].w1, t[n].at = math.MaxUint64, math.MaxUint64, uint64(n-8)
		}
	}
	return t
}()

// HashFront is Hash of the first n <= 16 bytes of b, without a branch.
func HashFront(b *[16]byte, n int) uint64 {
	p := &inFront[n]
	return HashWords(binary.LittleEndian.Uint64(b[:])&p.w0, binary.LittleEndian.Uint64(b[p.at&8:][p.at&7:])&p.w1, n)
}

// longText is from how many bytes on a text's hash is of four parts.
const longText = 256

// Hash is a 64-bit hash by wyhash's multiply-and-fold (Wang Yi, 2019). It has
// a fixed key: who wants collisions can make them, and spoils only the
// figures of a file of their own.
func Hash(b []byte) uint64 {
	n := len(b)
	if n <= 16 {
		w0, w1 := Words(b)
		return HashWords(w0, w1, n)
	}
	seed, p := uint64(secret0), b
	if n > longText {
		// Four at a time, none of which waits for the others.
		s1, s2, s3 := seed, seed, seed
		for ; len(p) > 64; p = p[64:] {
			q := (*[64]byte)(p)
			seed = mum(binary.LittleEndian.Uint64(q[:])^secret1, binary.LittleEndian.Uint64(q[8:])^seed)
			s1 = mum(binary.LittleEndian.Uint64(q[16:])^secret2, binary.LittleEndian.Uint64(q[24:])^s1)
			s2 = mum(binary.LittleEndian.Uint64(q[32:])^secret3, binary.LittleEndian.Uint64(q[40:])^s2)
			s3 = mum(binary.LittleEndian.Uint64(q[48:])^secret4, binary.LittleEndian.Uint64(q[56:])^s3)
		}
		seed ^= bits.RotateLeft64(s1, 17) ^ bits.RotateLeft64(s2, 31) ^ bits.RotateLeft64(s3, 47)
	}
	for ; len(p) > 16; p = p[16:] {
		seed = mum(binary.LittleEndian.Uint64(p)^secret1, binary.LittleEndian.Uint64(p[8:])^seed)
	}
	last := b[n-16:]
	return mum(secret1^uint64(n), mum(binary.LittleEndian.Uint64(last)^secret1, binary.LittleEndian.Uint64(last[8:])^seed))
}
