/* SPDX-License-Identifier: ISC */
/* table.h - routing tables by name */
#ifndef BGPD_CONF_TABLE_H
#define BGPD_CONF_TABLE_H

#include "bgpd/conf/resolve.h"

/* The number of a name in a text such as rt_tables; false: it has none. */
bool	conf_table_find(const char *text, const char *name, uint32_t *number);
/*
 * Settles the table of `fib`, and refuses one that may not be written to.
 * Without a disk no name is known.
 */
void	conf_table_settle(struct conf_build *, bool from_disk);

#endif
