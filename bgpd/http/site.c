/* SPDX-License-Identifier: ISC */
/* site.c - which page answers which path */

/*
 * The table.  A path is matched as it came, letter by letter: none of ours
 * needs anything decoded.  Each page fills in an answer: a text that is there
 * at once, the records of a command of the control socket, one JSON object a
 * line as they are there, or a walk over the metrics.  Of a query only the
 * word `verbose` is known.
 *
 * Only commands that read stand here, and no path changes anything.  At a
 * loopback address nothing is answered to a browser that was led astray.
 */

#include "bgpd/http/site.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bgpd/control/control.h"
#include "bgpd/control/request.h"
#include "bgpd/health.h"
#include "bgpd/http/blocks.h"
#include "bgpd/http/host.h"
#include "bgpd/http/metrics.h"
#include "bgpd/http/page.h"
#include "rib/mem.h"

#define TYPE_TEXT "text/plain; charset=utf-8"
#define TYPE_PAGE "text/html; charset=utf-8"
#define TYPE_ROWS "application/x-ndjson"

#define STATUS_GOOD     200
#define STATUS_UNKNOWN  404
#define STATUS_ASTRAY   421 /* RFC 9110 15.5.20 */
#define STATUS_NOT_WELL 503

struct site {
	struct bgpd *bgpd;
	const struct server *server;
	char policy[PAGE_POLICY_STRLEN]; /* of the page */
};

struct page {
	const char *path; /* NULL ends the table */
	void (*answer)(struct site *, const struct page *,
	    const struct server_ask *, struct server_answer *);
	const char *command; /* of the control socket, or NULL */
};

/* ---- a text ---- */

static bool
text_next(void *state, struct outbox *out)
{
	const char *text = state;

	outbox_add(out, text, strlen(text));
	return false;
}

/* Takes the text. */
static void
answer_text(struct server_answer *a, int status, char *text)
{
	*a = (struct server_answer){
		.status = status,
		.type = TYPE_TEXT,
		.next = text_next,
		.end = free,
		.state = text,
	};
}

/* ---- records ---- */

static bool
records_next(void *state, struct outbox *out)
{
	struct request *r = state;

	r->out = out;
	return request_step(r);
}

static void
records_end(void *state)
{
	request_end(state);
	free(state);
}

static const struct command *
command_named(const char *name)
{
	const struct command *c = control_commands;

	while (strcmp(c->name, name) != 0)
		c++;
	assert(c->access == COMMAND_READ);
	return c;
}

static void
answer_records(struct site *s, int status, const struct command *command,
    struct server_answer *a)
{
	struct request *r = xcalloc(1, sizeof(*r));

	request_begin(r, s->bgpd, command, json_object(), NULL);
	*a = (struct server_answer){
		.status = status,
		.type = TYPE_ROWS,
		.next = records_next,
		.end = records_end,
		.state = r,
	};
}

static void
page_records(struct site *s, const struct page *page,
    const struct server_ask *ask, struct server_answer *a)
{
	(void)ask;
	answer_records(s, STATUS_GOOD, command_named(page->command), a);
}

static void
page_blocks(struct site *s, const struct page *page,
    const struct server_ask *ask, struct server_answer *a)
{
	(void)page;
	(void)ask;
	answer_records(s, STATUS_GOOD, &blocks_command, a);
}

/* ---- the page to look at ---- */

static bool
look_next(void *state, struct outbox *out)
{
	(void)state;
	outbox_add(out, (const char *)page_bytes.data, page_bytes.length);
	return false;
}

static void
page_look(struct site *s, const struct page *page, const struct server_ask *ask,
    struct server_answer *a)
{
	(void)page;
	(void)ask;
	*a = (struct server_answer){
		.status = STATUS_GOOD,
		.type = TYPE_PAGE,
		.policy = s->policy,
		.next = look_next,
	};
}

/* ---- probes ---- */

static void
page_alive(struct site *s, const struct page *page,
    const struct server_ask *ask, struct server_answer *a)
{
	char reason[HEALTH_STRLEN];
	bool good = health_alive(s->bgpd, reason);

	(void)page;
	(void)ask;
	answer_text(a, good ? STATUS_GOOD : STATUS_NOT_WELL,
	    good ? xstrdup("alive\n") : xasprintf("not well: %s\n", reason));
}

/* Is that word among those between the & of a query? */
static bool
query_has(const char *query, const char *word)
{
	size_t length = strlen(word), piece;

	for (; *query != '\0'; query += piece + (query[piece] == '&')) {
		piece = strcspn(query, "&");
		if (piece >= length && memcmp(query, word, length) == 0 &&
		    (piece == length || query[length] == '='))
			return true;
	}
	return false;
}

static void
page_ready(struct site *s, const struct page *page,
    const struct server_ask *ask, struct server_answer *a)
{
	char reason[2 * HEALTH_STRLEN];
	struct text why = text_of(reason, sizeof(reason));
	bool good = health_ready(s->bgpd, &why);
	int status = good ? STATUS_GOOD : STATUS_NOT_WELL;

	if (query_has(ask->query, "verbose"))
		answer_records(s, status, command_named(page->command), a);
	else
		answer_text(a, status,
		    good ? xstrdup("ready\n")
			 : xasprintf("not ready: %s\n", reason));
}

/* ---- metrics ---- */

static bool
metrics_step(void *state, struct outbox *out)
{
	return metrics_next(state, out);
}

static void
page_metrics(struct site *s, const struct page *page,
    const struct server_ask *ask, struct server_answer *a)
{
	enum exposition_form form = exposition_choose(ask->accept);

	(void)page;
	*a = (struct server_answer){
		.status = STATUS_GOOD,
		.type = exposition_type(form),
		.next = metrics_step,
		.end = free,
		.state = metrics_new(s->bgpd, s->server, form),
	};
}

/* ---- the table ---- */

static const struct page pages[] = {
	{ "/", page_look, NULL },
	{ "/healthz", page_alive, NULL },
	{ "/metrics", page_metrics, NULL },
	{ "/readyz", page_ready, "show health" },
	{ "/api/v1/addresses", page_records, "show addresses" },
	{ "/api/v1/bfd", page_records, "show bfd" },
	{ "/api/v1/blocks", page_blocks, NULL },
	{ "/api/v1/health", page_records, "show health" },
	{ "/api/v1/neighbors", page_records, "show neighbors" },
	{ "/api/v1/status", page_records, "status" },
	{ NULL, NULL, NULL },
};

static char *
directory_make(const char *first)
{
	char *list = xstrdup(first), *longer;
	const struct page *page;

	for (page = pages; page->path != NULL; page++) {
		longer = xasprintf("%s%s\n", list, page->path);
		free(list);
		list = longer;
	}
	return list;
}

void
site_answer(
    void *arg, const struct server_ask *ask, struct server_answer *answer)
{
	struct site *s = arg;
	const struct page *page = pages;

	while (page->path != NULL && strcmp(page->path, ask->path) != 0)
		page++;
	if (ask->to_loopback && !host_is_here(ask->host, s->bgpd->conf->node))
		answer_text(answer, STATUS_ASTRAY,
		    xstrdup("this is a loopback address: ask for it by the "
			    "address, localhost or the node's name\n"));
	else if (page->path != NULL)
		page->answer(s, page, ask, answer);
	else
		answer_text(answer, STATUS_UNKNOWN,
		    directory_make("nothing is here; there are\n"));
}

struct site *
site_new(struct bgpd *b)
{
	struct site *s = xcalloc(1, sizeof(*s));

	s->bgpd = b;
	page_policy(s->policy);
	return s;
}

void
site_free(struct site *s)
{
	free(s);
}

void
site_watch(struct site *s, const struct server *server)
{
	s->server = server;
}
