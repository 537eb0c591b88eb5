/* SPDX-License-Identifier: ISC */
/* node_report.h - what is said about the node's addresses */
#ifndef BGPD_NODE_REPORT_H
#define BGPD_NODE_REPORT_H

#include "bgpd/log.h"
#include "kernel/address.h"

/* Of one family; all zero to begin with. */
struct node_report {
	bool	due;			/* verdicts not logged yet */
	bool	settling;		/* some address is tentative */
	bool	waited;			/* for that, once */
	int64_t	next;			/* not before */
	char	problem[160];		/* a sentence about the best one */
};

/* Why none of them will do. */
void	node_report_problem(struct node_report *, enum family,
	    const struct address_verdict *, size_t count);
/*
 * Shall the table be logged?  While duplicate address detection runs it
 * waits: most of that mends itself.
 */
void	node_report_due(struct node_report *, bool,
	    const struct address_verdict *, size_t count);
/* The family's address is now another one, or none (NULL). */
void	node_report_change(struct log *, enum family,
	    const struct address_verdict *chosen, const struct address *own,
	    size_t nown);
/* It is not where the mesh expects this node: nothing when it is. */
void	node_report_mesh(struct log *, enum family,
	    const struct address *chosen, const struct address *own,
	    size_t nown);
/* It is kept, although its link carries nothing now. */
void	node_report_kept(struct node_report *, const struct address *,
	    const struct address_verdict *, size_t count);
/* One warning for each candidate, unless it is put off: see next. */
void	node_report_table(struct node_report *, struct log *, enum family,
	    const struct address_verdict *, size_t count, int64_t now);

#endif
