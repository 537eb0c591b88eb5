/* SPDX-License-Identifier: ISC */
/* learn.h - `learn`: which routes of the kernel are announced */
#ifndef BGPD_CONF_LEARN_H
#define BGPD_CONF_LEARN_H

#include "bgpd/conf/difference.h"
#include "bgpd/conf/resolve.h"

/* One block. */
void	conf_learn_take(struct conf_build *, const struct conf_statement *);
/* What cannot be meant beside the rest of the config. */
void	conf_learn_check(struct conf_build *);
/* Its statements, each behind `before`, and `between` between two. */
void	conf_learn_print(const struct conf_learn *, const char *before,
	    const char *between, FILE *);
/* All blocks. */
struct conf_texts conf_learn_texts(const struct conf *);
void	conf_learn_clear(struct conf_learn *);

#endif
