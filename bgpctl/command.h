/* SPDX-License-Identifier: ISC */
/* command.h - the commands of bgpctl */
#ifndef BGPCTL_COMMAND_H
#define BGPCTL_COMMAND_H

#include "bgpctl/words.h"

extern const struct word command_tree[];

#endif
