/* SPDX-License-Identifier: ISC */
/* complete.c - what may stand next on a line, for the shell */

/*
 * The scripts know no command: they hand over the words of the line, and get
 * back what fits, from the tree that parses them, so they cannot drift and
 * need no new ones after an upgrade.  Neighbours' names are the daemon's of
 * this moment.  Whatever goes wrong, nothing is printed: a shell that
 * completes is no place for complaints.
 */

#include "bgpctl/complete.h"

#include <string.h>

#define WORDS_MAX 64

static bool
begins_with(const char *text, const char *part)
{
	return strncmp(text, part, strlen(part)) == 0;
}

static const char *
string_of(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text == NULL ? "" : text;
}

/* Rows of one name stand together; true while there may be more. */
static bool
name_print(FILE *out, const json_t *record, const char *part, char last[256])
{
	const char *name = string_of(record, "name");

	if (strcmp(string_of(record, "record"), "neighbor") != 0)
		return false;
	if (begins_with(name, part) && strcmp(name, last) != 0) {
		fprintf(out, "%s\n", name);
		snprintf(last, 256, "%s", name);
	}
	return true;
}

static void
names_print(FILE *out, const char *part, const char *socket)
{
	struct failure failure;
	struct client *client = client_open(socket, &failure);
	json_t *arguments, *record;
	char last[256] = "";
	bool more;

	if (client == NULL)
		return;
	arguments = json_object();
	more = client_ask(client, "show neighbors", arguments, &failure);
	while (more && (record = client_next(client, &failure)) != NULL) {
		more = name_print(out, record, part, last);
		json_decref(record);
	}
	json_decref(arguments);
	client_close(client);
}

static void
candidates_print(FILE *out, const struct word *tree, unsigned int count,
    const char *const *words, const char *socket)
{
	const char *part = words[count - 1];
	struct words_result result;
	const struct word *w;

	words_parse(tree, count - 1, words, &result);
	json_decref(result.arguments);
	if (!result.fits)
		return;
	for (w = result.expected; w != NULL && w->text != NULL; w++) {
		switch (w->kind) {
		case WORD_KEYWORD:
		case WORD_YIELDING:
		case WORD_CHOICE:
			if (begins_with(w->text, part))
				fprintf(out, "%s\n", w->text);
			break;
		case WORD_NAME: names_print(out, part, socket); break;
		case WORD_FILE: fprintf(out, "@file\n"); break;
		case WORD_PREFIX:
		case WORD_LATER: break;
		}
	}
}

/* Options of bgpctl itself are no words of a command, but those of one are. */
void
complete_print(FILE *out, const struct word *tree, unsigned int count,
    const char *const *line, const char *socket)
{
	const char *words[WORDS_MAX];
	unsigned int i, n = 0;

	for (i = 0; i + 1 < count && n + 1 < WORDS_MAX; i++) {
		if (strcmp(line[i], "-s") == 0 ||
		    strcmp(line[i], "--socket") == 0)
			socket = line[++i];
		else if (line[i][0] != '-')
			words[n++] = line[i];
	}
	if (i >= count)
		return;
	words[n++] = line[i];
	candidates_print(out, tree, n, words, socket);
}
