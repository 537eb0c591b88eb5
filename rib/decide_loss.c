/* SPDX-License-Identifier: ISC */
/* decide_loss.c - what a candidate lost by: the step and both values */

/*
 * decide() leaves the step that eliminated each candidate.  Whoever is still
 * in behind that step has the best value of it, so the winner will do as the
 * rival; but for MED within one AS, whose best may have lost later: then it
 * is the first of that AS that was still in.
 *
 * A step is a row: which way its values are compared, how to take one and
 * how to print it.  Steps without a number say in a sentence what the rival
 * has and this one has not.
 *
 * RFC 4271 9.1.2.2.
 */

#include "rib/decide_loss.h"

#include "rib/text.h"

static uint32_t
local_pref_of(const struct candidate *c)
{
	return c->local_pref;
}

static uint32_t
hops_of(const struct candidate *c)
{
	return c->hops;
}

static uint32_t
origin_of(const struct candidate *c)
{
	return c->origin;
}

static uint32_t
med_of(const struct candidate *c)
{
	return c->med;
}

static uint32_t
metric_of(const struct candidate *c)
{
	return c->metric;
}

static uint32_t
identifier_of(const struct candidate *c)
{
	return c->identifier;
}

static uint32_t
clusters_of(const struct candidate *c)
{
	return c->clusters;
}

static uint32_t
path_id_of(const struct candidate *c)
{
	return c->path_id;
}

static void
add_number(struct text *t, uint32_t value)
{
	text_add(t, "%u", value);
}

static void
add_origin(struct text *t, uint32_t value)
{
	static const char *const words[] = { "igp", "egp", "incomplete" };

	if (value < sizeof(words) / sizeof(words[0]))
		text_add(t, "%s", words[value]);
	else
		text_add(t, "%u", value);
}

static void
add_identifier(struct text *t, uint32_t value)
{
	text_add(t, "%u.%u.%u.%u", value >> 24, value >> 16 & 0xff,
	    value >> 8 & 0xff, value & 0xff);
}

static const struct {
	uint32_t (*value)(const struct candidate *);
	void (*add)(struct text *, uint32_t);
	const char *sentence; /* of a step that compares no numbers */
	bool highest;         /* wins */
} steps[STEP_MAX] = {
	[STEP_INELIGIBLE] = { .sentence = "it was not let in" },
	[STEP_NEXT_HOP] = { .sentence = "its next hop leads nowhere" },
	[STEP_LOCAL_ROUTE] = { .sentence = "the other is this node's own" },
	[STEP_STALE] = { .sentence = "long-lived stale, the other is not" },
	[STEP_LOCAL_PREF] = { local_pref_of, add_number, NULL, true },
	[STEP_AS_PATH] = { hops_of, add_number, NULL, false },
	[STEP_ORIGIN] = { origin_of, add_origin, NULL, false },
	[STEP_MED] = { med_of, add_number, NULL, false },
	[STEP_EXTERNAL] = { .sentence = "internal, the other is external" },
	[STEP_IGP_METRIC] = { metric_of, add_number, NULL, false },
	[STEP_IDENTIFIER] = { identifier_of, add_identifier, NULL, false },
	[STEP_CLUSTER_LIST] = { clusters_of, add_number, NULL, false },
	[STEP_ADDRESS] = { .value = NULL },
	[STEP_PATH_ID] = { path_id_of, add_number, NULL, false },
};

static bool
is_behind(const struct candidate *c, enum decide_step step)
{
	return c->step == STEP_WINNER || c->step > step;
}

static unsigned int
rival_find(const struct candidate *c, unsigned int count, unsigned int which,
    bool within)
{
	unsigned int i, rival = which;

	for (i = 0; i < count; i++) {
		if (!is_behind(&c[i], c[which].step) ||
		    (within && c[i].neighbour_as != c[which].neighbour_as))
			continue;
		if (rival == which || c[i].step == STEP_WINNER)
			rival = i;
	}
	return rival;
}

/* Steps that look at one candidate alone have no rival. */
static bool
is_absolute(enum decide_step step)
{
	return step == STEP_WINNER || step == STEP_INELIGIBLE ||
	    step == STEP_NEXT_HOP;
}

void
decide_loss(const struct decide_rules *rules, const struct candidate *c,
    unsigned int count, unsigned int which, struct decide_loss *out)
{
	enum decide_step step = c[which].step;

	*out = (struct decide_loss){ .step = step, .rival = which };
	if (is_absolute(step))
		return;
	out->within = step == STEP_MED && !rules->always_compare_med;
	out->within_as = c[which].neighbour_as;
	out->rival = rival_find(c, count, which, out->within);
	if (steps[step].value != NULL) {
		out->own = steps[step].value(&c[which]);
		out->best = steps[step].value(&c[out->rival]);
	}
	out->own_address = c[which].address;
	out->best_address = c[out->rival].address;
}

static void
add_addresses(struct text *t, const struct decide_loss *l)
{
	char own[ADDRESS_STRLEN], best[ADDRESS_STRLEN];

	text_add(t, "%s > %s", address_format(&l->own_address, own),
	    address_format(&l->best_address, best));
}

static void
add_values(struct text *t, const struct decide_loss *l)
{
	steps[l->step].add(t, l->own);
	text_add(t, "%s", steps[l->step].highest ? " < " : " > ");
	steps[l->step].add(t, l->best);
	if (l->within && l->within_as != 0)
		text_add(t, " within AS %u", l->within_as);
	else if (l->within)
		text_add(t, " within our AS");
}

char *
decide_loss_format(const struct decide_loss *l, char *buf, size_t size)
{
	struct text t = text_of(buf, size);

	if (l->step == STEP_WINNER)
		return buf;
	text_add(&t, "%s", decide_step_word(l->step));
	if (l->step == STEP_PATH_ID && l->own == l->best)
		text_add(&t, ": alike in everything, and later");
	else if (steps[l->step].sentence != NULL)
		text_add(&t, ": %s", steps[l->step].sentence);
	else {
		text_add(&t, " ");
		if (l->step == STEP_ADDRESS)
			add_addresses(&t, l);
		else
			add_values(&t, l);
	}
	return buf;
}
