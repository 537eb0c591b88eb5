/* SPDX-License-Identifier: ISC */
/* pods.c - whether pods' interfaces are any of our business */
/*
 * Pods come and go all day, and mostly none of their interfaces, addresses and
 * host routes is of interest, so the kernel is asked not to tell of them
 * (struct kernel_interest).  They are wanted where the config names such an
 * interface, has a neighbor that may be a pod, or learns what the kernel has;
 * and as long as somebody else's route is in the way of one of ours, for its
 * end is what we wait for.
 */
#include "bgpd/bgpd_private.h"
#include "kernel/interest.h"

static bool
is_pod_address(const struct conf *conf, const struct address *a)
{
	size_t i;

	for (i = 0; i < conf->nblocks; i++)
		if (prefix_covers(&conf->blocks[i], a))
			return true;
	for (i = 0; i < conf->npools; i++)
		if (prefix_covers(&conf->pools[i], a))
			return true;
	return false;
}

static bool
neighbor_may_be_pod(const struct conf *conf, const struct conf_neighbor *n)
{
	struct prefix range = { .address = n->address, .length = n->length };
	size_t i;

	for (i = 0; i < n->ninterface; i++)
		if (interest_meets_pods(n->interface[i]))
			return true;
	if (n->zone[0] != '\0' && interest_is_pod(n->zone))
		return true;
	for (i = 0; i < conf->nblocks && n->kind == CONF_RANGE; i++)
		if (prefix_covers(&range, &conf->blocks[i].address))
			return true;
	return n->kind != CONF_LINKS && is_pod_address(conf, &n->address);
}

static bool
rule_names_pods(const struct address_rule *rule)
{
	unsigned int i;

	for (i = 0; i < rule->ninterface; i++)
		if (interest_meets_pods(rule->interface[i]))
			return true;
	return false;
}

/* A rule that names no links may mean theirs. */
static bool
learns_from_pods(const struct conf_learn *learn)
{
	size_t i;

	for (i = 0; i < learn->ninterface; i++)
		if (interest_meets_pods(learn->interface[i]))
			return true;
	return learn->ninterface == 0;
}

static bool
conf_wants_pods(const struct conf *conf)
{
	enum family f;
	size_t i;

	for (f = 0; f < FAMILY_MAX; f++)
		for (i = 0; i < conf->nrules[f]; i++)
			if (rule_names_pods(&conf->rules[f][i]))
				return true;
	for (i = 0; i < conf->nlearn; i++)
		if (learns_from_pods(&conf->learn[i]))
			return true;
	for (i = 0; i < conf->nneighbors; i++)
		if (neighbor_may_be_pod(conf, &conf->neighbors[i]))
			return true;
	for (i = 0; i < conf->ntunnels; i++)
		if (interest_is_pod(conf->tunnels[i].device))
			return true;
	return false;
}

/* Where there are too many, none is left out. */
static void
within_fill(const struct conf *conf, struct kernel_interest *interest)
{
	size_t i;

	interest->count = 0;
	if (conf->nblocks + conf->npools > KERNEL_WITHIN)
		return;
	for (i = 0; i < conf->nblocks; i++)
		interest->within[interest->count++] = conf->blocks[i];
	for (i = 0; i < conf->npools; i++)
		interest->within[interest->count++] = conf->pools[i];
}

static bool
is_in_conflict(const struct bgpd *b)
{
	struct fib_counts four, six;

	if (b->fib == NULL)
		return false;
	fib_counts(b->fib, FAMILY_IPV4, &four);
	fib_counts(b->fib, FAMILY_IPV6, &six);
	return four.by_status[FIB_CONFLICT] + six.by_status[FIB_CONFLICT] > 0;
}

void
pods_configure(struct bgpd *b)
{
	struct kernel_interest next = { .count = 0 };

	b->loop->pods_wanted = conf_wants_pods(b->conf);
	within_fill(b->conf, &next);
	next.pods = b->loop->pods_wanted || is_in_conflict(b);
	if (b->loop->pods_told && interest_equal(&next, &b->loop->pods))
		return;
	b->loop->pods = next;
	b->loop->pods_told = true;
	b->kernel->ops->interest(b->kernel, &next);
	if (b->synced)
		b->kernel->ops->dump(b->kernel);
}

/* Behind a conflict, what was told meanwhile is forgotten by a dump. */
void
pods_turn(struct bgpd *b)
{
	bool pods = b->loop->pods_wanted || is_in_conflict(b);

	if (pods == b->loop->pods.pods)
		return;
	b->loop->pods.pods = pods;
	b->kernel->ops->interest(b->kernel, &b->loop->pods);
	if (!pods)
		b->kernel->ops->dump(b->kernel);
}
