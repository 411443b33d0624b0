package storage

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// BenchmarkUpload compares an upload through signed URLs over loopback, made
// durable, with a plain copy of the same file that is not.
func BenchmarkUpload(b *testing.B) {
	const size, partSize, lanes = 256 << 20, 16 << 20, 3
	source := filepath.Join(b.TempDir(), "source")
	if err := os.WriteFile(source, bytes.Repeat([]byte("0123456789abcdef"), size/16), 0o600); err != nil {
		b.Fatal(err)
	}
	b.Run("copy", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			if err := copyFile(filepath.Join(b.TempDir(), "copy"), source); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("put", func(b *testing.B) {
		d := newDisk(b)
		server := d.serve(b)
		b.SetBytes(size)
		for b.Loop() {
			id, err := d.Start(b.Context(), "bench/object", size, partSize)
			if err != nil {
				b.Fatal(err)
			}
			u := &diskUpload{d, "bench/object", id}
			var wg sync.WaitGroup
			for lane := range lanes {
				wg.Go(func() {
					for n := 1 + lane; n <= size/partSize; n += lanes {
						if err := putFrom(source, int64(n-1)*partSize, partSize, server.URL+u.signed(b, n, partSize)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if _, err := u.Complete(b.Context(), nil); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if err := d.Delete(b.Context(), u.key); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	// Through a buffer, as the driver does it: no reflink, no copy in the kernel.
	_, err = io.CopyBuffer(struct{ io.Writer }{out}, struct{ io.Reader }{in}, make([]byte, chunkSize))
	return err
}

func putFrom(file string, offset, length int64, url string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := http.NewRequest(http.MethodPut, url, io.NewSectionReader(f, offset, length))
	if err != nil {
		return err
	}
	r.ContentLength = length
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return &bodyError{io.ErrUnexpectedEOF}
	}
	return nil
}

// BenchmarkFence is what the lock costs a chunk, with other lanes writing.
func BenchmarkFence(b *testing.B) {
	d := newDisk(b)
	u := start(b, d, 30, 10)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for n := 2; n <= 3; n++ {
		w := u.writer(b, n)
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					w.written = 0
					if err := w.write([]byte("x")); err != nil {
						b.Error(err)
						return
					}
				}
			}
		})
	}
	w := u.writer(b, 1)
	b.Run("shared", func(b *testing.B) {
		for b.Loop() {
			w.written = 0
			if err := w.write([]byte("x")); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("exclusive", func(b *testing.B) {
		var worst time.Duration
		for b.Loop() {
			begin := time.Now()
			if err := w.fence.exclusive(func() error { return nil }); err != nil {
				b.Fatal(err)
			}
			worst = max(worst, time.Since(begin))
		}
		b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
	})
	close(stop)
	wg.Wait()
}
