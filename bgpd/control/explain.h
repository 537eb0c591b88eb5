/* SPDX-License-Identifier: ISC */
/* explain.h - an answer in steps, each with its evidence, and a verdict */
/*
 * A question is gone through in the order in which the daemon itself goes
 * through it.  Each step that was taken is a record: what was looked at, how
 * it came out, and by what evidence; the first that does not hold ends it and
 * is the verdict.  Where a question has several objects (the sessions of one
 * name), each has its steps and its verdict, and all verdicts come last.
 */
#ifndef BGPD_CONTROL_EXPLAIN_H
#define BGPD_CONTROL_EXPLAIN_H

#include "bgpd/control/show.h"
#include "rib/text.h"

enum explain_result {
	EXPLAIN_OK,
	EXPLAIN_NOTE, /* worth knowing, decides nothing */
	EXPLAIN_WAIT, /* not yet, and nobody has failed */
	EXPLAIN_LOST, /* a path that is not the best */
	EXPLAIN_FAIL,
	EXPLAIN_SKIP /* does not apply: no record */
};

#define EXPLAIN_TEXT 1024

/* One answer in the making; on the stack of one step of a request. */
struct explain {
	struct request *r;
	const char *of;              /* whom the steps are about, or NULL */
	json_t *verdicts;            /* array, for the end */
	char evidence[EXPLAIN_TEXT]; /* of the last step */
	const char *step;
};

/* Emits a step; the evidence is copied. */
void explain_step(struct explain *, const char *step, enum explain_result,
    const char *evidence);
/* Adds the verdict of what `of` names; next is a command, or NULL. */
void explain_verdict(
    struct explain *, bool good, const char *sentence, const char *next);
/* Emits all verdicts; nothing is left. */
void explain_end(struct explain *);

/*
 * Steps in a table: run in order until one fails or waits.  Each fills the
 * text with its evidence.
 */
struct explain_check {
	const char *step;
	enum explain_result (*run)(void *arg, struct text *);
};
/* True when all held; else the last step and its evidence are those of it. */
bool explain_checks(
    struct explain *, const struct explain_check *, size_t count, void *arg);

/* "received 3s ago: Cease: ..."; nothing when there was none. */
void explain_note(
    const struct peer *, bool sent, int64_t now, struct text *);
/* How BFD sees a neighbor; SKIP where it does not look. */
enum explain_result explain_bfd(
    const struct peer *, int64_t now, struct text *);
/* All of the answer for a prefix that the rib does not have. */
void explain_unknown(
    struct explain *, const struct bgpd *, const struct prefix *);
/* The same for TLS, while that is not what keeps it down. */
enum explain_result explain_tls(const struct peer *, struct text *);
/* What would help when it is. */
const char *explain_tls_hint(const struct session *);
/* " ipv4 ipv6", those that it carries. */
void explain_families(const struct conf_settings *, struct text *);
/* "1m20s" from milliseconds. */
void explain_duration(struct text *, int64_t ms);
/* "next hop 10.0.0.2, AS_PATH 65001 65002, ..." */
void explain_attrs(struct text *, const struct attrs *);
/* "local", "learned", or the name of the neighbor that a path came from. */
const char *explain_source(const struct bgpd *, uint32_t source);
/*
 * The steps of a path that this node says itself; false: it ends there, for
 * the reason in the last one.
 */
bool explain_own(struct explain *, const struct bgpd *, const struct prefix *,
    const struct rib_path *);
/* Why the kernel gets no route for such a path, or NULL. */
const char *explain_own_fib(uint32_t source);
/* "10.244.2.0/26 is used, from node-b", or is this node's own. */
void explain_used(
    const struct bgpd *, const char *name, uint32_t source, struct text *);
/* Where an address leads: "via 10.0.0.1 dev eth0", "on link eth0". */
void explain_way(
    const struct bgpd *, const struct nexthop_result *, struct text *);
/* How the kernel stands to a prefix: "failed, Network is unreachable". */
void explain_kernel(
    const struct bgpd *, const struct prefix *, struct text *);
/* "10.244.2.0/26 is no prefix and no address" fails the request. */
bool explain_prefix(struct request *, struct prefix *, bool *is_address);

#endif
