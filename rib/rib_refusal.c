/* SPDX-License-Identifier: ISC */
/* rib_refusal.c - why a path is not let in, in a word and in a sentence */
#include "rib/rib.h"

const char *
rib_refusal_word(enum rib_refusal refusal)
{
	static const char *const words[RIB_REFUSAL_MAX] = {
		[RIB_ACCEPTED] = "accepted",
		[RIB_FILTERED] = "filtered",
		[RIB_AS_LOOP] = "as-loop",
		[RIB_ORIGINATOR_LOOP] = "originator-loop",
		[RIB_CLUSTER_LOOP] = "cluster-loop",
		[RIB_ROUTE_LEAK] = "route-leak",
		[RIB_AS_SET] = "as-set",
		[RIB_FIRST_AS] = "first-as",
		[RIB_FOREIGN_BLOCK] = "foreign-block",
		[RIB_OWN_BLOCK] = "own-block",
		[RIB_LINK_DOWN] = "link-down",
		[RIB_OTHER_LINKS] = "other-links",
		[RIB_NO_LINK] = "no-link",
		[RIB_NOWHERE] = "nowhere",
		[RIB_DEFAULT_ROUTE] = "default-route",
		[RIB_NOT_GLOBAL] = "not-global",
	};

	return words[refusal];
}

const char *
rib_refusal_text(enum rib_refusal refusal)
{
	static const char *const texts[RIB_REFUSAL_MAX] = {
		[RIB_FILTERED] = "the import policy rejects it",
		[RIB_AS_LOOP] = "our own AS is in its AS_PATH",
		[RIB_ORIGINATOR_LOOP] = "it began here: ORIGINATOR_ID is ours",
		[RIB_CLUSTER_LOOP] = "our cluster id is in its CLUSTER_LIST",
		[RIB_ROUTE_LEAK] = "it went down before (RFC 9234), and "
				   "must not come up again",
		[RIB_AS_SET] = "there is a set in its AS_PATH (RFC 9774)",
		[RIB_FIRST_AS] = "its AS_PATH does not begin with the "
				 "neighbor's AS",
		[RIB_FOREIGN_BLOCK] = "it is a pod block of another node "
				      "(pools: guard refuse)",
		[RIB_OWN_BLOCK] = "it lies in a block of this node, which is "
				  "announced as a whole",
		[RIB_LINK_DOWN] = "its link is down or has no carrier",
		[RIB_OTHER_LINKS] = "it leads over links, too, that `learn` "
				    "does not name",
		[RIB_NO_LINK] = "the kernel does not say which link it leads "
				"over (net.ipv4.nexthop_compat_mode is 0)",
		[RIB_NOWHERE] = "it leads nowhere, and to announce it would "
				"call for packets",
		[RIB_DEFAULT_ROUTE] = "a default route is learned only where "
				      "`within` names 0.0.0.0/0 or ::/0",
		[RIB_NOT_GLOBAL] = "loopback, link-local and multicast "
				   "addresses mean nothing to other nodes",
	};

	return texts[refusal] != NULL ? texts[refusal]
				      : rib_refusal_word(refusal);
}
