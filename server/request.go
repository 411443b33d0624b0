package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"assay/store"
)

const (
	maxBody = 1 << 20
	// secretBody is the limit where nobody has signed in yet: a user name and a
	// password at their longest, every character escaped, fit.
	secretBody = 8 << 10
)

func (c *call) ctx() context.Context { return c.Request().Context() }

// read decodes the request's JSON into v. Unknown members are ignored, so that
// newer clients can talk to older servers.
func (c *call) read(v any) error {
	body, err := c.body()
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return &problem{Status: http.StatusBadRequest, Code: "invalid", Detail: "The request has no body.", Hint: "Send a JSON object."}
	}
	return decode(body, v, false)
}

// readSecret is read for requests that anybody may send.
func (c *call) readSecret(v any) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, secretBody)
	return c.read(v)
}

// readOptional is read for bodies that may be left out.
func (c *call) readOptional(v any, strict bool) error {
	body, err := c.body()
	if err != nil || len(body) == 0 {
		return err
	}
	return decode(body, v, strict)
}

func (c *call) body() ([]byte, error) {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, err
		}
		return nil, &problem{Status: http.StatusBadRequest, Code: "invalid", Detail: "The request's body did not arrive whole.",
			Hint: "Send it again.", cause: err}
	}
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, nil
	}
	if t, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); err != nil || t != "application/json" {
		return nil, &problem{Status: http.StatusUnsupportedMediaType, Code: "unsupported_media_type",
			Detail: "The body must be JSON.", Hint: "Send Content-Type: application/json."}
	}
	// encoding/json would silently put U+FFFD in place of broken UTF-8.
	if !utf8.Valid(body) {
		return nil, &problem{Status: http.StatusBadRequest, Code: "invalid", Detail: "The body is not UTF-8.",
			Hint: "JSON is always UTF-8."}
	}
	return body, nil
}

func decode(body []byte, v any, strict bool) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if strict {
		d.DisallowUnknownFields()
	}
	err := d.Decode(v)
	if err == nil {
		// More would overlook a bracket that closes nothing.
		if _, end := d.Token(); end == io.EOF {
			return nil
		}
		err = errors.New("something follows the value")
	}
	p := &problem{Status: http.StatusBadRequest, Code: "invalid", Detail: "The body is not the JSON that is expected here.",
		Hint: "GET /api/openapi.json describes it.", cause: err}
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) && wrongType.Field != "" {
		p.Field = wrongType.Field
		p.Detail = fmt.Sprintf("%s must be %s.", wrongType.Field, wanted(wrongType.Type))
	} else if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		p.Field = strings.Trim(name, `"`)
		p.Detail = "There is no such member: " + p.Field + "."
	}
	return p
}

// wanted names what JSON has for a Go type.
func wanted(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Slice:
		return "an array"
	}
	return "an object"
}

// page reads ?cursor= and ?limit=.
func (c *call) page() (store.Page, error) {
	p := store.Page{Cursor: c.QueryParam("cursor")}
	if text := c.QueryParam("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 200 {
			return p, invalid("limit", "limit must be a number from 1 to 200.", "Leave it out for 50; next_cursor leads on.")
		}
		p.Limit = n
	}
	return p, nil
}

// statuses reads ?status=, one or more of known, separated by commas.
func (c *call) statuses(known ...string) ([]string, error) {
	text := c.QueryParam("status")
	if text == "" {
		return nil, nil
	}
	list := strings.Split(text, ",")
next:
	for _, s := range list {
		for _, k := range known {
			if s == k {
				continue next
			}
		}
		return nil, invalid("status", "status must be one of "+strings.Join(known, ", ")+".", "Separate several by commas, or leave it out for all.")
	}
	return list, nil
}

// listOf is the shape of every list.
type listOf[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// list makes the answer of a list: each item as its view, never null.
func list[T, V any](items []T, next string, view func(T) V) listOf[V] {
	l := listOf[V]{Items: make([]V, 0, len(items))}
	for _, item := range items {
		l.Items = append(l.Items, view(item))
	}
	if next != "" {
		l.NextCursor = &next
	}
	return l
}

// text checks a name that people read: normalised, trimmed, without control
// characters and without the marks that turn the direction of writing and can
// make gpj.exe look like exe.jpg.
func text(field, value string, maxBytes int) (string, error) {
	value = strings.TrimSpace(norm.NFC.String(value))
	switch {
	case value == "":
		return "", invalid(field, field+" must not be empty.", "Give it at least one character that can be seen.")
	case len(value) > maxBytes:
		return "", invalid(field, fmt.Sprintf("%s must not be longer than %d bytes.", field, maxBytes), "Shorten it; letters beyond ASCII count as two to four bytes.")
	case strings.ContainsFunc(value, unprintable):
		return "", invalid(field, field+" has control characters in it.", "Take them out, and line breaks too.")
	}
	return value, nil
}

func unprintable(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029
}

// orNull is nil for "": the API says null where there is nothing.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
