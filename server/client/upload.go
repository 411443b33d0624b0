package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	lanes     = 3   // parts that are sent side by side
	signAhead = 100 // URLs that are asked for at once
	// stall is how long a transfer may stand still before it is begun anew.
	stall = 2 * time.Minute
)

// UploadOptions say where a file goes. Zero values make a new dataset in the
// user's personal workspace.
type UploadOptions struct {
	WorkspaceID string
	DatasetID   string // adds a version to it
	SHA256      string // checked by the job
	UploadID    string // goes on with this upload, of the same file, at its missing parts
}

// Completion is what became of an upload.
type Completion struct {
	DatasetID string `json:"dataset_id"`
	Version   int    `json:"version"`
	JobID     string `json:"job_id"`
}

// Upload is an upload's state on the server.
type Upload struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Size      int64     `json:"size"`
	Status    string    `json:"status"`
	PartSize  int64     `json:"part_size"`
	PartCount int       `json:"part_count"`
	Received  []Part    `json:"received"`
	ExpiresAt time.Time `json:"expires_at"`
	Parts     []signed  `json:"parts"` // in the answer to a new one
}

// Part is one that the storage has.
type Part struct {
	Number int    `json:"number"`
	Size   int64  `json:"size"`
	ETag   string `json:"etag"`
}

type signed struct {
	Number  int               `json:"number"`
	Size    int64             `json:"size"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
}

// Interrupted is the error of an upload that was begun and can be resumed with
// UploadOptions.UploadID.
type Interrupted struct {
	UploadID string
	Err      error
}

func (e *Interrupted) Error() string { return e.Err.Error() }
func (e *Interrupted) Unwrap() error { return e.Err }

// Upload sends size bytes of r and has them sealed: the answer names the job.
// progress, which may be nil, is told how many bytes the storage has or is being
// sent; the number falls when a part must be sent again.
func (c *Client) Upload(ctx context.Context, name string, r io.ReaderAt, size int64, o UploadOptions, progress func(sent int64)) (Completion, error) {
	t := &transfer{client: c, source: r, progress: progress, urls: map[int]signed{}, etags: map[int]string{}}
	if o.UploadID != "" {
		if err := c.call(ctx, http.MethodGet, "/uploads/"+url.PathEscape(o.UploadID), nil, &t.upload); err != nil {
			return Completion{}, err
		}
		if t.upload.Size != size || t.upload.Name != name {
			return Completion{}, fmt.Errorf("the upload was begun with another file: %s, %d bytes", t.upload.Name, t.upload.Size)
		}
	} else {
		in := map[string]any{"name": name, "size": size}
		for key, value := range map[string]string{"workspace_id": o.WorkspaceID, "dataset_id": o.DatasetID, "sha256": o.SHA256} {
			if value != "" {
				in[key] = value
			}
		}
		if err := c.call(ctx, http.MethodPost, "/uploads", in, &t.upload); err != nil {
			return Completion{}, err
		}
		t.upload.Size, t.upload.Status = size, "open"
	}
	done, err := t.run(ctx)
	if err != nil {
		return Completion{}, &Interrupted{UploadID: t.upload.ID, Err: err}
	}
	return done, nil
}

// Abandon gives an upload up that nobody is going to resume: its parts no longer
// take room.
func (c *Client) Abandon(ctx context.Context, uploadID string) error {
	return c.call(ctx, http.MethodDelete, "/uploads/"+url.PathEscape(uploadID), nil, nil)
}

// transfer is one upload under way.
type transfer struct {
	client   *Client
	upload   Upload
	source   io.ReaderAt
	progress func(int64)
	sent     atomic.Int64

	mu    sync.Mutex // also makes progress calls one at a time
	urls  map[int]signed
	etags map[int]string // of the parts that are there
}

func (t *transfer) run(ctx context.Context) (Completion, error) {
	for _, p := range t.upload.Parts {
		t.urls[p.Number] = p
	}
	for _, p := range t.upload.Received {
		t.etags[p.Number] = p.ETag
		t.add(p.Size)
	}
	var missing []int
	if t.upload.Status == "open" {
		for n := 1; n <= t.upload.PartCount; n++ {
			if _, ok := t.etags[n]; !ok {
				missing = append(missing, n)
			}
		}
	}
	for round := 0; ; round++ {
		if err := t.sendParts(ctx, missing); err != nil {
			return Completion{}, err
		}
		done, err := t.complete(ctx)
		var p *Problem
		if errors.As(err, &p) && len(p.Numbers) > 0 && round < 3 {
			missing = p.Numbers // the storage does not have what it acknowledged
			for _, n := range missing {
				if _, ok := t.etags[n]; ok {
					t.add(-t.length(n))
					delete(t.etags, n)
				}
			}
			continue
		}
		return done, err
	}
}

func (t *transfer) complete(ctx context.Context) (Completion, error) {
	var in struct {
		Parts []Part `json:"parts,omitempty"`
	}
	for n := 1; n <= t.upload.PartCount; n++ {
		if etag := t.etags[n]; etag != "" {
			in.Parts = append(in.Parts, Part{Number: n, ETag: etag})
		}
	}
	if len(in.Parts) != t.upload.PartCount {
		in.Parts = nil // some ETags are not known here: the storage's own list counts
	}
	var done Completion
	err := t.client.call(ctx, http.MethodPost, "/uploads/"+url.PathEscape(t.upload.ID)+"/complete", in, &done)
	return done, err
}

func (t *transfer) sendParts(ctx context.Context, numbers []int) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lanes)
	for i, n := range numbers {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error { return t.sendPart(ctx, n, numbers[i:]) })
	}
	return group.Wait()
}

// sendPart tries until the storage has the part. next are the numbers that
// follow, whose URLs may be fetched together with this one's.
func (t *transfer) sendPart(ctx context.Context, number int, next []int) error {
	for n := 0; ; n++ {
		part, err := t.url(ctx, number, next)
		if err != nil {
			return err
		}
		etag, err := t.put(ctx, part)
		if err == nil {
			t.mu.Lock()
			t.etags[number] = etag
			t.mu.Unlock()
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, errShrunk) {
			return err
		}
		// The URL may have expired; signing anew also tells if the upload has ended.
		t.mu.Lock()
		delete(t.urls, number)
		t.mu.Unlock()
		if n+1 >= t.client.retry.tries || !t.client.retry.wait(ctx, n, 0) {
			return fmt.Errorf("part %d: %w", number, err)
		}
	}
}

// url returns the part's URL, and asks for more when it has none.
func (t *transfer) url(ctx context.Context, number int, next []int) (signed, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p, ok := t.urls[number]; ok {
		return p, nil
	}
	var in struct {
		Numbers []int `json:"numbers"`
	}
	var out struct {
		Parts []signed `json:"parts"`
	}
	in.Numbers = append(in.Numbers, number)
	for _, n := range next {
		if len(in.Numbers) >= signAhead {
			break
		}
		if _, ok := t.urls[n]; !ok && n != number {
			in.Numbers = append(in.Numbers, n)
		}
	}
	if err := t.client.call(ctx, http.MethodPost, "/uploads/"+url.PathEscape(t.upload.ID)+"/parts", in, &out); err != nil {
		return signed{}, err
	}
	for _, p := range out.Parts {
		t.urls[p.Number] = p
	}
	if p, ok := t.urls[number]; ok {
		return p, nil
	}
	return signed{}, fmt.Errorf("part %d: the server signed no URL for it", number)
}

// put sends one part straight to the storage: no token, exactly its headers.
func (t *transfer) put(ctx context.Context, p signed) (etag string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	body := &watched{r: io.NewSectionReader(t.source, int64(p.Number-1)*t.upload.PartSize, p.Size), size: p.Size, add: t.add}
	body.timer = time.AfterFunc(stall, func() { cancel(errors.New("the transfer stands still")) })
	defer body.timer.Stop()
	address := p.URL
	if strings.HasPrefix(address, "/") {
		address = t.client.base + address
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, address, io.NopCloser(body))
	if err != nil {
		return "", unwrapURL(err)
	}
	r.ContentLength = p.Size
	if p.Size == 0 {
		r.Body = http.NoBody
	}
	for name, value := range p.Headers {
		r.Header.Set(name, value)
	}
	resp, err := t.client.parts.Do(r)
	defer func() {
		if err != nil {
			t.add(-body.sent.Load())
		}
	}()
	if body.shrunk.Load() {
		if err == nil { // the storage has answered before it saw all
			resp.Body.Close()
		}
		return "", errShrunk
	}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return "", cause
		}
		return "", unwrapURL(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", problemOf(resp)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	return strings.Trim(strings.TrimPrefix(resp.Header.Get("ETag"), "W/"), `"`), nil
}

func (t *transfer) length(number int) int64 {
	return min(t.upload.PartSize, t.upload.Size-int64(number-1)*t.upload.PartSize)
}

func (t *transfer) add(n int64) {
	sent := t.sent.Add(n)
	if t.progress == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress(sent)
}

// errShrunk is final: what the file has lost will not come by trying again.
var errShrunk = errors.New("the file became shorter while it was sent; push it again once nothing writes to it")

// watched counts what is read, and puts the alarm off whenever something is.
type watched struct {
	r     io.Reader
	size  int64 // that r should have
	add   func(int64)
	sent  atomic.Int64
	timer *time.Timer

	shrunk atomic.Bool
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if n > 0 {
		w.timer.Reset(stall)
		w.sent.Add(int64(n))
		w.add(int64(n))
	}
	if err == io.EOF && w.sent.Load() < w.size {
		w.shrunk.Store(true)
		err = errShrunk
	}
	return n, err
}
