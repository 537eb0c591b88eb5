/* SPDX-License-Identifier: ISC */
/* learn_judge.h - the verdict on one route of the kernel */
/*
 * Pure: a config made ready, a route and its links in, a verdict out.
 */
#ifndef BGPD_LEARN_JUDGE_H
#define BGPD_LEARN_JUDGE_H

#include "bgpd/learn.h"

struct learn_rules;

/* Borrows the config, but for what has to be quick to ask. */
struct learn_rules *learn_rules_new(const struct conf *);
void	 learn_rules_free(struct learn_rules *);	/* NULL is ignored */
/* Routes of that protocol are ours, or to be ours, whatever a rule says. */
bool	 learn_rules_is_own(const struct learn_rules *, uint8_t protocol);
/* Does it matter to any rule which of the two names a link has? */
bool	 learn_rules_tell_apart(const struct learn_rules *, const char *,
	    const char *);

struct learn_subject {
	struct prefix		 prefix;
	uint32_t		 table;
	uint8_t			 protocol;
	enum kernel_route_type	 type;
	unsigned int		 count;		/* of links; 0: not told */
	const struct kernel_link *link[KERNEL_PATHS];	/* NULL: unknown */
};

/*
 * False: no rule means it, and nobody needs to know of it.  Else the verdict
 * of the rule that likes it best.
 */
bool	 learn_judge(const struct learn_rules *, const struct learn_subject *,
	    enum rib_refusal *verdict);

#endif
