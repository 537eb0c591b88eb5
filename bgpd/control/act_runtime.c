/* SPDX-License-Identifier: ISC */
/* act_runtime.c - commands that stay: disable, enable, drain, block */

/*
 * Each makes the next state of runtime commands from the present one and hands
 * it to the daemon (bgpd/runtime.h), which applies and keeps it.  The answer
 * is warnings, if there are any, and one record that says in a sentence what
 * was done, what takes it back, and whether it survives a restart.
 *
 * Commands are idempotent: what is so already is said, changes nothing and is
 * no error.  Only a name or block that is not there is one (exit 4), one that
 * cannot be a block (exit 1), and a neighbor that stays disabled because the
 * config says so (exit 5).
 */

#include <string.h>

#include "bgpd/control/show.h"
#include "bgpd/runtime.h"
#include "rib/mem.h"
#include "rib/text.h"

/* Owned by the request. */
struct act {
	struct bgpd_reload reload;
	const char *action;
	bool changed;
	char subject[256];
	char text[512];
	char undo[320];   /* a command, or "" */
	size_t neighbors; /* concerned */
	int64_t left;     /* ms until routes are withdrawn */
	bool timed;
};

static struct act *
act_new(struct request *r, const char *action)
{
	struct act *a = xcalloc(1, sizeof(*a));

	r->state = a;
	a->action = action;
	return a;
}

/* next is taken.  False when the daemon would not; that is said. */
static bool
act_change(struct request *r, struct conf_runtime *next)
{
	struct act *a = r->state;

	a->changed = runtime_change(r->bgpd, next, &a->reload);
	if (!a->changed)
		request_fail(r, SCHEMA_FAILED, NULL, "nothing was changed: %s",
		    a->reload.refused);
	return a->changed;
}

static struct conf_runtime
state_copy(const struct request *r)
{
	struct conf_runtime next;

	conf_runtime_copy(&next, runtime_state(r->bgpd->runtime));
	return next;
}

__attribute__((format(printf, 3, 4))) static void
say(char *buf, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(buf, size, format, arguments);
	va_end(arguments);
}

#define SAY(a, ...)  say((a)->text, sizeof((a)->text), __VA_ARGS__)
#define UNDO(a, ...) say((a)->undo, sizeof((a)->undo), __VA_ARGS__)

/* ---- the answer -------------------------------------------------------- */

static void
emit_result(struct request *r, const struct act *a)
{
	json_t *record = record_new("runtime");
	const char *unsaved = runtime_unsaved(r->bgpd->runtime);

	record_string(record, "action", a->action);
	record_text(record, "subject", a->subject);
	record_flag(record, "changed", a->changed);
	record_string(record, "text", a->text);
	record_text(record, "undo", a->undo);
	if (a->neighbors > 0)
		record_number(record, "neighbors", a->neighbors);
	if (a->timed)
		record_seconds(record, "withdrawn_in", a->left);
	record_flag(record, "saved", unsaved[0] == '\0');
	record_text(record, "unsaved", unsaved);
	request_emit(r, record);
}

/* Of all findings those that this command is about. */
static bool
is_about(const struct conf_message *m, const struct act *a)
{
	char quoted[sizeof(a->subject) + 2];

	say(quoted, sizeof(quoted), "'%s'", a->subject);
	return strstr(m->text, quoted) != NULL;
}

/* cursor counts through the warnings; the sentence is last. */
bool
act_runtime_next(struct request *r)
{
	const struct act *a = r->state;
	const struct conf_message *m;

	if (a == NULL)
		return false;
	if (r->cursor < a->reload.messages.count) {
		m = &a->reload.messages.at[r->cursor++];
		if (is_about(m, a))
			show_message(r, m);
		return true;
	}
	if (a->text[0] != '\0')
		emit_result(r, a);
	return false;
}

void
act_runtime_end(struct request *r)
{
	struct act *a = r->state;

	if (a != NULL)
		bgpd_reload_clear(&a->reload);
}

/* ---- neighbor NAME disable, enable ------------------------------------- */

static const struct conf_neighbor *
range_named(const struct conf *conf, const char *name)
{
	const struct conf_neighbor *n;
	size_t i;

	for (i = 0; i < conf->nranges; i++) {
		n = &conf->neighbors[conf->ranges[i]];
		if (strcmp(n->name, name) == 0)
			return n;
	}
	return NULL;
}

/*
 * What was asked for by name or address, and its name: a neighbor, a range, or
 * the range that a host may come from who is not here.  NULL: none such.
 */
static const struct conf_neighbor *
neighbor_of(const struct request *r, char *name, size_t size)
{
	const char *word = request_text(r, "name");
	const struct conf *conf = r->bgpd->conf;
	const struct conf_neighbor *n;
	char text[ADDRESS_STRLEN];
	struct address address;
	uint32_t cursor = 0;
	struct peer *p = neighbors_match(r->bgpd->neighbors, word, &cursor);

	n = p != NULL ? peer_conf(p) : range_named(conf, word);
	if (n != NULL) {
		say(name, size, "%s", n->name);
	} else if (address_parse(word, &address)) {
		n = conf_range_find(conf, &address);
		say(name, size, "%s", address_format(&address, text));
	}
	return n;
}

static size_t
sessions_of(const struct request *r, const char *name)
{
	uint32_t cursor = 0;
	size_t count = 0;

	while (neighbors_match(r->bgpd->neighbors, name, &cursor) != NULL)
		count++;
	return count;
}

void
act_disable_begin(struct request *r)
{
	const struct conf_neighbor *n;
	char name[sizeof(((struct act *)NULL)->subject)];
	struct conf_runtime next;
	struct act *a;

	n = neighbor_of(r, name, sizeof(name));
	if (n == NULL) {
		show_peer_exists(r, request_text(r, "name"));
		return;
	}
	a = act_new(r, "disable");
	say(a->subject, sizeof(a->subject), "%s", name);
	a->neighbors = sessions_of(r, a->subject);
	UNDO(a, "bgpctl neighbor %s enable", a->subject);
	next = state_copy(r);
	if (!conf_runtime_disable(&next, name)) {
		conf_runtime_clear(&next);
		SAY(a, "%s is disabled already", a->subject);
		return;
	}
	if (n->settings.disabled)
		SAY(a,
		    "%s is disabled in the configuration, and now by bgpctl "
		    "too",
		    a->subject);
	else if (a->neighbors == 0)
		SAY(a, "disabled %s: who connects from there is turned away",
		    a->subject);
	else
		SAY(a, "disabled %s: %zu session%s stay%s down", a->subject,
		    a->neighbors, a->neighbors == 1 ? "" : "s",
		    a->neighbors == 1 ? "s" : "");
	if (!act_change(r, &next))
		a->text[0] = '\0';
}

/* What keeps it down once bgpctl does not. */
static void
enable_judge(struct request *r, const struct act *a)
{
	char name[sizeof(a->subject)];
	const struct conf_neighbor *n = neighbor_of(r, name, sizeof(name));

	if (n != NULL && n->settings.disabled)
		request_fail(r, SCHEMA_BAD_STATE, "bgpctl reload",
		    "%s stays down: the configuration says `disabled`%s",
		    a->subject, a->changed ? "; bgpctl no longer does" : "");
}

void
act_enable_begin(struct request *r)
{
	const char *word = request_text(r, "name");
	char name[sizeof(((struct act *)NULL)->subject)];
	const struct conf_neighbor *n = neighbor_of(r, name, sizeof(name));
	struct conf_runtime next = state_copy(r);
	struct act *a;
	bool was;

	if (n == NULL)
		say(name, sizeof(name), "%s", word);
	was = conf_runtime_enable(&next, name);

	if (n == NULL && !was) {
		conf_runtime_clear(&next);
		show_peer_exists(r, word);
		return;
	}
	a = act_new(r, "enable");
	say(a->subject, sizeof(a->subject), "%s", name);
	if (!was) {
		conf_runtime_clear(&next);
		SAY(a, "%s was not disabled by bgpctl", a->subject);
	} else if (act_change(r, &next)) {
		SAY(a, "enabled %s%s", a->subject,
		    n == NULL ? ", which the configuration does not have" : "");
	}
	enable_judge(r, a);
}

/* ---- drain ------------------------------------------------------------- */

/* Names with a session that is up; sessions of a name stand together. */
static size_t
neighbors_up(const struct request *r)
{
	const char *last = "";
	uint32_t cursor = 0;
	size_t count = 0;
	struct peer *p;

	while ((p = neighbors_walk(r->bgpd->neighbors, &cursor)) != NULL) {
		if (peer_established_at(p) == 0)
			continue;
		count += strcmp(peer_conf(p)->name, last) != 0;
		last = peer_conf(p)->name;
	}
	return count;
}

static void
drain_tell(const struct request *r, struct act *a)
{
	int64_t at = runtime_withdraws_at(r->bgpd->runtime);
	int64_t left = at > show_now(r) ? at - show_now(r) : 0;
	const char *plural = a->neighbors == 1 ? "" : "s";

	UNDO(a, "bgpctl drain --undo");
	if (at == 0) {
		SAY(a, "drained already: nothing is announced");
		return;
	}
	a->timed = true;
	a->left = left;
	if (a->changed)
		SAY(a, "draining: %zu neighbor%s told, routes withdrawn in %us",
		    a->neighbors, plural, (unsigned int)((left + 999) / 1000));
	else
		SAY(a, "draining already: routes withdrawn in %us",
		    (unsigned int)((left + 999) / 1000));
}

static void
drain_begin(struct request *r)
{
	struct act *a = act_new(r, "drain");
	struct conf_runtime next = state_copy(r);

	a->neighbors = neighbors_up(r);
	if (next.drain != DRAIN_OFF) {
		conf_runtime_clear(&next);
	} else {
		next.drain = DRAIN_TELL;
		if (!act_change(r, &next))
			return;
	}
	drain_tell(r, a);
}

static void
undrain_begin(struct request *r)
{
	struct act *a = act_new(r, "undrain");
	struct conf_runtime next = state_copy(r);

	a->neighbors = neighbors_up(r);
	if (next.drain == DRAIN_OFF) {
		conf_runtime_clear(&next);
		SAY(a, "this node was not drained");
		return;
	}
	next.drain = DRAIN_OFF;
	if (act_change(r, &next))
		SAY(a, "drained no longer: %zu neighbor%s told all routes",
		    a->neighbors, a->neighbors == 1 ? " is" : "s are");
}

void
act_drain_begin(struct request *r)
{
	if (request_flag(r, "undo"))
		undrain_begin(r);
	else
		drain_begin(r);
}

/* ---- block add, remove ------------------------------------------------- */

/* As the config would take it; that it is none is said. */
static bool
block_parse(struct request *r, struct prefix *p)
{
	const char *text = request_text(r, "prefix");
	char masked[PREFIX_STRLEN];
	bool odd = false;

	if (strchr(text, '/') == NULL || !prefix_parse(text, p, &odd))
		request_fail(r, SCHEMA_USAGE, NULL,
		    "'%.64s' is no prefix such as 10.244.1.0/26", text);
	else if (odd)
		request_fail(r, SCHEMA_USAGE, NULL,
		    "'%.64s' has bits behind its length; is %s meant?", text,
		    prefix_format(p, masked));
	else
		return true;
	return false;
}

void
act_block_add_begin(struct request *r)
{
	struct conf_runtime next;
	struct prefix p;
	struct act *a;
	char why[192];

	if (!block_parse(r, &p))
		return;
	a = act_new(r, "block-add");
	prefix_format(&p, a->subject);
	next = state_copy(r);
	if (!conf_runtime_block_add(&next, r->bgpd->conf, &p)) {
		SAY(a, "%s is a block of this node already", a->subject);
	} else if (conf_block_problem(r->bgpd->conf, &p, why, sizeof(why))) {
		request_fail(r, SCHEMA_FAILED, "bgpctl show config",
		    "%s cannot be a block: %s", a->subject, why);
	} else {
		UNDO(a, "bgpctl block remove %s", a->subject);
		if (act_change(r, &next))
			SAY(a, "added block %s", a->subject);
		return;
	}
	conf_runtime_clear(&next);
}

void
act_block_remove_begin(struct request *r)
{
	const struct conf *conf = r->bgpd->conf;
	struct conf_runtime next;
	struct prefix p;
	struct act *a;
	size_t before;

	if (!block_parse(r, &p))
		return;
	a = act_new(r, "block-remove");
	prefix_format(&p, a->subject);
	next = state_copy(r);
	before = next.nremoved;
	if (!conf_runtime_block_remove(&next, conf, &p)) {
		conf_runtime_clear(&next);
		if (!conf_runtime_is_removed(
			runtime_state(r->bgpd->runtime), &p))
			request_fail(r, SCHEMA_NO_SUCH, "bgpctl show config",
			    "%s is no block of this node", a->subject);
		else
			SAY(a, "%s is removed already", a->subject);
		return;
	}
	UNDO(a, "bgpctl block add %s", a->subject);
	SAY(a, "removed block %s%s", a->subject,
	    next.nremoved > before ? ", which the configuration still has"
				   : "");
	if (!act_change(r, &next))
		a->text[0] = '\0';
}
