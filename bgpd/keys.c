/* SPDX-License-Identifier: ISC */
/* keys.c - which keys a listener asks for, by the fewest prefixes */
/*
 * Sorted by address, the neighbors under a prefix stand together.  A run of
 * them that has one key is one rule, the longest prefix that covers them all;
 * any other run is cut in two where the first bit differs, and each part is
 * looked at again.  Inside of a range with another key even a run of one key is
 * cut, down to the prefixes of its own members: whoever else it would cover
 * comes from that range.  So a rule never covers what it must not.
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

	while (n < bits &&
	    ((a->bytes[n / 8] ^ b->bytes[n / 8]) & (0x80 >> n % 8)) == 0)
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

/* They share their address: a rule for each length that has a key. */
static size_t
lengths_fold(const struct keys_neighbor *n, size_t count, struct keys_rule *out)
{
	size_t i, done = 0;

	for (i = 0; i < count; i++)
		if (n[i].key.scheme != IO_UNSIGNED &&
		    (done == 0 ||
			out[done - 1].prefix.length != n[i].from.length))
			out[done++] = (struct keys_rule){ .prefix = n[i].from,
				.key = n[i].key };
	return done;
}

/* The innermost range that covers a run: among those, or the one around. */
static const struct keys_neighbor *
range_around(const struct keys_neighbor *n, size_t count,
    const struct address *run, const struct keys_neighbor *around)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (prefix_covers(&n[i].from, run))
			around = &n[i];
	return around;
}

/*
 * May one prefix stand for a uniform run?  It may cover strangers, but nobody
 * who comes from a range around and is to have that one's key.
 */
static bool
is_foldable(const struct keys_neighbor *n, size_t count, unsigned int shared,
    const struct keys_neighbor *around)
{
	return around == NULL || io_key_equal(&around->key, &n->key) ||
	    cover_length(n, count, shared + 1) <= shared;
}

/* Neighbors of one family; each cut is at a bit further on. */
static size_t
run_fold(const struct keys_neighbor *n, size_t count,
    const struct keys_neighbor *around, struct keys_rule *out)
{
	const struct address *first;
	unsigned int shared;
	size_t cut, done;

	if (count == 0)
		return 0;
	first = &n->from.address;
	shared = shared_bits(first, &n[count - 1].from.address);
	if (is_uniform(n, count) && is_foldable(n, count, shared, around)) {
		if (n->key.scheme == IO_UNSIGNED)
			return 0;
		*out = (struct keys_rule){
			.prefix =
			    prefix_of(first, cover_length(n, count, shared)),
			.key = n->key,
		};
		return 1;
	}
	if (shared == family_bits(first->family))
		return lengths_fold(n, count, out);
	cut = cut_find(n, count, shared);
	done = run_fold(n, cut, around, out);
	around = range_around(n, cut, &n[cut].from.address, around);
	return done + run_fold(n + cut, count - cut, around, out + done);
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
		done += run_fold(n + first, end - first, NULL, out + done);
	}
	return done;
}
