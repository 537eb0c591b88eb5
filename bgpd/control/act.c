/* SPDX-License-Identifier: ISC */
/* act.c - commands that do something: clear, refresh, reload, log */

/*
 * What they do they do at once and say afterwards; each is one call into the
 * daemon, which logs it where it matters.  A reload runs when the command
 * begins, its findings and changes are then sent row by row; one that does
 * not check, or is refused, ends in an error after its rows and has changed
 * nothing.  A level set here holds until a reload sets it again.
 *
 * Access is judged before one of these begins (control.c).
 */

#include "bgpd/control/show.h"
#include "bgpd/log.h"
#include "rib/mem.h"
#include "rib/symbol.h"

/* ---- neighbor NAME clear ---- */

void
act_clear_begin(struct request *r)
{
	show_peer_exists(r, request_text(r, "name"));
}

/* stage says whether any session was cleared. */
static void
clear_end(struct request *r)
{
	const char *name = request_text(r, "name");

	if (r->stage == 0)
		request_fail(r, SCHEMA_BAD_STATE, "bgpctl show neighbors",
		    "no session of %s could be cleared", name);
}

bool
act_clear_next(struct request *r)
{
	struct peer *p = show_next_peer(r, request_text(r, "name"));
	char buf[SHOW_ADDRESS_STRLEN];
	json_t *record;

	if (p == NULL) {
		clear_end(r);
		return false;
	}
	record = record_new("cleared");
	record_string(record, "name", peer_conf(p)->name);
	record_string(record, "address", show_peer_address(p, buf));
	if (conf_neighbor_is_disabled(peer_conf(p))) {
		record_string(record, "reason", peer_reason(p));
	} else {
		peer_clear(p, NULL);
		r->stage = 1;
	}
	request_emit(r, record);
	return true;
}

/* ---- neighbor NAME refresh ---- */

void
act_refresh_begin(struct request *r)
{
	show_peer_exists(r, request_text(r, "name"));
}

static const char *
refresh_obstacle(const struct peer *p)
{
	return peer_established_at(p) == 0
	    ? "it is not established"
	    : "route-refresh is not announced by both sides";
}

/* stage says whether any session was asked. */
static void
refresh_end(struct request *r)
{
	const char *name = request_text(r, "name");

	if (r->stage == 0)
		request_fail(r, SCHEMA_BAD_STATE, "bgpctl show neighbors",
		    "no session of %s could be asked", name);
}

bool
act_refresh_next(struct request *r)
{
	struct peer *p = show_next_peer(r, request_text(r, "name"));
	char buf[SHOW_ADDRESS_STRLEN];
	struct peer_family view;
	json_t *record;
	enum family f;

	if (p == NULL) {
		refresh_end(r);
		return false;
	}
	record = record_new("refreshed");
	record_string(record, "name", peer_conf(p)->name);
	record_string(record, "address", show_peer_address(p, buf));
	if (peer_refresh(p) == 0) {
		record_string(record, "reason", refresh_obstacle(p));
		request_emit(r, record);
		return true;
	}
	r->stage = 1;
	for (f = 0; f < FAMILY_MAX; f++) {
		peer_family(p, f, &view);
		if (view.negotiated)
			record_push(
			    record, "families", record_value(family_name(f)));
	}
	request_emit(r, record);
	return true;
}

/* ---- reload ---- */

static const char *
level_word(enum conf_level level)
{
	switch (level) {
	case CONF_ERROR: return "error";
	case CONF_WARN: return "warning";
	case CONF_INFO: return "info";
	case CONF_DEBUG: return "debug";
	}
	return "?";
}

void
show_message(struct request *r, const struct conf_message *m)
{
	json_t *record = record_new("message");

	record_string(record, "level", level_word(m->level));
	record_text(record, "file", m->file);
	if (m->place.line != 0) {
		record_number(record, "line", m->place.line);
		record_number(record, "column", m->place.column);
	}
	record_number(record, "indent", m->indent);
	record_number(record, "width", m->width);
	record_string(record, "text", m->text);
	record_text(record, "help", m->help);
	record_text(record, "source", m->source);
	request_emit(r, record);
}

static void
emit_change(struct request *r, const struct conf_change *change)
{
	json_t *record = record_new("change");

	record_string(record, "change", change->text);
	record_string(record, "cost", conf_cost_word(change->cost));
	request_emit(r, record);
}

static void
emit_outcome(struct request *r, const struct bgpd_reload *reload)
{
	size_t errors = reload->messages.errors;
	json_t *record;

	if (errors > 0) {
		request_fail(r, SCHEMA_FAILED, NULL,
		    "%zu error%s in the configuration, nothing was changed",
		    errors, errors == 1 ? "" : "s");
		return;
	}
	record = record_new("reload");
	record_flag(record, "dry_run", request_flag(r, "dry_run"));
	record_flag(record, "applied", reload->applied);
	record_number(record, "changes", reload->changes.count);
	record_number(record, "removed", reload->changes.removed);
	record_text(record, "refused", reload->refused);
	request_emit(r, record);
	if (reload->refused != NULL)
		request_fail(r, SCHEMA_FAILED, "bgpctl reload --dry-run", "%s",
		    reload->refused);
}

void
act_reload_begin(struct request *r)
{
	struct bgpd_reload *reload = xcalloc(1, sizeof(*reload));

	r->state = reload;
	bgpd_reload(r->bgpd, request_flag(r, "dry_run"),
	    request_flag(r, "force"), reload);
}

/* cursor counts through the messages, then through the changes. */
bool
act_reload_next(struct request *r)
{
	const struct bgpd_reload *reload = r->state;
	size_t i = r->cursor++, count = reload->messages.count;

	if (i < count)
		show_message(r, &reload->messages.at[i]);
	else if (i - count < reload->changes.count)
		emit_change(r, &reload->changes.at[i - count]);
	else {
		emit_outcome(r, reload);
		return false;
	}
	return true;
}

void
act_reload_end(struct request *r)
{
	bgpd_reload_clear(r->state);
}

/* ---- log LEVEL ---- */

static const struct symbol levels[] = {
	{ "error", CONF_ERROR },
	{ "warn", CONF_WARN },
	{ "info", CONF_INFO },
	{ "debug", CONF_DEBUG },
	{ NULL, 0 },
};

void
act_log_begin(struct request *r)
{
	const char *word = request_text(r, "level");
	int level;

	if (symbol_value(levels, word, &level))
		r->stage = (unsigned int)level;
	else
		request_fail(r, SCHEMA_USAGE, NULL,
		    "'%.64s' is no level; possible: error, warn, info, debug",
		    word);
}

/* Said under the level that lets more through, so that it is said. */
static void
log_change(struct bgpd *b, enum conf_level level)
{
	enum conf_level before = log_level(b->log);

	if (level > before)
		log_set(b->log, level, b->conf->log_form);
	log_info(b->log, "log: level %s, was %s, by the control socket",
	    symbol_word(levels, (int)level), symbol_word(levels, (int)before));
	log_set(b->log, level, b->conf->log_form);
}

bool
act_log_next(struct request *r)
{
	struct bgpd *b = r->bgpd;
	json_t *record = record_new("log");

	record_string(record, "level", symbol_word(levels, (int)r->stage));
	record_string(
	    record, "before", symbol_word(levels, (int)log_level(b->log)));
	log_change(b, (enum conf_level)r->stage);
	request_emit(r, record);
	return false;
}
