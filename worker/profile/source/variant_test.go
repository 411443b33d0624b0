package source

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The names are a, b and c.
const variantABC = "01 03 00 01 02 03 616263"

func variantText(t *testing.T, names, value string) (string, error) {
	t.Helper()
	n, err := newVariantNames(unhex(t, names))
	if err != nil {
		return "", err
	}
	w := variantWriter{names: n, most: 1000, depth: 8}
	out, err := w.value(nil, unhex(t, value))
	return string(out), err
}

func TestVariantsBecomeTheirJSON(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{"00", "null"}, {"04", "true"}, {"08", "false"},
		{"0c fe", "-2"}, {"10 0080", "-32768"}, {"14 ffffff7f", "2147483647"}, {"18 ffffffffffffff7f", "9223372036854775807"},
		{"1c 000000000000f83f", "1.5"}, {"1c 000000000000f87f", "null"}, {"38 0000c03f", "1.5"},
		{"20 02 d2040000", "12.34"}, {"24 00 ffffffffffffffff", "-1"}, {"28 26 01000000000000000000000000000000", "0.00000000000000000000000000000000000001"},
		{"2c 01000000", `"1970-01-02"`}, {"30 40420f0000000000", `"1970-01-01T00:00:01Z"`}, {"34 40420f0000000000", `"1970-01-01T00:00:01"`},
		{"48 0100000000000000", `"1970-01-01T00:00:00.000000001Z"`}, {"44 40420f0000000000", `"00:00:01"`},
		{"50 00112233445566778899aabbccddeeff", `"00112233-4455-6677-8899-aabbccddeeff"`},
		{"3c 02000000 00ff", `"0x00ff"`}, {"40 03000000 612262", `"a\"b"`}, {"05 78", `"x"`}, {"01", `""`}, {"05 ff", "\"\uFFFD\""},
		{"03 00 00", "[]"}, {"03 02 00 02 03 0c01 00", "[1,null]"},
		{"02 00 00", "{}"}, {"02 02 00 02 00 01 03 04 0c07", `{"a":true,"c":7}`},
		{"02 01 01 00 08 02 01 00 00 03 03 00 00", `{"b":{"a":[]}}`},
		{"13 01000000 00 01 00", "[null]"}, {"07 01 0000 0100 00", "[null]"},
	} {
		if got, err := variantText(t, variantABC, c.value); err != nil || got != c.want {
			t.Errorf("%s is %s, %v; want %s", c.value, got, err, c.want)
		}
	}
}

func TestBrokenVariantsAreNamed(t *testing.T) {
	for _, c := range []struct{ what, names, value string }{
		{"no bytes", variantABC, ""},
		{"names of version 2", "02 00 00", "00"},
		{"more names than bytes", "c1 ffffff7f 00000000", "00"},
		{"a name of negative length", "01 01 02 01 6161", "02 01 00 00 01 00"},
		{"a name behind the last", variantABC, "02 01 03 00 01 00"},
		{"an unknown type", variantABC, "fc"},
		{"a cut number", variantABC, "18 00"},
		{"a text longer than its bytes", variantABC, "40 ffffffff 61"},
		{"a short text longer than its bytes", variantABC, "fd 61"},
		{"more items than bytes", variantABC, "13 ffffff7f 00 00"},
		{"an item behind the end", variantABC, "03 01 05 06 00"},
		{"too many digits behind the point", variantABC, "20 27 01000000"},
	} {
		if got, err := variantText(t, c.names, c.value); err == nil {
			t.Errorf("%s is read as %s", c.what, got)
		}
	}
	// Arrays in arrays, deeper than the limit, and items that all overlap.
	var known *Error
	deep := strings.Repeat("03 01 00 7f", 9) + "00"
	if _, err := variantText(t, variantABC, deep); !errors.As(err, &known) || known.Code != "nesting_too_deep" {
		t.Errorf("deep nesting: %v", err)
	}
	bomb := ""
	for range 7 {
		bomb += "03 08" + strings.Repeat("00", 8) + "7f"
	}
	if _, err := variantText(t, variantABC, bomb+"00"); !errors.As(err, &known) || known.Code != "cell_too_large" {
		t.Errorf("overlapping items: %v", err)
	}
}

func TestBSONBecomesItsJSON(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"0c0000001061000100000000", `{"a":1}`},
		{"0f000000106100010000000a620000", `{"a":1,"b":null}`},
		{"05000000 00", `{}`},
		{"10000000 01 6100 000000000000f83f 00", `{"a":1.5}`},
		{"0e000000 02 6100 02000000 7800 00", `{"a":"x"}`},
		{"14000000 04 6100 0c000000 10 3000 05000000 00 00", `{"a":[5]}`},
		{"14000000 07 6100 000102030405060708090a0b 00", `{"a":"000102030405060708090a0b"}`},
		{"10000000 09 6100 e803000000000000 00", `{"a":"1970-01-01T00:00:01Z"}`},
		{"09000000 08 6100 01 00", `{"a":true}`},
		{"0f000000 05 6100 02000000 00 beef 00", `{"a":"0xbeef"}`},
		{"0c000000 0b 6100 7800 6900 00", `{"a":"/x/i"}`},
		{"0d000000 06 6100 ff 6200 00 00", "0x0d0000000661 00ff62000000"}, // cut: bytes
		{"ff000000 00", "0xff00000000"},
	} {
		raw := unhex(t, c.raw)
		got, _ := appendBSON(nil, raw)
		if want := strings.ReplaceAll(c.want, " ", ""); string(got) != want {
			t.Errorf("%s is %s, want %s", c.raw, got, want)
		}
	}
}

func TestGeometriesBecomeWellKnownText(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"0101000000000000000000f03f0000000000000040", "POINT (1 2)"},
		{"00 00000001 3ff0000000000000 4000000000000000", "POINT (1 2)"},
		{"0101000020e6100000000000000000f03f0000000000000040", "POINT (1 2)"},
		{"01e9030000000000000000f03f00000000000000400000000000000840", "POINT Z (1 2 3)"},
		{"0101000080000000000000f03f00000000000000400000000000000840", "POINT Z (1 2 3)"},
		{"0101000000000000000000f87f000000000000f87f", "POINT EMPTY"},
		{"010300000000000000", "POLYGON EMPTY"},
		{"0104000000020000000101000000000000000000f03f0000000000000040010100000000000000000008400000000000001040", "MULTIPOINT ((1 2), (3 4))"},
		{"0107000000020000000101000000000000000000f03f000000000000004001020000000200000000000000000000000000000000000000000000000000f03f000000000000f03f", "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))"},
		{"0106000000020000000103000000010000000400000000000000000000000000000000000000000000000000f03f0000000000000000000000000000f03f000000000000f03f000000000000000000000000000000000103000000010000000400000000000000000014400000000000001440000000000000184000000000000014400000000000001840000000000000184000000000000014400000000000001440", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))"},
		{"01ba0b000002000000000000000000f03f000000000000004000000000000008400000000000001040000000000000144000000000000018400000000000001c400000000000002040", "LINESTRING ZM (1 2 3 4, 5 6 7 8)"},
		{"0101000000", "0x0101000000"},
		{"0102000000ffffffff", "0x0102000000ffffffff"},
		{"02", "0x02"},
	} {
		got, _ := appendGeometry(nil, unhex(t, c.raw))
		if string(got) != c.want {
			t.Errorf("%s is %s, want %s", c.raw, got, c.want)
		}
	}
}
