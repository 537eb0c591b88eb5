/* SPDX-License-Identifier: ISC */
/* print.h - parts of a typed config as the text of a config */
#ifndef BGPD_CONF_PRINT_H
#define BGPD_CONF_PRINT_H

#include "bgpd/conf/field.h"

/* A stream into memory; conf_text_take closes it and hands over the text. */
struct conf_text {
	FILE	*out;
	char	*text;
	size_t	 size;
};
void	 conf_text_open(struct conf_text *);
char	*conf_text_take(struct conf_text *);

/* The arguments of one statement. */
void	 conf_print_word(const char *, FILE *);
/* A word of a statement of that form: quoted where the form has it, too. */
void	 conf_print_free(const char *form, const char *word, FILE *);
void	 conf_print_prefix(const struct prefix *, FILE *);
void	 conf_print_rule(enum family, const struct address_rule *, FILE *);
void	 conf_print_announce(const struct conf_announce *, FILE *);
void	 conf_print_listen(const struct conf_listen *, FILE *);
void	 conf_print_endpoint(const struct conf_endpoint *, FILE *);
void	 conf_print_address(const struct conf_neighbor *, FILE *);

#endif
