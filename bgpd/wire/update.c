/* SPDX-License-Identifier: ISC */
/* update.c - the UPDATE message: bytes to routes */
/*
 * In comes the body of an UPDATE and what the session negotiated, out go the
 * up to four fields of prefixes, the attributes that they share, and the
 * worst that is wrong with it.  RFC 4271 4.3 gives the frame: withdrawn
 * prefixes, attributes, prefixes; when its lengths do not add up nothing in
 * it can be found.  Inside of the attribute list attribute.c decides.
 *
 * RFC 7606 says what an error costs.  As long as it is known which prefixes
 * the message announces, they are withdrawn and the session lives; when it
 * is not known, it must go: because the prefixes are malformed (5.3), or
 * because none can be found in a message whose attributes are wrong (5.2).
 *
 * IPv4 prefixes count only when IPv4 was negotiated.  Without, the two
 * classic fields are as foreign as any other family and are not looked at.
 *
 * Nothing is owned: spans borrow the body, or the caller's scratch.  What is
 * done with the routes is the peer's business.
 */

#include "bgpd/wire/update.h"

#include <string.h>

#include "bgpd/wire/attribute.h"
#include "bgpd/wire/nlri.h"

/* Well-known mandatory, RFC 4271 5. */
static const struct mandatory {
	enum attr_has bit;
	uint8_t type;
	bool classic; /* only for the classic field */
	const char *text;
} mandatory[] = {
	{ ATTR_HAS_ORIGIN, ATTR_ORIGIN, false, "ORIGIN is missing" },
	{ ATTR_HAS_AS_PATH, ATTR_AS_PATH, false, "AS_PATH is missing" },
	{ ATTR_HAS_NEXT_HOP, ATTR_NEXT_HOP, true, "NEXT_HOP is missing" },
};

static void
keep_classic(const struct update_context *context, struct update *update,
    enum update_field which, struct span prefixes)
{
	struct update_nlri *field = &update->field[which];

	if (prefixes.length == 0 || !context->family[FAMILY_IPV4])
		return;
	field->present = true;
	field->family = FAMILY_IPV4;
	field->bytes = prefixes;
	nlri_check(context, field, UPDATE_BAD_NETWORK, (struct span){ NULL, 0 },
	    &update->error);
}

/* RFC 7606 3 d; an attribute that was there but bad is not missing. */
static void
judge_missing(struct attribute_state *s)
{
	struct update *update = s->update;
	bool classic = update->field[UPDATE_NLRI].present;
	const struct mandatory *m;
	size_t i;

	if (!classic && !update->field[UPDATE_MP_REACH].present)
		return;
	for (i = 0; i < sizeof(mandatory) / sizeof(*mandatory); i++) {
		m = &mandatory[i];
		if ((update->attrs.has & m->bit) != 0 ||
		    (m->classic && !classic))
			continue;
		if (msg_error_set(&update->error, SEVERITY_WITHDRAW, ERR_UPDATE,
			UPDATE_MISSING, m->text))
			msg_error_data(
			    &update->error, (struct span){ &m->type, 1 });
	}
}

/* RFC 7606 5.2: attributes are wrong, and whose they are cannot be seen. */
static void
judge_reachable(struct attribute_state *s)
{
	struct msg_error *error = &s->update->error;

	if (error->severity != SEVERITY_WITHDRAW)
		return;
	if (s->classic_nlri || s->mp_reach_nlri)
		return;
	if (attribute_is_only(s, ATTR_MP_UNREACH) && !s->broken)
		return;
	error->severity = SEVERITY_RESET;
}

static void
state_init(struct attribute_state *s, const struct update_context *context,
    struct update_scratch *scratch, struct update *update)
{
	/* Not raw, which is large and valid where seen says so. */
	memset(s, 0, offsetof(struct attribute_state, raw));
	s->context = context;
	s->update = update;
	s->scratch = wr_of(scratch->bytes, sizeof(scratch->bytes));
}

void
update_decode(const struct update_context *context, struct span body,
    struct update_scratch *scratch, struct update *update)
{
	struct attribute_state s;
	struct rd r = rd_of(body);
	struct span withdrawn, list, nlri;

	memset(update, 0, sizeof(*update));
	update->end_of_rib = FAMILY_MAX;
	withdrawn = rd_span(&r, rd_u16(&r));
	list = rd_span(&r, rd_u16(&r));
	nlri = rd_rest(&r);
	if (r.failed) {
		msg_error_set(&update->error, SEVERITY_RESET, ERR_UPDATE,
		    UPDATE_MALFORMED_LIST,
		    "lengths in the UPDATE do not fit the message");
		return;
	}
	keep_classic(context, update, UPDATE_WITHDRAWN, withdrawn);
	keep_classic(context, update, UPDATE_NLRI, nlri);

	state_init(&s, context, scratch, update);
	s.classic_nlri = nlri.length > 0;
	attribute_list_decode(&s, list);
	judge_missing(&s);
	judge_reachable(&s);

	/* RFC 4724 2: one without anything, or an empty MP_UNREACH_NLRI. */
	if (withdrawn.length + nlri.length > 0 ||
	    update->error.severity != SEVERITY_OK)
		update->end_of_rib = FAMILY_MAX;
	else if (list.length == 0 && context->family[FAMILY_IPV4])
		update->end_of_rib = FAMILY_IPV4;
}
