package storagetest

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"assay/storage"
)

// alter changes one character of a value and keeps its length.
func alter(v string) string {
	if v == "" {
		return "1"
	}
	b := []byte(v)
	if i := len(b) / 2; b[i] == '1' {
		b[i] = '2'
	} else {
		b[i] = '1'
	}
	return string(b)
}

func testAlteredURL(t *testing.T, s *suite) {
	x := s.begin(t, 10)
	other := s.begin(t, 10)
	signed := x.sign(t, 1)
	u, err := url.Parse(signed.URL)
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(what string, change func(u *url.URL, q url.Values)) {
		t.Helper()
		c, q := *u, u.Query()
		change(&c, q)
		c.RawQuery = q.Encode()
		if a := s.send(storage.SignedPart{URL: c.String(), Headers: signed.Headers}, bytes.NewReader(x.data), 10); !a.refused() {
			t.Errorf("%s altered: %s", what, a)
		}
	}
	for name := range u.Query() {
		refuse(name, func(_ *url.URL, q url.Values) { q.Set(name, alter(q.Get(name))) })
		refuse(name+" left out:", func(_ *url.URL, q url.Values) { q.Del(name) })
	}
	refuse("object", func(u *url.URL, _ url.Values) { u.Path = alter(u.Path) })
	refuse("parameter added:", func(_ *url.URL, q url.Values) { q.Set("more", "1") })
	o, err := url.Parse(other.sign(t, 1).URL)
	if err != nil {
		t.Fatal(err)
	}
	refuse("another upload's object", func(u *url.URL, _ url.Values) { u.Path = o.Path })

	for _, y := range []*transfer{x, other} {
		if parts, err := y.ListParts(s.ctx); err != nil || len(parts) != 0 {
			t.Errorf("after refusals the upload has %+v, %v", parts, err)
		}
	}
	// As it was signed, it works.
	x.put(t, 1)
}

func testOtherLength(t *testing.T, s *suite) {
	x := s.begin(t, 1000)
	for _, length := range []int64{0, 999, 1001, -1} { // -1: chunked, of unknown length
		sent := length
		if length < 0 {
			sent = 1000
		}
		body := bytes.NewReader(content(1, int(sent)))
		if a := s.send(x.sign(t, 1), body, length); !a.refused() {
			t.Errorf("length %d: %s", length, a)
		}
	}
	if parts, err := x.ListParts(s.ctx); err != nil || len(parts) != 0 {
		t.Errorf("after refusals the upload has %+v, %v", parts, err)
	}
}

func testOtherMethod(t *testing.T, s *suite) {
	x := s.begin(t, 10)
	x.put(t, 1)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
		signed := x.sign(t, 1)
		if a := s.request(method, signed.URL, signed.Headers, bytes.NewReader(x.data), 10); !a.refused() {
			t.Errorf("%s with a PUT's URL: %s", method, a)
		}
	}
	x.complete(t, nil)
	get := x.get(t, "data.csv")
	if a := s.request(http.MethodPut, get, nil, bytes.NewReader(x.data), 10); !a.refused() {
		t.Errorf("PUT with a GET's URL: %s", a)
	}
	x.wantObject(t, x.data)
}

func testExpiredURL(t *testing.T, s *suite) {
	x := s.begin(t, 0)
	signed := x.signFor(t, 1, time.Second)
	deadline := time.Now().Add(15 * time.Second)
	for !s.send(signed, nil, 0).refused() {
		if time.Now().After(deadline) {
			t.Fatal("a URL signed for a second still works")
		}
	}
	for _, never := range []time.Duration{0, -time.Hour} {
		if p, err := x.SignPart(s.ctx, 1, 0, never); err == nil {
			t.Errorf("SignPart for %v gave %s", never, p.URL)
		}
	}
}

func testDeadURLs(t *testing.T, s *suite) {
	sealed := s.begin(t, 10)
	signed := sealed.sign(t, 1)
	sealed.put(t, 1)
	sealed.complete(t, nil)
	if a := s.send(signed, bytes.NewReader(content(9, 10)), 10); !a.refused() {
		t.Errorf("after completion: %s", a)
	}
	sealed.wantObject(t, sealed.data)

	aborted := s.begin(t, 10)
	signed = aborted.sign(t, 1)
	if err := aborted.Abort(s.ctx); err != nil {
		t.Fatal(err)
	}
	if a := s.send(signed, bytes.NewReader(aborted.data), 10); !a.refused() {
		t.Errorf("after abortion: %s", a)
	}
	if _, err := s.Bucket.Open(s.ctx, aborted.key); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("after abortion, Open = %v", err)
	}
}
