// Package client speaks the API of package server from Go: assay push and the
// end-to-end tests walk a file's whole journey with it, from its first part to
// its report.
//
// What a network loses on the way is sent again, with growing pauses; what the
// server refuses comes back as a *Problem.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client talks to one server with one token. It is safe for concurrent use.
type Client struct {
	base  string
	token string
	api   *http.Client
	// parts has no limit on the whole of a transfer, which may take hours; each
	// is watched for standing still instead.
	parts *http.Client
	retry backoff
}

// New makes a client of the server at base, such as http://127.0.0.1:8420.
func New(base, token string) *Client {
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 3 * time.Minute, // sealing a large file on S3 takes a while
		MaxIdleConnsPerHost:   lanes + 2,
		IdleConnTimeout:       time.Minute,
		ForceAttemptHTTP2:     true,
	}
	return &Client{
		base: strings.TrimRight(base, "/"), token: token,
		api:   &http.Client{Transport: transport},
		parts: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		retry: backoff{first: 300 * time.Millisecond, longest: 10 * time.Second, tries: 10},
	}
}

// Problem is a refusal: the server's own words (RFC 9457).
type Problem struct {
	Status     int    `json:"status"`
	Code       string `json:"code"` // stable
	Detail     string `json:"detail"`
	Hint       string `json:"hint"`
	Numbers    []int  `json:"numbers"` // of parts
	JobID      string `json:"job_id"`
	RequestID  string `json:"request_id"`
	RetryAfter int    `json:"retry_after"` // seconds
}

func (p *Problem) Error() string {
	return strings.TrimSpace(p.Detail+" "+p.Hint) + " [" + p.Code + "]"
}

// passing tells problems that may be over in a moment from lasting ones.
func (p *Problem) passing() bool {
	switch p.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// backoff is how long to wait before which try.
type backoff struct {
	first, longest time.Duration
	tries          int
}

// wait before try n+1; false when ctx ended meanwhile.
func (b backoff) wait(ctx context.Context, n int, least time.Duration) bool {
	d := min(b.first<<min(n, 16), b.longest)
	d = max(d/2+rand.N(d/2+1), least) // spread, so that many clients do not come back together
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// call sends in as JSON and decodes the answer into out; either may be nil.
// Network faults and passing problems are tried again: every call of this API
// may be repeated (a second POST /uploads leaves an upload that expires unused).
func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
	}
	for n := 0; ; n++ {
		err := c.once(ctx, method, path, body, out)
		if err == nil || ctx.Err() != nil {
			return err
		}
		var p *Problem
		var least time.Duration
		if errors.As(err, &p) {
			if !p.passing() {
				return err
			}
			least = time.Duration(p.RetryAfter) * time.Second
		}
		if n+1 >= c.retry.tries || !c.retry.wait(ctx, n, least) {
			return err
		}
	}
}

func (c *Client) once(ctx context.Context, method, path string, body []byte, out any) error {
	resp, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if raw, ok := out.(*json.RawMessage); ok {
		*raw, err = io.ReadAll(resp.Body)
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("%s %s: the answer is not the JSON that was expected: %w", method, path, err)
	}
	return nil
}

// send answers the response when it is a success, and a *Problem otherwise.
func (c *Client) send(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.api.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s does not answer: %w", c.base, unwrapURL(err))
	}
	if resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close()
	return nil, problemOf(resp)
}

// unwrapURL drops the address from an error: a part's URL has a signature in it.
func unwrapURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

func problemOf(resp *http.Response) *Problem {
	p := &Problem{}
	t, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil || t != "application/problem+json" || json.Unmarshal(body, p) != nil || p.Code == "" {
		// Not from Assay: a proxy's, or a storage's.
		p = &Problem{Code: "http_" + strconv.Itoa(resp.StatusCode), Detail: "The answer was " + resp.Status + "."}
	}
	p.Status = resp.StatusCode
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && p.RetryAfter == 0 {
		p.RetryAfter = min(s, 60)
	}
	return p
}

// Dataset is what a list shows of one.
type Dataset struct {
	ID     string `json:"id"`
	Latest *struct {
		Version int `json:"version"`
		Summary *struct {
			Rows int64 `json:"rows"` // of the first table
		} `json:"summary"`
	} `json:"latest"`
}

// Dataset asks for one dataset.
func (c *Client) Dataset(ctx context.Context, id string) (Dataset, error) {
	var d Dataset
	err := c.call(ctx, http.MethodGet, "/datasets/"+url.PathEscape(id), nil, &d)
	return d, err
}

// Profile returns the report of a version as JSON; version 0 means the newest
// one that has a report.
func (c *Client) Profile(ctx context.Context, datasetID string, version int) (json.RawMessage, error) {
	path := "/datasets/" + url.PathEscape(datasetID)
	if version > 0 {
		path += "/versions/" + strconv.Itoa(version)
	}
	var report json.RawMessage
	err := c.call(ctx, http.MethodGet, path+"/profile", nil, &report)
	return report, err
}
