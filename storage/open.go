package storage

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
)

// OpenURL opens the bucket that a --storage URL names:
//
//	file:///dir
//	s3://bucket[/prefix]?endpoint=…&region=…&public_endpoint=…
//
// The handler is for the disk driver's own URLs, to be mounted at /objects/*;
// it is nil for S3, whose URLs point at its own server. What is wrong with
// the configuration is one clear line; an S3 server that is merely away is
// no error (Ping tells).
func OpenURL(ctx context.Context, rawURL string, opts Options) (Bucket, http.Handler, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, nil, fmt.Errorf("storage URL %q cannot be read: use file:///dir or s3://bucket?endpoint=…", rawURL)
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
	return nil, nil, fmt.Errorf("storage URL %q is neither file:///dir nor s3://bucket?endpoint=…", rawURL)
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
		return "", fmt.Errorf("storage URL %q needs an absolute folder: file:///dir", u.Redacted())
	}
	return filepath.Clean(p), nil
}
