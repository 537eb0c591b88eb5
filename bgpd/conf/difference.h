/* SPDX-License-Identifier: ISC */
/* difference.h - a sentence about what differs, and lists in it */
#ifndef BGPD_CONF_DIFFERENCE_H
#define BGPD_CONF_DIFFERENCE_H

#include "bgpd/conf/print.h"

/*
 * The sentence is open from conf_text_open to conf_text_take.  Where most have
 * nothing to tell, as of ten thousand neighbors, it is opened by its first
 * part instead, and begins with what `begin` writes of the subject.
 */
struct conf_difference {
	struct conf_text	 text;
	void			 (*begin)(const void *subject, FILE *);
	const void		*subject;
	bool			 any;	/* something differs */
	enum conf_cost		 cost;	/* the highest of the parts */
};

/* Makes room for one more part of the sentence. */
FILE	*conf_part_start(struct conf_difference *, enum conf_cost);

/* Elements of a list as text; all zero is an empty one. */
struct conf_texts {
	char	**at;
	size_t	  count;
};

/* Takes the text over. */
void	 conf_texts_add(struct conf_texts *, struct conf_text *);
struct conf_texts conf_texts_of_prefixes(const struct prefix *, size_t count);
struct conf_texts conf_texts_of_announce(const struct conf *);
struct conf_texts conf_texts_of_listen(const struct conf *);
struct conf_texts conf_texts_of_endpoints(const struct conf *);
/* This node's addresses by the mesh. */
struct conf_texts conf_texts_of_own(const struct conf *);
/* Says what was removed and added at that cost; clears both lists. */
void	 conf_texts_diff(struct conf_difference *, enum conf_cost,
	    struct conf_texts *before, struct conf_texts *after);

/* What a change of `tls` costs. */
enum conf_cost conf_tls_cost(const struct conf_tls *, const struct conf_tls *);

#endif
