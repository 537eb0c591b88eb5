/* SPDX-License-Identifier: ISC */
/* attribute.c - the table of path attributes, and how a list is judged */
/*
 * In comes the attribute list of an UPDATE, out go the fields of a struct
 * update.  First the list is cut into attributes, the first of each type is
 * kept and the others are not (RFC 7606 3 g); then they are judged in the
 * order of their types, each by its row: for whom it is meant, its flags, its
 * length, and a hook that reads the value.
 *
 * A row says how bad it is when length or value are wrong (RFC 7606 7 and
 * the RFC of the attribute); wrong flags are treat-as-withdraw (3 c), unless
 * that RFC says otherwise, as AIGP's does (RFC 7311 3).
 * No hook leaves the way: it tells what is wrong and returns, the worst of
 * all stands in the update at the end, and what was decoded by then may be
 * used only as far as the severity allows.
 *
 * What has no row is not understood here and never looked into: Tunnel
 * Encapsulation, Prefix-SID, ATTR_SET and the like have each reset half a
 * network because somebody parsed them in passing.  Optional transitive ones
 * go on as the very bytes that came, with the Partial bit; optional
 * non-transitive ones are dropped without a word; a well-known one that we
 * do not know is an error of the session (RFC 4271 6.3).
 *
 * Nothing is allocated.  Spans of the result borrow the message, or the
 * scratch where the bytes had to change.
 */

#include "bgpd/wire/attribute.h"

#include <assert.h>
#include <string.h>

enum scope {
	SCOPE_ANY,
	SCOPE_INTERNAL, /* external peers have no say in it */
	SCOPE_TWO_OCTET /* only an old speaker has a reason to send it */
};

enum length_rule {
	LENGTH_HOOK, /* the hook judges it */
	LENGTH_EXACT,
	LENGTH_MULTIPLE /* and not 0 */
};

struct row {
	const char *name;
	const char *bad_flags;
	const char *bad_length;
	const char *unwanted;
	uint8_t flags;
	enum scope scope;
	enum length_rule rule;
	unsigned int length;
	enum msg_severity severity;
	void (*decode)(struct attribute_state *, struct span);
};

static const struct row rows[ATTR_KNOWN_MAX];

static struct attrs *
attrs_of(struct attribute_state *s, enum attr_has bit)
{
	s->update->attrs.has |= bit;
	return &s->update->attrs;
}

static uint32_t
number_of(struct span value)
{
	struct rd r = rd_of(value);

	return rd_u32(&r);
}

static void
decode_origin(struct attribute_state *s, struct span value)
{
	struct rd r = rd_of(value);
	uint8_t origin = rd_u8(&r);

	if (origin > ORIGIN_INCOMPLETE)
		attribute_bad(s, ATTR_ORIGIN, UPDATE_BAD_ORIGIN,
		    "ORIGIN has an unknown value");
	attrs_of(s, ATTR_HAS_ORIGIN)->origin = origin;
}

/*
 * Beside MP_REACH_NLRI alone it means nothing and is ignored (RFC 4760 3).
 * Whether we can reach it, or own it, is decided elsewhere.
 */
static void
decode_next_hop(struct attribute_state *s, struct span value)
{
	struct address hop;

	if (!s->classic_nlri && attribute_was_seen(s, ATTR_MP_REACH))
		return;
	if (value.length != family_octets(FAMILY_IPV4)) {
		attribute_bad(s, ATTR_NEXT_HOP, UPDATE_BAD_LENGTH,
		    "NEXT_HOP has the wrong length");
		return;
	}
	hop = address_v4(number_of(value));
	if (address_is_martian(&hop))
		attribute_bad(s, ATTR_NEXT_HOP, UPDATE_BAD_NEXT_HOP,
		    "NEXT_HOP is no address of a host");
	attrs_of(s, ATTR_HAS_NEXT_HOP)->next_hop = hop;
}

static void
decode_med(struct attribute_state *s, struct span value)
{
	attrs_of(s, ATTR_HAS_MED)->med = number_of(value);
}

static void
decode_local_pref(struct attribute_state *s, struct span value)
{
	attrs_of(s, ATTR_HAS_LOCAL_PREF)->local_pref = number_of(value);
}

static void
decode_atomic(struct attribute_state *s, struct span value)
{
	(void)value;
	attrs_of(s, ATTR_HAS_ATOMIC);
}

static void
decode_originator(struct attribute_state *s, struct span value)
{
	attrs_of(s, ATTR_HAS_ORIGINATOR)->originator = number_of(value);
}

static void
decode_cluster_list(struct attribute_state *s, struct span value)
{
	s->update->attrs.cluster_list = value;
}

static void
decode_otc(struct attribute_state *s, struct span value)
{
	uint32_t as = number_of(value);

	if (as == 0)
		attribute_bad(s, ATTR_OTC, UPDATE_BAD_OPTIONAL, "OTC is AS 0");
	attrs_of(s, ATTR_HAS_OTC)->otc = as;
}

#define NAMED(name)                                                      \
	name, name " has the wrong flags", name " has the wrong length", \
	    name " does not belong on this session"
#define WELL_KNOWN     FLAG_TRANSITIVE
#define TRANSITIVE     (FLAG_OPTIONAL | FLAG_TRANSITIVE)
#define NON_TRANSITIVE FLAG_OPTIONAL

static const struct row rows[ATTR_KNOWN_MAX] = {
	[ATTR_ORIGIN] = { NAMED("ORIGIN"), WELL_KNOWN, SCOPE_ANY, LENGTH_EXACT,
	    1, SEVERITY_WITHDRAW, decode_origin },
	[ATTR_AS_PATH] = { NAMED("AS_PATH"), WELL_KNOWN, SCOPE_ANY, LENGTH_HOOK,
	    0, SEVERITY_WITHDRAW, attribute_as_path },
	[ATTR_NEXT_HOP] = { NAMED("NEXT_HOP"), WELL_KNOWN, SCOPE_ANY,
	    LENGTH_HOOK, 0, SEVERITY_WITHDRAW, decode_next_hop },
	[ATTR_MED] = { NAMED("MULTI_EXIT_DISC"), NON_TRANSITIVE, SCOPE_ANY,
	    LENGTH_EXACT, 4, SEVERITY_WITHDRAW, decode_med },
	[ATTR_LOCAL_PREF] = { NAMED("LOCAL_PREF"), WELL_KNOWN, SCOPE_INTERNAL,
	    LENGTH_EXACT, 4, SEVERITY_WITHDRAW, decode_local_pref },
	[ATTR_ATOMIC_AGGREGATE] = { NAMED("ATOMIC_AGGREGATE"), WELL_KNOWN,
	    SCOPE_ANY, LENGTH_EXACT, 0, SEVERITY_DISCARD, decode_atomic },
	[ATTR_AGGREGATOR] = { NAMED("AGGREGATOR"), TRANSITIVE, SCOPE_ANY,
	    LENGTH_HOOK, 0, SEVERITY_DISCARD, attribute_aggregator },
	[ATTR_COMMUNITIES] = { NAMED("COMMUNITIES"), TRANSITIVE, SCOPE_ANY,
	    LENGTH_MULTIPLE, 4, SEVERITY_WITHDRAW, attribute_communities },
	[ATTR_ORIGINATOR_ID] = { NAMED("ORIGINATOR_ID"), NON_TRANSITIVE,
	    SCOPE_INTERNAL, LENGTH_EXACT, 4, SEVERITY_WITHDRAW,
	    decode_originator },
	[ATTR_CLUSTER_LIST] = { NAMED("CLUSTER_LIST"), NON_TRANSITIVE,
	    SCOPE_INTERNAL, LENGTH_MULTIPLE, 4, SEVERITY_WITHDRAW,
	    decode_cluster_list },
	[ATTR_MP_REACH] = { NAMED("MP_REACH_NLRI"), NON_TRANSITIVE, SCOPE_ANY,
	    LENGTH_HOOK, 0, SEVERITY_RESET, attribute_mp_reach },
	[ATTR_MP_UNREACH] = { NAMED("MP_UNREACH_NLRI"), NON_TRANSITIVE,
	    SCOPE_ANY, LENGTH_HOOK, 0, SEVERITY_RESET, attribute_mp_unreach },
	[ATTR_EXT_COMMUNITIES] = { NAMED("EXTENDED COMMUNITIES"), TRANSITIVE,
	    SCOPE_ANY, LENGTH_MULTIPLE, 8, SEVERITY_WITHDRAW,
	    attribute_ext_communities },
	[ATTR_AS4_PATH] = { NAMED("AS4_PATH"), TRANSITIVE, SCOPE_TWO_OCTET,
	    LENGTH_HOOK, 0, SEVERITY_DISCARD, attribute_as4_path },
	[ATTR_AS4_AGGREGATOR] = { NAMED("AS4_AGGREGATOR"), TRANSITIVE,
	    SCOPE_TWO_OCTET, LENGTH_EXACT, 8, SEVERITY_DISCARD,
	    attribute_as4_aggregator },
	[ATTR_AIGP] = { NAMED("AIGP"), NON_TRANSITIVE, SCOPE_INTERNAL,
	    LENGTH_HOOK, 0, SEVERITY_DISCARD, attribute_aigp },
	[ATTR_LARGE_COMMUNITIES] = { NAMED("LARGE_COMMUNITY"), TRANSITIVE,
	    SCOPE_ANY, LENGTH_MULTIPLE, LARGE_COMMUNITY_SIZE, SEVERITY_WITHDRAW,
	    attribute_large_communities },
	[ATTR_OTC] = { NAMED("OTC"), TRANSITIVE, SCOPE_ANY, LENGTH_EXACT, 4,
	    SEVERITY_WITHDRAW, decode_otc },
};

static const uint32_t partial[ATTR_KNOWN_MAX] = {
	[ATTR_AGGREGATOR] = ATTR_PARTIAL_AGGREGATOR,
	[ATTR_COMMUNITIES] = ATTR_PARTIAL_COMMUNITIES,
	[ATTR_EXT_COMMUNITIES] = ATTR_PARTIAL_EXT_COMMUNITIES,
	[ATTR_LARGE_COMMUNITIES] = ATTR_PARTIAL_LARGE_COMMUNITIES,
	[ATTR_OTC] = ATTR_PARTIAL_OTC,
};

uint32_t
attribute_partial(enum attribute_type type)
{
	return partial[type];
}

uint8_t
attribute_flags(enum attribute_type type)
{
	return rows[type].flags;
}

static void
fail(struct attribute_state *s, unsigned int type, enum msg_severity severity,
    unsigned int subcode, const char *text)
{
	struct msg_error *error = &s->update->error;

	if (msg_error_set(error, severity, ERR_UPDATE, subcode, text))
		msg_error_data(error, s->raw[type].tlv);
}

void
attribute_discard(struct attribute_state *s, enum attribute_type type,
    unsigned int subcode, const char *text)
{
	fail(s, type, SEVERITY_DISCARD, subcode, text);
	s->update->discarded++;
}

void
attribute_bad(struct attribute_state *s, enum attribute_type type,
    unsigned int subcode, const char *text)
{
	if (rows[type].severity == SEVERITY_DISCARD)
		attribute_discard(s, type, subcode, text);
	else
		fail(s, type, rows[type].severity, subcode, text);
}

static bool
is_unwanted(const struct row *row, const struct update_context *context)
{
	switch (row->scope) {
	case SCOPE_ANY: return false;
	case SCOPE_INTERNAL: return !context->internal;
	case SCOPE_TWO_OCTET: return context->four_octet_as;
	}
	return true;
}

static bool
length_fits(const struct row *row, size_t length)
{
	switch (row->rule) {
	case LENGTH_HOOK: return true;
	case LENGTH_EXACT: return length == row->length;
	case LENGTH_MULTIPLE: return length > 0 && length % row->length == 0;
	}
	return false;
}

/*
 * Wrong flags do not stop the reading: with MP_REACH_NLRI it still has to be
 * known what is withdrawn.
 */
static void
judge_known(struct attribute_state *s, enum attribute_type type)
{
	const struct row *row = &rows[type];
	const struct attribute_raw *raw = &s->raw[type];

	if (is_unwanted(row, s->context)) {
		attribute_discard(s, type, UPDATE_BAD_OPTIONAL, row->unwanted);
		return;
	}
	if ((raw->flags ^ row->flags) & (FLAG_OPTIONAL | FLAG_TRANSITIVE)) {
		if (type == ATTR_AIGP) { /* RFC 7311 3: malformed */
			attribute_discard(
			    s, type, UPDATE_BAD_FLAGS, row->bad_flags);
			return;
		}
		fail(s, type, SEVERITY_WITHDRAW, UPDATE_BAD_FLAGS,
		    row->bad_flags);
	}
	if (raw->flags & FLAG_PARTIAL)
		s->update->attrs.has |= partial[type];
	if (length_fits(row, raw->value.length))
		row->decode(s, raw->value);
	else
		attribute_bad(s, type, UPDATE_BAD_LENGTH, row->bad_length);
}

static void
judge_unknown(struct attribute_state *s, unsigned int type)
{
	uint8_t flags = s->raw[type].flags;

	if ((flags & FLAG_OPTIONAL) == 0)
		fail(s, type, SEVERITY_RESET, UPDATE_UNRECOGNIZED,
		    "unknown well-known attribute");
	else if (flags & FLAG_TRANSITIVE)
		s->opaque[type / 64] |= UINT64_C(1) << type % 64;
}

static void
judge(struct attribute_state *s, unsigned int type)
{
	if (type < ATTR_KNOWN_MAX && rows[type].name != NULL)
		judge_known(s, type);
	else
		judge_unknown(s, type);
}

/* RFC 4271 5: passed on as it is, with the Partial bit. */
static void
copy_opaque(struct attribute_state *s, unsigned int type)
{
	struct rd r = rd_of(s->raw[type].tlv);

	wr_u8(&s->scratch, rd_u8(&r) | FLAG_PARTIAL);
	wr_span(&s->scratch, rd_rest(&r));
}

static void
for_each(struct attribute_state *s, const uint64_t *set,
    void (*call)(struct attribute_state *, unsigned int type))
{
	unsigned int word;
	uint64_t bits;

	for (word = 0; word < ATTRIBUTE_WORDS; word++)
		for (bits = set[word]; bits != 0; bits &= bits - 1)
			call(
			    s, word * 64 + (unsigned int)__builtin_ctzll(bits));
}

bool
attribute_was_seen(const struct attribute_state *s, unsigned int type)
{
	return (s->seen[type / 64] >> type % 64 & 1) != 0;
}

bool
attribute_is_only(const struct attribute_state *s, unsigned int type)
{
	uint64_t others[ATTRIBUTE_WORDS];
	unsigned int word;

	memcpy(others, s->seen, sizeof(others));
	others[type / 64] &= ~(UINT64_C(1) << type % 64);
	for (word = 0; word < ATTRIBUTE_WORDS; word++)
		if (others[word] != 0)
			return false;
	return attribute_was_seen(s, type);
}

/* RFC 7606 3 g; the second one never replaces what the first one said. */
static void
judge_repeated(struct attribute_state *s, unsigned int type)
{
	if (type == ATTR_MP_REACH || type == ATTR_MP_UNREACH)
		fail(s, type, SEVERITY_RESET, UPDATE_MALFORMED_LIST,
		    "MP_REACH_NLRI or MP_UNREACH_NLRI stands twice");
	else
		attribute_discard(s, type, UPDATE_MALFORMED_LIST,
		    "an attribute stands twice");
}

/* False when what is left is no whole attribute. */
static bool
cut_one(struct attribute_state *s, struct rd *r)
{
	struct rd mark = *r;
	struct attribute_raw raw;
	unsigned int type;

	raw.flags = rd_u8(r);
	type = rd_u8(r);
	raw.value =
	    rd_span(r, raw.flags & FLAG_EXTENDED ? rd_u16(r) : rd_u8(r));
	if (r->failed)
		return false;
	raw.tlv = rd_since(&mark, r);
	if (attribute_was_seen(s, type)) {
		judge_repeated(s, type);
		return true;
	}
	s->seen[type / 64] |= UINT64_C(1) << type % 64;
	s->raw[type] = raw;
	return true;
}

void
attribute_list_decode(struct attribute_state *s, struct span list)
{
	struct rd r = rd_of(list);
	size_t opaque;

	while (rd_left(&r) > 0 && cut_one(s, &r))
		continue;
	s->broken = r.failed;
	if (s->broken) /* RFC 7606 4 */
		msg_error_set(&s->update->error, SEVERITY_WITHDRAW, ERR_UPDATE,
		    UPDATE_MALFORMED_LIST,
		    "an attribute runs past the end of the list");
	for_each(s, s->seen, judge);
	opaque = wr_length(&s->scratch);
	for_each(s, s->opaque, copy_opaque);
	s->update->attrs.unknown = wr_since(&s->scratch, opaque);
	/* A message is at most a third of the scratch, and grows to twice. */
	assert(!s->scratch.failed);
	attribute_as4_merge(s);
}
