package source

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
)

// sevenZip is what 7-Zip makes of deflated64's text: one match is 50,000 bytes
// long, another goes as far back.
const sevenZip = "5d/NcdYwEAbg+1bhAnSwZFm2ykkg/MMHCQFC9axb4JSZ57lodqR3d12C78p9/PzwsPx4/vjm83L/ePv9bXl3+7N8ev76/Wm5/Xp4XOq2fLn7+7K8vb1/Wtbatr6P45ylxguPx+PxeDwe" +
	"j8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwe" +
	"j8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6P96qU9r//4rDFWtaopUbPJlddR+nR9rLHNsqIPssRo5czzlpm1HUtNQMtIzVq76W2" +
	"jMxSMzlHqZnNcN2zRVYj2pl3R2wtX57ZMnMzenZpa/ReS8vJZ85usbdZ2hb7MUrrMbJL22Nc1YjjujviuF7mJlduxswu2xoze241N8sRW8vz+qzcpuYCW4967bPtec6sR9Rt5P1x7Z7v" +
	"z6h7y/yMfw=="

func deflated64(t testing.TB) (packed []byte, text string) {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(sevenZip)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	const far = "the quick brown fox jumps over 13 lazy dogs 0123456789"
	fmt.Fprintf(&b, "a,b\n%s,1\n%s,2\n%s,3\n", far, strings.Repeat("y", 50_000), far)
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%d\n", i*i, i)
	}
	return packed, b.String()
}

func TestMembersPackedByWindowsExplorerAreRead(t *testing.T) {
	raw, text := deflated64(t)
	data := zipped(t, packed{name: "big.csv", data: raw, with: func(h *zip.FileHeader) {
		h.Method, h.UncompressedSize64, h.CRC32 = zipDeflate64, uint64(len(text)), crc32.ChecksumIEEE([]byte(text))
	}})
	got := readTable(t, "x.zip", data, 2)
	if got.err != nil || len(got.rows) != 43 || got.rows[42] != `{"a":"1521","b":"39"}` {
		t.Errorf("%d rows, %v", len(got.rows), got.err)
	}
}

func TestDeflate64ReadsWhatWasPacked(t *testing.T) {
	raw, text := deflated64(t)
	if got, err := io.ReadAll(newInflate64(bytes.NewReader(raw))); err != nil || string(got) != text {
		t.Errorf("%d bytes, %v; want %d", len(got), err, len(text))
	}
	// Without matches it is what Deflate makes, too.
	r := rand.New(rand.NewPCG(1, 1))
	for _, size := range []int{0, 1, 100, 65_535, 65_536, 300_000} {
		text := make([]byte, size)
		for i := range text {
			text[i] = byte(min(r.ExpFloat64()*20, 255))
		}
		for _, level := range []int{flate.NoCompression, flate.HuffmanOnly} {
			var b bytes.Buffer
			w, err := flate.NewWriter(&b, level)
			if err != nil {
				t.Fatal(err)
			}
			w.Write(text)
			w.Close()
			if got, err := io.ReadAll(newInflate64(&b)); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%d bytes at level %d: %d bytes, %v", size, level, len(got), err)
			}
		}
	}
}

func TestDamagedDeflate64EndsAsTextOrError(t *testing.T) {
	raw, text := deflated64(t)
	r := rand.New(rand.NewPCG(2, 2))
	for range 500 {
		bad := bytes.Clone(raw)
		for range 1 + r.IntN(4) {
			bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		}
		n, err := io.Copy(io.Discard, newInflate64(bytes.NewReader(bad)))
		if err == nil && n == 0 || n > int64(len(bad))<<16 {
			t.Fatalf("%d bytes, %v", n, err)
		}
	}
	for cut := range raw {
		if got, err := io.ReadAll(newInflate64(bytes.NewReader(raw[:cut]))); err != io.ErrUnexpectedEOF || !strings.HasPrefix(text, string(got)) {
			t.Fatalf("cut at %d: %d bytes, %v", cut, len(got), err)
		}
	}
}

func TestEmptyBlocksOfDeflate64AreReadWithSmallCodes(t *testing.T) {
	// Ten bits each: the head of a block with fixed codes, and its end.
	const blocks = 801
	packed := make([]byte, 0, blocks*10/8+2)
	for bit, held := 0, byte(0); bit < blocks*10+7; bit++ {
		last := bit/10 == blocks-1
		if in := bit % 10; in == 1 || in == 0 && last {
			held |= 1 << (bit % 8)
		}
		if bit%8 == 7 {
			packed, held = append(packed, held), 0
		}
	}
	f := &inflate64{in: bufio.NewReader(bytes.NewReader(packed)), block: noBlock}
	if n, err := io.Copy(io.Discard, f); n != 0 || err != nil {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if f.literals.longest != 9 || f.places.longest != 5 {
		t.Errorf("codes of %d and %d bits; want 9 and 5, with tables as small", f.literals.longest, f.places.longest)
	}
}
