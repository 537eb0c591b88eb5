/* SPDX-License-Identifier: ISC */
/* keys.c - which keys a listener asks for, by the fewest prefixes */
/*
 * Sorted by address, the neighbors under a prefix stand together.  A run of
 * them that has one key is one rule, the longest prefix that covers them all;
 * any other run is cut in two where the first bit differs, and each part is
 * looked at again.  So a rule never covers what it must not, and none could be
 * left out or joined with its neighbor without doing so: the parts of a cut
 * are joined only by a prefix that covers the whole run.
 */
#include "bgpd/keys.h"

#include <stdlib.h>

static int
neighbor_compare(const void *left, const void *right)
{
	const struct keys_neighbor *a = left, *b = right;

	return prefix_compare(&a->from, &b->from);
}

/* How many leading bits two addresses of a family share. */
static unsigned int
shared_bits(const struct address *a, const struct address *b)
{
	unsigned int bits = family_bits(a->family), n = 0;

	while (n < bits && ((a->bytes[n / 8] ^ b->bytes[n / 8]) &
			       (0x80 >> n % 8)) == 0)
		n++;
	return n;
}

/* The length of the prefix that covers all of a run. */
static unsigned int
cover_length(const struct keys_neighbor *n, size_t count, unsigned int shared)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (n[i].from.length < shared)
			shared = n[i].from.length;
	return shared;
}

static bool
is_uniform(const struct keys_neighbor *n, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++)
		if (!io_key_equal(&n[i].key, &n[0].key))
			return false;
	return true;
}

/* Where the bit behind the shared ones turns from 0 to 1. */
static size_t
cut_find(const struct keys_neighbor *n, size_t count, unsigned int bit)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (n[i].from.address.bytes[bit / 8] & (0x80 >> bit % 8))
			break;
	return i;
}

/* Neighbors of one family; each cut is at a bit further on. */
static size_t
run_fold(const struct keys_neighbor *n, size_t count, struct keys_rule *out)
{
	const struct address *first;
	unsigned int shared;
	size_t cut, done;

	if (count == 0)
		return 0;
	first = &n->from.address;
	shared = shared_bits(first, &n[count - 1].from.address);
	if (is_uniform(n, count) || shared == family_bits(first->family)) {
		if (n->key.length == 0)
			return 0;
		*out = (struct keys_rule){
			.prefix = prefix_of(
			    first, cover_length(n, count, shared)),
			.key = n->key,
		};
		return 1;
	}
	cut = cut_find(n, count, shared);
	done = run_fold(n, cut, out);
	return done + run_fold(n + cut, count - cut, out + done);
}

size_t
keys_fold(struct keys_neighbor *n, size_t count, struct keys_rule *out)
{
	size_t first = 0, end, done = 0;

	if (count > 0)
		qsort(n, count, sizeof(*n), neighbor_compare);
	for (; first < count; first = end) {
		for (end = first; end < count; end++)
			if (n[end].from.address.family !=
			    n[first].from.address.family)
				break;
		done += run_fold(n + first, end - first, out + done);
	}
	return done;
}
