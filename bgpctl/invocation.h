/* SPDX-License-Identifier: ISC */
/* invocation.h - one call of bgpctl, all of it understood */
#ifndef BGPCTL_INVOCATION_H
#define BGPCTL_INVOCATION_H

#include "bgpctl/client.h"
#include "bgpctl/output.h"

struct invocation {
	const struct verb	*verb;
	json_t			*arguments;
	const char		*socket;
	struct style		 style;
	bool			 json;
	bool			 check;		/* status --check */
	double			 watch;		/* seconds; 0: once */
};

/* Asks, shows, and says what went wrong; an exit code. */
int	invocation_run(const struct invocation *);
/* What is wrong with the command line, in the same way; an exit code. */
int	invocation_refuse(const struct invocation *, const struct failure *);
/* Again and again; returns only when the terminal is gone. */
int	invocation_watch(const struct invocation *);

#endif
