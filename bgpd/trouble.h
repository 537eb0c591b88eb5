/* SPDX-License-Identifier: ISC */
/* trouble.h - routes that the kernel does not take, in words and in the log */
#ifndef BGPD_TROUBLE_H
#define BGPD_TROUBLE_H

#include "bgpd/log.h"
#include "kernel/fib.h"

/* What was said already; all zero to begin with. */
struct trouble {
	struct {
		uint32_t	count;	/* routes in trouble, when last said */
		int64_t		since;	/* then; newer ones are news */
		uint64_t	repaired;	/* routes put back */
		uint64_t	fights;		/* routes fought over */
	} told[FAMILY_MAX];
	int64_t	next;			/* not before; 0: nothing waits */
};

/* Why an entry is not as it should be, "" when it is; cut to fit. */
void		 trouble_text(const struct fib_view *, char *, size_t);

/*
 * Says at warn level which routes the kernel has refused since it was asked
 * last, at most once in five seconds, and which one others take again and
 * again, once; at info level that there are none any
 * more, and which one was put back after somebody else had undone it.
 */
void		 trouble_report(struct trouble *, const struct fib *,
		    struct log *, int64_t now);
/* When trouble_report has something left to say, or 0. */
int64_t		 trouble_next(const struct trouble *);

#endif
