/* SPDX-License-Identifier: ISC */
/* origin.h - what this node originates: its blocks and announced prefixes */
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
/*
 * Is the prefix a pod block of ours, to be a blackhole in the kernel?  Host
 * blocks (/32, /128) are not.
 */
bool		 origin_is_block(const struct origin *, const struct prefix *);

#endif
