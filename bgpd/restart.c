/* SPDX-License-Identifier: ISC */
/* restart.c - this node's own restart: two clocks per family (DESIGN 3) */
/*
 * In come the number of routes that were adopted and whatever happens to a
 * neighbour; out go the end of deferral (groups, R bit) and of the FIB hold,
 * per family.  For each neighbour and family bits say whether deferral and hold
 * wait for it, and the number of set bits is counted, so that an event costs
 * the same in a mesh of thousands.  The bits follow from what the
 * peer is now and from the stage:
 *
 *	SETTLING   begins with the first dump; deferral waits for whoever has
 *	           neither come up nor failed, hold for whoever has not come up:
 *	           nodes that restart together refuse each other at first
 *	SETTLED    5 s later: deferral waits only for neighbours that are up, so
 *	           that a dead node does not stall the others; hold for those
 *	           that have not failed either
 *	SILENT     after the largest restart time: who is not up has failed,
 *	           who is up without restart sends no End-of-RIB (RFC 4724 2)
 *
 * Who refuses connections has a host that is there and forwards; its daemon may
 * be restarting as well, only later.  So a third bit keeps the routes through
 * it until SILENT, as its other neighbours keep them, while the hold of all
 * other routes ends.  All ends after the hold time.
 *
 * Where the config has a range (neighbors_guest.c), who comes from there is not
 * known until it does: deferral waits until SETTLED, hold until SILENT.
 * Nothing is let go in the event itself, because the routes that came with an
 * End-of-RIB are decided later in that turn; restart_run does it when the rib
 * is clean.
 *
 * With `fib off` nothing was adopted, so there is no restart: no R bit, and
 * End-of-RIB at once.  A reflector could keep a mark on its disk and defer, but
 * its End-of-RIB is what ends the clocks of its clients: one client that is up
 * and never sends its own would hold up all of them, at each start, for the
 * restart time.  Two reflectors cost nobody anything.
 */
#include "bgpd/restart.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

#define SETTLE_TIME 5000u   /* ms */
#define SILENT_TIME 120000u /* ms, when no neighbour has a restart time */

enum stage { STAGE_SETTLING, STAGE_SETTLED, STAGE_SILENT, STAGE_OVER };

enum clock { CLOCK_DEFERRAL, CLOCK_HOLD, CLOCK_ABSENT, CLOCK_MAX };

struct gateway {
	struct address address;
	uint32_t index; /* of its link, if it is link-local */
};

struct restart {
	struct restart_host host;
	struct io_timer *timer; /* the next stage */
	bool begun;
	enum stage stage;
	int64_t began;
	int64_t at[STAGE_OVER + 1]; /* a stage begins */
	bool running[CLOCK_MAX][FAMILY_MAX];
	uint32_t waits[CLOCK_MAX][FAMILY_MAX];
	bool absent_only[FAMILY_MAX]; /* the hold of all others is over */
	uint8_t *bits;                /* by source id: wait_bit */
	size_t nbits;
	struct gateway *gateways; /* done, to be let go */
	size_t ngateways;
};

static int64_t
restart_now(const struct restart *r)
{
	return r->host.io->ops->now(r->host.io);
}

static uint8_t
wait_bit(enum clock clock, enum family f)
{
	return (uint8_t)(1u << ((unsigned int)clock * FAMILY_MAX + f));
}

/* What ended an attempt, as far as the other side had its chance. */
static const bool is_failure[REASON_MAX] = { [REASON_CONNECT_FAILED] = true,
	[REASON_CLOSED] = true,
	[REASON_RECEIVED] = true,
	[REASON_SENT] = true,
	[REASON_HOLD_EXPIRED] = true,
	[REASON_SEND_HOLD_EXPIRED] = true,
	[REASON_NO_ROUTE] = true,
	[REASON_HOST_SILENT] = true,
	[REASON_BFD_DOWN] = true };

static bool
has_failed(const struct restart *r, const struct peer *p)
{
	const struct session *s = peer_session(p);

	if (address_is_unset(&peer_conf(p)->address))
		return r->stage > STAGE_SETTLING; /* nobody was found */
	return session_state(s) < FSM_OPENSENT && is_failure[session_reason(s)];
}

/* It is not up and never was; could it come up, for all that is known? */
static bool
may_come(const struct restart *r, const struct peer *p, enum clock clock)
{
	if (r->stage >= STAGE_SILENT || peer_counters(p)->established > 0)
		return false;
	if (clock == CLOCK_HOLD && r->stage == STAGE_SETTLING)
		return true;
	if (clock == CLOCK_DEFERRAL && r->stage != STAGE_SETTLING)
		return false;
	return !has_failed(r, p);
}

/* Did both sides announce restart for the family? */
static bool
has_restart(const struct peer *p, enum family f)
{
	const struct session *s = peer_session(p);

	return session_common(s)->restart &&
	    session_received(s)->family[f].restart;
}

static bool
deferral_waits(const struct restart *r, const struct peer *p, enum family f,
    const struct peer_family *state)
{
	if (r->stage >= STAGE_SILENT)
		return false;
	if (peer_established_at(p) == 0)
		return may_come(r, p, CLOCK_DEFERRAL);
	return state->negotiated && !state->end_of_rib_received &&
	    has_restart(p, f) && !session_received(peer_session(p))->restarting;
}

static bool
hold_waits(const struct restart *r, const struct peer *p, enum family f,
    const struct peer_family *state)
{
	if (r->stage == STAGE_OVER)
		return false;
	if (peer_established_at(p) == 0)
		return may_come(r, p, CLOCK_HOLD);
	return state->negotiated && !state->end_of_rib_received &&
	    (r->stage < STAGE_SILENT || has_restart(p, f));
}

/* Its host is there, and nothing listens: routes through it lead somewhere. */
static bool
absent_waits(const struct restart *r, const struct peer *p)
{
	const struct session *s = peer_session(p);

	return r->stage < STAGE_SILENT && peer_established_at(p) == 0 &&
	    peer_counters(p)->established == 0 &&
	    session_reason(s) == REASON_CONNECT_FAILED &&
	    session_reason_errno(s) == ECONNREFUSED;
}

static uint8_t
peer_bits(const struct restart *r, const struct peer *p)
{
	struct peer_family state;
	uint8_t bits = 0;
	enum family f;

	if (conf_neighbor_is_disabled(peer_conf(p)))
		return 0;
	for (f = 0; f < FAMILY_MAX; f++) {
		peer_family(p, f, &state);
		if (!state.configured)
			continue;
		if (r->running[CLOCK_DEFERRAL][f] &&
		    deferral_waits(r, p, f, &state))
			bits |= wait_bit(CLOCK_DEFERRAL, f);
		if (r->running[CLOCK_HOLD][f] && hold_waits(r, p, f, &state))
			bits |= wait_bit(CLOCK_HOLD, f);
		if (r->running[CLOCK_HOLD][f] && absent_waits(r, p))
			bits |= wait_bit(CLOCK_ABSENT, f);
	}
	return bits;
}

static uint8_t *
bits_of(struct restart *r, uint32_t source)
{
	size_t n = r->nbits;

	if (source >= n) {
		r->nbits = (size_t)source * 2 + 16;
		r->bits = xreallocarray(r->bits, r->nbits, 1);
		memset(r->bits + n, 0, r->nbits - n);
	}
	return &r->bits[source];
}

/* True when somebody waits for it no longer. */
static bool
bits_set(struct restart *r, uint32_t source, uint8_t bits)
{
	uint8_t *old = bits_of(r, source);
	bool less = (*old & ~bits) != 0;
	enum clock c;
	enum family f;

	for (c = 0; c < CLOCK_MAX; c++) {
		for (f = 0; f < FAMILY_MAX; f++) {
			r->waits[c][f] += (bits & wait_bit(c, f)) != 0;
			r->waits[c][f] -= (*old & wait_bit(c, f)) != 0;
		}
	}
	*old = bits;
	return less;
}

static void
judge_all(struct restart *r)
{
	struct peer *p;
	uint32_t cursor = 0;

	while ((p = neighbors_walk(r->host.neighbors, &cursor)) != NULL)
		bits_set(r, peer_source(p), peer_bits(r, p));
	r->host.wake(r->host.arg);
}

static void
stage_timer(void *arg)
{
	struct restart *r = arg;
	int64_t now = restart_now(r);

	while (r->stage < STAGE_OVER && r->at[r->stage + 1] <= now)
		r->stage++;
	if (r->stage < STAGE_OVER)
		r->host.io->ops->timer_set(r->timer, r->at[r->stage + 1]);
	judge_all(r);
}

struct restart *
restart_new(const struct restart_host *host)
{
	struct restart *r = xcalloc(1, sizeof(*r));

	r->host = *host;
	r->timer = host->io->ops->timer_new(host->io, stage_timer, r);
	return r;
}

void
restart_free(struct restart *r)
{
	if (r == NULL)
		return;
	r->host.io->ops->timer_free(r->timer);
	free(r->bits);
	free(r->gateways);
	free(r);
}

/* The largest restart time of the config: that long they keep our routes. */
static uint32_t
silent_time(const struct restart *r)
{
	uint32_t longest = neighbors_restart_time(r->host.neighbors);

	return longest > 0 ? longest : SILENT_TIME;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void
restart_begin(
    struct restart *r, const uint32_t adopted[FAMILY_MAX], uint32_t hold)
{
	int64_t over = restart_now(r) + hold;
	enum family f;

	assert(!r->begun);
	r->begun = true;
	r->began = restart_now(r);
	r->at[STAGE_SETTLED] = earlier(r->began + SETTLE_TIME, over);
	r->at[STAGE_SILENT] = earlier(r->began + silent_time(r), over);
	r->at[STAGE_OVER] = over;
	for (f = 0; f < FAMILY_MAX; f++) {
		if (adopted[f] == 0) {
			if (r->host.fib != NULL)
				fib_release(r->host.fib, f);
			continue;
		}
		r->running[CLOCK_DEFERRAL][f] = true;
		r->running[CLOCK_HOLD][f] = true;
		log_info(r->host.log,
		    "restart: %s: %" PRIu32 " routes found "
		    "in the kernel stay until the neighbors have spoken",
		    family_name(f), adopted[f]);
	}
	r->host.io->ops->timer_set(r->timer, r->at[STAGE_SETTLED]);
	judge_all(r);
}

/* What is still held through it is out of date, or leads nowhere. */
static void
gateway_done(struct restart *r, const struct peer *p)
{
	const struct gateway done = { peer_conf(p)->address, peer_scope(p) };

	/* A link that has gone took its routes with it. */
	if (address_is_unset(&done.address) ||
	    (peer_conf(p)->zone[0] != '\0' && done.index == 0))
		return;
	r->gateways =
	    xreallocarray(r->gateways, r->ngateways + 1, sizeof(done));
	r->gateways[r->ngateways++] = done;
}

void
restart_event(struct restart *r, const struct peer *p)
{
	enum family f = peer_conf(p)->address.family;
	struct peer_family state;

	if (!r->begun)
		return;
	peer_family(p, f, &state);
	if (r->running[CLOCK_HOLD][f] && state.end_of_rib_received)
		gateway_done(r, p);
	if (bits_set(r, peer_source(p), peer_bits(r, p)) || r->ngateways > 0)
		r->host.wake(r->host.arg);
}

/* A host that is up is doubted by its session. */
void
restart_silent(struct restart *r, const struct peer *p)
{
	if (!r->begun || peer_established_at(p) != 0 ||
	    !r->running[CLOCK_HOLD][peer_conf(p)->address.family])
		return;
	gateway_done(r, p);
	r->host.wake(r->host.arg);
}

void
restart_forget(struct restart *r, const struct peer *p)
{
	if (!r->begun)
		return;
	if (r->running[CLOCK_HOLD][peer_conf(p)->address.family])
		gateway_done(r, p);
	bits_set(r, peer_source(p), 0);
	r->host.wake(r->host.arg);
}

static void
deferral_end(struct restart *r, enum family f)
{
	r->running[CLOCK_DEFERRAL][f] = false;
	log_info(r->host.log, "restart: %s: announcing began after %.1f s",
	    family_name(f), (double)(restart_now(r) - r->began) / 1000);
	groups_defer(r->host.groups, f, false);
	r->host.done(r->host.arg, f);
}

static void
hold_end(struct restart *r, enum family f)
{
	r->running[CLOCK_HOLD][f] = false;
	log_info(r->host.log,
	    "restart: %s: routes that nobody confirmed were let go "
	    "after %.1f s",
	    family_name(f), (double)(restart_now(r) - r->began) / 1000);
	fib_release(r->host.fib, f);
}

/* The hold of all routes but those through neighbours that are absent. */
static void
hold_end_but(struct restart *r, enum family f)
{
	const struct peer *p;
	struct address *at;
	uint32_t cursor = 0;
	size_t count = 0;

	r->absent_only[f] = true;
	at = xcalloc(r->waits[CLOCK_ABSENT][f], sizeof(*at));
	while ((p = neighbors_walk(r->host.neighbors, &cursor)) != NULL) {
		if (peer_source(p) < r->nbits &&
		    (r->bits[peer_source(p)] & wait_bit(CLOCK_ABSENT, f)) != 0)
			at[count++] = peer_conf(p)->address;
	}
	log_info(r->host.log,
	    "restart: %s: routes that nobody confirmed were let go after "
	    "%.1f s, but those through %zu neighbors whose daemon is missing",
	    family_name(f), (double)(restart_now(r) - r->began) / 1000, count);
	fib_release_but(r->host.fib, f, at, count);
	free(at);
}

/*
 * Guests are unknown until they come.  As to neighbors that are not up:
 * deferral gives them time to settle, hold until their routes are stale.
 */
static bool
waits_for_guests(const struct restart *r, enum clock clock, enum family f)
{
	enum stage over = clock == CLOCK_HOLD ? STAGE_SILENT : STAGE_SETTLED;

	return r->stage < over && neighbors_may_come(r->host.neighbors, f);
}

static bool
is_over(const struct restart *r, enum clock clock, enum family f)
{
	return r->running[clock][f] && r->waits[clock][f] == 0 &&
	    !waits_for_guests(r, clock, f);
}

void
restart_run(struct restart *r)
{
	enum family f;
	size_t i;

	if (!r->begun)
		return;
	for (i = 0; i < r->ngateways; i++)
		fib_gateway_done(
		    r->host.fib, &r->gateways[i].address, r->gateways[i].index);
	r->ngateways = 0;
	for (f = 0; f < FAMILY_MAX; f++) {
		if (is_over(r, CLOCK_DEFERRAL, f))
			deferral_end(r, f);
		if (!is_over(r, CLOCK_HOLD, f))
			continue;
		if (r->waits[CLOCK_ABSENT][f] == 0)
			hold_end(r, f);
		else if (!r->absent_only[f])
			hold_end_but(r, f);
	}
}

bool
restart_deferring(const struct restart *r, enum family f)
{
	return r->running[CLOCK_DEFERRAL][f];
}

bool
restart_holding(const struct restart *r, enum family f)
{
	return r->running[CLOCK_HOLD][f];
}

const struct peer *
restart_waits_for(const struct restart *r, enum family f)
{
	uint8_t wanted = wait_bit(CLOCK_DEFERRAL, f) | wait_bit(CLOCK_HOLD, f) |
	    wait_bit(CLOCK_ABSENT, f);
	const struct peer *p;
	uint32_t cursor = 0;

	if (r->waits[CLOCK_DEFERRAL][f] + r->waits[CLOCK_HOLD][f] +
		r->waits[CLOCK_ABSENT][f] ==
	    0)
		return NULL;
	while ((p = neighbors_walk(r->host.neighbors, &cursor)) != NULL) {
		if (peer_source(p) < r->nbits &&
		    (r->bits[peer_source(p)] & wanted) != 0)
			return p;
	}
	return NULL;
}
