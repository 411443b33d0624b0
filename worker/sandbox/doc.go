// Package sandbox runs the parser in a child process of the same executable,
// between the worker (or the command line) and the engine. Parsers of hostile
// files panic, hang and exhaust memory; here they take only their child with
// them.
//
// The parent calls [Run]; main hands a process started with [Arg] to [Child].
// The child reads the file through one ranged-read interface: the file itself
// as its standard input where it is local, otherwise frames that the parent
// answers. It writes nothing but frames on its standard output. The parent
// trusts none of them: kinds and lengths are checked before anything is
// allocated.
//
// What holds for the child, by operating system:
//
//   - everywhere: an empty environment, a private temporary folder that the
//     parent removes, a deadline after which it is killed, a soft memory limit
//     (debug.SetMemoryLimit, see steerCollector), and death with its parent (at
//     the latest when its next heartbeat, twice a second, cannot be written).
//   - unix: it also dies as soon as the parent's end of a pipe closes.
//   - Linux: RLIMIT_DATA makes the memory limit hard (with what the runtime maps
//     and does not use on top; below that the child measures itself, as on other
//     systems); a parent that dies kills it (Pdeathsig). A seccomp filter
//     refuses sockets, io_uring, new programs, and to trace, signal or limit
//     other processes, on amd64 and arm64. Where the kernel has Landlock (5.13, TCP from 6.7), the
//     file system is out of reach but for the temporary folder. Both are applied
//     as far as the kernel lets them; a kernel without them still has the limits
//     above. Landlock needs every thread of the process, which Go offers only
//     without cgo: a build with cgo (the race detector's) goes without it.
//   - macOS, Windows: no hard limit and no confinement. A goroutine of the
//     child measures its memory and ends it past the limit, which a parser
//     that allocates a huge block at once can outrun. The network and the
//     user's files stay reachable to code that broke out of Go's memory safety.
package sandbox
