package storagetest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"assay/storage"
)

func testEmpty(t *testing.T, s *suite) {
	x := s.begin(t, 0)
	etag := x.put(t, 1)
	parts, err := x.ListParts(s.ctx)
	if err != nil || !slices.Equal(parts, []storage.Part{{Number: 1, Size: 0, ETag: etag}}) {
		t.Fatalf("ListParts = %+v, %v", parts, err)
	}
	x.complete(t, parts)
	x.wantObject(t, nil)
}

func testSizes(t *testing.T, s *suite) {
	for _, size := range []int{1, partSize - 1, partSize, partSize + 1, 2 * partSize} {
		x := s.seal(t, size)
		x.wantObject(t, x.data)
	}
}

func testOutOfOrder(t *testing.T, s *suite) {
	x := s.begin(t, 2*partSize+123)
	var parts []storage.Part
	for _, n := range []int{3, 1, 2} {
		parts = append(parts, storage.Part{Number: n, Size: int64(len(x.part(n))), ETag: x.put(t, n)})
	}
	x.complete(t, parts) // the list may be in any order, too
	x.wantObject(t, x.data)
}

func testResume(t *testing.T, s *suite) {
	x := s.begin(t, 2*partSize+123)
	if parts, err := x.ListParts(s.ctx); err != nil || len(parts) != 0 {
		t.Fatalf("a fresh upload lists %+v, %v", parts, err)
	}
	e3, e1 := x.put(t, 3), x.put(t, 1)
	// As after a restart: a handle from nothing but the key and the ID.
	again := s.Bucket.Upload(x.key, x.id)
	parts, err := again.ListParts(s.ctx)
	want := []storage.Part{{Number: 1, Size: partSize, ETag: e1}, {Number: 3, Size: 123, ETag: e3}}
	if err != nil || !slices.Equal(parts, want) {
		t.Fatalf("ListParts = %+v, %v; want %+v", parts, err, want)
	}
	x.put(t, 2)
	x.complete(t, nil)
	x.wantObject(t, x.data)
}

func testSentAgain(t *testing.T, s *suite) {
	x := s.begin(t, partSize+10)
	x.putOther(t, 1, content(9, partSize))
	x.put(t, 2)
	first := x.put(t, 1)
	if second := x.put(t, 1); second != first {
		t.Errorf("the same bytes have the ETags %q and %q", first, second)
	}
	x.complete(t, nil)
	x.wantObject(t, x.data)
}

func testRacingParts(t *testing.T, s *suite) {
	x := s.begin(t, partSize+10)
	x.put(t, 2)
	const racers = 6
	bodies := make([][]byte, racers)
	answers := make([]answer, racers)
	signed := x.sign(t, 1)
	var wg sync.WaitGroup
	for i := range racers {
		bodies[i] = content(byte(20+i), partSize)
		wg.Go(func() { answers[i] = s.send(signed, bytes.NewReader(bodies[i]), partSize) })
	}
	wg.Wait()

	parts, err := x.ListParts(s.ctx)
	if err != nil || len(parts) != 2 {
		t.Fatalf("ListParts = %+v, %v", parts, err)
	}
	// The part that stands is the whole of one that was answered with 200.
	winner := slices.IndexFunc(answers, func(a answer) bool {
		return a.err == nil && a.status == http.StatusOK && a.header.Get("ETag") == `"`+parts[0].ETag+`"`
	})
	if winner < 0 {
		t.Fatalf("part %+v is none of %v", parts[0], answers)
	}
	x.complete(t, parts)
	x.wantObject(t, append(bytes.Clone(bodies[winner]), x.part(2)...))
}

// slowly starts a PUT and holds it after the first bytes; finish sends the
// rest and answers what came of it.
func (x *transfer) slowly(t *testing.T, n int, body []byte) (finish func() answer) {
	t.Helper()
	r, w := io.Pipe()
	signed := x.sign(t, n)
	done := make(chan answer, 1)
	go func() {
		a := x.send(signed, r, int64(len(body)))
		r.CloseWithError(errors.New("the request has ended")) // frees a writer that waits
		done <- a
	}()
	// More than the sockets between us can hold: the other side has read some.
	head := len(body) - 1000
	if _, err := w.Write(body[:head]); err != nil {
		t.Fatalf("slow PUT: %v", err)
	}
	return func() answer {
		w.Write(body[head:]) // an error means refused already, which the answer tells
		w.Close()
		return <-done
	}
}

func testStraddle(t *testing.T, s *suite) {
	x := s.begin(t, partSize+10)
	x.put(t, 1)
	x.put(t, 2)
	finish := x.slowly(t, 1, content(9, partSize))
	x.complete(t, nil)
	x.wantObject(t, x.data)
	finish() // whatever the storage says to it: versitygw says 200 and forgets it
	x.wantObject(t, x.data)
}

func testSuperseded(t *testing.T, s *suite) {
	x := s.begin(t, partSize+10)
	x.put(t, 2)
	finish := x.slowly(t, 1, content(9, partSize))
	x.put(t, 1)
	x.complete(t, nil)
	finish()
	x.wantObject(t, x.data)
}

func testCompletionRefused(t *testing.T, s *suite) {
	x := s.begin(t, 2*partSize+10)
	e1, e2 := x.put(t, 1), x.put(t, 2)

	wantMismatch(t, x, nil, []int{3}, nil)
	e3 := x.put(t, 3)
	good := []storage.Part{{Number: 1, ETag: e1}, {Number: 2, ETag: e2}, {Number: 3, ETag: e3}}
	with := func(i int, p storage.Part) []storage.Part {
		list := slices.Clone(good)
		list[i] = p
		return list
	}
	wantMismatch(t, x, with(1, storage.Part{Number: 2, ETag: e1}), nil, []int{2})
	wantMismatch(t, x, with(2, storage.Part{Number: 3, ETag: e3, Size: 11}), nil, []int{3})
	wantMismatch(t, x, good[:2], []int{3}, nil)
	wantMismatch(t, x, append(slices.Clone(good), storage.Part{Number: 4, ETag: e3}), nil, []int{4})

	// None of this has done any harm.
	x.complete(t, good)
	x.wantObject(t, x.data)
}

func wantMismatch(t *testing.T, x *transfer, parts []storage.Part, missing, wrong []int) {
	t.Helper()
	_, err := x.Complete(x.ctx, parts)
	var e *storage.ErrPartsMismatch
	if !errors.As(err, &e) || !slices.Equal(e.Missing, missing) || !slices.Equal(e.Wrong, wrong) {
		t.Fatalf("Complete(%+v) = %v; want missing %v, wrong %v", parts, err, missing, wrong)
	}
	if _, err := x.Bucket.Open(x.ctx, x.key); !errors.Is(err, storage.ErrNotFound) {
		t.Fatalf("after a refused completion, Open = %v", err)
	}
}

func testCompleteTogether(t *testing.T, s *suite) {
	x := s.begin(t, partSize+10)
	x.put(t, 1)
	x.put(t, 2)
	var wg sync.WaitGroup
	errs := make([]error, 50)
	for i := range errs {
		wg.Go(func() {
			info, err := s.Bucket.Upload(x.key, x.id).Complete(s.ctx, nil)
			if err == nil && info.Size != int64(len(x.data)) {
				err = errors.New("wrong size")
			}
			errs[i] = err
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	x.wantObject(t, x.data)
	x.complete(t, nil) // and long after
}

func testAbort(t *testing.T, s *suite) {
	x := s.begin(t, partSize+10)
	x.put(t, 1)
	for range 2 {
		if err := x.Abort(s.ctx); err != nil {
			t.Fatalf("Abort: %v", err)
		}
	}
	wantNoUpload(t, x.Upload, s)

	sealed := s.seal(t, 10)
	if err := sealed.Abort(s.ctx); err != nil {
		t.Fatalf("Abort after completion: %v", err)
	}
	sealed.wantObject(t, sealed.data)
}

func testUnknownUpload(t *testing.T, s *suite) {
	x := s.begin(t, 10)
	for _, id := range []string{"", "nonsense", "../" + x.id, x.id[:len(x.id)-2] + "zz"} {
		u := s.Bucket.Upload(newKey(), id)
		wantNoUpload(t, u, s)
		if err := u.Abort(s.ctx); err != nil {
			t.Errorf("Abort of upload %q: %v", id, err)
		}
	}
}

func testForeignKey(t *testing.T, s *suite) {
	x := s.begin(t, 10)
	x.put(t, 1)
	foreign := s.Bucket.Upload(newKey(), x.id)
	wantNoUpload(t, foreign, s)
	if err := foreign.Abort(s.ctx); err != nil {
		t.Errorf("Abort: %v", err)
	}
	x.complete(t, nil)
	x.wantObject(t, x.data)
}

func wantNoUpload(t *testing.T, u storage.Upload, s *suite) {
	t.Helper()
	if _, err := u.ListParts(s.ctx); !errors.Is(err, storage.ErrNoUpload) {
		t.Errorf("ListParts = %v, want ErrNoUpload", err)
	}
	if _, err := u.Complete(s.ctx, nil); !errors.Is(err, storage.ErrNoUpload) {
		t.Errorf("Complete = %v, want ErrNoUpload", err)
	}
}
