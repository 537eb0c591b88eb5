/* SPDX-License-Identifier: ISC */
/* interest.c - what is a pod's, by its looks */

/*
 * The node's ends of pods' veth pairs have names that a network plugin gives
 * them (cali*), or the kernel (veth*).  A name proves nothing: whoever goes by
 * it looks at what else is known of the link as well.  Pure.
 */

#include "kernel/interest.h"

#include <string.h>

const char interest_names[INTEREST_NAMES][INTEREST_LETTERS + 1] = { "cali",
	"veth" };

bool
interest_is_pod(const char *name)
{
	size_t i;

	for (i = 0; i < INTEREST_NAMES; i++) {
		if (strncmp(name, interest_names[i], INTEREST_LETTERS) == 0)
			return true;
	}
	return false;
}

/* By the letters before the first that stands for any. */
bool
interest_meets_pods(const char *glob)
{
	size_t i, fixed = strcspn(glob, "*?[");

	if (fixed > INTEREST_LETTERS)
		fixed = INTEREST_LETTERS;
	if (fixed < INTEREST_LETTERS && glob[fixed] == '\0')
		return false;
	for (i = 0; i < INTEREST_NAMES; i++) {
		if (strncmp(glob, interest_names[i], fixed) == 0)
			return true;
	}
	return false;
}

bool
interest_is_pod_host(
    const struct kernel_interest *interest, const struct prefix *p)
{
	unsigned int i;

	if (p->length != family_bits(p->address.family))
		return false;
	for (i = 0; i < interest->count; i++) {
		if (prefix_covers(&interest->within[i], &p->address))
			return true;
	}
	return false;
}

bool
interest_equal(const struct kernel_interest *a, const struct kernel_interest *b)
{
	unsigned int i;

	if (a->pods != b->pods || a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++) {
		if (!prefix_equal(&a->within[i], &b->within[i]))
			return false;
	}
	return true;
}
