/* SPDX-License-Identifier: ISC */
/* show_memory.c - what the memory of this process is spent on */

/*
 * Whoever owns memory says how much it is; nothing is counted at an
 * allocation.  Peers are asked some a step, for there may be thousands.  Last
 * comes what the allocator has given out in all: what is left of that is of
 * libraries and small change, and stands as `other`.  What the allocator keeps
 * for later, and the program itself, are in no row but are resident, too.
 *
 * Reads only.
 */

#include <malloc.h>

#include "bgpd/control/show.h"
#include "rib/mem.h"

#define STEP 64u /* peers asked in a step */

enum kind {
	PREFIXES,
	PATHS,
	ATTRIBUTES,
	NEXT_HOPS,
	SOURCES,
	ANNOUNCED,
	FIB,
	SESSIONS,
	BUFFERS,
	CONNECTIONS,
	BFD,
	CONFIG,
	DAEMON,
	KIND_MAX
};

/* Owned by the request. */
struct spent {
	size_t bytes[KIND_MAX];
};

static const char *const kinds[KIND_MAX] = { "prefixes", "paths", "attributes",
	"next-hops", "sources", "announced", "fib", "sessions", "buffers",
	"connections", "bfd", "config", "daemon" };

/* True when there may be more of them. */
static bool
ask_peers(struct request *r, struct spent *s)
{
	const struct peer *p;
	unsigned int i;

	for (i = 0; i < STEP; i++) {
		p = show_next_peer(r, NULL);
		if (p == NULL)
			return false;
		s->bytes[SESSIONS] += peer_bytes(p, &s->bytes[BUFFERS]);
	}
	return true;
}

static void
ask_others(const struct bgpd *b, struct spent *s)
{
	struct rib_memory rib;

	rib_memory(b->rib, &rib);
	s->bytes[PREFIXES] = rib.prefixes;
	s->bytes[PATHS] = rib.paths;
	s->bytes[ATTRIBUTES] = rib.attributes;
	s->bytes[NEXT_HOPS] = rib.next_hops;
	s->bytes[SOURCES] = rib.sources;
	s->bytes[ANNOUNCED] =
	    groups_bytes(b->groups) - groups_buffers(b->groups);
	s->bytes[FIB] = b->fib == NULL ? 0 : fib_bytes(b->fib);
	s->bytes[SESSIONS] += neighbors_bytes(b->neighbors);
	s->bytes[BUFFERS] +=
	    groups_buffers(b->groups) + mem_bytes(b->peers.session.buffer);
	s->bytes[CONNECTIONS] = b->io->ops->bytes(b->io);
	s->bytes[BFD] = b->peers.bfd == NULL ? 0 : bfd_bytes(b->peers.bfd);
	s->bytes[CONFIG] = conf_bytes(b->conf);
	s->bytes[DAEMON] = mem_bytes(b) + mem_bytes(b->loop) +
	    b->kernel->ops->bytes(b->kernel) + mem_bytes(b->log) +
	    mem_bytes(b->node) + mem_bytes(b->origin) + mem_bytes(b->restart) +
	    mem_bytes(b->runtime) + mem_bytes(b->control);
}

static void
emit(struct request *r, const char *kind, size_t bytes)
{
	json_t *record = record_new("memory");

	record_string(record, "kind", kind);
	record_number(record, "bytes", bytes);
	request_emit(r, record);
}

static void
emit_all(struct request *r, const struct spent *s)
{
	const struct mallinfo2 info = mallinfo2();
	size_t total = info.uordblks + info.hblkhd, sum = 0;
	enum kind kind;

	for (kind = 0; kind < KIND_MAX; kind++) {
		emit(r, kinds[kind], s->bytes[kind]);
		sum += s->bytes[kind];
	}
	emit(r, "other", total > sum ? total - sum : 0);
	emit(r, "total", total);
}

bool
show_memory_next(struct request *r)
{
	if (r->state == NULL)
		r->state = xcalloc(1, sizeof(struct spent));
	if (ask_peers(r, r->state))
		return true;
	ask_others(r->bgpd, r->state);
	emit_all(r, r->state);
	return false;
}
