/* SPDX-License-Identifier: ISC */
/* health.c - is this node ready to carry traffic, and if not, why not */

/*
 * Nothing is watched in between: the questions are put to who knows when
 * somebody asks, which is every few seconds at most, and two answers per
 * family are remembered once they were good.  Neighbours are counted for
 * that, one pass over all of them; the first one that is missing is named
 * with its reason.
 *
 * Neighbours that are disabled, and ranges that nobody came from, are waited
 * for by nobody.
 */
#include "bgpd/health.h"

#include "bgpd/bgpd.h"
#include "bgpd/runtime.h"

#define ALL_TIME    30000 /* ms, since the start */
#define KERNEL_TIME 60000 /* ms that a first dump may take */

/* Sessions of a family, in one pass. */
struct census {
	uint32_t wanted, up, owing; /* End-of-RIB */
	const struct peer *missing; /* the first one, or NULL */
};

static const char *const words[HEALTH_CHECK_MAX] = {
	[HEALTH_KERNEL] = "kernel",
	[HEALTH_ADDRESS] = "address",
	[HEALTH_ROUTES] = "routes",
	[HEALTH_NEIGHBORS] = "neighbors",
};

const char *
health_word(enum health_check check)
{
	return words[check];
}

static int64_t
age(const struct bgpd *b)
{
	return b->io->ops->now(b->io) - b->started;
}

/* Did its OPEN announce that it would send End-of-RIB? */
static bool
says_when_done(const struct peer *p)
{
	const struct open_common *common = session_common(peer_session(p));

	return common->restart;
}

static struct census
census_take(const struct bgpd *b, enum family f)
{
	struct census c = { .wanted = 0 };
	struct peer_family view;
	const struct peer *p;
	uint32_t cursor = 0;

	while ((p = neighbors_walk(b->neighbors, &cursor)) != NULL) {
		peer_family(p, f, &view);
		if (!view.configured || conf_neighbor_is_disabled(peer_conf(p)))
			continue;
		c.wanted++;
		if (peer_state(p) == FSM_ESTABLISHED && view.negotiated) {
			c.up++;
			c.owing +=
			    says_when_done(p) && !view.end_of_rib_received;
		} else if (c.missing == NULL) {
			c.missing = p;
		}
	}
	return c;
}

/* "node-c: no route to host" */
static void
missing_name(const struct census *c, struct text *why)
{
	const char *reason = peer_reason(c->missing);

	text_add(why, "%s: %s", peer_conf(c->missing)->name,
	    peer_state(c->missing) == FSM_ESTABLISHED
		? "it does not speak this family"
		: reason[0] == '\0' ? "no attempt has ended yet"
				    : reason);
}

/* Each is silent when all is well. */

static void
ask_kernel(const struct bgpd *b, enum family f, struct text *why)
{
	(void)f;
	if (!b->synced)
		text_add(why, "the kernel's routes are still being read");
}

static void
ask_address(const struct bgpd *b, enum family f, struct text *why)
{
	struct address chosen = node_chosen(b->node, f);
	const char *problem = node_problem(b->node, f);

	if (problem[0] != '\0')
		text_add(why, "%s", problem);
	else if (address_is_unset(&chosen))
		text_add(why, "no address of this node is known yet");
}

static uint32_t
waiting_routes(const struct bgpd *b, enum family f)
{
	struct fib_counts counts;

	if (b->fib == NULL)
		return 0;
	fib_counts(b->fib, f, &counts);
	return counts.by_status[FIB_PENDING];
}

static void
ask_routes(const struct bgpd *b, enum family f, struct text *why)
{
	struct health *h = b->health;
	struct census c;
	uint32_t waiting;

	if (h->installed[f])
		return;
	c = census_take(b, f);
	waiting = waiting_routes(b, f);
	if (restart_deferring(b->restart, f) || restart_holding(b->restart, f))
		text_add(why, "routes from before the restart are still held");
	else if (c.owing > 0 && age(b) < ALL_TIME)
		text_add(why, "%u neighbor%s not yet sent all routes",
		    (unsigned int)c.owing, c.owing == 1 ? " has" : "s have");
	else if (waiting == 0 && rib_is_dirty(b->rib))
		text_add(why, "routes are still being decided");
	else if (waiting > 0)
		text_add(why, "%u route%s not yet in the kernel",
		    (unsigned int)waiting, waiting == 1 ? " is" : "s are");
	else
		h->installed[f] = b->synced;
}

static void
ask_neighbors(const struct bgpd *b, enum family f, struct text *why)
{
	struct health *h = b->health;
	struct census c = census_take(b, f);

	if (c.up == c.wanted || age(b) >= ALL_TIME)
		h->complete[f] = b->synced;
	if (c.wanted == 0 || (h->complete[f] && c.up > 0))
		return;
	if (c.up == 0)
		text_add(why, "none of %u session%s is established; ",
		    (unsigned int)c.wanted, c.wanted == 1 ? "" : "s");
	else
		text_add(why,
		    "%u of %u sessions are established, and the others are "
		    "waited for until %d s after the start; ",
		    (unsigned int)c.up, (unsigned int)c.wanted,
		    ALL_TIME / 1000);
	missing_name(&c, why);
}

static void (*const asks[HEALTH_CHECK_MAX])(
    const struct bgpd *, enum family, struct text *) = {
	[HEALTH_KERNEL] = ask_kernel,
	[HEALTH_ADDRESS] = ask_address,
	[HEALTH_ROUTES] = ask_routes,
	[HEALTH_NEIGHBORS] = ask_neighbors,
};

bool
health_ask(const struct bgpd *b, enum family f, enum health_check check,
    char reason[HEALTH_STRLEN])
{
	struct text why = text_of(reason, HEALTH_STRLEN);

	asks[check](b, f, &why);
	return reason[0] == '\0';
}

bool
health_ready(const struct bgpd *b, struct text *why)
{
	bool drained = runtime_state(b->runtime)->drain != DRAIN_OFF;
	char reason[HEALTH_STRLEN];
	bool ready = !drained;
	enum health_check i;
	enum family f;

	if (drained)
		text_add(why, "this node is drained");
	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; b->conf->expected[f] && i < HEALTH_CHECK_MAX; i++) {
			if (health_ask(b, f, i, reason))
				continue;
			text_add(why, "%s%s: %s", ready ? "" : "; ",
			    family_name(f), reason);
			ready = false;
		}
	return ready;
}

bool
health_alive(const struct bgpd *b, char reason[HEALTH_STRLEN])
{
	struct text why = text_of(reason, HEALTH_STRLEN);

	if (!b->synced && age(b) > KERNEL_TIME)
		text_add(&why, "the kernel has not told its routes in %d s",
		    KERNEL_TIME / 1000);
	return reason[0] == '\0';
}
