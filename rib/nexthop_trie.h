/* SPDX-License-Identifier: ISC */
/* nexthop_trie.h - prefixes of one family, for the longest match */
/* For nexthop*.c and prefix_set.c: what a node stands for is their business. */
#ifndef RIB_NEXTHOP_TRIE_H
#define RIB_NEXTHOP_TRIE_H

#include "rib/mem.h"
#include "rib/prefix.h"

/* A node without routes, hops and local joins two others, or is pruned. */
struct trie_node {
	uint32_t	parent;		/* 0: the root */
	uint32_t	child[2];	/* by the first bit behind the prefix */
	uint32_t	routes;		/* ids, by metric; 0: none */
	uint32_t	hops;		/* ids of tracked next hops; 0: none */
	struct prefix	prefix;
	bool		local;		/* an address of this host */
};

/* Embedded, one for a family. */
struct trie {
	struct slab	nodes;
	uint32_t	root;
};

void	 trie_init(struct trie *);
void	 trie_clear(struct trie *);
struct trie_node *trie_node(const struct trie *, uint32_t id);

/* The node of that prefix, or 0. */
uint32_t trie_find(const struct trie *, const struct prefix *);
/* The same, made when it is not there. */
uint32_t trie_insert(struct trie *, const struct prefix *);
/* Drops the node if it stands for nothing, and what it alone held up. */
void	 trie_prune(struct trie *, uint32_t id);

/* The longest node that covers the address, or 0; go on by parent. */
uint32_t trie_cover(const struct trie *, const struct address *);
/* The same, begun at a node that may cover it; 0: there is none such. */
uint32_t trie_cover_from(const struct trie *, uint32_t id,
	    const struct address *);
/* The topmost node inside a prefix, or 0. */
uint32_t trie_below(const struct trie *, const struct prefix *);
/* The node behind another in a walk of all below top; 0 ends. */
uint32_t trie_next(const struct trie *, uint32_t top, uint32_t id);

#endif
