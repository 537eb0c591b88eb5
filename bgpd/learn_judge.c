/* SPDX-License-Identifier: ISC */
/* learn_judge.c - the verdict on one route of the kernel */
/*
 * A route that no `learn` block means is none of our business: most are like
 * that.  One that is meant is announced unless something speaks against it,
 * and then it is kept with the reason, for whoever wonders where it is.  A
 * rule that likes it beats one that refuses it.
 *
 * Where interfaces are named they hold for each path of the route: it would be
 * announced as one, also for the packets that leave by the other.  A route
 * that leads nowhere has no interface, so only a rule without interfaces can
 * mean it; that it is refused all the same is said.
 *
 * What lies in an own block is not announced by itself, because the block is;
 * an address that was lent by another node's block is not in there, and is.
 * Without `protocol` the kernel's own routes are left out: its links' subnets,
 * and redirects.
 */
#include "bgpd/learn_judge.h"

#include <stdlib.h>

#include "rib/mem.h"
#include "rib/symbol.h"

/* Routes that the kernel makes by itself, rtnetlink(7). */
#define REDIRECT 1
#define KERNEL   2

struct rule {
	const struct conf_learn *conf;
	struct prefix_set *within; /* NULL: any */
};

struct learn_rules {
	struct prefix_set *blocks;
	const struct conf_fib *fib;
	size_t count;
	struct rule at[];
};

/* What lies in any of them, themselves included. */
static struct prefix_set *
set_of(const struct prefix *list, size_t count)
{
	struct prefix_set *set = prefix_set_new();
	struct prefix_range range;
	size_t i;

	for (i = 0; i < count; i++) {
		range.prefix = list[i];
		range.ge = list[i].length;
		range.le = (uint8_t)family_bits(list[i].address.family);
		prefix_set_add(set, &range);
	}
	prefix_set_seal(set);
	return set;
}

struct learn_rules *
learn_rules_new(const struct conf *conf)
{
	struct learn_rules *rules =
	    xcalloc(1, sizeof(*rules) + conf->nlearn * sizeof(rules->at[0]));
	const struct conf_learn *l;
	size_t i;

	rules->blocks = set_of(conf->blocks, conf->nblocks);
	rules->fib = &conf->fib;
	rules->count = conf->nlearn;
	for (i = 0; i < conf->nlearn; i++) {
		l = &conf->learn[i];
		rules->at[i].conf = l;
		if (l->nwithin > 0)
			rules->at[i].within = set_of(l->within, l->nwithin);
	}
	return rules;
}

void
learn_rules_free(struct learn_rules *rules)
{
	size_t i;

	if (rules == NULL)
		return;
	for (i = 0; i < rules->count; i++)
		prefix_set_unref(rules->at[i].within);
	prefix_set_unref(rules->blocks);
	free(rules);
}

bool
learn_rules_is_own(const struct learn_rules *rules, uint8_t protocol)
{
	const uint8_t *adopt = rules->fib->adopt;
	unsigned int i;

	for (i = 0; i < CONF_ADOPT_MAX && adopt[i] != 0; i++) {
		if (adopt[i] == protocol)
			return true;
	}
	return protocol == rules->fib->protocol;
}

static bool
names_link(const struct conf_learn *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->ninterface; i++) {
		if (symbol_glob(l->interface[i], name))
			return true;
	}
	return false;
}

bool
learn_rules_tell_apart(
    const struct learn_rules *rules, const char *a, const char *b)
{
	size_t i;

	for (i = 0; i < rules->count; i++) {
		if (names_link(rules->at[i].conf, a) !=
		    names_link(rules->at[i].conf, b))
			return true;
	}
	return false;
}

static bool
takes_table(const struct conf_learn *l, uint32_t table)
{
	size_t i;

	for (i = 0; i < l->ntables; i++) {
		if (l->tables[i] == table)
			return true;
	}
	return l->ntables == 0 && table == KERNEL_TABLE_MAIN;
}

static bool
takes_protocol(const struct conf_learn *l, uint8_t protocol)
{
	size_t i;

	for (i = 0; i < l->nprotocols; i++) {
		if (l->protocols[i] == protocol)
			return true;
	}
	return l->nprotocols == 0 && protocol != KERNEL && protocol != REDIRECT;
}

/* How many of its paths lead over links that the rule names. */
static unsigned int
links_named(const struct conf_learn *l, const struct learn_subject *s)
{
	unsigned int i, named = 0;

	for (i = 0; i < s->count; i++)
		named += s->link[i] != NULL && names_link(l, s->link[i]->name);
	return named;
}

/* Does it mean the route?  *all: and each of its paths. */
static bool
rule_means(const struct rule *rule, const struct learn_subject *s, bool *all)
{
	const struct conf_learn *l = rule->conf;
	unsigned int named;

	*all = true;
	if (!takes_table(l, s->table) || !takes_protocol(l, s->protocol) ||
	    (rule->within != NULL && !prefix_set_has(rule->within, &s->prefix)))
		return false;
	if (l->ninterface == 0)
		return true;
	if (s->type == KERNEL_UNICAST && s->count == 0)
		return true; /* over some link or other */
	named = links_named(l, s);
	*all = named == s->count;
	return named > 0;
}

static bool
is_not_global(const struct address *a)
{
	return address_is_loopback(a) || address_is_multicast(a) ||
	    address_is_link_local(a);
}

static bool
any_carries(const struct learn_subject *s)
{
	unsigned int i;

	for (i = 0; i < s->count; i++) {
		if (s->link[i] != NULL && s->link[i]->up && s->link[i]->running)
			return true;
	}
	return false;
}

/* Of a route that the rule means: the first that applies. */
static enum rib_refusal
rule_refuses(const struct learn_rules *rules, const struct rule *rule,
    const struct learn_subject *s, bool all)
{
	if (prefix_is_default(&s->prefix) && rule->within == NULL)
		return RIB_DEFAULT_ROUTE;
	if (is_not_global(&s->prefix.address))
		return RIB_NOT_GLOBAL;
	if (prefix_set_has(rules->blocks, &s->prefix))
		return RIB_OWN_BLOCK;
	if (s->type != KERNEL_UNICAST)
		return RIB_NOWHERE;
	if (s->count == 0)
		return RIB_NO_LINK;
	if (!all)
		return RIB_OTHER_LINKS;
	return any_carries(s) ? RIB_ACCEPTED : RIB_LINK_DOWN;
}

bool
learn_judge(const struct learn_rules *rules, const struct learn_subject *s,
    enum rib_refusal *verdict)
{
	const struct rule *rule;
	enum rib_refusal refusal;
	bool all, meant = false;

	if (s->type == KERNEL_OTHER || learn_rules_is_own(rules, s->protocol))
		return false;
	for (rule = rules->at; rule < rules->at + rules->count; rule++) {
		if (!rule_means(rule, s, &all))
			continue;
		refusal = rule_refuses(rules, rule, s, all);
		if (!meant || refusal == RIB_ACCEPTED)
			*verdict = refusal;
		meant = true;
	}
	return meant;
}
