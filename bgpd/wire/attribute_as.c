/* SPDX-License-Identifier: ISC */
/* attribute_as.c - AS_PATH, AGGREGATOR, and their twins of RFC 6793 */
/*
 * A path comes in with AS numbers of four octets, or of two from an old
 * speaker, and always goes out with four.  An old speaker puts AS_TRANS where
 * a number does not fit and sends the truth beside it, in AS4_PATH and
 * AS4_AGGREGATOR; when all attributes are judged the two are put together
 * (RFC 6793 4.2.3).  What is wrong with the truth costs only the truth: the
 * twins are discarded and the short form stays (6).  From a new speaker they
 * are never wanted, which the table of attribute.c knows.
 *
 * Confederation segments belong inside of a confederation: an external peer
 * that shows them is in error (RFC 7606 7.2), in AS4_PATH they are passed
 * over, for they were put there by mistake (RFC 6793 3).
 *
 * Whether our own AS is in the path, or the peer's is not first, depends on
 * configuration and is decided elsewhere.
 */

#include "bgpd/wire/attribute.h"
#include "rib/aspath.h"

#define AS4_PATH_MIN 6 /* RFC 6793 6: a segment of one AS */

static const char *const path_faults[] = {
	[ASPATH_OK] = NULL,
	[ASPATH_TRUNCATED] = "AS_PATH has a segment that runs past its end",
	[ASPATH_EMPTY_SEGMENT] = "AS_PATH has an empty segment",
	[ASPATH_BAD_SEGMENT] = "AS_PATH has a segment of unknown type",
	[ASPATH_CONFED] = "AS_PATH has a confederation segment",
	[ASPATH_AS_ZERO] = "AS_PATH has AS 0",
};

/* Turns an aspath function's result into a span of the scratch. */
static struct span
scratch_take(struct attribute_state *s, size_t length)
{
	size_t start = wr_length(&s->scratch);

	wr_commit(&s->scratch, length);
	return wr_since(&s->scratch, start);
}

void
attribute_as_path(struct attribute_state *s, struct span value)
{
	bool wide = s->context->four_octet_as, ok = true;
	enum aspath_verdict verdict = aspath_check(value, wide ? 4 : 2);
	struct attrs *attrs = &s->update->attrs;

	if (verdict == ASPATH_CONFED && s->context->internal)
		verdict = ASPATH_OK;
	attrs->has |= ATTR_HAS_AS_PATH;
	if (verdict != ASPATH_OK)
		attribute_bad(
		    s, ATTR_AS_PATH, UPDATE_BAD_AS_PATH, path_faults[verdict]);
	else if (value.length == 0 && !s->context->internal)
		attribute_bad(s, ATTR_AS_PATH, UPDATE_BAD_AS_PATH,
		    "AS_PATH of an external peer is empty");
	else if (wide)
		attrs->as_path = value;
	else
		attrs->as_path = scratch_take(s,
		    aspath_widen(
			value, s->scratch.pos, wr_left(&s->scratch), &ok));
	/* Twice a message, of a scratch that is three times as large. */
	if (!ok)
		s->scratch.failed = true;
}

void
attribute_aggregator(struct attribute_state *s, struct span value)
{
	bool wide = s->context->four_octet_as;
	struct attrs *attrs = &s->update->attrs;
	struct rd r = rd_of(value);
	uint32_t as = wide ? rd_u32(&r) : rd_u16(&r);
	uint32_t id = rd_u32(&r);

	if (!rd_done(&r)) {
		attribute_bad(s, ATTR_AGGREGATOR, UPDATE_BAD_LENGTH,
		    "AGGREGATOR has the wrong length");
		return;
	}
	if (as == 0) { /* RFC 7607 2 */
		attribute_bad(s, ATTR_AGGREGATOR, UPDATE_BAD_OPTIONAL,
		    "AGGREGATOR is AS 0");
		return;
	}
	attrs->has |= ATTR_HAS_AGGREGATOR;
	attrs->aggregator_as = as;
	attrs->aggregator_id = id;
}

void
attribute_as4_path(struct attribute_state *s, struct span value)
{
	enum aspath_verdict verdict = aspath_check(value, 4);
	bool ok;

	if (value.length < AS4_PATH_MIN ||
	    (verdict != ASPATH_OK && verdict != ASPATH_CONFED)) {
		attribute_bad(s, ATTR_AS4_PATH, UPDATE_BAD_OPTIONAL,
		    "AS4_PATH is malformed");
		return;
	}
	if (verdict == ASPATH_CONFED)
		value = scratch_take(s,
		    aspath_strip_confed(
			value, s->scratch.pos, wr_left(&s->scratch), &ok));
	s->as4_path = value;
}

void
attribute_as4_aggregator(struct attribute_state *s, struct span value)
{
	struct rd r = rd_of(value);
	uint32_t as = rd_u32(&r);

	if (as == 0) { /* RFC 7607 2 */
		attribute_bad(s, ATTR_AS4_AGGREGATOR, UPDATE_BAD_OPTIONAL,
		    "AS4_AGGREGATOR is AS 0");
		return;
	}
	s->as4_aggregator_as = as;
	s->as4_aggregator_id = rd_u32(&r);
}

static void
merge_path(struct attribute_state *s)
{
	struct attrs *attrs = &s->update->attrs;
	size_t length;
	bool ok;

	if (aspath_hops(s->as4_path) > aspath_hops(attrs->as_path)) {
		attribute_discard(s, ATTR_AS4_PATH, UPDATE_BAD_OPTIONAL,
		    "AS4_PATH is longer than AS_PATH");
		return;
	}
	length = aspath_merge(attrs->as_path, s->as4_path, s->scratch.pos,
	    wr_left(&s->scratch), &ok);
	if (!ok) {
		/* Takes paths of tens of kilobytes. */
		attribute_discard(s, ATTR_AS4_PATH, UPDATE_BAD_OPTIONAL,
		    "AS4_PATH is too long");
		return;
	}
	attrs->as_path = scratch_take(s, length);
}

void
attribute_as4_merge(struct attribute_state *s)
{
	struct attrs *attrs = &s->update->attrs;

	if ((attrs->has & ATTR_HAS_AGGREGATOR) && s->as4_aggregator_as != 0) {
		/* Aggregated by an old speaker, later than the twins. */
		if (attrs->aggregator_as != AS_TRANS)
			return;
		attrs->aggregator_as = s->as4_aggregator_as;
		attrs->aggregator_id = s->as4_aggregator_id;
	}
	if (s->as4_path.length > 0 && attrs->as_path.length > 0)
		merge_path(s);
}
