package server

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"assay/store"
)

const (
	pollEvery = 250 * time.Millisecond
	// refreshEvery counts polls. Now and then the unfinished jobs are read as a
	// whole: a job's place in the queue changes without its row changing, and a
	// worker whose clock is slow writes times that lie before what was asked for.
	refreshEvery = 4
	// pollOverlap is asked for again at every poll, for rows whose commits
	// overtook each other. Listeners drop what they have seen.
	pollOverlap = 2 * time.Second
)

// hub polls the store for the changes of jobs while anybody listens, once per
// user however many streams that user has open, and hands them to the listeners.
type hub struct {
	store *store.Store
	log   *slog.Logger
	most  int // listeners of one user

	mu     sync.Mutex
	feeds  map[string]*feed // by user
	closed bool
	life   context.Context // ends at shutdown
	end    context.CancelFunc
	open   sync.WaitGroup // listeners and pollers
	count  int            // listeners
}

// feed is the polling for one user.
type feed struct {
	listeners map[*listener]struct{}
	stop      context.CancelFunc
}

func newHub(s *store.Store, log *slog.Logger, most int) *hub {
	life, end := context.WithCancel(context.Background())
	return &hub{store: s, log: log, most: most, feeds: map[string]*feed{}, life: life, end: end}
}

// listen registers a listener for a user's jobs (for one, unless jobID is "").
// Its caller must call leave.
func (h *hub) listen(userID, jobID string) (l *listener, leave func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, nil, &problem{Status: http.StatusServiceUnavailable, Code: "shutting_down",
			Detail: "This Assay is just ending.", Hint: "Come back in a moment; nothing is lost.", RetryAfter: 5}
	}
	f := h.feeds[userID]
	if f == nil {
		ctx, stop := context.WithCancel(context.Background())
		f = &feed{listeners: map[*listener]struct{}{}, stop: stop}
		h.feeds[userID] = f
		h.open.Go(func() { h.poll(ctx, userID, f) })
	}
	if len(f.listeners) >= h.most {
		return nil, nil, tooMany("too_many_streams", "You have too many event streams open.", 5)
	}
	l = &listener{jobID: jobID, wake: make(chan struct{}, 1), seen: map[string]mark{}}
	f.listeners[l] = struct{}{}
	h.count++
	h.open.Add(1)
	return l, func() {
		defer h.open.Done()
		h.mu.Lock()
		defer h.mu.Unlock()
		h.count--
		delete(f.listeners, l)
		if len(f.listeners) == 0 {
			f.stop()
			delete(h.feeds, userID)
		}
	}, nil
}

func (h *hub) streams() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// shutdown ends all streams and waits for them.
func (h *hub) shutdown(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.end()
	gone := make(chan struct{})
	go func() { h.open.Wait(); close(gone) }()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hub) poll(ctx context.Context, userID string, f *feed) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	since := time.Now()
	unfinished := map[string]bool{}
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		jobs, err := h.store.JobsChangedSince(ctx, userID, since.Add(-pollOverlap), "")
		if err == nil && n%refreshEvery == 0 {
			var more []store.Job
			if more, err = h.refresh(ctx, userID, unfinished); err == nil {
				jobs = append(jobs, more...)
			}
		}
		if err != nil {
			if ctx.Err() == nil {
				h.log.LogAttrs(ctx, slog.LevelWarn, "job changes not read", slog.Any("error", err))
			}
			continue
		}
		for _, j := range jobs {
			if j.UpdatedAt.After(since) {
				since = j.UpdatedAt
			}
		}
		h.mu.Lock()
		for l := range f.listeners {
			l.offer(jobs)
		}
		h.mu.Unlock()
	}
}

// refresh reads the user's unfinished jobs, and those that were unfinished the
// last time and are so no longer.
func (h *hub) refresh(ctx context.Context, userID string, unfinished map[string]bool) ([]store.Job, error) {
	jobs, err := unfinishedJobs(ctx, h.store, userID)
	if err != nil {
		return nil, err
	}
	before := make([]string, 0, len(unfinished))
	for id := range unfinished {
		before = append(before, id)
	}
	clear(unfinished)
	for _, j := range jobs {
		unfinished[j.ID] = true
	}
	for _, id := range before {
		if unfinished[id] {
			continue
		}
		if j, _, err := h.store.Job(ctx, userID, id); err == nil { // else deleted, or out of sight
			jobs = append(jobs, j)
		}
	}
	return jobs, nil
}

func unfinishedJobs(ctx context.Context, s *store.Store, userID string) ([]store.Job, error) {
	jobs, _, err := s.Jobs(ctx, store.JobQuery{
		UserID: userID, Statuses: []string{store.StatusQueued, store.StatusRunning}, Page: store.Page{Limit: 200},
	})
	return jobs, err
}

// listener collects what its stream has still to send: of each job the newest
// state, so that a slow reader misses steps but never the end.
type listener struct {
	jobID string
	wake  chan struct{} // has room for one

	mu      sync.Mutex
	pending []store.Job
	seen    map[string]mark // of every job offered lately
}

// mark is what tells two states of a job apart.
type mark struct {
	updated  time.Time
	position int
	ended    bool
}

// offer takes over those of jobs that are news to this listener.
func (l *listener) offer(jobs []store.Job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range jobs {
		if l.jobID == "" || l.jobID == j.ID {
			l.add(j)
		}
	}
	if len(l.pending) > 0 {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}

func (l *listener) add(j store.Job) {
	m := mark{updated: j.UpdatedAt, ended: j.Ended()}
	if j.QueuePosition != nil {
		m.position = *j.QueuePosition
	}
	if old, ok := l.seen[j.ID]; ok && (old == m || m.updated.Before(old.updated)) {
		return
	}
	l.seen[j.ID] = m
	for i := range l.pending {
		if l.pending[i].ID == j.ID {
			l.pending[i] = j
			return
		}
	}
	l.pending = append(l.pending, j)
}

// take returns what is to be sent, and forgets jobs that ended a while ago.
func (l *listener) take() []store.Job {
	l.mu.Lock()
	defer l.mu.Unlock()
	jobs := l.pending
	l.pending = nil
	if len(l.seen) > 1000 {
		for id, m := range l.seen {
			if m.ended && time.Since(m.updated) > time.Minute {
				delete(l.seen, id)
			}
		}
	}
	return jobs
}
