/* SPDX-License-Identifier: ISC */
/* origin.h - what this node originates: blocks, announced and learned prefixes */
#ifndef BGPD_ORIGIN_H
#define BGPD_ORIGIN_H

#include "bgpd/conf/conf.h"
#include "rib/rib.h"

struct origin;

struct origin	*origin_new(struct rib *);
void		 origin_free(struct origin *);
/* Brings the rib's local paths in line with the config. */
void		 origin_configure(struct origin *, const struct conf *,
		    int64_t now);
/* A route of the kernel (learn.h) is let in, or refused for a reason. */
void		 origin_learn(struct origin *, const struct prefix *,
		    enum rib_refusal, int64_t now);
void		 origin_forget(struct origin *, const struct prefix *);
/*
 * Is the prefix a pod block of ours, to be a blackhole in the kernel?  Host
 * blocks (/32, /128) are not.
 */
bool		 origin_is_block(const struct origin *, const struct prefix *);

#endif
