/* SPDX-License-Identifier: ISC */
/* words.h - the words of a command line against a tree of words */
#ifndef BGPCTL_WORDS_H
#define BGPCTL_WORDS_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

struct invocation;

/* What a whole line means. */
struct verb {
	const char	*usage;		/* "show neighbors [NAME] [detail]" */
	const char	*help;
	const char	*command;	/* the daemon's; NULL: done here */
	/* Kinds of record that the reply has, in order; end with NULL. */
	const char	*records[4];
	bool		 single;	/* -j: the record itself, no array */
	bool		 acts;		/* changes something: asked once only */
	int		(*run)(const struct invocation *);	/* or NULL */
};

enum word_kind {
	WORD_KEYWORD,		/* its key, if any, becomes true */
	WORD_YIELDING,		/* one that is not meant by what is cut short,
				 * if another one of its list may be */
	WORD_CHOICE,		/* its key becomes the word itself */
	WORD_NAME,		/* a neighbour's name or address */
	WORD_PREFIX,		/* a prefix, an address or "default" */
	WORD_FILE,
	WORD_LATER		/* a keyword that this version does not have */
};

struct word {
	enum word_kind		 kind;
	const char		*text;	/* the keyword, or "NAME" for help */
	const char		*key;	/* the argument it gives, or NULL */
	const struct word	*next;	/* what may follow; ends in a NULL text */
	const struct verb	*verb;	/* NULL: the line cannot end here */
};

struct words_result {
	const struct verb	*verb;		/* NULL: see problem */
	json_t			*arguments;	/* the caller's to decref */
	char			 problem[512];
	const struct word	*expected;	/* help on these is of use */
	bool			 fits;		/* and they may stand next */
};

/*
 * Keywords may be cut short while they stay unambiguous, except where a name
 * may stand; words of later versions only count in full.
 */
void	words_parse(const struct word *tree, unsigned int count,
	    const char *const *words, struct words_result *);
/* The usage and help of every verb below. */
void	words_help(FILE *, const struct word *tree);

#endif
