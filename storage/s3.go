package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"
)

// s3 keeps objects in a bucket of any server that speaks S3.
type s3 struct {
	core minio.Core
	// public presigns. The host is part of what is signed, so where browsers
	// reach the server under another name it is a client of its own.
	public *minio.Client
	bucket string
	prefix string // "" or "some/folder/"
	log    *slog.Logger
}

const (
	// s3MaxExpiry is the longest that S3 lets a presigned URL live.
	s3MaxExpiry = 7 * 24 * time.Hour
	// s3Patience bounds the look at the bucket when the server starts.
	s3Patience = 5 * time.Second
	// s3Tries, with minio-go's growing pauses, bridges a hiccup; longer
	// outages are for the job's own retries.
	s3Tries = 4
)

func openS3(ctx context.Context, u *url.URL, opts Options) (*s3, error) {
	c, err := parseS3(u)
	if err != nil {
		return nil, err
	}
	creds, err := awsCredentials()
	if err != nil {
		return nil, err
	}
	client, err := c.client(c.endpoint, creds)
	if err != nil {
		return nil, err
	}
	public := client
	if c.public != c.endpoint {
		if public, err = c.client(c.public, creds); err != nil {
			return nil, err
		}
	}
	b := &s3{core: minio.Core{Client: client}, public: public, bucket: c.bucket, prefix: c.prefix, log: opts.Log}

	ctx, cancel := context.WithTimeout(ctx, s3Patience)
	defer cancel()
	if err := b.Ping(ctx); err != nil {
		var config *s3ConfigError
		if errors.As(err, &config) {
			return nil, err
		}
		opts.Log.Warn("storage: the S3 server does not answer yet", "err", err)
		return b, nil
	}
	if len(opts.AllowedOrigins) > 0 {
		b.allowOrigins(ctx, opts.AllowedOrigins)
	}
	return b, nil
}

type s3Config struct {
	bucket, prefix   string
	endpoint, public string // scheme://host[:port]
	region           string
}

func parseS3(u *url.URL) (s3Config, error) {
	c := s3Config{bucket: u.Host, prefix: strings.Trim(u.Path, "/")}
	if err := s3utils.CheckValidBucketName(c.bucket); err != nil {
		return c, fmt.Errorf("storage URL: %q is no bucket name: use s3://bucket?endpoint=…", c.bucket)
	}
	if c.prefix != "" {
		if !validKey(c.prefix) {
			return c, fmt.Errorf("storage URL: the prefix %q has characters that keys may not have", c.prefix)
		}
		c.prefix += "/"
	}
	if u.User != nil {
		return c, errors.New("storage URL: credentials do not belong there; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return c, errUnreadableURL
	}
	for name := range q {
		switch name {
		case "endpoint", "region", "public_endpoint":
		default:
			return c, fmt.Errorf("storage URL: unknown parameter %q: there are endpoint, region and public_endpoint", name)
		}
	}
	if c.endpoint, err = endpoint(q, "endpoint", "https://s3.amazonaws.com"); err != nil {
		return c, err
	}
	if c.public, err = endpoint(q, "public_endpoint", c.endpoint); err != nil {
		return c, err
	}
	// Without a region, presigning would ask the network for it.
	c.region = firstSet(q.Get("region"), os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), "us-east-1")
	return c, nil
}

func firstSet(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// endpoint reads "host:port" (HTTPS) or a URL without a path.
func endpoint(q url.Values, name, unset string) (string, error) {
	text := q.Get(name)
	if text == "" {
		return unset, nil
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" {
		return "", fmt.Errorf("storage URL: %s is neither https://host nor http://host:port", name)
	}
	return u.Scheme + "://" + u.Host, nil
}

// awsCredentials takes the usual variables: a key pair, or what a container
// or cluster sets for a role.
func awsCredentials() (*credentials.Credentials, error) {
	if os.Getenv("AWS_ACCESS_KEY_ID") != "" && os.Getenv("AWS_SECRET_ACCESS_KEY") != "" {
		return credentials.NewEnvAWS(), nil
	}
	for _, name := range []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		if os.Getenv(name) != "" {
			return credentials.NewIAM(""), nil
		}
	}
	return nil, errors.New("s3 storage needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
}

func (c s3Config) client(endpoint string, creds *credentials.Credentials) (*minio.Client, error) {
	scheme, host, _ := strings.Cut(endpoint, "://")
	client, err := minio.New(host, &minio.Options{
		Creds: creds, Secure: scheme == "https", Region: c.region, MaxRetries: s3Tries,
	})
	if err != nil {
		return nil, fmt.Errorf("storage URL: endpoint %q: %w", endpoint, err)
	}
	return client, nil
}

// s3ConfigError is an answer that waiting will not change.
type s3ConfigError struct{ reason string }

func (e *s3ConfigError) Error() string { return "s3 storage: " + e.reason }

func (b *s3) Ping(ctx context.Context) error {
	exists, err := b.core.BucketExists(ctx, b.bucket)
	if err == nil && !exists {
		return &s3ConfigError{fmt.Sprintf("there is no bucket %q", b.bucket)}
	}
	if err == nil {
		return nil
	}
	switch e := minio.ToErrorResponse(err); {
	case e.StatusCode == http.StatusForbidden:
		return &s3ConfigError{fmt.Sprintf("the server refuses these credentials for bucket %q (%s)", b.bucket, e.Code)}
	case e.StatusCode == http.StatusMovedPermanently || e.Code == "AuthorizationHeaderMalformed":
		return &s3ConfigError{fmt.Sprintf("bucket %q is in another region: set region=… in the storage URL", b.bucket)}
	}
	return fmt.Errorf("s3 storage does not answer: %w", err)
}

func (b *s3) Start(ctx context.Context, key string, size, partSize int64) (string, error) {
	if !validKey(key) {
		return "", fmt.Errorf("storage: key %q has characters that keys may not have", key)
	}
	p, err := newPlan(size, partSize)
	if err != nil {
		return "", err
	}
	id, err := b.core.NewMultipartUpload(ctx, b.bucket, b.prefix+key, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return "", fmt.Errorf("storage: start upload: %w", err)
	}
	return s3UploadID{p, id}.String(), nil
}

func (b *s3) Upload(key, uploadID string) Upload {
	id, err := parseS3UploadID(uploadID)
	return &s3Upload{b: b, key: b.prefix + key, id: id, err: err}
}

func (b *s3) SignGet(ctx context.Context, key string, opts GetOptions) (string, error) {
	if opts.Expires <= 0 {
		return "", errBadExpiry
	}
	q := url.Values{}
	q.Set("response-content-disposition", attachment(opts.Filename))
	q.Set("response-content-type", "application/octet-stream")
	q.Set("response-cache-control", "private, no-store")
	u, err := b.public.PresignedGetObject(ctx, b.bucket, b.prefix+key, s3Expiry(opts.Expires), q)
	if err != nil {
		return "", fmt.Errorf("storage: sign: %w", err)
	}
	return u.String(), nil
}

func s3Expiry(d time.Duration) time.Duration { return min(max(d, time.Second), s3MaxExpiry) }

func (b *s3) Open(ctx context.Context, key string) (Object, error) {
	info, err := b.stat(ctx, b.prefix+key)
	if err != nil {
		return nil, err
	}
	return newS3Object(ctx, b, b.prefix+key, info.Size), nil
}

func (b *s3) stat(ctx context.Context, key string) (Info, error) {
	o, err := b.core.StatObject(ctx, b.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, s3Error("stat object", err)
	}
	return Info{Size: o.Size}, nil
}

func (b *s3) Delete(ctx context.Context, key string) error {
	err := s3Error("delete object", b.core.RemoveObject(ctx, b.bucket, b.prefix+key, minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// s3Error gives S3's codes our names.
func s3Error(doing string, err error) error {
	if err == nil {
		return nil
	}
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey:
		return ErrNotFound
	case minio.NoSuchUpload:
		return ErrNoUpload
	}
	return fmt.Errorf("storage: %s: %w", doing, err)
}
