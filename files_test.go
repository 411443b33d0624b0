package main

import "testing"

func TestSizesMeanWhatTheirUnitsSay(t *testing.T) {
	for text, want := range map[string]byteSize{
		"0": 0, "7": 7, "7B": 7, "1KB": 1_000, "1KiB": 1 << 10, "1k": 1 << 10, "400MB": 400_000_000, "400 mb": 400_000_000,
		"512MiB": 512 << 20, "512M": 512 << 20, "2GB": 2_000_000_000, "10GiB": 10 << 30, "3TB": 3_000_000_000_000, "1TiB": 1 << 40,
	} {
		var got byteSize
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MB", "-1", "1.5GB", "1PB", "1MBB", "9999999999TB", "lots"} {
		got := byteSize(5)
		if err := got.UnmarshalText([]byte(text)); err == nil || got != 5 {
			t.Errorf("%q is read as %d (%v)", text, got, err)
		}
	}
}
