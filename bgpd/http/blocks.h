/* SPDX-License-Identifier: ISC */
/* blocks.h - who owns which pod block, for the page */
#ifndef BGPD_HTTP_BLOCKS_H
#define BGPD_HTTP_BLOCKS_H

#include "bgpd/control/request.h"

/* Not among those of the control socket. */
extern const struct command blocks_command;

#endif
