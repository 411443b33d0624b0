#include "textflag.h"

DATA quotes<>+0(SB)/8, $0x2222222222222222
GLOBL quotes<>(SB), RODATA|NOPTR, $8
DATA slashes<>+0(SB)/8, $0x5c5c5c5c5c5c5c5c
GLOBL slashes<>(SB), RODATA|NOPTR, $8
DATA controls<>+0(SB)/8, $0x1f1f1f1f1f1f1f1f
GLOBL controls<>(SB), RODATA|NOPTR, $8

// func longRunAVX2(text *byte) (n int, high uint32)
TEXT ·longRunAVX2(SB), NOSPLIT, $0-20
	MOVQ text+0(FP), SI
	VPBROADCASTQ quotes<>(SB), Y1
	VPBROADCASTQ slashes<>(SB), Y2
	VPBROADCASTQ controls<>(SB), Y3
	VPXOR Y4, Y4, Y4 // or of all bytes
	XORQ AX, AX

loop:
	VMOVDQU   (SI)(AX*1), Y0
	VPOR      Y0, Y4, Y4
	VPCMPEQB  Y0, Y1, Y5
	VPCMPEQB  Y0, Y2, Y6
	VPMINUB   Y0, Y3, Y7 // the byte itself, if it is no more than 0x1f
	VPCMPEQB  Y0, Y7, Y7
	VPOR      Y5, Y6, Y5
	VPOR      Y5, Y7, Y5
	VPMOVMSKB Y5, BX
	TESTL     BX, BX
	JNZ       found
	ADDQ      $32, AX
	JMP       loop

found:
	BSFL      BX, BX
	ADDQ      BX, AX
	MOVQ      AX, n+8(FP)
	VPMOVMSKB Y4, BX
	MOVL      BX, high+16(FP)
	VZEROUPPER
	RET
