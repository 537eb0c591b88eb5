/* SPDX-License-Identifier: ISC */
/* netlink_dump.c - all that there is, asked for and told */

/*
 * A dump is a row of requests on the monitor's socket (links, addresses,
 * next hop objects, routes of both families); one that the kernel says was
 * disturbed is repeated.  An overrun (ENOBUFS, or whatever else recv says) is
 * counted and leads to a dump, from its beginning if one runs, and no batch is
 * taken until that has told the truth; dumps keep a distance from each other,
 * however many are asked for.
 */

#include <sys/socket.h>
#include <sys/timerfd.h>

#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include <errno.h>
#include <string.h>
#include <time.h>

#include "kernel/netlink_private.h"
#include "kernel/netlink_socket.h"

#define DUMP_DISTANCE 200 /* ms, and as long as the last one took */
#define DUMP_REPEATS  5   /* of one step that is always disturbed */

static int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const struct {
	int type;
	int af;
} dump_steps[] = {
	{ RTM_GETLINK, AF_UNSPEC },
	{ RTM_GETADDR, AF_UNSPEC },
	{ RTM_GETNEXTHOP, AF_UNSPEC }, /* refused before Linux 5.3 */
	/* From here on for each table. */
	{ RTM_GETROUTE, AF_INET },
	{ RTM_GETROUTE, AF_INET6 },
};

#define STEPS_ROUTES 3u
#define DUMP_STEPS   (sizeof(dump_steps) / sizeof(*dump_steps))
#define STEPS_TABLE  (DUMP_STEPS - STEPS_ROUTES)

/* The tables may have become fewer. */
static bool
dump_is_over(const struct netlink *n)
{
	return n->dump.step >= STEPS_ROUTES + STEPS_TABLE * n->filter.ntables;
}

static int
dump_send(struct netlink *n)
{
	unsigned int step = n->dump.step, table = 0;

	if (step >= STEPS_ROUTES) {
		table = (step - STEPS_ROUTES) / STEPS_TABLE;
		step -= (unsigned int)STEPS_TABLE * table;
	}
	n->dump.disturbed = false;
	n->dump.seq++;
	return netlink_socket_dump(n->monitor, dump_steps[step].type,
	    dump_steps[step].af, n->filter.tables[table], n->dump.seq);
}

static void
timer_set(struct netlink *n, int64_t delay)
{
	struct itimerspec at = { .it_value = {
				     .tv_sec = delay / 1000,
				     .tv_nsec = delay % 1000 * 1000000 + 1,
				 } };

	timerfd_settime(n->timer_fd, 0, &at, NULL);
}

void
netlink_dump_want(struct netlink *n)
{
	int64_t delay = n->dump.not_before - clock_now();

	n->dump.wanted = true;
	if (!n->dump.running)
		timer_set(n, delay > 0 ? delay : 0);
}

static void
dump_end(struct netlink *n)
{
	int64_t now = clock_now();

	n->dump.running = false;
	n->dump.not_before = now + DUMP_DISTANCE + (now - n->dump.began);
	n->counters.dumps++;
	netlink_interest_dump_end(n);
	if (n->dump.wanted)
		netlink_dump_want(n);
	n->events->dump_end(n->arg);
}

/* The kernel is out of something: all again, a little later, without an end. */
static void
dump_give_up(struct netlink *n)
{
	n->dump.running = false;
	n->dump.lost = true;
	n->dump.not_before = clock_now() + DUMP_DISTANCE;
	netlink_dump_want(n);
}

/* A step is over.  Of errors, most mean that there is nothing to show. */
static void
dump_step(struct netlink *n, int error)
{
	if (error == -EBUSY || error == -ENOBUFS || error == -ENOMEM) {
		dump_give_up(n);
		return;
	}
	if (n->dump.disturbed && n->dump.repeats < DUMP_REPEATS) {
		n->dump.repeats++;
	} else {
		n->dump.repeats = 0;
		if (n->dump.step++ == 0)
			netlink_interest_dump_links(n);
	}
	if (dump_is_over(n))
		dump_end(n);
	else if (dump_send(n) < 0)
		dump_give_up(n);
}

bool
netlink_dump_is_due(const struct netlink *n)
{
	return n->dump.wanted && !n->dump.running &&
	    clock_now() >= n->dump.not_before;
}

void
netlink_dump_begin(struct netlink *n)
{
	bool lost = n->dump.lost;

	n->dump = (struct dump){
		.running = true,
		.seq = n->dump.seq,
		.began = clock_now(),
	};
	n->listening = true;
	netlink_interest_dump_begin(n);
	n->events->dump_begin(n->arg, lost);
	if (dump_send(n) < 0)
		dump_give_up(n);
}

/* A dump that runs may have stalled for the same reason: it begins again. */
void
netlink_dump_overrun(struct netlink *n)
{
	n->counters.overruns++;
	n->dump.lost = true;
	if (n->dump.running)
		dump_give_up(n);
	else
		netlink_dump_want(n);
}

void
netlink_dump_take(struct netlink *n, struct nlmsghdr *h)
{
	int error = 0;

	if (!n->dump.running || h->nlmsg_seq != n->dump.seq)
		return;
	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		n->dump.disturbed = true;
	if (h->nlmsg_type != NLMSG_DONE && h->nlmsg_type != NLMSG_ERROR) {
		netlink_tell(n, h);
		return;
	}
	/* Both begin with an error. */
	if (nlmsg_datalen(h) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(h), sizeof(error));
	dump_step(n, error);
}
