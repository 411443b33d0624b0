#include "textflag.h"

DATA glanceBytes<>+0(SB)/8, $0x3030303030303030 // '0'
DATA glanceBytes<>+8(SB)/8, $0x0909090909090909
DATA glanceBytes<>+16(SB)/8, $0x2020202020202020 // ' '
DATA glanceBytes<>+24(SB)/8, $0x2d2d2d2d2d2d2d2d // '-'
DATA glanceBytes<>+32(SB)/8, $0x4040404040404040 // '@'
GLOBL glanceBytes<>(SB), RODATA|NOPTR, $40

// func glanceAVX2(data *byte, start, end, rows *uint32, cells int, out *glance, limit int) (looked int)
TEXT ·glanceAVX2(SB), NOSPLIT, $0-64
	MOVQ data+0(FP), SI
	MOVQ start+8(FP), R8
	MOVQ end+16(FP), R9
	MOVQ rows+24(FP), R10
	MOVQ cells+32(FP), CX
	MOVQ out+40(FP), DI
	MOVQ limit+48(FP), R11
	VPBROADCASTQ glanceBytes<>+0(SB), Y0
	VPBROADCASTQ glanceBytes<>+8(SB), Y1
	VPBROADCASTQ glanceBytes<>+16(SB), Y2
	VPBROADCASTQ glanceBytes<>+24(SB), Y3
	VPBROADCASTQ glanceBytes<>+32(SB), Y4
	XORQ R15, R15

loop:
	MOVL (R10)(R15*4), AX
	MOVL (R9)(AX*4), DX
	MOVL (R8)(AX*4), AX
	CMPQ AX, R11
	JGT  done
	SUBL AX, DX
	CMPL DX, $64
	JHI  next // too long to be glanced at
	VMOVDQU   (SI)(AX*1), Y5
	VPSUBB    Y0, Y5, Y6
	VPMINUB   Y1, Y6, Y7
	VPCMPEQB  Y6, Y7, Y6 // digits
	VPCMPEQB  Y5, Y2, Y7
	VPCMPEQB  Y5, Y3, Y8
	VPOR      Y7, Y8, Y7
	VPOR      Y6, Y7, Y7
	VPCMPEQB  Y5, Y4, Y8
	VPMOVMSKB Y6, R12
	VPMOVMSKB Y7, R13
	VPMOVMSKB Y8, R14
	VPMOVMSKB Y5, BX
	CMPL      DX, $32
	JHI       long

store:
	MOVQ R12, 0(DI)
	MOVQ R13, 8(DI)
	MOVQ R14, 16(DI)
	MOVQ BX, 24(DI)

next:
	ADDQ $32, DI
	INCQ R15
	CMPQ R15, CX
	JLT  loop

done:
	MOVQ R15, looked+56(FP)
	VZEROUPPER
	RET

long:
	VMOVDQU   32(SI)(AX*1), Y5
	VPSUBB    Y0, Y5, Y6
	VPMINUB   Y1, Y6, Y7
	VPCMPEQB  Y6, Y7, Y6
	VPCMPEQB  Y5, Y2, Y7
	VPCMPEQB  Y5, Y3, Y8
	VPOR      Y7, Y8, Y7
	VPOR      Y6, Y7, Y7
	VPCMPEQB  Y5, Y4, Y8
	VPMOVMSKB Y6, DX
	SHLQ      $32, DX
	ORQ       DX, R12
	VPMOVMSKB Y7, DX
	SHLQ      $32, DX
	ORQ       DX, R13
	VPMOVMSKB Y8, DX
	SHLQ      $32, DX
	ORQ       DX, R14
	VPMOVMSKB Y5, DX
	SHLQ      $32, DX
	ORQ       DX, BX
	JMP       store
