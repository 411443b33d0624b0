#include "textflag.h"

DATA signBytes<>+0(SB)/8, $0x4040404040404040 // '@'
DATA signBytes<>+8(SB)/8, $0xc3c3c3c3c3c3c3c3
DATA signBytes<>+16(SB)/8, $0xefefefefefefefef // U+FFFD begins with 0xEF 0xBF
DATA signBytes<>+24(SB)/8, $0xbfbfbfbfbfbfbfbf
DATA signBytes<>+32(SB)/8, $0x3030303030303030 // '0'
DATA signBytes<>+40(SB)/8, $0x0909090909090909
DATA signBytes<>+48(SB)/8, $0x2020202020202020 // ' '
DATA signBytes<>+56(SB)/8, $0x2d2d2d2d2d2d2d2d // '-'
GLOBL signBytes<>(SB), RODATA|NOPTR, $64

// func signsAVX2(text *byte, n int) (found uint32)
//
// It takes 32 bytes at a time, with the byte behind them; the last ones overlap
// those before. Of thirteen bytes of a card's number at least six stand before
// the last byte and in one block, three of them digits, as no two marks stand
// side by side.
TEXT ·signsAVX2(SB), NOSPLIT, $0-20
	MOVQ text+0(FP), SI
	MOVQ n+8(FP), CX
	SUBQ $33, CX // where the last block begins
	VPBROADCASTQ signBytes<>+0(SB), Y1
	VPBROADCASTQ signBytes<>+8(SB), Y2
	VPBROADCASTQ signBytes<>+16(SB), Y3
	VPBROADCASTQ signBytes<>+24(SB), Y4
	VPBROADCASTQ signBytes<>+32(SB), Y5
	VPBROADCASTQ signBytes<>+40(SB), Y6
	VPXOR Y7, Y7, Y7 // at signs
	VPXOR Y8, Y8, Y8 // what garbled text begins with
	XORL  AX, AX     // numbers
	XORQ  DX, DX

block:
	VMOVDQU   (SI)(DX*1), Y0
	VPCMPEQB  Y0, Y1, Y9
	VPOR      Y9, Y7, Y7
	VPCMPEQB  Y0, Y2, Y9
	VPOR      Y9, Y8, Y8
	VPCMPEQB  Y0, Y3, Y9
	VPCMPEQB  1(SI)(DX*1), Y4, Y10
	VPAND     Y9, Y10, Y9
	VPOR      Y9, Y8, Y8
	VPSUBB    Y5, Y0, Y9
	VPMINUB   Y6, Y9, Y10
	VPCMPEQB  Y9, Y10, Y9
	VPMOVMSKB Y9, BX
	POPCNTL   BX, R8
	CMPL      R8, $3
	JAE       digits

next:
	CMPQ    DX, CX
	JEQ     done
	ADDQ    $32, DX
	CMPQ    DX, CX
	CMOVQGT CX, DX
	JMP     block

digits:
	VPBROADCASTQ signBytes<>+48(SB), Y9
	VPBROADCASTQ signBytes<>+56(SB), Y10
	VPCMPEQB  Y0, Y9, Y9
	VPCMPEQB  Y0, Y10, Y10
	VPOR      Y9, Y10, Y9
	VPMOVMSKB Y9, R8
	ORL       R8, BX
	MOVL      BX, R8
	SHRL      $1, R8
	ANDL      R8, BX
	MOVL      BX, R8
	SHRL      $2, R8
	ANDL      R8, BX // four in a row
	MOVL      BX, R8
	SHRL      $2, R8
	ANDL      R8, BX // six
	ORL       BX, AX
	JMP       next

done:
	NEGL      AX
	SBBL      AX, AX
	ANDL      $2, AX // signCard
	VPMOVMSKB Y7, BX
	NEGL      BX
	SBBL      BX, BX
	ANDL      $1, BX // signMail
	ORL       BX, AX
	VPMOVMSKB Y8, BX
	NEGL      BX
	SBBL      BX, BX
	ANDL      $4, BX // signGarbled
	ORL       BX, AX
	MOVL      AX, found+16(FP)
	VZEROUPPER
	RET
