/* SPDX-License-Identifier: ISC */
/* lex.h - config text to words and punctuation */
#ifndef BGPD_CONF_LEX_H
#define BGPD_CONF_LEX_H

#include <stdbool.h>

#include "bgpd/conf/arena.h"
#include "bgpd/conf/conf.h"

#define CONF_WORD_SIZE	4096u	/* letters of a word, at most */

enum conf_token {
	CONF_TOKEN_WORD,
	CONF_TOKEN_TEXT,		/* a word in quotes */
	CONF_TOKEN_COMMA,
	CONF_TOKEN_OPEN,		/* { */
	CONF_TOKEN_CLOSE,
	CONF_TOKEN_OPEN_ROUND,
	CONF_TOKEN_CLOSE_ROUND,
	CONF_TOKEN_END,			/* of a statement: newline or ; */
	CONF_TOKEN_EOF,
	CONF_TOKEN_BAD			/* reported already */
};

/* A token with its place; the text is the arena's, the line the file's. */
struct conf_word {
	const char		*text;
	const char		*line;		/* its source line, or NULL */
	struct conf_place	 place;
	unsigned int		 width;		/* letters */
	enum conf_token		 token;
};

struct conf_lexer {
	const char		*at;
	const char		*line;		/* where the current one starts */
	struct conf_place	 place;
	unsigned int		 round;		/* open ( */
	bool			 joined;	/* newlines do not count here */
	struct conf_arena	*arena;
	struct conf_messages	*messages;
};

/* The text ends with NUL and outlives the messages' use of the words. */
void		 conf_lexer_init(struct conf_lexer *, const char *file,
		    const char *text, struct conf_arena *,
		    struct conf_messages *);
struct conf_word conf_lexer_next(struct conf_lexer *);

/* Octets of the printable UTF-8 letter that starts here, 0 when it is none. */
unsigned int	 conf_letter_size(const char *);

#endif
