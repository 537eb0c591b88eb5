/* SPDX-License-Identifier: ISC */
/* show_addresses.c - candidates for the node's addresses, and why not */

/*
 * `show addresses` and `explain address FAMILY`: every address that the
 * kernel has with its verdict and its stable reason word, then for each
 * family what came of it.  Where there is none, the problem is said in a
 * sentence with what to do next; this is what the project began with.
 *
 * The verdicts may be judged anew while rows go out, so they are copied when
 * the command begins.  Reads only.
 */

#include <stdlib.h>
#include <string.h>

#include "bgpd/control/show.h"
#include "rib/mem.h"
#include "rib/text.h"

/* Owned by the request. */
struct addresses {
	bool asked[FAMILY_MAX];
	struct address_verdict *verdicts[FAMILY_MAX];
	size_t count[FAMILY_MAX];
};

static const char *
verdict_word(enum address_reason reason)
{
	if (reason == ADDRESS_CHOSEN)
		return "chosen";
	return reason == ADDRESS_LOWER_RANK ? "usable" : "rejected";
}

static void
emit_verdict(
    struct request *r, enum family f, const struct address_verdict *verdict)
{
	json_t *record = record_new("address");
	char address[ADDRESS_STRLEN], buf[512];
	struct text t = text_of(buf, sizeof(buf));

	text_add(&t, "%s/%u",
	    address_format(&verdict->candidate.address, address),
	    verdict->candidate.length);
	record_family(record, f);
	record_string(record, "interface", verdict->interface);
	record_string(record, "address", buf);
	record_string(record, "verdict", verdict_word(verdict->reason));
	if (verdict->reason != ADDRESS_CHOSEN)
		record_string(
		    record, "reason", address_reason_word(verdict->reason));
	t = text_of(buf, sizeof(buf));
	text_add(&t, "%s", address_reason_text(verdict->reason));
	if (verdict->site_local)
		text_add(&t,
		    "; site-local addresses are deprecated, "
		    "RFC 3879");
	record_text(record, "explanation", buf);
	record_flag(record, "site_local", verdict->site_local);
	request_emit(r, record);
}

static void
show_hint(json_t *record, const struct request *r, enum family f)
{
	char buf[256];
	struct text t = text_of(buf, sizeof(buf));

	if (strcmp(r->command->name, "show addresses") == 0)
		text_add(&t, "bgpctl explain address %s", family_name(f));
	else
		text_add(&t,
		    "give a link an address that other nodes reach, "
		    "or write in bgpd.conf: address %s ADDRESS%s",
		    family_name(f),
		    f == FAMILY_IPV6 ? "; is IPv6 off? sysctl "
				       "net.ipv6.conf.all.disable_ipv6"
				     : "");
	record_text(record, "hint", buf);
}

static void
emit_result(struct request *r, enum family f)
{
	const struct bgpd *b = r->bgpd;
	struct address chosen = node_chosen(b->node, f);
	json_t *record = record_new("address_result");
	char buf[ADDRESS_STRLEN];
	size_t i;

	record_family(record, f);
	record_address(record, "address", &chosen);
	record_flag(record, "expected", b->conf->expected[f]);
	record_text(record, "problem", node_problem(b->node, f));
	for (i = 0; i < b->conf->nown; i++)
		if (b->conf->own[i].family == f)
			record_push(record, "listed",
			    record_value(
				address_format(&b->conf->own[i], buf)));
	if (address_is_unset(&chosen) && !b->conf->address_none[f] &&
	    b->conf->expected[f])
		show_hint(record, r, f);
	request_emit(r, record);
}

void
show_addresses_begin(struct request *r)
{
	const char *only = request_text(r, "family");
	struct addresses *state = xcalloc(1, sizeof(*state));
	const struct address_verdict *verdicts;
	bool any = false;
	enum family f;

	r->state = state;
	for (f = 0; f < FAMILY_MAX; f++) {
		state->asked[f] =
		    only == NULL || strcmp(only, family_name(f)) == 0;
		if (!state->asked[f])
			continue;
		any = true;
		verdicts = node_verdicts(r->bgpd->node, f, &state->count[f]);
		state->verdicts[f] =
		    xcalloc(state->count[f] + 1, sizeof(*verdicts));
		if (state->count[f] > 0)
			memcpy(state->verdicts[f], verdicts,
			    state->count[f] * sizeof(*verdicts));
	}
	if (!any)
		request_fail(r, SCHEMA_USAGE, NULL,
		    "'%.64s' is no family; possible: ipv4, ipv6", only);
}

/* Stages: the rows of each family, then the results. */
bool
show_addresses_next(struct request *r)
{
	const struct addresses *state = r->state;
	enum family f = r->stage % FAMILY_MAX;

	if (r->stage == 2 * FAMILY_MAX)
		return false;
	if (r->stage < FAMILY_MAX && r->cursor < state->count[f]) {
		emit_verdict(r, f, &state->verdicts[f][r->cursor++]);
		return true;
	}
	if (r->stage >= FAMILY_MAX && state->asked[f])
		emit_result(r, f);
	r->stage++;
	r->cursor = 0;
	return true;
}

void
show_addresses_end(struct request *r)
{
	struct addresses *state = r->state;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		free(state->verdicts[f]);
}
