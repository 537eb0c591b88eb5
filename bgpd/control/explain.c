/* SPDX-License-Identifier: ISC */
/* explain.c - an answer in steps, each with its evidence, and a verdict */

/*
 * What the answers have in common: their records, running a table of checks
 * up to the first that does not hold, and the words for attributes, ways and
 * times.  The questions are in files of their own.
 */

#include "bgpd/control/explain.h"

#include <stdio.h>
#include <string.h>

#include "bgpd/shadow.h"
#include "bgpd/trouble.h"
#include "rib/aspath.h"
#include "rib/community.h"

static const char *const result_words[] = {
	[EXPLAIN_OK] = "ok",
	[EXPLAIN_NOTE] = "note",
	[EXPLAIN_WAIT] = "wait",
	[EXPLAIN_LOST] = "lost",
	[EXPLAIN_FAIL] = "fail",
};

void
explain_step(struct explain *e, const char *step, enum explain_result result,
    const char *evidence)
{
	json_t *record;

	if (result == EXPLAIN_SKIP)
		return;
	if (evidence != e->evidence)
		snprintf(e->evidence, sizeof(e->evidence), "%s", evidence);
	e->step = step;
	record = record_new("step");
	record_string(record, "step", step);
	record_text(record, "of", e->of);
	record_string(record, "result", result_words[result]);
	record_string(record, "evidence", e->evidence);
	request_emit(e->r, record);
}

void
explain_verdict(
    struct explain *e, bool good, const char *sentence, const char *next)
{
	json_t *record = record_new("verdict");

	record_text(record, "of", e->of);
	record_flag(record, "good", good);
	if (!good)
		record_text(record, "step", e->step);
	record_string(record, "verdict", sentence);
	record_text(record, "next", next);
	if (e->verdicts == NULL)
		e->verdicts = json_array();
	json_array_append_new(e->verdicts, record);
}

void
explain_end(struct explain *e)
{
	size_t i;

	for (i = 0; i < json_array_size(e->verdicts); i++)
		request_emit(e->r, json_incref(json_array_get(e->verdicts, i)));
	json_decref(e->verdicts);
	e->verdicts = NULL;
}

bool
explain_checks(struct explain *e, const struct explain_check *checks,
    size_t count, void *arg)
{
	enum explain_result result;
	struct text t;
	size_t i;

	for (i = 0; i < count; i++) {
		t = text_of(e->evidence, sizeof(e->evidence));
		result = checks[i].run(arg, &t);
		explain_step(e, checks[i].step, result, e->evidence);
		if (result == EXPLAIN_FAIL || result == EXPLAIN_WAIT)
			return false;
	}
	return true;
}

void
explain_duration(struct text *t, int64_t ms)
{
	unsigned int s = ms > 0 ? (unsigned int)(ms / 1000) : 0;

	if (s >= 86400)
		text_add(t, "%ud%02uh", s / 86400, s % 86400 / 3600);
	else if (s >= 3600)
		text_add(t, "%uh%02um", s / 3600, s % 3600 / 60);
	else if (s >= 60)
		text_add(t, "%um%02us", s / 60, s % 60);
	else
		text_add(t, "%us", s);
}

static void
add_communities(struct text *t, const struct attrs *a)
{
	char buf[512];

	if (a->communities.length > 0)
		text_add(t, ", communities %s",
		    community_format(a->communities, buf, sizeof(buf)));
	if (a->large_communities.length > 0)
		text_add(t, ", large %s",
		    community_large_format(
			a->large_communities, buf, sizeof(buf)));
	if (a->ext_communities.length > 0)
		text_add(t, ", extended %s",
		    community_ext_format(a->ext_communities, buf, sizeof(buf)));
}

void
explain_attrs(struct text *t, const struct attrs *a)
{
	char buf[512];

	if (!address_is_unset(&a->next_hop))
		text_add(t, "next hop %s, ", address_format(&a->next_hop, buf));
	if (a->as_path.length > 0)
		text_add(t, "AS_PATH %s",
		    aspath_format(a->as_path, buf, sizeof(buf)));
	else
		text_add(t, "empty AS_PATH");
	if (a->has & ATTR_HAS_LOCAL_PREF)
		text_add(t, ", local-pref %u", a->local_pref);
	if (a->has & ATTR_HAS_MED)
		text_add(t, ", med %u", a->med);
	add_communities(t, a);
}

const char *
explain_source(const struct bgpd *b, uint32_t source)
{
	const struct peer *p;

	if (source == RIB_LOCAL)
		return "local";
	if (source == RIB_LEARNED)
		return "learned";
	p = neighbors_by_source(b->neighbors, source);
	return p == NULL ? "-" : peer_conf(p)->name;
}

void
explain_way(
    const struct bgpd *b, const struct nexthop_result *way, struct text *t)
{
	const struct kernel_nexthop hop = {
		.gateway = way->connected ? (struct address){ .family = 0 }
					  : way->gateway,
		.index = way->index,
		.onlink = way->onlink,
	};

	if (way->connected)
		text_add(t, "on link ");
	shadow_hop_text(b, &hop, t);
	if (way->recursive)
		text_add(t, ", through a BGP route");
	text_add(t, ", metric %u", way->metric);
}

void
explain_kernel(const struct bgpd *b, const struct prefix *p, struct text *t)
{
	int64_t now = b->io->ops->now(b->io);
	struct fib_view view;
	char reason[EXPLAIN_TEXT];

	if (!fib_find(b->fib, p, &view)) {
		text_add(t, "no matter of the kernel");
		return;
	}
	trouble_text(&view, reason, sizeof(reason));
	text_add(t, "%s", fib_status_word(view.status));
	if (reason[0] != '\0')
		text_add(t, ", %s", reason);
	if (view.retry_at > now) {
		text_add(t, ", tried again in ");
		explain_duration(t, view.retry_at - now);
	}
}

bool
explain_prefix(struct request *r, struct prefix *prefix, bool *is_address)
{
	const char *text = request_text(r, "prefix");

	*is_address = strchr(text, '/') == NULL;
	if (prefix_parse(text, prefix, NULL))
		return true;
	if (strcmp(text, "default") == 0)
		request_fail(r, SCHEMA_USAGE, "0.0.0.0/0 or ::/0",
		    "'default' is a prefix of each family, and one is "
		    "explained at a time");
	else
		request_fail(r, SCHEMA_USAGE, NULL,
		    "'%.64s' is no prefix and no address", text);
	return false;
}

void
explain_families(const struct conf_settings *set, struct text *t)
{
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		if (set->family[f])
			text_add(t, " %s", family_name(f));
}
