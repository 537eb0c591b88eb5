/* SPDX-License-Identifier: ISC */
/* limit.c - max-prefix and max-prefix-out in the config */

/*
 * Both are one field of a part for each family.  A statement without a family
 * speaks for both; beside it one that names a family holds for that one,
 * whatever their order.  Further in, either kind takes the place of what is
 * inherited.
 *
 * A limit says what follows when it is exceeded, for no consequence would be
 * the right one to assume: a warning protects nobody, and a reset that nobody
 * asked for is an outage.
 */

#include "bgpd/conf/limit.h"

#include <string.h>

#include "bgpd/conf/message.h"
#include "bgpd/conf/way.h"

#define RESTART_MIN 1000u /* ms */

static const struct symbol actions[] = {
	{ "off", CONF_LIMIT_NONE },
	{ "warn", CONF_LIMIT_WARN },
	{ "restart", CONF_LIMIT_RESTART },
	{ "disable", CONF_LIMIT_DISABLE },
	{ NULL, 0 },
};

bool
conf_names_family(const struct conf_statement *s)
{
	return s->nvalues > 0 && s->values[0].type == CONF_TYPE_FAMILY;
}

/* The families that a statement speaks for; the values behind them. */
static unsigned int
families_of(const struct conf_value *v, bool family[FAMILY_MAX])
{
	bool one = v[0].type == CONF_TYPE_FAMILY;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++)
		family[f] = !one || v[0].is.number == f;
	return one ? 1 : 0;
}

static void
limit_read(struct conf_limit *limit, const struct conf_value *v)
{
	int action;

	switch (v->type) {
	case CONF_TYPE_N: limit->count = v->is.number; break;
	case CONF_TYPE_TIME:
		limit->restart = v->is.number;
		limit->action = CONF_LIMIT_RESTART;
		break;
	default:
		if (symbol_value(actions, v->word->text, &action))
			limit->action = (enum conf_limit_action)action;
		else
			limit->accepted =
			    strcmp(v->word->text, "accepted") == 0;
	}
}

static void
limits_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	struct conf_limit *limits = f.at, limit = { CONF_LIMIT_NONE, 0, 0, 0 };
	bool family[FAMILY_MAX];
	unsigned int i;
	enum family one;

	for (i = families_of(v, family); i < count; i++)
		limit_read(&limit, &v[i]);
	for (one = 0; one < FAMILY_MAX; one++)
		if (family[one])
			limits[one] = limit;
}

static bool
limit_equal(struct conf_field a, struct conf_field b)
{
	const struct conf_limit *left = a.at, *right = b.at;

	return left->action == right->action && left->count == right->count &&
	    left->restart == right->restart &&
	    left->accepted == right->accepted;
}

static bool
limits_equal(struct conf_field a, struct conf_field b)
{
	const struct conf_limit *left = a.at, *right = b.at;
	enum family f;

	for (f = 0; f < FAMILY_MAX; f++) {
		a.at = (void *)(uintptr_t)&left[f];
		b.at = (void *)(uintptr_t)&right[f];
		if (!limit_equal(a, b))
			return false;
	}
	return true;
}

static void
limit_print(struct conf_field f, FILE *out)
{
	const struct conf_limit *limit = f.at;
	char time[16];

	if (limit->action != CONF_LIMIT_NONE)
		fprintf(out, "%u %s", limit->count,
		    limit->accepted ? "accepted " : "");
	fputs(symbol_word(actions, (int)limit->action), out);
	if (limit->action == CONF_LIMIT_RESTART)
		fprintf(out, " %s", conf_time_format(limit->restart, time));
}

const struct conf_way conf_way_limits = { sizeof(struct conf_limit) *
	    FAMILY_MAX,
	NULL, limits_set, limits_equal, NULL, NULL };
const struct conf_way conf_way_limit = { sizeof(struct conf_limit), NULL, NULL,
	limit_equal, NULL, limit_print };

static void
counts_set(struct conf_field f, const struct conf_value *v, unsigned int count)
{
	uint32_t *counts = f.at;
	bool family[FAMILY_MAX];
	enum family one;

	(void)families_of(v, family);
	for (one = 0; one < FAMILY_MAX; one++)
		if (family[one])
			counts[one] = v[count - 1].type == CONF_TYPE_N
			    ? v[count - 1].is.number
			    : 0;
}

const struct conf_way conf_way_counts = { sizeof(uint32_t) * FAMILY_MAX, NULL,
	counts_set, conf_octets_equal, NULL, NULL };

/* How many consequences does it name? */
static unsigned int
consequences_of(const struct conf_statement *s)
{
	unsigned int i, n = 0;
	int action;

	for (i = 0; i < s->nvalues; i++)
		if (s->values[i].type == CONF_TYPE_TIME)
			n++;
		else if (s->values[i].type == CONF_TYPE_LITERAL &&
		    symbol_value(actions, s->values[i].word->text, &action))
			n += action != CONF_LIMIT_RESTART;
	return n;
}

static void
limit_check(struct conf_messages *messages, const struct conf_statement *s)
{
	const struct conf_value *last = &s->values[s->nvalues - 1];
	unsigned int n = consequences_of(s);

	if (n == 0)
		conf_help(conf_error(messages, &s->words[0],
			      "max-prefix does not say what to do beyond it"),
		    "add 'warn', 'restart 5m' or 'disable'");
	else if (n > 1)
		conf_error(messages, &s->words[0],
		    "max-prefix wants one of 'warn', 'restart TIME' and "
		    "'disable'");
	else if (last->type == CONF_TYPE_TIME && last->is.number < RESTART_MIN)
		conf_error(messages, last->word,
		    "'%s' is too short to wait for a better neighbor: "
		    "1s or more",
		    last->word->text);
}

void
conf_check_limits(
    struct conf_messages *messages, const struct conf_statement *list)
{
	const struct conf_statement *s;

	for (s = list; s != NULL; s = s->next)
		if (!s->bad && s->row->store == CONF_STORE_LIMITS)
			limit_check(messages, s);
}
