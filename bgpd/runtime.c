/* SPDX-License-Identifier: ISC */
/* runtime.c - runtime commands: kept, and put over every config */

/*
 * While there is anything to put over it, the config as the file gave it is
 * kept as text (conf_format), from which each change makes a config anew; so
 * nothing has to be taken back out of the one in use, and nothing can be
 * forgotten there.  Passwords are no text; they are those that are in use, for
 * their files are read when an operator reloads and at no other time.
 *
 * A drain has two parts (rib/drain.h), and the step from the first to the
 * second is a change like any other, made by a timer.  Which part it is in is
 * kept too: a daemon that comes back into the first one warns its neighbors
 * for the whole time again, one that comes back into the second one announces
 * nothing.
 *
 * A state that cannot be written is used all the same.  That is said once in
 * the log, and in each answer.
 */

#include "bgpd/runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/bgpd_private.h"
#include "bgpd/runtime_file.h"
#include "rib/mem.h"

struct runtime {
	struct bgpd *bgpd;
	struct conf_runtime state;
	char *path;      /* NULL: nothing is kept */
	char *base;      /* the file's config; NULL: the one in use */
	char *next_base; /* of a reload that is under way */
	struct runtime_why unsaved;
	struct io_timer *timer; /* the second part of a drain */
	int64_t since;          /* its first one */
};

/* What findings are about when there is no file. */
static const char *
name_of(const struct runtime *rt)
{
	return rt->path != NULL ? rt->path : "runtime commands";
}

/* ---- the drain --------------------------------------------------------- */

int64_t
runtime_withdraws_at(const struct runtime *rt)
{
	if (rt->state.drain != DRAIN_TELL)
		return 0;
	return rt->since + rt->bgpd->conf->drain_time;
}

static void
timer_set(struct runtime *rt)
{
	struct io *io = rt->bgpd->io;

	if (rt->state.drain == DRAIN_TELL)
		io->ops->timer_set(rt->timer, runtime_withdraws_at(rt));
	else
		io->ops->timer_stop(rt->timer);
}

static void
drain_log(const struct runtime *rt)
{
	struct log *log = rt->bgpd->log;

	if (rt->state.drain == DRAIN_TELL)
		log_warn(log,
		    "this node is draining, by bgpctl: its routes are "
		    "announced as a last resort and withdrawn in %u s; "
		    "`bgpctl drain --undo` ends it",
		    rt->bgpd->conf->drain_time / 1000);
	else if (rt->state.drain == DRAIN_WITHDRAW)
		log_warn(log,
		    "this node is drained, by bgpctl: it announces nothing "
		    "until `bgpctl drain --undo`");
}

static void
drain_goes_on(void *arg)
{
	struct runtime *rt = arg;
	struct bgpd_reload r = { .applied = false };
	struct conf_runtime next;

	conf_runtime_copy(&next, &rt->state);
	next.drain = DRAIN_WITHDRAW;
	if (!runtime_change(rt->bgpd, &next, &r))
		log_error(rt->bgpd->log,
		    "drain: routes are announced as a last resort, and not "
		    "withdrawn: %s",
		    r.refused);
	bgpd_reload_clear(&r);
}

/* ---- the file ---------------------------------------------------------- */

static char *
path_of(const struct conf *conf, const char *folder)
{
	if (conf->state_directory != NULL)
		folder = conf->state_directory;
	return folder == NULL ? NULL : xasprintf("%s/runtime.json", folder);
}

static void
state_reject(struct runtime *rt, const char *place, const char *what)
{
	struct log *log = rt->bgpd->log;
	struct runtime_why why;

	log_error(log,
	    "%s:%s%s; what bgpctl had disabled, drained, added or removed "
	    "before is not in effect",
	    rt->path, place, what);
	if (runtime_file_set_aside(rt->path, &why))
		log_warn(log, "%s was renamed to %s.bad", rt->path, rt->path);
	else
		log_warn(log, "%s cannot be renamed: %s", rt->path, why.text);
}

static void
state_read(struct runtime *rt)
{
	struct runtime_why why;
	size_t length = 0;
	char *text;

	switch (runtime_file_read(rt->path, &text, &length, &why)) {
	case RUNTIME_NONE: break;
	case RUNTIME_UNREADABLE: state_reject(rt, " ", why.text); break;
	case RUNTIME_TEXT:
		if (!conf_runtime_parse(
			text, length, &rt->state, why.text, sizeof(why.text)))
			state_reject(rt,
			    why.text[0] >= '0' && why.text[0] <= '9' ? "" : " ",
			    why.text);
		break;
	}
	free(text);
}

static void
state_write(struct runtime *rt)
{
	bool known = rt->unsaved.text[0] != '\0', saved = false;
	char *text = NULL;

	if (!conf_runtime_is_empty(&rt->state))
		text = conf_runtime_format(&rt->state);
	if (rt->path != NULL)
		saved = runtime_file_write(rt->path, text, &rt->unsaved);
	else
		snprintf(rt->unsaved.text, sizeof(rt->unsaved.text),
		    "there is no state directory");
	free(text);
	if (saved)
		rt->unsaved.text[0] = '\0';
	else if (!known)
		log_warn(rt->bgpd->log,
		    "what bgpctl changes does not survive a restart: %s",
		    rt->unsaved.text);
}

/* ---- the state --------------------------------------------------------- */

const struct conf_runtime *
runtime_state(const struct runtime *rt)
{
	return &rt->state;
}

const char *
runtime_unsaved(const struct runtime *rt)
{
	return rt->unsaved.text;
}

static void
state_log(const struct runtime *rt)
{
	struct log *log = rt->bgpd->log;
	size_t i;

	for (i = 0; i < rt->state.ndisabled; i++)
		log_warn(log, "neighbor %s is disabled, by bgpctl",
		    rt->state.disabled[i]);
	if (rt->state.nadded + rt->state.nremoved > 0)
		log_warn(log, "blocks: %zu added and %zu removed, by bgpctl",
		    rt->state.nadded, rt->state.nremoved);
	drain_log(rt);
}

struct runtime *
runtime_new(struct bgpd *b, const char *folder)
{
	struct runtime *rt = xcalloc(1, sizeof(*rt));
	struct conf_messages messages = { .count = 0 };

	rt->bgpd = b;
	rt->path = path_of(b->conf, folder);
	rt->timer = b->io->ops->timer_new(b->io, drain_goes_on, rt);
	rt->since = bgpd_now(b);
	if (rt->path != NULL)
		state_read(rt);
	if (conf_runtime_is_empty(&rt->state))
		return rt;
	runtime_cover(rt, b->conf, &messages);
	runtime_took(rt);
	bgpd_log_messages(b->log, &messages);
	conf_messages_clear(&messages);
	state_log(rt);
	return rt;
}

void
runtime_free(struct runtime *rt)
{
	if (rt == NULL)
		return;
	rt->bgpd->io->ops->timer_free(rt->timer);
	conf_runtime_clear(&rt->state);
	free(rt->path);
	free(rt->base);
	free(rt->next_base);
	free(rt);
}

void
runtime_cover(
    struct runtime *rt, struct conf *next, struct conf_messages *messages)
{
	free(rt->next_base);
	rt->next_base = NULL;
	if (conf_runtime_is_empty(&rt->state))
		return;
	rt->next_base = conf_format(next);
	conf_runtime_apply(&rt->state, next, name_of(rt), messages);
}

void
runtime_took(struct runtime *rt)
{
	free(rt->base);
	rt->base = rt->next_base;
	rt->next_base = NULL;
	timer_set(rt);
}

/* The config as the file gave it, with *state over it. */
static struct conf *
conf_make(const struct runtime *rt, const char *base,
    const struct conf_runtime *state, struct conf_messages *messages)
{
	struct conf_messages silent = { .count = 0 };
	struct conf *conf =
	    conf_parse("config", base, rt->bgpd->conf->node, &silent);

	if (conf == NULL) {
		bgpd_log_messages(rt->bgpd->log, &silent);
	} else {
		conf_secrets_keep(conf, rt->bgpd->conf);
		conf_runtime_apply(state, conf, name_of(rt), messages);
	}
	conf_messages_clear(&silent);
	return conf;
}

/* next and base are taken. */
static void
state_set(struct runtime *rt, struct conf_runtime *next, char *base)
{
	enum drain before = rt->state.drain;

	conf_runtime_clear(&rt->state);
	rt->state = *next;
	free(rt->base);
	rt->base = base;
	if (conf_runtime_is_empty(&rt->state)) {
		free(rt->base);
		rt->base = NULL;
	}
	state_write(rt);
	if (rt->state.drain != before) {
		rt->since = bgpd_now(rt->bgpd);
		drain_log(rt);
	}
	timer_set(rt);
}

bool
runtime_change(struct bgpd *b, struct conf_runtime *next, struct bgpd_reload *r)
{
	struct runtime *rt = b->runtime;
	char *base =
	    rt->base != NULL ? xstrdup(rt->base) : conf_format(b->conf);
	struct conf *conf = conf_make(rt, base, next, &r->messages);

	if (conf != NULL)
		bgpd_change(b, conf, "bgpctl", r);
	else
		r->refused = "the configuration in use does not read back";
	if (!r->applied) {
		conf_runtime_clear(next);
		free(base);
		return false;
	}
	state_set(rt, next, base);
	return true;
}
