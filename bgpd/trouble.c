/* SPDX-License-Identifier: ISC */
/* trouble.c - routes that the kernel does not take, in words and in the log */
/*
 * A route that somebody else owns, or that the kernel refuses, is no reason to
 * stop and none to be silent about: `show fib` has a row for it, and the log a
 * line at the level that everybody reads.
 *
 * The fib is pure and tells nobody, so it is asked at the end of each turn,
 * which costs two counters.  Only when there is more trouble than was said
 * are its entries walked, at most once in five seconds; a line each is for the
 * first few, and a count for the rest.  A refused route that is being tried
 * again is neither mended nor news, so the count falls only while nothing is
 * pending.
 */
#include "bgpd/trouble.h"

#include <stdio.h>
#include <string.h>

#include "rib/text.h"

#define REPORT_LINES 8u
#define REPORT_WAIT  5000 /* ms to the next report */
#define SINCE_GRAIN  250  /* ms: fib_view.since is no finer */
#define REASON_SIZE  256

void
trouble_text(const struct fib_view *view, char *buf, size_t size)
{
	struct text t = text_of(buf, size);
	char owner[CONF_PROTOCOL_STRLEN];

	if (view->status == FIB_FAILED)
		text_add(&t, "%s", strerror(view->error));
	else if (view->status == FIB_CONFLICT && view->owner != 0)
		text_add(&t, "a route of protocol %s is there",
		    conf_protocol_name(view->owner, owner));
	else if (view->status == FIB_CONFLICT)
		text_add(&t, "a route of somebody else is there");
	else if (view->status == FIB_HELD && view->foreign)
		text_add(&t, "left by %s, kept until neighbors have spoken",
		    conf_protocol_name(view->owner, owner));
	else if (view->status == FIB_HELD)
		text_add(&t, "kept from before the restart");
	else if (view->foreign)
		text_add(&t, "takes the place of a route of %s",
		    conf_protocol_name(view->owner, owner));
	if (view->taken > 0)
		text_add(&t, "%sothers took it %u times lately",
		    t.length > 0 ? "; " : "", view->taken);
}

static void
report_route(struct log *log, const struct fib_view *view)
{
	char prefix[PREFIX_STRLEN], reason[REASON_SIZE];

	trouble_text(view, reason, sizeof(reason));
	log_warn(log, "fib: %s is not installed: %s; %s",
	    prefix_format(&view->prefix, prefix), reason,
	    view->status == FIB_CONFLICT ? "it is left alone until that goes"
					 : "it is tried again");
}

static void
report_family(
    struct log *log, const struct fib *fib, enum family f, int64_t since)
{
	struct fib_view view;
	uint32_t cursor = 0, lines = 0;

	while ((cursor = fib_walk(fib, f, cursor, &view)) != 0) {
		if ((view.status != FIB_CONFLICT &&
			view.status != FIB_FAILED) ||
		    view.since + SINCE_GRAIN < since)
			continue;
		if (lines++ < REPORT_LINES)
			report_route(log, &view);
	}
	if (lines > REPORT_LINES)
		log_warn(log,
		    "fib: %u more %s routes are not installed; "
		    "`bgpctl show fib` lists them",
		    lines - REPORT_LINES, family_name(f));
}

static void
repairs_report(
    struct log *log, enum family f, const struct fib_counts *c, int64_t now)
{
	char key[32], prefix[PREFIX_STRLEN];

	snprintf(key, sizeof(key), "fib: %s routes put back", family_name(f));
	log_limited(log, CONF_INFO, key, now,
	    "fib: %s was changed or removed by somebody else and is put back",
	    prefix_format(&c->repaired_last, prefix));
}

/* It is no news that a fight goes on. */
static void
fight_report(struct log *log, const struct fib_counts *c)
{
	char prefix[PREFIX_STRLEN];

	log_warn(log,
	    "fib: %s is changed or removed by somebody else again and again: "
	    "it is put back ever more slowly",
	    prefix_format(&c->fight_last, prefix));
}

/* True when something was said, or nothing has to be. */
static bool
family_report(struct trouble *t, const struct fib *fib, enum family f,
    struct log *log, int64_t now)
{
	struct fib_counts c;
	uint32_t count;

	fib_counts(fib, f, &c);
	if (c.repaired != t->told[f].repaired)
		repairs_report(log, f, &c, now);
	t->told[f].repaired = c.repaired;
	if (c.fights != t->told[f].fights)
		fight_report(log, &c);
	t->told[f].fights = c.fights;
	count = c.by_status[FIB_CONFLICT] + c.by_status[FIB_FAILED];
	if (count < t->told[f].count && c.by_status[FIB_PENDING] == 0) {
		t->told[f].count = count;
		if (count == 0)
			log_info(log, "fib: the kernel has all %s routes",
			    family_name(f));
	}
	if (count <= t->told[f].count)
		return true;
	if (now < t->next)
		return false;
	report_family(log, fib, f, t->told[f].since);
	t->told[f].count = count;
	t->told[f].since = now;
	return true;
}

void
trouble_report(
    struct trouble *t, const struct fib *fib, struct log *log, int64_t now)
{
	uint32_t before = 0, after = 0;
	bool done = true;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		before += t->told[f].count;
		done &= family_report(t, fib, f, log, now);
		after += t->told[f].count;
	}
	if (after > before)
		t->next = now + REPORT_WAIT;
	else if (done && now >= t->next)
		t->next = 0;
}

int64_t
trouble_next(const struct trouble *t)
{
	return t->next;
}
