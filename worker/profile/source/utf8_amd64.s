#include "textflag.h"

// The faults: 01 too short (a continuation is missing), 02 too long, 04 three
// bytes for what fits two, 08 beyond U+10FFFF, 10 a surrogate, 20 two bytes for
// ASCII, 40 four bytes for what fits three (or too large, after F5 to FF), 80 two
// continuations, which is no fault behind the first byte of three or four.

// By the upper half of the byte before: ASCII, a continuation, C, D, E, F.
DATA utf8High<>+0(SB)/8, $0x0202020202020202
DATA utf8High<>+8(SB)/8, $0x4915012180808080
GLOBL utf8High<>(SB), RODATA|NOPTR, $16

// By the lower half of the byte before.
DATA utf8Low<>+0(SB)/8, $0xcbcbcb8b8383a3e7
DATA utf8Low<>+8(SB)/8, $0xcbcbdbcbcbcbcbcb
GLOBL utf8Low<>(SB), RODATA|NOPTR, $16

// By the upper half of the byte itself.
DATA utf8Next<>+0(SB)/8, $0x0101010101010101
DATA utf8Next<>+8(SB)/8, $0x01010101babaaee6
GLOBL utf8Next<>(SB), RODATA|NOPTR, $16

// Bytes above these, at the end of a block, want more than the block has.
DATA utf8Last<>+0(SB)/8, $0xffffffffffffffff
DATA utf8Last<>+8(SB)/8, $0xffffffffffffffff
DATA utf8Last<>+16(SB)/8, $0xffffffffffffffff
DATA utf8Last<>+24(SB)/8, $0xbfdfefffffffffff
GLOBL utf8Last<>(SB), RODATA|NOPTR, $32

// func utf8BlocksAVX2(text *byte, blocks int) (good int)
TEXT ·utf8BlocksAVX2(SB), NOSPLIT, $0-24
	MOVQ text+0(FP), SI
	MOVQ blocks+8(FP), CX
	XORQ AX, AX
	VBROADCASTI128 utf8High<>(SB), Y1
	VBROADCASTI128 utf8Low<>(SB), Y2
	VBROADCASTI128 utf8Next<>(SB), Y3
	VMOVDQU utf8Last<>(SB), Y4
	MOVL $0x0f0f0f0f, DX
	VMOVD DX, X5
	VPBROADCASTD X5, Y5
	MOVL $0x60606060, DX
	VMOVD DX, X6
	VPBROADCASTD X6, Y6
	MOVL $0x70707070, DX
	VMOVD DX, X7
	VPBROADCASTD X7, Y7
	MOVL $0x80808080, DX
	VMOVD DX, X8
	VPBROADCASTD X8, Y8
	VPXOR Y9, Y9, Y9   // the block before
	VPXOR Y10, Y10, Y10 // not zero where the block before wants more

loop:
	VMOVDQU   (SI), Y0
	VPMOVMSKB Y0, BX
	TESTL     BX, BX
	JNZ       beyond
	VPTEST    Y10, Y10 // ASCII must not follow what wants more
	JNZ       done
	VMOVDQA   Y0, Y9
	JMP       next

beyond:
	VPERM2I128 $0x21, Y0, Y9, Y11 // the upper half of the block before, the lower of this one
	VPALIGNR   $15, Y11, Y0, Y12  // the text, one byte earlier
	VPSRLW     $4, Y12, Y13
	VPAND      Y5, Y13, Y13
	VPSHUFB    Y13, Y1, Y13
	VPAND      Y5, Y12, Y12
	VPSHUFB    Y12, Y2, Y12
	VPAND      Y12, Y13, Y13
	VPSRLW     $4, Y0, Y12
	VPAND      Y5, Y12, Y12
	VPSHUFB    Y12, Y3, Y12
	VPAND      Y12, Y13, Y13      // the faults of two bytes
	VPALIGNR   $14, Y11, Y0, Y12  // two bytes earlier
	VPSUBUSB   Y6, Y12, Y12       // from 0x80 on where that began three or four
	VPALIGNR   $13, Y11, Y0, Y14  // three bytes earlier
	VPSUBUSB   Y7, Y14, Y14       // … where that began four
	VPOR       Y12, Y14, Y12
	VPAND      Y8, Y12, Y12       // there must be the second of two continuations
	VPXOR      Y12, Y13, Y13
	VPTEST     Y13, Y13
	JNZ        done
	VPSUBUSB   Y4, Y0, Y10
	VMOVDQA    Y0, Y9

next:
	ADDQ $32, SI
	INCQ AX
	CMPQ AX, CX
	JLT  loop

done:
	MOVQ AX, good+16(FP)
	VZEROUPPER
	RET
