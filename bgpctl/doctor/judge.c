/* SPDX-License-Identifier: ISC */
/* judge.c - the checks, in the order in which a person would look */

/*
 * First what stops everything, then what stops a family, then what hurts
 * later; pings at the end, for they say that and not why.  Two faults of one
 * kind are two findings of one check, each with the line that mends it.
 */

#include "bgpctl/doctor/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
const struct check judge_checks[] = {
	{ "daemon", "without it the kernel keeps the routes it has, and nobody "
	    "changes them", judge_daemon },
	{ "v6-disabled", "a link with IPv6 off has no IPv6 address, not even "
	    "fe80::, and drops all of it", judge_v6_disabled },
	{ "address", "without an address of a family this node has no "
	    "sessions over it, and its pods no way out", judge_node_address },
	{ "dad", "an address that another host has, or that is not yet tested, "
	    "cannot be used", judge_dad },
	{ "addr-stable", "when the address changes, all sessions end and all "
	    "other nodes have to be told", judge_addr_stable },
	{ "forwarding", "packets between pods and other nodes are dropped "
	    "here, without a word", judge_forwarding },
	{ "accept-ra", "a kernel that forwards ignores router advertisements "
	    "unless accept_ra is 2: its default route and address expire "
	    "hours later", judge_accept_ra },
	{ "rp-filter", "with several ways to a node, packets that come by "
	    "another than ours are dropped", judge_rp_filter },
	{ "forward-drop", "forwarded packets that no rule accepts are dropped, "
	    "pods' too", judge_forward_drop },
	{ "port-179", "neighbors cannot connect", judge_port },
	{ "dual-stack", "pods have addresses of a family that leads nowhere",
	    judge_dual_stack },
	{ "fib-conflict", "the kernel uses the route of somebody else",
	    judge_fib_conflict },
	{ "fib-drift", "what was learned and what the kernel does differ",
	    judge_fib_drift },
	{ "block-sanity", "other nodes do not know the way to such pods",
	    judge_block_sanity },
	{ "mtu", "large packets vanish and small ones pass: connections open "
	    "and then hang", judge_mtu },
	{ "neigh", "packets to a host whose link address is not known are "
	    "dropped", judge_neigh },
	{ "v6-route-limit", "at the limit the kernel refuses IPv6 routes",
	    judge_v6_route_limit },
	{ "limits", "without descriptors no neighbor can connect",
	    judge_limits },
	{ "certificates", "neighbors refuse a certificate that has ended",
	    judge_certificates },
	{ "clock", "certificates are judged by the clock", judge_clock },
	{ "ping", "no answer: pods on the two nodes do not reach each other "
	    "either", judge_ping },
	{ NULL, NULL, NULL }
};
/* clang-format on */

const char *
finding_word(enum finding_result result)
{
	static const char *const words[FINDING_MAX] = { "ok", "skip", "warn",
		"fail" };

	return words[result];
}

const struct check *
judge_find(const char *name)
{
	const struct check *check;

	for (check = judge_checks; check->name != NULL; check++) {
		if (strcmp(check->name, name) == 0)
			return check;
	}
	return NULL;
}

const char *
shell_word(const char *word, char buf[WORD_SIZE])
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+:@%./=,";
	size_t used = 0, i;

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		snprintf(buf, WORD_SIZE, "%.255s", word);
		return buf;
	}
	buf[used++] = '\'';
	for (i = 0; word[i] != '\0' && i < 255; i++) {
		if (word[i] == '\'')
			used += (size_t)sprintf(buf + used, "'\\''");
		else
			buf[used++] = word[i];
	}
	buf[used++] = '\'';
	buf[used] = '\0';
	return buf;
}

void
report_fix(struct report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(report->next.fix, sizeof(report->next.fix), format, args);
	va_end(args);
}

void
report_tell(
    struct report *report, enum finding_result result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(
	    report->next.evidence, sizeof(report->next.evidence), format, args);
	va_end(args);
	report->next.result = result;
	report->tell(report->arg, &report->next);
	report->next.fix[0] = '\0';
}

void
judge(const struct facts *f, const struct check *only, struct report *report)
{
	const struct check *check;

	for (check = judge_checks; check->name != NULL; check++) {
		if (only != NULL && check != only)
			continue;
		report->next =
		    (struct finding){ .check = check->name, .why = check->why };
		check->judge(f, report);
	}
}
