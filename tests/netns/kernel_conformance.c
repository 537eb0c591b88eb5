/* SPDX-License-Identifier: ISC */
/* kernel_conformance.c - netlink.c keeps the contract of kernel.h */

/*
 *    kernel_conformance                 runs the checks
 *    kernel_conformance install COUNT   installs, replaces and deletes COUNT
 *                                       routes of each family through the fib,
 *                                       and says how fast
 *    kernel_conformance add COUNT       installs them, and leaves them there
 *    kernel_conformance hold            keeps four routes of each family in the
 *                                       kernel until it is killed; says how
 *                                       that goes
 *
 * HOLD_INLINE=1: without next hop objects.
 *
 * To be run in a network namespace of its own that has the links kc0 and kc1,
 * with other ends that are up (test_kernel.py), and on the first of these a
 * host 2 that answers.  The actors are ip(8).
 */

#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/fib.h"
#include "tests/kernel_checks.h"

#define TURN_MS 10
#define FLOOD   40000
#define BATCH   512

static const char *const names[WORLD_LINKS] = { "kc0", "kc1" };

/* ---- the world, by ip(8) ---- */

/* One line of a batch for ip(8); failures of lines are no matter. */
static FILE *
ip_begin(void)
{
	FILE *ip = popen("ip -force -batch - >/dev/null 2>&1", "w");

	if (ip == NULL)
		err(1, "ip");
	return ip;
}

__attribute__((format(printf, 1, 2))) static void
ip_run(const char *format, ...)
{
	FILE *ip = ip_begin();
	va_list args;

	va_start(args, format);
	vfprintf(ip, format, args);
	va_end(args);
	fputc('\n', ip);
	pclose(ip);
}

static void
address_line(FILE *ip, unsigned int link, enum family family, bool there)
{
	struct address a = world_address(family, link, 1);
	char text[ADDRESS_STRLEN];

	address_format(&a, text);
	fprintf(ip, "address %s %s/%u dev %s%s\n", there ? "replace" : "del",
	    text, family == FAMILY_IPV4 ? 24 : 64, names[link],
	    there && family == FAMILY_IPV6 ? " nodad" : "");
}

static void
real_address_set(
    struct world *w, unsigned int link, enum family family, bool there)
{
	FILE *ip = ip_begin();

	(void)w;
	address_line(ip, link, family, there);
	pclose(ip);
}

static void
real_link_set(struct world *w, unsigned int link, bool up)
{
	(void)w;
	ip_run("link set %s %s", names[link], up ? "up" : "down");
}

/* Of one family, which ip(8) takes from its command line. */
static void
routes_flush(FILE *ip)
{
	fprintf(ip, "route flush table main proto %d\n", WORLD_OURS);
	fprintf(ip, "route flush table main proto %d\n", WORLD_THEIRS);
	fprintf(ip, "route flush table %d\n", WORLD_OTHER_TABLE);
}

static void
real_reset(struct world *w)
{
	FILE *ip = ip_begin();
	unsigned int i;

	(void)w;
	routes_flush(ip);
	fprintf(ip, "nexthop flush\n");
	for (i = 0; i < WORLD_LINKS; i++) {
		fprintf(ip, "link set %s up\n", names[i]);
		address_line(ip, i, FAMILY_IPV4, true);
		address_line(ip, i, FAMILY_IPV6, true);
	}
	pclose(ip);
	ip = popen("ip -6 -force -batch - >/dev/null 2>&1", "w");
	if (ip == NULL)
		err(1, "ip");
	routes_flush(ip);
	pclose(ip);
}

static void
real_route(struct world *w, enum kernel_verb verb, const struct kernel_route *r)
{
	static const char *const words[KERNEL_VERB_MAX] = { "add", "replace",
		"del" };
	char prefix[PREFIX_STRLEN], gateway[ADDRESS_STRLEN];

	(void)w;
	prefix_format(&r->prefix, prefix);
	address_format(&r->path[0].gateway, gateway);
	if (verb == KERNEL_DELETE)
		ip_run("route del %s table %u proto %u metric %u", prefix,
		    r->table, r->protocol, r->metric);
	else
		ip_run("route %s %s via %s table %u proto %u metric %u",
		    words[verb], prefix, gateway, r->table, r->protocol,
		    r->metric);
}

static void
real_permanent(struct world *w, unsigned int link, enum family family,
    unsigned int host, bool there)
{
	struct address a = world_address(family, link, host);
	char text[ADDRESS_STRLEN];

	(void)w;
	ip_run("neigh %s %s lladdr 02:00:00:00:00:77 dev %s nud permanent",
	    there ? "replace" : "del", address_format(&a, text), names[link]);
}

static void
real_object(
    struct world *w, enum kernel_verb verb, const struct kernel_object *o)
{
	char gateway[ADDRESS_STRLEN];
	const char *link = o->path.index == w->index[0] ? names[0] : names[1];

	address_format(&o->path.gateway, gateway);
	if (verb == KERNEL_OBJECT_DELETE)
		ip_run("nexthop del id %u", o->id);
	else
		ip_run("nexthop add id %u via %s dev %s proto %u", o->id,
		    gateway, link, o->protocol);
}

/* More events than the monitor can hold, in a table of no interest. */
static void
real_overrun(struct world *w, struct kernel *k)
{
	FILE *ip = ip_begin();
	unsigned int i;

	(void)w;
	(void)k;
	for (i = 0; i < FLOOD; i++)
		fprintf(ip, "addr %s 172.16.0.1/32 dev %s\n",
		    i % 2 == 0 ? "add" : "del", names[1]);
	pclose(ip);
}

static struct kernel *
real_open(struct world *w, const struct kernel_events *events, void *arg)
{
	(void)w;
	return netlink_open(WORLD_TABLE, events, arg);
}

static void
serve(struct kernel *k, int timeout)
{
	struct pollfd polled[4];
	int fds[4];
	int i, n = k->ops->fds(k, fds);

	for (i = 0; i < n; i++)
		polled[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	if (poll(polled, (nfds_t)n, timeout) > 0)
		k->ops->ready(k);
}

static void
real_turn(struct world *w, struct kernel *k)
{
	(void)w;
	serve(k, TURN_MS);
}

/* ---- a small daemon: a kernel and a fib ---- */

struct daemon {
	struct kernel *kernel;
	struct fib *fib;
	bool ready;
	unsigned long sent;
};

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t
now_ms(void)
{
	return now_us() / 1000;
}

static void
on_link(void *arg, const struct kernel_link *link, bool gone)
{
	struct daemon *d = arg;

	fib_link(d->fib, link->index, fib_link_state(link, gone));
}

static void
on_address(void *arg, const struct kernel_address *a, bool gone)
{
	struct daemon *d = arg;

	/* One IPv4 address a link: see the world. */
	if (gone && a->address.family == FAMILY_IPV4)
		fib_link_flushed(d->fib, a->index);
}

static void
on_route(void *arg, const struct kernel_route *r, bool gone)
{
	struct daemon *d = arg;

	fib_route(d->fib, r, gone, now_ms());
}

static void
on_object(void *arg, const struct kernel_object *o, bool gone)
{
	struct daemon *d = arg;

	fib_object(d->fib, o, gone, now_ms());
}

static void
on_dump_begin(void *arg, bool lost)
{
	struct daemon *d = arg;

	(void)lost;
	fib_dump_begin(d->fib);
}

static void
on_dump_end(void *arg)
{
	struct daemon *d = arg;

	fib_dump_end(d->fib, now_ms());
	fib_sweep(d->fib, UINT32_MAX, now_ms());
	fib_release(d->fib, FAMILY_IPV4);
	fib_release(d->fib, FAMILY_IPV6);
	d->ready = true;
}

static void
on_failed(void *arg, enum family family, uint32_t cookie, int error)
{
	struct daemon *d = arg;

	fib_failed(d->fib, family, cookie, error, now_ms());
}

static void
on_finished(void *arg, enum family family, int error)
{
	struct daemon *d = arg;

	fib_finished(d->fib, family, error, now_ms());
}

static void
on_silent(void *arg, uint32_t index, const struct address *host)
{
	(void)arg;
	(void)index;
	(void)host;
}

static void
on_audited(void *arg, const struct kernel_route *route)
{
	struct daemon *d = arg;

	fib_audit_route(d->fib, route, now_ms());
}

static const struct kernel_events events = {
	.link = on_link,
	.address = on_address,
	.route = on_route,
	.object = on_object,
	.dump_begin = on_dump_begin,
	.dump_end = on_dump_end,
	.failed = on_failed,
	.finished = on_finished,
	.audited = on_audited,
	.silent = on_silent,
};

static bool
is_unset(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || *value == '\0';
}

static void
daemon_open(struct daemon *d)
{
	const struct fib_config config = { .table = WORLD_TABLE,
		.metric = WORLD_METRIC,
		.protocol = WORLD_OURS,
		.objects = is_unset("HOLD_INLINE") };

	*d = (struct daemon){ .fib = fib_new(&config) };
	d->kernel = netlink_open(WORLD_TABLE, &events, d);
	if (d->kernel == NULL)
		err(1, "netlink");
	d->kernel->ops->dump(d->kernel);
	while (!d->ready)
		serve(d->kernel, TURN_MS);
}

static void
daemon_close(struct daemon *d)
{
	d->kernel->ops->close(d->kernel);
	fib_free(d->fib);
}

static void
daemon_submit(struct daemon *d, enum family family)
{
	static struct kernel_change changes[BATCH];
	size_t count, taken;

	if (!fib_has_work(d->fib, family, now_ms()))
		return;
	count = fib_batch(d->fib, family, changes, BATCH, now_ms());
	taken = d->kernel->ops->submit(d->kernel, family, changes, count);
	fib_unsent(d->fib, family, changes + taken, count - taken);
	d->sent += taken;
}

static void
daemon_turn(struct daemon *d)
{
	if (fib_wants_dump(d->fib))
		d->kernel->ops->dump(d->kernel);
	daemon_submit(d, FAMILY_IPV4);
	daemon_submit(d, FAMILY_IPV6);
	serve(d->kernel, TURN_MS);
}

static struct prefix
block(enum family family, uint32_t n)
{
	struct address a = { .family = (uint8_t)family };

	if (family == FAMILY_IPV4) {
		a = address_v4(0x0a000000u + (n << 6));
		return prefix_of(&a, 26);
	}
	a.bytes[0] = 0xfd;
	a.bytes[1] = 0x10;
	a.bytes[12] = (uint8_t)(n >> 16);
	a.bytes[13] = (uint8_t)(n >> 8);
	a.bytes[14] = (uint8_t)n;
	return prefix_of(&a, 122);
}

static void
wish(struct daemon *d, const struct world *w, enum family family, uint32_t n,
    unsigned int host)
{
	struct prefix p = block(family, n);
	struct fib_wish wanted = { .type = KERNEL_UNICAST, .count = 1 };

	wanted.path[0].gateway = world_address(family, 0, host);
	wanted.path[0].index = w->index[0];
	fib_want(d->fib, &p, &wanted);
}

/* Until all changes are over; routes a second of one family. */
static void
rush(struct daemon *d, enum family family, const char *what, uint32_t count)
{
	struct fib_counts counts;
	int64_t began = now_us();
	double seconds;

	do {
		daemon_turn(d);
		fib_counts(d->fib, family, &counts);
	} while (
	    counts.by_status[FIB_PENDING] + counts.by_status[FIB_REMOVING] > 0);
	seconds = (double)(now_us() - began) / 1e6;
	printf("%s %s %u routes in %.3f s: %.0f/s, %u in sync, %u failed\n",
	    family_name(family), what, count, seconds, count / seconds,
	    counts.by_status[FIB_IN_SYNC],
	    counts.by_status[FIB_FAILED] + counts.by_status[FIB_CONFLICT]);
}

static int
install(struct world *w, uint32_t count)
{
	static const char *const words[] = { "add", "replace", "delete" };
	struct kernel_counters counters;
	enum family family;
	struct daemon d;
	struct prefix p;
	uint32_t n;
	int i;

	daemon_open(&d);
	for (family = 0; family < FAMILY_MAX; family++) {
		for (i = 0; i < 3; i++) {
			for (n = 0; n < count; n++) {
				p = block(family, n);
				if (i == 2)
					fib_unwant(d.fib, &p);
				else
					wish(&d, w, family, n, 2 + i);
			}
			rush(&d, family, words[i], count);
		}
	}
	netlink_counters(d.kernel, &counters);
	printf("changes %llu batches %llu overruns %llu malformed %llu\n",
	    (unsigned long long)counters.changes,
	    (unsigned long long)counters.batches,
	    (unsigned long long)counters.overruns,
	    (unsigned long long)counters.malformed);
	daemon_close(&d);
	return 0;
}

static int
add(struct world *w, uint32_t count)
{
	enum family family;
	struct daemon d;
	uint32_t n;

	daemon_open(&d);
	for (family = 0; family < FAMILY_MAX; family++) {
		for (n = 0; n < count; n++)
			wish(&d, w, family, n, 2);
		rush(&d, family, "add", count);
	}
	daemon_close(&d);
	return 0;
}

static void
counts_say(const struct daemon *d)
{
	static char before[200];
	char text[200];
	struct fib_counts four, six;

	fib_counts(d->fib, FAMILY_IPV4, &four);
	fib_counts(d->fib, FAMILY_IPV6, &six);
	snprintf(text, sizeof(text),
	    "in-sync %u %u conflict %u %u failed %u %u repaired %llu %llu",
	    four.by_status[FIB_IN_SYNC], six.by_status[FIB_IN_SYNC],
	    four.by_status[FIB_CONFLICT], six.by_status[FIB_CONFLICT],
	    four.by_status[FIB_FAILED], six.by_status[FIB_FAILED],
	    (unsigned long long)four.repaired,
	    (unsigned long long)six.repaired);
	if (strcmp(text, before) != 0) {
		puts(text);
		fflush(stdout);
		strcpy(before, text);
	}
}

__attribute__((noreturn)) static void
hold(struct world *w)
{
	enum family family;
	struct daemon d;
	uint32_t n;

	daemon_open(&d);
	for (family = 0; family < FAMILY_MAX; family++) {
		for (n = 0; n < 4; n++)
			wish(&d, w, family, n, 2);
	}
	for (;;) {
		daemon_turn(&d);
		counts_say(&d);
	}
}

int
main(int argc, char **argv)
{
	struct world w = {
		.open = real_open,
		.turn = real_turn,
		.reset = real_reset,
		.link_set = real_link_set,
		.address_set = real_address_set,
		.route = real_route,
		.permanent = real_permanent,
		.object = real_object,
		.overrun = real_overrun,
	};
	unsigned int i;

	for (i = 0; i < WORLD_LINKS; i++) {
		w.index[i] = if_nametoindex(names[i]);
		if (w.index[i] == 0)
			err(1, "%s", names[i]);
	}
	/* These two change nothing but by netlink: they are watched. */
	if (argc == 2 && strcmp(argv[1], "hold") == 0)
		hold(&w);
	if (argc == 3 && strcmp(argv[1], "add") == 0)
		return add(&w, (uint32_t)atoi(argv[2]));
	real_reset(&w);
	if (argc == 3 && strcmp(argv[1], "install") == 0)
		return install(&w, (uint32_t)atoi(argv[2]));
	return kernel_checks_run(&w);
}
