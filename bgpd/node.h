/* SPDX-License-Identifier: ISC */
/* node.h - this node: its links and addresses, the ones it peers from, its id */
/*
 * Hears of links and addresses from the kernel, has kernel/address judge them
 * when another one may be chosen, or somebody asks why not, and says so when
 * the choice changes: one family never waits for the other.  The chosen
 * address is sticky while it is valid, and while its link is down and there
 * is no other.
 * The router-id is settled when the first verdict is in, and again only when
 * the config names another one, or none any more.
 */
#ifndef BGPD_NODE_H
#define BGPD_NODE_H

#include "bgpd/conf/conf.h"
#include "bgpd/log.h"
#include "kernel/address.h"
#include "rib/nexthop.h"

struct node;

struct node_host {
	struct log		*log;
	struct nexthop_table	*nexthops;	/* for `reach`, and told ours */
	/* The chosen address of a family changed, appeared or went. */
	void			(*changed)(void *arg, enum family);
	void			*arg;
};

struct node	*node_new(const struct node_host *, const struct conf *);
void		 node_free(struct node *);
/* Another config: rules, mesh entries, pools. */
void		 node_configure(struct node *, const struct conf *);

void	node_link(struct node *, const struct kernel_link *, bool gone);
void	node_address(struct node *, const struct kernel_address *, bool gone);
/* A re-dump of the kernel: what is not told in between has gone. */
void	node_dump_begin(struct node *);
void	node_dump_end(struct node *);
/*
 * Judges again if the choice may be another since; calls changed().  An
 * expected family without an address has all its verdicts logged whenever they
 * change, at most once in five seconds.
 */
void	node_judge(struct node *, int64_t now);
/* When node_judge has something left to log, or 0. */
int64_t	node_next(const struct node *);
/* Routes changed: `reach` may lead elsewhere. */
void	node_routes_changed(struct node *);

/* Unset when the family has none. */
struct address	node_chosen(const struct node *, enum family);
/* The link-local address of the chosen IPv6 one's interface, or unset. */
struct address	node_link_local(const struct node *);
uint32_t	node_router_id(const struct node *);	/* never 0 after judge */
const struct kernel_link *node_find_link(const struct node *, uint32_t index);
uint32_t	node_link_index(const struct node *, const char *name);
/* NULL when there is none; good until the next event of the kernel. */
const char	*node_link_name(const struct node *, uint32_t index);
/* All links, one after another; NULL behind the last. */
const struct kernel_link *node_link_at(const struct node *, size_t);
/* Its first link-local IPv6 address that may be used, or unset. */
struct address	node_link_local_on(const struct node *, uint32_t index);
/* How many addresses of a family a link has. */
size_t		node_link_addresses(const struct node *, uint32_t index,
		    enum family);
/* Is one of our addresses on that link in there? */
bool		node_is_within(const struct node *, uint32_t index,
		    const struct prefix *);
/* Has its link an address in just the subnet of this one? */
bool		node_has_subnet(const struct node *,
		    const struct kernel_address *);
/* A link-local one is ours on its own link only, which is the index. */
bool		node_owns(const struct node *, const struct address *,
		    uint32_t index);
/* The interface and length of one of our addresses; false: not ours. */
bool		node_subnet(const struct node *, const struct address *,
		    struct prefix *subnet, uint32_t *index);

/* The last verdicts of a family, borrowed until the next judgement. */
const struct address_verdict *node_verdicts(struct node *, enum family,
		    size_t *count);
/*
 * Why there is no address, or what ails the one that is kept; "" when all is
 * well: for REASON and status.
 */
const char	*node_problem(struct node *, enum family);

#endif
