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
 * there are many.
 */
#include "bgpd/node_report.h"

#include <stdio.h>
#include <string.h>

#include "rib/prefix.h"
#include "rib/text.h"

#define TABLE_LINES 64u
#define DAD_WAIT    3000 /* ms: detection takes about two seconds */
#define TABLE_WAIT  5000 /* ms to the next table of the family */

void
node_report_problem(struct node_report *r, enum family f,
    const struct address_verdict *verdicts, size_t count)
{
	size_t by_reason[ADDRESS_REASON_MAX] = { 0 };
	struct text t = text_of(r->problem, sizeof(r->problem));
	const char *separator = " ";
	enum address_reason reason;
	size_t i;

	if (count == 0) {
		text_add(&t, "no interface has an %s address", family_name(f));
		return;
	}
	for (i = 0; i < count; i++)
		by_reason[verdicts[i].reason]++;
	text_add(&t, "no usable %s address:", family_name(f));
	for (reason = 0; reason < ADDRESS_REASON_MAX; reason++) {
		if (by_reason[reason] == 0)
			continue;
		text_add(&t, "%s%zu %s", separator, by_reason[reason],
		    address_reason_word(reason));
		separator = ", ";
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
node_report_kept(struct log *log, enum family f, const struct address *a)
{
	char text[ADDRESS_STRLEN];

	log_warn(log,
	    "address %s: the interface of %s is down or without carrier; the "
	    "address stays while no other is usable",
	    family_name(f), address_format(a, text));
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
	size_t i, lines = 0;

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
	for (i = 0; i < count; i++) {
		if (count > TABLE_LINES &&
		    verdicts[i].reason == ADDRESS_INTERFACE_EXCLUDED)
			continue;
		if (lines++ == TABLE_LINES)
			break;
		report_candidate(log, &verdicts[i]);
	}
	if (i < count || lines < count)
		log_warn(log,
		    "  and others: `bgpctl show addresses` lists "
		    "all %zu",
		    count);
}
