/* SPDX-License-Identifier: ISC */
/* judge.h - facts to findings: what is wrong, why it matters, what mends it */
/*
 * Pure.  A check is a row of a table: its name, why it matters, and a function
 * from facts to findings.  A new one is a row, a function, and what it reads in
 * facts.h.
 */
#ifndef BGPCTL_DOCTOR_JUDGE_H
#define BGPCTL_DOCTOR_JUDGE_H

#include "bgpctl/doctor/facts.h"

enum finding_result {
	FINDING_OK,
	FINDING_SKIP,		/* nothing to judge by, or not asked for */
	FINDING_WARN,
	FINDING_FAIL,
	FINDING_MAX
};

struct finding {
	enum finding_result	 result;
	const char		*check;
	const char		*why;
	char			 evidence[512];
	char			 fix[512];	/* a line for a shell, or "" */
};

struct report {
	void	(*tell)(void *arg, const struct finding *);
	void	*arg;
	struct finding	next;
};

struct check {
	const char	*name;		/* NULL ends the table */
	const char	*why;
	void		(*judge)(const struct facts *, struct report *);
};

extern const struct check judge_checks[];

/* "ok", "skip", "warn", "fail" */
const char *finding_word(enum finding_result);
/* NULL: no such check. */
const struct check *judge_find(const char *name);
/* All, or the one; each tells one finding at least. */
void	judge(const struct facts *, const struct check *only,
	    struct report *);

/* Up to 255 octets as a shell takes them: in quotes where they need them. */
#define WORD_SIZE	(4 * 255 + 3)
const char *shell_word(const char *, char buf[WORD_SIZE]);
/* For checks: the fix of the finding that is told next. */
void	report_fix(struct report *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	report_tell(struct report *, enum finding_result, const char *, ...)
	    __attribute__((format(printf, 3, 4)));

/* judge_kernel.c */
void	judge_v6_disabled(const struct facts *, struct report *);
void	judge_forwarding(const struct facts *, struct report *);
void	judge_accept_ra(const struct facts *, struct report *);
void	judge_rp_filter(const struct facts *, struct report *);
void	judge_dad(const struct facts *, struct report *);
void	judge_addr_stable(const struct facts *, struct report *);
void	judge_neigh(const struct facts *, struct report *);
void	judge_mtu(const struct facts *, struct report *);
void	judge_forward_drop(const struct facts *, struct report *);
void	judge_v6_route_limit(const struct facts *, struct report *);
/* judge_daemon.c */
void	judge_daemon(const struct facts *, struct report *);
void	judge_node_address(const struct facts *, struct report *);
void	judge_dual_stack(const struct facts *, struct report *);
void	judge_port(const struct facts *, struct report *);
void	judge_fib_conflict(const struct facts *, struct report *);
void	judge_fib_drift(const struct facts *, struct report *);
void	judge_block_sanity(const struct facts *, struct report *);
/* judge_process.c */
void	judge_limits(const struct facts *, struct report *);
void	judge_certificates(const struct facts *, struct report *);
void	judge_clock(const struct facts *, struct report *);
void	judge_ping(const struct facts *, struct report *);

#endif
