/* SPDX-License-Identifier: ISC */
/* read_daemon.c - what the running daemon says of itself */

/*
 * By the commands that everybody may use, over the control socket: status, show
 * addresses, neighbors, fib and config.  A daemon that does not answer is a
 * fact as well; then nothing is known of what it wants, and both families are
 * taken to be wanted.  Text of the daemon is made safe before it is kept, for
 * it ends on a terminal.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bgpctl/cell.h"
#include "bgpctl/client.h"
#include "bgpctl/doctor/facts.h"

#define ENTRIES_MAX       4096u
#define ENTRIES_LOOKED_AT 50000u /* of the fib; a second, about */
#define TOKEN_SIZE        128u

typedef void take(struct facts *, const json_t *record);

static void
text_get(const json_t *record, const char *key, char *buf, size_t size)
{
	char *safe = cell_text(record, key);

	snprintf(buf, size, "%s", safe);
	free(safe);
}

static enum family
family_get(const json_t *record)
{
	const char *word = json_string_value(json_object_get(record, "family"));

	return word != NULL && strcmp(word, "ipv6") == 0 ? FAMILY_IPV6
							 : FAMILY_IPV4;
}

static void
certificate_take(struct facts *f, const json_t *row)
{
	struct facts_certificate *c =
	    FACTS_ADD(f->certificates, f->ncertificates);

	text_get(row, "file", c->file, sizeof(c->file));
	text_get(row, "subject", c->subject, sizeof(c->subject));
	text_get(row, "problem", c->problem, sizeof(c->problem));
	c->loaded = json_object_get(row, "expires_in") != NULL;
	c->expires_in = json_number_value(json_object_get(row, "expires_in"));
	f->needs_clock = true;
}

static void
status_take(struct facts *f, const json_t *record)
{
	const json_t *family;
	const char *key;
	json_t *value;
	size_t i;

	text_get(record, "node", f->node, sizeof(f->node));
	json_array_foreach(json_object_get(record, "certificates"), i, family)
	    certificate_take(f, family);
	json_array_foreach(json_object_get(record, "families"), i, family)
	{
		json_object_foreach((json_t *)(uintptr_t)family, key, value)
		{
			if (strcmp(key, "fib_in_sync") == 0)
				f->entries_in_sync +=
				    (size_t)json_integer_value(value);
			else if (strncmp(key, "fib_", 4) == 0)
				f->entries_off +=
				    (size_t)json_integer_value(value);
		}
	}
	f->entries_known =
	    f->entries_in_sync + f->entries_off <= ENTRIES_LOOKED_AT;
}

static void
result_take(struct facts *f, const json_t *record)
{
	struct facts_family *of = &f->family[family_get(record)];
	const char *text = json_string_value(
	    json_array_get(json_object_get(record, "listed"), 0));

	of->expected = json_is_true(json_object_get(record, "expected"));
	text_get(record, "problem", of->problem, sizeof(of->problem));
	if (text != NULL)
		address_parse(text, &of->listed);
	text = json_string_value(json_object_get(record, "address"));
	if (text != NULL)
		address_parse(text, &of->node);
}

/* The zone of a link-local one is no part of the value. */
static struct address
address_get(const json_t *record)
{
	const char *text =
	    json_string_value(json_object_get(record, "address"));
	struct address address = { .family = FAMILY_IPV4 };
	char buf[ADDRESS_STRLEN];

	if (text == NULL)
		return address;
	snprintf(buf, sizeof(buf), "%.*s", (int)strcspn(text, "%"), text);
	address_parse(buf, &address);
	return address;
}

/* A row for each session and family: a session is of its address's. */
static void
neighbor_take(struct facts *f, const json_t *record)
{
	struct address address = address_get(record);
	struct facts_peer *peer;
	char state[32];

	if (address_is_unset(&address) || f->npeers == ENTRIES_MAX ||
	    (f->npeers > 0 &&
		address_equal(&f->peers[f->npeers - 1].address, &address)))
		return;
	peer = FACTS_ADD(f->peers, f->npeers);
	peer->address = address;
	peer->family = address.family;
	peer->pinged = FACTS_UNKNOWN;
	text_get(record, "name", peer->name, sizeof(peer->name));
	text_get(record, "reason", peer->reason, sizeof(peer->reason));
	text_get(record, "state", state, sizeof(state));
	peer->established = strcmp(state, "established") == 0;
}

static void
fib_take(struct facts *f, const json_t *record)
{
	const char *text = json_string_value(json_object_get(record, "prefix"));
	struct facts_entry *entry;
	struct prefix prefix;
	char status[16];

	text_get(record, "status", status, sizeof(status));
	if (strcmp(status, "in-sync") == 0 || text == NULL ||
	    !prefix_parse(text, &prefix, NULL) || f->nentries == ENTRIES_MAX)
		return;
	entry = FACTS_ADD(f->entries, f->nentries);
	entry->prefix = prefix;
	snprintf(entry->status, sizeof(entry->status), "%s", status);
	text_get(record, "owner", entry->owner, sizeof(entry->owner));
	text_get(record, "reason", entry->reason, sizeof(entry->reason));
	entry->age = json_number_value(json_object_get(record, "age"));
}

/* ---- show config ---- */

/* The next word of a line; false at its end. */
static bool
word_next(const char **at, char word[TOKEN_SIZE])
{
	size_t length;

	*at += strspn(*at, " \t");
	length = strcspn(*at, " \t");
	snprintf(word, TOKEN_SIZE, "%.*s", (int)length, *at);
	*at += length;
	return length > 0 && word[0] != '#';
}

static void
prefixes_take(const char *at, struct prefix **list, size_t *count)
{
	struct prefix prefix;
	char word[TOKEN_SIZE];

	while (word_next(&at, word)) {
		if (prefix_parse(word, &prefix, NULL))
			*FACTS_ADD(*list, *count) = prefix;
	}
}

static void
listen_take(struct facts *f, const char *at)
{
	struct facts_listen *l;
	struct address address;
	char word[TOKEN_SIZE];

	if (!word_next(&at, word) || !address_parse(word, &address))
		return;
	l = FACTS_ADD(f->listens, f->nlistens);
	l->address = address;
	l->port = 179;
	l->connects = l->ours = FACTS_UNKNOWN;
	if (word_next(&at, word) && strcmp(word, "port") == 0 &&
	    word_next(&at, word))
		l->port = (uint16_t)strtoul(word, NULL, 10);
}

static void
config_take(struct facts *f, const json_t *record)
{
	const char *at = json_string_value(json_object_get(record, "text"));
	bool top = at != NULL && *at != ' ' && *at != '\t';
	char word[TOKEN_SIZE];

	if (at == NULL || !word_next(&at, word))
		return;
	if (top && strcmp(word, "blocks") == 0)
		prefixes_take(at, &f->blocks, &f->nblocks);
	else if (top && strcmp(word, "pools") == 0)
		prefixes_take(at, &f->pools, &f->npools);
	else if (top && strcmp(word, "listen") == 0)
		listen_take(f, at);
}

/* ---- asking ---- */

static const struct {
	const char *command, *record;
	take *take;
} questions[] = {
	{ "status", "status", status_take },
	{ "show addresses", "address_result", result_take },
	{ "show neighbors", "neighbor", neighbor_take },
	{ "show fib", "fib", fib_take },
	{ "show config", "config", config_take },
};

static bool
is_kind(const json_t *record, const char *kind)
{
	const char *name = json_string_value(json_object_get(record, "record"));

	return name != NULL && strcmp(name, kind) == 0;
}

/* `fib off` is an error of show fib, and no trouble. */
static bool
question_ask(struct facts *f, const char *socket, size_t i, struct failure *bad)
{
	struct client *client = client_open(socket, bad);
	json_t *arguments = json_object(), *record = NULL;
	bool last = false;

	if (client != NULL &&
	    client_ask(client, questions[i].command, arguments, bad)) {
		f->pid = client_pid(client);
		while (!last && (record = client_next(client, bad)) != NULL) {
			last =
			    is_kind(record, "end") || is_kind(record, "error");
			if (is_kind(record, questions[i].record))
				questions[i].take(f, record);
			json_decref(record);
		}
	}
	json_decref(arguments);
	if (client != NULL)
		client_close(client);
	return last;
}

void
facts_read_daemon(struct facts *f, const char *socket)
{
	struct failure failure = { .exit = SCHEMA_GOOD };
	size_t i;

	f->daemon = true;
	for (i = 0; f->daemon && i < sizeof(questions) / sizeof(*questions);
	     i++)
		f->daemon =
		    (questions[i].take == fib_take && !f->entries_known) ||
		    question_ask(f, socket, i, &failure);
	if (!f->daemon)
		snprintf(f->no_daemon, sizeof(f->no_daemon), "%.*s",
		    FACTS_TEXT - 1, failure.text);
}
