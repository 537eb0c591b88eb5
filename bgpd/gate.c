/* SPDX-License-Identifier: ISC */
/* gate.c - what is told to others waits until the kernel has it */
/*
 * `fib { advertise-after install }`: the groups ask here before they tell a
 * prefix with this node as its next hop (group_gate.c); the fib is asked in
 * turn, and when a route has come the groups are told, in slices, in the turn
 * that follows the kernel's answer.  With `decision`, or with `fib off`, there
 * is no gate.  Nothing is kept here.
 */
#include "bgpd/bgpd_private.h"

#define GATE_SLICE 256u /* prefixes between looks at the clock */
#define GATE_TIME  5    /* ms of a turn, about */

static enum group_gate
gate_judge(void *arg, const struct prefix *prefix)
{
	static const enum group_gate gates[] = {
		[FIB_GOOD] = GROUP_GATE_OPEN,
		[FIB_NO_VERDICT] = GROUP_GATE_WAITS,
		[FIB_REFUSED] = GROUP_GATE_REFUSED,
	};
	struct bgpd *b = arg;

	return gates[fib_await(b->fib, prefix)];
}

static bool
gate_waits(void *arg, enum family f)
{
	const struct bgpd *b = arg;

	return fib_awaits(b->fib, f) > 0;
}

bool
gate_is_on(const struct bgpd *b)
{
	return b->fib != NULL && b->conf->fib.after_install;
}

void
gate_configure(struct bgpd *b)
{
	const struct groups_gate gate = { gate_judge, gate_waits, b };

	if (gate_is_on(b) == b->loop->gated)
		return;
	b->loop->gated = gate_is_on(b);
	groups_set_gate(b->groups, b->loop->gated ? &gate : NULL);
}

/* True when there may be more. */
static bool
gate_slice(struct bgpd *b, enum family f)
{
	struct prefix prefix;
	unsigned int n;
	uint32_t entry;

	for (n = 0; n < GATE_SLICE && fib_awaited(b->fib, f, &prefix); n++) {
		entry = rib_find(b->rib, &prefix);
		if (entry != 0)
			groups_opened(b->groups, f, entry, &prefix);
	}
	return n == GATE_SLICE;
}

bool
gate_turn(struct bgpd *b)
{
	int64_t until = bgpd_now(b) + GATE_TIME;
	bool more;

	if (b->fib == NULL)
		return false;
	do {
		more = gate_slice(b, FAMILY_IPV4);
		more |= gate_slice(b, FAMILY_IPV6);
	} while (more && bgpd_now(b) < until);
	return more;
}
