/* SPDX-License-Identifier: ISC */
/* host.h - whom a request was meant for */
#ifndef BGPD_HTTP_HOST_H
#define BGPD_HTTP_HOST_H

#include <stdbool.h>

/*
 * Does a Host, with a port or without, name this machine to those who are on
 * it: an address, localhost, or the node by its name?  NULL, no Host, is no
 * browser's and does.
 */
bool	host_is_here(const char *host, const char *node);

#endif
