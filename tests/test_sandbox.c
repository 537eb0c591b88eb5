/* SPDX-License-Identifier: ISC */
/* test_sandbox.c - sandbox.h: what goes on, and what ends the process */
/*
 * A sandbox is for the rest of a life, so each fact lives in a child and ends
 * with what it saw as its exit status.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bgpd/sandbox.h"
#include "rib/mem.h"
#include "tests/testing.h"

/* What a child does inside; returns its exit status. */
typedef int deed(const char *folder);

/* The wait status of a child that did it. */
static int
status_of(deed *done)
{
	char folder[] = "/tmp/test_sandbox.XXXXXX", *file;
	const char *folders[] = { folder };
	struct log *log = log_new(STDERR_FILENO);
	int status;
	pid_t pid;

	assert_non_null(mkdtemp(folder));
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		sandbox_enter(log, folders, 1);
		_exit(done(folder));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	file = xasprintf("%s/file", folder);
	unlink(file);
	free(file);
	rmdir(folder);
	log_free(log);
	return status;
}

static int
mode_get(const char *folder)
{
	(void)folder;
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
}

/* A build with sanitizers goes without, see sandbox.c. */
static void
want_seccomp(void)
{
	if (WEXITSTATUS(status_of(mode_get)) != 2)
		skip();
}

static void *
thread_run(void *arg)
{
	return arg;
}

static int
usual_work(const char *folder)
{
	char *path = xasprintf("%s/file", folder), *other;
	pthread_t thread;
	void *result;
	FILE *f;

	other = xasprintf("%s/other", folder);
	if ((f = fopen(other, "w")) == NULL || fclose(f) != 0 ||
	    (f = fopen(other, "w")) == NULL || fclose(f) != 0 ||
	    rename(other, path) != 0)
		return 1;
	free(path);
	free(other);
	if ((f = fopen("/proc/self/status", "r")) == NULL || fclose(f) != 0)
		return 2;
	if (socket(AF_INET6, SOCK_STREAM, 0) < 0 ||
	    socket(AF_NETLINK, SOCK_RAW, 0) < 0)
		return 3;
	if (pthread_create(&thread, NULL, thread_run, &path) != 0 ||
	    pthread_join(thread, &result) != 0 || result != &path)
		return 4;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 5;
	return 0;
}

static void
usual_work_goes_on(void **state)
{
	(void)state;
	assert_int_equal(status_of(usual_work), 0);
}

static int
capabilities_left(const char *folder)
{
	unsigned long long effective = 1;
	char line[256];
	FILE *f = fopen("/proc/self/status", "r");

	(void)folder;
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	/* CAP_NET_BIND_SERVICE is 10, CAP_NET_ADMIN 12. */
	return (effective & ~0x1400ull) != 0;
}

static void
capabilities_but_two_are_gone(void **state)
{
	(void)state;
	assert_int_equal(status_of(capabilities_left), 0);
}

static int
program_run(const char *folder)
{
	char *const argv[] = { "true", NULL };

	(void)folder;
	execv("/bin/true", argv);
	return 1;
}

static int
process_fork(const char *folder)
{
	(void)folder;
	return syscall(SYS_fork) < 0;
}

static int
process_trace(const char *folder)
{
	(void)folder;
	return syscall(SYS_ptrace, 0, 0, 0, 0) < 0;
}

static int
module_load(const char *folder)
{
	(void)folder;
	return syscall(SYS_init_module, NULL, 0, "") < 0;
}

static void
call_of_an_intruder_ends_the_process(void **state)
{
	static deed *const acts[] = { program_run, process_fork, process_trace,
		module_load };
	size_t i;
	int status;

	(void)state;
	want_seccomp();
	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		status = status_of(acts[i]);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
	}
}

static int
family_odd(const char *folder)
{
	(void)folder;
	return socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == ENOSYS ? 0 : 1;
}

static int
call_unknown(const char *folder)
{
	(void)folder;
	return syscall(SYS_memfd_create, "x", 0) < 0 && errno == ENOSYS ? 0 : 1;
}

static void
call_nobody_needs_does_not_exist(void **state)
{
	(void)state;
	want_seccomp();
	assert_int_equal(status_of(family_odd), 0);
	assert_int_equal(status_of(call_unknown), 0);
}

/* A program that runs as its owner, for somebody else to start. */
static int
setuid_made(const char *folder)
{
	char *path = xasprintf("%s/file", folder);
	int fd = open(path, O_WRONLY | O_CREAT, 0755);
	bool good = fd >= 0 && chmod(path, 0600) == 0 &&
	    chmod(path, 04700) != 0 && fchmod(fd, 02700) != 0 &&
	    fchmodat(AT_FDCWD, path, 06700, 0) != 0 && unlink(path) == 0 &&
	    open(path, O_WRONLY | O_CREAT, 04700) < 0 &&
	    openat(AT_FDCWD, path, O_WRONLY | O_CREAT, 02700) < 0;

	free(path);
	return good ? 0 : 1;
}

static void
no_program_is_made_that_runs_as_its_owner(void **state)
{
	(void)state;
	want_seccomp();
	assert_int_equal(status_of(setuid_made), 0);
}

static int
file_elsewhere(const char *folder)
{
	char *path = xasprintf("%s.elsewhere", folder);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd >= 0)
		unlink(path);
	free(path);
	return fd < 0 && errno == EACCES ? 0 : 1;
}

static void
file_outside_of_the_folders_is_not_written(void **state)
{
	(void)state;
	/* reason: a kernel without Landlock lets it be written */
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < 0)
		skip();
	assert_int_equal(status_of(file_elsewhere), 0);
}

static char outside[] = "/tmp/test_sandbox_outside.XXXXXX";

static int
outside_emptied(const char *folder)
{
	(void)folder;
	return open(outside, O_RDONLY | O_TRUNC) < 0 && errno == EACCES ? 0 : 1;
}

static void
file_outside_is_not_emptied(void **state)
{
	int fd = mkstemp(outside), status;
	struct stat st;

	(void)state;
	/* reason: Landlock knows of that since its third version */
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < 3) {
		unlink(outside);
		skip();
	}
	assert_int_equal(write(fd, "x", 1), 1);
	status = status_of(outside_emptied);
	unlink(outside);
	assert_int_equal(status, 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 1);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_work_goes_on),
		cmocka_unit_test(capabilities_but_two_are_gone),
		cmocka_unit_test(call_of_an_intruder_ends_the_process),
		cmocka_unit_test(call_nobody_needs_does_not_exist),
		cmocka_unit_test(file_outside_of_the_folders_is_not_written),
		cmocka_unit_test(file_outside_is_not_emptied),
		cmocka_unit_test(no_program_is_made_that_runs_as_its_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
