/* SPDX-License-Identifier: ISC */
/* runtime.h - runtime commands, the second producer of the config */
/*
 * `bgpctl neighbor NAME disable`, `drain` and `block` do not touch the file:
 * they are kept as a few values of their own, an overlay, and are put over
 * each config that the file gives.  What results is a config like any other,
 * so that the daemon has one way to change: old config, new config,
 * difference, actions.
 *
 * The file has the last word on what exists: a command about a neighbor or a
 * block that is no longer there waits, with a warning at each reload.
 */
#ifndef BGPD_CONF_RUNTIME_H
#define BGPD_CONF_RUNTIME_H

#include "bgpd/conf/conf.h"

/* All zero is none; owned by whoever declares it. */
struct conf_runtime {
	char		**disabled;	/* names of neighbors, ascending */
	size_t		  ndisabled;
	enum drain	  drain;
	struct prefix	 *added;	/* blocks, in the order of coming */
	size_t		  nadded;
	struct prefix	 *removed;	/* of the file's */
	size_t		  nremoved;
};

/* Into one that holds nothing. */
void	 conf_runtime_copy(struct conf_runtime *, const struct conf_runtime *);
void	 conf_runtime_clear(struct conf_runtime *);
bool	 conf_runtime_is_empty(const struct conf_runtime *);

/* Each says whether that was news. */
bool	 conf_runtime_disable(struct conf_runtime *, const char *name);
bool	 conf_runtime_enable(struct conf_runtime *, const char *name);
bool	 conf_runtime_is_disabled(const struct conf_runtime *,
	    const char *name);

/* The conf is the one in effect. */
bool	 conf_runtime_block_add(struct conf_runtime *, const struct conf *,
	    const struct prefix *);
bool	 conf_runtime_block_remove(struct conf_runtime *, const struct conf *,
	    const struct prefix *);
bool	 conf_runtime_is_removed(const struct conf_runtime *,
	    const struct prefix *);
bool	 conf_has_block(const struct conf *, const struct prefix *);
/*
 * Why a new block cannot be one: it overlaps another one of this node or of
 * the mesh, or a neighbor is inside.  NULL when it can; else a sentence in
 * buf.
 */
const char *conf_block_problem(const struct conf *, const struct prefix *,
	    char *buf, size_t size);

/*
 * Over a conf as the file gave it.  What is no longer to the point becomes a
 * warning, as of the file `name`.
 */
void	 conf_runtime_apply(const struct conf_runtime *, struct conf *,
	    const char *name, struct conf_messages *);

/* As text; the caller frees it. */
char	*conf_runtime_format(const struct conf_runtime *);
/*
 * And back, into one that holds nothing; false when it is anything else than
 * what conf_runtime_format writes, with "3:1: why" in why.
 */
bool	 conf_runtime_parse(const char *text, size_t length,
	    struct conf_runtime *, char *why, size_t size);

#endif
