/* SPDX-License-Identifier: ISC */
/* parse.h - words to a tree of statements */
#ifndef BGPD_CONF_PARSE_H
#define BGPD_CONF_PARSE_H

#include "bgpd/conf/lex.h"

struct conf_keyword;
struct conf_value;

/* `WORD args.. [{ statements }]`; lives in the arena. */
struct conf_statement {
	struct conf_word	*words;		/* with the commas between */
	unsigned int		 nwords;	/* at least 1, the keyword */
	bool			 block;		/* { } was there */
	bool			 bad;		/* reported already */
	struct conf_statement	*first;		/* of the block, or NULL */
	struct conf_statement	*next;		/* or NULL */
	/* By form.c: its row, of a misspelt word the one meant, or NULL. */
	const struct conf_keyword *row;
	struct conf_value	*values;	/* of words[1..], no commas */
	unsigned int		 nvalues;
};

/* A list in the making. */
struct conf_list {
	struct conf_statement	*first;
	struct conf_statement	*last;
};

struct conf_parser {
	struct conf_arena	*arena;
	struct conf_messages	*messages;
	/* Called for `include "glob"`; appends to the list what it names. */
	void			(*include)(struct conf_parser *,
				    const struct conf_statement *,
				    struct conf_list *);
	/*
	 * Braces do not match: what belongs where is a guess, so that more
	 * findings would only mislead.
	 */
	bool			 broken;
	/* An include failed: what is missing may stand there. */
	bool			 incomplete;
};

/* Appends the statements of one file. */
void	conf_parse_text(struct conf_parser *, const char *file,
	    const char *text, struct conf_list *);

#endif
