/* SPDX-License-Identifier: ISC */
/* order.h - the order in which people look for rows */
#ifndef BGPCTL_ORDER_H
#define BGPCTL_ORDER_H

#include "bgpd/control/schema.h"
#include "rib/prefix.h"

/* Where a row belongs; what its kind does not have is empty. */
struct order {
	char		*name;
	char		 family[8];
	struct prefix	 prefix;
	size_t		 number;	/* in the order of coming */
};

/* Are rows of this kind sorted? */
bool	order_is_of(const struct schema_record *);
/* name is the order's own, to be freed. */
void	order_read(struct order *, const json_t *record, size_t number);
/* For qsort, of what begins with a struct order. */
int	order_compare(const void *, const void *);

#endif
