package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// codecs undo the compression of pages. One serves one goroutine and keeps
// its decoders. What a page unpacks to is known from its header; nothing is
// ever written past that.
type codecs struct {
	gzip   *gzip.Reader
	brotli *brotli.Reader
	zstd   *zstd.Decoder
	src    bytes.Reader
	packed []byte // a large page on its way from the file to where it is unpacked
}

// lz4Magic begins a frame of LZ4.
const lz4Magic = 0x184d2204

var errPageSize = errors.New("a page unpacks to another size than its header says")

func codecName(codec int32) string {
	names := [...]string{"", "Snappy", "gzip", "LZO", "Brotli", "LZ4", "Zstandard", "LZ4"}
	if codec >= 0 && int(codec) < len(names) {
		return names[codec]
	}
	return fmt.Sprintf("number %d", codec)
}

// checkCodec refuses what cannot be unpacked.
func checkCodec(codec int32) error {
	if codec == codecLZO || codec < 0 || codec > codecLZ4Raw {
		return &Error{Code: "unsupported_format", Row: -1, Offset: -1,
			Message: fmt.Sprintf("The Parquet file is compressed with the codec %s, which Assay does not read.", codecName(codec)),
			Hint:    "Write it again with Zstandard or Snappy."}
	}
	return nil
}

// unpack fills dst exactly. What the decoders say of a page that they cannot
// read is in words of their own, which help nobody.
func (c *codecs) unpack(codec int32, dst, src []byte) error {
	err := c.decode(codec, dst, src)
	var known *Error
	if err == nil || errors.Is(err, errPageSize) || errors.As(err, &known) {
		return err
	}
	return fmt.Errorf("a page cannot be unpacked: what %s packed is damaged", codecName(codec))
}

func (c *codecs) decode(codec int32, dst, src []byte) error {
	switch codec {
	case codecSnappy:
		if n, err := s2.DecodedLen(src); err != nil || n != len(dst) {
			return errPageSize
		}
		_, err := s2.Decode(dst, src)
		return err
	case codecGzip:
		c.src.Reset(src)
		if c.gzip == nil {
			c.gzip = new(gzip.Reader)
		}
		if err := c.gzip.Reset(&c.src); err != nil {
			return err
		}
		return exactly(c.gzip, dst)
	case codecBrotli:
		c.src.Reset(src)
		if c.brotli == nil {
			c.brotli = new(brotli.Reader)
		}
		if err := c.brotli.Reset(&c.src); err != nil {
			return err
		}
		return exactly(c.brotli, dst)
	case codecZstd:
		return c.unpackZstd(dst, src)
	case codecLZ4Raw:
		return unpackLZ4(dst, src)
	case codecLZ4:
		// What the old codec was nobody had said: Hadoop's blocks, the frames of
		// LZ4 itself, or a bare block.
		if err := unpackHadoop(dst, src); err == nil {
			return nil
		}
		if len(src) > 4 && binary.LittleEndian.Uint32(src) == lz4Magic {
			c.src.Reset(src)
			return exactly(lz4.NewReader(&c.src), dst)
		}
		return unpackLZ4(dst, src)
	}
	return checkCodec(codec)
}

func (c *codecs) unpackZstd(dst, src []byte) error {
	if c.zstd == nil {
		// Without goroutines, and without memory for more than the page.
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPage), zstd.WithDecodeAllCapLimit(true))
		if err != nil {
			return err
		}
		c.zstd = d
	}
	out, err := c.zstd.DecodeAll(src, dst[:0:len(dst)])
	if err == nil && len(out) != len(dst) {
		err = errPageSize
	}
	return err
}

// exactly reads len(dst) bytes and the end.
func exactly(r io.Reader, dst []byte) error {
	if _, err := io.ReadFull(r, dst); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return errPageSize
		}
		return err
	}
	var more [1]byte
	switch n, err := io.ReadFull(r, more[:]); {
	case n > 0:
		return errPageSize
	case err != io.EOF:
		return err
	}
	return nil
}

func unpackLZ4(dst, src []byte) error {
	if len(dst) == 0 {
		return nil
	}
	n, err := lz4.UncompressBlock(src, dst)
	if err == nil && n != len(dst) {
		err = errPageSize
	}
	return err
}

// unpackHadoop reads blocks that have their unpacked size in front, in
// big-endian, and then parts with their packed size each.
func unpackHadoop(dst, src []byte) error {
	for len(src) > 0 {
		if len(src) < 4 || int64(binary.BigEndian.Uint32(src)) > int64(len(dst)) {
			return errPageSize
		}
		block := dst[:binary.BigEndian.Uint32(src)]
		dst, src = dst[len(block):], src[4:]
		for first := true; first || len(block) > 0; first = false {
			if len(src) < 4 || int64(binary.BigEndian.Uint32(src)) > int64(len(src)-4) {
				return errPageSize
			}
			part := src[4 : 4+binary.BigEndian.Uint32(src)]
			src = src[4+len(part):]
			n, err := lz4.UncompressBlock(part, block)
			if err != nil {
				return err
			}
			if n == 0 && len(block) > 0 {
				return errPageSize
			}
			block = block[n:]
		}
	}
	if len(dst) > 0 {
		return errPageSize
	}
	return nil
}
