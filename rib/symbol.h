/* SPDX-License-Identifier: ISC */
/* symbol.h - words for values, and the word that was probably meant */
#ifndef RIB_SYMBOL_H
#define RIB_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>

/* One row of a table that ends with a NULL word. */
struct symbol {
	const char	*word;
	int		 value;
};

/* The word of a value, or "?" when the table has none. */
const char	*symbol_word(const struct symbol *, int value);

/* True and *value set when the word stands in the table. */
bool	symbol_value(const struct symbol *, const char *word, int *value);

/* Shell-like glob of `*` and `?`, as interface patterns use it. */
bool	symbol_glob(const char *pattern, const char *text);

/*
 * The number of single-letter edits (insert, delete, replace, swap two
 * neighbours) between two words; words over 63 letters count as far apart.
 */
size_t	symbol_distance(const char *, const char *);

/*
 * Feeds a search for the word meant: call it for each candidate; *best keeps
 * the nearest one whose distance is at most a third of the word's length
 * (at least 1, at most 3).  Start with *best = NULL.
 */
void	symbol_nearest(const char *word, const char *candidate,
	    const char **best);

#endif
