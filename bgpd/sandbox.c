/* SPDX-License-Identifier: ISC */
/* sandbox.c - what this process can do no more once it is up */
/*
 * Whoever takes over this process through a message gets what it may do, so
 * it may do little.  Four locks, each of them for the rest of its life:
 *
 * Capabilities: CAP_NET_ADMIN for routes, CAP_NET_BIND_SERVICE for listeners
 * that a reload may open; the bounding set as well, so that nothing brings
 * the others back.  PR_SET_NO_NEW_PRIVS, which the next two want.
 *
 * seccomp(2): system calls by name.  What only an intruder calls ends the
 * process; what is on neither list does not exist (ENOSYS), so that a libc
 * that learns a new call falls back to the one before instead of dying at
 * night.  clone3 hides its flags from a filter and is answered the same way:
 * threads come by clone.
 *
 * Landlock: files are written in a few folders, and executed nowhere.  They
 * are read everywhere, because a reload reads whatever the config names.
 *
 * A build with sanitizers goes without seccomp: at the end LeakSanitizer
 * traces its own process.
 */
#include "bgpd/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

/* ---- capabilities ---- */

static bool
capabilities_drop(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	const uint32_t kept =
	    CAP_TO_MASK(CAP_NET_ADMIN) | CAP_TO_MASK(CAP_NET_BIND_SERVICE);
	int i;

	/* Needs CAP_SETPCAP; who lacks that has no set worth cutting. */
	for (i = 0; i <= CAP_LAST_CAP; i++)
		if (i != CAP_NET_ADMIN && i != CAP_NET_BIND_SERVICE)
			prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capget, &header, data) != 0)
		return false;
	data[0].effective &= kept;
	data[0].permitted &= kept;
	data[0].inheritable = 0;
	data[1] = (struct __user_cap_data_struct){ 0 };
	return syscall(SYS_capset, &header, data) == 0;
}

/* ---- system calls ---- */

static const char *const allowed[] = {
	/* descriptors, and files of the config, the state and /proc */
	"read", "readv", "pread64", "preadv", "write", "writev", "pwrite64",
	"close", "close_range", "lseek", "fcntl", "fcntl64", "ioctl", "dup",
	"dup2", "dup3", "pipe", "pipe2", "stat", "lstat", "fstat", "newfstatat",
	"fstatat64", "statx", "statfs", "fstatfs", "access", "faccessat",
	"faccessat2", "readlink", "readlinkat", "getcwd", "getdents",
	"getdents64", "flock", "fsync", "fdatasync", "ftruncate", "rename",
	"renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat",
	"umask", "chown", "lchown", "fchown", "fchownat", "inotify_init1",
	"inotify_add_watch", "inotify_rm_watch",
	/* sockets; their families see below */
	"socketpair", "bind", "listen", "connect", "accept", "accept4",
	"shutdown", "getsockname", "getpeername", "getsockopt", "setsockopt",
	"send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg",
	"recvmmsg",
	/* the loop */
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait",
	"epoll_pwait", "epoll_pwait2", "poll", "ppoll", "select", "pselect6",
	"eventfd2", "timerfd_create", "timerfd_settime", "timerfd_gettime",
	"signalfd4", "restart_syscall",
	/* memory */
	"brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise",
	"membarrier",
	/* threads and signals */
	"futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq",
	"set_tid_address", "sched_yield", "sched_getaffinity", "sched_getparam",
	"sched_getscheduler", "exit", "exit_group", "gettid", "tgkill",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait",
	"sigaltstack", "sigreturn",
	/* who and when */
	"getpid", "getppid", "getuid", "geteuid", "getgid", "getegid",
	"getgroups", "getresuid", "getresgid", "capget", "getrandom",
	"getrusage", "getrlimit", "setrlimit", "prlimit64", "sysinfo", "uname",
	"getcpu", "times", "time", "gettimeofday", "clock_gettime",
	"clock_getres", "clock_nanosleep", "nanosleep", "arch_prctl", "prctl"
};

static const char *const deadly[] = { "execve", "execveat", "fork", "vfork",
	"ptrace", "process_vm_readv", "process_vm_writev", "init_module",
	"finit_module", "delete_module", "kexec_load", "kexec_file_load", "bpf",
	"perf_event_open", "mount", "umount2", "move_mount", "open_tree",
	"fsopen", "fsmount", "pivot_root", "chroot", "setns", "unshare",
	"keyctl", "add_key", "request_key", "userfaultfd", "io_uring_setup",
	"open_by_handle_at", "reboot", "swapon", "swapoff", "acct",
	"settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "setuid",
	"setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups",
	"capset", "personality", "iopl", "ioperm", "modify_ldt", "mknod",
	"mknodat", "symlink", "symlinkat", "link", "linkat" };

static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };

/* Calls that give a file its mode; openat2 hides it from a filter. */
static const struct {
	int call;
	unsigned int argument;
} modes[] = {
	{ SCMP_SYS(open), 2 },
	{ SCMP_SYS(openat), 3 },
	{ SCMP_SYS(chmod), 1 },
	{ SCMP_SYS(fchmod), 1 },
	{ SCMP_SYS(fchmodat), 2 },
};

/* A call that this architecture has not got is nothing to allow. */
static bool
calls_add(
    scmp_filter_ctx filter, uint32_t action, const char *const *name, size_t n)
{
	int number;
	size_t i;

	for (i = 0; i < n; i++) {
		number = seccomp_syscall_resolve_name(name[i]);
		if (number >= 0 &&
		    seccomp_rule_add(filter, action, number, 0) != 0)
			return false;
	}
	return true;
}

static bool
arguments_add(scmp_filter_ctx filter)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket),
			1,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0)) !=
		    0)
			return false;
	/* Files, but none that runs as its owner when others start it. */
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (modes[i].call >= 0 &&
		    seccomp_rule_add(filter, SCMP_ACT_ALLOW, modes[i].call, 1,
			SCMP_CMP(modes[i].argument, SCMP_CMP_MASKED_EQ,
			    S_ISUID | S_ISGID, 0)) != 0)
			return false;
	/* A thread, never a process. */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
		   SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) ==
	    0;
}

static bool
calls_limit(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	bool good;

	if (filter == NULL)
		return false;
	good = calls_add(filter, SCMP_ACT_ALLOW, allowed,
		   sizeof(allowed) / sizeof(allowed[0])) &&
	    calls_add(filter, SCMP_ACT_KILL_PROCESS, deadly,
		sizeof(deadly) / sizeof(deadly[0])) &&
	    arguments_add(filter) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return good;
}

/* ---- files ---- */

#define WRITES                                                            \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |  \
	    LANDLOCK_ACCESS_FS_MAKE_DIR)
#define NEVER                                                             \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR |     \
	    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
	    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* Since Landlock's third version; newer than the headers. */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14)

/* All that this kernel can keep us from, of what we do in some places. */
static uint64_t
writes_known(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return version >= 3 ? WRITES | ACCESS_TRUNCATE : WRITES;
}

static void
folder_allow(int ruleset, const char *folder, uint64_t writes)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = writes };

	rule.parent_fd = open(folder, O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (rule.parent_fd < 0)
		return;
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
	    &rule, 0);
	close(rule.parent_fd);
}

static bool
files_limit(const char *const folders[], size_t count)
{
	const uint64_t writes = writes_known();
	const struct landlock_ruleset_attr attr = { .handled_access_fs =
							writes | NEVER };
	int ruleset =
	    (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	bool good;
	size_t i;

	if (ruleset < 0)
		return false;
	for (i = 0; i < count; i++)
		folder_allow(ruleset, folders[i], writes);
	good = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return good;
}

void
sandbox_enter(struct log *log, const char *const folders[], size_t count)
{
	if (!capabilities_drop())
		log_debug(log, "cannot drop capabilities: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		log_debug(log, "no PR_SET_NO_NEW_PRIVS: %s", strerror(errno));
	if (!files_limit(folders, count))
		log_debug(log, "no Landlock: %s", strerror(errno));
	if (!SANITIZED && !calls_limit())
		log_debug(log, "no seccomp filter");
}
