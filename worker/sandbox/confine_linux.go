package sandbox

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// confine takes from this process what a parser does not need, as far as the
// kernel can. Nothing here is an error: the limits hold without it.
func confine(tempDir string) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// Both below demand it. Without cgo every thread gets it; with cgo this one
	// does, and the filter's TSYNC hands it to the others.
	if _, _, errno := syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0); errno != 0 {
		_ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	}
	landlock(tempDir)
	filterCalls()
}

// landlock puts the file system out of reach, files already open and tempDir
// aside, and TCP and other processes' signals where the kernel's Landlock
// knows them.
func landlock(tempDir string) {
	abi, _, errno := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return
	}
	rules := landlockRules(int(abi))
	ruleset, _, errno := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET,
		uintptr(unsafe.Pointer(&rules)), unsafe.Sizeof(rules), 0)
	if errno != 0 {
		return
	}
	defer syscall.Close(int(ruleset))
	dir, err := unix.Open(tempDir, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer syscall.Close(dir)
	below := unix.LandlockPathBeneathAttr{
		Allowed_access: rules.Handled_access_fs &^ unix.LANDLOCK_ACCESS_FS_EXECUTE,
		Parent_fd:      int32(dir),
	}
	if _, _, errno := syscall.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, ruleset, unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&below)), 0, 0, 0); errno != 0 {
		return
	}
	// Landlock binds one thread and those it starts; the Go runtime has more.
	_, _, _ = syscall.AllThreadsSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0, 0)
}

// landlockRules handles all that a version of Landlock can handle.
func landlockRules(abi int) unix.LandlockRulesetAttr {
	rules := unix.LandlockRulesetAttr{Handled_access_fs: unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1} // all of the first
	if abi >= 2 {
		rules.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		rules.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 4 {
		rules.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 5 {
		rules.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if abi >= 6 {
		rules.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return rules
}

// filterCalls refuses system calls with EPERM by a seccomp filter on all
// threads (TSYNC).
func filterCalls() {
	program := callFilter(runtime.GOARCH, uint32(os.Getpid()))
	if program == nil {
		return
	}
	fprog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	_, _, _ = syscall.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&fprog)))
	runtime.KeepAlive(program)
}

// refusedCalls are ways to the network, to other programs and to other
// processes. (The runtime signals its own threads by tgkill, of which callFilter
// lets that much through.)
func refusedCalls() []uint32 {
	return []uint32{
		unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_IO_URING_SETUP,
		unix.SYS_EXECVE, unix.SYS_EXECVEAT,
		unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PIDFD_GETFD,
		unix.SYS_KILL, unix.SYS_TKILL, unix.SYS_PIDFD_SEND_SIGNAL, unix.SYS_RT_SIGQUEUEINFO, unix.SYS_RT_TGSIGQUEUEINFO,
		unix.SYS_PRLIMIT64,
		unix.SYS_BPF, unix.SYS_USERFAULTFD, unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_MOUNT, unix.SYS_UNSHARE,
	}
}

// callFilter is the filter as classic BPF over struct seccomp_data, whose
// first words are the call's number and the architecture; at 16 stands the lower
// half of the first argument. tgkill passes for the process pid alone. nil means
// that the architecture is not known.
func callFilter(arch string, pid uint32) []unix.SockFilter {
	var audit uint32
	switch arch {
	case "amd64":
		audit = unix.AUDIT_ARCH_X86_64
	case "arm64":
		audit = unix.AUDIT_ARCH_AARCH64
	default:
		return nil
	}
	const (
		load    = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal   = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		atLeast = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
		answer  = unix.BPF_RET | unix.BPF_K

		// Calls of the x32 ABI have this bit and the same architecture.
		x32 = 0x40000000
	)
	calls := refusedCalls()
	refuse := uint8(len(calls) + 4) // from the first comparison to the last instruction
	program := []unix.SockFilter{
		{Code: load, K: 4},
		{Code: equal, K: audit, Jt: 0, Jf: refuse + 2},
		{Code: load, K: 0},
		{Code: atLeast, K: x32, Jt: refuse, Jf: 0},
	}
	for i, call := range calls {
		program = append(program, unix.SockFilter{Code: equal, K: call, Jt: refuse - 1 - uint8(i), Jf: 0})
	}
	return append(program,
		unix.SockFilter{Code: equal, K: unix.SYS_TGKILL, Jt: 0, Jf: 2},
		unix.SockFilter{Code: load, K: 16},
		unix.SockFilter{Code: equal, K: pid, Jt: 0, Jf: 1},
		unix.SockFilter{Code: answer, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: answer, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
	)
}
