/* SPDX-License-Identifier: ISC */
/* page.h - the page to look at */
#ifndef BGPD_HTTP_PAGE_H
#define BGPD_HTTP_PAGE_H

#include "rib/span.h"

/* page.html, as it was when this was compiled. */
extern const struct span page_bytes;

/*
 * A Content-Security-Policy under which just the style and the script of the
 * page work, and nothing is asked of anybody but this server.
 */
#define PAGE_POLICY_STRLEN	512
void	page_policy(char buf[PAGE_POLICY_STRLEN]);

#endif
