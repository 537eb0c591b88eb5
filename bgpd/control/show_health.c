/* SPDX-License-Identifier: ISC */
/* show_health.c - each condition of being ready, and why it does not hold */

/*
 * One record a condition: the config, which is loaded when anybody can ask;
 * whether this node is drained; and for each family that the config uses the
 * checks of health.h.  Reads only.
 */

#include "bgpd/control/show.h"
#include "bgpd/health.h"
#include "bgpd/runtime.h"

static json_t *
condition(const char *check, bool ready, const char *reason)
{
	json_t *record = record_new("health");

	record_string(record, "check", check);
	record_flag(record, "ready", ready);
	record_text(record, "reason", reason);
	return record;
}

static void
emit_family(struct request *r, enum family f)
{
	char reason[HEALTH_STRLEN];
	enum health_check i;
	json_t *record;
	bool ready;

	for (i = 0; i < HEALTH_CHECK_MAX; i++) {
		ready = health_ask(r->bgpd, f, i, reason);
		record = condition(health_word(i), ready, reason);
		record_family(record, f);
		request_emit(r, record);
	}
}

bool
show_health_next(struct request *r)
{
	const struct bgpd *b = r->bgpd;
	bool drained = runtime_state(b->runtime)->drain != DRAIN_OFF;
	enum family f;

	request_emit(r, condition("config", true, NULL));
	request_emit(r,
	    condition("drain", !drained,
		drained ? "this node is drained (bgpctl drain --undo)" : NULL));
	for (f = 0; f < FAMILY_MAX; f++)
		if (b->conf->expected[f])
			emit_family(r, f);
	return false;
}
