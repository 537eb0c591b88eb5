/* SPDX-License-Identifier: ISC */
/* load.h - the files of a config */
#ifndef BGPD_CONF_LOAD_H
#define BGPD_CONF_LOAD_H

#include "bgpd/conf/parse.h"

/* Where the texts of one config come from. */
struct conf_files {
	struct conf_parser	 parser;	/* first: handed to include */
	struct conf		*conf;		/* which owns the names */
	bool			 from_disk;	/* else from memory */
	char			**texts;	/* as long as words are used */
	size_t			 ntexts;
	const struct conf_open	*open;		/* the files being read */
};

/* Appends the statements of a file and of all that it includes. */
void	conf_files_read(struct conf_files *, const char *path,
	    struct conf_list *);
/* The name as the conf keeps it. */
const char *conf_files_name(struct conf *, const char *path);
void	conf_files_clear(struct conf_files *);
/*
 * Up to size octets of an open file and a NUL behind them, on the heap; NULL
 * and errno when it cannot be read.
 */
char	*conf_text_read(int fd, size_t size, size_t *length);

#endif
