package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
)

// errUnreadableURL stands for url.Parse's error, which repeats the URL.
var errUnreadableURL = errors.New("storage URL cannot be read: use file:///dir or s3://bucket?endpoint=…")

// OpenURL opens the bucket that a --storage URL names:
//
//	file:///dir
//	s3://bucket[/prefix]?endpoint=…&region=…&public_endpoint=…
//
// The handler is for the disk driver's own URLs, to be mounted at /objects/*;
// it is nil for S3, whose URLs point at its own server. What is wrong with
// the configuration is one clear line, which never has the URL in it: people
// write passwords into URLs, and lines go into logs. An S3 server that is
// merely away is no error (Ping tells).
func OpenURL(ctx context.Context, rawURL string, opts Options) (Bucket, http.Handler, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, nil, errUnreadableURL
	}
	switch u.Scheme {
	case "file":
		dir, err := folder(u)
		if err != nil {
			return nil, nil, err
		}
		d, err := openDisk(dir, opts)
		if err != nil {
			return nil, nil, err
		}
		return d, d.handler(), nil
	case "s3":
		b, err := openS3(ctx, u, opts)
		if err != nil {
			return nil, nil, err
		}
		return b, nil, nil
	}
	return nil, nil, fmt.Errorf("storage URL with scheme %q is neither file:///dir nor s3://bucket?endpoint=…", u.Scheme)
}

// folder is the path in a file URL. On Windows file:///C:/dir has a slash
// before the drive that is not part of the path.
func folder(u *url.URL) (string, error) {
	if u.Host != "" && u.Host != "localhost" {
		return "", fmt.Errorf("storage URL file://%s%s names a host: write file:///dir, with three slashes", u.Host, u.Path)
	}
	p := u.Path
	if runtime.GOOS == "windows" {
		p = strings.TrimPrefix(p, "/")
	}
	p = filepath.FromSlash(p)
	if !filepath.IsAbs(p) {
		return "", errors.New("storage URL needs an absolute folder: file:///dir")
	}
	return filepath.Clean(p), nil
}
