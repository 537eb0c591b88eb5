/* SPDX-License-Identifier: ISC */
/* main.c - arguments, privileges, signals */
/*
 *	bgpd [-n] [-f FILE] [-s SOCKET] [-v]
 *	bgpd -h | -V
 *
 * Stays in the foreground and logs to stderr.  Here the parts that talk to
 * the world are chosen and handed to bgpd.c: libevent's loop, netlink, the
 * control socket, random numbers.  Simulations hand in others, and link all
 * but this file.
 *
 * The order matters: the config is judged first, then what this process may
 * do, and only then is anything opened.  SIGHUP reloads; SIGTERM and SIGINT
 * leave as a restart would, so that traffic goes on; SIGPIPE is nobody's
 * business, for every write looks at its result.  A SIGHUP that comes before
 * the loop asks for what is being done anyway.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bgpd/bfd/socket.h"
#include "bgpd/bgpd.h"
#include "bgpd/control/control.h"
#include "bgpd/http/http.h"
#include "bgpd/nd.h"
#include "bgpd/notify.h"
#include "bgpd/privilege.h"
#include "bgpd/sandbox.h"
#include "bgpd/session/io_event.h"
#include "bgpd/session/tls.h"
#include "rib/mem.h"

struct options {
	const char *file;
	const char *socket; /* or NULL: the config's */
	bool check;
	bool verbose;
};

struct process {
	struct io *io;
	struct log *log;
	struct nd *nd; /* until somebody asks for it; or NULL */
	struct bgpd *bgpd;
	struct notify *notify; /* or NULL: nobody asked */
	char *conf_path;       /* absolute, for whoever reads it elsewhere */
	uint64_t random;       /* state of the generator, never 0 */
};

static const struct option long_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void __attribute__((noreturn)) usage(FILE *out, int status)
{
	fprintf(out,
	    "usage: bgpd [-n] [-f FILE] [-s SOCKET] [-v]\n"
	    "       bgpd -h | -V\n");
	exit(status);
}

static void __attribute__((noreturn)) version(void)
{
	printf("bgpd %s\n", PACKAGE_VERSION);
	exit(0);
}

static struct options
options_parse(int argc, char **argv)
{
	static const char letters[] = "f:hns:vV";
	struct options o = { .file = BGPD_CONF_PATH };
	int c;

	while (
	    (c = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
		switch (c) {
		case 'f': o.file = optarg; break;
		case 'h': usage(stdout, 0);
		case 'n': o.check = true; break;
		case 's': o.socket = optarg; break;
		case 'v': o.verbose = true; break;
		case 'V': version();
		default: usage(stderr, 1);
		}
	}
	if (optind != argc)
		usage(stderr, 1);
	return o;
}

/* xorshift64*: jitter needs no more. */
static uint32_t
process_random(void *arg)
{
	struct process *p = arg;

	p->random ^= p->random >> 12;
	p->random ^= p->random << 25;
	p->random ^= p->random >> 27;
	return (uint32_t)(p->random * 0x2545f4914f6cdd1du >> 32);
}

static uint64_t
random_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint64_t)time(NULL) << 20 ^ (uint64_t)getpid();
	return seed | 1;
}

static struct kernel *
process_kernel(void *arg, const struct conf *conf,
    const struct kernel_events *events, void *events_arg)
{
	return netlink_open(conf->fib.table, events, events_arg);
}

static void
process_started(void *arg)
{
	struct process *p = arg;

	notify_ready(p->notify);
}

static void
process_stopped(void *arg)
{
	struct process *p = arg;

	io_event_stop(p->io);
}

static void
on_hangup(void *arg, int signo)
{
	struct process *p = arg;
	struct bgpd_reload r = { .applied = false };

	notify_reloading(p->notify);
	bgpd_reload(p->bgpd, false, false, &r);
	bgpd_reload_clear(&r);
	notify_ready(p->notify);
}

static void
on_end(void *arg, int signo)
{
	struct process *p = arg;

	log_info(p->log, "%s: leaving", strsignal(signo));
	notify_stopping(p->notify);
	bgpd_stop(p->bgpd);
}

static void
signals_set(struct process *p)
{
	io_event_signal(p->io, SIGHUP, on_hangup, p);
	io_event_signal(p->io, SIGTERM, on_end, p);
	io_event_signal(p->io, SIGINT, on_end, p);
}

/* It was opened at the start; what it heard since is too old to be told. */
static struct nd *
process_nd(void *arg)
{
	struct process *p = arg;
	struct nd *nd = p->nd;
	struct nd_message old;

	p->nd = NULL;
	if (nd == NULL)
		errno = EPERM;
	else
		while (nd->ops->receive(nd, &old))
			continue;
	return nd;
}

/* Made and joined; false when the kernel cannot be opened. */
static bool
process_new(struct process *p, const struct options *o, struct conf *conf)
{
	const struct bgpd_setup setup = { .io = p->io,
		.log = p->log,
		.conf = conf,
		.conf_path = p->conf_path,
		.state_directory = BGPD_STATE_DIR,
		.random = process_random,
		.random_arg = p,
		.hash_seed = random_seed(),
		.kernel = process_kernel,
		.bfd = bfd_socket_new(p->io, process_random(p)),
		.nd = process_nd,
		.nd_arg = p,
		.stopped = process_stopped,
		.started = process_started,
		.hook_arg = p };

	p->bgpd = bgpd_new(&setup);
	if (p->bgpd == NULL) {
		log_error(p->log, "cannot open the kernel's routing: %s",
		    strerror(errno));
		return false;
	}
	p->bgpd->control = control_new(p->bgpd, conf, o->socket);
	p->bgpd->control_configure = control_configure;
	p->bgpd->http = http_new(p->bgpd, conf);
	p->bgpd->http_configure = http_configure;
	return true;
}

/* Two of us on one node would fight over the same routes. */
static bool
process_is_second(struct process *p)
{
	if (!control_is_taken(p->bgpd->control))
		return false;
	log_error(p->log,
	    "another bgpd answers at the control socket; "
	    "`-s SOCKET` gives this one its own");
	return true;
}

static int
process_loop(struct process *p)
{
	int status;

	signals_set(p);
	p->notify = notify_new(p->bgpd);
	bgpd_start(p->bgpd);
	status = io_event_run(p->io);
	if (status != 0)
		log_error(p->log, "the event loop failed: %s", strerror(errno));
	notify_free(p->notify);
	return status != 0;
}

/* Where a file lies; made if it can be, to be let through. */
static char *
folder_made(const char *file)
{
	char *copy = xstrdup(file), *folder = xstrdup(dirname(copy));

	free(copy);
	mkdir(folder, 0755);
	return folder;
}

/* What is written: the state, and sockets that are made and removed. */
static void
process_enclose(
    struct process *p, const struct options *o, const struct conf *conf)
{
	const char *state = conf->state_directory, *socket = conf->control;
	char **folders = xcalloc(conf->nmetrics + 2, sizeof(*folders));
	char *file;
	size_t i, n = 0;

	file = xasprintf("%s/*", state != NULL ? state : BGPD_STATE_DIR);
	folders[n++] = folder_made(file);
	free(file);
	folders[n++] = folder_made(o->socket != NULL ? o->socket
		: socket != NULL                     ? socket
						     : BGPD_SOCKET_PATH);
	for (i = 0; i < conf->nmetrics; i++)
		if (conf->metrics[i].path != NULL)
			folders[n++] = folder_made(conf->metrics[i].path);
	sandbox_enter(p->log, (const char *const *)folders, n);
	while (n > 0)
		free(folders[--n]);
	free(folders);
}

static int
process_run(struct process *p, const struct options *o, struct conf *conf)
{
	int status = 1;

	p->random = random_seed();
	privilege_descriptors(p->log, conf);
	privilege_join_groups(p->log, conf);
	p->nd = nd_open();
	process_enclose(p, o, conf);
	if (process_new(p, o, conf)) {
		status = process_is_second(p) ? 1 : process_loop(p);
		http_free(p->bgpd->http);
		control_free(p->bgpd->control);
		bgpd_free(p->bgpd);
	}
	if (p->nd != NULL)
		p->nd->ops->close(p->nd);
	return status;
}

/* Before anything is opened: may it run at all?  It is said when not. */
static bool
process_may_run(struct process *p, const struct conf *conf)
{
	const char *missing = privilege_missing(conf);

	if (missing != NULL) {
		log_error(p->log, "%s", missing);
		return false;
	}
	if ((p->io = io_event_new()) == NULL)
		log_error(p->log, "libevent gives no event loop");
	return p->io != NULL;
}

static void
process_greet(struct process *p, const struct conf *conf)
{
	size_t names = conf_neighbor_names(conf), sessions = conf->nneighbors;

	log_info(p->log,
	    "bgpd %s: node %s, AS %u, %zu neighbor%s, %zu session%s",
	    PACKAGE_VERSION, conf->node, conf->as, names, names == 1 ? "" : "s",
	    sessions, sessions == 1 ? "" : "s");
}

/* No link is followed: a file may be replaced by replacing one. */
static char *
path_absolute(const char *path)
{
	char *folder = path[0] == '/' ? NULL : getcwd(NULL, 0);
	char *absolute;

	if (folder == NULL)
		return xstrdup(path);
	absolute = xasprintf(
	    "%s/%s", folder, strncmp(path, "./", 2) == 0 ? path + 2 : path);
	free(folder);
	return absolute;
}

static int
process_start(struct process *p, const struct options *o, struct conf *conf,
    const struct conf_messages *messages)
{
	int status = 1;

	p->conf_path = path_absolute(o->file);
	p->log = log_new(STDERR_FILENO);
	log_set(
	    p->log, o->verbose ? CONF_DEBUG : conf->log_level, conf->log_form);
	process_greet(p, conf);
	bgpd_log_messages(p->log, messages);
	if (!process_may_run(p, conf)) {
		conf_free(conf);
	} else {
		status = process_run(p, o, conf);
		io_event_free(p->io);
	}
	log_free(p->log);
	free(p->conf_path);
	return status;
}

/* `bgpd -n`: says that it is good, where it is. */
static int
config_check(const struct options *o, struct conf *conf,
    const struct conf_messages *messages)
{
	size_t names, warnings = messages->count - messages->errors;

	if (conf == NULL)
		return 1;
	names = conf_neighbor_names(conf);
	printf("%s: good: node %s, %zu neighbor%s", o->file, conf->node, names,
	    names == 1 ? "" : "s");
	if (warnings > 0)
		printf(", %zu warning%s", warnings, warnings == 1 ? "" : "s");
	putchar('\n');
	conf_free(conf);
	return 0;
}

/*
 * Whoever closed stderr wants no log.  Its number would go to the next thing
 * opened, a socket perhaps, and the log would be written there.
 */
static void
descriptors_fill(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int
main(int argc, char **argv)
{
	struct options o = options_parse(argc, argv);
	struct conf_messages messages = { .count = 0 };
	struct process p = { .io = NULL };
	struct conf *conf;
	int status;

	descriptors_fill();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	conf = bgpd_read_conf(o.file, tls_judge, &messages);
	status = conf == NULL;
	if (o.check || conf == NULL)
		conf_messages_print(&messages, stderr);
	if (o.check)
		status = config_check(&o, conf, &messages);
	else if (conf != NULL)
		status = process_start(&p, &o, conf, &messages);
	conf_messages_clear(&messages);
	return status;
}
