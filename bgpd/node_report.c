/* SPDX-License-Identifier: ISC */
/* node_report.c - what is said about the node's addresses */
/*
 * Verdicts come in, lines for the log and one sentence for tables go out.
 * The node agent whose place this daemon takes said nothing about each
 * address that it refused, at no log level; so here every candidate has its
 * line: interface, address, the stable word of the reason, and a sentence
 * about what would mend it.
 *
 * The table is bounded, because a node may have thousands of addresses that
 * were never meant for it (a service proxy puts each service on a dummy
 * interface): those on excluded interfaces are counted, not listed, once
 * there are many.  Loopback's is listed only where it is all there is.
 */
#include "bgpd/node_report.h"

#include <stdio.h>
#include <string.h>

#include "rib/prefix.h"
#include "rib/text.h"

#define TABLE_LINES 64u
#define DAD_WAIT    3000 /* ms: detection takes about two seconds */
#define TABLE_WAIT  5000 /* ms to the next table of the family */

/* Reasons, those first that are the least trouble to mend. */
static const struct {
	enum address_reason reason;
	bool of_address; /* else of its interface */
	const char *text;
} complaints[] = {
	{ ADDRESS_INTERFACE_DOWN, false, "is down" },
	{ ADDRESS_NO_CARRIER, false, "has no carrier" },
	{ ADDRESS_DAD_FAILED, true, "is somebody else's too" },
	{ ADDRESS_TENTATIVE, true, "is not known to be unique yet" },
	{ ADDRESS_OUTSIDE_PREFIX, true, "is not in what `within` allows" },
	{ ADDRESS_NOT_REACHABLE, true, "is not on the way to `reach`" },
	{ ADDRESS_DEPRECATED, true, "is deprecated" },
	{ ADDRESS_TEMPORARY, true, "is temporary" },
	{ ADDRESS_HOST_PREFIX, true, "is a virtual address" },
	{ ADDRESS_LINK_LOCAL, false, "has only a link-local one" },
	{ ADDRESS_INSIDE_POD_POOL, true, "is in a pod pool" },
	{ ADDRESS_INTERFACE_EXCLUDED, false, "is not for node addresses" },
	{ ADDRESS_FAMILY_DISABLED, false, "may not be used: `address none`" },
	{ ADDRESS_MULTICAST, true, "is multicast" },
	{ ADDRESS_LOOPBACK, false, "alone has one, and is loopback" },
};

static const struct address_verdict *
find_reason(const struct address_verdict *verdicts, size_t count,
    enum address_reason reason)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (verdicts[i].reason == reason)
			return &verdicts[i];
	return NULL;
}

static void
complain(struct text *t, const struct address_verdict *v, bool of_address,
    const char *text)
{
	char address[ADDRESS_STRLEN];

	if (of_address)
		text_add(t, "%s on ",
		    address_format(&v->candidate.address, address));
	text_add(t, "%s %s", v->interface, text);
}

void
node_report_problem(struct node_report *r, enum family f,
    const struct address_verdict *verdicts, size_t count)
{
	struct text t = text_of(r->problem, sizeof(r->problem));
	const struct address_verdict *best;
	size_t i;

	if (count == 0) {
		text_add(&t, "this node has no %s address", family_name(f));
		return;
	}
	text_add(&t, "this node has no usable %s address: ", family_name(f));
	for (i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++) {
		best = find_reason(verdicts, count, complaints[i].reason);
		if (best == NULL)
			continue;
		complain(
		    &t, best, complaints[i].of_address, complaints[i].text);
		return;
	}
}

void
node_report_mesh(struct log *log, enum family f, const struct address *chosen,
    const struct address *own, size_t nown)
{
	char detected[ADDRESS_STRLEN], listed[ADDRESS_STRLEN];
	const struct address *other = NULL;
	size_t i;

	for (i = 0; i < nown; i++) {
		if (address_equal(&own[i], chosen))
			return;
		if (own[i].family == f)
			other = &own[i];
	}
	if (other != NULL)
		log_warn(log,
		    "address %s: %s was detected, but the mesh "
		    "lists %s for this node, where the others expect it",
		    family_name(f), address_format(chosen, detected),
		    address_format(other, listed));
}

void
node_report_due(struct node_report *r, bool due,
    const struct address_verdict *verdicts, size_t count)
{
	size_t i;

	r->due = due;
	r->settling = false;
	for (i = 0; i < count; i++)
		r->settling |= verdicts[i].reason == ADDRESS_TENTATIVE;
}

void
node_report_change(struct log *log, enum family f,
    const struct address_verdict *chosen, const struct address *own,
    size_t nown)
{
	char text[ADDRESS_STRLEN];

	if (chosen == NULL) {
		log_warn(
		    log, "address %s: there is none any more", family_name(f));
		return;
	}
	address_format(&chosen->candidate.address, text);
	log_info(log, "address %s: %s on %s", family_name(f), text,
	    chosen->interface);
	if (chosen->site_local)
		log_warn(log,
		    "address %s: %s is site-local, which RFC 3879 "
		    "deprecated; a unique-local one would be better",
		    family_name(f), text);
	node_report_mesh(log, f, &chosen->candidate.address, own, nown);
}

void
node_report_kept(struct node_report *r, const struct address *a,
    const struct address_verdict *verdicts, size_t count)
{
	struct text t = text_of(r->problem, sizeof(r->problem));
	char text[ADDRESS_STRLEN];
	size_t i = 0;

	while (
	    i + 1 < count && !address_equal(&verdicts[i].candidate.address, a))
		i++;
	text_add(&t, "%s %s; %s is kept while no other is usable",
	    verdicts[i].interface,
	    verdicts[i].reason == ADDRESS_NO_CARRIER ? "has no carrier"
						     : "is down",
	    address_format(a, text));
}

static void
report_candidate(struct log *log, const struct address_verdict *v)
{
	char text[ADDRESS_STRLEN];

	log_warn(log, "  %s %s/%u: %s: %s", v->interface,
	    address_format(&v->candidate.address, text), v->candidate.length,
	    address_reason_word(v->reason), address_reason_text(v->reason));
}

void
node_report_table(struct node_report *r, struct log *log, enum family f,
    const struct address_verdict *verdicts, size_t count, int64_t now)
{
	size_t i, lines = 0, passed_over = 0;
	bool others = false;

	if (r->settling && !r->waited) {
		r->waited = true;
		r->next = now + DAD_WAIT;
		return;
	}
	r->due = false;
	r->waited = false;
	r->next = now + TABLE_WAIT;
	log_warn(log,
	    "%s; %s sessions and routes wait for one, nothing else "
	    "does",
	    r->problem, family_name(f));
	for (i = 0; i < count; i++)
		others |= verdicts[i].reason != ADDRESS_LOOPBACK;
	for (i = 0; i < count; i++) {
		if (others && verdicts[i].reason == ADDRESS_LOOPBACK) {
			passed_over++;
			continue;
		}
		if (count > TABLE_LINES &&
		    verdicts[i].reason == ADDRESS_INTERFACE_EXCLUDED)
			continue;
		if (lines++ == TABLE_LINES)
			break;
		report_candidate(log, &verdicts[i]);
	}
	if (i < count || lines + passed_over < count)
		log_warn(log,
		    "  and others: `bgpctl show addresses` lists "
		    "all %zu",
		    count);
}
