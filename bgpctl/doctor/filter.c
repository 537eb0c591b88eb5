/* SPDX-License-Identifier: ISC */
/* filter.c - chains of nftables that drop what is forwarded */

/*
 * A base chain on the forward hook whose policy is drop is a fault unless one
 * of its own rules accepts a pool, by source or destination.  Chains that it
 * jumps to are not followed: where there are such, and accepts are not found,
 * the finding says what was looked at.  libnftables-json(5).
 */

#include "bgpctl/doctor/filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *
text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value == NULL ? "" : value;
}

static bool
is_of(const struct facts_chain *chain, const json_t *rule)
{
	return strcmp(text(rule, "family"), chain->family) == 0 &&
	    strcmp(text(rule, "table"), chain->table) == 0 &&
	    strcmp(text(rule, "chain"), chain->name) == 0;
}

/* {"prefix":{"addr":"10.244.0.0","len":16}}, or an address. */
static bool
prefix_get(const json_t *right, struct prefix *prefix)
{
	const json_t *inner = json_object_get(right, "prefix");
	struct address address;

	if (json_is_string(right))
		return prefix_parse(json_string_value(right), prefix, NULL);
	if (!address_parse(text(inner, "addr"), &address))
		return false;
	*prefix = prefix_of(&address,
	    (unsigned int)json_integer_value(json_object_get(inner, "len")));
	return true;
}

static bool
has_pool(const struct facts *f, const struct prefix *prefix)
{
	size_t i;

	for (i = 0; i < f->npools; i++) {
		if (prefix_contains(prefix, &f->pools[i]))
			return true;
	}
	return false;
}

/* Families of the pools that a rule lets through: bits. */
static unsigned int
rule_accepts(const struct facts *f, const json_t *rule)
{
	const json_t *statement, *match;
	unsigned int families = 0, matches = 0;
	bool accepts = false;
	struct prefix prefix;
	size_t i;

	json_array_foreach(json_object_get(rule, "expr"), i, statement)
	{
		accepts |= json_object_get(statement, "accept") != NULL;
		match = json_object_get(statement, "match");
		if (match == NULL)
			continue;
		matches++;
		if (prefix_get(json_object_get(match, "right"), &prefix) &&
		    has_pool(f, &prefix))
			families |= 1u << prefix.address.family;
	}
	if (accepts && matches == 0)
		families = (1u << FAMILY_IPV4) | (1u << FAMILY_IPV6);
	return accepts ? families : 0;
}

static void
chain_take(struct facts *f, const json_t *chain)
{
	const char *family = text(chain, "family");
	struct facts_chain *out;

	if (strcmp(text(chain, "hook"), "forward") != 0 ||
	    strcmp(text(chain, "policy"), "drop") != 0)
		return;
	out = FACTS_ADD(f->chains, f->nchains);
	snprintf(out->family, sizeof(out->family), "%s", family);
	snprintf(out->table, sizeof(out->table), "%s", text(chain, "table"));
	snprintf(out->name, sizeof(out->name), "%s", text(chain, "name"));
	out->drops[FAMILY_IPV4] = strcmp(family, "ip6") != 0;
	out->drops[FAMILY_IPV6] = strcmp(family, "ip") != 0;
}

static void
rule_take(struct facts *f, const json_t *rule)
{
	unsigned int families = rule_accepts(f, rule);
	struct facts_chain *chain;

	for (chain = f->chains; chain < f->chains + f->nchains; chain++) {
		if (!is_of(chain, rule))
			continue;
		chain->drops[FAMILY_IPV4] &= !(families & 1u << FAMILY_IPV4);
		chain->drops[FAMILY_IPV6] &= !(families & 1u << FAMILY_IPV6);
	}
}

void
filter_take(struct facts *f, const json_t *ruleset)
{
	const json_t *list = json_object_get(ruleset, "nftables"), *item, *one;
	size_t i;

	json_array_foreach(list, i, item)
	{
		one = json_object_get(item, "chain");
		if (one != NULL)
			chain_take(f, one);
	}
	json_array_foreach(list, i, item)
	{
		one = json_object_get(item, "rule");
		if (one != NULL)
			rule_take(f, one);
	}
}

void
facts_read_filters(struct facts *f)
{
	FILE *in = popen("PATH=$PATH:/usr/sbin:/sbin nft -j list ruleset "
			 "2>/dev/null </dev/null",
	    "re");
	json_t *ruleset;
	int status;

	if (in == NULL) {
		snprintf(f->no_chains, sizeof(f->no_chains),
		    "cannot run nft: %s", strerror(errno));
		return;
	}
	ruleset = json_loadf(in, JSON_DISABLE_EOF_CHECK, NULL);
	status = pclose(in);
	if (ruleset == NULL || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		snprintf(f->no_chains, sizeof(f->no_chains), "%s",
		    WIFEXITED(status) && WEXITSTATUS(status) == 127
			? "nft is not installed here"
			: "nft may not read the packet filters");
	else
		filter_take(f, ruleset);
	json_decref(ruleset);
}
