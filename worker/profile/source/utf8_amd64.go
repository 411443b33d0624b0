package source

import "golang.org/x/sys/cpu"

// utf8Blocks answers how many bytes of b, in whole blocks from its start, have
// no fault; the last character among them may be cut.
func utf8Blocks(b []byte) int {
	if !cpu.X86.HasAVX2 || len(b) < utf8Block {
		return 0
	}
	return utf8Block * utf8BlocksAVX2(&b[0], len(b)/utf8Block)
}

// utf8BlocksAVX2 looks at blocks (at least one) of 32 bytes until one has a
// fault, and answers how many have none. The way is that of Keiser and Lemire,
// "Validating UTF-8 In Less Than One Instruction Per Byte" (2021): three tables
// by the halves of a byte and of the one before it, whose entries have a bit
// for each fault that two bytes beside each other can show.
//
//go:noescape
func utf8BlocksAVX2(text *byte, blocks int) (good int)
