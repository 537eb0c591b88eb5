/* SPDX-License-Identifier: ISC */
/* symbol.c - words for values, and the word that was probably meant */

/*
 * Config keywords, command words and the names in what we print are tables
 * of words; this is all that is ever done with such a table.  It is searched
 * from the front: the longest has a few dozen rows and is read by people.
 *
 * The distance between two words is the restricted Damerau-Levenshtein one:
 * the fewest single letters inserted, deleted, replaced or swapped with their
 * neighbour, no letter being touched twice.  A slip of the hand is one or two
 * of these, so `neigbhor` finds `neighbor` and `foo` finds nothing.
 *
 * The glob knows `*` and `?` and no escapes or classes: interface names have
 * no use for more.  A star that turns out to have taken too little takes one
 * letter more, and only the last star is ever reconsidered, so the time is
 * bounded by the product of the lengths.
 */

#include "rib/symbol.h"

#include <stdint.h>
#include <string.h>

#define WORD_MAX 63 /* letters of a word that has a distance */
#define FAR      SIZE_MAX

const char *
symbol_word(const struct symbol *table, int value)
{
	for (; table->word != NULL; table++)
		if (table->value == value)
			return table->word;
	return "?";
}

bool
symbol_value(const struct symbol *table, const char *word, int *value)
{
	for (; table->word != NULL; table++)
		if (strcmp(table->word, word) == 0) {
			*value = table->value;
			return true;
		}
	return false;
}

bool
symbol_glob(const char *pattern, const char *text)
{
	const char *star = NULL;  /* behind the last one seen */
	const char *taken = NULL; /* behind the text that it took */

	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			taken = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++taken;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Row i of the table of distances between the first i and j letters. */
static void
distance_row(
    const char *a, const char *b, size_t i, size_t rows[3][WORD_MAX + 1])
{
	const size_t *before = rows[(i + 1) % 3]; /* i - 2 */
	const size_t *above = rows[(i + 2) % 3];  /* i - 1 */
	size_t *row = rows[i % 3];
	size_t j;

	row[0] = i;
	for (j = 1; b[j - 1] != '\0'; j++) {
		row[j] = min(above[j], row[j - 1]) + 1;
		row[j] = min(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
		    a[i - 2] == b[j - 1])
			row[j] = min(row[j], before[j - 2] + 1);
	}
}

size_t
symbol_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t n = strlen(a);
	size_t m = strlen(b);
	size_t i;

	if (n > WORD_MAX || m > WORD_MAX)
		return FAR;
	for (i = 0; i <= m; i++)
		rows[0][i] = i;
	for (i = 1; i <= n; i++)
		distance_row(a, b, i, rows);
	return rows[n % 3][m];
}

/* More slips than this make it another word. */
static size_t
slips_allowed(const char *word)
{
	size_t slips = strlen(word) / 3;

	if (slips < 1)
		return 1;
	return min(slips, 3);
}

void
symbol_nearest(const char *word, const char *candidate, const char **best)
{
	size_t distance = symbol_distance(word, candidate);

	if (distance > slips_allowed(word))
		return;
	if (*best == NULL || distance < symbol_distance(word, *best))
		*best = candidate;
}
