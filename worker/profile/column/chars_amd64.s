#include "textflag.h"

// func continuationsAVX2(text *byte, blocks int) (n int)
TEXT ·continuationsAVX2(SB), NOSPLIT, $0-24
	MOVQ text+0(FP), SI
	MOVQ blocks+8(FP), CX
	XORQ AX, AX
	MOVL $0xC0C0C0C0, DX
	VMOVD DX, X1
	VPBROADCASTD X1, Y1

loop:
	VPCMPGTB  (SI), Y1, Y0 // bytes like 10xxxxxx, less than 0xC0 with its sign
	VPMOVMSKB Y0, BX
	POPCNTL   BX, BX
	ADDQ      BX, AX
	ADDQ      $32, SI
	DECQ      CX
	JNZ       loop
	MOVQ      AX, n+16(FP)
	VZEROUPPER
	RET
