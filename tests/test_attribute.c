/* SPDX-License-Identifier: ISC */
/* test_attribute.c - path attributes: what is wrong, and what it costs */

#include "bgpd/wire/attribute.h"

#include <string.h>

#include "rib/aspath.h"
#include "tests/testing.h"
#include "tests/wire.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* What was negotiated with whom. */
enum session {
	EXTERNAL,
	INTERNAL,
	OLD_EXTERNAL, /* 2-octet AS */
	OLD_INTERNAL
};

struct fault {
	const char *what;
	enum session session;
	const char *attributes;
	enum msg_severity severity;
	unsigned int subcode;
};

static void
session_set(struct wire *wire, enum session session)
{
	wire->context.internal = session == INTERNAL || session == OLD_INTERNAL;
	wire->context.four_octet_as =
	    session == EXTERNAL || session == INTERNAL;
}

static void
faults_check(struct wire *wire, const struct fault *faults, size_t count,
    const char *nlri)
{
	const struct msg_error *error = &wire->update.error;
	size_t i;

	for (i = 0; i < count; i++) {
		session_set(wire, faults[i].session);
		wire_decode(wire, "", faults[i].attributes, nlri);
		if (error->severity != faults[i].severity)
			fail_msg("%s: severity %d: %s", faults[i].what,
			    error->severity,
			    error->text == NULL ? "-" : error->text);
		if (error->severity == SEVERITY_OK)
			continue;
		if (error->subcode != faults[i].subcode)
			fail_msg("%s: subcode %u: %s", faults[i].what,
			    error->subcode, error->text);
		assert_int_equal(error->code, ERR_UPDATE);
		assert_non_null(error->text);
		assert_int_equal(wire->update.discarded,
		    error->severity == SEVERITY_DISCARD);
	}
}

#define OK       SEVERITY_OK, 0
#define DISCARD  SEVERITY_DISCARD
#define WITHDRAW SEVERITY_WITHDRAW
#define RESET    SEVERITY_RESET

/* With prefixes in the message: the worst is treat-as-withdraw. */
static void
attribute_faults_have_their_severity(void **state)
{
	static const struct fault faults[] = {
		{ "flawless", EXTERNAL, MANDATORY, OK },
		{ "flawless, internal", INTERNAL, MANDATORY LOCAL_PREF, OK },

		/* RFC 7606 3 d */
		{ "no attributes", EXTERNAL, "", WITHDRAW, UPDATE_MISSING },
		{ "ORIGIN missing", EXTERNAL, AS_PATH NEXT_HOP, WITHDRAW,
		    UPDATE_MISSING },
		{ "AS_PATH missing", EXTERNAL, ORIGIN NEXT_HOP, WITHDRAW,
		    UPDATE_MISSING },
		{ "NEXT_HOP missing", EXTERNAL, ORIGIN AS_PATH, WITHDRAW,
		    UPDATE_MISSING },
		{ "LOCAL_PREF missing, internal", INTERNAL, MANDATORY, OK },
		{ "only an unknown one", EXTERNAL, "c0 63 01 00", WITHDRAW,
		    UPDATE_MISSING },

		/* 3 c, the flags */
		{ "ORIGIN optional", EXTERNAL, "c0 01 01 00" AS_PATH NEXT_HOP,
		    WITHDRAW, UPDATE_BAD_FLAGS },
		{ "ORIGIN not transitive", EXTERNAL,
		    "00 01 01 00" AS_PATH NEXT_HOP, WITHDRAW,
		    UPDATE_BAD_FLAGS },
		{ "AS_PATH optional", EXTERNAL,
		    ORIGIN "c0 02 06 02 01 0000fde9" NEXT_HOP, WITHDRAW,
		    UPDATE_BAD_FLAGS },
		{ "NEXT_HOP optional", EXTERNAL,
		    ORIGIN AS_PATH "c0 03 04 0a000001", WITHDRAW,
		    UPDATE_BAD_FLAGS },
		{ "MED transitive", EXTERNAL, MANDATORY "c0 04 04 00000001",
		    WITHDRAW, UPDATE_BAD_FLAGS },
		{ "LOCAL_PREF optional", INTERNAL,
		    MANDATORY "c0 05 04 00000001", WITHDRAW, UPDATE_BAD_FLAGS },
		{ "COMMUNITIES not transitive", EXTERNAL,
		    MANDATORY "80 08 04 fc000001", WITHDRAW, UPDATE_BAD_FLAGS },
		{ "MP_REACH transitive", EXTERNAL,
		    MANDATORY "c0 0e 15 0002 01 10"
			      "fd000000000000000000000000000001 00",
		    WITHDRAW, UPDATE_BAD_FLAGS },
		{ "low four flag bits", EXTERNAL,
		    "4f 01 01 00" AS_PATH NEXT_HOP, OK },
		{ "Partial on a well-known one", EXTERNAL,
		    "60 01 01 00" AS_PATH NEXT_HOP, OK },
		{ "extended length that was not needed", EXTERNAL,
		    "50 01 0001 00" AS_PATH NEXT_HOP, OK },

		/* 7.1 ORIGIN */
		{ "ORIGIN of length 0", EXTERNAL, "40 01 00" AS_PATH NEXT_HOP,
		    WITHDRAW, UPDATE_BAD_LENGTH },
		{ "ORIGIN of length 2", EXTERNAL,
		    "40 01 02 0000" AS_PATH NEXT_HOP, WITHDRAW,
		    UPDATE_BAD_LENGTH },
		{ "ORIGIN incomplete", EXTERNAL, "40 01 01 02" AS_PATH NEXT_HOP,
		    OK },
		{ "ORIGIN 3", EXTERNAL, "40 01 01 03" AS_PATH NEXT_HOP,
		    WITHDRAW, UPDATE_BAD_ORIGIN },
		{ "ORIGIN 255", EXTERNAL, "40 01 01 ff" AS_PATH NEXT_HOP,
		    WITHDRAW, UPDATE_BAD_ORIGIN },

		/* 7.2 AS_PATH */
		{ "segment of type 0", EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 06 00 01 0000fde9", WITHDRAW,
		    UPDATE_BAD_AS_PATH },
		{ "segment of type 5", EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 06 05 01 0000fde9", WITHDRAW,
		    UPDATE_BAD_AS_PATH },
		{ "segment runs past", EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 06 02 02 0000fde9", WITHDRAW,
		    UPDATE_BAD_AS_PATH },
		{ "an octet left over", EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 07 02 01 0000fde9 02", WITHDRAW,
		    UPDATE_BAD_AS_PATH },
		{ "empty segment", EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 08 02 00 02 01 0000fde9", WITHDRAW,
		    UPDATE_BAD_AS_PATH },
		{ "AS 0", EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 0a 02 02 0000fde9 00000000",
		    WITHDRAW, UPDATE_BAD_AS_PATH },
		{ "two-octet path on a four-octet session", EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 04 02 01 fde9", WITHDRAW,
		    UPDATE_BAD_AS_PATH },
		{ "four-octet path on a two-octet session", OLD_EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 06 02 01 0000fde9", WITHDRAW,
		    UPDATE_BAD_AS_PATH },
		{ "confederation from outside", EXTERNAL,
		    ORIGIN NEXT_HOP "40 02 0c 03 01 0000fc00 02 01 0000fde9",
		    WITHDRAW, UPDATE_BAD_AS_PATH },
		{ "confederation from inside", INTERNAL,
		    ORIGIN NEXT_HOP "40 02 0c 03 01 0000fc00 02 01 0000fde9",
		    OK },
		{ "AS_SET", EXTERNAL,
		    ORIGIN NEXT_HOP
		    "40 02 10 02 01 0000fde9 01 02 0000fdea 0000fdeb",
		    OK },
		{ "empty path, external", EXTERNAL, ORIGIN NEXT_HOP "40 02 00",
		    WITHDRAW, UPDATE_BAD_AS_PATH },
		{ "empty path, internal", INTERNAL, ORIGIN NEXT_HOP "40 02 00",
		    OK },

		/* 7.3 NEXT_HOP */
		{ "NEXT_HOP of length 3", EXTERNAL,
		    ORIGIN AS_PATH "40 03 03 0a0000", WITHDRAW,
		    UPDATE_BAD_LENGTH },
		{ "NEXT_HOP of length 16", EXTERNAL,
		    ORIGIN AS_PATH "40 03 10 fd000000000000000000000000000001",
		    WITHDRAW, UPDATE_BAD_LENGTH },
		{ "NEXT_HOP 0.0.0.0", EXTERNAL,
		    ORIGIN AS_PATH "40 03 04 00000000", WITHDRAW,
		    UPDATE_BAD_NEXT_HOP },
		{ "NEXT_HOP 0.0.0.1", EXTERNAL,
		    ORIGIN AS_PATH "40 03 04 00000001", WITHDRAW,
		    UPDATE_BAD_NEXT_HOP },
		{ "NEXT_HOP 127.0.0.1", EXTERNAL,
		    ORIGIN AS_PATH "40 03 04 7f000001", WITHDRAW,
		    UPDATE_BAD_NEXT_HOP },
		{ "NEXT_HOP 224.0.0.1", EXTERNAL,
		    ORIGIN AS_PATH "40 03 04 e0000001", WITHDRAW,
		    UPDATE_BAD_NEXT_HOP },
		{ "NEXT_HOP 255.255.255.255", EXTERNAL,
		    ORIGIN AS_PATH "40 03 04 ffffffff", WITHDRAW,
		    UPDATE_BAD_NEXT_HOP },

		/* 7.4 to 7.7 */
		{ "MED of length 3", EXTERNAL, MANDATORY "80 04 03 000001",
		    WITHDRAW, UPDATE_BAD_LENGTH },
		{ "LOCAL_PREF of length 5", INTERNAL,
		    MANDATORY "40 05 05 0000000001", WITHDRAW,
		    UPDATE_BAD_LENGTH },
		{ "LOCAL_PREF, external", EXTERNAL, MANDATORY LOCAL_PREF,
		    DISCARD, UPDATE_BAD_OPTIONAL },
		{ "LOCAL_PREF of length 5, external", EXTERNAL,
		    MANDATORY "40 05 05 0000000001", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "LOCAL_PREF with wrong flags, external", EXTERNAL,
		    MANDATORY "c0 05 04 00000064", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "ATOMIC_AGGREGATE", EXTERNAL, MANDATORY "40 06 00", OK },
		{ "ATOMIC_AGGREGATE of length 1", EXTERNAL,
		    MANDATORY "40 06 01 00", DISCARD, UPDATE_BAD_LENGTH },
		{ "AGGREGATOR of 6 on a four-octet session", EXTERNAL,
		    MANDATORY "c0 07 06 fde9 0a000001", DISCARD,
		    UPDATE_BAD_LENGTH },
		{ "AGGREGATOR of 8 on a two-octet session", OLD_INTERNAL,
		    ORIGIN NEXT_HOP "40 02 00"
				    "c0 07 08 0000fde9 0a000001",
		    DISCARD, UPDATE_BAD_LENGTH },
		{ "AGGREGATOR of AS 0", EXTERNAL,
		    MANDATORY "c0 07 08 00000000 0a000001", DISCARD,
		    UPDATE_BAD_OPTIONAL },

		/* 7.8 to 7.10, 7.14 */
		{ "COMMUNITIES of length 0", EXTERNAL, MANDATORY "c0 08 00",
		    WITHDRAW, UPDATE_BAD_LENGTH },
		{ "COMMUNITIES of length 5", EXTERNAL,
		    MANDATORY "c0 08 05 fc00000100", WITHDRAW,
		    UPDATE_BAD_LENGTH },
		{ "ORIGINATOR_ID, external", EXTERNAL,
		    MANDATORY "80 09 04 0a000001", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "ORIGINATOR_ID of length 3, external", EXTERNAL,
		    MANDATORY "80 09 03 0a0000", DISCARD, UPDATE_BAD_OPTIONAL },
		{ "ORIGINATOR_ID of length 3, internal", INTERNAL,
		    MANDATORY "80 09 03 0a0000", WITHDRAW, UPDATE_BAD_LENGTH },
		{ "CLUSTER_LIST, external", EXTERNAL,
		    MANDATORY "80 0a 04 0a000001", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "CLUSTER_LIST of length 0, internal", INTERNAL,
		    MANDATORY "80 0a 00", WITHDRAW, UPDATE_BAD_LENGTH },
		{ "CLUSTER_LIST of length 6, internal", INTERNAL,
		    MANDATORY "80 0a 06 0a0000010a00", WITHDRAW,
		    UPDATE_BAD_LENGTH },
		{ "EXT_COMMUNITIES of length 0", EXTERNAL, MANDATORY "c0 10 00",
		    WITHDRAW, UPDATE_BAD_LENGTH },
		{ "EXT_COMMUNITIES of length 7", EXTERNAL,
		    MANDATORY "c0 10 07 0002fc00000000", WITHDRAW,
		    UPDATE_BAD_LENGTH },

		/* RFC 6793 */
		{ "AS4_PATH from a new speaker", EXTERNAL,
		    MANDATORY "c0 11 06 02 01 0000fde9", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "bad AS4_PATH from a new speaker", EXTERNAL,
		    MANDATORY "80 11 01 02", DISCARD, UPDATE_BAD_OPTIONAL },
		{ "AS4_PATH cut short", OLD_INTERNAL,
		    ORIGIN NEXT_HOP "40 02 04 02 01 5ba0"
				    "c0 11 06 02 02 00010000",
		    DISCARD, UPDATE_BAD_OPTIONAL },
		{ "AS4_PATH empty", OLD_INTERNAL,
		    ORIGIN NEXT_HOP "40 02 04 02 01 5ba0 c0 11 00", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "AS4_PATH with AS 0", OLD_INTERNAL,
		    ORIGIN NEXT_HOP "40 02 04 02 01 5ba0"
				    "c0 11 06 02 01 00000000",
		    DISCARD, UPDATE_BAD_OPTIONAL },
		{ "AS4_PATH longer than AS_PATH", OLD_INTERNAL,
		    ORIGIN NEXT_HOP "40 02 04 02 01 5ba0"
				    "c0 11 0a 02 02 00010000 00010001",
		    DISCARD, UPDATE_BAD_OPTIONAL },
		{ "AS4_AGGREGATOR from a new speaker", EXTERNAL,
		    MANDATORY "c0 12 08 00010000 0a000001", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "AS4_AGGREGATOR of length 6", OLD_INTERNAL,
		    ORIGIN NEXT_HOP "40 02 00 c0 12 06 fde9 0a000001", DISCARD,
		    UPDATE_BAD_LENGTH },
		{ "AS4_AGGREGATOR of AS 0", OLD_INTERNAL,
		    ORIGIN NEXT_HOP "40 02 00 c0 12 08 00000000 0a000001",
		    DISCARD, UPDATE_BAD_OPTIONAL },

		/* the rest of what we know */
		{ "AIGP from outside", EXTERNAL,
		    MANDATORY "80 1a 0b 01 000b 0000000000000001", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "AIGP", INTERNAL,
		    MANDATORY "80 1a 0b 01 000b 0000000000000001", OK },
		{ "AIGP beside another element", INTERNAL,
		    MANDATORY "80 1a 10 02 0005 ffff"
			      "01 000b 0000000000000001",
		    OK },
		{ "AIGP that is transitive", INTERNAL,
		    MANDATORY "c0 1a 0b 01 000b 0000000000000001", DISCARD,
		    UPDATE_BAD_FLAGS },
		{ "AIGP of length 0", INTERNAL, MANDATORY "80 1a 00", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "AIGP cut within a header", INTERNAL,
		    MANDATORY "80 1a 02 01 00", DISCARD, UPDATE_BAD_OPTIONAL },
		{ "AIGP element shorter than its header", INTERNAL,
		    MANDATORY "80 1a 03 02 0002", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "AIGP element that runs past", INTERNAL,
		    MANDATORY "80 1a 04 02 0005 ff", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "AIGP of a metric of 4 octets", INTERNAL,
		    MANDATORY "80 1a 07 01 0007 00000001", DISCARD,
		    UPDATE_BAD_OPTIONAL },
		{ "LARGE_COMMUNITY of length 0", EXTERNAL, MANDATORY "c0 20 00",
		    WITHDRAW, UPDATE_BAD_LENGTH },
		{ "LARGE_COMMUNITY of length 11", EXTERNAL,
		    MANDATORY "c0 20 0b 0000fde9 00000001 000000", WITHDRAW,
		    UPDATE_BAD_LENGTH },
		{ "OTC of length 3", EXTERNAL, MANDATORY "c0 23 03 000001",
		    WITHDRAW, UPDATE_BAD_LENGTH },
		{ "OTC of AS 0", EXTERNAL, MANDATORY "c0 23 04 00000000",
		    WITHDRAW, UPDATE_BAD_OPTIONAL },

		/* what we do not know is never looked into */
		{ "Prefix-SID of zeros", EXTERNAL,
		    MANDATORY "c0 28 04 00000000", OK },
		{ "Tunnel Encapsulation, corrupt", EXTERNAL,
		    MANDATORY "c0 17 03 ffffff", OK },
		{ "IPv6 extended communities of length 0", EXTERNAL,
		    MANDATORY "c0 19 00", OK },
		{ "BGP-LS", EXTERNAL, MANDATORY "80 1d 03 ffffff", OK },
		{ "ATTR_SET", EXTERNAL, MANDATORY "c0 80 01 ff", OK },
		{ "type 0", EXTERNAL, MANDATORY "c0 00 00", OK },
		{ "type 255", EXTERNAL, MANDATORY "c0 ff 02 ffff", OK },
		{ "unknown, not transitive", EXTERNAL,
		    MANDATORY "80 63 02 ffff", OK },
		{ "unknown, well-known", EXTERNAL, MANDATORY "40 63 02 ffff",
		    RESET, UPDATE_UNRECOGNIZED },

		/* 3 g, 4 */
		{ "ORIGIN twice", EXTERNAL, MANDATORY ORIGIN, DISCARD,
		    UPDATE_MALFORMED_LIST },
		{ "unknown one twice", EXTERNAL,
		    MANDATORY "c0 63 01 01 c0 63 01 02", DISCARD,
		    UPDATE_MALFORMED_LIST },
		{ "MP_UNREACH twice", EXTERNAL, MANDATORY MP_UNREACH MP_UNREACH,
		    RESET, UPDATE_MALFORMED_LIST },
		{ "MP_REACH twice", EXTERNAL, MANDATORY MP_REACH MP_REACH,
		    RESET, UPDATE_MALFORMED_LIST },
		{ "one octet left over", EXTERNAL, MANDATORY "40", WITHDRAW,
		    UPDATE_MALFORMED_LIST },
		{ "two octets left over", EXTERNAL, MANDATORY "80 04", WITHDRAW,
		    UPDATE_MALFORMED_LIST },
		{ "three octets left over", EXTERNAL, MANDATORY "90 04 00",
		    WITHDRAW, UPDATE_MALFORMED_LIST },
		{ "the last one runs past", EXTERNAL,
		    MANDATORY "80 04 05 00000001", WITHDRAW,
		    UPDATE_MALFORMED_LIST },
		{ "the last one runs far past", EXTERNAL,
		    MANDATORY "d0 63 ffff 00", WITHDRAW,
		    UPDATE_MALFORMED_LIST },
	};

	faults_check(*state, faults, COUNT(faults), NLRI);
}

/* RFC 7606 5.2: nothing to withdraw, so the session goes. */
static void
attribute_fault_without_prefixes_is_reset(void **state)
{
	static const struct fault faults[] = {
		{ "flawless", EXTERNAL, MANDATORY, OK },
		{ "only ORIGIN", EXTERNAL, ORIGIN, OK },
		{ "bad ORIGIN", EXTERNAL, "40 01 01 03" AS_PATH NEXT_HOP, RESET,
		    UPDATE_BAD_ORIGIN },
		{ "bad flags", EXTERNAL, "c0 01 01 00" AS_PATH NEXT_HOP, RESET,
		    UPDATE_BAD_FLAGS },
		{ "the last one runs past", EXTERNAL, MANDATORY "80 04 05 00",
		    RESET, UPDATE_MALFORMED_LIST },
		{ "only an octet", EXTERNAL, "40", RESET,
		    UPDATE_MALFORMED_LIST },
		{ "bad ORIGIN beside MP_UNREACH", EXTERNAL,
		    MP_UNREACH "40 01 01 03", RESET, UPDATE_BAD_ORIGIN },
		{ "an octet behind MP_UNREACH", EXTERNAL, MP_UNREACH "40",
		    RESET, UPDATE_MALFORMED_LIST },
		{ "MP_UNREACH alone with bad flags", EXTERNAL,
		    "c0 0f 08 0002 01 20 fd000020", WITHDRAW,
		    UPDATE_BAD_FLAGS },
		{ "bad ORIGIN beside MP_REACH", EXTERNAL,
		    MP_REACH AS_PATH "40 01 01 03", WITHDRAW,
		    UPDATE_BAD_ORIGIN },
		{ "bad ORIGIN beside a foreign MP_REACH", EXTERNAL,
		    "80 0e 09 0019 46 00 00 01020304" AS_PATH "40 01 01 03",
		    WITHDRAW, UPDATE_BAD_ORIGIN },
		{ "bad ORIGIN beside MP_REACH of nothing", EXTERNAL,
		    "80 0e 15 0002 01 10 fd000000000000000000000000000001 00"
		    "40 01 01 03",
		    RESET, UPDATE_BAD_ORIGIN },
		{ "discard stays discard", EXTERNAL, MANDATORY "40 06 01 00",
		    DISCARD, UPDATE_BAD_LENGTH },
	};

	faults_check(*state, faults, COUNT(faults), "");
}

static void
attribute_worst_error_wins(void **state)
{
	struct wire *wire = *state;
	const struct update *u;

	u = wire_decode(
	    wire, "", "40 06 01 00" MANDATORY "c0 08 00 40 63 00", NLRI);

	assert_int_equal(u->error.severity, SEVERITY_RESET);
	assert_int_equal(u->error.subcode, UPDATE_UNRECOGNIZED);
}

static void
attribute_error_has_the_attribute_as_data(void **state)
{
	struct wire *wire = *state;
	const struct update *u;

	u = wire_decode(wire, "", MANDATORY "40 63 02 abcd", NLRI);

	wire_assert(
	    (struct span){ u->error.data, u->error.length }, "40 63 02 abcd");
}

static void
attribute_missing_has_its_type_as_data(void **state)
{
	struct wire *wire = *state;
	const struct update *u;

	u = wire_decode(wire, "", ORIGIN NEXT_HOP, NLRI);

	wire_assert((struct span){ u->error.data, u->error.length }, "02");
	assert_string_equal(u->error.text, "AS_PATH is missing");
}

static void
attribute_discards_are_counted(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "", MANDATORY LOCAL_PREF "40 06 01 00" ORIGIN, NLRI);

	assert_int_equal(wire->update.discarded, 3);
}

static void
attribute_first_of_two_is_kept(void **state)
{
	struct wire *wire = *state;

	wire_decode(
	    wire, "", MANDATORY "80 04 04 00000007 80 04 04 00000008", NLRI);

	assert_int_equal(wire->update.attrs.med, 7);
}

static void
attribute_values_are_decoded(void **state)
{
	struct wire *wire = *state;
	const struct attrs *a = &wire->update.attrs;

	session_set(wire, INTERNAL);
	wire_decode(wire, "",
	    "40 01 01 02" AS_PATH NEXT_HOP "80 04 04 00000007"
	    "40 05 04 000000c8 40 06 00 c0 07 08 0000fde9 0a000009"
	    "c0 08 08 fc000001 ffffff01 80 09 04 0a000002"
	    "80 0a 08 0a000003 0a000004 c0 10 08 0002fc0000000001"
	    "c0 20 0c 0000fc00 00000001 00000002 c0 23 04 0000fdea",
	    NLRI);

	assert_int_equal(wire->update.error.severity, SEVERITY_OK);
	assert_int_equal(a->has,
	    ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP |
		ATTR_HAS_MED | ATTR_HAS_LOCAL_PREF | ATTR_HAS_ATOMIC |
		ATTR_HAS_AGGREGATOR | ATTR_HAS_ORIGINATOR | ATTR_HAS_OTC);
	assert_int_equal(a->origin, ORIGIN_INCOMPLETE);
	assert_int_equal(address_v4_number(&a->next_hop), 0x0a000001);
	assert_int_equal(a->med, 7);
	assert_int_equal(a->local_pref, 200);
	assert_int_equal(a->aggregator_as, 65001);
	assert_int_equal(a->aggregator_id, 0x0a000009);
	assert_int_equal(a->originator, 0x0a000002);
	assert_int_equal(a->otc, 65002);
	wire_assert(a->as_path, "02 01 0000fde9");
	wire_assert(a->communities, "fc000001 ffffff01");
	wire_assert(a->cluster_list, "0a000003 0a000004");
	wire_assert(a->ext_communities, "0002fc0000000001");
	wire_assert(a->large_communities, "0000fc00 00000001 00000002");
	assert_int_equal(a->unknown.length, 0);
}

static void
attribute_order_does_not_matter(void **state)
{
	struct wire *wire = *state;

	wire_decode(
	    wire, "", "80 04 04 00000007" NEXT_HOP AS_PATH ORIGIN, NLRI);

	assert_int_equal(wire->update.error.severity, SEVERITY_OK);
	assert_int_equal(wire->update.attrs.med, 7);
}

static void
attribute_of_other_peers_is_not_there(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "",
	    MANDATORY LOCAL_PREF "80 09 04 0a000002 80 0a 04 0a000003", NLRI);

	assert_int_equal(wire->update.attrs.has,
	    ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP);
	assert_int_equal(wire->update.attrs.cluster_list.length, 0);
}

static void
attribute_large_duplicates_are_removed(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "",
	    MANDATORY "c0 20 30 0000fc00 00000002 00000000"
		      "0000fc00 00000001 00000000"
		      "0000fc00 00000002 00000000"
		      "0000fc00 00000001 00000000",
	    NLRI);

	assert_int_equal(wire->update.error.severity, SEVERITY_OK);
	wire_assert(wire->update.attrs.large_communities,
	    "0000fc00 00000001 00000000 0000fc00 00000002 00000000");
}

static void
attribute_large_list_that_ascends_is_kept(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "",
	    MANDATORY "c0 20 24 0000fc00 00000001 00000000"
		      "0000fc00 00000001 00000001"
		      "0000fc00 00000002 00000000",
	    NLRI);

	wire_assert(wire->update.attrs.large_communities,
	    "0000fc00 00000001 00000000 0000fc00 00000001 00000001"
	    "0000fc00 00000002 00000000");
}

static void
known_ones_remember_the_partial_bit(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "",
	    MANDATORY "e0 07 08 00010001 0a000009"
		      "e0 08 04 fde80001"
		      "c0 10 08 0002fde800000001",
	    NLRI);

	assert_int_equal(wire->update.attrs.has,
	    ATTR_HAS_ORIGIN | ATTR_HAS_AS_PATH | ATTR_HAS_NEXT_HOP |
		ATTR_HAS_AGGREGATOR | ATTR_PARTIAL_AGGREGATOR |
		ATTR_PARTIAL_COMMUNITIES);
}

static void
unknown_transitive_goes_on_with_partial(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "", MANDATORY "c0 63 03 010203", NLRI);

	wire_assert(wire->update.attrs.unknown, "e0 63 03 010203");
}

static void
unknown_transitive_keeps_its_bytes(void **state)
{
	struct wire *wire = *state;

	/* Partial already, extended length, low flag bits */
	wire_decode(wire, "", MANDATORY "f5 63 0003 010203", NLRI);

	wire_assert(wire->update.attrs.unknown, "f5 63 0003 010203");
}

static void
unknown_ones_ascend(void **state)
{
	struct wire *wire = *state;

	wire_decode(wire, "",
	    "c0 ff 00 c0 80 01 01" MANDATORY "c0 28 01 02 c0 00 00"
	    "80 64 01 03",
	    NLRI);

	wire_assert(wire->update.attrs.unknown,
	    "e0 00 00 e0 28 01 02 e0 80 01 01 e0 ff 00");
}

/* What an old speaker sends: AS_PATH, the rest, and what we make of it. */
struct old_case {
	const char *what;
	const char *as_path;
	const char *more;
	const char *path;
	uint32_t aggregator_as;
};

static void
old_speaker_twins_are_merged(void **state)
{
	static const struct old_case cases[] = {
		{ "no twin", "40 02 06 02 02 fde9 fdea", "",
		    "02 02 0000fde9 0000fdea", 0 },
		{ "same length", "40 02 06 02 02 fde9 5ba0",
		    "c0 11 0a 02 02 0000fde9 00010001",
		    "02 02 0000fde9 00010001", 0 },
		{ "an old speaker added a hop", "40 02 06 02 02 fde9 5ba0",
		    "c0 11 06 02 01 00010001", "02 02 0000fde9 00010001", 0 },
		{ "longer than AS_PATH", "40 02 04 02 01 5ba0",
		    "c0 11 0a 02 02 00010001 00010002", "02 01 00005ba0", 0 },
		{ "confederation in the twin", "40 02 06 02 02 fde9 5ba0",
		    "c0 11 0c 03 01 0000fc00 02 01 00010001",
		    "02 02 0000fde9 00010001", 0 },
		{ "only confederation in the twin", "40 02 04 02 01 5ba0",
		    "c0 11 06 03 01 0000fc00", "02 01 00005ba0", 0 },
		{ "AGGREGATOR is AS_TRANS", "40 02 04 02 01 5ba0",
		    "c0 07 06 5ba0 0a000001 c0 11 06 02 01 00010001"
		    "c0 12 08 00010001 0a000002",
		    "02 01 00010001", 65537 },
		{ "AGGREGATOR is another: both twins ignored",
		    "40 02 04 02 01 5ba0",
		    "c0 07 06 fde9 0a000001 c0 11 06 02 01 00010001"
		    "c0 12 08 00010001 0a000002",
		    "02 01 00005ba0", 65001 },
		{ "AGGREGATOR without its twin", "40 02 04 02 01 5ba0",
		    "c0 07 06 fde9 0a000001 c0 11 06 02 01 00010001",
		    "02 01 00010001", 65001 },
		{ "twin without AGGREGATOR", "40 02 04 02 01 5ba0",
		    "c0 11 06 02 01 00010001 c0 12 08 00010001 0a000002",
		    "02 01 00010001", 0 },
	};
	struct wire *wire = *state;
	const struct attrs *a = &wire->update.attrs;
	char list[256];
	size_t i;

	session_set(wire, OLD_EXTERNAL);
	for (i = 0; i < COUNT(cases); i++) {
		strcpy(list, ORIGIN NEXT_HOP);
		strcat(list, cases[i].as_path);
		strcat(list, cases[i].more);
		wire_decode(wire, "", list, NLRI);
		if (wire->update.error.severity > SEVERITY_DISCARD)
			fail_msg(
			    "%s: %s", cases[i].what, wire->update.error.text);
		wire_assert(a->as_path, cases[i].path);
		if (a->aggregator_as != cases[i].aggregator_as)
			fail_msg("%s: aggregator %u", cases[i].what,
			    a->aggregator_as);
	}
}

/* Two copies of such a path are more than the scratch holds. */
static void
old_speaker_huge_path_stays_as_it_is(void **state)
{
	enum { SEGMENTS = 120, NARROW = SEGMENTS * (2 + 2 * 255) };
	static uint8_t body[MSG_MAX_SIZE_EXTENDED];
	struct wr w = wr_of(body, sizeof(body));
	struct wire *wire = *state;
	size_t i, list;

	session_set(wire, OLD_EXTERNAL);
	wr_u16(&w, 0);
	list = wr_reserve(&w, 2);
	w.pos += wire_hex(ORIGIN NEXT_HOP "50 02", w.pos, wr_left(&w));
	wr_u16(&w, NARROW);
	for (i = 0; i < SEGMENTS; i++) {
		wr_u16(&w, ASPATH_SEQUENCE << 8 | 255);
		memset(w.pos, 1, 2 * 255);
		wr_commit(&w, 2 * 255);
	}
	w.pos += wire_hex("c0 11 06 02 01 00010000", w.pos, wr_left(&w));
	wr_patch_u16(&w, list, (uint16_t)(wr_length(&w) - list - 2));
	wr_u16(&w, 0x080a); /* 10.0.0.0/8 */
	update_decode(
	    &wire->context, wr_written(&w), &wire->scratch, &wire->update);

	assert_int_equal(wire->update.error.severity, SEVERITY_DISCARD);
	assert_string_equal(wire->update.error.text, "AS4_PATH is too long");
	assert_int_equal(
	    wire->update.attrs.as_path.length, SEGMENTS * (2 + 4 * 255));
}

static void
table_has_the_flags_of_the_standards(void **state)
{
	(void)state;

	assert_int_equal(attribute_flags(ATTR_ORIGIN), 0x40);
	assert_int_equal(attribute_flags(ATTR_MED), 0x80);
	assert_int_equal(attribute_flags(ATTR_COMMUNITIES), 0xc0);
	assert_int_equal(attribute_flags(ATTR_MP_REACH), 0x80);
	assert_int_equal(attribute_flags(ATTR_OTC), 0xc0);
}

#define test(name) \
	cmocka_unit_test_setup_teardown(name, wire_setup, wire_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		test(attribute_faults_have_their_severity),
		test(attribute_fault_without_prefixes_is_reset),
		test(attribute_worst_error_wins),
		test(attribute_error_has_the_attribute_as_data),
		test(attribute_missing_has_its_type_as_data),
		test(attribute_discards_are_counted),
		test(attribute_first_of_two_is_kept),
		test(attribute_values_are_decoded),
		test(attribute_order_does_not_matter),
		test(attribute_of_other_peers_is_not_there),
		test(attribute_large_duplicates_are_removed),
		test(attribute_large_list_that_ascends_is_kept),
		test(known_ones_remember_the_partial_bit),
		test(unknown_transitive_goes_on_with_partial),
		test(unknown_transitive_keeps_its_bytes),
		test(unknown_ones_ascend),
		test(old_speaker_twins_are_merged),
		test(old_speaker_huge_path_stays_as_it_is),
		test(table_has_the_flags_of_the_standards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
