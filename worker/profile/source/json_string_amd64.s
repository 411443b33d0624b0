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

// func undoAVX2(to, text *byte, most int) (read, wrote int, high uint32)
TEXT ·undoAVX2(SB), NOSPLIT, $0-44
	MOVQ to+0(FP), DI
	MOVQ text+8(FP), SI
	MOVQ most+16(FP), R8
	LEAQ ·meant(SB), R9
	VPBROADCASTQ quotes<>(SB), Y1
	VPBROADCASTQ slashes<>(SB), Y2
	VPBROADCASTQ controls<>(SB), Y3
	XORQ AX, AX // read
	XORQ DX, DX // wrote
	XORL R10, R10 // or of the high bits

run:
	CMPQ      DX, R8
	JGT       end
	VMOVDQU   (SI)(AX*1), Y0
	VMOVDQU   Y0, (DI)(DX*1)
	VPCMPEQB  Y0, Y1, Y5
	VPCMPEQB  Y0, Y2, Y6
	VPMINUB   Y0, Y3, Y7
	VPCMPEQB  Y0, Y7, Y7
	VPOR      Y5, Y6, Y5
	VPOR      Y5, Y7, Y5
	VPMOVMSKB Y5, BX
	VPMOVMSKB Y0, R11
	TESTL     BX, BX
	JZ        whole
	BSFL      BX, CX
	LEAL      -1(BX), R12
	NOTL      BX
	ANDL      BX, R12 // the bits below the lowest one
	ANDL      R12, R11
	ORL       R11, R10
	ADDQ      CX, AX
	ADDQ      CX, DX

escape:
	CMPB    (SI)(AX*1), $0x5c
	JNE     end
	MOVBLZX 1(SI)(AX*1), R11
	MOVBLZX (R9)(R11*1), R12
	TESTL   R12, R12
	JZ      end
	MOVB    R12, (DI)(DX*1)
	ADDQ    $2, AX
	INCQ    DX
	CMPB    (SI)(AX*1), $0x5c
	JNE     run
	CMPQ    DX, R8
	JLE     escape

end:
	MOVQ AX, read+24(FP)
	MOVQ DX, wrote+32(FP)
	MOVL R10, high+40(FP)
	VZEROUPPER
	RET

whole:
	ORL  R11, R10
	ADDQ $32, AX
	ADDQ $32, DX
	JMP  run
