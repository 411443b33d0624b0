package storage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Signed URLs of the disk driver:
//
//	/objects/<key>?expires=…&part=3&size=8388608&upload=…&signature=…   PUT
//	/objects/<key>?expires=…&filename=…&signature=…                      GET, HEAD
//
// The signature is an HMAC over the method, the key and the whole sorted
// query, so nothing can be altered, added or left out. The URL is relative and
// the host unsigned: it works behind any proxy or tunnel.

const objectsPath = "/objects/"

var (
	errNoKey        = errors.New("storage: this process has no signing key")
	errNotSigned    = errors.New("storage: the URL's signature does not hold")
	errExpired      = errors.New("storage: the URL has expired")
	errBadExpiry    = errors.New("storage: a signed URL must expire in the future")
	errBadPartRange = errors.New("storage: no such part")
)

func (d *disk) signPart(key, uploadID string, number int, size int64, expires time.Duration) (string, error) {
	if number < 1 || number > maxParts || size < 0 {
		return "", errBadPartRange
	}
	q := url.Values{}
	q.Set("upload", uploadID)
	q.Set("part", strconv.Itoa(number))
	q.Set("size", strconv.FormatInt(size, 10))
	return d.sign(http.MethodPut, key, q, expires)
}

func (d *disk) signGet(key string, opts GetOptions) (string, error) {
	q := url.Values{}
	q.Set("filename", opts.Filename)
	return d.sign(http.MethodGet, key, q, opts.Expires)
}

func (d *disk) sign(method, key string, q url.Values, expires time.Duration) (string, error) {
	if len(d.key) == 0 {
		return "", errNoKey
	}
	if !validKey(key) {
		return "", ErrNotFound
	}
	if expires <= 0 {
		return "", errBadExpiry
	}
	q.Set("expires", strconv.FormatInt(d.now().Add(expires).Unix(), 10))
	q.Set("signature", d.signature(method, key, q))
	return objectsPath + key + "?" + q.Encode(), nil
}

// signature ignores a signature that is already in q.
func (d *disk) signature(method, key string, q url.Values) string {
	signed := url.Values{}
	for k, v := range q {
		if k != "signature" {
			signed[k] = v
		}
	}
	mac := hmac.New(sha256.New, d.key)
	mac.Write([]byte("assay object URL 1\n" + method + "\n" + key + "\n" + signed.Encode()))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// grant is what a URL allows.
type grant struct {
	key      string
	upload   string
	part     int
	size     int64
	filename string
}

// verify checks method, path and query of a request. HEAD is allowed where
// GET is.
func (d *disk) verify(method, path, rawQuery string) (grant, error) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	key, ok := strings.CutPrefix(path, objectsPath)
	q, err := url.ParseQuery(rawQuery)
	if !ok || !validKey(key) || err != nil || len(d.key) == 0 {
		return grant{}, errNotSigned
	}
	for _, values := range q {
		if len(values) != 1 {
			return grant{}, errNotSigned
		}
	}
	if !hmac.Equal([]byte(q.Get("signature")), []byte(d.signature(method, key, q))) {
		return grant{}, errNotSigned
	}
	expires, err := strconv.ParseInt(q.Get("expires"), 10, 64)
	if err != nil {
		return grant{}, errNotSigned
	}
	if !d.now().Before(time.Unix(expires, 0)) {
		return grant{}, errExpired
	}
	g := grant{key: key, upload: q.Get("upload"), filename: q.Get("filename")}
	if method == http.MethodPut {
		var perr, serr error
		g.part, perr = strconv.Atoi(q.Get("part"))
		g.size, serr = strconv.ParseInt(q.Get("size"), 10, 64)
		if perr != nil || serr != nil {
			return grant{}, errNotSigned
		}
	}
	return g, nil
}
