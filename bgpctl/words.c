/* SPDX-License-Identifier: ISC */
/* words.c - the words of a command line against a tree of words */

/*
 * Words come in, a verb and its arguments go out, or one sentence that says
 * what is wrong with the first word that does not fit and what would.  The
 * tree (command.c) is data; nothing here knows a command.
 *
 * The order of trust at each step: a keyword in full; a prefix or address,
 * for these look like nothing else; a keyword cut short, when it can only be
 * one and no name may stand there; a name or file, which may be any word.  So
 * a neighbour called "det" can be asked about although "detail" may follow.
 *
 * Pure: what is wrong with a name is the daemon's to say.
 */

#include "bgpctl/words.h"

#include <string.h>

#include "rib/prefix.h"
#include "rib/symbol.h"
#include "rib/text.h"

static bool
is_keyword(const struct word *w)
{
	return w->kind == WORD_KEYWORD || w->kind == WORD_YIELDING ||
	    w->kind == WORD_CHOICE || w->kind == WORD_LATER;
}

static bool
is_any_word(const struct word *w)
{
	return w->kind == WORD_NAME || w->kind == WORD_FILE;
}

static const struct word *
find_exact(const struct word *list, const char *text)
{
	for (; list->text != NULL; list++)
		if (is_keyword(list) && strcmp(list->text, text) == 0)
			return list;
	return NULL;
}

static const struct word *
find_prefix(const struct word *list, const char *text)
{
	struct prefix prefix;
	bool host_bits;

	for (; list->text != NULL; list++)
		if (list->kind == WORD_PREFIX &&
		    (strcmp(text, "default") == 0 ||
			prefix_parse(text, &prefix, &host_bits)))
			return list;
	return NULL;
}

static const struct word *
find_any(const struct word *list, const char *text)
{
	if (text[0] == '-' || text[0] == '\0')
		return NULL;
	for (; list->text != NULL; list++)
		if (is_any_word(list))
			return list;
	return NULL;
}

/* The keywords that begin so; all of them into *others when several do. */
static const struct word *
find_short(const struct word *list, const char *text, struct text *others,
    unsigned int *count)
{
	const struct word *found = NULL, *yielding = NULL;

	*count = 0;
	for (; text[0] != '\0' && list->text != NULL; list++) {
		if (!is_keyword(list) || list->kind == WORD_LATER ||
		    strncmp(list->text, text, strlen(text)) != 0)
			continue;
		if (list->kind == WORD_YIELDING) {
			yielding = list;
			continue;
		}
		text_add(others, *count == 0 ? "%s" : " or %s", list->text);
		found = list;
		++*count;
	}
	if (*count == 0)
		return yielding;
	return *count == 1 ? found : NULL;
}

static void
list_expected(struct text *t, const struct word *list)
{
	const char *gap = "";

	for (; list->text != NULL; list++) {
		if (list->kind == WORD_LATER)
			continue;
		text_add(t, "%s%s", gap, list->text);
		gap = ", ";
	}
}

static void
say_unknown(struct text *t, const struct word *list, const char *word,
    const char *before)
{
	const struct word *w;
	const char *best = NULL;

	if (list != NULL && list[0].kind == WORD_PREFIX &&
	    list[1].text == NULL) {
		text_add(t, "'%s' is no prefix, such as 10.244.1.0/26", word);
		return;
	}
	text_add(t, "unknown word '%s'", word);
	if (before != NULL)
		text_add(t, " behind '%s'", before);
	if (list == NULL) {
		text_add(t, "; the command is complete without it");
		return;
	}
	for (w = list; w->text != NULL; w++)
		if (is_keyword(w) && w->kind != WORD_LATER)
			symbol_nearest(word, w->text, &best);
	if (best != NULL) {
		text_add(t, "; did you mean '%s'?", best);
		return;
	}
	text_add(t, "; possible: ");
	list_expected(t, list);
}

static void
add_words(struct text *t, unsigned int count, const char *const *words)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		text_add(t, i == 0 ? "%s" : " %s", words[i]);
}

static void
say_later(struct text *t, unsigned int count, const char *const *words)
{
	add_words(t, count, words);
	text_add(t, " is not available in this version");
}

/* "neighbor clear node-b": what was taken for a name is the word behind it. */
static bool
is_swapped(const struct word *name, const char *word)
{
	return name != NULL && name->kind == WORD_NAME && name->next != NULL &&
	    find_exact(name->next, word) != NULL;
}

static void
say_swapped(struct text *t, unsigned int i, const char *const *words)
{
	text_add(t, "the name comes first; did you mean '");
	add_words(t, i - 1, words);
	text_add(t, " %s %s'?", words[i], words[i - 1]);
}

static void
say_incomplete(struct text *t, const struct word *expected, unsigned int count,
    const char *const *words)
{
	const struct word *w;
	unsigned int several = 0;

	for (w = expected; w->text != NULL; w++)
		several += w->kind != WORD_LATER;
	if (count == 0) {
		text_add(t, "a command is missing; possible: ");
	} else {
		text_add(t, "'");
		add_words(t, count, words);
		text_add(t, "' wants%s: ", several > 1 ? " one of" : "");
	}
	list_expected(t, expected);
}

/* The row that a word means, or NULL and a sentence. */
static const struct word *
step(const struct word *list, const char *word, const char *before,
    struct text *problem)
{
	const struct word *found, *any;
	struct text others;
	unsigned int count;
	char buf[256];

	if (list == NULL) {
		say_unknown(problem, list, word, before);
		return NULL;
	}
	found = find_exact(list, word);
	if (found == NULL)
		found = find_prefix(list, word);
	if (found != NULL)
		return found;
	any = find_any(list, word);
	if (any != NULL)
		return any;
	others = text_of(buf, sizeof(buf));
	found = find_short(list, word, &others, &count);
	if (found != NULL)
		return found;
	if (count > 1)
		text_add(problem, "'%s' may be %s", word, buf);
	else
		say_unknown(problem, list, word, before);
	return NULL;
}

static void
take_argument(json_t *arguments, const struct word *w, const char *word)
{
	if (w->key == NULL)
		return;
	if (w->kind == WORD_KEYWORD)
		json_object_set_new(arguments, w->key, json_true());
	else
		json_object_set_new(arguments, w->key,
		    json_string(w->kind == WORD_CHOICE ? w->text : word));
}

void
words_parse(const struct word *tree, unsigned int count,
    const char *const *words, struct words_result *result)
{
	struct text problem;
	const struct word *at = NULL, *last;
	const char *before = NULL;
	unsigned int i;

	problem = text_of(result->problem, sizeof(result->problem));
	result->verb = NULL;
	result->arguments = json_object();
	result->expected = tree;
	result->fits = false;
	for (i = 0; i < count; i++) {
		last = at;
		at = step(result->expected, words[i], before, &problem);
		if (at == NULL) {
			if (!is_swapped(last, i > 0 ? words[i - 1] : ""))
				return;
			problem =
			    text_of(result->problem, sizeof(result->problem));
			say_swapped(&problem, i, words);
			return;
		}
		if (at->kind == WORD_LATER) {
			say_later(&problem, count, words);
			return;
		}
		take_argument(result->arguments, at, words[i]);
		before = is_keyword(at) ? at->text : words[i];
		result->expected = at->next;
	}
	result->fits = true;
	if (at != NULL && at->verb != NULL) {
		result->verb = at->verb;
		return;
	}
	say_incomplete(&problem, result->expected, count, words);
}

/* Several rows may end in one verb; they stand together, it is said once. */
static void
help_below(FILE *out, const struct word *list, const char **said)
{
	const struct verb *verb;

	for (; list != NULL && list->text != NULL; list++) {
		verb = list->verb;
		if (verb != NULL &&
		    (*said == NULL || strcmp(*said, verb->usage) != 0)) {
			fprintf(out, "  %-45s %s\n", verb->usage, verb->help);
			*said = verb->usage;
		}
		/* Options that may follow each other end here. */
		if (list->next != NULL && list->next->next != list->next)
			help_below(out, list->next, said);
	}
}

void
words_help(FILE *out, const struct word *tree)
{
	const char *said = NULL;

	help_below(out, tree, &said);
}
