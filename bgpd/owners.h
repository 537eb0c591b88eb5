/* SPDX-License-Identifier: ISC */
/* owners.h - which node a pod block is of, as far as the config says */
/*
 * The blocks of this node and the `blocks` of mesh entries, sorted.  No two of
 * them overlap: the config's checks saw to it.  Borrows the names of its conf
 * and has to go before it.  Pure.
 */
#ifndef BGPD_OWNERS_H
#define BGPD_OWNERS_H

#include "bgpd/conf/conf.h"

struct owners;

struct owners	*owners_new(const struct conf *);
void		 owners_free(struct owners *);

enum owners_answer {
	OWNERS_NOBODY,		/* it touches no block that is known */
	OWNERS_ITSELF,		/* it lies in a block of that node */
	OWNERS_OTHER		/* another node's block is in it, or around it */
};
/* May the node announce the prefix?  *other is who else has it. */
enum owners_answer owners_ask(const struct owners *, const struct prefix *,
	    const char *node, const char **other);

#endif
