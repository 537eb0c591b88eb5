/* SPDX-License-Identifier: ISC */
/* node_private.h - what node.c and node_judge.c share */
#ifndef BGPD_NODE_PRIVATE_H
#define BGPD_NODE_PRIVATE_H

#include "bgpd/node.h"
#include "bgpd/node_report.h"

struct link {
	struct kernel_link	kernel;
	bool			stale;		/* not told by this dump yet */
};

struct held {
	struct kernel_address	kernel;
	bool			stale;
};

/* What the judge said of one family. */
struct judgement {
	bool			 dirty;		/* another may be chosen */
	bool			 outdated;	/* the verdicts, at least */
	struct address		 chosen;	/* or unset */
	bool			 kept;		/* its link carries nothing */
	bool			 relisted;	/* the mesh says otherwise now */
	struct address_verdict	*verdicts;
	size_t			 count;
	struct node_report	 report;
};

struct node {
	struct node_host	 host;
	struct link		*links;		/* ascending index */
	size_t			 nlinks;
	struct held		*addresses;	/* ascending index, address */
	size_t			 naddresses;
	struct judgement	 family[FAMILY_MAX];
	struct address		 link_local;
	uint32_t		 router_id;	/* 0: not settled */

	/* From the config. */
	struct address_rule	*rules[FAMILY_MAX];
	size_t			 nrules[FAMILY_MAX];
	struct address		*own;
	size_t			 nown;
	struct prefix		*pools;		/* and blocks */
	size_t			 npools;
	bool			 expected[FAMILY_MAX];
	uint32_t		 given_id;	/* `router-id`, 0: auto */
	char			*name;
};

/*
 * A link, or an address on it, came, changed or went: which families are to be
 * judged again?
 */
void	node_heed_link(struct node *, uint32_t index);
void	node_heed_address(struct node *, const struct kernel_address *);
/* Does a rule of the family go by the routes? */
bool	node_minds_routes(const struct node *, enum family);
/* The addresses on a link, of both families; NULL when there are none. */
const struct held *node_held_on(const struct node *, uint32_t index,
	    size_t *count);

/* By config, else by the addresses of now, else by name. */
void	node_settle_id(struct node *);

/* By link, then by address. */
int	node_address_order(const struct kernel_address *,
	    const struct kernel_address *);

#endif
