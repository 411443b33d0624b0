package store

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	defaultLimit = 50
	maxLimit     = 200
)

// Page asks for a part of a list. The zero value is the first page.
type Page struct {
	Cursor string // as the previous page's answer gave it; "" for the first
	Limit  int    // 0 means 50; at most 200
}

func (p Page) limit() int {
	if p.Limit <= 0 {
		return defaultLimit
	}
	return min(p.Limit, maxLimit)
}

// position is where a page begins in a list sorted by a number, largest first,
// and by ID where numbers are equal.
type position struct {
	number int64 // mostly a time in microseconds
	id     string
}

// at is the position of a row in a list sorted by time.
func at(t time.Time, id string) position { return position{micros(t), id} }

// before returns the position behind which the page's rows stand; the first
// page begins after the largest number.
func (p Page) before() (position, error) {
	if p.Cursor == "" {
		return position{number: math.MaxInt64}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return position{}, ErrCursor
	}
	number, id, ok := strings.Cut(string(raw), "|")
	n, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return position{}, ErrCursor
	}
	return position{n, id}, nil
}

// cut takes the one row too many off that its query asked for, and returns the
// cursor that continues behind the rest, or "" when nothing follows.
func cut[T any](list []T, limit int, where func(T) position) ([]T, string) {
	if len(list) <= limit {
		return list, ""
	}
	list = list[:limit]
	last := where(list[limit-1])
	return list, base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d|%s", last.number, last.id))
}

// placeholders returns "?, ?, ?" for n parameters of an IN list.
func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}

// textArgs makes query arguments of texts.
func textArgs(list []string) []any {
	args := make([]any, len(list))
	for i, s := range list {
		args[i] = s
	}
	return args
}
