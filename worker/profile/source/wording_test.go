package source

import "testing"

func TestNumbersAndSizesAreEasyToRead(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -999: "-999", 123456: "123,456", 16777216: "16,777,216"} {
		if got := thousands(n); got != want {
			t.Errorf("%d is written %q", n, got)
		}
	}
	for n, want := range map[int64]string{16 << 20: "16 MiB", 100 << 30: "100 GiB", 1500 << 20: "1,500 MiB", 4 << 10: "4 KiB", 1023: "1,023 bytes", 16<<20 + 1: "16,777,217 bytes"} {
		if got := sizeOf(n); got != want {
			t.Errorf("%d bytes are written %q", n, got)
		}
	}
}
