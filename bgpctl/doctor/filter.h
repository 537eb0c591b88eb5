/* SPDX-License-Identifier: ISC */
/* filter.h - chains of nftables that drop what is forwarded */
#ifndef BGPCTL_DOCTOR_FILTER_H
#define BGPCTL_DOCTOR_FILTER_H

#include <jansson.h>

#include "bgpctl/doctor/facts.h"

/* Runs `nft -j list ruleset`. */
void	facts_read_filters(struct facts *);
/* What that prints; pools must be known. */
void	filter_take(struct facts *, const json_t *ruleset);

#endif
