/* SPDX-License-Identifier: ISC */
/* bfd.c - all BFD sessions: who is asked, who is told, and when */
/*
 * A discriminator is the number of a slot with random bits above, so that one
 * that was guessed or is of an earlier session finds nobody.  Addresses are
 * searched one by one, for the few packets that come before the other side
 * knows our discriminator.
 *
 * The heap is ordered by when a watch has to be looked at.  Before any
 * detection time is called over, all that has arrived is read: a busy daemon
 * must not take its own delay for the silence of others.
 */
#include "bgpd/bfd/bfd.h"

#include <errno.h>
#include <stdlib.h>

#include "rib/mem.h"

#define SLOT_BITS  16u
#define SLOTS_MAX  ((1u << SLOT_BITS) - 1)
#define CLOSE_TIME 3000 /* ms, that AdminDown is said */
#define DEAF_RETRY 2000 /* ms */
#define KINDS      (FAMILY_MAX * 2)

struct bfd_watch {
	struct bfd *bfd;
	void *owner; /* NULL: stopped */
	struct bfd_path path;
	struct bfd_port *port;
	struct bfd_session session;
	struct bfd_counters counters;
	enum bfd_discard last_discard;
	int send_error;
	uint32_t slot;
	int64_t close_at; /* 0: not stopped */
	int64_t at;       /* in the heap; INT64_MAX: nothing to wait for */
	size_t place;
};

struct bfd {
	struct bfd_host host;
	struct bfd_io *io;
	struct io_timer *timer, *retry;
	struct bfd_watch **slots;
	uint32_t nslots;
	struct bfd_watch **heap;
	size_t nheap;
	bool wanted[KINDS];
	int deaf[KINDS]; /* errno, or 0 */
	uint64_t discards[BFD_DISCARD_MAX];
};

static int64_t
bfd_now(const struct bfd *b)
{
	return b->host.io->ops->now(b->host.io);
}

static uint32_t
bfd_random(const struct bfd *b)
{
	return b->host.random(b->host.random_arg);
}

/* ---- the heap ---------------------------------------------------------- */

static void
heap_put(struct bfd *b, struct bfd_watch *w, size_t place)
{
	b->heap[place] = w;
	w->place = place;
}

static void
heap_rise(struct bfd *b, struct bfd_watch *w)
{
	size_t place = w->place, above;

	while (place > 0) {
		above = (place - 1) / 2;
		if (b->heap[above]->at <= w->at)
			break;
		heap_put(b, b->heap[above], place);
		place = above;
	}
	heap_put(b, w, place);
}

static void
heap_sink(struct bfd *b, struct bfd_watch *w)
{
	size_t place = w->place, below;

	while ((below = 2 * place + 1) < b->nheap) {
		if (below + 1 < b->nheap &&
		    b->heap[below + 1]->at < b->heap[below]->at)
			below++;
		if (b->heap[below]->at >= w->at)
			break;
		heap_put(b, b->heap[below], place);
		place = below;
	}
	heap_put(b, w, place);
}

static void
heap_move(struct bfd *b, struct bfd_watch *w, int64_t at)
{
	if (at == w->at)
		return;
	w->at = at;
	heap_rise(b, w);
	heap_sink(b, w);
}

static void
heap_remove(struct bfd *b, struct bfd_watch *w)
{
	struct bfd_watch *last = b->heap[--b->nheap];

	if (last == w)
		return;
	heap_put(b, last, w->place);
	heap_rise(b, last);
	heap_sink(b, last);
}

static void
timer_arm(struct bfd *b)
{
	if (b->nheap == 0 || b->heap[0]->at == INT64_MAX)
		b->host.io->ops->timer_stop(b->timer);
	else
		b->host.io->ops->timer_set(b->timer, b->heap[0]->at);
}

/* When it has to be looked at again, by what it is now. */
static void
watch_place(struct bfd_watch *w)
{
	int64_t at = bfd_session_next(&w->session);

	if (at == 0 || (w->close_at != 0 && w->close_at < at))
		at = w->close_at;
	heap_move(w->bfd, w, at == 0 ? INT64_MAX : at);
}

/* ---- a watch ----------------------------------------------------------- */

static void
watch_send(struct bfd_watch *w, int64_t now)
{
	uint8_t bytes[BFD_PACKET_MAX];
	struct wr wr = wr_of(bytes, sizeof(bytes));

	bfd_session_send(&w->session, &wr, bfd_random(w->bfd), now);
	if (w->bfd->io->ops->send(w->port, wr_written(&wr)) == 0) {
		w->counters.out++;
		w->send_error = 0;
		return;
	}
	w->counters.send_failed++;
	w->send_error = errno;
}

/* What there is to say goes out first: the owner may end it. */
static void
watch_act(struct bfd_watch *w, enum bfd_state was, int64_t now)
{
	while (bfd_session_may_send(&w->session, now))
		watch_send(w, now);
	if (w->owner != NULL && w->session.state != was)
		w->bfd->host.changed(w->bfd->host.arg, w, was);
	watch_place(w);
}

static void
watch_free(struct bfd_watch *w)
{
	heap_remove(w->bfd, w);
	w->bfd->slots[w->slot] = NULL;
	w->bfd->io->ops->close(w->port);
	free(w);
}

static bool
is_overdue(const struct bfd_watch *w, int64_t now)
{
	return w->session.detect_at != 0 && w->session.detect_at <= now;
}

static void
watch_turn(struct bfd_watch *w, int64_t now)
{
	enum bfd_state was = w->session.state;

	if (w->close_at != 0 && w->close_at <= now) {
		watch_free(w);
		return;
	}
	bfd_session_expire(&w->session, now);
	watch_act(w, was, now);
}

static void
timer_fired(void *arg)
{
	struct bfd *b = arg;
	int64_t now = bfd_now(b);
	bool read = false;

	while (b->nheap > 0 && b->heap[0]->at <= now) {
		if (read || !is_overdue(b->heap[0], now)) {
			watch_turn(b->heap[0], now);
			continue;
		}
		b->io->ops->read(b->io);
		read = true;
	}
	timer_arm(b);
}

/* ---- what comes in ----------------------------------------------------- */

static bool
is_from(const struct bfd_watch *w, const struct bfd_datagram *d)
{
	return w->path.multihop == d->multihop &&
	    address_equal(&w->path.remote, &d->remote) &&
	    (w->path.scope == 0 || w->path.scope == d->link);
}

static struct bfd_watch *
watch_find(const struct bfd *b, const struct bfd_packet *p,
    const struct bfd_datagram *d)
{
	struct bfd_watch *w;
	uint32_t slot = p->yours & SLOTS_MAX;

	if (p->yours != 0) {
		w = slot < b->nslots ? b->slots[slot] : NULL;
		return w != NULL && w->session.local == p->yours &&
			is_from(w, d)
		    ? w
		    : NULL;
	}
	for (slot = 1; slot < b->nslots; slot++) {
		w = b->slots[slot];
		if (w != NULL && is_from(w, d) &&
		    address_equal(&w->path.local, &d->local))
			return w;
	}
	return NULL;
}

/* Somebody of that address, to be shown what is wrong with its packets. */
static void
discard(struct bfd *b, const struct bfd_datagram *d, enum bfd_discard why)
{
	struct bfd_watch *w;
	uint32_t slot;

	b->discards[why]++;
	for (slot = 1; slot < b->nslots; slot++) {
		w = b->slots[slot];
		if (w == NULL || !is_from(w, d))
			continue;
		w->counters.discarded[why]++;
		w->last_discard = why;
		return;
	}
}

static void
received(void *arg, const struct bfd_datagram *d)
{
	struct bfd *b = arg;
	int64_t now = bfd_now(b);
	enum bfd_discard why = BFD_BAD_HOPS;
	struct bfd_watch *w = NULL;
	struct bfd_packet p;
	enum bfd_state was;

	if (d->multihop || d->hops == BFD_HOPS)
		why = bfd_packet_decode(d->bytes, &p);
	if (why == BFD_TAKEN && (w = watch_find(b, &p, d)) == NULL)
		why = BFD_NO_SESSION;
	if (why == BFD_TAKEN) {
		was = w->session.state;
		why = bfd_session_receive(&w->session, &p, d->bytes, now);
	}
	if (why != BFD_TAKEN) {
		discard(b, d, why);
		return;
	}
	w->counters.in++;
	w->last_discard = BFD_TAKEN;
	watch_act(w, was, now);
	timer_arm(b);
}

/* ---- sockets that are wanted ------------------------------------------- */

static void
listen_all(void *arg)
{
	struct bfd *b = arg;
	bool deaf = false;
	unsigned int i;
	int error;

	for (i = 0; i < KINDS; i++) {
		if (!b->wanted[i])
			continue;
		error =
		    b->io->ops->listen(b->io, i / 2, i % 2) == 0 ? 0 : errno;
		if (error != b->deaf[i] && error != 0)
			b->host.deaf(b->host.arg, i / 2, i % 2, error);
		b->deaf[i] = error;
		deaf |= error != 0;
	}
	if (deaf)
		b->host.io->ops->timer_set(b->retry, bfd_now(b) + DEAF_RETRY);
}

/* ---- for the owner ----------------------------------------------------- */

struct bfd *
bfd_new(const struct bfd_host *host, struct bfd_io *io)
{
	struct bfd *b = xcalloc(1, sizeof(*b));

	b->host = *host;
	b->io = io;
	io->receive = received;
	io->arg = b;
	b->timer = host->io->ops->timer_new(host->io, timer_fired, b);
	b->retry = host->io->ops->timer_new(host->io, listen_all, b);
	b->nslots = 1;
	return b;
}

void
bfd_free(struct bfd *b)
{
	uint32_t slot;

	if (b == NULL)
		return;
	for (slot = 1; slot < b->nslots; slot++)
		if (b->slots[slot] != NULL)
			watch_free(b->slots[slot]);
	b->host.io->ops->timer_free(b->timer);
	b->host.io->ops->timer_free(b->retry);
	b->io->ops->free(b->io);
	free(b->slots);
	free(b->heap);
	free(b);
}

uint64_t
bfd_discards(const struct bfd *b, enum bfd_discard why)
{
	return b->discards[why];
}

static uint32_t
slot_take(struct bfd *b)
{
	uint32_t slot = 1;

	while (slot < b->nslots && b->slots[slot] != NULL)
		slot++;
	if (slot < b->nslots)
		return slot;
	b->nslots = slot + 1;
	b->slots = xreallocarray(b->slots, b->nslots, sizeof(*b->slots));
	b->heap = xreallocarray(b->heap, b->nslots, sizeof(*b->heap));
	b->slots[slot] = NULL;
	return slot;
}

static bool
paths_equal(const struct bfd_path *a, const struct bfd_path *b)
{
	return a->multihop == b->multihop && a->scope == b->scope &&
	    address_equal(&a->local, &b->local) &&
	    address_equal(&a->remote, &b->remote);
}

/* One that still takes its leave there would contradict a new one. */
static void
leaving_free(struct bfd *b, const struct bfd_path *path)
{
	struct bfd_watch *w;
	uint32_t slot;

	for (slot = 1; slot < b->nslots; slot++) {
		w = b->slots[slot];
		if (w != NULL && w->close_at != 0 &&
		    paths_equal(&w->path, path))
			watch_free(w);
	}
}

struct bfd_watch *
bfd_start(struct bfd *b, const struct bfd_path *path,
    const struct bfd_terms *terms, void *owner)
{
	struct bfd_watch *w = xcalloc(1, sizeof(*w));
	int64_t now = bfd_now(b);

	leaving_free(b, path);
	w->bfd = b;
	w->owner = owner;
	w->path = *path;
	w->slot = slot_take(b);
	b->slots[w->slot] = w;
	b->wanted[path->remote.family * 2 + path->multihop] = true;
	listen_all(b);
	w->port = b->io->ops->open(b->io, path);
	bfd_session_init(&w->session, bfd_random(b) << SLOT_BITS | w->slot,
	    terms, bfd_random(b), now);
	w->at = INT64_MAX;
	heap_put(b, w, b->nheap++);
	watch_place(w);
	timer_arm(b);
	return w;
}

void
bfd_configure(struct bfd_watch *w, const struct bfd_terms *terms)
{
	bfd_session_configure(&w->session, terms, bfd_now(w->bfd));
	watch_place(w);
	timer_arm(w->bfd);
}

void
bfd_stop(struct bfd_watch *w)
{
	int64_t now = bfd_now(w->bfd);
	bool heard = w->session.heard_at != 0;

	w->owner = NULL;
	w->close_at = now + (heard ? CLOSE_TIME : 0);
	bfd_session_stop(&w->session, now);
	while (heard && bfd_session_may_send(&w->session, now))
		watch_send(w, now);
	watch_place(w);
	timer_arm(w->bfd);
}

void *
bfd_owner(const struct bfd_watch *w)
{
	return w->owner;
}

const struct bfd_session *
bfd_session_of(const struct bfd_watch *w)
{
	return &w->session;
}

const struct bfd_path *
bfd_path_of(const struct bfd_watch *w)
{
	return &w->path;
}

const struct bfd_counters *
bfd_counters_of(const struct bfd_watch *w)
{
	return &w->counters;
}

int
bfd_send_error(const struct bfd_watch *w)
{
	return w->send_error;
}

enum bfd_discard
bfd_last_discard(const struct bfd_watch *w)
{
	return w->last_discard;
}

size_t
bfd_bytes(const struct bfd *b)
{
	size_t bytes = mem_bytes(b) + mem_bytes(b->slots) + mem_bytes(b->heap);
	uint32_t i;

	for (i = 1; i < b->nslots; i++)
		bytes += mem_bytes(b->slots[i]);
	return bytes;
}
