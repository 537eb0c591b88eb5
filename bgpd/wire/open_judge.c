/* SPDX-License-Identifier: ISC */
/* open_judge.c - does an OPEN suit us, and what do both sides use */
/*
 * A decoded OPEN and our terms come in, a verdict goes out; a refusal holds
 * the NOTIFICATION of RFC 4271 6.2 with its later corrections: the
 * identifier need only differ inside an AS (6286), no AS is 0 (7607), the
 * 2-octet field and the capability must agree (6793).  A capability that we
 * announce and demand in return is refused with ours as data when it is
 * missing, as it stands in our OPEN (5492 5).  Of two roles one must be the
 * counterpart of the other (9234).
 *
 * Once both OPENs are accepted, open_negotiate takes what is common.  A
 * speaker that names no address family at all speaks IPv4 unicast, as all
 * did before RFC 4760, and that holds for our own OPEN too.
 *
 * All of this is pure; which OPEN to send is the session's business, and
 * whether two connections with one peer collide is the state machine's.
 */

#include "bgpd/wire/open_private.h"
#include "rib/aspath.h"
#include "rib/role.h"

static bool
refuse(struct msg_error *error, unsigned int subcode, const char *text)
{
	msg_error_set(error, SEVERITY_RESET, ERR_OPEN, subcode, text);
	return false;
}

static bool
judge_as(const struct open *open, const struct open_terms *terms,
    struct msg_error *error)
{
	const char *text = NULL;

	if (open->as == 0 || open->my_as == 0)
		text = "AS number is 0"; /* RFC 7607 2 */
	else if (open->as == AS_TRANS)
		text = "AS number is AS_TRANS, which nobody may own";
	else if (open->my_as != AS_TRANS && open->my_as != open->as)
		text = "AS numbers of OPEN and capability differ";
	else if (terms->as != 0 && open->as != terms->as)
		text = "AS number is not the configured one";
	else if (terms->as == 0 && open->as == terms->local_as)
		text = "AS number is our own, an external peer is configured";
	return text == NULL || refuse(error, OPEN_BAD_PEER_AS, text);
}

static bool
judge_identifier(const struct open *open, const struct open_terms *terms,
    struct msg_error *error)
{
	if (open->identifier == 0)
		return refuse(error, OPEN_BAD_IDENTIFIER, "identifier is 0");
	if (terms->internal && open->identifier == terms->identifier)
		return refuse(error, OPEN_BAD_IDENTIFIER,
		    "identifier is the same as ours");
	return true;
}

static bool
judge_hold_time(const struct open *open, struct msg_error *error)
{
	if (open->hold_time != 1 && open->hold_time != 2)
		return true;
	return refuse(error, OPEN_BAD_HOLD, "hold time is 1 or 2 seconds");
}

/* Does the peer lack the other end of a direction that we announce? */
static bool
lacks_add_path(const struct open *open, const struct open *sent)
{
	unsigned int i, ours, theirs;

	for (i = 0; i < FAMILY_MAX; i++) {
		if (!open->family[i].multiprotocol)
			continue;
		ours = sent->family[i].add_path;
		theirs = open->family[i].add_path;
		if (((ours & ADD_PATH_RECEIVE) && !(theirs & ADD_PATH_SEND)) ||
		    ((ours & ADD_PATH_SEND) && !(theirs & ADD_PATH_RECEIVE)))
			return true;
	}
	return false;
}

static bool
judge_capabilities(const struct open *open, const struct open *sent,
    const struct open_terms *terms, struct msg_error *error)
{
	uint32_t required = terms->need & sent->has;
	uint32_t missing = required & ~open->has;
	/* RFC 9234 4.2 has a word of its own for that. */
	unsigned int subcode =
	    missing == OPEN_HAS_ROLE ? OPEN_ROLE_MISMATCH : OPEN_BAD_CAPABILITY;
	uint8_t demand[MSG_ERROR_DATA];
	struct wr w = wr_of(demand, sizeof(demand));

	if ((required & OPEN_HAS_ADD_PATH) != 0 && lacks_add_path(open, sent))
		missing |= OPEN_HAS_ADD_PATH;
	if (missing == 0)
		return true;
	refuse(error, subcode, open_required_text(missing));
	open_capabilities_encode(&w, sent, missing);
	msg_error_data(error, wr_written(&w));
	return false;
}

/* RFC 9234 4.2; a role that only one side has said decides nothing. */
static bool
judge_role(
    const struct open *open, const struct open *sent, struct msg_error *error)
{
	if ((sent->has & open->has & OPEN_HAS_ROLE) == 0)
		return true;
	if (open->role_conflict)
		return refuse(
		    error, OPEN_ROLE_MISMATCH, "peer claims several roles");
	if (role_fits(role_of_code(sent->role), role_of_code(open->role)))
		return true;
	return refuse(error, OPEN_ROLE_MISMATCH, "roles do not fit");
}

static bool
speaks(const struct open *open, enum family family)
{
	if (open->has & OPEN_HAS_MULTIPROTOCOL)
		return open->family[family].multiprotocol;
	return family == FAMILY_IPV4;
}

/* The families that we want and the peer does not have, as capabilities. */
static bool
refuse_families(const struct open *open, const struct open_terms *terms,
    const char *text, struct msg_error *error)
{
	struct open wanted = { .has = OPEN_HAS_MULTIPROTOCOL };
	uint8_t demand[MSG_ERROR_DATA];
	struct wr w = wr_of(demand, sizeof(demand));
	unsigned int i;

	for (i = 0; i < FAMILY_MAX; i++)
		wanted.family[i].multiprotocol =
		    terms->families[i] && !open->family[i].multiprotocol;
	refuse(error, OPEN_BAD_CAPABILITY, text);
	open_capabilities_encode(&w, &wanted, OPEN_HAS_MULTIPROTOCOL);
	msg_error_data(error, wr_written(&w));
	return false;
}

static bool
judge_families(const struct open *open, const struct open *sent,
    const struct open_terms *terms, struct msg_error *error)
{
	bool all = (terms->need & sent->has & OPEN_HAS_MULTIPROTOCOL) != 0;
	bool any = false;
	unsigned int i;

	for (i = 0; i < FAMILY_MAX; i++) {
		if (!terms->families[i])
			continue;
		if (all && !open->family[i].multiprotocol)
			return refuse_families(open, terms,
			    open_required_text(OPEN_HAS_MULTIPROTOCOL), error);
		any |= speaks(open, i);
	}
	return any ||
	    refuse_families(open, terms, "no address family in common", error);
}

bool
open_judge(const struct open *open, const struct open *sent,
    const struct open_terms *terms, struct msg_error *error)
{
	*error = (struct msg_error){ .severity = SEVERITY_OK };
	return judge_as(open, terms, error) &&
	    judge_identifier(open, terms, error) &&
	    judge_hold_time(open, error) &&
	    judge_capabilities(open, sent, terms, error) &&
	    judge_role(open, sent, error) &&
	    judge_families(open, sent, terms, error);
}

static void
negotiate_family(const struct open *sent, const struct open *received,
    enum family family, struct open_common *common)
{
	uint8_t ours = sent->family[family].add_path;
	uint8_t theirs = received->family[family].add_path;

	common->family[family] =
	    speaks(sent, family) && speaks(received, family);
	if (!common->family[family])
		return;
	common->add_path_receive[family] =
	    (ours & ADD_PATH_RECEIVE) && (theirs & ADD_PATH_SEND);
	common->add_path_send[family] =
	    (ours & ADD_PATH_SEND) && (theirs & ADD_PATH_RECEIVE);
	if (sent->family[family].extended_next_hop &&
	    received->family[family].extended_next_hop)
		common->extended_next_hop = true;
}

void
open_negotiate(const struct open *sent, const struct open *received,
    struct open_common *common)
{
	uint32_t both = sent->has & received->has;
	unsigned int i;

	*common = (struct open_common){
		.hold_time = sent->hold_time < received->hold_time
		    ? sent->hold_time
		    : received->hold_time,
		.four_octet_as = (both & OPEN_HAS_FOUR_OCTET_AS) != 0,
		.refresh = (both & OPEN_HAS_REFRESH) != 0,
		.enhanced_refresh = (both & OPEN_HAS_ENHANCED_REFRESH) != 0,
		.extended_message = (both & OPEN_HAS_EXTENDED_MESSAGE) != 0,
		.restart = (both & OPEN_HAS_RESTART) != 0,
	};
	common->restart_notification = common->restart &&
	    sent->restart_notification && received->restart_notification;
	/* Without the other capability this one is ignored: RFC 9494 4.1. */
	for (i = 0; i < FAMILY_MAX; i++)
		common->long_lived[i] = common->restart &&
		    sent->family[i].long_lived &&
		    received->family[i].long_lived;
	for (i = 0; i < FAMILY_MAX; i++)
		negotiate_family(sent, received, i, common);
}
